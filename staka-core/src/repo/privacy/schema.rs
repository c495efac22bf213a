//! Which tables and columns this database has.

use std::collections::BTreeMap;

use staka_macros::Record;

use crate::base::{Args, Result};
use crate::db::{Conn, Statement};

/// The tables of the database, by name.
pub type Schema = BTreeMap<String, Vec<SchemaColumn>>;

/// A column, as the server describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaColumn {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether it admits NULL.
    pub nullable: bool,
    /// Whether it belongs to the primary key.
    pub key: bool,
    /// How much text it holds: characters of a VARCHAR, bytes of a TEXT.
    pub length: usize,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// One word of a list.
    Word,
    /// JSON.
    Json,
    /// Bytes, which ours hold text in.
    Bytes,
    /// A moment in UTC.
    Moment,
    /// A day.
    Day,
    /// `TINYINT(1)`.
    Boolean,
    /// Any other number.
    Number,
}

impl Kind {
    /// Whether somebody's name may stand in it.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Json | Self::Bytes)
    }
}

impl SchemaColumn {
    /// Its value as text, NULL for NULL.
    pub(super) fn as_text(&self) -> String {
        match self.kind {
            Kind::Bytes => format!("CONVERT(`{}` USING utf8mb4)", self.name),
            _ => format!("CAST(`{}` AS CHAR)", self.name),
        }
    }
}

#[derive(Record)]
struct Described {
    table: String,
    name: String,
    data_type: String,
    column_type: String,
    nullable: String,
    key: String,
    length: Option<i64>,
    collation: Option<String>,
}

static COLUMNS: Statement = Statement::fixed(
    "privacy.columns",
    "SELECT CAST(c.table_name AS CHAR), CAST(c.column_name AS CHAR), CAST(c.data_type AS CHAR), CAST(c.column_type AS CHAR), \
       CAST(c.is_nullable AS CHAR), CAST(c.column_key AS CHAR), CAST(c.character_maximum_length AS SIGNED), CAST(c.collation_name AS CHAR) \
     FROM information_schema.columns c JOIN information_schema.tables t \
       ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
     WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position",
    &[],
);

/// Reads them all: one statement.
pub async fn schema(conn: &mut Conn) -> Result<Schema> {
    let mut schema = Schema::new();
    let columns: Vec<Described> = conn.all(&COLUMNS, Args::new()).await?;
    for column in columns {
        let kind = match column.data_type.to_lowercase().as_str() {
            // What MariaDB makes of JSON.
            "longtext" if column.collation.as_deref() == Some("utf8mb4_bin") => Kind::Json,
            "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" => Kind::Text,
            "enum" | "set" => Kind::Word,
            "json" => Kind::Json,
            "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Kind::Bytes,
            "datetime" | "timestamp" => Kind::Moment,
            "date" => Kind::Day,
            "tinyint" if column.column_type.to_lowercase().starts_with("tinyint(1)") => Kind::Boolean,
            _ => Kind::Number,
        };
        schema.entry(column.table).or_default().push(SchemaColumn {
            name: column.name,
            kind,
            nullable: column.nullable.eq_ignore_ascii_case("yes"),
            key: column.key.eq_ignore_ascii_case("pri"),
            length: usize::try_from(column.length.unwrap_or(0)).unwrap_or(usize::MAX),
        });
    }
    Ok(schema)
}
