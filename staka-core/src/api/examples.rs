//! The examples of the operations, one for each. `cargo xtask codegen` writes `examples.json` from the case suite.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::value::RawValue;

static EXAMPLES: LazyLock<BTreeMap<&'static str, &'static RawValue>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("examples.json")).expect("the file is generated, and a test reads it")
});

/// Returns the arguments of the operation's example, or null if the operation is newer than the generated file.
pub(super) fn example(operation: &str) -> Box<RawValue> {
    EXAMPLES.get(operation).copied().unwrap_or(RawValue::NULL).to_owned()
}

#[cfg(test)]
mod tests {
    use crate::api::Operation;

    #[test]
    fn every_example_passes_the_check_of_its_operation() {
        for operation in Operation::all() {
            let doc = operation.describe();
            let violations = doc.check(doc.example.get());
            assert!(violations.is_empty(), "{}: {}: {violations:?}", doc.name, doc.example);
        }
        assert_eq!(super::EXAMPLES.len(), Operation::all().len());
    }
}
