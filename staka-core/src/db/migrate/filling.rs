//! Tables that triggers maintain: filled once they and their triggers stand, left out where the database does not let
//! them be.

use std::collections::BTreeMap;

use sqlx::MySqlConnection;

use super::files::{Migration, migrations};
use super::inspect::Found;
use super::report::{Drift, DriftKind, MaintainedState, Refusal, Step};
use super::schema::Makes;
use crate::base::{Result, Timestamp};
use crate::db::error::from_sqlx;
use crate::db::maintained::Maintained;

/// The table in which is recorded which of them were filled.
pub(super) const TABLE: &str = "staka_maintained";

/// When each was filled.
pub(super) async fn filled(conn: &mut MySqlConnection) -> Result<BTreeMap<String, Timestamp>> {
    let rows: Vec<(String, Timestamp)> =
        sqlx::query_as("SELECT `name`, `filledAt` FROM `staka_maintained`").fetch_all(conn).await.map_err(from_sqlx)?;
    Ok(rows.into_iter().collect())
}

/// The one that a migration belongs to, if any.
pub(super) fn of(migration: &Migration) -> Option<Maintained> {
    let name = match &migration.statements.first()?.makes {
        Makes::OurTable(name) | Makes::OurTrigger { name, .. } => name,
        _ => return None,
    };
    Maintained::ALL.into_iter().find(|which| which.table() == name || which.triggers().contains(&name.as_str()))
}

/// The one that a step works for, if any.
pub(super) fn of_step(step: &Step) -> Option<Maintained> {
    migrations().iter().find(|migration| migration.version == step.version).and_then(of)
}

/// Whether it is there with all its triggers.
pub(super) fn stands(which: Maintained, found: &Found) -> bool {
    let there = |name: &&str| found.triggers.iter().any(|trigger| trigger.name == **name);
    found.has(TABLE) && found.has(which.table()) && which.triggers().iter().all(there)
}

/// The step that fills it; it counts to its last migration.
pub(super) fn step(which: Maintained) -> Option<Step> {
    let migration = migrations().iter().rfind(|migration| of(migration) == Some(which))?;
    Some(Step {
        version: migration.version,
        name: which.table().to_owned(),
        sql: which.fill(),
        reason: format!("fills {} from {}, to which nobody writes meanwhile", which.table(), which.source()),
    })
}

/// The step before anything of it is put back: what was written meanwhile is not in it.
pub(super) fn disbelieve(which: Maintained, migration: &Migration) -> Step {
    Step {
        version: migration.version,
        name: migration.name.to_owned(),
        sql: format!("DELETE FROM `{TABLE}` WHERE `name` = '{}'", which.table()),
        reason: format!("{} is not true any more until it is filled", which.table()),
    }
}

/// Why a table cannot be maintained here, by what stands: a trigger that compares texts of two collations, or inserts
/// what a foreign key of ours refuses, would make writes fail that go well without it.
pub(super) fn refusal(which: Maintained, drift: &[Drift]) -> Option<Refusal> {
    let hinders = |drift: &&Drift| match drift.kind {
        DriftKind::DifferingCollation => {
            drift.table == which.source() || (drift.table == "users" && drift.object.as_deref() == Some("id"))
        }
        DriftKind::MissingForeignKey | DriftKind::DifferingForeignKey => {
            drift.table == which.source() && drift.message.contains("`users`") && which != Maintained::UserCounts
        }
        _ => false,
    };
    let found = drift.iter().find(hinders)?;
    Some(Refusal { table: which.table(), reason: found.message.clone() })
}

/// How each stands.
pub(super) fn states(filled: &BTreeMap<String, Timestamp>, plan: Option<&[Step]>) -> Vec<MaintainedState> {
    let state = |which: Maintained| {
        let wanted = |step: &Step| step.name == which.table() && step.sql.starts_with("LOCK TABLES");
        let believed = !plan.is_some_and(|steps| steps.iter().any(wanted));
        let filled_at = filled.get(which.table()).copied().filter(|_| believed);
        MaintainedState { table: which.table(), source: which.source(), filled_at }
    };
    Maintained::ALL.into_iter().map(state).collect()
}
