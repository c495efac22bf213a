//! Tests that the SQL of the compared libraries in the benchmarks is this library's, except for column aliases, and
//! that the benchmarks find it.

use std::collections::BTreeMap;

use serde_json::Value;
use staka_core::db::Statement;
use staka_core::{repo, stats};

/// Returns the SQL without column aliases (`COUNT(*) AS count`) and quotes, with single spaces.
fn without_aliases(sql: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut rest = sql.split_whitespace();
    while let Some(word) = rest.next() {
        match (word, rest.clone().next()) {
            ("AS", Some(name)) if name.starts_with(|c: char| c.is_ascii_lowercase()) => {
                rest.next();
                let suffix = name.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
                words.last_mut().unwrap().push_str(suffix);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words.join(" ").replace('`', "").replace("( ", "(").replace(" )", ")")
}

/// Returns a file of the benchmarks, which a packaged checkout may lack.
fn file_of_benches(path: &str) -> Option<String> {
    let found = std::fs::read_to_string(format!("{}/../../benches/{path}", env!("CARGO_MANIFEST_DIR")));
    found.map_err(|_| staka_cases::skip(&format!("there is no benches/{path}"))).ok()
}

fn catalogue() -> Vec<&'static Statement> {
    [repo::catalogue(), stats::catalogue()].concat()
}

#[test]
fn peers_run_the_librarys_own_sql() {
    let Some(text) = file_of_benches("doors/sql.json") else { return };
    let queries: BTreeMap<String, Vec<Value>> = serde_json::from_str(&text).unwrap();
    assert!(queries.len() >= 16);
    let owned: Vec<(&str, String)> =
        catalogue().iter().map(|statement| (statement.name, without_aliases(statement.text()))).collect();
    let mut unknown = Vec::new();
    for (operation, statements) in &queries {
        for statement in statements {
            let text = statement["text"].as_str().unwrap();
            let is_of_operation = |name: &str| name.split('/').next() == Some(operation.as_str());
            let theirs = without_aliases(text);
            if !owned.iter().any(|&(name, ref text)| is_of_operation(name) && *text == theirs) {
                unknown.push(format!("{operation}: {theirs}"));
            }
            let parameters = statement["parameters"].as_array().unwrap();
            assert_eq!(text.matches('?').count(), parameters.len(), "parameters of {operation}");
        }
    }
    assert!(unknown.is_empty(), "not in the library: {unknown:#?}");
}

/// The benchmarks find their SQL in the catalogue: `sql!("notifications.list_by_user", 3)` is the text of this name
/// with three values.
#[test]
fn the_benchmarks_name_texts_of_the_library() {
    let Some(source) = file_of_benches("bed/queries.rs") else { return };
    let mut named = Vec::new();
    for call in source.split("sql!(\"").skip(1) {
        let (name, rest) = call.split_once("\", ").unwrap();
        let (values, _) = rest.split_once(')').unwrap();
        named.push((name, values.parse::<usize>().unwrap()));
    }
    assert!(named.len() >= 16, "{named:?}");
    for (name, values) in named {
        let fits = |statement: &Statement| statement.name == name && statement.text().matches('?').count() == values;
        assert!(catalogue().into_iter().any(fits), "no {name} with {values} values");
    }
}
