//! Generates the examples in Python.

use serde_json::{Map, Value};
use staka_core::Timestamp;
use staka_core::base::{Field, Shape};

use super::{Call, python_name};
use crate::examples::{given, read, unwrapped};
use crate::layout::Part;

/// The width of an example in a docstring, without its margin.
const WIDTH: usize = 96;

/// Returns the lines of an operation's example, a call as a program writes it.
pub(super) fn example(call: &Call) -> Vec<String> {
    let input = read(call.doc);
    let positional = call.arguments.iter().filter_map(|field| Some(literal(&field.shape, input.get(field.name)?)));
    let mut parts: Vec<Part> = positional.collect();
    // Keyword arguments are parameters or fields of parameters, in the order of declaration.
    for parameter in &call.doc.parameters {
        match (parameter.shape.plain(), input.get(parameter.name)) {
            (Shape::Struct(doc), Some(Value::Object(fields))) => {
                parts.extend(given(&doc.fields, fields).map(|(field, value)| keyword(field, value)));
            }
            (shape, Some(value)) if !parameter.required && !matches!(shape, Shape::Struct(_)) => {
                parts.push(keyword(parameter, value));
            }
            _ => {}
        }
    }
    Part::group(&format!("db.{}.{}(", call.group, call.verb), parts, ")").lines(WIDTH, "    ")
}

fn keyword(field: &Field, value: &Value) -> Part {
    literal(&field.shape, value).prefixed(&format!("{}=", python_name(field.name)))
}

fn literal(shape: &Shape, value: &Value) -> Part {
    match (unwrapped(shape), value) {
        (Shape::Struct(doc), Value::Object(fields)) => {
            let entry =
                |(field, value): (&Field, &Value)| entry(&python_name(field.name), literal(&field.shape, value));
            dict(given(&doc.fields, fields).map(entry).collect())
        }
        (Shape::List(item, _) | Shape::OneOrMany(item), Value::Array(items)) => list(item, items),
        (Shape::Range(inner), Value::Object(bounds)) => range(inner, bounds),
        (_, Value::Array(items)) => list(&Shape::Json, items),
        (Shape::OneOrMany(item), one) => literal(item, one),
        (_, Value::Object(fields)) => {
            dict(fields.iter().map(|(name, value)| entry(name, literal(&Shape::Json, value))).collect())
        }
        (Shape::Timestamp, Value::String(text)) => Part::Text(moment(text)),
        (_, other) => Part::Text(scalar(other)),
    }
}

fn dict(parts: Vec<Part>) -> Part {
    Part::group("{", parts, "}")
}

fn entry(name: &str, value: Part) -> Part {
    value.prefixed(&format!("{}: ", quoted(name)))
}

fn list(item: &Shape, items: &[Value]) -> Part {
    Part::group("[", items.iter().map(|value| literal(item, value)).collect(), "]")
}

/// Returns a range, which is a pair in Python.
fn range(inner: &Shape, bounds: &Map<String, Value>) -> Part {
    let bound = |name| literal(inner, bounds.get(name).unwrap_or(&Value::Null));
    Part::group("(", vec![bound("from"), bound("to")], ")")
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// Returns a string literal, between single quotes if the text contains double ones only.
fn quoted(text: &str) -> String {
    let json = Value::from(text).to_string();
    if !text.contains('"') || text.contains('\'') {
        return json;
    }
    let inner = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&json);
    format!("'{}'", inner.replace("\\\"", "\""))
}

/// Returns a timestamp as a `datetime` in UTC, without the parts that are zero at its end.
fn moment(text: &str) -> String {
    let Ok(time) = text.parse::<Timestamp>() else { return quoted(text) };
    let full = time.to_string();
    let numbers: Vec<u32> =
        full.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse::<u32>().ok()).collect();
    let mut parts: Vec<u32> = numbers.iter().take(6).copied().collect();
    parts.extend(numbers.get(6).map(|milliseconds| milliseconds * 1000));
    while parts.len() > 3 && parts.last() == Some(&0) {
        parts.pop();
    }
    let parts: Vec<String> = parts.iter().map(u32::to_string).collect();
    format!("datetime({}, tzinfo=UTC)", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::operations;

    #[test]
    fn examples_are_calls_of_python() {
        let expected = [
            "db.users.update(\"u1\", bio=None, details={\"a\": [1], \"b-c\": \"l'un\"}, expected=datetime(2026, 6, 15, 12, tzinfo=UTC))",
            "db.users.send(content='Dis \"oui\"', files=[{\"file_id\": \"f1\"}])",
            "db.users.list(role=\"ADMIN\", created_at=(datetime(2026, 1, 1, tzinfo=UTC), None), limit=5)",
            "db.users.moments(0.5)",
            "db.users.free(None)",
            "db.users.export()",
        ];
        for (operation, expected) in operations().iter().zip(expected) {
            let lines = example(&Call::new(operation));
            let joined: String = lines.iter().map(|line| line.trim_start().to_owned() + " ").collect();
            let joined = joined.replace("( ", "(").replace(", )", ")");
            assert_eq!(joined.trim_end(), expected);
        }
    }

    #[test]
    fn moments_are_datetimes_in_utc() {
        assert_eq!(moment("2026-06-15T12:30:05.250Z"), "datetime(2026, 6, 15, 12, 30, 5, 250000, tzinfo=UTC)");
        assert_eq!(moment("2026-06-15"), "datetime(2026, 6, 15, tzinfo=UTC)");
    }
}
