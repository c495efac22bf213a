//! The execution of an operation: authorisation, connection, transaction and retries.

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use super::rule::{Basis, Rule};
use super::tx::over;
use super::{Kind, Operations};
use crate::base::{Error, ErrorKind, Result, Violations};
use crate::db::{Conn, OwnedTx, Retry};
use crate::service::{OpContext, identity};

pub(super) struct Call<'s> {
    operations: &'s Operations,
    operation: &'static str,
    kind: Kind,
    rule: Rule<'s>,
    basis: Basis,
    conn: CallConn,
    ctx: OpContext<'s>,
    /// The number of statements that the connection had sent before this attempt.
    sent: u32,
    /// Whether the operation's own transaction is open, or a savepoint in the caller's.
    open: bool,
    reconnected: bool,
    retry: Retry,
    /// Arguments outside of their bounds: the operation fails whatever its outcome.
    refused: Violations,
}

enum CallConn {
    /// `None` only while it is replaced by a fresh one.
    Pooled(Option<Conn>),
    InTx(OwnedMutexGuard<Option<OwnedTx>>),
}

impl<'s> Call<'s> {
    /// Decides by the caller's claims first, so that who is refused takes no connection. What depends on rows is decided
    /// here for an operation that reads, and within the transaction for one that writes.
    pub(super) async fn start(
        operations: &'s Operations,
        operation: &'static str,
        kind: Kind,
        rule: Rule<'s>,
    ) -> Result<Self> {
        Self::begin(operations, operation, kind, rule).await.map_err(|error| error.in_operation(operation))
    }

    async fn begin(operations: &'s Operations, operation: &'static str, kind: Kind, rule: Rule<'s>) -> Result<Self> {
        let basis = rule.decide(&operations.caller)?;
        let conn = match &operations.tx {
            None => CallConn::Pooled(Some(operations.inner.pool.acquire().await?)),
            Some(slot) => CallConn::InTx(Arc::clone(slot).lock_owned().await),
        };
        let ctx = OpContext {
            now: operations.inner.clock.now(),
            clock: &*operations.inner.clock,
            zone: operations.inner.zone,
            caller: &operations.caller,
            passwords: &operations.inner.passwords,
        };
        let (sent, open, reconnected, retry) = (0, false, false, Retry::default());
        let refused = Violations::default();
        let mut call =
            Self { operations, operation, kind, rule, basis, conn, ctx, sent, open, reconnected, retry, refused };
        if kind == Kind::Read && basis == Basis::Rows {
            let allowed = match rule.decide_by_rows(call.conn()?, &operations.caller).await {
                Err(error) if error.kind() == ErrorKind::Unavailable && call.reconnect().await? => {
                    rule.decide_by_rows(call.conn()?, &operations.caller).await
                }
                answer => answer,
            };
            allowed?;
        }
        Ok(call)
    }

    /// Keeps the violations of arguments outside of their bounds. The operation still runs, so that the caller learns what
    /// else is invalid, and is rolled back.
    pub(super) fn refuse(&mut self, violations: Violations) {
        self.refused = violations;
    }

    /// Opens a transaction or savepoint for an operation of one statement that needs one: because the right to it depends
    /// on more than the caller's own account, or because it will be rolled back.
    pub(super) async fn open_if_needed(&mut self) -> Result<()> {
        let writes_for_others = self.kind == Kind::Write && matches!(self.basis, Basis::Account | Basis::Rows);
        if writes_for_others || !self.refused.is_empty() { self.open().await } else { Ok(()) }
    }

    /// Checks that the caller of an operation of many transactions is still authorised.
    pub(super) async fn check_caller(&mut self) -> Result<()> {
        if !self.refused.is_empty() {
            return self.open().await;
        }
        loop {
            match self.authorise().await {
                Err(error) if error.kind() == ErrorKind::Unavailable && self.reconnect().await? => {}
                done => return done.map_err(|error| error.in_operation(self.operation)),
            }
        }
    }

    /// Returns the outcome, or, if arguments were refused, an error that lists all invalid fields.
    fn with_violations<T>(&mut self, outcome: Result<T>) -> Result<T> {
        if self.refused.is_empty() {
            return outcome;
        }
        let refused = std::mem::take(&mut self.refused).into_fields();
        let mut violations = Violations::default();
        if let Err(error) = &outcome {
            // Where an item of a list is named, the list need not be.
            let has_items = |field: &str| {
                refused.iter().any(|it| it.field.strip_prefix(field).is_some_and(|rest| rest.starts_with('[')))
            };
            violations.merge(error.fields().iter().filter(|it| !has_items(&it.field)).cloned());
        }
        violations.merge(refused);
        Err(Error::invalid_fields(violations.into_fields()))
    }

    /// Returns the operation's context.
    pub(super) fn ctx(&self) -> OpContext<'s> {
        self.ctx
    }

    /// Returns the connection for an attempt.
    pub(super) fn conn(&mut self) -> Result<&mut Conn> {
        let conn = match &mut self.conn {
            CallConn::Pooled(conn) => conn.as_mut().ok_or_else(over)?,
            CallConn::InTx(slot) => slot.as_mut().map(OwnedTx::conn).ok_or_else(over)?,
        };
        self.sent = conn.sent();
        Ok(conn)
    }

    /// Begins a transaction, or sets a savepoint in the caller's, and authorises the caller by rows that it holds.
    pub(super) async fn open(&mut self) -> Result<()> {
        loop {
            match self.try_open().await.map_err(|error| error.in_operation(self.operation)) {
                Err(error) if error.kind() == ErrorKind::Unavailable && self.reconnect().await? => {}
                Err(error) if matches!(self.conn, CallConn::Pooled(_)) => self.retry.after(error).await?,
                done => return done,
            }
        }
    }

    async fn try_open(&mut self) -> Result<()> {
        let own = matches!(self.conn, CallConn::Pooled(_));
        let conn = self.conn()?;
        if own {
            conn.begin().await?;
        } else {
            conn.savepoint().await?;
        }
        self.open = true;
        let allowed = self.authorise().await;
        if allowed.is_err() {
            self.undo().await;
        }
        allowed
    }

    /// Authorises the caller by the latest rows, and holds them until the transaction ends, if there is one.
    async fn authorise(&mut self) -> Result<()> {
        let (caller, rule, basis) = (self.ctx.caller, self.rule, self.basis);
        let conn = self.conn()?;
        let role = identity::check_still_allowed(conn, caller, basis == Basis::OwnAccount).await?;
        if basis == Basis::Rows { rule.decide_and_hold(conn, caller, role.as_ref()).await } else { Ok(()) }
    }

    /// Ends an atomic operation: commits it or rolls it back.
    async fn close<T>(&mut self, outcome: Result<T>) -> Result<T> {
        let kept = match outcome {
            Ok(value) => {
                let own = matches!(self.conn, CallConn::Pooled(_));
                let conn = self.conn()?;
                if own { conn.commit().await } else { conn.release_savepoint().await }.map(|()| value)
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
        match &mut self.conn {
            // A connection interrupted during a statement is killed when it is dropped.
            CallConn::Pooled(Some(conn)) if conn.in_transaction() => conn.rollback_or_discard().await,
            CallConn::Pooled(_) => {}
            CallConn::InTx(slot) => {
                let undone = match slot.as_mut() {
                    Some(tx) => tx.conn().rollback_to_savepoint().await.is_ok(),
                    None => true,
                };
                // If the savepoint cannot be restored, the whole transaction is rolled back.
                if !undone {
                    drop(slot.take());
                }
            }
        }
    }

    /// Returns the outcome of a step before the transaction; `None` if it must be repeated.
    pub(super) async fn prepared<T>(&mut self, outcome: Result<T>) -> Result<Option<T>> {
        let outcome = if outcome.is_err() { self.with_violations(outcome) } else { outcome };
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.kind() == ErrorKind::Unavailable && self.reconnect().await? => Ok(None),
            Err(error) => Err(error.in_operation(self.operation)),
        }
    }

    /// Adds the operation's name to an error. Returns `None` if the operation must be repeated: a read whose connection
    /// was lost, a single statement after a deadlock (the server rolled it back), or an atomic operation that was not
    /// committed.
    pub(super) async fn finish<T>(&mut self, outcome: Result<T>) -> Result<Option<T>> {
        let is_atomic = self.open;
        let outcome = self.with_violations(outcome);
        let commit_requested = outcome.is_ok();
        let outcome = if is_atomic { self.close(outcome).await } else { outcome };
        let error = match outcome {
            Ok(value) => return Ok(Some(value)),
            Err(error) => error.in_operation(self.operation),
        };
        // Within a transaction only its owner can retry.
        let CallConn::Pooled(Some(conn)) = &self.conn else { return Err(error) };
        match error.kind() {
            ErrorKind::Contention if is_atomic || conn.sent() == self.sent + 1 => self.retry.after(error).await?,
            // Whether a COMMIT without an answer succeeded is unknown.
            ErrorKind::Unavailable if is_atomic && commit_requested => return Err(error),
            ErrorKind::Unavailable if is_atomic || self.kind == Kind::Read => {
                if !self.reconnect().await.map_err(|e| e.in_operation(self.operation))? {
                    return Err(error);
                }
            }
            _ => return Err(error),
        }
        Ok(None)
    }

    /// Replaces a lost connection once. All idle connections are closed too, as a restart of the server breaks them
    /// all. The lost one frees its slot first.
    async fn reconnect(&mut self) -> Result<bool> {
        let CallConn::Pooled(conn) = &mut self.conn else { return Ok(false) };
        if std::mem::replace(&mut self.reconnected, true) {
            return Ok(false);
        }
        drop(conn.take());
        self.open = false;
        self.operations.inner.pool.forget_idle();
        *conn = Some(self.operations.inner.pool.acquire().await?);
        Ok(true)
    }
}

/// An atomic operation interrupted within a caller's transaction must not be committed in part.
impl Drop for Call<'_> {
    fn drop(&mut self) {
        if self.open
            && let CallConn::InTx(slot) = &mut self.conn
        {
            drop(slot.take());
        }
    }
}
