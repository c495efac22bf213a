//! A connection in use. It runs one statement at a time and is discarded if one is interrupted.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use sqlx::mysql::{MySqlArguments, MySqlRow};

use super::plan::Runs;
use super::send::{self, SendError};
use super::shared::Shared;
use super::slot::Slot;
use super::slots::PooledConn;
use super::{ServerInfo, ServerKind, Statement, counters, error};
use crate::base::{Args, Error, ErrorKind, Reader, Record, Result};

/// A connection taken from the pool. Dropped while idle, it returns to the pool. Dropped during a statement (the caller
/// was cancelled or the time limit passed), it is discarded and killed on the server. Dropped during a transaction, the
/// transaction is rolled back at once.
pub struct Conn {
    pooled: Option<PooledConn>,
    state: State,
    slot: Option<Slot>,
    sent: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Idle,
    /// A statement was sent and its answer is not completely read.
    Busy,
    InTransaction,
    BusyInTransaction,
    /// The server has rolled back the transaction, or part of it: it can only be ended.
    RolledBackByServer,
    /// The connection was lost.
    Lost,
}

impl Conn {
    /// Waits for a connection of the pool.
    pub(super) async fn acquire(shared: &Arc<Shared>) -> Result<Self> {
        let mut slot = Slot::new(shared);
        if let Some(pooled) = slot.try_take() {
            return Ok(Self::new(pooled, slot));
        }
        let Ok(got) = tokio::time::timeout(shared.acquire_timeout, slot.wait()).await else {
            let message = format!("no pooled connection became free within {:?}", shared.acquire_timeout);
            return Err(Error::new(ErrorKind::Unavailable, message).with_retry_after(Duration::from_secs(1)));
        };
        let (pooled, fresh) = got?;
        let mut conn = Self::new(pooled, slot);
        if fresh && shared.counters.is_stale() {
            shared.counters.refresh(&mut conn).await;
        }
        Ok(conn)
    }

    fn new(pooled: PooledConn, slot: Slot) -> Self {
        Self { pooled: Some(pooled), state: State::Idle, slot: Some(slot), sent: 0 }
    }

    /// Returns all rows of a statement.
    pub async fn all<T: Record + Send>(&mut self, statement: &Statement, args: Args) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.each(statement, args, |row| rows.push(row)).await?;
        Ok(rows)
    }

    /// Returns the first row, if there is one.
    pub async fn optional<T: Record + Send>(&mut self, statement: &Statement, args: Args) -> Result<Option<T>> {
        let mut first = None;
        self.each(statement, args, |row| {
            first.get_or_insert(row);
        })
        .await?;
        Ok(first)
    }

    /// Returns the row of a statement that always has one.
    pub async fn one<T: Record + Send>(&mut self, statement: &Statement, args: Args) -> Result<T> {
        let row = self.optional(statement, args).await?;
        row.ok_or_else(|| Error::internal(format!("{} returned no row", statement.name)))
    }

    /// Calls `take` with each row as it arrives, without keeping rows in memory.
    pub async fn each<T: Record + Send>(
        &mut self,
        statement: &Statement,
        args: Args,
        mut take: impl FnMut(T) + Send,
    ) -> Result<()> {
        let mut broken = None;
        self.send(statement, args, |row| {
            // After a row that does not match the model, the rest of the answer is still read.
            if broken.is_none() {
                match T::read(&mut Reader::new(row)) {
                    Ok(value) => take(value),
                    Err(error) => broken = Some(error),
                }
            }
        })
        .await?;
        broken.map_or(Ok(()), Err)
    }

    /// Runs a statement without result rows and returns the number of changed rows.
    pub async fn execute(&mut self, statement: &Statement, args: Args) -> Result<u64> {
        self.send(statement, args, |_| {}).await
    }

    /// Runs an UPDATE whose rows are counted by another statement of its transaction, so that the counters' triggers do
    /// not count them.
    pub(crate) async fn execute_uncounted(&mut self, statement: &Statement, args: Args) -> Result<u64> {
        let uncounted = counters::uncounted(statement, self.server().kind);
        self.send_as(statement, &uncounted, args, |_| {}).await
    }

    /// Awaits `work` that needs no database, such as hashing a password. Meanwhile the connection is returned to the
    /// pool, unless a transaction is open. Fails with `Unavailable` if no connection becomes free in time afterwards.
    pub(crate) async fn release_during<T>(&mut self, work: impl Future<Output = T>) -> Result<T> {
        if self.state != State::Idle {
            return Ok(work.await);
        }
        let (Some(pooled), Some(slot)) = (self.pooled.take(), self.slot.take()) else {
            return Err(Error::internal("an idle connection has no pooled connection"));
        };
        self.state = State::Lost;
        let shared = Arc::clone(slot.shared());
        shared.slots.check_in(pooled);
        drop(slot);
        let done = work.await;
        let mut fresh = Self::acquire(&shared).await?;
        (self.pooled, self.slot, self.state) = (fresh.pooled.take(), fresh.slot.take(), State::Idle);
        Ok(done)
    }

    /// Checks that the server answers.
    pub async fn ping(&mut self) -> Result<()> {
        static PING: Statement = Statement::fixed("ping", "DO 1", &[]);
        self.execute(&PING, Args::new()).await.map(|_| ())
    }

    /// Returns the kind and version of the server.
    pub fn server(&self) -> &ServerInfo {
        &self.pooled.as_ref().expect("taken only on drop").server
    }

    /// Returns the connection's number on the server.
    #[cfg(feature = "unstable-internals")]
    pub fn id(&self) -> u64 {
        self.pooled.as_ref().expect("taken only on drop").id
    }

    /// Begins a transaction; called by [`super::run_tx`] and by the atomic operations of `api`.
    pub(crate) async fn begin(&mut self) -> Result<()> {
        self.control("START TRANSACTION", State::InTransaction).await
    }

    pub(crate) async fn commit(&mut self) -> Result<()> {
        self.control("COMMIT", State::Idle).await
    }

    pub(super) async fn rollback(&mut self) -> Result<()> {
        self.control("ROLLBACK", State::Idle).await
    }

    /// Returns whether a transaction is open and no statement is running.
    pub(crate) fn in_transaction(&self) -> bool {
        matches!(self.state, State::InTransaction | State::RolledBackByServer)
    }

    /// Sets a savepoint for [`Conn::rollback_to_savepoint`].
    pub(crate) async fn savepoint(&mut self) -> Result<()> {
        self.control("SAVEPOINT staka_operation", State::InTransaction).await
    }

    /// Releases the savepoint; changes since then stay in the transaction.
    pub(crate) async fn release_savepoint(&mut self) -> Result<()> {
        self.control("RELEASE SAVEPOINT staka_operation", State::InTransaction).await
    }

    /// Rolls back to the savepoint. After a deadlock the server has rolled back the transaction already.
    pub(crate) async fn rollback_to_savepoint(&mut self) -> Result<()> {
        if self.state == State::RolledBackByServer {
            return Ok(());
        }
        self.control("ROLLBACK TO SAVEPOINT staka_operation", State::InTransaction).await
    }

    /// Rolls back an abandoned transaction; if that fails, the connection is discarded.
    pub(crate) async fn rollback_or_discard(&mut self) {
        if self.rollback().await.is_err() {
            self.state = State::Lost;
        }
    }

    async fn control(&mut self, text: &'static str, after: State) -> Result<()> {
        if self.state != State::RolledBackByServer || text != "ROLLBACK" {
            self.ready()?;
        }
        let limit = self.shared().control_timeout;
        let before = std::mem::replace(&mut self.state, State::BusyInTransaction);
        self.count();
        let raw = self.pooled.as_mut().expect("taken only on drop");
        let running = send::traced(text, sqlx::raw_sql(text).execute(&mut raw.mysql));
        let Ok(done) = tokio::time::timeout(limit, running).await else {
            return Err(Error::new(ErrorKind::Timeout, format!("{text} took longer than {limit:?}")));
        };
        raw.last_used = Instant::now();
        self.settle(done.map(|_| ()), after, before)
    }

    async fn send(&mut self, statement: &Statement, args: Args, on_row: impl FnMut(&MySqlRow) + Send) -> Result<u64> {
        self.send_as(statement, statement, args, on_row).await
    }

    /// Runs `sent`, whose plan is that of `statement`.
    async fn send_as(
        &mut self,
        statement: &Statement,
        sent: &Statement,
        args: Args,
        on_row: impl FnMut(&MySqlRow) + Send,
    ) -> Result<u64> {
        let values = args.into_values()?;
        self.ready()?;
        let mut on_row = on_row;
        if let Some(log) = self.shared().plans.clone() {
            self.explain(statement, values.clone()).await?;
            match log.runs(statement) {
                Runs::Itself => {}
                Runs::Instead(other) => {
                    let none = MySqlArguments::default();
                    return self.send_once(other, none, &mut on_row).await.map_err(SendError::into_error);
                }
                Runs::Nothing => return Ok(0),
            }
        }
        let spare = sent.has_hints().then(|| values.clone());
        match (self.send_once(sent, values, &mut on_row).await, spare) {
            (Err(SendError::MissingIndex), Some(values)) => {
                tracing::warn!(statement = statement.name, "an index of Staka is missing: run `staka migrate`");
                let plain = sent.without_hints();
                self.send_once(&plain, values, &mut on_row).await.map_err(SendError::into_error)
            }
            (done, _) => done.map_err(SendError::into_error),
        }
    }

    async fn send_once(
        &mut self,
        statement: &Statement,
        values: MySqlArguments,
        on_row: &mut (impl FnMut(&MySqlRow) + Send),
    ) -> Result<u64, SendError> {
        let timeout = self.shared().statement_timeout;
        self.count();
        let before = self.state;
        self.state = if before == State::InTransaction { State::BusyInTransaction } else { State::Busy };
        let raw = self.pooled.as_mut().expect("taken only on drop");
        let running = send::traced(statement.name, send::run(raw, statement, values, on_row));
        let done = match timeout {
            None => running.await,
            Some(limit) => match tokio::time::timeout(limit, running).await {
                Ok(done) => done,
                // The state stays busy: dropping the connection discards it and kills the statement.
                Err(_) => {
                    let late = Error::new(ErrorKind::Timeout, format!("{} took longer than {limit:?}", statement.name));
                    return Err(SendError::Other(late));
                }
            },
        };
        if done.as_ref().is_err_and(error::is_missing_index) {
            self.state = before;
            return Err(SendError::MissingIndex);
        }
        self.settle(done, before, before).map_err(SendError::Other)
    }

    /// Sets the state: `after` on success, `before` if the server refused the statement, `Lost` with the connection.
    fn settle<T>(&mut self, done: Result<T, sqlx::Error>, after: State, before: State) -> Result<T> {
        match done {
            Ok(value) => {
                self.state = after;
                Ok(value)
            }
            Err(cause) => {
                let lost = error::loses_connection(&cause);
                let error = if self.server().kind == ServerKind::MariaDb && error::is_broken_trigger_error(&cause) {
                    self.shared().canceller.repair();
                    Error::new(ErrorKind::Contention, "a KILL broke the table's triggers; they are being repaired")
                        .with_source(cause)
                } else {
                    error::from_sqlx(cause)
                };
                self.state = match before {
                    _ if lost => State::Lost,
                    // A deadlock rolls everything back: continuing would write only the rest. A repair waits for its
                    // end.
                    State::InTransaction if error.kind() == ErrorKind::Contention => State::RolledBackByServer,
                    _ => before,
                };
                Err(error)
            }
        }
    }

    fn ready(&self) -> Result<()> {
        match self.state {
            State::Idle | State::InTransaction => Ok(()),
            State::RolledBackByServer => {
                Err(Error::new(ErrorKind::Contention, "the transaction was rolled back by the server after a deadlock"))
            }
            State::Lost => Err(Error::new(ErrorKind::Unavailable, "the connection to the database was lost")),
            State::Busy | State::BusyInTransaction => {
                Err(Error::new(ErrorKind::Cancelled, "an earlier statement on this connection was interrupted"))
            }
        }
    }

    /// Returns the number of statements sent since the connection was taken from the pool.
    pub(crate) fn sent(&self) -> u32 {
        self.sent
    }

    fn count(&mut self) {
        self.sent += 1;
        self.shared().metrics.statements.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn shared(&self) -> &Shared {
        self.slot.as_ref().expect("taken only on drop").shared()
    }

    /// Adds the statement's plan to the log.
    async fn explain(&mut self, statement: &Statement, values: MySqlArguments) -> Result<()> {
        let before = std::mem::replace(&mut self.state, State::BusyInTransaction);
        let raw = self.pooled.as_mut().expect("taken only on drop");
        let kind = raw.server.kind;
        let plan = super::plan::explain(&mut raw.mysql, kind, statement, values).await;
        self.state = before;
        let plan = plan?;
        if let (Some(plan), Some(log)) = (plan, &self.shared().plans) {
            log.add(plan);
        }
        Ok(())
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        let (Some(pooled), Some(slot)) = (self.pooled.take(), self.slot.take()) else { return };
        // The slot is always freed last.
        match self.state {
            State::Idle => slot.shared().slots.check_in(pooled),
            State::Lost => drop(pooled),
            State::Busy | State::BusyInTransaction => {
                slot.shared().metrics.discards.fetch_add(1, Ordering::Relaxed);
                let shared = Arc::clone(slot.shared());
                // On MariaDB a KILL can break triggers.
                let repairs = pooled.server.kind == ServerKind::MariaDb && shared.counters.any_trusted();
                shared.canceller.kill(pooled.id, repairs, (pooled, slot));
            }
            // Rolled back now, not at the next use of the connection; the slot stays taken until then.
            State::InTransaction | State::RolledBackByServer => {
                let runtime = slot.shared().runtime.clone();
                // Lost until the task runs: a runtime that shuts down drops the task and with it the connection.
                let mut conn = Self { pooled: Some(pooled), state: State::Lost, slot: Some(slot), sent: 0 };
                runtime.spawn(async move {
                    conn.state = State::InTransaction;
                    conn.rollback_or_discard().await;
                });
            }
        }
    }
}
