//! Finds all problems of an operation's arguments at once. It runs only after the typed reading has refused the
//! arguments, so that valid ones cost nothing.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::base::{
    Error, Field, ListBounds, MATCH_LIST_BOUNDS, Shape, StructDoc, Timestamp, Violations, id_problem, integer_problem,
};

/// The largest number of valid names that an error lists.
const MAX_NAMES: usize = 12;

/// Returns everything that is wrong with these arguments.
pub(super) fn violations(json: &str, parameters: &[Field]) -> Violations {
    let mut violations = Violations::default();
    let mut duplicates = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(json);
    let read = JsonReader(&mut duplicates).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    match read {
        Ok(Value::Object(given)) => {
            for name in duplicates {
                violations.merge([field_error(name, "must be given only once")]);
            }
            check_fields("parameter", parameters, &given, &mut violations);
        }
        Ok(_) => violations.add("arguments", "must be an object"),
        Err(_) => violations.add("arguments", NOT_JSON),
    }
    violations
}

/// The problem of arguments that are not JSON.
const NOT_JSON: &str = "must be JSON";

/// Returns the `Invalid` error for arguments that could not be read.
pub(super) fn invalid_arguments(json: &str, parameters: &[Field], path: &str, problem: &str) -> Error {
    let leaf = path.rsplit('.').next().filter(|leaf| !leaf.is_empty());
    let mut violations = violations(json, parameters);
    if violations.is_empty() {
        // Found only by the typed reading, e.g. a day that its month does not have; the message is Staka's.
        let field = leaf.unwrap_or("arguments");
        violations.add(field.to_owned(), problem.split(" at line ").next().unwrap_or_default().to_owned());
    }
    let fields = violations.into_fields();
    // JSON of which one value is unreadable: half of a surrogate pair is no character.
    if let ([only], Some(leaf)) = (&fields[..], leaf)
        && only.problem == NOT_JSON
    {
        return Error::invalid(leaf.to_owned(), "must be Unicode text");
    }
    Error::invalid_fields(fields)
}

/// Returns the problem of a name that does not exist, with the names that do. `what` is `parameter` or `field`.
pub fn unknown_problem<'n>(what: &str, names: impl Iterator<Item = &'n str>) -> String {
    let owner = if what == "parameter" { "operation" } else { "object" };
    let mut names: Vec<&str> = names.take(MAX_NAMES + 1).collect();
    if names.is_empty() {
        return format!("is not a {what} of this {owner}, which has none");
    }
    if names.len() > MAX_NAMES {
        names[MAX_NAMES] = "…";
    }
    format!("is not a {what} of this {owner}; {what}s are {}", names.join(", "))
}

fn field_error(field: impl Into<String>, problem: impl Into<String>) -> crate::base::FieldError {
    crate::base::FieldError { field: field.into().into(), problem: problem.into().into() }
}

fn check_fields(what: &str, fields: &[Field], given: &Map<String, Value>, violations: &mut Violations) {
    for name in given.keys().filter(|name| fields.iter().all(|field| field.name != name.as_str())) {
        if violations.is_full() {
            return;
        }
        violations.merge([field_error(name, unknown_problem(what, fields.iter().map(|field| field.name)))]);
    }
    for field in fields {
        match given.get(field.name) {
            Some(value) => check(field.name, &field.shape, value, violations),
            None if field.required => match &field.shape {
                // Callers of HTTP give the fields of an object by themselves, so these are named instead of the object.
                Shape::Struct(doc) if doc.fields.iter().any(|field| field.required) => {
                    check_fields("field", &doc.fields, &Map::new(), violations);
                }
                _ => violations.merge([field_error(field.name, "is required")]),
            },
            None => {}
        }
    }
}

/// Adds the problems of a value. A field is named without its path, an item of a list by its index.
fn check(name: &str, shape: &Shape, value: &Value, violations: &mut Violations) {
    let problem = match (shape, value) {
        (shape, Value::Null) if shape.admits_null() => None,
        (_, Value::Null) => Some("must not be null".to_owned()),
        (Shape::Optional(inner) | Shape::Patch(inner), _) => return check(name, inner, value, violations),
        (Shape::List(item, bounds), Value::Array(items)) => return check_items(name, item, *bounds, items, violations),
        (Shape::OneOrMany(item), Value::Array(items)) => {
            return check_items(name, item, MATCH_LIST_BOUNDS, items, violations);
        }
        (Shape::OneOrMany(item), _) => return check(name, item, value, violations),
        (Shape::Range(inner), Value::Object(range)) => return check_range(name, inner, range, violations),
        (Shape::Struct(StructDoc { fields, .. }), Value::Object(given)) => {
            return check_fields("field", fields, given, violations);
        }
        (shape, value) => value_problem(shape, value),
    };
    if let Some(problem) = problem {
        violations.merge([field_error(name, problem)]);
    }
}

fn check_items(name: &str, item: &Shape, bounds: ListBounds, items: &[Value], violations: &mut Violations) {
    if let Some(problem) = bounds.problem(items.len()) {
        return violations.merge([field_error(name, problem)]);
    }
    for (index, value) in items.iter().enumerate() {
        if violations.is_full() {
            return;
        }
        check(&format!("{name}[{index}]"), item, value, violations);
    }
}

/// Adds the problems of a range's bounds under the range's name, because every range has a `from`.
fn check_range(name: &str, inner: &Shape, range: &Map<String, Value>, violations: &mut Violations) {
    for (bound, value) in range {
        let problem = if !["from", "to"].contains(&bound.as_str()) {
            format!("has no {bound}, only from and to")
        } else {
            let mut within = Violations::default();
            if !value.is_null() {
                check(name, inner, value, &mut within);
            }
            let Some(first) = within.into_fields().into_iter().next() else { continue };
            format!("{bound}: {}", first.problem)
        };
        violations.merge([field_error(name, problem)]);
    }
}

fn value_problem(shape: &Shape, value: &Value) -> Option<String> {
    let unless = |problem: &str, is_valid: bool| (!is_valid).then(|| problem.to_owned());
    match (shape, value) {
        (Shape::Json, _) => None,
        (Shape::Boolean, value) => unless("must be true or false", value.is_boolean()),
        (Shape::Number, value) => unless("must be a number", value.is_number()),
        (Shape::Integer { min, max }, value) => match (value.as_i64(), value.as_u64()) {
            (Some(number), _) => integer_problem(*min, *max, number),
            (None, Some(_)) => integer_problem(*min, *max, i64::MAX),
            (None, None) => Some("must be a whole number".to_owned()),
        },
        (Shape::List(..), _) => Some("must be a list".to_owned()),
        (Shape::Range(_), _) => Some("must be an object with from and to".to_owned()),
        (Shape::Struct(_), _) => Some("must be an object".to_owned()),
        (Shape::Timestamp, Value::String(text)) => {
            text.parse::<Timestamp>().err().and_then(|error| Some(error.fields().first()?.problem.to_string()))
        }
        (Shape::Enum { values, .. }, Value::String(text)) if values.contains(&text.as_str()) => None,
        (Shape::Enum { values, .. }, Value::String(_)) => Some(format!("must be one of {}", values.join(", "))),
        (Shape::Id(_), Value::String(text)) => id_problem(text).map(str::to_owned),
        (Shape::Text(bounds), Value::String(text)) => bounds.problem(text),
        (_, value) => unless("must be text", value.is_string()),
    }
}

/// Reads any JSON and collects duplicate names of an object.
struct JsonReader<'t>(&'t mut Vec<String>);

impl<'de> DeserializeSeed<'de> for JsonReader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonReader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(JsonReader(self.0))? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let (mut values, mut seen) = (Map::new(), HashSet::new());
        while let Some(name) = fields.next_key::<String>()? {
            let value = fields.next_value_seed(JsonReader(self.0))?;
            if !seen.insert(name.clone()) {
                self.0.push(name.clone());
            }
            values.insert(name, value);
        }
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use crate::api::Operation;

    fn named(operation: &str, json: &str) -> Vec<(String, String)> {
        let operation = Operation::find(operation).unwrap();
        let violations = super::violations(json, &(operation.parameters)()).into_fields();
        violations.into_iter().map(|it| (it.field.into_owned(), it.problem.into_owned())).collect()
    }

    #[test]
    fn every_problem_is_reported_once() {
        let json = r#"{"severities": ["HIGH", "GRAVE", 5], "limit": 0, "color": 1, "limit": 101}"#;
        let expected = [
            ("limit", "must be given only once"),
            ("color", "is not a parameter of this operation; parameters are severities, limit"),
            ("severities[1]", "must be one of LOW, MEDIUM, HIGH, CRITICAL"),
            ("severities[2]", "must be text"),
        ];
        let expected = expected.map(|(field, problem)| (field.to_owned(), problem.to_owned()));
        assert_eq!(named("audit_logs.list_recent", json), expected);
        let json = r#"{"user": null, "filter": {"x": 1}, "page": {"limit": 0, "page": 1.5, "total": "yes"}}"#;
        let fields: Vec<_> = named("notifications.list_by_user", json).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["user", "x", "limit", "page", "total"]);
        assert_eq!(named("stats.revenue", "{}"), [("since".to_owned(), "is required".to_owned())]);
        assert_eq!(named("stats.revenue", "[]")[0].0, "arguments");
        assert_eq!(named("stats.revenue", "{")[0].1, "must be JSON");
        let fields: Vec<_> = named("accounts.register", "{}").into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["prenom", "nom", "email", "password"]);
    }

    #[test]
    fn at_most_fifty_problems_are_reported() {
        let many: Vec<String> = (0..10_000).map(|n| format!("\"x{n}\": 1")).collect();
        assert_eq!(named("stats.revenue", &format!("{{{}}}", many.join(","))).len(), 50);
        let values = vec!["\"NO\""; 100].join(",");
        assert_eq!(named("audit_logs.list_recent", &format!("{{\"severities\": [{values}]}}")).len(), 50);
    }
}
