//! Generates and inserts rows in runs, each in its own transaction, several at a time.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use staka_core::Result;
use staka_core::base::Args;
use staka_core::db::{Conn, Pool, Statement, run_tx};
use staka_core::model::UserId;

use crate::options::Progress;
use crate::plan::World;
use crate::tables::{Rows, runs};

/// The approximate number of rows of a transaction.
const RUN: u64 = 4_096;
/// The number of connections that insert.
const WRITERS: usize = 2;

static CHECKS_OFF: Statement = Statement::fixed(
    "seed.checks_off",
    "SET SESSION foreign_key_checks = 0, unique_checks = 0, @staka_counters_off = 1",
    &[],
);
static CHECKS_ON: Statement = Statement::fixed(
    "seed.checks_on",
    "SET SESSION foreign_key_checks = 1, unique_checks = 1, @staka_counters_off = NULL",
    &[],
);

/// Fills the tables and returns the number of rows of each. `of` limits the notifications to those users.
pub(crate) async fn fill(
    pool: &Pool,
    world: &Arc<World>,
    tables: &[&'static str],
    of: Option<&HashSet<UserId>>,
    on_progress: &mut (dyn FnMut(&Progress) + Send),
) -> Result<Vec<(&'static str, u64)>> {
    let mut written: Vec<(&'static str, u64)> = tables.iter().map(|table| (*table, 0)).collect();
    let work = tables.iter().flat_map(|table| runs(world, table, RUN).into_iter().map(|units| (*table, units)));
    let mut done = stream::iter(work)
        .map(|(table, units)| async move {
            let mut rows = Rows::of(world, table, units);
            if let (Rows::Notifications(rows), Some(of)) = (&mut rows, of) {
                rows.retain(|row| of.contains(&row.user_id));
            }
            let count = rows.len() as u64;
            let rows = Arc::new(rows);
            run_tx(pool, "seed.add", move |conn| {
                let rows = Arc::clone(&rows);
                async move { unchecked(conn, &rows).await }.boxed()
            })
            .await?;
            Ok::<_, staka_core::Error>((table, count))
        })
        .buffer_unordered(WRITERS);
    while let Some((table, count)) = done.try_next().await? {
        if let Some(entry) = written.iter_mut().find(|(name, _)| *name == table) {
            entry.1 += count;
            let total = crate::plan::count(table, world.scale);
            on_progress(&Progress { table, done: entry.1, total });
        }
    }
    drop(done);
    Ok(written)
}

/// Inserts without checks, which the generator makes unnecessary, and without the counter triggers, whose tables are
/// filled at the end. The settings are always restored: a connection interrupted in a statement is discarded.
async fn unchecked(conn: &mut Conn, rows: &Rows) -> Result<()> {
    conn.execute(&CHECKS_OFF, Args::new()).await?;
    let added = rows.add(conn).await;
    conn.execute(&CHECKS_ON, Args::new()).await?;
    added
}
