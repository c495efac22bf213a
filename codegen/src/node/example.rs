//! Generates the examples in JavaScript.

use serde_json::{Map, Value};
use staka_core::base::{Field, Shape};

use super::script::key;
use super::{Call, camel};
use crate::examples::{given, read, unwrapped};
use crate::layout::Part;

/// The width of an example in a doc comment.
const WIDTH: usize = 100;

/// Returns the lines of an operation's example, a call as a program writes it.
pub(super) fn example(call: &Call) -> Vec<String> {
    let input = read(call.doc);
    let required = call.required.iter().filter_map(|field| Some(literal(&field.shape, input.get(field.name)?)));
    let options = call.options.iter().filter_map(|option| {
        let value = match option.within {
            Some(parameter) => input.get(parameter.name)?.get(option.field.name)?,
            None => input.get(option.field.name)?,
        };
        Some(property(option.field.name, literal(&option.field.shape, value)))
    });
    let options: Vec<Part> = options.collect();
    let mut parts: Vec<Part> = required.collect();
    if !options.is_empty() {
        parts.push(object(options));
    }
    let head = format!("await staka.{}.{}(", camel(call.group), camel(call.verb));
    // A call whose only argument is an object or a list is broken within that.
    match &mut parts[..] {
        [Part::Group { open, close, .. }] => {
            *open = format!("{head}{open}");
            *close = if *close == "}" { "})" } else { "])" };
            parts[0].lines(WIDTH, "  ")
        }
        _ => Part::group(&head, parts, ")").lines(WIDTH, "  "),
    }
}

fn object(parts: Vec<Part>) -> Part {
    Part::Group { open: "{".to_owned(), parts, close: "}", spaced: true }
}

fn property(name: &str, value: Part) -> Part {
    value.prefixed(&format!("{}: ", key(name)))
}

fn literal(shape: &Shape, value: &Value) -> Part {
    match (unwrapped(shape), value) {
        (Shape::Struct(doc), Value::Object(fields)) => structure(&doc.fields, fields),
        (Shape::List(item, _) | Shape::OneOrMany(item), Value::Array(items)) => list(item, items),
        (_, Value::Array(items)) => list(&Shape::Json, items),
        (Shape::OneOrMany(item), one) => literal(item, one),
        (_, Value::Object(fields)) => {
            object(fields.iter().map(|(name, value)| property(name, literal(&Shape::Json, value))).collect())
        }
        (_, Value::String(text)) => Part::Text(quoted(text)),
        (_, other) => Part::Text(other.to_string()),
    }
}

fn structure(fields: &[Field], values: &Map<String, Value>) -> Part {
    object(given(fields, values).map(|(field, value)| property(field.name, literal(&field.shape, value))).collect())
}

fn list(item: &Shape, items: &[Value]) -> Part {
    Part::group("[", items.iter().map(|value| literal(item, value)).collect(), "]")
}

/// Returns a string literal, between double quotes if the text contains single ones.
fn quoted(text: &str) -> String {
    let json = Value::from(text).to_string();
    if text.contains('\'') {
        return json;
    }
    let inner = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&json);
    format!("'{}'", inner.replace("\\\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::operations;

    #[test]
    fn examples_are_calls_of_javascript() {
        let expected = [
            "await staka.users.update('u1', { bio: null, details: { a: [1], 'b-c': \"l'un\" } }, { expected: '2026-06-15T12:00:00.000Z' })",
            "await staka.users.send({ content: 'Dis \"oui\"', files: [{ fileId: 'f1' }] })",
            "await staka.users.list({ role: 'ADMIN', createdAt: { from: '2026-01-01' }, limit: 5 })",
            "await staka.users.moments(0.5)",
            "await staka.users.free(null)",
            "await staka.users.export()",
        ];
        for (operation, expected) in operations().iter().zip(expected) {
            let lines = example(&Call::new(operation));
            let joined: String = lines.iter().map(|line| line.trim_start().to_owned() + " ").collect();
            let joined = joined.replace("( ", "(").replace(", )", ")");
            assert_eq!(joined.trim_end(), expected);
        }
    }
}
