//! The data layer of Staka Livres, where authors have their manuscripts corrected: typed, fast access to the platform's
//! MySQL or MariaDB database, replacing Prisma.
//!
//! The database is used through named operations. [`Staka`] is the handle, which owns a pool of connections. From it
//! comes a [`Session`] for each caller, which has a method for each group of operations: accounts, orders, messages,
//! invoices and so on; [`Operations`] lists them. An operation checks who may call it and what is passed to it, changes
//! all its rows or none, and returns the typed rows of [`model`].
//!
//! # Connecting
//!
//! A handle is cheap to clone, and a process can have several. It needs a Tokio runtime. [`Staka::builder`] has further
//! settings: time limits, TLS, the clock, the time zone. [`Migrator`] creates or updates the schema, or adopts the tables
//! that Prisma created.
//!
//! ```no_run
//! use staka_core::{Actor, Caller, Config, Migrator, Staka, migrate::MigrateOptions};
//! # async fn example() -> staka_core::Result<()> {
//! let url = "mysql://staka:secret@localhost/staka?connection_limit=10";
//! Migrator::connect(&Config::from_url(url)?).await?.migrate(&MigrateOptions::default(), &mut |_| {}).await?;
//! let staka = Staka::connect(url).await?;
//!
//! let visitor = staka.as_caller(Caller::new(Actor::Anonymous)); // may call what the rules allow
//! let system = staka.as_system(); // may call everything: the program authorises by itself
//! # Ok(()) }
//! ```
//!
//! # Reading and writing
//!
//! ```no_run
//! # async fn example(staka: staka_core::Staka, zoe: staka_core::model::view::Profile) -> staka_core::Result<()> {
//! use staka_core::{Caller, NewCommande, PageRequest, UserNotificationFilter};
//!
//! let author = staka.as_caller(Caller::user(zoe.id.clone(), zoe.role));
//! // A read. Lists come in pages, by number or after a cursor.
//! let filter = UserNotificationFilter::default().unread_only(true);
//! let unread = author.notifications().list_by_user(&zoe.id, filter, PageRequest::of(10)).await?;
//! println!("{} unread", unread.items.len());
//! // A write. In the same transaction it notifies the administrators and the author.
//! let order = NewCommande::new("Les Marées").description("Un roman de 300 pages");
//! let order = author.commandes().create(order, None).await?;
//! let orders = author.commandes().list_with_invoices(&zoe.id, PageRequest::of(10)).await?;
//! assert_eq!(orders.items[0].commande.id, order.id);
//! # Ok(()) }
//! ```
//!
//! `examples/rust/groups` in the repository has an example for most groups of operations. An input has `new` with its
//! required fields, or `default()` if it has none, and a method for each field. A program that holds an `Option` sets the
//! field itself.
//!
//! [`Operations::call`] calls an operation by its name with JSON, and [`Operation::all`] describes all of them.
//!
//! # Transactions
//!
//! An operation is a transaction of its own, which is run again after a deadlock. [`Session::transaction`] runs several
//! operations in one, and again after a deadlock; [`Session::begin`] returns a [`Tx`] to commit or roll back by hand.
//!
//! ```no_run
//! # async fn example(staka: staka_core::Staka, zoe: staka_core::model::UserId) -> staka_core::Result<()> {
//! let db = staka.as_system();
//! let marked = db
//!     .transaction(|tx| {
//!         let zoe = zoe.clone();
//!         async move { tx.notifications().mark_all_read(&zoe).await }
//!     })
//!     .await?;
//! println!("{marked} marked as read");
//! # Ok(()) }
//! ```
//!
//! # Errors
//!
//! Every failure is an [`Error`], whose [`ErrorKind`] says what the caller can do about it. A failed operation has
//! changed nothing. An invalid input names each invalid field.
//!
//! ```no_run
//! # async fn example(staka: staka_core::Staka, zoe: staka_core::model::view::Profile) -> staka_core::Result<()> {
//! use staka_core::{Caller, ErrorKind, NewCommande};
//!
//! let author = staka.as_caller(Caller::user(zoe.id, zoe.role));
//! let error = author.commandes().create(NewCommande::default(), None).await.unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::Invalid);
//! for field in error.fields() {
//!     println!("{} {}", field.field, field.problem);
//! }
//! let denied = author.users().count(staka_core::UserFilter::default()).await.unwrap_err();
//! assert_eq!(denied.kind(), ErrorKind::Denied);
//! # Ok(()) }
//! ```
//!
//! # Features
//!
//! None is needed. `unstable-internals` makes the modules `db` (connections and migrations), `repo` (the SQL of each
//! table), `stats`, `service` and `verify` (consistency checks) public, for the other crates of Staka's repository, and adds
//! the `*Insert` from which these make rows. The functions check no rights, and they can change in every version.

mod api;
pub mod base;
pub mod model;

// The modules below the public API are public for the other crates of this repository only.
#[cfg(feature = "unstable-internals")]
pub mod db;
#[cfg(feature = "unstable-internals")]
pub mod repo;
#[cfg(feature = "unstable-internals")]
pub mod service;
#[cfg(feature = "unstable-internals")]
pub mod stats;
#[cfg(feature = "unstable-internals")]
pub mod verify;

#[cfg(not(feature = "unstable-internals"))]
#[expect(unreachable_pub, reason = "public with the feature unstable-internals")]
mod db;
#[cfg(not(feature = "unstable-internals"))]
#[expect(unreachable_pub, reason = "public with the feature unstable-internals")]
mod repo;
#[cfg(not(feature = "unstable-internals"))]
#[expect(unreachable_pub, reason = "public with the feature unstable-internals")]
mod service;
#[cfg(not(feature = "unstable-internals"))]
#[expect(unreachable_pub, reason = "public with the feature unstable-internals")]
mod stats;

pub use api::*;
pub use base::{
    Average, Between, Clock, Cursor, Day, Direction, Error, ErrorKind, FieldError, JsonText, ManualClock, Match,
    Output, Page, PageRequest, Password, Patch, PeriodUnit, Result, Secret, SystemClock, TextEnum, TextId, Timestamp,
    Unrecognised, Zone,
};
pub use db::{Config, Isolation, Metrics, Migrator, Plan, PlanLog, PlanRow, ServerInfo, ServerKind, TlsMode};

/// The options and reports of the [`Migrator`].
pub mod migrate {
    pub use crate::db::migrate::{
        CounterState, Drift, DriftKind, MigrateOptions, MigrationPlan, MigrationReport, MigrationState,
        MigrationStatus, Progress, RedundantIndex, Refusal, ResetReport, Step,
    };
    pub use crate::db::{CounterCheck, Difference};
}
