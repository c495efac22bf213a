//! All that is held about a person, as one JSON document in pieces.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{gone, person};
use crate::base::{Cursor, Error, Result, Sensitivity};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::view::TextChunk;
use crate::model::{OurColumn, UserId};
use crate::repo::privacy::{self, Kind, Located, SchemaColumn};
use crate::repo::users;

/// A piece ends when it is as long as this, in bytes, whatever number of rows was asked for.
const LONG: usize = 4 << 20;

/// Rows read by one statement.
const PORTION: usize = 200;

const CURSOR: &str = "privacy.export";

/// What separates the parts of a key within a cursor.
const PART: char = '\u{1e}';

/// Whether an export carries the column: what it declares, and never a secret.
pub(super) fn carries(column: &OurColumn) -> bool {
    column.exportable && column.sensitivity != Sensitivity::Secret
}

/// How far an export has come: within a table, behind a row.
struct At {
    table: String,
    /// Whether a row of the table was written.
    written: bool,
    key: Vec<String>,
}

impl At {
    fn read(cursor: &Cursor) -> Result<Self> {
        let [table, written, key] = cursor.keys::<3>(CURSOR)?;
        Ok(Self { table, written: written == "1", key: key.split(PART).map(str::to_owned).collect() })
    }

    fn cursor(table: &str, written: bool, key: &[String]) -> Cursor {
        Cursor::behind(CURSOR, &[table, if written { "1" } else { "0" }, &key.join(&PART.to_string())])
    }
}

/// The next piece. The first one leaves an entry: whose data was handed out, and to whom.
///
/// An account's address is not proven to be its owner's. So what a visitor wrote from it is handed to the person only once
/// it was claimed for the account; an administrator, who has looked at who asks, gets all of it.
pub async fn export(
    conn: &mut Conn,
    act: &Act<'_>,
    user: &UserId,
    after: Option<&Cursor>,
    limit: Option<u32>,
) -> Result<TextChunk> {
    let limit = limit.unwrap_or(1_000);
    if !(1..=10_000).contains(&limit) {
        return Err(Error::invalid("limit", "must be between 1 and 10000"));
    }
    let at = after.map(At::read).transpose()?;
    let user = users::lookup(conn, user).await?.ok_or_else(|| gone(user))?;
    let (mut person, _) = person(conn, &user).await?;
    if !act.is_admin() {
        person.addresses = privacy::addresses(conn, &user.id).await?;
    }
    let schema = privacy::schema(conn).await?;
    let (found, _) = privacy::survey(conn, &schema, &person).await?;
    let found: Vec<Located<'_>> = found.into_iter().filter(|located| !located.table.ways.is_empty()).collect();
    let mut text = String::new();
    let first = match &at {
        None => {
            let head = json!({"person": user.id.as_str(), "exportedAt": act.now.to_string()}).to_string();
            // The tables follow within the same object.
            text.push_str(&head[..head.len() - 1]);
            text.push_str(",\"tables\":{");
            let details = json!({"format": "json"});
            journal::write(conn, act, Action::UserDataExported, Some(user.id.as_str()), details).await?;
            0
        }
        Some(at) => found
            .iter()
            .position(|located| located.table.name == at.table)
            .ok_or_else(|| Error::invalid("after", "is not a cursor of this list"))?,
    };
    let mut left = limit as usize;
    for (place, located) in found.iter().enumerate().skip(first) {
        let resumed = at.as_ref().filter(|_| place == first);
        let mut written = resumed.is_some_and(|at| at.written);
        if resumed.is_none() {
            let comma = if place == 0 { "" } else { "," };
            let _ = write!(text, "{comma}\n\"{}\":[", located.table.name);
        }
        let behind = |key: &Vec<String>| resumed.is_none_or(|at| *key > at.key);
        let spots: Vec<_> = located.spots.iter().filter(|spot| behind(&spot.key)).collect();
        let columns: Vec<&SchemaColumn> =
            located.columns.iter().filter(|column| located.table.column(&column.name).is_some_and(carries)).collect();
        let mut rest = &spots[..];
        while !rest.is_empty() {
            let (portion, others) = rest.split_at(rest.len().min(PORTION).min(left));
            let keys: Vec<&Vec<String>> = portion.iter().map(|spot| &spot.key).collect();
            let mut rows = privacy::read(conn, located, &columns, &keys).await?;
            for spot in portion {
                let Some(row) = rows.remove(&spot.key) else { continue };
                let fields = columns.iter().zip(row).filter(|(column, _)| !spot.way.withheld.contains(&&*column.name));
                let object: Map<String, Value> =
                    fields.map(|(column, text)| (column.name.clone(), value(column, text))).collect();
                text.push_str(if written { ",\n" } else { "\n" });
                text.push_str(&Value::Object(object).to_string());
                written = true;
            }
            (rest, left) = (others, left - portion.len());
            let full = left == 0 || text.len() > LONG;
            if let (true, Some(last)) = (full, portion.last()) {
                return Ok(TextChunk { text, next: Some(At::cursor(located.table.name, written, &last.key)) });
            }
        }
        text.push(']');
    }
    text.push_str("\n}}\n");
    Ok(TextChunk { text, next: None })
}

/// A column's value as JSON.
fn value(column: &SchemaColumn, text: Option<String>) -> Value {
    let Some(text) = text else { return Value::Null };
    match column.kind {
        Kind::Boolean => Value::Bool(text != "0"),
        Kind::Number => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        Kind::Json => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        Kind::Moment => Value::String(moment(&text)),
        Kind::Text | Kind::Word | Kind::Bytes | Kind::Day => Value::String(text),
    }
}

/// `2026-01-01 10:00:00.000` as ISO 8601 in UTC.
fn moment(text: &str) -> String {
    let (day, time) = text.split_once(' ').unwrap_or((text, "00:00:00.000"));
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, "000"));
    format!("{day}T{seconds}.{:0<3}Z", &fraction[..fraction.len().min(3)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_their_columns_hold() {
        let column = |kind| SchemaColumn { name: "c".into(), kind, nullable: true, key: false, length: 0 };
        for (kind, text, json) in [
            (Kind::Boolean, "1", json!(true)),
            (Kind::Number, "-46800", json!(-46800)),
            (Kind::Number, "1.5", json!(1.5)),
            (Kind::Json, "{\"é\":[1]}", json!({"é": [1]})),
            (Kind::Text, "{\"é\":[1]}", json!("{\"é\":[1]}")),
            (Kind::Moment, "2026-01-01 10:00:00.120", json!("2026-01-01T10:00:00.120Z")),
            (Kind::Moment, "2026-01-01 10:00:00", json!("2026-01-01T10:00:00.000Z")),
            (Kind::Day, "9999-12-31", json!("9999-12-31")),
        ] {
            assert_eq!(value(&column(kind), Some(text.to_owned())), json);
        }
        assert_eq!(value(&column(Kind::Json), None), Value::Null);
    }

    #[test]
    fn a_place_comes_back() {
        let key = vec!["a\u{1f}b".to_owned(), String::new()];
        let at = At::read(&At::cursor("messages", true, &key)).expect("a place");
        assert_eq!((at.table.as_str(), at.written, at.key), ("messages", true, key));
    }
}
