//! Tracks which counter tables can be read instead of counting rows: those that are filled and have all their triggers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use staka_macros::Record;

use super::Counter;
use crate::base::{Args, Record, Result};
use crate::db::{Access, Conn, Optional, Statement};

/// How long a check is valid; the first connection opened after that checks again.
const CHECK_VALID_FOR: Duration = Duration::from_secs(60);

/// The counter tables that are trusted, as of the last check.
#[derive(Debug)]
pub(in crate::db) struct CounterStatus {
    enabled: bool,
    trusted: [AtomicBool; Counter::ALL.len()],
    checked_at: Mutex<Option<Instant>>,
}

static FILLED: Statement = Statement::fixed("counters.filled", "SELECT `name` FROM `staka_counter_status`", &[]);
static TRIGGERS: Statement = Statement::fixed(
    "counters.triggers",
    "SELECT CAST(TRIGGER_NAME AS CHAR) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()",
    &[],
);
/// An account without the TRIGGER privilege sees no triggers. Then only `staka_counter_status` decides which tables are
/// trusted.
static SEES_TRIGGERS: Statement = Statement::fixed(
    "counters.sees_triggers",
    "SELECT (SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE = 'TRIGGER') \
     + (SELECT COUNT(*) FROM information_schema.SCHEMA_PRIVILEGES WHERE PRIVILEGE_TYPE = 'TRIGGER' AND DATABASE() LIKE TABLE_SCHEMA)",
    &[],
);

/// Whether a table has been filled for so long that a statement which ended just now saw it filled.
static FILLED_BEFORE: Statement = Statement::fixed(
    "counters.filled_before",
    "SELECT d.name FROM staka_counter_status d WHERE d.name = ? AND d.filledAt < UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE",
    &[Access::Index { table: "d", keys: &["PRIMARY"] }],
);

#[derive(Record)]
struct Name {
    name: String,
}

impl CounterStatus {
    pub(in crate::db) fn new(enabled: bool) -> Self {
        Self { enabled, trusted: Default::default(), checked_at: Mutex::default() }
    }

    /// Returns whether the last check is too old.
    pub(in crate::db) fn is_stale(&self) -> bool {
        let checked_at = self.checked_at.lock().unwrap_or_else(PoisonError::into_inner);
        self.enabled && checked_at.is_none_or(|at| at.elapsed() > CHECK_VALID_FOR)
    }

    /// Returns whether any counter table is trusted, and so has triggers.
    pub(in crate::db) fn any_trusted(&self) -> bool {
        self.trusted.iter().any(|trusted| trusted.load(Ordering::Relaxed))
    }

    fn of(&self, which: Counter) -> &AtomicBool {
        &self.trusted[which as usize]
    }

    /// Checks again which tables are filled and have their triggers. A table that cannot be checked is not trusted.
    pub(in crate::db) async fn refresh(&self, conn: &mut Conn) {
        *self.checked_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        let trusted = match trusted(conn).await {
            Ok(trusted) => trusted,
            Err(error) => {
                tracing::debug!(%error, "the counter tables cannot be checked; queries count rows instead");
                Vec::new()
            }
        };
        for which in Counter::ALL {
            let now = trusted.contains(&which);
            if self.of(which).swap(now, Ordering::Relaxed) && !now {
                tracing::warn!(
                    table = which.table(),
                    "a counter table is not filled or lacks triggers; queries count rows instead, \
                     which is slower. Run `staka migrate`"
                );
            }
        }
    }
}

async fn trusted(conn: &mut Conn) -> Result<Vec<Counter>> {
    let names = |names: Vec<Name>| names.into_iter().map(|row| row.name).collect::<Vec<String>>();
    let filled = names(conn.all(&FILLED, Args::new()).await?);
    let mut trusted: Vec<Counter> =
        Counter::ALL.into_iter().filter(|which| filled.iter().any(|name| name == which.table())).collect();
    let existing = names(conn.all(&TRIGGERS, Args::new()).await?);
    let complete = |which: &Counter| which.triggers().iter().all(|name| existing.iter().any(|it| it == name));
    if !trusted.iter().all(complete)
        && (!existing.is_empty() || conn.one::<i64>(&SEES_TRIGGERS, Args::new()).await? > 0)
    {
        trusted.retain(complete);
    }
    Ok(trusted)
}

impl Conn {
    /// Returns the rows of a statement over a counter table; `None` if the table is not trusted and the caller must
    /// count. The statement joins `staka_counter_status` and has no row for a table that is not filled, so an empty
    /// result is `None` unless the table was filled before.
    pub async fn counters<T: Record + Send>(
        &mut self,
        which: Counter,
        statement: &Statement,
        args: impl FnOnce() -> Args,
    ) -> Result<Option<Vec<T>>> {
        if !self.shared().counters.of(which).load(Ordering::Relaxed) {
            return Ok(None);
        }
        let optional = Optional::tables(which.tables(), "queries count rows instead, which is slower");
        let Some(rows) = optional.or_none(self.all(statement, args()).await)? else {
            self.shared().counters.of(which).store(false, Ordering::Relaxed);
            return Ok(None);
        };
        if rows.is_empty() {
            let filled: Option<Vec<Name>> =
                optional.or_none(self.all(&FILLED_BEFORE, Args::new().with(which.table())).await)?;
            return Ok(filled.filter(|names| !names.is_empty()).map(|_| rows));
        }
        Ok(Some(rows))
    }
}
