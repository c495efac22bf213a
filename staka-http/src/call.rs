//! Collects an operation's arguments from a request's path, query and body.

use std::collections::HashSet;

use serde_json::{Map, Value};
use staka_core::base::{Field, Shape, Violations};
use staka_core::{Actor, Error, ErrorKind, Kind, Operation, OperationDoc, Result, unknown_problem};

use crate::export::Export;
use crate::input::{Input, Place, field_error};
use crate::route::{Method, Route};
use crate::{body, query};

/// Stands for the caller's own id in a path, e.g. as `{user}`.
pub(crate) const ME: &str = "me";

/// An operation with the inputs that its requests must or may contain.
pub(crate) struct Call {
    pub(crate) operation: &'static Operation,
    pub(crate) doc: OperationDoc,
    pub(crate) inputs: Vec<Input>,
    /// Whether inputs that are not in the path are read from the body, otherwise from the query.
    pub(crate) has_body: bool,
    /// How its result is streamed, if it is exported as text.
    pub(crate) export: Option<Export>,
}

/// The input of a request: the values of its path and query, and the fields of its body in their order.
pub(crate) struct RequestInput<'r> {
    pub(crate) path: &'r [(&'r str, &'r str)],
    pub(crate) query: &'r [(String, String)],
    pub(crate) body: Vec<(String, Value)>,
}

impl Call {
    /// Maps the requests of a route to its operation. Returns the problem if the route is invalid.
    pub(crate) fn plan(route: &Route) -> Result<Self, String> {
        let Route { method, path, operation: name } = route;
        let invalid = |problem: String| Err(format!("{method:?} {path}: {problem}"));
        let Some(operation) = Operation::find(name) else {
            return invalid(format!("there is no operation {name}"));
        };
        match (operation.kind, *method == Method::Get) {
            (Kind::Read, true) | (Kind::Write, false) => {}
            (Kind::Read, false) => return invalid(format!("{method:?} must call an operation that writes")),
            (Kind::Write, true) => return invalid(format!("{method:?} must call an operation that reads")),
        }
        Self::of(operation, operation.describe(), *method, path).or_else(invalid)
    }

    fn of(operation: &'static Operation, doc: OperationDoc, method: Method, path: &str) -> Result<Self, String> {
        let place = if method.has_body() { Place::Body } else { Place::Query };
        let mut inputs: Vec<Input> = doc.parameters.iter().flat_map(|parameter| Input::of(parameter, place)).collect();
        for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            match inputs.iter_mut().find(|input| input.field.name == name && input.within.is_none()) {
                Some(input) if matches!(input.field.shape, Shape::List(_, _)) => {
                    return Err(format!("{{{name}}} is a list, which a path cannot contain"));
                }
                Some(input) => (input.place, input.required) = (Place::Path, true),
                None => return Err(format!("{{{name}}} is not a parameter of {}", doc.name)),
            }
        }
        for (at, Input { field, place, .. }) in inputs.iter().enumerate() {
            let readable = match place {
                Place::Path => query::is_text(&field.shape),
                Place::Query => query::is_readable(&field.shape),
                Place::Body => body::is_readable(&field.shape),
            };
            if !readable {
                return Err(format!("{} cannot be read from a {place:?}: {:?}", field.name, field.shape));
            }
            if inputs[..at].iter().any(|other| other.field.name == field.name) {
                return Err(format!("two parameters of {} are called {}", doc.name, field.name));
            }
        }
        let export = Export::plan(&doc, &inputs)?;
        Ok(Self { operation, doc, inputs, has_body: method.has_body(), export })
    }

    /// Returns the operation's arguments as JSON; the core checks their values. Fails with `Invalid` if the request
    /// itself is invalid, and then names everything that is wrong.
    pub(crate) fn arguments(&self, actor: &Actor, given: &RequestInput<'_>) -> Result<Map<String, Value>> {
        let mut violations = self.name_violations(given);
        let mut arguments = Map::new();
        for parameter in self.doc.parameters.iter().filter(|it| it.required && is_struct(it)) {
            arguments.insert(parameter.name.to_owned(), Map::new().into());
        }
        for input in &self.inputs {
            let name = input.field.name;
            let read = match input.place {
                Place::Path => match given.path.iter().find(|(key, _)| *key == name) {
                    Some((_, ME)) if input.may_be_me() => Some(me(actor)?.into()),
                    Some((_, text)) => Some(query::read(&input.field.shape, text)),
                    None => None,
                },
                Place::Query => query::take(&input.field, given.query, &mut violations),
                Place::Body => given.body.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()),
            };
            match (read, input.within) {
                (None, _) => {}
                (Some(value), None) => drop(arguments.insert(name.to_owned(), value)),
                (Some(value), Some(parameter)) => {
                    let fields = arguments.entry(parameter).or_insert_with(|| Map::new().into());
                    fields[name] = value;
                }
            }
        }
        if violations.is_empty() {
            return Ok(arguments);
        }
        violations.merge(self.doc.check(&Value::Object(arguments).to_string()));
        Err(Error::invalid_fields(violations.into_fields()))
    }

    /// Returns the values of the operation's example by their names in path, query and body.
    pub(crate) fn example(&self) -> Map<String, Value> {
        let arguments: Map<String, Value> = serde_json::from_str(self.doc.example.get()).unwrap_or_default();
        let value = |input: &Input| match input.within {
            Some(parameter) => arguments.get(parameter)?.get(input.field.name).cloned(),
            None => arguments.get(input.field.name).cloned(),
        };
        self.inputs.iter().filter_map(|input| Some((input.field.name.to_owned(), value(input)?))).collect()
    }

    /// Returns violations for unknown and for duplicate names.
    fn name_violations(&self, given: &RequestInput<'_>) -> Violations {
        let names = |place: Place| {
            let inputs = self.inputs.iter().filter(move |input| input.place == place);
            inputs.flat_map(move |input| query::names(&input.field, place == Place::Query)).collect::<Vec<_>>()
        };
        let (query, body) = (names(Place::Query), names(Place::Body));
        let known = if self.has_body { &body } else { &query };
        let mut violations = Violations::default();
        let mut add = |name: &str, problem: String| violations.merge([field_error(name.to_owned(), problem)]);
        let unknown = || unknown_problem("parameter", known.iter().map(String::as_str));
        for (name, _) in given.query.iter().filter(|(name, _)| !query.contains(name)) {
            add(name, if body.contains(name) { "must be given in the body".to_owned() } else { unknown() });
        }
        let mut seen = HashSet::new();
        for (name, _) in &given.body {
            if !body.contains(name) {
                add(name, unknown());
            } else if !seen.insert(name) {
                add(name, "must be given only once".to_owned());
            }
        }
        violations
    }
}

fn me(actor: &Actor) -> Result<&str> {
    match actor {
        Actor::User { id, .. } => Ok(id.as_str()),
        _ => Err(Error::new(ErrorKind::Unauthenticated, "`me` requires a signed-in user")),
    }
}

fn is_struct(parameter: &Field) -> bool {
    matches!(parameter.shape.plain(), Shape::Struct(_))
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;
    use crate::routes::ROUTES;

    /// Creates a call of a made-up operation with these parameters.
    pub(crate) fn of(method: Method, path: &str, parameters: Vec<Field>, output: Shape) -> Result<Call, String> {
        let operation = Operation::find("tarifs.list_active").expect("an operation");
        let doc = OperationDoc { parameters, output, ..operation.describe() };
        Call::of(operation, doc, method, path)
    }

    fn call(operation: &str) -> Call {
        let route = ROUTES.iter().find(|route| route.operation == operation).expect("a route");
        Call::plan(route).expect("a plan")
    }

    fn arguments(operation: &str, path: &[(&str, &str)], query: &[(&str, &str)]) -> Result<Value> {
        let query: Vec<_> = query.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let given = RequestInput { path, query: &query, body: vec![] };
        checked(&call(operation), &Actor::Anonymous, &given)
    }

    /// Returns a request's arguments. Fails if they are invalid, also by the core's check.
    pub(crate) fn checked(call: &Call, actor: &Actor, given: &RequestInput<'_>) -> Result<Value> {
        let arguments = Value::Object(call.arguments(actor, given)?);
        let violations = call.doc.check(&arguments.to_string());
        if violations.is_empty() { Ok(arguments) } else { Err(Error::invalid_fields(violations)) }
    }

    pub(crate) fn named(error: &Error) -> Vec<(&str, &str)> {
        error.fields().iter().map(|it| (it.field.as_ref(), it.problem.as_ref())).collect()
    }

    #[test]
    fn arguments_have_the_shapes_of_the_parameters() {
        let user = [("user", "u1")];
        for (operation, path, query, json) in [
            ("notifications.unread_count", &user[..], &[][..], json!({"user": "u1"})),
            (
                "notifications.list_by_user",
                &user,
                &[("limit", "5"), ("unreadOnly", "true")],
                json!({"filter": {"unreadOnly": true}, "page": {"limit": 5}, "user": "u1"}),
            ),
            ("commandes.list_with_invoices", &user, &[("page", "2")], json!({"page": {"page": 2}, "user": "u1"})),
            ("audit_logs.list_recent", &[], &[("limit", "5")], json!({"limit": 5})),
            (
                "audit_logs.list_recent",
                &[],
                &[("severities", "LOW,HIGH"), ("severities", "CRITICAL")],
                json!({"severities": ["LOW", "HIGH", "CRITICAL"]}),
            ),
        ] {
            assert_eq!(arguments(operation, path, query).expect(operation), json, "{operation}");
        }
    }

    #[test]
    fn all_problems_are_reported_at_once() {
        let query =
            [("unreadOnly", "yes"), ("limit", "-1"), ("page", "1"), ("page", "2"), ("color", "red"), ("color", "")];
        let error =
            arguments("notifications.list_by_user", &[("user", &"x".repeat(192))], &query).expect_err("problems");
        assert_eq!(
            named(&error),
            [
                ("color", "is not a parameter of this operation; parameters are unreadOnly, limit, page, after, total"),
                ("page", "must be given only once"),
                ("user", "must be at most 191 characters"),
                ("unreadOnly", "must be true or false"),
                ("limit", "must be between 1 and 100"),
            ]
        );
        let error = arguments("audit_logs.list_recent", &[], &[("severities", "HIGH,high")]).expect_err("a problem");
        assert_eq!(error.fields()[0].problem, "must be one of LOW, MEDIUM, HIGH, CRITICAL");
        let error = arguments("stats.payments_by_status", &[], &[("from", "hier")]).expect_err("problems");
        assert_eq!(named(&error).iter().map(|(field, _)| *field).collect::<Vec<_>>(), ["from", "to"]);
    }
}
