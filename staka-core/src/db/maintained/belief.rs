//! Whether a handle believes the tables that triggers maintain.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use staka_macros::Record;

use super::Maintained;
use crate::base::{Args, Record, Result};
use crate::db::{Conn, Statement, error};

/// How long what was seen of the tables holds; it is looked at again when a connection is opened after that.
const SEEN: Duration = Duration::from_secs(60);

/// Which of the tables can be believed, as a handle saw them last.
#[derive(Debug)]
pub(in crate::db) struct Belief {
    wanted: bool,
    believed: [AtomicBool; Maintained::ALL.len()],
    seen: Mutex<Option<Instant>>,
}

static FILLED: Statement = Statement::fixed("maintained.filled", "SELECT `name` FROM `staka_maintained`", &[]);
static TRIGGERS: Statement = Statement::fixed(
    "maintained.triggers",
    "SELECT CAST(TRIGGER_NAME AS CHAR) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()",
    &[],
);
/// Who may not see triggers sees none: then the mark alone is believed.
static SEES_TRIGGERS: Statement = Statement::fixed(
    "maintained.sees_triggers",
    "SELECT (SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE = 'TRIGGER') \
     + (SELECT COUNT(*) FROM information_schema.SCHEMA_PRIVILEGES WHERE PRIVILEGE_TYPE = 'TRIGGER' AND DATABASE() LIKE TABLE_SCHEMA)",
    &[],
);

#[derive(Record)]
struct Name {
    name: String,
}

impl Belief {
    pub(in crate::db) fn new(wanted: bool) -> Self {
        Self { wanted, believed: Default::default(), seen: Mutex::default() }
    }

    /// Whether it is time to look.
    pub(in crate::db) fn is_old(&self) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        self.wanted && seen.is_none_or(|seen| seen.elapsed() > SEEN)
    }

    /// Whether any of them is believed, so that triggers of ours stand.
    pub(in crate::db) fn any(&self) -> bool {
        self.believed.iter().any(|believed| believed.load(Ordering::Relaxed))
    }

    fn of(&self, which: Maintained) -> &AtomicBool {
        &self.believed[which as usize]
    }

    /// Looks at marks and triggers. What cannot be looked at is not believed.
    pub(in crate::db) async fn look(&self, conn: &mut Conn) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        let believed = match believed(conn).await {
            Ok(believed) => believed,
            Err(error) => {
                tracing::debug!(%error, "no table of ours is maintained");
                Vec::new()
            }
        };
        for which in Maintained::ALL {
            let now = believed.contains(&which);
            if self.of(which).swap(now, Ordering::Relaxed) && !now {
                tracing::warn!(table = which.table(), "is no longer maintained: queries count; run `staka migrate`");
            }
        }
    }
}

async fn believed(conn: &mut Conn) -> Result<Vec<Maintained>> {
    let names = |names: Vec<Name>| names.into_iter().map(|row| row.name).collect::<Vec<String>>();
    let filled = names(conn.all(&FILLED, Args::new()).await?);
    let mut believed: Vec<Maintained> =
        Maintained::ALL.into_iter().filter(|which| filled.iter().any(|name| name == which.table())).collect();
    let standing = names(conn.all(&TRIGGERS, Args::new()).await?);
    let complete = |which: &Maintained| which.triggers().iter().all(|name| standing.iter().any(|it| it == name));
    if !believed.iter().all(complete)
        && (!standing.is_empty() || conn.one::<i64>(&SEES_TRIGGERS, Args::new()).await? > 0)
    {
        believed.retain(complete);
    }
    Ok(believed)
}

impl Conn {
    /// The rows of a statement over a table that triggers maintain; none when the table cannot be believed, and the
    /// caller must count by itself. The statement reads the mark in `staka_maintained` too and gives no row without it, so
    /// that a table which was just put back empty is not believed: no rows are none.
    pub async fn maintained<T: Record + Send>(
        &mut self,
        which: Maintained,
        statement: &Statement,
        args: impl FnOnce() -> Args,
    ) -> Result<Option<Vec<T>>> {
        if !self.shared().maintained.of(which).load(Ordering::Relaxed) {
            return Ok(None);
        }
        match self.all(statement, args()).await {
            Err(lost) if error::lacks_a_table(&lost) => {
                self.shared().maintained.of(which).store(false, Ordering::Relaxed);
                tracing::warn!(table = which.table(), "is not there: queries count; run `staka migrate`");
                Ok(None)
            }
            done => done.map(|rows| Some(rows).filter(|rows: &Vec<T>| !rows.is_empty())),
        }
    }
}
