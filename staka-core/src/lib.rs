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
//! # How to add an operation
//!
//! 1. **The row.** If no struct of [`model`] or [`model::view`] fits, add one with `#[derive(Record, Described)]`, its
//!    fields in the order of the statement's columns, each documented.
//! 2. **The statement** in the file of the table in its `FROM`, in `repo/` (or `stats/` for figures): a
//!    [`db::Statement`] with its name, text and [`db::Access`], listed in that file's `statements()`, and a function
//!    that binds the values. The connection is the first parameter, the time is an argument.
//! 3. **The declaration**, one line in `api/list.rs`: documentation, `read` or `write`, name, parameters, output, who
//!    may call, and the function.
//! 4. **A case** in `cases/`: what it answers, and what it refuses.
//! 5. **Its route**, one line in `staka-http/src/routes.rs`.
//!
//! The tests then demand the rest: that the statement is run and reaches its rows as declared, that the operation has a
//! case and a route, that the OpenAPI document is the committed one.
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
    Average, Between, Clock, Cursor, Error, ErrorKind, FieldFault, JsonText, Listing, ManualClock, Match, Output, Page,
    Patch, Result, Secret, SystemClock, TextEnum, TextId, Timestamp, Unrecognised, Zone,
};
pub use db::{Config, Isolation, Migrator, TlsMode};

/// The README's Rust compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
