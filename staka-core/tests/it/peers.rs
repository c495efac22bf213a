//! The SQL by which the peers of the doors' benches are measured is the library's own, but for the names it gives.

use std::collections::BTreeMap;

use serde_json::Value;
use staka_core::{repo, stats};

/// Without the names of columns, `COUNT(*) AS count`, without quotes, and with one blank between words.
fn nameless(sql: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut rest = sql.split_whitespace();
    while let Some(word) = rest.next() {
        match (word, rest.clone().next()) {
            ("AS", Some(name)) if name.starts_with(|c: char| c.is_ascii_lowercase()) => {
                rest.next();
                let behind = name.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
                words.last_mut().unwrap().push_str(behind);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words.join(" ").replace('`', "").replace("( ", "(").replace(" )", ")")
}

#[test]
fn peers_run_the_librarys_own_sql() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../benches/doors/sql.json");
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let queries: BTreeMap<String, Vec<Value>> = serde_json::from_str(&text).unwrap();
    let ours: Vec<String> =
        [repo::catalogue(), stats::catalogue()].concat().iter().map(|statement| nameless(statement.text())).collect();
    assert!(queries.len() >= 16);
    let theirs = queries.values().flatten().map(|statement| nameless(statement["text"].as_str().unwrap()));
    let strange: Vec<String> = theirs.filter(|text| !ours.contains(text)).collect();
    assert!(strange.is_empty(), "not of the library: {strange:#?}");
}
