//! Reads the existing schema from information_schema, in the same form for both servers.

use std::collections::BTreeMap;

use sqlx::MySqlConnection;

use super::parse::enum_values;
use super::schema::{DefaultValue, ForeignKey, Index, IndexKind, Part};
use crate::base::{Error, ErrorKind, Result};
use crate::db::error::from_sqlx;

/// An existing column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoundColumn {
    pub(super) name: String,
    /// The type as the server writes it, without display widths, e.g. `int unsigned`, `varchar(191)`, `enum('A','B')`.
    pub(super) column_type: String,
    /// The type's first word, e.g. `varchar`.
    pub(super) data_type: String,
    pub(super) nullable: bool,
    pub(super) default: Option<DefaultValue>,
    /// `None` if the type is not textual.
    pub(super) collation: Option<String>,
    /// In upper case, e.g. `AUTO_INCREMENT`.
    pub(super) extra: String,
}

impl FoundColumn {
    /// Returns the values of an enum.
    pub(super) fn values(&self) -> Option<Vec<String>> {
        enum_values(&self.column_type)
    }

    /// Returns whether the server computes the value and accepts none from an INSERT.
    pub(super) fn is_generated(&self) -> bool {
        self.extra.contains("VIRTUAL") || self.extra.contains("STORED") || self.extra.contains("PERSISTENT")
    }

    /// Returns whether an INSERT without this column fails.
    pub(super) fn must_be_given(&self) -> bool {
        !self.nullable && self.default.is_none() && !self.is_generated() && !self.extra.contains("AUTO_INCREMENT")
    }
}

/// An existing table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FoundTable {
    pub(super) is_view: bool,
    pub(super) engine: String,
    pub(super) columns: Vec<FoundColumn>,
    pub(super) indexes: Vec<Index>,
}

impl FoundTable {
    pub(super) fn column(&self, name: &str) -> Option<&FoundColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub(super) fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name.eq_ignore_ascii_case(name))
    }
}

/// An existing trigger; the event is e.g. `AFTER INSERT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoundTrigger {
    pub(super) name: String,
    pub(super) table: String,
    pub(super) event: String,
}

/// The existing schema of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) database: String,
    pub(super) mariadb: bool,
    /// Includes views.
    pub(super) tables: BTreeMap<String, FoundTable>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    pub(super) triggers: Vec<FoundTrigger>,
}

impl Found {
    pub(super) fn table(&self, name: &str) -> Option<&FoundTable> {
        self.tables.get(name).filter(|table| !table.is_view)
    }

    pub(super) fn has(&self, table: &str) -> bool {
        self.table(table).is_some()
    }

    /// Returns whether a foreign key has this name: the server gives it to the index that it creates for the key.
    pub(super) fn is_foreign_key(&self, table: &str, name: &str) -> bool {
        self.foreign_keys.iter().any(|key| key.table == table && key.name == name)
    }
}

/// Returns the name of the connection's database, and whether the server is MariaDB.
pub(super) async fn identity(conn: &mut MySqlConnection) -> Result<(String, bool)> {
    let (database, version): (Option<String>, String) =
        sqlx::query_as("SELECT CAST(DATABASE() AS CHAR), CAST(VERSION() AS CHAR)")
            .fetch_one(conn)
            .await
            .map_err(from_sqlx)?;
    let database =
        database.ok_or_else(|| Error::new(ErrorKind::Invalid, "the connection's URL contains no database"))?;
    Ok((database, version.contains("MariaDB")))
}

/// Reads the schema. All columns are cast, because their types differ between the servers.
pub(super) async fn inspect(conn: &mut MySqlConnection) -> Result<Found> {
    let (database, mariadb) = identity(conn).await?;
    let mut tables = tables(conn).await?;
    columns(conn, mariadb, &mut tables).await?;
    indexes(conn, &mut tables).await?;
    let foreign_keys = foreign_keys(conn).await?;
    let triggers = triggers(conn).await?;
    Ok(Found { database, mariadb, tables, foreign_keys, triggers })
}

async fn tables(conn: &mut MySqlConnection) -> Result<BTreeMap<String, FoundTable>> {
    let rows: Vec<(String, String, Option<String>)> = sqlx::query_as(
        "SELECT CAST(TABLE_NAME AS CHAR), CAST(TABLE_TYPE AS CHAR), CAST(ENGINE AS CHAR) \
         FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()",
    )
    .fetch_all(conn)
    .await
    .map_err(from_sqlx)?;
    let found = rows.into_iter().map(|(name, table_type, engine)| {
        let is_view = table_type.contains("VIEW");
        (name, FoundTable { is_view, engine: engine.unwrap_or_default(), ..FoundTable::default() })
    });
    Ok(found.collect())
}

type ColumnRow = (String, String, String, String, String, Option<String>, Option<String>, String);

async fn columns(conn: &mut MySqlConnection, mariadb: bool, tables: &mut BTreeMap<String, FoundTable>) -> Result<()> {
    let rows: Vec<ColumnRow> = sqlx::query_as(
        "SELECT CAST(TABLE_NAME AS CHAR), CAST(COLUMN_NAME AS CHAR), CAST(COLUMN_TYPE AS CHAR), \
         CAST(DATA_TYPE AS CHAR), CAST(IS_NULLABLE AS CHAR), CAST(COLUMN_DEFAULT AS CHAR), \
         CAST(COLLATION_NAME AS CHAR), CAST(EXTRA AS CHAR) \
         FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION",
    )
    .fetch_all(conn)
    .await
    .map_err(from_sqlx)?;
    for (table, name, column_type, data_type, nullable, default, collation, extra) in rows {
        let Some(table) = tables.get_mut(&table) else { continue };
        let column_type = without_width(&column_type);
        let extra = extra.to_ascii_uppercase();
        let default = default.and_then(|text| read_default(&text, mariadb, &data_type, &extra));
        let nullable = nullable == "YES";
        table.columns.push(FoundColumn { name, column_type, data_type, nullable, default, collation, extra });
    }
    Ok(())
}

type IndexRow = (String, String, i64, Option<String>, Option<String>, Option<i64>, String);

async fn indexes(conn: &mut MySqlConnection, tables: &mut BTreeMap<String, FoundTable>) -> Result<()> {
    let rows: Vec<IndexRow> = sqlx::query_as(
        "SELECT CAST(TABLE_NAME AS CHAR), CAST(INDEX_NAME AS CHAR), CAST(NON_UNIQUE AS SIGNED), \
         CAST(COLUMN_NAME AS CHAR), CAST(COLLATION AS CHAR), CAST(SUB_PART AS SIGNED), CAST(INDEX_TYPE AS CHAR) \
         FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() \
         ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
    )
    .fetch_all(conn)
    .await
    .map_err(from_sqlx)?;
    for (table, name, non_unique, column, collation, prefix, index_type) in rows {
        let Some(table) = tables.get_mut(&table) else { continue };
        let prefix = prefix.and_then(|n| u32::try_from(n).ok());
        let descending = collation.as_deref() == Some("D");
        let part = Part { column: column.unwrap_or_default(), descending, prefix };
        match table.indexes.iter_mut().find(|index| index.name == name) {
            Some(index) => index.parts.push(part),
            None => {
                let kind = match (index_type.as_str(), non_unique) {
                    ("BTREE", 0) => IndexKind::Unique,
                    ("BTREE", _) => IndexKind::Plain,
                    ("FULLTEXT", _) => IndexKind::Fulltext,
                    _ => IndexKind::Other,
                };
                table.indexes.push(Index { name, kind, parts: vec![part] });
            }
        }
    }
    Ok(())
}

type KeyRow = (String, String, String, String, String, String, String);

async fn foreign_keys(conn: &mut MySqlConnection) -> Result<Vec<ForeignKey>> {
    let rows: Vec<KeyRow> = sqlx::query_as(
        "SELECT CAST(r.CONSTRAINT_NAME AS CHAR), CAST(r.TABLE_NAME AS CHAR), CAST(k.COLUMN_NAME AS CHAR), \
         CAST(r.REFERENCED_TABLE_NAME AS CHAR), CAST(k.REFERENCED_COLUMN_NAME AS CHAR), \
         CAST(r.DELETE_RULE AS CHAR), CAST(r.UPDATE_RULE AS CHAR) \
         FROM information_schema.REFERENTIAL_CONSTRAINTS r \
         JOIN information_schema.KEY_COLUMN_USAGE k ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA \
         AND k.TABLE_NAME = r.TABLE_NAME AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME \
         WHERE r.CONSTRAINT_SCHEMA = DATABASE() AND k.TABLE_SCHEMA = DATABASE() \
         ORDER BY r.TABLE_NAME, r.CONSTRAINT_NAME, k.ORDINAL_POSITION",
    )
    .fetch_all(conn)
    .await
    .map_err(from_sqlx)?;
    let mut found: Vec<ForeignKey> = Vec::new();
    for (name, table, column, target, target_column, on_delete, on_update) in rows {
        match found.last_mut().filter(|key| key.name == name && key.table == table) {
            Some(key) => {
                key.columns.push(column);
                key.target_columns.push(target_column);
            }
            None => {
                let (columns, target_columns) = (vec![column], vec![target_column]);
                found.push(ForeignKey { name, table, columns, target, target_columns, on_delete, on_update });
            }
        }
    }
    Ok(found)
}

async fn triggers(conn: &mut MySqlConnection) -> Result<Vec<FoundTrigger>> {
    let rows: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT CAST(TRIGGER_NAME AS CHAR), CAST(EVENT_OBJECT_TABLE AS CHAR), CAST(ACTION_TIMING AS CHAR), \
         CAST(EVENT_MANIPULATION AS CHAR) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() \
         ORDER BY TRIGGER_NAME",
    )
    .fetch_all(conn)
    .await
    .map_err(from_sqlx)?;
    let found = rows.into_iter();
    Ok(found
        .map(|(name, table, timing, event)| FoundTrigger { name, table, event: format!("{timing} {event}") })
        .collect())
}

/// Removes the display width: MariaDB writes `int(11)` for `int`. `tinyint(1)` keeps it, as Prisma's boolean.
fn without_width(column_type: &str) -> String {
    let Some((word, rest)) = column_type.split_once('(') else { return column_type.to_owned() };
    let Some((width, rest)) = rest.split_once(')') else { return column_type.to_owned() };
    let integer = matches!(word, "tinyint" | "smallint" | "mediumint" | "int" | "bigint");
    if integer && !(word == "tinyint" && width == "1") { format!("{word}{rest}") } else { column_type.to_owned() }
}

/// Parses a default. MariaDB writes an expression: `'text'`, `NULL`, `current_timestamp(3)`. MySQL writes a literal
/// without quotes, and marks an expression in EXTRA.
fn read_default(text: &str, mariadb: bool, data_type: &str, extra: &str) -> Option<DefaultValue> {
    let timed = matches!(data_type, "datetime" | "timestamp");
    if let Some(digits) = timed.then(|| now_digits(text)).flatten() {
        return Some(DefaultValue::Now(digits));
    }
    if !mariadb {
        let expression = extra.contains("DEFAULT_GENERATED");
        let text = text.to_owned();
        return Some(if expression { DefaultValue::Expression(text) } else { DefaultValue::Literal(text) });
    }
    if text.eq_ignore_ascii_case("NULL") {
        return None;
    }
    let inner = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    Some(match inner {
        Some(inner) => DefaultValue::Literal(inner.replace("''", "'")),
        None if text.parse::<f64>().is_ok() => DefaultValue::Literal(text.to_owned()),
        None => DefaultValue::Expression(text.to_owned()),
    })
}

fn now_digits(text: &str) -> Option<u32> {
    let rest = text.to_ascii_lowercase();
    let rest = rest.strip_prefix("current_timestamp")?;
    match rest.trim_start_matches('(').trim_end_matches(')') {
        "" => Some(0),
        digits => digits.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_widths_are_removed_except_for_booleans() {
        assert_eq!(without_width("int(11)"), "int");
        assert_eq!(without_width("int(10) unsigned"), "int unsigned");
        assert_eq!(without_width("tinyint(1)"), "tinyint(1)");
        assert_eq!(without_width("varchar(191)"), "varchar(191)");
        assert_eq!(without_width("json"), "json");
    }

    #[test]
    fn both_servers_defaults_read_the_same() {
        let literal = |text: &str| Some(DefaultValue::Literal(text.into()));
        assert_eq!(read_default("USER", false, "enum", ""), literal("USER"));
        assert_eq!(read_default("'USER'", true, "enum", ""), literal("USER"));
        assert_eq!(read_default("1", true, "tinyint", ""), literal("1"));
        assert_eq!(read_default("NULL", true, "text", ""), None);
        assert_eq!(
            read_default("CURRENT_TIMESTAMP(3)", false, "datetime", "DEFAULT_GENERATED"),
            Some(DefaultValue::Now(3))
        );
        assert_eq!(read_default("current_timestamp(3)", true, "datetime", ""), Some(DefaultValue::Now(3)));
        assert_eq!(read_default("uuid()", true, "varchar", ""), Some(DefaultValue::Expression("uuid()".into())));
        assert_eq!(
            read_default("uuid()", false, "varchar", "DEFAULT_GENERATED"),
            Some(DefaultValue::Expression("uuid()".into()))
        );
    }
}
