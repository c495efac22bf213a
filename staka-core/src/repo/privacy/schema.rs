//! The tables and columns of this database.

use std::collections::BTreeMap;

use staka_macros::Record;

use crate::base::{Args, Result};
use crate::db::{Conn, Statement};

/// The columns of each table, by the table's name.
pub type Schema = BTreeMap<String, Vec<SchemaColumn>>;

/// A column, as the server describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaColumn {
    /// Name of the column.
    pub name: String,
    /// Kind of its values.
    pub kind: Kind,
    /// Whether it allows NULL.
    pub nullable: bool,
    /// Whether it is part of the primary key.
    pub key: bool,
    /// Maximum length: characters of a VARCHAR, bytes of a TEXT.
    pub length: usize,
    /// Its collation; none if it is not text.
    pub collation: Option<String>,
}

/// The kind of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// One of a fixed set of values.
    Enum,
    /// JSON.
    Json,
    /// Bytes, in which Staka's own tables hold text.
    Bytes,
    /// A date and time in UTC.
    DateTime,
    /// A date.
    Day,
    /// `TINYINT(1)`.
    Boolean,
    /// Any other number.
    Number,
}

impl Kind {
    /// Returns whether it can contain a person's name.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Json | Self::Bytes)
    }
}

impl SchemaColumn {
    /// Returns an SQL expression of its value as text.
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

/// Reads the schema in one statement.
pub async fn schema(conn: &mut Conn) -> Result<Schema> {
    let mut schema = Schema::new();
    let columns: Vec<Described> = conn.all(&COLUMNS, Args::new()).await?;
    for column in columns {
        let kind = match column.data_type.to_lowercase().as_str() {
            // MariaDB stores JSON as LONGTEXT.
            "longtext" if column.collation.as_deref() == Some("utf8mb4_bin") => Kind::Json,
            "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" => Kind::Text,
            "enum" | "set" => Kind::Enum,
            "json" => Kind::Json,
            "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Kind::Bytes,
            "datetime" | "timestamp" => Kind::DateTime,
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
            collation: column.collation,
        });
    }
    Ok(schema)
}
