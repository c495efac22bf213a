//! The writer: rows are made and inserted in runs, several at once, each run in a transaction of its own.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};

use super::options::Progress;
use super::plan::World;
use super::tables::{Rows, runs};
use crate::base::{Args, Result};
use crate::db::{Conn, Pool, Statement, run_tx};
use crate::model::UserId;

/// Rows of a transaction, about.
const RUN: u64 = 4_096;
/// Connections that insert at once.
const WRITERS: usize = 2;

static CHECKS_OFF: Statement = Statement::fixed(
    "seed.checks_off",
    "SET SESSION foreign_key_checks = 0, unique_checks = 0, @staka_unmaintained = 1",
    &[],
);
static CHECKS_ON: Statement = Statement::fixed(
    "seed.checks_on",
    "SET SESSION foreign_key_checks = 1, unique_checks = 1, @staka_unmaintained = NULL",
    &[],
);

/// Fills the tables; `of` are the users whose notifications are wanted, if not everybody's. Gives the rows of each.
pub(super) async fn fill(
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
            Ok::<_, crate::base::Error>((table, count))
        })
        .buffer_unordered(WRITERS);
    while let Some((table, count)) = done.try_next().await? {
        if let Some(entry) = written.iter_mut().find(|(name, _)| *name == table) {
            entry.1 += count;
            let total = super::plan::count(table, world.scale);
            on_progress(&Progress { table, done: entry.1, total });
        }
    }
    drop(done);
    Ok(written)
}

/// Inserts without the checks that the generator makes needless, and without the counting of our triggers, whose tables
/// are filled at the end. They are on again in any case: nothing is awaited
/// but statements, and a connection that is cut off in one is discarded.
async fn unchecked(conn: &mut Conn, rows: &Rows) -> Result<()> {
    conn.execute(&CHECKS_OFF, Args::new()).await?;
    let added = rows.add(conn).await;
    conn.execute(&CHECKS_ON, Args::new()).await?;
    added
}
