//! A connection in use: runs statements one at a time, and is given up when one is cut off in the middle.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use futures_util::TryStreamExt;
use sqlx::mysql::{MySqlArguments, MySqlRow};
use sqlx::{Either, Executor};
use tracing::Instrument;

use super::connect::Raw;
use super::slots::{Line, Slot};
use super::{Flavour, ServerInfo, Statement, error};
use crate::base::{Args, Error, ErrorKind, Reader, Record, Result};

/// A connection taken from the pool. Dropped at rest it goes back; dropped in the middle of a statement, because
/// the caller left or time was up, it is discarded and killed on the server; dropped in the middle of a
/// transaction, the transaction is rolled back at once.
pub struct Conn {
    line: Option<Line>,
    state: State,
    slot: Option<Slot>,
    sent: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Resting,
    /// A statement was sent, its answer is not read to the end.
    Busy,
    InTransaction,
    BusyInTransaction,
    /// The server has undone the transaction, or part of it: only its end can follow.
    Doomed,
    /// The line is gone.
    Lost,
}

impl Conn {
    pub(super) fn new(line: Line, slot: Slot) -> Self {
        Self { line: Some(line), state: State::Resting, slot: Some(slot), sent: 0 }
    }

    /// All rows of a statement.
    pub async fn all<T: Record + Send>(&mut self, statement: &Statement, args: Args) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.each(statement, args, |row| rows.push(row)).await?;
        Ok(rows)
    }

    /// The first row, if there is one.
    pub async fn optional<T: Record + Send>(&mut self, statement: &Statement, args: Args) -> Result<Option<T>> {
        let mut first = None;
        self.each(statement, args, |row| {
            first.get_or_insert(row);
        })
        .await?;
        Ok(first)
    }

    /// The only row of a statement that always has one.
    pub async fn one<T: Record + Send>(&mut self, statement: &Statement, args: Args) -> Result<T> {
        let row = self.optional(statement, args).await?;
        row.ok_or_else(|| Error::internal(format!("{} gave no row", statement.name)))
    }

    /// Each row as it comes: nothing is kept.
    pub async fn each<T: Record + Send>(
        &mut self,
        statement: &Statement,
        args: Args,
        mut take: impl FnMut(T) + Send,
    ) -> Result<()> {
        let mut broken = None;
        self.send(statement, args, |row| {
            // A row that breaks the model ends the reading of rows, not of the answer.
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

    /// Runs a statement that gives no rows; returns how many it changed.
    pub async fn execute(&mut self, statement: &Statement, args: Args) -> Result<u64> {
        self.send(statement, args, |_| {}).await
    }

    /// Waits for `work` that needs no database. Meanwhile the connection goes back to the pool, unless a transaction is
    /// open on it: who waits for a password to be hashed must not keep others from the database. `Unavailable` when
    /// there is no connection in time afterwards.
    pub(crate) async fn lend<T>(&mut self, work: impl Future<Output = T>) -> Result<T> {
        if self.state != State::Resting {
            return Ok(work.await);
        }
        let (Some(line), Some(slot)) = (self.line.take(), self.slot.take()) else {
            return Err(Error::internal("a connection that rests has a line"));
        };
        self.state = State::Lost;
        let shared = Arc::clone(slot.shared());
        shared.slots.rest(line);
        drop(slot);
        let done = work.await;
        let mut fresh = super::pool::acquire(&shared).await?;
        (self.line, self.slot, self.state) = (fresh.line.take(), fresh.slot.take(), State::Resting);
        Ok(done)
    }

    /// Asks the server for a sign of life.
    pub async fn ping(&mut self) -> Result<()> {
        static PING: Statement = Statement::fixed("ping", "DO 1", &[]);
        self.execute(&PING, Args::new()).await.map(|_| ())
    }

    /// What the server said of itself.
    pub fn server(&self) -> &ServerInfo {
        &self.line.as_ref().expect("held until drop").server
    }

    /// The connection's number on the server.
    pub fn id(&self) -> u64 {
        self.line.as_ref().expect("held until drop").id
    }

    /// Begins a transaction; [`super::run_tx`] is the way to it, and `api`'s acts.
    pub(crate) async fn begin(&mut self) -> Result<()> {
        self.control("START TRANSACTION", State::InTransaction).await
    }

    pub(crate) async fn commit(&mut self) -> Result<()> {
        self.control("COMMIT", State::Resting).await
    }

    pub(super) async fn rollback(&mut self) -> Result<()> {
        self.control("ROLLBACK", State::Resting).await
    }

    /// Whether it rests within a transaction.
    pub(crate) fn in_transaction(&self) -> bool {
        matches!(self.state, State::InTransaction | State::Doomed)
    }

    /// Sets a mark within a transaction, to which [`Conn::back_to_mark`] comes back.
    pub(crate) async fn mark(&mut self) -> Result<()> {
        self.control("SAVEPOINT staka_act", State::InTransaction).await
    }

    /// Forgets the mark; what was done since stays in the transaction.
    pub(crate) async fn forget_mark(&mut self) -> Result<()> {
        self.control("RELEASE SAVEPOINT staka_act", State::InTransaction).await
    }

    /// Undoes what was done since the mark. A transaction that met a deadlock was undone as a whole already.
    pub(crate) async fn back_to_mark(&mut self) -> Result<()> {
        if self.state == State::Doomed {
            return Ok(());
        }
        self.control("ROLLBACK TO SAVEPOINT staka_act", State::InTransaction).await
    }

    /// Undoes an abandoned transaction; a connection that cannot is of no more use.
    pub(crate) async fn rollback_or_lose(&mut self) {
        if self.rollback().await.is_err() {
            self.state = State::Lost;
        }
    }

    async fn control(&mut self, text: &'static str, after: State) -> Result<()> {
        if self.state != State::Doomed || text != "ROLLBACK" {
            self.ready()?;
        }
        let limit = self.shared().control_timeout;
        let before = std::mem::replace(&mut self.state, State::BusyInTransaction);
        self.count();
        let raw = self.line.as_mut().expect("held until drop");
        let running = traced(text, sqlx::raw_sql(text).execute(&mut raw.mysql));
        let Ok(done) = tokio::time::timeout(limit, running).await else {
            return Err(Error::new(ErrorKind::Timeout, format!("{text} took longer than {limit:?}")));
        };
        raw.last_used = Instant::now();
        self.settle(done.map(|_| ()), after, before)
    }

    async fn send(&mut self, statement: &Statement, args: Args, on_row: impl FnMut(&MySqlRow) + Send) -> Result<u64> {
        let values = args.into_values()?;
        self.ready()?;
        if self.shared().plans.is_some() {
            self.explain(statement, values.clone()).await?;
        }
        let mut on_row = on_row;
        let spare = statement.has_hints().then(|| values.clone());
        match (self.send_once(statement, values, &mut on_row).await, spare) {
            (Err(Refusal::NoSuchIndex), Some(values)) => {
                tracing::warn!(statement = statement.name, "an index of ours is missing: run `staka migrate`");
                let plain = statement.without_hints();
                self.send_once(&plain, values, &mut on_row).await.map_err(Refusal::into_error)
            }
            (done, _) => done.map_err(Refusal::into_error),
        }
    }

    async fn send_once(
        &mut self,
        statement: &Statement,
        values: MySqlArguments,
        on_row: &mut (impl FnMut(&MySqlRow) + Send),
    ) -> Result<u64, Refusal> {
        let timeout = self.shared().statement_timeout;
        self.count();
        let before = self.state;
        self.state = if before == State::InTransaction { State::BusyInTransaction } else { State::Busy };
        let raw = self.line.as_mut().expect("held until drop");
        let running = traced(statement.name, run(raw, statement, values, on_row));
        let done = match timeout {
            None => running.await,
            Some(limit) => match tokio::time::timeout(limit, running).await {
                Ok(done) => done,
                // Still busy: dropping the connection discards it and kills the statement.
                Err(_) => {
                    let late = Error::new(ErrorKind::Timeout, format!("{} took longer than {limit:?}", statement.name));
                    return Err(Refusal::Other(late));
                }
            },
        };
        if done.as_ref().is_err_and(error::lacks_an_index) {
            self.state = before;
            return Err(Refusal::NoSuchIndex);
        }
        self.settle(done, before, before).map_err(Refusal::Other)
    }

    /// Goes on to `after` if all went well, back to `before` if the server refused, or is lost with the line.
    fn settle<T>(&mut self, done: Result<T, sqlx::Error>, after: State, before: State) -> Result<T> {
        match done {
            Ok(value) => {
                self.state = after;
                Ok(value)
            }
            Err(cause) => {
                let lost = error::loses_the_line(&cause);
                let error = if self.server().flavour == Flavour::MariaDb && error::meets_a_broken_trigger(&cause) {
                    self.shared().killer.mend();
                    Error::new(ErrorKind::Busy, "a KILL broke the table's triggers: being mended").with_source(cause)
                } else {
                    error::from_sqlx(cause)
                };
                self.state = match before {
                    _ if lost => State::Lost,
                    // A deadlock undoes all of it; going on would write the rest alone. What is to be mended waits for its end.
                    State::InTransaction if error.kind() == ErrorKind::Busy => State::Doomed,
                    _ => before,
                };
                Err(error)
            }
        }
    }

    fn ready(&self) -> Result<()> {
        match self.state {
            State::Resting | State::InTransaction => Ok(()),
            State::Doomed => Err(Error::new(ErrorKind::Busy, "the transaction met a deadlock and was undone")),
            State::Lost => Err(Error::new(ErrorKind::Unavailable, "the connection to the database is lost")),
            State::Busy | State::BusyInTransaction => {
                Err(Error::new(ErrorKind::Cancelled, "an earlier statement of this connection was cut off"))
            }
        }
    }

    /// How many statements it has sent since it was taken from the pool.
    pub(crate) fn sent(&self) -> u32 {
        self.sent
    }

    fn count(&mut self) {
        self.sent += 1;
        self.shared().counters.statements.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn shared(&self) -> &super::pool::Shared {
        self.slot.as_ref().expect("held until drop").shared()
    }

    /// Writes the plan that the server would follow into the log.
    async fn explain(&mut self, statement: &Statement, values: MySqlArguments) -> Result<()> {
        let before = std::mem::replace(&mut self.state, State::BusyInTransaction);
        let raw = self.line.as_mut().expect("held until drop");
        let flavour = raw.server.flavour;
        let plan = super::plan::explain(&mut raw.mysql, flavour, statement, values).await;
        self.state = before;
        let plan = plan?;
        if let (Some(plan), Some(log)) = (plan, &self.shared().plans) {
            log.add(plan);
        }
        Ok(())
    }
}

/// Why a statement did not run.
enum Refusal {
    /// It names an index that is not there; it can go without.
    NoSuchIndex,
    Other(Error),
}

impl Refusal {
    fn into_error(self) -> Error {
        match self {
            Self::NoSuchIndex => Error::internal("an index is missing that nothing named"),
            Self::Other(error) => error,
        }
    }
}

/// Within a span of the statement's name, where somebody listens.
async fn traced<F: Future>(name: &'static str, running: F) -> F::Output {
    let running = pin!(running);
    let span = tracing::debug_span!("staka.statement", name, db.system = "mysql");
    if span.is_disabled() { running.await } else { running.instrument(span).await }
}

async fn run(
    raw: &mut Raw,
    statement: &Statement,
    values: MySqlArguments,
    on_row: &mut (impl FnMut(&MySqlRow) + Send),
) -> Result<u64, sqlx::Error> {
    let mut changed = 0;
    // The pair is the smallest thing that the driver runs as a prepared statement.
    let mut answer = raw.mysql.fetch_many((statement.to_sql(), Some(values)));
    while let Some(step) = answer.try_next().await? {
        match step {
            Either::Left(end) => changed += end.rows_affected(),
            Either::Right(row) => on_row(&row),
        }
    }
    drop(answer);
    raw.last_used = Instant::now();
    Ok(changed)
}

impl Drop for Conn {
    fn drop(&mut self) {
        let (Some(line), Some(slot)) = (self.line.take(), self.slot.take()) else { return };
        // The slot is always given back last.
        match self.state {
            State::Resting => slot.shared().slots.rest(line),
            State::Lost => drop(line),
            State::Busy | State::BusyInTransaction => {
                slot.shared().counters.discards.fetch_add(1, Ordering::Relaxed);
                let shared = Arc::clone(slot.shared());
                // MariaDB's KILL can break what it opens.
                let mends = line.server.flavour == Flavour::MariaDb && shared.maintained.any();
                shared.killer.kill(line.id, mends, (line, slot));
            }
            // Rolled back now, not when somebody next uses the connection; the slot stays taken until then.
            State::InTransaction | State::Doomed => {
                let runtime = slot.shared().runtime.clone();
                // Lost until the task runs: a runtime that is shut down drops the task, and this with it.
                let mut conn = Self { line: Some(line), state: State::Lost, slot: Some(slot), sent: 0 };
                runtime.spawn(async move {
                    conn.state = State::InTransaction;
                    conn.rollback_or_lose().await;
                });
            }
        }
    }
}
