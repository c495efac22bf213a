//! The schema we want against the schema that stands: what the library cannot live with, and what it can.

use super::files::{guide_foreign_keys, guide_tables, migrations};
use super::inspect::{Found, FoundColumn, FoundTable};
use super::report::{Drift, DriftKind};
use super::schema::{Column, DefaultValue, Index, Kind, Makes, Table};
use super::{PRIMARY, PRISMA, is_ours};

const COLLATION: &str = "utf8mb4_unicode_ci";

/// Every difference, by table in the guide's order. Tables that are not there are not spoken of: whether they
/// should be depends on the ledger.
pub(super) fn compare(found: &Found) -> Vec<Drift> {
    let mut drift = Vec::new();
    for table in guide_tables() {
        match found.tables.get(&table.name) {
            Some(actual) if actual.is_view => drift.push(missing_table(&table.name, "is a view, not a table")),
            Some(actual) => compare_table(found, table, actual, &mut drift),
            None => {}
        }
    }
    compare_foreign_keys(found, &mut drift);
    for (name, table) in &found.tables {
        if !table.is_view && !is_known_table(name) {
            let what =
                if is_ours(name) { "a newer version of this library made it" } else { "neither the guide's nor ours" };
            drift.push(fault(DriftKind::UnknownTable, name, None, format!("unknown table `{name}`: {what}")));
        }
    }
    for trigger in &found.triggers {
        if !is_ours(&trigger.name) && guide_tables().any(|table| table.name == trigger.table) {
            let message = format!("unknown trigger `{}` {} on `{}`", trigger.name, trigger.event, trigger.table);
            drift.push(fault(DriftKind::UnknownTrigger, &trigger.table, Some(&trigger.name), message));
        }
    }
    drift
}

/// A table that is the guide's, ours or Prisma's own.
pub(super) fn is_known_table(name: &str) -> bool {
    let ours =
        |statement: &super::files::Statement| matches!(&statement.makes, Makes::OurTable(table) if table == name);
    // The demo data's mark, made by the seed and by no migration.
    name == "staka_seed"
        || name == PRISMA
        || name == super::ledger::TABLE
        || guide_tables().any(|table| table.name == name)
        || migrations().iter().flat_map(|migration| &migration.statements).any(ours)
}

pub(super) fn missing_table(table: &str, why: &str) -> Drift {
    fault(DriftKind::MissingTable, table, None, format!("`{table}` {why}"))
}

pub(super) fn fault(kind: DriftKind, table: &str, object: Option<&str>, message: String) -> Drift {
    Drift { kind, table: table.to_owned(), object: object.map(str::to_owned), message }
}

/// What stands in place of an index that the guide wants.
pub(super) enum Standing<'a> {
    Itself,
    /// The same columns under another name, made by a person: it serves the same queries.
    UnderAnotherName(&'a str),
    /// The name is taken by an index on other columns.
    Taken(&'a Index),
    Nothing,
}

/// Looks for an index of the guide.
pub(super) fn standing<'a>(found: &'a Found, table: &str, actual: &'a FoundTable, wanted: &Index) -> Standing<'a> {
    if let Some(index) = actual.index(&wanted.name) {
        return if index.equals(wanted) { Standing::Itself } else { Standing::Taken(index) };
    }
    // What a server made for a foreign key goes silently when another index can do its work: it does not count.
    let by_hand = |index: &&Index| {
        index.equals(wanted)
            && !is_ours(&index.name)
            && !found.is_foreign_key(table, &index.name)
            && !guide_tables().flat_map(|table| &table.indexes).any(|known| known.name == index.name)
    };
    actual.indexes.iter().find(by_hand).map_or(Standing::Nothing, |index| Standing::UnderAnotherName(&index.name))
}

fn compare_table(found: &Found, table: &Table, actual: &FoundTable, drift: &mut Vec<Drift>) {
    if !actual.engine.eq_ignore_ascii_case("InnoDB") {
        let message =
            format!("`{}` is kept by {}, not InnoDB: no transactions, no foreign keys", table.name, actual.engine);
        drift.push(fault(DriftKind::DifferingEngine, &table.name, None, message));
    }
    for column in &table.columns {
        match actual.column(&column.name) {
            Some(standing) => compare_column(found.mariadb, &table.name, column, standing, drift),
            None => {
                let message =
                    format!("`{}`.`{}` is not there; the guide has {}", table.name, column.name, wanted_type(column));
                drift.push(fault(DriftKind::MissingColumn, &table.name, Some(&column.name), message));
            }
        }
    }
    for column in &actual.columns {
        if table.columns.iter().any(|wanted| wanted.name == column.name) {
            continue;
        }
        let place = format!("`{}`.`{}` {}", table.name, column.name, found_type(column));
        let (kind, message) = if column.must_be_given() {
            (
                DriftKind::BlockingColumn,
                format!("{place} is unknown, may not be NULL and has no default: every INSERT would fail"),
            )
        } else {
            (DriftKind::UnknownColumn, format!("unknown column {place}"))
        };
        drift.push(fault(kind, &table.name, Some(&column.name), message));
    }
    compare_indexes(found, table, actual, drift);
}

fn compare_column(mariadb: bool, table: &str, wanted: &Column, standing: &FoundColumn, drift: &mut Vec<Drift>) {
    let mut say = |kind, what: String| {
        let place = format!("`{table}`.`{}`", wanted.name);
        drift.push(fault(kind, table, Some(&wanted.name), format!("{place} {what}")));
    };
    let both = format!("is {}; the guide has {}", found_type(standing), wanted_type(wanted));
    if !same_family(mariadb, &wanted.kind, standing) || wanted.nullable != standing.nullable {
        return say(DriftKind::IncompatibleColumn, both);
    }
    if standing.is_generated() {
        return say(DriftKind::IncompatibleColumn, format!("is made by the server ({})", standing.extra));
    }
    match (&wanted.kind, standing.values()) {
        (Kind::Enum(wanted_values), Some(values)) => {
            let absent = |of: &[String], from: &[String]| -> Vec<String> {
                of.iter().filter(|value| !from.contains(value)).map(|value| format!("'{value}'")).collect()
            };
            let lacking = absent(wanted_values, &values);
            if !lacking.is_empty() {
                return say(DriftKind::IncompatibleColumn, format!("lacks the values {}: {both}", lacking.join(", ")));
            }
            let unknown = absent(&values, wanted_values);
            if !unknown.is_empty() {
                say(DriftKind::UnknownEnumValue, format!("has values that the guide has not: {}", unknown.join(", ")));
            }
            if values.iter().filter(|value| wanted_values.contains(value)).ne(wanted_values) {
                say(DriftKind::DifferingType, format!("has its values in another order, and sorts by it: {both}"));
            }
        }
        _ if standing.column_type != server_type(mariadb, &wanted.kind) => say(DriftKind::DifferingType, both),
        _ => {}
    }
    if let Some(collation) = standing.collation.as_deref().filter(|_| wanted.kind != Kind::Json)
        && collation != COLLATION
    {
        say(DriftKind::DifferingCollation, format!("is collated {collation}; the guide has {COLLATION}"));
    }
    let updates_itself = standing.extra.contains("ON UPDATE");
    if standing.default != wanted.default || updates_itself {
        let also = if updates_itself { " and sets itself on every update" } else { "" };
        let (is, want) = (default_text(standing.default.as_ref()), default_text(wanted.default.as_ref()));
        say(DriftKind::DifferingDefault, format!("has {is}{also}; the guide has {want}"));
    }
}

/// Whether what the library reads and writes for `kind` can be read and written there, save for what is too long.
fn same_family(mariadb: bool, kind: &Kind, standing: &FoundColumn) -> bool {
    let unsigned = standing.column_type.contains("unsigned");
    match (kind, standing.data_type.as_str()) {
        (Kind::Varchar(_) | Kind::Text | Kind::LongText, word) => {
            matches!(word, "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext")
                && standing.collation.as_deref() != Some("binary")
        }
        (Kind::Integer, "smallint" | "mediumint" | "int" | "bigint") => !unsigned,
        (Kind::Boolean, "tinyint") | (Kind::DateTime(_), "datetime") => true,
        (Kind::Json, word) => word == "json" || (word == "longtext" && (mariadb || standing.collation.is_some())),
        (Kind::Enum(_), "enum") => true,
        _ => false,
    }
}

/// How the server writes the type.
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

fn wanted_type(column: &Column) -> String {
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
    let mut say = |kind, name: &str, message: String| drift.push(fault(kind, &table.name, Some(name), message));
    let mut renamed = Vec::new();
    for wanted in &table.indexes {
        let place = format!("index `{}` on `{}` ({})", wanted.name, table.name, wanted.columns());
        match standing(found, &table.name, actual, wanted) {
            Standing::Itself => {}
            Standing::Nothing => say(DriftKind::MissingIndex, &wanted.name, format!("{place} is not there")),
            Standing::UnderAnotherName(name) => {
                renamed.push(name);
                say(DriftKind::DifferingIndex, &wanted.name, format!("{place} is named `{name}`"));
            }
            Standing::Taken(other) => {
                let what = if other.kind == wanted.kind { "" } else { ", with another uniqueness" };
                say(DriftKind::DifferingIndex, &wanted.name, format!("{place} is on ({}){what}", other.columns()));
            }
        }
    }
    for index in &actual.indexes {
        let known = table.indexes.iter().any(|wanted| wanted.name.eq_ignore_ascii_case(&index.name))
            || index.name == PRIMARY
            || renamed.contains(&index.name.as_str())
            || found.is_foreign_key(&table.name, &index.name)
            || is_our_index(&table.name, &index.name);
        if !known {
            let message = format!("unknown index `{}` on `{}` ({})", index.name, table.name, index.columns());
            say(DriftKind::UnknownIndex, &index.name, message);
        }
    }
}

fn is_our_index(on: &str, name: &str) -> bool {
    let mut made = migrations().iter().flat_map(|migration| &migration.statements).map(|statement| &statement.makes);
    made.any(|makes| matches!(makes, Makes::OurIndex { table, index } if table == on && index.name == name))
}

fn compare_foreign_keys(found: &Found, drift: &mut Vec<Drift>) {
    for wanted in guide_foreign_keys().filter(|key| found.has(&key.table)) {
        let mut same = found.foreign_keys.iter().filter(|key| key.ties_the_same(wanted));
        let (kind, what) = match same.next() {
            None => (DriftKind::MissingForeignKey, "is not there".to_owned()),
            Some(key) if !key.acts_the_same(wanted) => (
                DriftKind::DifferingForeignKey,
                format!(
                    "does ON DELETE {} ON UPDATE {}; the guide has ON DELETE {} ON UPDATE {}",
                    key.on_delete, key.on_update, wanted.on_delete, wanted.on_update
                ),
            ),
            Some(key) if key.name != wanted.name => {
                (DriftKind::DifferingForeignKey, format!("is named `{}`", key.name))
            }
            Some(_) => continue,
        };
        let place = format!("foreign key `{}` of `{}` to `{}`", wanted.name, wanted.table, wanted.target);
        drift.push(fault(kind, &wanted.table, Some(&wanted.name), format!("{place} {what}")));
    }
}
