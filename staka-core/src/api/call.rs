//! One operation under way: authorised, on a connection, tried again where that is safe.

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use super::rule::Rule;
use super::tx::over;
use super::{Kind, Session};
use crate::base::{ErrorKind, Result, Timestamp};
use crate::db::{Conn, OwnedTx, Retry};

pub(super) struct Call<'s> {
    session: &'s Session,
    operation: &'static str,
    kind: Kind,
    line: Line,
    now: Timestamp,
    /// What the line had sent before the present attempt.
    sent: u32,
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
        let (now, retry) = (session.inner.clock.now(), Retry::default());
        let mut call = Self { session, operation, kind, line, now, sent: 0, reconnected: false, retry };
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

    pub(super) fn now(&self) -> Timestamp {
        self.now
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

    /// Names the operation in an error. What may be done again is: a read whose connection had died while it rested,
    /// and a single statement that met a deadlock, which the server undid as a whole.
    pub(super) async fn finish<T>(&mut self, outcome: Result<T>) -> Result<Option<T>> {
        let error = match outcome {
            Ok(value) => return Ok(Some(value)),
            Err(error) => error.in_operation(self.operation),
        };
        // Within a transaction only its owner can begin anew.
        let Line::Pooled(Some(conn)) = &self.line else { return Err(error) };
        match error.kind() {
            ErrorKind::Busy if conn.sent() == self.sent + 1 => self.retry.after(error).await?,
            ErrorKind::Unavailable if self.kind == Kind::Read => {
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
        self.session.inner.pool.forget_idle();
        *conn = Some(self.session.inner.pool.acquire().await?);
        Ok(true)
    }
}
