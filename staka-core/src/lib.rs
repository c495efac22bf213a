//! The data layer of Staka Livres: typed, fast access to its MySQL or MariaDB database, replacing Prisma.
//!
//! Start with [`Staka`], the handle, and [`Session`], which has the operations for a caller. [`model`] contains the
//! types of the tables. The modules below ([`repo`], [`stats`], [`db`]) are public for programs that need more than the
//! operations; their functions take a connection and check no rights.
//!
//! ```no_run
//! use staka_core::{PageRequest, Staka, UserNotificationFilter, model::UserId};
//! # async fn example() -> staka_core::Result<()> {
//! let staka = Staka::connect("mysql://staka:secret@localhost/staka").await?;
//! let db = staka.as_system();
//! let user: UserId = "00000000-0000-7000-8000-000000000003".parse()?;
//! let unread = UserNotificationFilter { unread_only: true };
//! for notification in db.notifications().list_by_user(&user, unread, PageRequest::of(5)).await?.items {
//!     println!("{} {}", notification.created_at, notification.title);
//! }
//! # Ok(()) }
//! ```
//!
#![doc = include_str!("../RECIPE.md")]
//!
//! # How to add a table or an index
//!
//! Add a file to `migrations/` with the next number. It may only add an object named `staka_*`, and its first comment
//! names the operation or purpose that it serves. Then add its line to `db/migrate/files.rs`.

mod api;
pub mod base;
pub mod db;
pub mod maintenance;
pub mod model;
pub mod repo;
pub mod service;
pub mod stats;

pub use api::*;
pub use base::{
    Average, Between, Clock, Cursor, Day, Direction, Error, ErrorKind, FieldError, JsonText, ManualClock, Match,
    Output, Page, PageRequest, Password, Patch, PeriodUnit, Result, Secret, SystemClock, TextEnum, TextId, Timestamp,
    Unrecognised, Zone,
};
pub use db::{Config, Isolation, Migrator, TlsMode};

/// Compiles the Rust of README.md and of the guide.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../docs/guide.md")]
struct Readme;
