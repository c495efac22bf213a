//! `docs/coverage.md` names operations that exist, and leaves none out.

use std::collections::BTreeSet;

use staka_core::Operation;

#[test]
fn the_table_of_what_the_backend_does_is_complete() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/coverage.md"));
    // A crate out of its repository has nothing to compare with.
    let Ok(text) = text else { return };
    let named: BTreeSet<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.split_once('.').is_some_and(|(group, verb)| is_word(group) && is_word(verb)))
        .collect();
    let known: BTreeSet<&str> = Operation::all().iter().map(|operation| operation.name).collect();
    let strange: Vec<_> = named.difference(&known).collect();
    let missing: Vec<_> = known.difference(&named).collect();
    assert!(strange.is_empty() && missing.is_empty(), "strange {strange:?}, missing {missing:?}");
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
