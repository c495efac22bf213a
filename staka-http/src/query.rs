//! Reads values from the text of a path or a query.

use serde_json::{Map, Value};
use staka_core::base::{Field, Shape, Violations};

use crate::input::field_error;

/// Stands for null in a filter, to find rows without a value.
pub(crate) const NULL: &str = "null";

/// Returns whether a path can contain a value of this shape.
pub(crate) fn is_text(shape: &Shape) -> bool {
    match shape {
        Shape::Boolean | Shape::Integer { .. } | Shape::Number | Shape::Text(_) | Shape::Timestamp | Shape::Cursor => {
            true
        }
        Shape::Id(_) | Shape::Enum { .. } => true,
        Shape::Optional(inner) => is_text(inner),
        _ => false,
    }
}

/// Returns whether a query can contain a value of this shape.
pub(crate) fn is_readable(shape: &Shape) -> bool {
    match shape {
        Shape::List(item, _) | Shape::OneOrMany(item) | Shape::Range(item) => is_text(item),
        shape => is_text(shape),
    }
}

/// Returns the names of a range's bounds, which are two values of a query: `createdAt.from`, `createdAt.to`.
pub(crate) fn bounds(name: &str) -> [String; 2] {
    ["from", "to"].map(|bound| format!("{name}.{bound}"))
}

/// Returns the names under which a request can give a field.
pub(crate) fn names(field: &Field, in_query: bool) -> Vec<String> {
    match field.shape {
        Shape::Range(_) if in_query => bounds(field.name).into(),
        _ => vec![field.name.to_owned()],
    }
}

/// Returns the value of a field if the query contains one, and adds a violation if it contains several.
pub(crate) fn take(field: &Field, query: &[(String, String)], violations: &mut Violations) -> Option<Value> {
    let given = |name: &str| -> Vec<&str> {
        query.iter().filter(|(key, _)| key == name).map(|(_, text)| text.as_str()).collect()
    };
    let mut add_duplicate = || violations.merge([field_error(field.name, "must be given only once")]);
    if let Shape::Range(inner) = &field.shape {
        let mut range = Map::new();
        for (bound, full) in ["from", "to"].into_iter().zip(bounds(field.name)) {
            match given(&full)[..] {
                [] => {}
                [text] => drop(range.insert(bound.to_owned(), read(inner, text))),
                _ => add_duplicate(),
            }
        }
        return (!range.is_empty()).then(|| range.into());
    }
    match (field.shape.plain(), &given(field.name)[..]) {
        (_, []) => None,
        (Shape::List(item, _), texts) => Some(list(item, &parts(item, texts))),
        (Shape::OneOrMany(_), [NULL]) => Some(Value::Null),
        (Shape::OneOrMany(item), texts) => match parts(item, texts)[..] {
            [text] => Some(read(item, text)),
            ref parts => Some(list(item, parts)),
        },
        (shape, [text]) => Some(read(shape, text)),
        _ => {
            add_duplicate();
            None
        }
    }
}

/// Splits repeated values at commas, except in free text, which may contain commas.
fn parts<'t>(item: &Shape, texts: &[&'t str]) -> Vec<&'t str> {
    let commas = !matches!(item, Shape::Text(_));
    texts.iter().flat_map(|text| text.split(move |c| c == ',' && commas)).collect()
}

fn list(item: &Shape, parts: &[&str]) -> Value {
    parts.iter().map(|part| read(item, part)).collect()
}

/// Reads a value from its text. An invalid value is returned as text, for which the core reports the problem.
pub(crate) fn read(shape: &Shape, text: &str) -> Value {
    let value = match shape.plain() {
        Shape::Boolean => text.parse::<bool>().ok().map(Value::from),
        Shape::Integer { .. } => text.parse::<i64>().ok().map(Value::from),
        Shape::Number => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from),
        _ => None,
    };
    value.unwrap_or_else(|| text.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use staka_core::Actor;
    use staka_core::model::Role;
    use staka_core::{Between, Match, Timestamp, base::Described};

    use super::*;
    use crate::call::{RequestInput, tests};
    use crate::route::Method;

    fn field(name: &'static str, shape: Shape) -> Field {
        Field { name, doc: "", required: false, shape, default: None }
    }

    #[test]
    fn a_filter_is_a_value_several_values_or_null() {
        let parameters = vec![
            field("role", Match::<Role>::shape()),
            field("ville", Match::<String>::shape()),
            field("createdAt", Between::<Timestamp>::shape()),
        ];
        let call = tests::of(Method::Get, "/x", parameters, Shape::Nothing).expect("a plan");
        let arguments = |query: &[(&str, &str)]| {
            let query: Vec<_> = query.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
            let given = RequestInput { path: &[], query: &query, body: vec![] };
            tests::checked(&call, &Actor::System, &given)
        };
        for (query, json) in [
            (&[("role", "ADMIN")][..], json!({"role": "ADMIN"})),
            (&[("role", "ADMIN,USER")], json!({"role": ["ADMIN", "USER"]})),
            (&[("role", "null")], json!({"role": null})),
            (&[("ville", "Nîmes, Gard"), ("ville", "Arles")], json!({"ville": ["Nîmes, Gard", "Arles"]})),
            (&[("createdAt.from", "2026-01-01")], json!({"createdAt": {"from": "2026-01-01"}})),
            (&[], json!({})),
        ] {
            assert_eq!(arguments(query).expect("arguments"), json);
        }
        let wrong = [("role", "ADMIN,null"), ("createdAt.to", "hier"), ("createdAt", "2026"), ("createdAt.since", "x")];
        assert_eq!(
            tests::named(&arguments(&wrong).expect_err("problems")),
            [
                (
                    "createdAt",
                    "is not a parameter of this operation; parameters are role, ville, createdAt.from, createdAt.to"
                ),
                (
                    "createdAt.since",
                    "is not a parameter of this operation; parameters are role, ville, createdAt.from, createdAt.to"
                ),
                ("role[1]", "must be one of USER, ADMIN, CORRECTOR"),
            ]
        );
        let wrong = [("createdAt.to", "hier"), ("createdAt.from", "2026"), ("createdAt.from", "2027")];
        for (given, problem) in [
            (&wrong[..1], "to: must be a date and time in ISO 8601, e.g. 2026-01-31T12:00:00Z"),
            (&wrong[1..], "must be given only once"),
        ] {
            assert_eq!(tests::named(&arguments(given).expect_err("a problem")), [("createdAt", problem)]);
        }
    }
}
