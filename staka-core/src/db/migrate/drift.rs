//! Compares the expected schema with the existing one: compatible and incompatible differences.

use super::files::{migrations, prisma_foreign_keys, prisma_tables};
use super::inspect::{Found, FoundColumn, FoundTable};
use super::report::{Drift, DriftKind};
use super::schema::{Column, Creates, DefaultValue, Index, Kind, Table};
use super::{PRIMARY, PRISMA_MIGRATIONS, is_owned};

const COLLATION: &str = "utf8mb4_unicode_ci";

/// Returns every difference, by table in the Prisma schema's order. Missing tables are not reported here: whether they
/// should exist depends on the migration history.
pub(super) fn compare(found: &Found) -> Vec<Drift> {
    let mut drift = Vec::new();
    for table in prisma_tables() {
        match found.tables.get(&table.name) {
            Some(actual) if actual.is_view => drift.push(missing_table(&table.name, "is a view, not a table")),
            Some(actual) => compare_table(found, table, actual, &mut drift),
            None => {}
        }
    }
    compare_foreign_keys(found, &mut drift);
    for (name, table) in &found.tables {
        if !table.is_view && !is_known_table(name) {
            let what = if is_owned(name) {
                "created by a newer version of Staka"
            } else {
                "owned neither by Prisma nor by Staka"
            };
            drift.push(difference(DriftKind::UnknownTable, name, None, format!("unknown table `{name}`: {what}")));
        }
    }
    for trigger in &found.triggers {
        if !is_owned(&trigger.name) && prisma_tables().any(|table| table.name == trigger.table) {
            let message = format!("unknown trigger `{}` {} on `{}`", trigger.name, trigger.event, trigger.table);
            drift.push(difference(DriftKind::UnknownTrigger, &trigger.table, Some(&trigger.name), message));
        }
    }
    drift
}

/// Returns whether the Prisma schema, Staka or Prisma itself owns the table.
pub(super) fn is_known_table(name: &str) -> bool {
    let owned =
        |statement: &super::files::Statement| matches!(&statement.creates, Creates::OwnedTable(table) if table == name);
    // Marks demo data; created by the seed, not by a migration.
    name == "staka_seed"
        || name == PRISMA_MIGRATIONS
        || name == super::history::TABLE
        || prisma_tables().any(|table| table.name == name)
        || migrations().iter().flat_map(|migration| &migration.statements).any(owned)
}

pub(super) fn missing_table(table: &str, why: &str) -> Drift {
    difference(DriftKind::MissingTable, table, None, format!("`{table}` {why}"))
}

pub(super) fn difference(kind: DriftKind, table: &str, object: Option<&str>, message: String) -> Drift {
    Drift { kind, table: table.to_owned(), object: object.map(str::to_owned), message }
}

/// The existing counterpart of an index of the Prisma schema.
pub(super) enum ExistingIndex<'a> {
    Same,
    /// An index on the same columns with another name, created by hand: it serves the same queries.
    OtherName(&'a str),
    /// An index with the same name on other columns.
    NameTaken(&'a Index),
    Missing,
}

/// Finds the existing counterpart of an index of the Prisma schema.
pub(super) fn existing_index<'a>(
    found: &'a Found,
    table: &str,
    actual: &'a FoundTable,
    expected: &Index,
) -> ExistingIndex<'a> {
    if let Some(index) = actual.index(&expected.name) {
        return if index.equals(expected) { ExistingIndex::Same } else { ExistingIndex::NameTaken(index) };
    }
    // The server silently drops an index that it created for a foreign key when another one can serve: it does not
    // count.
    let by_hand = |index: &&Index| {
        index.equals(expected)
            && !is_owned(&index.name)
            && !found.is_foreign_key(table, &index.name)
            && !prisma_tables().flat_map(|table| &table.indexes).any(|known| known.name == index.name)
    };
    actual.indexes.iter().find(by_hand).map_or(ExistingIndex::Missing, |index| ExistingIndex::OtherName(&index.name))
}

fn compare_table(found: &Found, table: &Table, actual: &FoundTable, drift: &mut Vec<Drift>) {
    if !actual.engine.eq_ignore_ascii_case("InnoDB") {
        let message = format!(
            "`{}` uses the engine {}, not InnoDB: it has no transactions and no foreign keys",
            table.name, actual.engine
        );
        drift.push(difference(DriftKind::DifferingEngine, &table.name, None, message));
    }
    for column in &table.columns {
        match actual.column(&column.name) {
            Some(existing) => compare_column(found.mariadb, &table.name, column, existing, drift),
            None => {
                let message = format!(
                    "`{}`.`{}` does not exist; the Prisma schema has {}",
                    table.name,
                    column.name,
                    expected_type(column)
                );
                drift.push(difference(DriftKind::MissingColumn, &table.name, Some(&column.name), message));
            }
        }
    }
    for column in &actual.columns {
        if table.columns.iter().any(|expected| expected.name == column.name) {
            continue;
        }
        let place = format!("`{}`.`{}` {}", table.name, column.name, found_type(column));
        let (kind, message) = if column.must_be_given() {
            (
                DriftKind::BlockingColumn,
                format!("{place} is unknown, NOT NULL and has no default: every INSERT would fail"),
            )
        } else {
            (DriftKind::UnknownColumn, format!("unknown column {place}"))
        };
        drift.push(difference(kind, &table.name, Some(&column.name), message));
    }
    compare_indexes(found, table, actual, drift);
}

fn compare_column(mariadb: bool, table: &str, expected: &Column, existing: &FoundColumn, drift: &mut Vec<Drift>) {
    let mut say = |kind, what: String| {
        let place = format!("`{table}`.`{}`", expected.name);
        drift.push(difference(kind, table, Some(&expected.name), format!("{place} {what}")));
    };
    let both = format!("is {}; the Prisma schema has {}", found_type(existing), expected_type(expected));
    if !same_family(mariadb, &expected.kind, existing) || expected.nullable != existing.nullable {
        return say(DriftKind::IncompatibleColumn, both);
    }
    if existing.is_generated() {
        return say(DriftKind::IncompatibleColumn, format!("is generated by the server ({})", existing.extra));
    }
    match (&expected.kind, existing.values()) {
        (Kind::Enum(expected_values), Some(values)) => {
            let absent = |of: &[String], from: &[String]| -> Vec<String> {
                of.iter().filter(|value| !from.contains(value)).map(|value| format!("'{value}'")).collect()
            };
            let missing = absent(expected_values, &values);
            if !missing.is_empty() {
                return say(DriftKind::IncompatibleColumn, format!("lacks the values {}: {both}", missing.join(", ")));
            }
            let unknown = absent(&values, expected_values);
            if !unknown.is_empty() {
                say(
                    DriftKind::UnknownEnumValue,
                    format!("has values unknown to the Prisma schema: {}", unknown.join(", ")),
                );
            }
            if values.iter().filter(|value| expected_values.contains(value)).ne(expected_values) {
                say(
                    DriftKind::DifferingType,
                    format!("has its values in another order, which changes sorting: {both}"),
                );
            }
        }
        _ if existing.column_type != server_type(mariadb, &expected.kind) => say(DriftKind::DifferingType, both),
        _ => {}
    }
    if let Some(collation) = existing.collation.as_deref().filter(|_| expected.kind != Kind::Json)
        && collation != COLLATION
    {
        say(DriftKind::DifferingCollation, format!("has the collation {collation}; the Prisma schema has {COLLATION}"));
    }
    let updates_itself = existing.extra.contains("ON UPDATE");
    if existing.default != expected.default || updates_itself {
        let also = if updates_itself { " and is set on every update" } else { "" };
        let (is, want) = (default_text(existing.default.as_ref()), default_text(expected.default.as_ref()));
        say(DriftKind::DifferingDefault, format!("has {is}{also}; the Prisma schema has {want}"));
    }
}

/// Returns whether the existing column can hold what Staka reads and writes for `kind`, apart from its length.
fn same_family(mariadb: bool, kind: &Kind, existing: &FoundColumn) -> bool {
    let unsigned = existing.column_type.contains("unsigned");
    match (kind, existing.data_type.as_str()) {
        (Kind::Varchar(_) | Kind::Text | Kind::LongText, word) => {
            matches!(word, "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext")
                && existing.collation.as_deref() != Some("binary")
        }
        (Kind::Integer, "smallint" | "mediumint" | "int" | "bigint") => !unsigned,
        (Kind::Boolean, "tinyint") | (Kind::DateTime(_), "datetime") => true,
        (Kind::Json, word) => word == "json" || (word == "longtext" && (mariadb || existing.collation.is_some())),
        (Kind::Enum(_), "enum") => true,
        _ => false,
    }
}

/// Returns the type as the server writes it.
fn server_type(mariadb: bool, kind: &Kind) -> String {
    match kind {
        Kind::Varchar(length) => format!("varchar({length})"),
        Kind::Text => "text".to_owned(),
        Kind::LongText => "longtext".to_owned(),
        Kind::Integer => "int".to_owned(),
        Kind::Boolean => "tinyint(1)".to_owned(),
        Kind::DateTime(digits) => format!("datetime({digits})"),
        Kind::Json => if mariadb { "longtext" } else { "json" }.to_owned(),
        Kind::Enum(values) => {
            let quoted = values.iter().map(|value| format!("'{}'", value.replace('\'', "''")));
            format!("enum({})", quoted.collect::<Vec<_>>().join(","))
        }
    }
}

fn expected_type(column: &Column) -> String {
    format!("{} {}", server_type(false, &column.kind), null_text(column.nullable))
}

fn found_type(column: &FoundColumn) -> String {
    format!("{} {}", column.column_type, null_text(column.nullable))
}

fn null_text(nullable: bool) -> &'static str {
    if nullable { "NULL" } else { "NOT NULL" }
}

fn default_text(default: Option<&DefaultValue>) -> String {
    match default {
        None => "no default".to_owned(),
        Some(DefaultValue::Literal(text)) => format!("the default '{text}'"),
        Some(DefaultValue::Now(digits)) => format!("the default CURRENT_TIMESTAMP({digits})"),
        Some(DefaultValue::Expression(text)) => format!("the default ({text})"),
    }
}

fn compare_indexes(found: &Found, table: &Table, actual: &FoundTable, drift: &mut Vec<Drift>) {
    let mut say = |kind, name: &str, message: String| drift.push(difference(kind, &table.name, Some(name), message));
    let mut renamed = Vec::new();
    for expected in &table.indexes {
        let place = format!("index `{}` on `{}` ({})", expected.name, table.name, expected.columns());
        match existing_index(found, &table.name, actual, expected) {
            ExistingIndex::Same => {}
            ExistingIndex::Missing => say(DriftKind::MissingIndex, &expected.name, format!("{place} does not exist")),
            ExistingIndex::OtherName(name) => {
                renamed.push(name);
                say(DriftKind::DifferingIndex, &expected.name, format!("{place} is named `{name}`"));
            }
            ExistingIndex::NameTaken(other) => {
                let what = if other.kind == expected.kind { "" } else { " with another uniqueness" };
                say(DriftKind::DifferingIndex, &expected.name, format!("{place} is on ({}){what}", other.columns()));
            }
        }
    }
    for index in &actual.indexes {
        let known = table.indexes.iter().any(|expected| expected.name.eq_ignore_ascii_case(&index.name))
            || index.name == PRIMARY
            || renamed.contains(&index.name.as_str())
            || found.is_foreign_key(&table.name, &index.name)
            || is_owned_index(&table.name, &index.name);
        if !known {
            let message = format!("unknown index `{}` on `{}` ({})", index.name, table.name, index.columns());
            say(DriftKind::UnknownIndex, &index.name, message);
        }
    }
}

fn is_owned_index(on: &str, name: &str) -> bool {
    let mut made = migrations().iter().flat_map(|migration| &migration.statements).map(|statement| &statement.creates);
    made.any(|creates| matches!(creates, Creates::OwnedIndex { table, index } if table == on && index.name == name))
}

fn compare_foreign_keys(found: &Found, drift: &mut Vec<Drift>) {
    for expected in prisma_foreign_keys().filter(|key| found.has(&key.table)) {
        let mut same = found.foreign_keys.iter().filter(|key| key.same_columns(expected));
        let (kind, what) = match same.next() {
            None => (DriftKind::MissingForeignKey, "does not exist".to_owned()),
            Some(key) if !key.same_rules(expected) => (
                DriftKind::DifferingForeignKey,
                format!(
                    "has ON DELETE {} ON UPDATE {}; the Prisma schema has ON DELETE {} ON UPDATE {}",
                    key.on_delete, key.on_update, expected.on_delete, expected.on_update
                ),
            ),
            Some(key) if key.name != expected.name => {
                (DriftKind::DifferingForeignKey, format!("is named `{}`", key.name))
            }
            Some(_) => continue,
        };
        let place = format!("foreign key `{}` of `{}` to `{}`", expected.name, expected.table, expected.target);
        drift.push(difference(kind, &expected.table, Some(&expected.name), format!("{place} {what}")));
    }
}
