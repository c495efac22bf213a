//! Tests that `docs/coverage.md` names all operations and no others.

use std::collections::BTreeSet;

use staka_core::Operation;

#[test]
fn the_coverage_table_is_complete() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/coverage.md"));
    let Ok(text) = text else { return staka_cases::skip("there is no docs/coverage.md") };
    let named: BTreeSet<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|text| text.split_once('.').is_some_and(|(group, verb)| is_identifier(group) && is_identifier(verb)))
        .collect();
    let known: BTreeSet<&str> = Operation::all().iter().map(|operation| operation.name).collect();
    let unknown: Vec<_> = named.difference(&known).collect();
    let missing: Vec<_> = known.difference(&named).collect();
    assert!(unknown.is_empty() && missing.is_empty(), "unknown {unknown:?}, missing {missing:?}");
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
