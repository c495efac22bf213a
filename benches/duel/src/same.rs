//! Compares a peer's result with Staka's, by Staka's fields. Other fields of a peer's entities are not compared, a time
//! without a zone is UTC, and lists within a row may be in any order.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde_json::Value;

use crate::question::Query;

/// What a peer's query leaves open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Nothing: the rows are in Staka's order.
    Same,
    /// The order of rows that are equal in the columns of the specification's ORDER BY.
    Open,
}

/// Returns the difference between the results as an error, or else what was not compared.
pub(crate) fn compare(
    query: Query,
    order: Order,
    owned: &Value,
    theirs: &Value,
) -> Result<Option<&'static str>, String> {
    let (mut note, mut owned, mut theirs) = (None, normal(owned), normal(theirs));
    if query == Query::UsersByRole {
        // Staka sorts these few rows itself, not in SQL.
        (owned, theirs) = (sorted(owned), sorted(theirs));
    }
    if order == Order::Open {
        if query == Query::Conversations {
            note = Some("without messageCount and unreadCount");
            for row in owned.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
                row.retain(|name, _| name != "messageCount" && name != "unreadCount");
            }
        }
        (owned, theirs) = (sorted(owned), sorted(theirs));
    }
    let Some(found) = difference(&owned, &theirs, query.name()) else { return Ok(note) };
    // Of messages with the same timestamp, the specification's query takes any.
    if order == Order::Open && query == Query::Conversations && ties_aside(&owned, &theirs) {
        return Ok(Some("without messageCount and unreadCount; ties of one millisecond aside"));
    }
    Err(found)
}

/// Normalises values that the languages write differently.
fn normal(value: &Value) -> Value {
    match value {
        Value::String(text) => moment(text).map_or_else(|| value.clone(), Value::String),
        Value::Number(number) => number.as_f64().map_or_else(|| value.clone(), Value::from),
        Value::Array(rows) => Value::Array(rows.iter().map(normal).collect()),
        Value::Object(fields) => {
            let inner = |value| if let Value::Array(_) = value { sorted(value) } else { value };
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), inner(normal(value)))).collect())
        }
        _ => value.clone(),
    }
}

fn moment(text: &str) -> Option<String> {
    let plain = text.strip_suffix('Z').unwrap_or(text);
    if !(19..=26).contains(&plain.len()) || plain.as_bytes()[4] != b'-' {
        return None;
    }
    let moment = NaiveDateTime::parse_from_str(plain, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    Some(moment.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

/// Sorts by id if the rows have one, because their other fields may differ.
fn sorted(mut value: Value) -> Value {
    let key = |row: &Value| row.get("id").and_then(Value::as_str).map_or_else(|| row.to_string(), str::to_owned);
    if let Value::Array(rows) = &mut value {
        rows.sort_by_cached_key(key);
    }
    value
}

fn difference(owned: &Value, theirs: &Value, at: &str) -> Option<String> {
    match (owned, theirs) {
        (Value::Object(mine), Value::Object(other)) => mine.iter().find_map(|(name, value)| {
            difference(value, other.get(name).unwrap_or(&Value::Null), &format!("{at}.{name}"))
        }),
        (Value::Array(mine), Value::Array(other)) if mine.len() == other.len() => {
            let mut pairs = mine.iter().zip(other).enumerate();
            pairs.find_map(|(place, (mine, other))| difference(mine, other, &format!("{at}[{place}]")))
        }
        (Value::Array(mine), Value::Array(other)) => Some(format!("{at}: {} and {} rows", mine.len(), other.len())),
        _ if owned == theirs => None,
        _ => Some(format!("{at}: {owned:.300} and {theirs:.300}")),
    }
}

fn ties_aside(owned: &Value, theirs: &Value) -> bool {
    let by_id = |rows: &Value| -> BTreeMap<String, Value> {
        let rows = rows.as_array().cloned().unwrap_or_default();
        rows.into_iter().filter_map(|row| Some((row.get("id")?.as_str()?.to_owned(), row))).collect()
    };
    let moments = |rows: &BTreeMap<String, Value>| {
        let mut moments: Vec<String> = rows.values().map(|row| row["createdAt"].to_string()).collect();
        moments.sort();
        moments
    };
    let (owned, theirs) = (by_id(owned), by_id(theirs));
    let shared = || owned.iter().filter_map(|(id, mine)| Some((mine, theirs.get(id)?)));
    moments(&owned) == moments(&theirs)
        && shared().count() * 2 > owned.len()
        && shared().all(|(mine, other)| difference(mine, other, "").is_none())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn same(order: Order, owned: &Value, theirs: &Value) -> bool {
        compare(Query::Commandes, order, owned, theirs).is_ok()
    }

    #[test]
    fn forms_do_not_matter_and_values_do() {
        let owned = json!([{ "at": "2026-06-15T12:00:00.100Z", "n": 1, "in": [{ "id": "a" }, { "id": "b" }] }]);
        let theirs =
            json!([{ "at": "2026-06-15T12:00:00.1", "n": 1.0, "in": [{ "id": "b" }, { "id": "a" }], "more": 1 }]);
        assert!(same(Order::Same, &owned, &theirs));
        assert!(!same(Order::Same, &theirs, &owned), "a field of Staka is missing");
        assert!(!same(Order::Same, &owned, &json!([{ "at": "2026-06-15T12:00:00.1", "n": 2, "in": [] }])));
    }

    #[test]
    fn the_order_of_rows_matters_where_it_is_not_open() {
        let (owned, theirs) = (json!([{ "id": "a" }, { "id": "b" }]), json!([{ "id": "b" }, { "id": "a" }]));
        assert!(!same(Order::Same, &owned, &theirs));
        assert!(same(Order::Open, &owned, &theirs));
    }
}
