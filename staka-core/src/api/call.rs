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
    reconnected: bool,
    retry: Retry,
}

enum Line {
    Pooled(Conn),
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
            None => Line::Pooled(session.inner.pool.acquire().await?),
            Some(slot) => Line::InTx(Arc::clone(slot).lock_owned().await),
        };
        let mut call = Self {
            session,
            operation,
            kind,
            line,
            now: session.inner.clock.now(),
            reconnected: false,
            retry: Retry::default(),
        };
        if let Some(user) = ask {
            rule.ask(call.conn()?, user).await?;
        }
        Ok(call)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) fn conn(&mut self) -> Result<&mut Conn> {
        match &mut self.line {
            Line::Pooled(conn) => Ok(conn),
            Line::InTx(slot) => slot.as_mut().map(OwnedTx::conn).ok_or_else(over),
        }
    }

    /// Names the operation in an error. A read whose connection had died while it rested is asked once more: after
    /// a restart of the server every resting connection is dead, so they all go. A statement that met a deadlock is
    /// tried again: alone on its connection, it was undone as a whole.
    pub(super) async fn finish<T>(&mut self, outcome: Result<T>) -> Result<Option<T>> {
        let error = match outcome {
            Ok(value) => return Ok(Some(value)),
            Err(error) => error,
        };
        let error = error.in_operation(self.operation);
        // Within a transaction only its owner can begin anew.
        let Line::Pooled(conn) = &mut self.line else { return Err(error) };
        if error.kind() == ErrorKind::Unavailable && self.kind == Kind::Read && !self.reconnected {
            self.session.inner.pool.forget_idle();
            *conn = self.session.inner.pool.acquire().await.map_err(|e| e.in_operation(self.operation))?;
            self.reconnected = true;
        } else {
            self.retry.after(error).await?;
        }
        Ok(None)
    }
}
