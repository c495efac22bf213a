//! The export of all data held about a person, as one JSON document in pieces.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{not_found, person};
use crate::base::{Column, Cursor, Error, Result, Sensitivity};
use crate::db::Conn;
use crate::model::view::TextChunk;
use crate::model::{PersonTable, UserId};
use crate::repo::privacy::{self, Kind, Located, Rows, SchemaColumn};
use crate::repo::users;
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// The size in bytes at which a piece ends, whatever number of rows was requested.
const MAX_BYTES: usize = 4 << 20;

/// The number of rows that one statement reads.
const BATCH: usize = 500;

const CURSOR: &str = "privacy.export";

/// The separator of the parts of a primary key within a cursor.
const KEY_SEPARATOR: char = '\u{1e}';

/// Returns whether an export contains the column: if it is declared so and not secret.
pub(super) fn carries(column: &Column) -> bool {
    column.exportable && column.sensitivity != Sensitivity::Secret
}

/// The position that an export has reached: after a row of a table.
struct Position {
    table: String,
    /// Whether a row of this table was already exported.
    written: bool,
    key: Vec<String>,
}

impl Position {
    fn read(cursor: &Cursor) -> Result<Self> {
        let [table, written, key] = cursor.keys::<3>(CURSOR)?;
        Ok(Self { table, written: written == "1", key: key.split(KEY_SEPARATOR).map(str::to_owned).collect() })
    }

    fn cursor(table: &str, written: bool, key: &[String]) -> Cursor {
        Cursor::after_row(CURSOR, &[table, if written { "1" } else { "0" }, &key.join(&KEY_SEPARATOR.to_string())])
    }
}

/// Returns the next piece. The first one writes an audit log entry: whose data was exported, and by whom.
///
/// An account's address is not proven to be its owner's. So messages that a visitor wrote from it are exported to the
/// person only once they were claimed for the account; an administrator, who has verified the request, gets all of them.
pub async fn export(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    after: Option<&Cursor>,
    limit: Option<u32>,
) -> Result<TextChunk> {
    let limit = limit.unwrap_or(1_000);
    if !(1..=10_000).contains(&limit) {
        return Err(Error::invalid("limit", "must be between 1 and 10000"));
    }
    let at = after.map(Position::read).transpose()?;
    let user = users::lookup(conn, user).await?.ok_or_else(|| not_found(user))?;
    let (mut person, _) = person(conn, &user).await?;
    if !ctx.is_admin() {
        person.addresses = privacy::addresses(conn, &user.id).await?;
    }
    let schema = privacy::schema(conn).await?;
    let (here, _) = privacy::tables_here(&schema);
    let here: Vec<&'static PersonTable> = here.into_iter().filter(|table| !table.paths.is_empty()).collect();
    let mut text = String::new();
    let first = match &at {
        None => {
            let head = json!({"person": user.id.as_str(), "exportedAt": ctx.now.to_string()}).to_string();
            // The tables follow within the same JSON object.
            text.push_str(&head[..head.len() - 1]);
            text.push_str(",\"tables\":{");
            let details = json!({"format": "json"});
            audit_trail::write(conn, ctx, Action::UserDataExported, Some(user.id.as_str()), details).await?;
            0
        }
        Some(at) => here
            .iter()
            .position(|table| table.name == at.table)
            .ok_or_else(|| Error::invalid("after", "is not a cursor of this list"))?,
    };
    let mut left = limit as usize;
    for (index, table) in here.iter().enumerate().skip(first) {
        let resumed = at.as_ref().filter(|_| index == first);
        let mut written = resumed.is_some_and(|at| at.written);
        if resumed.is_none() {
            let comma = if index == 0 { "" } else { "," };
            let _ = write!(text, "{comma}\n\"{}\":[", table.name);
        }
        let mut after = resumed.map(|at| at.key.clone());
        loop {
            let size = BATCH.min(left);
            let rows = Rows::After { key: after.as_ref(), limit: size };
            let Some(located) = privacy::locate(conn, &schema, &person, table, rows).await? else { break };
            if located.person_rows.is_empty() {
                break;
            }
            written = push_rows(conn, &mut text, &located, written).await?;
            let batch = located.person_rows.len();
            left -= batch;
            after = located.person_rows.into_iter().next_back().map(|row| row.key);
            let full = left == 0 || text.len() > MAX_BYTES;
            if let (true, Some(last)) = (full, &after) {
                return Ok(TextChunk { text, next: Some(Position::cursor(table.name, written, last)) });
            }
            if batch < size {
                break;
            }
        }
        text.push(']');
    }
    text.push_str("\n}}\n");
    Ok(TextChunk { text, next: None })
}

/// Appends the rows as JSON objects, and returns whether any row of the table has been written so far.
async fn push_rows(conn: &mut Conn, text: &mut String, located: &Located<'_>, written: bool) -> Result<bool> {
    let columns: Vec<&SchemaColumn> =
        located.columns.iter().filter(|column| located.table.column(&column.name).is_some_and(carries)).collect();
    let keys: Vec<&Vec<String>> = located.person_rows.iter().map(|person_row| &person_row.key).collect();
    let mut rows = privacy::read(conn, located, &columns, &keys).await?;
    let mut written = written;
    for person_row in &located.person_rows {
        let Some(row) = rows.remove(&person_row.key) else { continue };
        let fields = columns.iter().zip(row).filter(|(column, _)| !person_row.path.withheld.contains(&&*column.name));
        let object: Map<String, Value> =
            fields.map(|(column, text)| (column.name.clone(), value(column, text))).collect();
        text.push_str(if written { ",\n" } else { "\n" });
        text.push_str(&Value::Object(object).to_string());
        written = true;
    }
    Ok(written)
}

/// Returns a column's value as JSON.
fn value(column: &SchemaColumn, text: Option<String>) -> Value {
    let Some(text) = text else { return Value::Null };
    match column.kind {
        Kind::Boolean => Value::Bool(text != "0"),
        Kind::Number => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        Kind::Json => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        Kind::DateTime => Value::String(iso_datetime(&text)),
        Kind::Text | Kind::Enum | Kind::Bytes | Kind::Day => Value::String(text),
    }
}

/// Converts `2026-01-01 10:00:00.000` to ISO 8601 in UTC.
pub(super) fn iso_datetime(text: &str) -> String {
    let (day, time) = text.split_once(' ').unwrap_or((text, "00:00:00.000"));
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, "000"));
    format!("{day}T{seconds}.{:0<3}Z", &fraction[..fraction.len().min(3)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_json_type_of_their_columns() {
        let column =
            |kind| SchemaColumn { name: "c".into(), kind, nullable: true, key: false, length: 0, collation: None };
        for (kind, text, json) in [
            (Kind::Boolean, "1", json!(true)),
            (Kind::Number, "-46800", json!(-46800)),
            (Kind::Number, "1.5", json!(1.5)),
            (Kind::Json, "{\"é\":[1]}", json!({"é": [1]})),
            (Kind::Text, "{\"é\":[1]}", json!("{\"é\":[1]}")),
            (Kind::DateTime, "2026-01-01 10:00:00.120", json!("2026-01-01T10:00:00.120Z")),
            (Kind::DateTime, "2026-01-01 10:00:00", json!("2026-01-01T10:00:00.000Z")),
            (Kind::Day, "9999-12-31", json!("9999-12-31")),
        ] {
            assert_eq!(value(&column(kind), Some(text.to_owned())), json);
        }
        assert_eq!(value(&column(Kind::Json), None), Value::Null);
    }

    #[test]
    fn a_position_survives_its_cursor() {
        let key = vec!["a\u{1f}b".to_owned(), String::new()];
        let at = Position::read(&Position::cursor("messages", true, &key)).expect("a position");
        assert_eq!((at.table.as_str(), at.written, at.key), ("messages", true, key));
    }
}
