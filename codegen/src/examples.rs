//! Generates the examples that the core shows: the arguments of the cases that the suite marks as examples.

use std::time::Duration;

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use staka_cases::{ANCHOR, Case};
use staka_core::base::{Field, Shape};
use staka_core::{OperationDoc, Timestamp};
use staka_demo::subjects;

use crate::files::GeneratedFile;

const SECONDS_PER_DAY: u64 = 86_400;

/// Gives each operation the example of the case suite.
///
/// # Panics
/// If an operation has no example, or one that the operation's check refuses.
pub(crate) fn update(operations: &mut [OperationDoc]) {
    let cases = Case::all(&placeholder);
    for operation in operations {
        let case = cases.iter().find(|case| case.example && case.operation == operation.name);
        let case = case.unwrap_or_else(|| panic!("{}: mark one case of the suite as its example", operation.name));
        let example = arguments(&operation.parameters, &case.input);
        let violations = operation.check(&example);
        assert!(violations.is_empty(), "{}: {violations:?}", case.name);
        operation.example = RawValue::from_string(example).expect("an object in JSON");
    }
}

/// Returns the file from which the core reads the examples: sorted, one operation on a line.
pub(crate) fn file(operations: &[OperationDoc]) -> GeneratedFile {
    let mut lines: Vec<String> =
        operations.iter().map(|operation| format!("  \"{}\": {}", operation.name, operation.example)).collect();
    lines.sort_unstable();
    GeneratedFile { path: "staka-core/src/api/examples.json", text: format!("{{\n{}\n}}\n", lines.join(",\n")) }
}

/// Returns the arguments of an operation's example.
pub(crate) fn read(operation: &OperationDoc) -> Map<String, Value> {
    serde_json::from_str(operation.example.get()).unwrap_or_default()
}

/// Returns the fields that an object has, in the order of their declaration.
pub(crate) fn given<'f, 'v>(
    fields: &'f [Field],
    object: &'v Map<String, Value>,
) -> impl Iterator<Item = (&'f Field, &'v Value)> {
    fields.iter().filter_map(|field| Some((field, object.get(field.name)?)))
}

/// Returns the shape without the wrappers that do not change how a value is written.
pub(crate) fn unwrapped(shape: &Shape) -> &Shape {
    match shape {
        Shape::Optional(inner) | Shape::Patch(inner) => unwrapped(inner),
        other => other,
    }
}

/// Returns the value of a placeholder: an id of the demo data, or a time in relation to its present.
fn placeholder(name: &str) -> String {
    let subjects = subjects();
    match name {
        "light" => subjects.light.to_string(),
        "heavy" => subjects.heavy.to_string(),
        "admin" => subjects.admin.to_string(),
        "anchor" => ANCHOR.to_owned(),
        name => {
            let days = name.strip_prefix("anchor-").and_then(|rest| rest.strip_suffix('d')?.parse::<u64>().ok());
            let days = days.unwrap_or_else(|| panic!("{{{name}}} is not a placeholder of the case suite"));
            let anchor: Timestamp = ANCHOR.parse().expect("a time");
            anchor.minus(Duration::from_secs(days * SECONDS_PER_DAY)).to_string()
        }
    }
}

/// Writes arguments as JSON in the order of the parameters; a name that is not a parameter comes last.
fn arguments(parameters: &[Field], input: &Value) -> String {
    match input {
        Value::Object(object) => ordered(parameters, object),
        other => other.to_string(),
    }
}

fn ordered(fields: &[Field], object: &Map<String, Value>) -> String {
    let known = given(fields, object).map(|(field, value)| entry(field.name, &json(&field.shape, value)));
    let unknown = object.iter().filter(|(name, _)| fields.iter().all(|field| field.name != name.as_str()));
    let unknown = unknown.map(|(name, value)| entry(name, &json(&Shape::Json, value)));
    format!("{{{}}}", known.chain(unknown).collect::<Vec<_>>().join(", "))
}

fn entry(name: &str, json: &str) -> String {
    format!("{}: {json}", Value::from(name))
}

/// Writes a value as JSON. The keys of free JSON are sorted: not every build of serde_json keeps their order.
fn json(shape: &Shape, value: &Value) -> String {
    match (unwrapped(shape), value) {
        (Shape::Struct(doc), Value::Object(object)) => ordered(&doc.fields, object),
        (Shape::List(item, _) | Shape::OneOrMany(item), Value::Array(items)) => list(item, items),
        (_, Value::Array(items)) => list(&Shape::Json, items),
        (Shape::OneOrMany(item), one) => json(item, one),
        (_, Value::Object(object)) => {
            let mut entries: Vec<_> =
                object.iter().map(|(name, value)| entry(name, &json(&Shape::Json, value))).collect();
            entries.sort_unstable();
            format!("{{{}}}", entries.join(", "))
        }
        (_, other) => other.to_string(),
    }
}

fn list(item: &Shape, items: &[Value]) -> String {
    format!("[{}]", items.iter().map(|value| json(item, value)).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::operations;

    #[test]
    fn examples_keep_the_order_of_declaration() {
        let update = &operations()[0];
        let input = serde_json::json!({"change": {"details": {"b": 1, "a": []}, "bio": null}, "id": "u1"});
        assert_eq!(
            arguments(&update.parameters, &input),
            r#"{"id": "u1", "change": {"bio": null, "details": {"a": [], "b": 1}}}"#
        );
    }

    #[test]
    fn the_file_is_sorted_and_has_one_line_for_each_operation() {
        let file = file(&operations());
        let names: Vec<_> = file.text.lines().filter_map(|line| line.split('"').nth(1)).collect();
        assert_eq!(names.len(), operations().len());
        assert!(names.is_sorted());
        assert!(serde_json::from_str::<Map<String, Value>>(&file.text).is_ok());
    }

    #[test]
    fn placeholders_are_ids_and_times_of_the_demo_data() {
        assert_eq!(placeholder("light"), "00000000-0000-7000-8000-000000000003");
        assert_eq!(placeholder("anchor-30d"), "2026-05-16T12:00:00.000Z");
    }
}
