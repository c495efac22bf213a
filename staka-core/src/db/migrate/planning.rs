//! Computes the statements that lead from the existing to the expected schema. Nothing here accesses a server.

use std::collections::BTreeMap;

use super::drift::{ExistingIndex, compare, difference, existing_index, is_known_table, missing_table};
use super::files::{BASELINE, Migration, Statement, migrations, prisma_tables};
use super::fill;
use super::history::{self, Entry};
use super::inspect::Found;
use super::report::{
    Drift, DriftKind, MigrationPlan, MigrationState, MigrationStatus, Progress, RedundantIndex, Refusal, Step,
};
use super::schema::{Creates, Index, IndexKind};
use super::{ONLINE, PRIMARY, PRISMA_MIGRATIONS};
use crate::base::{Error, ErrorKind, Result, Timestamp};
use crate::db::counters::Counter;

/// The state of a database, as read.
pub(super) struct Situation {
    pub(super) found: Found,
    /// The migration history; `None` if its table does not exist.
    pub(super) history: Option<Vec<Entry>>,
    /// When each counter table was filled.
    pub(super) filled: BTreeMap<String, Timestamp>,
}

/// Who created the tables of the Prisma schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// They do not exist.
    Absent,
    /// Staka was stopped while it created them.
    Incomplete,
    /// Staka created them.
    Created,
    /// They existed before Staka, which has not adopted them yet.
    External,
    /// They existed before Staka, which has adopted them.
    Adopted,
}

/// An index of the Prisma schema that an existing table lacks.
pub(super) struct MissingIndex {
    pub(super) table: String,
    pub(super) index: Index,
}

impl Situation {
    fn entry(&self, version: u32) -> Option<&Entry> {
        self.history.iter().flatten().find(|entry| entry.version == version)
    }

    pub(super) fn has_prisma(&self) -> bool {
        self.found.has(PRISMA_MIGRATIONS)
    }

    pub(super) fn origin(&self) -> Origin {
        match self.entry(BASELINE).map(|entry| entry.progress) {
            Some(Progress::Adopted) => Origin::Adopted,
            Some(Progress::Applied) => Origin::Created,
            Some(Progress::Started | Progress::Pending) => Origin::Incomplete,
            None if prisma_tables().any(|table| self.found.tables.contains_key(&table.name)) => Origin::External,
            None => Origin::Absent,
        }
    }

    /// Returns every difference, including those that Staka cannot work with.
    pub(super) fn drift(&self) -> Vec<Drift> {
        let mut all = Vec::new();
        if !matches!(self.origin(), Origin::Absent | Origin::Incomplete) {
            let missing = prisma_tables().filter(|table| !self.found.tables.contains_key(&table.name));
            all.extend(missing.map(|table| missing_table(&table.name, "does not exist")));
        }
        all.extend(compare(&self.found));
        let owned = migrations().iter().filter(|migration| migration.version != BASELINE);
        all.extend(
            owned.flat_map(|migration| {
                migration.statements.iter().filter_map(|made| self.lost_or_taken(migration, made))
            }),
        );
        for migration in migrations() {
            let Some(entry) = self.entry(migration.version) else { continue };
            let place = format!("migration {:04} {}", migration.version, migration.name);
            if entry.checksum != migration.checksum {
                let message = format!(
                    "{place} was applied as {} with checksum {} by Staka {}; this version contains {}",
                    entry.name, entry.checksum, entry.staka_version, migration.checksum
                );
                all.push(difference(DriftKind::ChangedMigration, "", Some(migration.name), message));
            }
        }
        for entry in self.unknown() {
            let message = format!("migration {:04} {} belongs to a newer version of Staka", entry.version, entry.name);
            all.push(difference(DriftKind::UnknownMigration, "", Some(&entry.name), message));
        }
        all
    }

    /// Returns a difference if a migration's object was dropped (as `prisma db push` does), or its name is taken.
    fn lost_or_taken(&self, migration: &Migration, statement: &Statement) -> Option<Drift> {
        let (table, name) = match &statement.creates {
            Creates::OwnedIndex { table, index } => (table, &index.name),
            Creates::OwnedTrigger { table, name, .. } => (table, name),
            Creates::OwnedTable(table) => (table, table),
            Creates::Table(_) | Creates::ForeignKey(_) => return None,
        };
        let (kind, message) = match self.needs(statement) {
            Err(taken) => (DriftKind::TakenName, taken.message().to_owned()),
            Ok(Some(_)) if self.entry(migration.version).is_some_and(Entry::is_finished) => {
                let made = format!("migration {:04}", migration.version);
                (DriftKind::LostObject, format!("`{name}` on `{table}` was created by {made} and no longer exists"))
            }
            Ok(_) => return None,
        };
        Some(difference(kind, table, Some(name), message))
    }

    fn unknown(&self) -> impl Iterator<Item = &Entry> {
        let known = |entry: &&Entry| migrations().iter().any(|migration| migration.version == entry.version);
        self.history.iter().flatten().filter(move |entry| !known(entry))
    }

    /// Returns the statement if its object does not exist yet. Fails with `Conflict` if another object has the name.
    fn needs(&self, statement: &Statement) -> Result<Option<String>> {
        let conflict = |what: String| Err(Error::new(ErrorKind::Conflict, what));
        let missing = match &statement.creates {
            Creates::Table(table) => !self.found.has(&table.name),
            Creates::OwnedTable(name) => !self.found.has(name),
            Creates::ForeignKey(key) => !self.found.foreign_keys.iter().any(|existing| existing.same_columns(key)),
            Creates::OwnedIndex { table, index } => match self.found.table(table).and_then(|t| t.index(&index.name)) {
                Some(existing) if existing.equals(index) => false,
                Some(existing) => {
                    let (is, expected) = (existing.columns(), index.columns());
                    return conflict(format!(
                        "index `{}` on `{table}` is on ({is}) and should be on ({expected}): drop it and migrate again",
                        index.name
                    ));
                }
                None => return Ok(Some(format!("{} {ONLINE}", index.create(table)))),
            },
            Creates::OwnedTrigger { name, table, event } => {
                match self.found.triggers.iter().find(|trigger| trigger.name == *name) {
                    Some(existing) if existing.table == *table && existing.event == *event => false,
                    Some(existing) => {
                        return conflict(format!(
                            "trigger `{name}` runs {} on `{}` and should run {event} on `{table}`: drop it and migrate again",
                            existing.event, existing.table
                        ));
                    }
                    None => true,
                }
            }
        };
        Ok(missing.then(|| statement.sql.clone()))
    }

    /// Returns the indexes of the Prisma schema that existing tables lack.
    fn missing_indexes(&self) -> Vec<MissingIndex> {
        let mut missing = Vec::new();
        for table in prisma_tables() {
            let Some(actual) = self.found.table(&table.name) else { continue };
            for index in table.indexes.iter().filter(|index| index.name != PRIMARY) {
                if matches!(existing_index(&self.found, &table.name, actual, index), ExistingIndex::Missing) {
                    missing.push(MissingIndex { table: table.name.clone(), index: index.clone() });
                }
            }
        }
        missing
    }

    /// Returns the missing unique indexes; existing rows may violate them.
    pub(super) fn missing_unique_indexes(&self) -> Vec<MissingIndex> {
        self.missing_indexes().into_iter().filter(|missing| missing.index.kind == IndexKind::Unique).collect()
    }

    fn baseline_statements(&self, baseline: &Migration) -> Result<Vec<(String, String)>> {
        let mut all = Vec::new();
        if matches!(self.origin(), Origin::Absent | Origin::Incomplete) {
            for statement in &baseline.statements {
                let what = match &statement.creates {
                    Creates::ForeignKey(key) => format!("the Prisma schema's foreign key {}", key.name),
                    Creates::Table(table) => format!("the Prisma schema's table {}", table.name),
                    _ => baseline.reason.clone(),
                };
                all.extend(self.needs(statement)?.map(|sql| (sql, what)));
            }
        }
        for missing in self.missing_indexes() {
            let sql = format!("{} {ONLINE}", missing.index.create(&missing.table));
            all.push((sql, format!("the Prisma schema's index {}, which is missing", missing.index.name)));
        }
        Ok(all)
    }

    /// Returns the statements to run, in order.
    ///
    /// # Errors
    /// `Conflict`, listing every table, column or index that Staka cannot work with.
    pub(super) fn plan(&self) -> Result<MigrationPlan> {
        let (bad, drift): (Vec<Drift>, Vec<Drift>) =
            self.drift().into_iter().partition(|drift| drift.kind.is_incompatible());
        if !bad.is_empty() {
            let listed: Vec<&str> = bad.iter().map(|drift| drift.message.as_str()).collect();
            let message = format!("this database cannot be migrated, and nothing was changed: {}", listed.join("; "));
            return Err(Error::new(ErrorKind::Conflict, message));
        }
        // While Staka is creating the tables, what is missing will be added.
        let existing: &[Drift] = if self.origin() == Origin::Incomplete { &[] } else { &drift };
        let refused: Vec<Refusal> =
            Counter::ALL.into_iter().filter_map(|which| fill::refusal(which, existing)).collect();
        let is_refused = |which: Counter| refused.iter().any(|refusal| refusal.table == which.table());
        let mut steps = Vec::new();
        // A filled table stays valid unless one of its triggers must be recreated.
        let mut to_fill: Vec<Counter> =
            Counter::ALL.into_iter().filter(|which| !self.filled.contains_key(which.table())).collect();
        for migration in migrations() {
            let counters = fill::of(migration);
            if counters.is_some_and(is_refused) {
                continue;
            }
            let entry = self.entry(migration.version);
            let statements = if migration.version == BASELINE {
                self.baseline_statements(migration)?
            } else {
                let mut all = Vec::new();
                for statement in &migration.statements {
                    all.extend(self.needs(statement)?.map(|sql| (sql, migration.reason.clone())));
                }
                all
            };
            // First, so that a run that is stopped before the fill does not leave the table trusted.
            if let Some(which) = counters.filter(|which| !statements.is_empty() && !to_fill.contains(which)) {
                to_fill.push(which);
                steps.push(fill::mark_unfilled(which, migration));
            }
            if !statements.is_empty() || !entry.is_some_and(Entry::is_finished) {
                self.push(&mut steps, migration, entry.is_some(), statements);
            }
        }
        if self.history.is_none() {
            let reason = "records the migrations of this database".to_owned();
            steps.insert(
                0,
                Step { version: 0, name: history::TABLE.to_owned(), sql: history::CREATE.to_owned(), reason },
            );
        }
        steps.extend(to_fill.into_iter().filter(|which| !is_refused(*which)).filter_map(fill::step));
        Ok(MigrationPlan { adopts: self.origin() == Origin::External, steps, drift, refused })
    }

    fn push(&self, steps: &mut Vec<Step>, migration: &Migration, known: bool, statements: Vec<(String, String)>) {
        let adopts = migration.version == BASELINE && matches!(self.origin(), Origin::External | Origin::Adopted);
        let progress = if adopts { Progress::Adopted } else { Progress::Applied };
        let step = |sql: String, reason: String| Step {
            version: migration.version,
            name: migration.name.to_owned(),
            sql,
            reason,
        };
        let recorded = !statements.is_empty();
        if recorded {
            let what = if adopts { "records that the existing tables are adopted" } else { "records the start" };
            steps.push(step(history::begin(migration, known, progress), what.to_owned()));
        }
        steps.extend(statements.into_iter().map(|(sql, reason)| step(sql, reason)));
        steps.push(step(history::finish(migration, known || recorded, progress), "records the end".to_owned()));
    }

    /// Returns the state of everything; never fails.
    pub(super) fn status(&self) -> MigrationStatus {
        let states = migrations().iter().map(|migration| match self.entry(migration.version) {
            Some(entry) => entry.state(entry.checksum != migration.checksum),
            None => MigrationState {
                version: migration.version,
                name: migration.name.to_owned(),
                state: Progress::Pending,
                changed: false,
                started_at: None,
                finished_at: None,
                staka_version: None,
            },
        });
        let plan = self.plan();
        MigrationStatus {
            adopted: self.origin() == Origin::Adopted,
            prisma: self.has_prisma(),
            current: plan.as_ref().is_ok_and(|plan| plan.steps.is_empty()),
            counters: fill::states(&self.filled, plan.as_ref().ok().map(|plan| plan.steps.as_slice())),
            redundant: redundant(&self.found),
            migrations: states.collect(),
            unknown: self.unknown().map(|entry| entry.state(false)).collect(),
            drift: self.drift(),
        }
    }

    /// Returns the tables of the Prisma schema and of Staka, including those of newer versions; the history last.
    pub(super) fn owned_tables(&self) -> Vec<String> {
        let mut owned: Vec<String> = self.found.tables.keys().filter(|name| self.is_droppable(name)).cloned().collect();
        owned.sort_by_key(|name| (name == history::TABLE, !super::is_owned(name)));
        owned
    }

    /// Returns the tables that a reset keeps.
    pub(super) fn other_tables(&self) -> Vec<String> {
        let others = self.found.tables.iter().filter(|(name, table)| !table.is_view && !self.is_droppable(name));
        others.map(|(name, _)| name.clone()).collect()
    }

    fn is_droppable(&self, name: &str) -> bool {
        self.found.has(name) && name != PRISMA_MIGRATIONS && (is_known_table(name) || super::is_owned(name))
    }
}

/// Returns the plain indexes of the Prisma schema that are a prefix of an index of Staka, in the same sort order.
fn redundant(found: &Found) -> Vec<RedundantIndex> {
    let mut all = Vec::new();
    for table in prisma_tables() {
        let Some(existing) = found.table(&table.name) else { continue };
        for index in table.indexes.iter().filter(|index| index.kind == IndexKind::Plain) {
            let begins = |owned: &&Index| super::is_owned(&owned.name) && owned.parts.starts_with(&index.parts);
            let (Some(_), Some(owned)) = (existing.index(&index.name), existing.indexes.iter().find(begins)) else {
                continue;
            };
            all.push(RedundantIndex {
                table: table.name.clone(),
                index: index.name.clone(),
                covered_by: owned.name.clone(),
            });
        }
    }
    all
}
