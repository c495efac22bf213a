//! One operation under way: authorised, on a connection, tried again where that is safe.

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use super::rule::Rule;
use super::tx::over;
use super::{Kind, Session};
use crate::base::{ErrorKind, Result};
use crate::db::{Conn, OwnedTx, Retry};
use crate::flow::{Act, identity};

pub(super) struct Call<'s> {
    session: &'s Session,
    operation: &'static str,
    kind: Kind,
    line: Line,
    act: Act<'s>,
    /// What the line had sent before the present attempt.
    sent: u32,
    /// Whether a transaction of this act's own is open, or a mark within the caller's.
    open: bool,
    reconnected: bool,
    retry: Retry,
}

enum Line {
    /// None only while it is exchanged for a fresh one.
    Pooled(Option<Conn>),
    InTx(OwnedMutexGuard<Option<OwnedTx>>),
}

impl<'s> Call<'s> {
    /// Authorises first, so that a refused caller takes no connection unless only the rows can tell.
    pub(super) async fn start(
        session: &'s Session,
        operation: &'static str,
        kind: Kind,
        rule: Rule<'_>,
    ) -> Result<Self> {
        Self::begin(session, operation, kind, rule).await.map_err(|error| error.in_operation(operation))
    }

    async fn begin(session: &'s Session, operation: &'static str, kind: Kind, rule: Rule<'_>) -> Result<Self> {
        let ask = rule.decide(&session.ctx)?;
        let line = match &session.tx {
            None => Line::Pooled(Some(session.inner.pool.acquire().await?)),
            Some(slot) => Line::InTx(Arc::clone(slot).lock_owned().await),
        };
        let act = Act {
            now: session.inner.clock.now(),
            clock: &*session.inner.clock,
            zone: session.inner.zone,
            ctx: &session.ctx,
            passwords: &session.inner.passwords,
        };
        let (sent, open, reconnected, retry) = (0, false, false, Retry::default());
        let mut call = Self { session, operation, kind, line, act, sent, open, reconnected, retry };
        if let Some(user) = ask {
            let allowed = match rule.ask(call.conn()?, user).await {
                Err(error) if error.kind() == ErrorKind::Unavailable && call.reconnect().await? => {
                    rule.ask(call.conn()?, user).await
                }
                answer => answer,
            };
            allowed?;
        }
        Ok(call)
    }

    /// What the operation knows.
    pub(super) fn act(&self) -> Act<'s> {
        self.act
    }

    /// The line, for an attempt.
    pub(super) fn conn(&mut self) -> Result<&mut Conn> {
        let conn = match &mut self.line {
            Line::Pooled(conn) => conn.as_mut().ok_or_else(over)?,
            Line::InTx(slot) => slot.as_mut().map(OwnedTx::conn).ok_or_else(over)?,
        };
        self.sent = conn.sent();
        Ok(conn)
    }

    /// Begins the transaction of an act, or marks its place in the caller's, and asks whether the actor still may.
    pub(super) async fn open(&mut self) -> Result<()> {
        loop {
            match self.try_open().await {
                Err(error) if error.kind() == ErrorKind::Unavailable && self.reconnect().await? => {}
                done => return done.map_err(|error| error.in_operation(self.operation)),
            }
        }
    }

    async fn try_open(&mut self) -> Result<()> {
        let ctx = self.act.ctx;
        let own = matches!(self.line, Line::Pooled(_));
        let conn = self.conn()?;
        if own {
            conn.begin().await?;
        } else {
            conn.mark().await?;
        }
        let stands = identity::still_stands(conn, ctx).await;
        self.open = true;
        if let Err(error) = stands {
            self.undo().await;
            return Err(error);
        }
        Ok(())
    }

    /// Ends an act: keeps what it did, or undoes all of it.
    async fn close<T>(&mut self, outcome: Result<T>) -> Result<T> {
        let kept = match outcome {
            Ok(value) => {
                let own = matches!(self.line, Line::Pooled(_));
                let conn = self.conn()?;
                if own { conn.commit().await } else { conn.forget_mark().await }.map(|()| value)
            }
            Err(error) => Err(error),
        };
        if kept.is_err() {
            self.undo().await;
        }
        self.open = false;
        kept
    }

    async fn undo(&mut self) {
        self.open = false;
        match &mut self.line {
            // One that was cut off in the middle of a statement is killed when it is dropped.
            Line::Pooled(Some(conn)) if conn.in_transaction() => conn.rollback_or_lose().await,
            Line::Pooled(_) => {}
            Line::InTx(slot) => {
                let undone = match slot.as_mut() {
                    Some(tx) => tx.conn().back_to_mark().await.is_ok(),
                    None => true,
                };
                // What cannot be undone in part is undone as a whole.
                if !undone {
                    drop(slot.take());
                }
            }
        }
    }

    /// The outcome of a step before the transaction; none when it is to be taken again.
    pub(super) async fn prepared<T>(&mut self, outcome: Result<T>) -> Result<Option<T>> {
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.kind() == ErrorKind::Unavailable && self.reconnect().await? => Ok(None),
            Err(error) => Err(error.in_operation(self.operation)),
        }
    }

    /// Names the operation in an error. What may be done again is: a read whose connection had died while it rested,
    /// a single statement that met a deadlock, which the server undid as a whole, and an act of which nothing was kept.
    pub(super) async fn finish<T>(&mut self, outcome: Result<T>) -> Result<Option<T>> {
        let is_act = self.open;
        let asked_to_keep = outcome.is_ok();
        let outcome = if is_act { self.close(outcome).await } else { outcome };
        let error = match outcome {
            Ok(value) => return Ok(Some(value)),
            Err(error) => error.in_operation(self.operation),
        };
        // Within a transaction only its owner can begin anew.
        let Line::Pooled(Some(conn)) = &self.line else { return Err(error) };
        match error.kind() {
            ErrorKind::Busy if is_act || conn.sent() == self.sent + 1 => self.retry.after(error).await?,
            // Whether a COMMIT whose answer was lost went through, nobody knows.
            ErrorKind::Unavailable if is_act && asked_to_keep => return Err(error),
            ErrorKind::Unavailable if is_act || self.kind == Kind::Read => {
                if !self.reconnect().await.map_err(|e| e.in_operation(self.operation))? {
                    return Err(error);
                }
            }
            _ => return Err(error),
        }
        Ok(None)
    }

    /// Exchanges a dead connection for a fresh one, once: after a restart of the server every resting one is dead, so
    /// they all go. The dead one gives its slot back first.
    async fn reconnect(&mut self) -> Result<bool> {
        let Line::Pooled(conn) = &mut self.line else { return Ok(false) };
        if std::mem::replace(&mut self.reconnected, true) {
            return Ok(false);
        }
        drop(conn.take());
        self.open = false;
        self.session.inner.pool.forget_idle();
        *conn = Some(self.session.inner.pool.acquire().await?);
        Ok(true)
    }
}

/// An act that is cut off within a caller's transaction must not be kept in part.
impl Drop for Call<'_> {
    fn drop(&mut self) {
        if self.open
            && let Line::InTx(slot) = &mut self.line
        {
            drop(slot.take());
        }
    }
}
