//! The case suite: operation, actor and input as JSON, and the expected result or error as JSON. Rust, HTTP, Node and
//! Python run the same files on the same seeded database: scale small, seed 42, [`ANCHOR`] as the present.
//!
//! - `actor`: `system`, `anonymous`, or a user of the seed (`light`, `heavy`, `admin`) with the role USER;
//!   `light:ADMIN` sets another role.
//! - `{light}`, `{anchor}`, `{anchor-30d}` are placeholders for a user's id or a timestamp.
//! - `expect`: `value` (objects may have more fields, lists are compared completely), or `items` (the number of items)
//!   with `first` (the first item), or `error`.
//! - Writes are rolled back after each case.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::Deserialize;
use serde_json::{Map, Value};

/// Reports that a test could not look at what it tests. Fails under `CI=true` and with `STAKA_REQUIRE_SERVERS=1`, unless
/// `STAKA_ALLOW_SKIP=1` is set.
///
/// # Panics
/// If tests must not be skipped.
pub fn skip(reason: &str) {
    let set = |name: &str, value: &str| std::env::var(name).is_ok_and(|it| it == value);
    let required = set("CI", "true") || set("STAKA_REQUIRE_SERVERS", "1");
    assert!(!required || set("STAKA_ALLOW_SKIP", "1"), "this test must not be skipped, but {reason}");
    // Not `eprintln!`, whose output the test harness hides if a test passes.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {reason}");
}

/// Returns whether the only servers are an owner's, as in `cargo xtask test --database-url`.
pub fn servers_are_given() -> bool {
    std::env::var("STAKA_TEST_GIVEN").is_ok_and(|value| value == "1")
}

/// Returns whether a test is left out because it would restart, kill or configure an owner's server, and reports it. The
/// command counts these reports.
///
/// # Panics
/// If the report cannot be written.
pub fn left_out(what: &str) -> bool {
    if !servers_are_given() {
        return false;
    }
    let _ = writeln!(std::io::stderr(), "LEFT OUT: {what}");
    if let Ok(path) = std::env::var("STAKA_TEST_LEFT_OUT") {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
        file.and_then(|mut file| writeln!(file, "{what}")).expect("the report can be written");
    }
    true
}

/// Returns a new name for a database of a test. All begin with `STAKA_TEST_PREFIX`, or else with `staka_test`.
pub fn database_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let prefix = std::env::var("STAKA_TEST_PREFIX").unwrap_or_else(|_| "staka_test".to_owned());
    format!("{prefix}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The time that counts as the present in the seeded database.
pub const ANCHOR: &str = "2026-06-15T12:00:00.000Z";

/// One case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// A unique description of the case.
    pub name: String,
    /// Whether this case is the operation's example in the documentation.
    #[serde(default)]
    pub example: bool,
    /// The name of the operation.
    pub operation: String,
    /// The actor that calls the operation.
    pub actor: String,
    /// The arguments of the call.
    pub input: Value,
    /// The expected result or error.
    pub expect: Value,
}

/// A case that cannot be expressed in one of the interfaces, and why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inexpressible {
    /// The interface: `http`, `node` or `python`.
    pub door: String,
    /// The case's name.
    pub case: String,
    /// Why the interface cannot express the case.
    pub reason: String,
}

impl Case {
    /// Returns all cases, with placeholders replaced by what `fill` returns for them.
    ///
    /// # Panics
    /// If a file cannot be read, or if two cases have the same name.
    pub fn all(fill: &impl Fn(&str) -> String) -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite");
        let mut files: Vec<_> = std::fs::read_dir(folder).expect("the suite's folder").flatten().collect();
        files.sort_by_key(std::fs::DirEntry::file_name);
        let cases = files.iter().flat_map(|file| read::<Vec<Self>>(&file.path()));
        let cases: Vec<Self> = cases
            .map(|case| Self { input: filled(fill, &case.input), expect: filled(fill, &case.expect), ..case })
            .collect();
        for (at, case) in cases.iter().enumerate() {
            assert!(cases[..at].iter().all(|other| other.name != case.name), "two cases have the name {}", case.name);
        }
        cases
    }

    /// Compares an outcome, `{"value": …}` or `{"error": {"code", "operation", "fields"}}`, with the expected one.
    /// Returns a message if they differ.
    pub fn mismatch(&self, actual: &Value) -> Option<String> {
        let matches = if let Some(expected) = self.expect.get("items") {
            let items = actual["value"].get("items").unwrap_or(&actual["value"]);
            let first = self.expect.get("first").is_none_or(|first| includes(first, &items[0]));
            first && items.as_array().map(|items| items.len() as u64) == expected.as_u64()
        } else {
            includes(&self.expect, actual)
        };
        (!matches).then(|| {
            let actual: String = actual.to_string().chars().take(600).collect();
            format!("{}: expected {}, got {actual}", self.name, self.expect)
        })
    }
}

/// Returns the cases that an interface cannot express.
pub fn inexpressible(door: &str) -> Vec<Inexpressible> {
    let all: Vec<Inexpressible> = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("inexpressible.json"));
    all.into_iter().filter(|entry| entry.door == door).collect()
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> T {
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Replaces the placeholders in a value.
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

/// Returns whether `actual` includes everything in `expected`: objects may have more fields.
fn includes(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            expected.iter().all(|(name, value)| actual.get(name).is_some_and(|actual| includes(value, actual)))
        }
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len()
                && expected.iter().zip(actual).all(|(expected, actual)| includes(expected, actual))
        }
        _ => expected == actual,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn case(expect: Value) -> Case {
        let text = String::from;
        Case { name: text("c"), example: false, operation: text("o"), actor: text("system"), input: json!({}), expect }
    }

    #[test]
    fn an_outcome_may_have_more_fields_but_not_less() {
        let expected = case(json!({"value": {"a": [{"b": 1}]}}));
        assert_eq!(expected.mismatch(&json!({"value": {"a": [{"b": 1, "c": 2}], "d": 3}})), None);
        for wrong in [json!({"a": [{"b": 2}]}), json!({"a": []}), json!({"a": [{"b": 1}, {"b": 1}]}), json!(null)] {
            assert!(expected.mismatch(&json!({ "value": wrong })).is_some());
        }
        assert!(expected.mismatch(&json!({"error": {"code": "DENIED"}})).is_some());
        let expected = case(json!({"items": 2, "first": {"n": 1}}));
        assert_eq!(expected.mismatch(&json!({"value": {"items": [{"n": 1}, {"n": 2}]}})), None);
        assert_eq!(expected.mismatch(&json!({"value": [{"n": 1}, {"n": 2}]})), None);
        assert!(expected.mismatch(&json!({"value": [{"n": 2}, {"n": 1}]})).is_some());
        assert!(expected.mismatch(&json!({"value": [{"n": 1}]})).is_some());
    }

    #[test]
    fn placeholders_are_replaced_and_every_listed_case_exists() {
        let cases = Case::all(&|name| format!("<{name}>"));
        let count = cases.iter().find(|case| case.name == "the badge of a user").expect("it is in the suite");
        assert_eq!(count.input, json!({"user": "<light>"}));
        for entry in ["http", "node", "python"].into_iter().flat_map(inexpressible) {
            assert!(cases.iter().any(|case| case.name == entry.case), "no case has the name {}", entry.case);
            assert!(!entry.reason.is_empty());
        }
    }
}
