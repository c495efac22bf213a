//! The case suite: operation, actor and input as JSON, the answer or error as JSON. Every door runs the same files on
//! the same seeded database: scale small, seed 42, [`ANCHOR`] as the present.
//!
//! - `actor`: `system`, `anonymous`, or a subject of the seed (`light`, `heavy`, `admin`), `light:ADMIN` for another
//!   role than USER.
//! - Texts `{light}`, `{anchor}`, `{anchor-30d}` stand for a subject's id or a moment.
//! - `expect`: `value` (objects may have more fields, lists are compared whole), or `items` (how many) with `first`,
//!   or `error`.
//! - What writes is undone.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

/// The moment at which the seeded world stands still.
pub const ANCHOR: &str = "2026-06-15T12:00:00.000Z";

/// One case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows; no two are called the same.
    pub name: String,
    /// The operation called.
    pub operation: String,
    /// For whom.
    pub actor: String,
    /// The arguments.
    pub input: Value,
    /// The answer.
    pub expect: Value,
}

/// A case that a door has no way to put, and why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inexpressible {
    /// `http`, `node` or `python`.
    pub door: String,
    /// The case's name.
    pub case: String,
    /// Why that door cannot put it.
    pub reason: String,
}

impl Case {
    /// All of them, `fill` in place of what stands in braces.
    ///
    /// # Panics
    /// When a file is not as it should be.
    pub fn all(fill: &impl Fn(&str) -> String) -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite");
        let mut files: Vec<_> = std::fs::read_dir(folder).expect("the suite's folder").flatten().collect();
        files.sort_by_key(std::fs::DirEntry::file_name);
        let cases = files.iter().flat_map(|file| read::<Vec<Self>>(&file.path()));
        let cases: Vec<Self> = cases
            .map(|case| Self { input: filled(fill, &case.input), expect: filled(fill, &case.expect), ..case })
            .collect();
        for (at, case) in cases.iter().enumerate() {
            assert!(cases[..at].iter().all(|other| other.name != case.name), "two cases are called {}", case.name);
        }
        cases
    }

    /// What is wrong with an answer, `{"value": …}` or `{"error": {"code", "operation", "fields"}}`, if anything.
    pub fn fault(&self, given: &Value) -> Option<String> {
        let right = if let Some(wanted) = self.expect.get("items") {
            let items = given["value"].get("items").unwrap_or(&given["value"]);
            let first = self.expect.get("first").is_none_or(|first| holds(first, &items[0]));
            first && items.as_array().map(|items| items.len() as u64) == wanted.as_u64()
        } else {
            holds(&self.expect, given)
        };
        (!right).then(|| {
            let given: String = given.to_string().chars().take(600).collect();
            format!("{}: expected {}, got {given}", self.name, self.expect)
        })
    }
}

/// What a door cannot express.
pub fn inexpressible(door: &str) -> Vec<Inexpressible> {
    let all: Vec<Inexpressible> = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("inexpressible.json"));
    all.into_iter().filter(|line| line.door == door).collect()
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> T {
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn filled(fill: &impl Fn(&str) -> String, value: &Value) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => fill(name).into(),
            None => value.clone(),
        },
        Value::Array(items) => items.iter().map(|item| filled(fill, item)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), filled(fill, value))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

/// Whether `given` holds all that `wanted` says.
fn holds(wanted: &Value, given: &Value) -> bool {
    match (wanted, given) {
        (Value::Object(wanted), Value::Object(given)) => {
            wanted.iter().all(|(name, value)| given.get(name).is_some_and(|given| holds(value, given)))
        }
        (Value::Array(wanted), Value::Array(given)) => {
            wanted.len() == given.len() && wanted.iter().zip(given).all(|(wanted, given)| holds(wanted, given))
        }
        _ => wanted == given,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn case(expect: Value) -> Case {
        let text = String::from;
        Case { name: text("c"), operation: text("o"), actor: text("system"), input: json!({}), expect }
    }

    #[test]
    fn an_answer_may_hold_more_and_not_less() {
        let wants = case(json!({"value": {"a": [{"b": 1}]}}));
        assert_eq!(wants.fault(&json!({"value": {"a": [{"b": 1, "c": 2}], "d": 3}})), None);
        for wrong in [json!({"a": [{"b": 2}]}), json!({"a": []}), json!({"a": [{"b": 1}, {"b": 1}]}), json!(null)] {
            assert!(wants.fault(&json!({ "value": wrong })).is_some());
        }
        assert!(wants.fault(&json!({"error": {"code": "DENIED"}})).is_some());
        let wants = case(json!({"items": 2, "first": {"n": 1}}));
        assert_eq!(wants.fault(&json!({"value": {"items": [{"n": 1}, {"n": 2}]}})), None);
        assert_eq!(wants.fault(&json!({"value": [{"n": 1}, {"n": 2}]})), None);
        assert!(wants.fault(&json!({"value": [{"n": 2}, {"n": 1}]})).is_some());
        assert!(wants.fault(&json!({"value": [{"n": 1}]})).is_some());
    }

    #[test]
    fn braces_are_filled_and_every_listed_case_exists() {
        let cases = Case::all(&|name| format!("<{name}>"));
        let badge = cases.iter().find(|case| case.name == "the badge of a user").expect("it is in the suite");
        assert_eq!(badge.input, json!({"user": "<light>"}));
        for line in ["http", "node", "python"].into_iter().flat_map(inexpressible) {
            assert!(cases.iter().any(|case| case.name == line.case), "no case is called {}", line.case);
            assert!(!line.reason.is_empty());
        }
    }
}
