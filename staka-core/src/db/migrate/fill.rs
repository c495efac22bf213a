//! Counter tables in migrations: filled once they and their triggers exist, left out if the database does not allow
//! them.

use std::collections::BTreeMap;

use sqlx::MySqlConnection;

use super::files::{Migration, migrations};
use super::inspect::Found;
use super::report::{CounterState, Drift, DriftKind, Refusal, Step};
use super::schema::Creates;
use crate::base::{Result, Timestamp};
use crate::db::counters::Counter;
use crate::db::error::from_sqlx;

/// The table that records which counter tables were filled.
pub(super) const TABLE: &str = "staka_counter_status";

/// Returns when each counter table was filled.
pub(super) async fn filled(conn: &mut MySqlConnection) -> Result<BTreeMap<String, Timestamp>> {
    let rows: Vec<(String, Timestamp)> = sqlx::query_as("SELECT `name`, `filledAt` FROM `staka_counter_status`")
        .fetch_all(conn)
        .await
        .map_err(from_sqlx)?;
    Ok(rows.into_iter().collect())
}

/// Returns the counter table that a migration belongs to, if any.
pub(super) fn of(migration: &Migration) -> Option<Counter> {
    let name = match &migration.statements.first()?.creates {
        Creates::OwnedTable(name) | Creates::OwnedTrigger { name, .. } => name,
        _ => return None,
    };
    Counter::ALL.into_iter().find(|which| which.table() == name || which.triggers().contains(&name.as_str()))
}

/// Returns the counter table that a step belongs to, if any.
pub(super) fn of_step(step: &Step) -> Option<Counter> {
    migrations().iter().find(|migration| migration.version == step.version).and_then(of)
}

/// Returns whether the table exists with all its triggers.
pub(super) fn is_complete(which: Counter, found: &Found) -> bool {
    let exists = |name: &&str| found.triggers.iter().any(|trigger| trigger.name == **name);
    found.has(TABLE) && found.has(which.table()) && which.triggers().iter().all(exists)
}

/// Returns the step that fills the table; it belongs to the table's last migration.
pub(super) fn step(which: Counter) -> Option<Step> {
    let migration = migrations().iter().rfind(|migration| of(migration) == Some(which))?;
    Some(Step {
        version: migration.version,
        name: which.table().to_owned(),
        sql: which.fill(),
        reason: format!("fills {} from {}, which is locked for writes meanwhile", which.table(), which.source()),
    })
}

/// Returns the step before a lost trigger is recreated: the table lacks what was written without the trigger.
pub(super) fn mark_unfilled(which: Counter, migration: &Migration) -> Step {
    Step {
        version: migration.version,
        name: migration.name.to_owned(),
        sql: format!("DELETE FROM `{TABLE}` WHERE `name` = '{}'", which.table()),
        reason: format!("{} must not be read until it is filled again", which.table()),
    }
}

/// Returns why a counter table cannot be maintained here. A trigger that compares texts of different collations, or
/// violates a foreign key of the counter table, would make writes fail that succeed without it.
pub(super) fn refusal(which: Counter, drift: &[Drift]) -> Option<Refusal> {
    let hinders = |drift: &&Drift| match drift.kind {
        DriftKind::DifferingCollation => {
            drift.table == which.source() || (drift.table == "users" && drift.object.as_deref() == Some("id"))
        }
        DriftKind::MissingForeignKey | DriftKind::DifferingForeignKey => {
            drift.table == which.source() && drift.message.contains("`users`") && which != Counter::UserCounts
        }
        _ => false,
    };
    let found = drift.iter().find(hinders)?;
    Some(Refusal { table: which.table(), reason: found.message.clone() })
}

/// Returns the state of each counter table.
pub(super) fn states(filled: &BTreeMap<String, Timestamp>, plan: Option<&[Step]>) -> Vec<CounterState> {
    let state = |which: Counter| {
        let expected = |step: &Step| step.name == which.table() && step.sql.starts_with("LOCK TABLES");
        let trusted = !plan.is_some_and(|steps| steps.iter().any(expected));
        let filled_at = filled.get(which.table()).copied().filter(|_| trusted);
        CounterState { table: which.table(), source: which.source(), filled_at }
    };
    Counter::ALL.into_iter().map(state).collect()
}
