//! The handle, and the one list of public operations.
//!
//! ```no_run
//! use staka_core::{Staka, Page, model::UserId};
//! # async fn example() -> staka_core::Result<()> {
//! let staka = Staka::connect("mysql://staka:secret@localhost/staka").await?;
//! let db = staka.as_system();
//! let user: UserId = "3f1c…".parse()?;
//! println!("{} unread", db.notifications().unread_count(&user).await?);
//! for order in db.commandes().list_with_invoices(&user, Page::of(10)).await?.items {
//!     println!("{} ({} invoices)", order.commande.titre, order.invoices.len());
//! }
//! staka.close().await;
//! # Ok(()) }
//! ```

mod builder;
mod call;
mod export;
mod list;
mod operation;
mod rule;
mod session;
mod sink;
mod tx;

use std::sync::Arc;

pub use builder::StakaBuilder;
pub use list::*;
pub use operation::{Kind, Operation, OperationDoc};
pub use session::Session;
pub use sink::Sink;
pub use tx::Tx;

pub use crate::flow::passwords::{HashWork, PasswordSettings};
pub use crate::flow::{Actor, Ctx};

use crate::base::{Clock, Result, Zone};
use crate::db::{Conn, Counters, Pool, ServerInfo};
use crate::flow;
use crate::flow::passwords::Passwords;
use crate::model::UserId;

/// The handle: a pool of connections to one database. Cheap to clone; several can live in one process.
///
/// Operations run for somebody: [`Staka::as_actor`], or [`Staka::as_system`] for programs that authorise by
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
    /// The one that all sessions without a question share.
    system: Arc<Ctx>,
}

impl Staka {
    /// Connects with the defaults and what the URL says; see [`StakaBuilder`] for the rest.
    ///
    /// `Invalid` for a URL that is wrong, `Unavailable` when the database does not answer or refuses.
    pub async fn connect(url: &str) -> Result<Self> {
        StakaBuilder::from_url(url)?.connect().await
    }

    /// A builder for `url`.
    pub fn builder(url: &str) -> Result<StakaBuilder> {
        StakaBuilder::from_url(url)
    }

    /// The operations, for this actor.
    pub fn as_actor(&self, ctx: Ctx) -> Session {
        Session::new(Arc::clone(&self.inner), Arc::new(ctx), None)
    }

    /// The operations, without a question: the caller has authorised by itself.
    pub fn as_system(&self) -> Session {
        Session::new(Arc::clone(&self.inner), Arc::clone(&self.inner.system), None)
    }

    /// The actor that a verified token's user is now. `Unauthenticated` when the account is gone or disabled.
    pub async fn actor_of(&self, user: &UserId) -> Result<Actor> {
        let account = self
            .inner
            .pool
            .read(|conn| {
                let user = user.clone();
                Box::pin(async move { flow::identity::active_account(conn, &user).await })
            })
            .await?;
        Ok(Actor::User { id: account.id, role: account.role })
    }

    /// A connection for `repo` and `stats`, for what the operations do not offer.
    pub async fn acquire(&self) -> Result<Conn> {
        self.inner.pool.acquire().await
    }

    /// The pool, for [`crate::db::run_tx`].
    pub fn pool(&self) -> &Pool {
        &self.inner.pool
    }

    /// The clock that says now.
    pub fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    /// The zone in which days and months are cut.
    pub fn zone(&self) -> Zone {
        self.inner.zone
    }

    /// Asks the database for an answer, and says which server it is.
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

    /// What was computed to hash and verify passwords so far.
    pub fn hash_work(&self) -> HashWork {
        self.inner.passwords.work()
    }

    /// What the pool has done so far: statements, connects, discards.
    pub fn counters(&self) -> &Counters {
        self.inner.pool.counters()
    }

    /// Refuses new operations, waits for those under way and takes leave of the server.
    pub async fn close(&self) {
        self.inner.pool.close().await;
    }
}
