//! Values out of text: what stands in a path or a query.

use serde_json::{Map, Value};
use staka_core::base::{Field, Shape};
use staka_core::model::UserId;
use staka_core::{Error, FieldFault, Timestamp};

use crate::call::fault;

/// What stands for NULL where rows without a value are looked for.
pub(crate) const NULL: &str = "null";

/// Whether a path can hold it.
pub(crate) fn is_text(shape: &Shape) -> bool {
    match shape {
        Shape::Boolean | Shape::Integer { .. } | Shape::Number | Shape::Text | Shape::Timestamp | Shape::Cursor => true,
        Shape::Id(_) | Shape::Enum { .. } => true,
        Shape::Optional(inner) => is_text(inner),
        _ => false,
    }
}

/// Whether a query can hold it.
pub(crate) fn is_readable(shape: &Shape) -> bool {
    match shape {
        Shape::List(item) | Shape::OneOrMany(item) | Shape::Range(item) => is_text(item),
        shape => is_text(shape),
    }
}

/// A range's bounds are two values of a query: `createdAt.from`, `createdAt.to`.
pub(crate) fn bounds(name: &str) -> [String; 2] {
    ["from", "to"].map(|bound| format!("{name}.{bound}"))
}

/// The names by which a field is given.
pub(crate) fn names(field: &Field, in_query: bool) -> Vec<String> {
    match field.shape {
        Shape::Range(_) if in_query => bounds(field.name).into(),
        _ => vec![field.name.to_owned()],
    }
}

/// The value of a field, if the query gives one; what does not fit goes to `faults`.
pub(crate) fn take(field: &Field, query: &[(String, String)], faults: &mut Vec<FieldFault>) -> Option<Value> {
    let given = |name: &str| -> Vec<&str> {
        query.iter().filter(|(key, _)| key == name).map(|(_, text)| text.as_str()).collect()
    };
    let name = field.name;
    if let Shape::Range(inner) = &field.shape {
        let mut range = Map::new();
        for (bound, full) in ["from", "to"].into_iter().zip(bounds(name)) {
            let read = match given(&full)[..] {
                [] => continue,
                [text] => read(inner, text),
                _ => Err("must be given only once".to_owned()),
            };
            match read {
                Ok(value) => drop(range.insert(bound.to_owned(), value)),
                Err(problem) => faults.push(fault(name, format!("{bound}: {problem}"))),
            }
        }
        return (!range.is_empty()).then(|| range.into());
    }
    match given(name)[..] {
        [] => None,
        ref texts => one(name, &field.shape, texts, faults),
    }
}

/// A value out of all texts that are given for it.
pub(crate) fn one(name: &'static str, shape: &Shape, texts: &[&str], faults: &mut Vec<FieldFault>) -> Option<Value> {
    let read = match (shape, texts) {
        (Shape::Optional(inner), _) => return one(name, inner, texts, faults),
        (Shape::List(item), _) => return list(name, item, &parts(item, texts), faults).map(Value::Array),
        (Shape::OneOrMany(_), [NULL]) => Ok(Value::Null),
        (Shape::OneOrMany(item), _) => match parts(item, texts)[..] {
            [text] => read(item, text),
            ref parts => return list(name, item, parts, faults).map(Value::Array),
        },
        (shape, [text]) => read(shape, text),
        _ => Err("must be given only once".into()),
    };
    read.map_err(|problem| faults.push(fault(name, problem))).ok()
}

/// Repeated, or with commas, which a list of free text may hold itself.
fn parts<'t>(item: &Shape, texts: &[&'t str]) -> Vec<&'t str> {
    let commas = *item != Shape::Text;
    texts.iter().flat_map(|text| text.split(move |c| c == ',' && commas)).collect()
}

/// Each faulty item is named by its place.
fn list(name: &str, item: &Shape, parts: &[&str], faults: &mut Vec<FieldFault>) -> Option<Vec<Value>> {
    let before = faults.len();
    let mut values = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        match read(item, part) {
            Ok(value) => values.push(value),
            Err(problem) => faults.push(fault(format!("{name}[{place}]"), problem)),
        }
    }
    (faults.len() == before).then_some(values)
}

/// One value out of its text, or what would be right.
pub(crate) fn read(shape: &Shape, text: &str) -> Result<Value, String> {
    match shape {
        Shape::Boolean => text.parse::<bool>().map(Value::from).map_err(|_| "must be true or false".into()),
        Shape::Integer { min, max } => {
            let (min, max) = limits(*min, *max);
            match text.parse::<i64>() {
                Ok(number) if (min..=max).contains(&number) => Ok(number.into()),
                _ => Err(format!("must be a whole number between {min} and {max}")),
            }
        }
        Shape::Number => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number.into()),
            _ => Err("must be a number".into()),
        },
        Shape::Timestamp => text.parse::<Timestamp>().map(|_| text.into()).map_err(|error| problem_of(&error)),
        // Ids have one rule, whatever they name.
        Shape::Id(_) => text.parse::<UserId>().map(|_| text.into()).map_err(|error| problem_of(&error)),
        Shape::Enum { values, .. } if !values.contains(&text) => Err(format!("must be one of {}", values.join(", "))),
        _ => Ok(text.into()),
    }
}

/// What JSON's readers agree on, where nothing narrower is said.
pub(crate) fn limits(min: Option<i64>, max: Option<i64>) -> (i64, i64) {
    (min.unwrap_or(-(1 << 53)), max.unwrap_or(1 << 53))
}

fn problem_of(error: &Error) -> String {
    error.fields().first().map_or_else(|| error.message().to_owned(), |fault| fault.problem.clone().into_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use staka_core::Actor;
    use staka_core::model::Role;
    use staka_core::{Between, Match, base::Described};

    use super::*;
    use crate::call::{Given, tests};
    use crate::route::Method;

    fn field(name: &'static str, shape: Shape) -> Field {
        Field { name, doc: "", required: false, shape }
    }

    #[test]
    fn what_is_looked_for_is_a_value_several_or_null() {
        let parameters = vec![
            field("role", Match::<Role>::shape()),
            field("ville", Match::<String>::shape()),
            field("createdAt", Between::<Timestamp>::shape()),
        ];
        let call = tests::of(Method::Get, "/x", parameters, Shape::Nothing).expect("a plan");
        let arguments = |query: &[(&str, &str)]| {
            let query: Vec<_> = query.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
            let given = Given { path: &[], query: &query, body: vec![] };
            call.arguments(&Actor::System, &given).map(Value::Object)
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
            tests::named(&arguments(&wrong).expect_err("faults")),
            [
                ("createdAt", "is not a parameter here"),
                ("createdAt.since", "is not a parameter here"),
                ("role[1]", "must be one of USER, ADMIN, CORRECTOR"),
                ("createdAt", "to: must be ISO 8601, e.g. 2026-01-31T09:30:00.000Z or 2026-01-31"),
            ]
        );
    }
}
