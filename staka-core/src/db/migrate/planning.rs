//! From what is wanted and what stands to the statements between them. Nothing here talks to a server.

use std::collections::BTreeMap;

use super::drift::{Standing, compare, fault, is_known_table, missing_table, standing};
use super::files::{BASELINE, Migration, Statement, guide_tables, migrations};
use super::filling;
use super::inspect::Found;
use super::ledger::{self, Entry};
use super::report::{
    Drift, DriftKind, MigrationPlan, MigrationState, MigrationStatus, Progress, RedundantIndex, Refusal, Step,
};
use super::schema::{Index, IndexKind, Makes};
use super::{ONLINE, PRIMARY, PRISMA};
use crate::base::{Error, ErrorKind, Result, Timestamp};
use crate::db::maintained::Maintained;

/// What was read of a database.
pub(super) struct Situation {
    pub(super) found: Found,
    /// None when the ledger's table is not there.
    pub(super) ledger: Option<Vec<Entry>>,
    /// When each table that triggers maintain was filled.
    pub(super) filled: BTreeMap<String, Timestamp>,
}

/// How the guide's tables came here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// They are not there.
    Absent,
    /// This library was making them when it was stopped.
    HalfMade,
    /// This library made them.
    Ours,
    /// They were there before this library, which has not seen them yet.
    Foreign,
    /// They were there before this library, which has recorded that.
    Adopted,
}

/// A unique index that is to be added to a table that may hold rows.
pub(super) struct NewUnique {
    pub(super) table: String,
    pub(super) index: Index,
}

impl Situation {
    fn entry(&self, version: u32) -> Option<&Entry> {
        self.ledger.iter().flatten().find(|entry| entry.version == version)
    }

    pub(super) fn has_prisma(&self) -> bool {
        self.found.has(PRISMA)
    }

    pub(super) fn origin(&self) -> Origin {
        match self.entry(BASELINE).map(|entry| entry.progress) {
            Some(Progress::Adopted) => Origin::Adopted,
            Some(Progress::Applied) => Origin::Ours,
            Some(Progress::Started | Progress::Pending) => Origin::HalfMade,
            None if guide_tables().any(|table| self.found.tables.contains_key(&table.name)) => Origin::Foreign,
            None => Origin::Absent,
        }
    }

    /// Every difference, those that the library cannot live with included.
    pub(super) fn drift(&self) -> Vec<Drift> {
        let mut all = Vec::new();
        if !matches!(self.origin(), Origin::Absent | Origin::HalfMade) {
            let missing = guide_tables().filter(|table| !self.found.tables.contains_key(&table.name));
            all.extend(missing.map(|table| missing_table(&table.name, "is not there")));
        }
        all.extend(compare(&self.found));
        let ours = migrations().iter().filter(|migration| migration.version != BASELINE);
        all.extend(
            ours.flat_map(|migration| migration.statements.iter().filter_map(|made| self.astray(migration, made))),
        );
        for migration in migrations() {
            let Some(entry) = self.entry(migration.version) else { continue };
            let place = format!("migration {:04} {}", migration.version, migration.name);
            if entry.checksum != migration.checksum {
                let message = format!(
                    "{place} was applied as {} with checksum {} by Staka {}; this version carries {}",
                    entry.name, entry.checksum, entry.staka_version, migration.checksum
                );
                all.push(fault(DriftKind::ChangedMigration, "", Some(migration.name), message));
            }
        }
        for entry in self.unknown() {
            let message =
                format!("migration {:04} {} is of a newer version of this library", entry.version, entry.name);
            all.push(fault(DriftKind::UnknownMigration, "", Some(&entry.name), message));
        }
        all
    }

    /// What a migration made and somebody dropped since (`prisma db push` does that), or whose name is taken.
    fn astray(&self, migration: &Migration, statement: &Statement) -> Option<Drift> {
        let (table, name) = match &statement.makes {
            Makes::OurIndex { table, index } => (table, &index.name),
            Makes::OurTrigger { table, name, .. } => (table, name),
            Makes::OurTable(table) => (table, table),
            Makes::Table(_) | Makes::ForeignKey(_) => return None,
        };
        let (kind, message) = match self.needs(statement) {
            Err(taken) => (DriftKind::TakenName, taken.message().to_owned()),
            Ok(Some(_)) if self.entry(migration.version).is_some_and(Entry::is_finished) => {
                let made = format!("migration {:04}", migration.version);
                (DriftKind::LostObject, format!("`{name}` on `{table}` was made by {made} and is not there any more"))
            }
            Ok(_) => return None,
        };
        Some(fault(kind, table, Some(name), message))
    }

    fn unknown(&self) -> impl Iterator<Item = &Entry> {
        let known = |entry: &&Entry| migrations().iter().any(|migration| migration.version == entry.version);
        self.ledger.iter().flatten().filter(move |entry| !known(entry))
    }

    /// The statement, when what it makes does not stand yet. `Conflict` when something else bears the name.
    fn needs(&self, statement: &Statement) -> Result<Option<String>> {
        let conflict = |what: String| Err(Error::new(ErrorKind::Conflict, what));
        let missing = match &statement.makes {
            Makes::Table(table) => !self.found.has(&table.name),
            Makes::OurTable(name) => !self.found.has(name),
            Makes::ForeignKey(key) => !self.found.foreign_keys.iter().any(|standing| standing.ties_the_same(key)),
            Makes::OurIndex { table, index } => match self.found.table(table).and_then(|t| t.index(&index.name)) {
                Some(standing) if standing.equals(index) => false,
                Some(standing) => {
                    let (is, wanted) = (standing.columns(), index.columns());
                    return conflict(format!(
                        "index `{}` on `{table}` is on ({is}) and should be on ({wanted}): drop it and migrate again",
                        index.name
                    ));
                }
                None => return Ok(Some(format!("{} {ONLINE}", index.create(table)))),
            },
            Makes::OurTrigger { name, table, event } => {
                match self.found.triggers.iter().find(|trigger| trigger.name == *name) {
                    Some(standing) if standing.table == *table && standing.event == *event => false,
                    Some(standing) => {
                        return conflict(format!(
                            "trigger `{name}` runs {} on `{}` and should run {event} on `{table}`: drop it and migrate again",
                            standing.event, standing.table
                        ));
                    }
                    None => true,
                }
            }
        };
        Ok(missing.then(|| statement.sql.clone()))
    }

    /// The guide's indexes that tables which stand are without.
    fn missing_indexes(&self) -> Vec<NewUnique> {
        let mut missing = Vec::new();
        for table in guide_tables() {
            let Some(actual) = self.found.table(&table.name) else { continue };
            for index in table.indexes.iter().filter(|index| index.name != PRIMARY) {
                if matches!(standing(&self.found, &table.name, actual, index), Standing::Nothing) {
                    missing.push(NewUnique { table: table.name.clone(), index: index.clone() });
                }
            }
        }
        missing
    }

    /// Unique indexes to be added to tables that stand: their rows decide whether that can be done.
    pub(super) fn new_uniques(&self) -> Vec<NewUnique> {
        self.missing_indexes().into_iter().filter(|missing| missing.index.kind == IndexKind::Unique).collect()
    }

    fn baseline_statements(&self, baseline: &Migration) -> Result<Vec<(String, String)>> {
        let mut all = Vec::new();
        if matches!(self.origin(), Origin::Absent | Origin::HalfMade) {
            for statement in &baseline.statements {
                let what = match &statement.makes {
                    Makes::ForeignKey(key) => format!("the guide's foreign key {}", key.name),
                    Makes::Table(table) => format!("the guide's table {}", table.name),
                    _ => baseline.reason.clone(),
                };
                all.extend(self.needs(statement)?.map(|sql| (sql, what)));
            }
        }
        for missing in self.missing_indexes() {
            let sql = format!("{} {ONLINE}", missing.index.create(&missing.table));
            all.push((sql, format!("the guide's index {}, which is not there", missing.index.name)));
        }
        Ok(all)
    }

    /// The statements that are still wanted, in order.
    ///
    /// # Errors
    /// `Conflict`, naming every table, column or index that the library cannot work with.
    pub(super) fn plan(&self) -> Result<MigrationPlan> {
        let (bad, drift): (Vec<Drift>, Vec<Drift>) =
            self.drift().into_iter().partition(|drift| drift.kind.is_incompatible());
        if !bad.is_empty() {
            let listed: Vec<&str> = bad.iter().map(|drift| drift.message.as_str()).collect();
            let message = format!("this database cannot be migrated, and nothing was changed: {}", listed.join("; "));
            return Err(Error::new(ErrorKind::Conflict, message));
        }
        // Of tables that this library makes itself, what is missing comes.
        let standing: &[Drift] = if self.origin() == Origin::HalfMade { &[] } else { &drift };
        let refused: Vec<Refusal> =
            Maintained::ALL.into_iter().filter_map(|which| filling::refusal(which, standing)).collect();
        let is_refused = |which: Maintained| refused.iter().any(|refusal| refusal.table == which.table());
        let mut steps = Vec::new();
        // What stood and was filled is true until one of its triggers had to be put back.
        let mut to_fill: Vec<Maintained> =
            Maintained::ALL.into_iter().filter(|which| !self.filled.contains_key(which.table())).collect();
        for migration in migrations() {
            let maintained = filling::of(migration);
            if maintained.is_some_and(is_refused) {
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
            // Its mark goes first: a run that is stopped before the filling must not leave it believed.
            if let Some(which) = maintained.filter(|which| !statements.is_empty() && !to_fill.contains(which)) {
                to_fill.push(which);
                steps.push(filling::disbelieve(which, migration));
            }
            if !statements.is_empty() || !entry.is_some_and(Entry::is_finished) {
                self.push(&mut steps, migration, entry.is_some(), statements);
            }
        }
        if self.ledger.is_none() {
            let reason = "records what this library does to the database".to_owned();
            steps
                .insert(0, Step { version: 0, name: ledger::TABLE.to_owned(), sql: ledger::CREATE.to_owned(), reason });
        }
        steps.extend(to_fill.into_iter().filter(|which| !is_refused(*which)).filter_map(filling::step));
        Ok(MigrationPlan { adopts: self.origin() == Origin::Foreign, steps, drift, refused })
    }

    fn push(&self, steps: &mut Vec<Step>, migration: &Migration, known: bool, statements: Vec<(String, String)>) {
        let adopts = migration.version == BASELINE && matches!(self.origin(), Origin::Foreign | Origin::Adopted);
        let progress = if adopts { Progress::Adopted } else { Progress::Applied };
        let step = |sql: String, reason: String| Step {
            version: migration.version,
            name: migration.name.to_owned(),
            sql,
            reason,
        };
        let recorded = !statements.is_empty();
        if recorded {
            let what = if adopts { "records that the tables are taken as they are" } else { "records that it begins" };
            steps.push(step(ledger::begin(migration, known, progress), what.to_owned()));
        }
        steps.extend(statements.into_iter().map(|(sql, reason)| step(sql, reason)));
        steps.push(step(ledger::finish(migration, known || recorded, progress), "records that it is done".to_owned()));
    }

    /// How everything stands; it never refuses.
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
            maintained: filling::states(&self.filled, plan.as_ref().ok().map(|plan| plan.steps.as_slice())),
            redundant: redundant(&self.found),
            migrations: states.collect(),
            unknown: self.unknown().map(|entry| entry.state(false)).collect(),
            drift: self.drift(),
        }
    }

    /// Tables that are the guide's or ours, those of newer versions included; the ledger last.
    pub(super) fn our_tables(&self) -> Vec<String> {
        let mut ours: Vec<String> = self.found.tables.keys().filter(|name| self.is_droppable(name)).cloned().collect();
        ours.sort_by_key(|name| (name == ledger::TABLE, !super::is_ours(name)));
        ours
    }

    /// Tables that stay when ours go.
    pub(super) fn other_tables(&self) -> Vec<String> {
        let others = self.found.tables.iter().filter(|(name, table)| !table.is_view && !self.is_droppable(name));
        others.map(|(name, _)| name.clone()).collect()
    }

    fn is_droppable(&self, name: &str) -> bool {
        self.found.has(name) && name != PRISMA && (is_known_table(name) || super::is_ours(name))
    }
}

/// The guide's plain indexes that begin one of ours. The first columns must be sorted alike.
fn redundant(found: &Found) -> Vec<RedundantIndex> {
    let mut all = Vec::new();
    for table in guide_tables() {
        let Some(standing) = found.table(&table.name) else { continue };
        for index in table.indexes.iter().filter(|index| index.kind == IndexKind::Plain) {
            let begins = |ours: &&Index| super::is_ours(&ours.name) && ours.parts.starts_with(&index.parts);
            let (Some(_), Some(ours)) = (standing.index(&index.name), standing.indexes.iter().find(begins)) else {
                continue;
            };
            all.push(RedundantIndex {
                table: table.name.clone(),
                index: index.name.clone(),
                covered_by: ours.name.clone(),
            });
        }
    }
    all
}
