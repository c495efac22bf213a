//! Tests that the SQL of the compared libraries in the benchmarks is this library's, except for column aliases.

use std::collections::BTreeMap;

use serde_json::Value;
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

#[test]
fn peers_run_the_librarys_own_sql() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../benches/doors/sql.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        return staka_cases::skip("there is no benches/doors/sql.json");
    };
    let queries: BTreeMap<String, Vec<Value>> = serde_json::from_str(&text).unwrap();
    let owned: Vec<String> = [repo::catalogue(), stats::catalogue()]
        .concat()
        .iter()
        .map(|statement| without_aliases(statement.text()))
        .collect();
    assert!(queries.len() >= 16);
    let theirs = queries.values().flatten().map(|statement| without_aliases(statement["text"].as_str().unwrap()));
    let unknown: Vec<String> = theirs.filter(|text| !owned.contains(text)).collect();
    assert!(unknown.is_empty(), "not in the library: {unknown:#?}");
}
