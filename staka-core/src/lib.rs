//! The data layer of Staka Livres.

mod api;
pub mod base;
pub mod db;
pub mod flow;
pub mod maintenance;
pub mod model;
pub mod repo;
pub mod stats;

pub use api::*;
pub use base::{
    Average, Between, Clock, Cursor, Error, ErrorKind, FieldFault, JsonText, Listing, ManualClock, Match, Page, Patch, Result, Secret, SystemClock,
    TextEnum, TextId, Timestamp, Unrecognised, Zone,
};
pub use db::{Config, Isolation, Migrator, TlsMode};
