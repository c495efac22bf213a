//! The data layer of Staka Livres: a typed, fast access to its MySQL or MariaDB database, in place of Prisma.
//!
//! Start with [`Staka`], the handle, and [`Session`], which offers the operations to one actor. [`model`] says what the
//! tables hold. The rooms underneath ([`repo`], [`stats`], [`db`]) are public for programs that need more than the
//! operations offer; they speak of connections, not of actors.
//!
//! ```no_run
//! use staka_core::{NotificationList, Staka, model::UserId};
//! # async fn example() -> staka_core::Result<()> {
//! let staka = Staka::connect("mysql://staka:secret@localhost/staka").await?;
//! let db = staka.as_system();
//! let user: UserId = "00000000-0000-7000-8000-000000000003".parse()?;
//! let unread = NotificationList { unread_only: true, ..NotificationList::default() };
//! for notification in db.notifications().list(&user, unread).await?.items {
//!     println!("{} {}", notification.created_at, notification.title);
//! }
//! # Ok(()) }
//! ```
//!
#![doc = include_str!("../RECIPE.md")]
//!
//! # How to add a table or an index
//!
//! One file in `migrations/` with the next number, which only adds things named `staka_*`, its first comment naming
//! what it serves; then its line in `db/migrate/files.rs`.

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
    Average, Between, Clock, Cursor, Day, Direction, Error, ErrorKind, FieldFault, JsonText, Listing, ManualClock,
    Match, Output, Page, Password, Patch, PeriodUnit, Result, Secret, SystemClock, TextEnum, TextId, Timestamp,
    Unrecognised, Zone,
};
pub use db::{Config, Isolation, Migrator, TlsMode};

/// The README's Rust compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
