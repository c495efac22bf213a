//! An operation's arguments, out of a request's path and query.

use serde_json::{Map, Value};
use staka_core::base::{Field, Shape};
use staka_core::model::UserId;
use staka_core::{Actor, Error, ErrorKind, FieldFault, Kind, Operation, OperationDoc, Result, TextId, Timestamp};

use crate::route::{Method, Route};

/// What `{user}` may say instead of the caller's own id.
pub(crate) const ME: &str = "me";

/// An operation, and what a request must and may give it.
pub(crate) struct Call {
    pub(crate) operation: &'static Operation,
    pub(crate) doc: OperationDoc,
    pub(crate) inputs: Vec<Input>,
}

/// One value of a request: a parameter of the operation, or a field of one.
pub(crate) struct Input {
    /// The name in the path or query, which is the parameter's or field's own.
    pub(crate) field: Field,
    pub(crate) in_path: bool,
    pub(crate) required: bool,
    /// The parameter that it is a field of.
    within: Option<&'static str>,
}

impl Input {
    pub(crate) fn may_be_me(&self) -> bool {
        self.in_path && self.field.shape == Shape::Id(UserId::NAME)
    }
}

impl Call {
    /// Works out, once, what the route's requests give to its operation; says what does not fit.
    pub(crate) fn plan(route: &Route) -> Result<Self, String> {
        let Route { method, path, operation: name } = route;
        let fault = |problem: String| Err(format!("{method:?} {path}: {problem}"));
        let Some(operation) = Operation::find(name) else {
            return fault(format!("there is no operation {name}"));
        };
        match (operation.kind, *method == Method::Get) {
            (Kind::Read, true) | (Kind::Write, false) => {}
            (Kind::Read, false) => return fault(format!("{method:?} is for what writes")),
            (Kind::Write, true) => return fault(format!("{method:?} is not for what writes")),
        }
        let doc = operation.describe();
        let mut inputs: Vec<Input> = doc.parameters.iter().flat_map(inputs).collect();
        for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            match inputs.iter_mut().find(|input| input.field.name == name && input.within.is_none()) {
                Some(input) if matches!(input.field.shape, Shape::List(_)) => {
                    return fault(format!("{{{name}}} is a list and cannot stand in a path"));
                }
                Some(input) => (input.in_path, input.required) = (true, true),
                None => return fault(format!("{{{name}}} is no parameter of {}", operation.name)),
            }
        }
        for (at, Input { field, .. }) in inputs.iter().enumerate() {
            if !is_readable(&field.shape) {
                return fault(format!("{} cannot be read from a request: {:?}", field.name, field.shape));
            }
            if inputs[..at].iter().any(|other| other.field.name == field.name) {
                return fault(format!("two parameters of {} are called {}", operation.name, field.name));
            }
        }
        Ok(Self { operation, doc, inputs })
    }

    /// The operation's arguments as JSON; `Invalid` names every field that does not fit.
    pub(crate) fn arguments(&self, actor: &Actor, path: &[(&str, &str)], query: &[(String, String)]) -> Result<String> {
        let mut faults = Vec::new();
        for (at, (name, _)) in query.iter().enumerate() {
            let known = self.inputs.iter().any(|input| !input.in_path && input.field.name == name);
            if !known && query[..at].iter().all(|(before, _)| before != name) {
                faults.push(fault(name.clone(), "is not a parameter here".into()));
            }
        }
        let mut arguments = Map::new();
        for input in &self.inputs {
            let name = input.field.name;
            let given: Vec<&str> = if input.in_path {
                path.iter().filter(|(key, _)| *key == name).map(|(_, text)| *text).collect()
            } else {
                query.iter().filter(|(key, _)| key == name).map(|(_, text)| text.as_str()).collect()
            };
            let read = match (given.as_slice(), &input.field.shape) {
                ([], _) if input.required => Err("is required".into()),
                ([], _) => continue,
                ([ME], _) if input.may_be_me() => Ok(me(actor)?.into()),
                (texts, Shape::List(item)) => read_list(name, item, texts, &mut faults),
                ([text], shape) => read(shape, text),
                _ => Err("must be given only once".into()),
            };
            match (read, input.within) {
                (Ok(value), None) => drop(arguments.insert(name.to_owned(), value)),
                (Ok(value), Some(parameter)) => {
                    let fields = arguments.entry(parameter).or_insert_with(|| Value::Object(Map::new()));
                    fields[name] = value;
                }
                (Err(problem), _) => faults.push(fault(name.to_owned(), problem)),
            }
        }
        if faults.is_empty() { Ok(Value::Object(arguments).to_string()) } else { Err(Error::invalid_fields(faults)) }
    }
}

fn fault(field: String, problem: String) -> FieldFault {
    FieldFault { field: field.into(), problem: problem.into() }
}

fn me(actor: &Actor) -> Result<&str> {
    match actor {
        Actor::User { id, .. } => Ok(id.as_str()),
        _ => Err(Error::new(ErrorKind::Unauthenticated, "`me` is whoever is signed in, and nobody is")),
    }
}

/// A parameter, or the fields of one that is an object; a null is a value that is not given.
fn inputs(parameter: &Field) -> Vec<Input> {
    let input = |field: &Field, within| {
        let field = Field { shape: plain(&field.shape).clone(), ..field.clone() };
        Input { required: field.required && parameter.required, field, in_path: false, within }
    };
    match plain(&parameter.shape) {
        Shape::Struct(doc) => doc.fields.iter().map(|field| input(field, Some(parameter.name))).collect(),
        _ => vec![input(parameter, None)],
    }
}

fn plain(shape: &Shape) -> &Shape {
    match shape {
        Shape::Optional(inner) => plain(inner),
        other => other,
    }
}

fn is_readable(shape: &Shape) -> bool {
    match shape {
        Shape::List(item) => !matches!(**item, Shape::List(_)) && is_readable(item),
        Shape::Boolean | Shape::Integer { .. } | Shape::Number | Shape::Text | Shape::Timestamp | Shape::Cursor => true,
        Shape::Id(_) | Shape::Enum { .. } => true,
        Shape::Nothing | Shape::Json | Shape::Optional(_) | Shape::Listing(_) | Shape::Struct(_) => false,
    }
}

/// Repeated, or with commas, which a list of free text may hold itself. Each faulty item is named by its place.
fn read_list(name: &str, item: &Shape, texts: &[&str], faults: &mut Vec<FieldFault>) -> Result<Value, String> {
    let parts = texts.iter().flat_map(|text| text.split(|c| c == ',' && *item != Shape::Text));
    let mut values = Vec::new();
    for (place, part) in parts.enumerate() {
        match read(item, part) {
            Ok(value) => values.push(value),
            Err(problem) => faults.push(fault(format!("{name}[{place}]"), problem)),
        }
    }
    Ok(Value::Array(values))
}

/// One value out of its text, or what would be right.
fn read(shape: &Shape, text: &str) -> Result<Value, String> {
    match shape {
        Shape::Boolean => text.parse::<bool>().map(Value::from).map_err(|_| "must be true or false".into()),
        Shape::Integer { min, max } => {
            // What JSON's readers agree on.
            let (min, max) = (min.unwrap_or(-(1 << 53)), max.unwrap_or(1 << 53));
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

fn problem_of(error: &Error) -> String {
    error.fields().first().map_or_else(|| error.message().to_owned(), |fault| fault.problem.clone().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::ROUTES;

    fn call(operation: &str) -> Call {
        let route = ROUTES.iter().find(|route| route.operation == operation).expect("a route");
        Call::plan(route).expect("a plan")
    }

    fn arguments(operation: &str, path: &[(&str, &str)], query: &[(&str, &str)]) -> Result<String> {
        let query: Vec<_> = query.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        call(operation).arguments(&Actor::Anonymous, path, &query)
    }

    #[test]
    fn arguments_have_the_operations_own_shapes() {
        let user = [("user", "u1")];
        for (operation, path, query, json) in [
            ("tarifs.active", &[][..], &[][..], "{}"),
            ("notifications.unread_count", &user, &[], r#"{"user":"u1"}"#),
            (
                "notifications.list",
                &user,
                &[("unreadOnly", "true"), ("limit", "20"), ("after", "é…")],
                r#"{"options":{"after":"é…","limit":20,"unreadOnly":true},"user":"u1"}"#,
            ),
            ("commandes.list_with_invoices", &user, &[("page", "2")], r#"{"page":{"page":2},"user":"u1"}"#),
            ("audit_logs.recent", &[], &[("limit", "5")], r#"{"limit":5}"#),
            (
                "audit_logs.recent",
                &[],
                &[("severities", "LOW,HIGH"), ("severities", "CRITICAL")],
                r#"{"severities":["LOW","HIGH","CRITICAL"]}"#,
            ),
        ] {
            let json: Value = serde_json::from_str(json).expect("JSON");
            let read: Value = serde_json::from_str(&arguments(operation, path, query).expect(operation)).expect("JSON");
            assert_eq!(read, json, "{operation}");
        }
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let query =
            [("unreadOnly", "yes"), ("limit", "-1"), ("page", "1"), ("page", "2"), ("color", "red"), ("color", "")];
        let error = arguments("notifications.list", &[("user", &"x".repeat(192))], &query).expect_err("faults");
        let fields: Vec<_> =
            error.fields().iter().map(|fault| (fault.field.as_ref(), fault.problem.as_ref())).collect();
        assert_eq!(
            fields,
            [
                ("color", "is not a parameter here"),
                ("user", "must be at most 191 characters"),
                ("unreadOnly", "must be true or false"),
                ("limit", "must be a whole number between 0 and 4294967295"),
                ("page", "must be given only once"),
            ]
        );
        let error = arguments("audit_logs.recent", &[], &[("severities", "HIGH,high")]).expect_err("a fault");
        assert_eq!(error.fields()[0].problem, "must be one of LOW, MEDIUM, HIGH, CRITICAL");
        let error = arguments("stats.payments_by_status", &[], &[("from", "hier")]).expect_err("faults");
        let fields: Vec<_> = error.fields().iter().map(|fault| fault.field.as_ref()).collect();
        assert_eq!(fields, ["from", "to"]);
    }
}
