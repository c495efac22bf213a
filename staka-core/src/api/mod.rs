//! The handle and the public operations.
//!
//! ```no_run
//! use staka_core::{Staka, PageRequest, model::UserId};
//! # async fn example() -> staka_core::Result<()> {
//! let staka = Staka::connect("mysql://staka:secret@localhost/staka").await?;
//! let db = staka.as_system();
//! let user: UserId = "3f1c…".parse()?;
//! println!("{} unread", db.notifications().unread_count(&user).await?);
//! for order in db.commandes().list_with_invoices(&user, PageRequest::of(10)).await?.items {
//!     println!("{} ({} invoices)", order.commande.titre, order.invoices.len());
//! }
//! staka.close().await;
//! # Ok(()) }
//! ```

mod argument;
mod builder;
mod call;
mod check;
mod examples;
mod export;
mod list;
mod operation;
mod operations;
mod rule;
mod session;
mod sink;
mod tx;

use std::sync::Arc;

pub use argument::Argument;
pub use builder::StakaBuilder;
pub use check::unknown_problem;
pub use list::*;
pub use operation::{Kind, Operation, OperationDoc};
pub use operations::Operations;
pub use session::Session;
pub use sink::Sink;
pub use tx::Tx;

pub use crate::service::passwords::{HashWork, PasswordSettings};
pub use crate::service::{Actor, Caller, PasswordStamp};

use crate::base::{Clock, Result, Zone};
#[cfg(feature = "unstable-internals")]
use crate::db::Conn;
use crate::db::{Metrics, Pool, ServerInfo};
use crate::model::UserId;
use crate::service;
use crate::service::passwords::Passwords;

/// The handle: a pool of connections to a database. Cheap to clone; a process can have several.
///
/// Operations run for a caller: [`Staka::as_caller`], or [`Staka::as_system`] for programs that authorise by
/// themselves. Dropping the last clone closes the connections; [`Staka::close`] waits for those in use.
#[derive(Clone)]
pub struct Staka {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) pool: Pool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) zone: Zone,
    pub(crate) passwords: Passwords,
    /// The caller of all system sessions.
    system: Arc<Caller>,
}

impl Staka {
    /// Connects with the settings of the URL; see [`StakaBuilder`] for others.
    ///
    /// Fails with `Invalid` if the URL is invalid, and with `Unavailable` if the database does not answer or refuses.
    pub async fn connect(url: &str) -> Result<Self> {
        StakaBuilder::from_url(url)?.connect().await
    }

    /// Returns a builder for `url`.
    pub fn builder(url: &str) -> Result<StakaBuilder> {
        StakaBuilder::from_url(url)
    }

    /// Returns a session for a caller, whose rights are checked.
    pub fn as_caller(&self, caller: Caller) -> Session {
        Session::new(Arc::clone(&self.inner), Arc::new(caller))
    }

    /// Returns a session without authorisation, for a program that authorises by itself.
    pub fn as_system(&self) -> Session {
        Session::new(Arc::clone(&self.inner), Arc::clone(&self.inner.system))
    }

    /// Returns the caller for the user of a verified token, with the current role. Operations that write refuse the
    /// caller once the account is deactivated, loses the role, or gets another password. Fails with `Unauthenticated` if
    /// the account does not exist or is deactivated.
    pub async fn caller_of(&self, user: &UserId) -> Result<Caller> {
        self.inner
            .pool
            .read(|conn| {
                let user = user.clone();
                Box::pin(async move { service::identity::caller_of(conn, &user).await })
            })
            .await
    }

    /// Takes a connection for functions of `repo` and `stats`.
    #[cfg(feature = "unstable-internals")]
    pub async fn acquire(&self) -> Result<Conn> {
        self.inner.pool.acquire().await
    }

    /// Returns the pool, for [`crate::db::run_tx`].
    #[cfg(feature = "unstable-internals")]
    pub fn pool(&self) -> &Pool {
        &self.inner.pool
    }

    /// Returns the clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    /// Returns the time zone that defines where days and months begin.
    pub fn zone(&self) -> Zone {
        self.inner.zone
    }

    /// Checks that the database answers, and returns the kind and version of the server.
    pub async fn ready(&self) -> Result<ServerInfo> {
        self.inner
            .pool
            .read(|conn| {
                Box::pin(async move {
                    conn.ping().await?;
                    Ok(conn.server().clone())
                })
            })
            .await
    }

    /// Returns the work done for hashing and verifying passwords so far.
    pub fn hash_work(&self) -> HashWork {
        self.inner.passwords.work()
    }

    /// Returns the pool's totals: statements, connections, discards.
    pub fn metrics(&self) -> &Metrics {
        self.inner.pool.metrics()
    }

    /// Refuses new operations, waits for running ones, and closes all connections.
    pub async fn close(&self) {
        self.inner.pool.close().await;
    }
}
