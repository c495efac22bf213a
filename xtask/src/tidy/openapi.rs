//! The OpenAPI document, as people and generators read it: parameters that are documented, integers that are bounded.

use serde_json::Value;

use super::Violation;
use super::tree::Tree;

const DOCUMENT: &str = "staka-http/openapi.json";
const WHY: &str = "the document is all that a client of another language has";
/// The fewest words of a parameter's documentation.
const FEWEST: usize = 3;
/// Largest values of the types that a program happens to use. The range of an INT column is a bound of the data.
const TYPE_LIMITS: &[i64] = &[u32::MAX as i64, i64::MAX];

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let Some(file) = tree.files.iter().find(|file| file.path == DOCUMENT) else { return Vec::new() };
    let document: Value = match serde_json::from_str(&file.text) {
        Ok(document) => document,
        Err(error) => return vec![violation(format!("it is no JSON: {error}"), "run `cargo xtask codegen`")],
    };
    let mut violations = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let place = format!("{} {path}", method.to_uppercase());
            described(&place, operation, &mut violations);
        }
    }
    integers("", &document, &mut violations);
    violations
}

fn violation(what: String, mend: &str) -> Violation {
    Violation::error(DOCUMENT, 1, what, WHY, mend)
}

/// The summary, the parameters and the body's fields of an operation.
fn described(place: &str, operation: &Value, violations: &mut Vec<Violation>) {
    let summary = operation["summary"].as_str().unwrap_or_default();
    if summary.matches('`').count() % 2 == 1 || summary.is_empty() {
        let what = format!("{place}: the summary is {summary:?}");
        violations.push(violation(what, "end the operation's first sentence outside of backticks"));
    }
    let mut need = |name: &str, description: &Value| {
        let text = description.as_str().unwrap_or_default();
        if text.split_whitespace().count() < FEWEST {
            let what = format!("{place}: `{name}` is documented as {text:?}");
            violations.push(violation(what, "say what the value is, at the parameter or the input's field"));
        }
    };
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        need(parameter["name"].as_str().unwrap_or_default(), &parameter["description"]);
    }
    let body = &operation["requestBody"]["content"]["application/json"]["schema"]["properties"];
    for (name, property) in body.as_object().into_iter().flatten() {
        need(name, &property["description"]);
    }
}

/// Every schema of type integer, wherever it stands, has bounds of its own.
fn integers(pointer: &str, value: &Value, violations: &mut Vec<Violation>) {
    match value {
        Value::Object(fields) => {
            let is_integer = match &value["type"] {
                Value::String(kind) => kind == "integer",
                Value::Array(kinds) => kinds.iter().any(|kind| kind == "integer"),
                _ => false,
            };
            let bound = |name: &str| value[name].as_i64();
            let bounded = bound("minimum").is_some() && bound("maximum").is_some_and(|max| !TYPE_LIMITS.contains(&max));
            if is_integer && !bounded {
                let what = format!("the integer at {pointer} is bounded only by its type");
                violations.push(violation(what, "declare `Bounds`, `#[described(min, max)]` or `#[output(min, max)]`"));
            }
            for (name, field) in fields {
                integers(&format!("{pointer}/{}", name.replace('/', "~1")), field, violations);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                integers(&format!("{pointer}/{at}"), item, violations);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(operation: &str) -> Vec<String> {
        let text = format!(r#"{{"paths": {{"/v1/a": {{"get": {operation}}}}}}}"#);
        check(&Tree::of(&[(DOCUMENT, &text)])).into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn what_a_client_cannot_use_is_refused() {
        let good = r#"{"summary": "Returns `a.b`", "parameters": [{"name": "limit", "description": "Rows at most returned.",
            "schema": {"type": ["integer", "null"], "minimum": 1, "maximum": 100}}]}"#;
        assert!(found(good).is_empty(), "{:?}", found(good));
        for (right, wrong) in
            [("`a.b`", "`a"), ("Rows at most returned.", "Which."), (r#""minimum": 1, "#, ""), ("100", "4294967295")]
        {
            assert_eq!(found(&good.replace(right, wrong)).len(), 1, "{wrong}");
        }
        let body = r#"{"summary": "A", "requestBody": {"content": {"application/json": {"schema": {"properties": {"a": {"description": "Title."}}}}}}}"#;
        assert_eq!(found(body).len(), 1);
    }
}
