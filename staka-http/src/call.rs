//! An operation's arguments, out of a request's path and its query or body.

use serde_json::{Map, Value};
use staka_core::base::{Field, Shape};
use staka_core::model::UserId;
use staka_core::{Actor, Error, ErrorKind, FieldFault, Kind, Operation, OperationDoc, Result, TextId};

use crate::export::Export;
use crate::route::{Method, Route};
use crate::{body, query};

/// What `{user}` may say instead of the caller's own id.
pub(crate) const ME: &str = "me";

/// An operation, and what a request must and may give it.
pub(crate) struct Call {
    pub(crate) operation: &'static Operation,
    pub(crate) doc: OperationDoc,
    pub(crate) inputs: Vec<Input>,
    /// Whether what is not in the path comes in a body.
    pub(crate) has_body: bool,
    /// How its answer is streamed, where that is a piece of text.
    pub(crate) export: Option<Export>,
}

/// One value of a request: a parameter of the operation, or a field of one.
pub(crate) struct Input {
    /// The name in the path, query or body, which is the parameter's or field's own.
    pub(crate) field: Field,
    pub(crate) place: Place,
    pub(crate) required: bool,
    /// The parameter that it is a field of.
    pub(crate) within: Option<&'static str>,
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Body,
}

impl Input {
    pub(crate) fn may_be_me(&self) -> bool {
        self.place == Place::Path && self.field.shape == Shape::Id(UserId::NAME)
    }
}

/// What a request says: the values of its path and query, and the fields of its body in their order.
pub(crate) struct Given<'r> {
    pub(crate) path: &'r [(&'r str, &'r str)],
    pub(crate) query: &'r [(String, String)],
    pub(crate) body: Vec<(String, Value)>,
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
        Self::of(operation, operation.describe(), *method, path).or_else(fault)
    }

    fn of(operation: &'static Operation, doc: OperationDoc, method: Method, path: &str) -> Result<Self, String> {
        let place = if method.has_body() { Place::Body } else { Place::Query };
        let mut inputs: Vec<Input> = doc.parameters.iter().flat_map(|parameter| inputs(parameter, place)).collect();
        for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            match inputs.iter_mut().find(|input| input.field.name == name && input.within.is_none()) {
                Some(input) if matches!(input.field.shape, Shape::List(_)) => {
                    return Err(format!("{{{name}}} is a list and cannot stand in a path"));
                }
                Some(input) => (input.place, input.required) = (Place::Path, true),
                None => return Err(format!("{{{name}}} is no parameter of {}", doc.name)),
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

    /// The operation's arguments as JSON; `Invalid` names every field that does not fit.
    pub(crate) fn arguments(&self, actor: &Actor, given: &Given<'_>) -> Result<Map<String, Value>> {
        let mut faults = self.unknown(given);
        let mut arguments = Map::new();
        for parameter in self.doc.parameters.iter().filter(|it| it.required && is_struct(it)) {
            arguments.insert(parameter.name.to_owned(), Map::new().into());
        }
        for input in &self.inputs {
            let name = input.field.name;
            let before = faults.len();
            let read = match input.place {
                Place::Path => match given.path.iter().find(|(key, _)| *key == name) {
                    Some((_, ME)) if input.may_be_me() => Some(me(actor)?.into()),
                    Some((_, text)) => query::one(name, &input.field.shape, &[text], &mut faults),
                    None => None,
                },
                Place::Query => query::take(&input.field, given.query, &mut faults),
                Place::Body => body::take(&input.field, &given.body, &mut faults),
            };
            match (read, input.within) {
                (None, _) if input.required && faults.len() == before => faults.push(fault(name, "is required")),
                (None, _) => {}
                (Some(value), None) => drop(arguments.insert(name.to_owned(), value)),
                (Some(value), Some(parameter)) => {
                    let fields = arguments.entry(parameter).or_insert_with(|| Map::new().into());
                    fields[name] = value;
                }
            }
        }
        if faults.is_empty() { Ok(arguments) } else { Err(Error::invalid_fields(faults)) }
    }

    /// What the request names and the operation does not know, each once.
    fn unknown(&self, given: &Given<'_>) -> Vec<FieldFault> {
        let known = |place: Place, name: &str| {
            let mut inputs = self.inputs.iter().filter(|input| input.place == place);
            inputs.any(|input| query::names(&input.field, place == Place::Query).iter().any(|known| known == name))
        };
        let mut faults: Vec<FieldFault> = Vec::new();
        let mut add = |name: &str, problem: &'static str| {
            if faults.iter().all(|fault| fault.field != name) {
                faults.push(fault(name.to_owned(), problem));
            }
        };
        for (name, _) in given.query {
            match (known(Place::Query, name), known(Place::Body, name)) {
                (true, _) => {}
                (false, true) => add(name, "belongs into the body"),
                (false, false) => add(name, "is not a parameter here"),
            }
        }
        for (at, (name, _)) in given.body.iter().enumerate() {
            if !known(Place::Body, name) {
                add(name, "is not a parameter here");
            } else if given.body[..at].iter().any(|(before, _)| before == name) {
                add(name, "must be given only once");
            }
        }
        faults
    }
}

pub(crate) fn fault(
    field: impl Into<std::borrow::Cow<'static, str>>,
    problem: impl Into<std::borrow::Cow<'static, str>>,
) -> FieldFault {
    FieldFault { field: field.into(), problem: problem.into() }
}

fn me(actor: &Actor) -> Result<&str> {
    match actor {
        Actor::User { id, .. } => Ok(id.as_str()),
        _ => Err(Error::new(ErrorKind::Unauthenticated, "`me` is whoever is signed in, and nobody is")),
    }
}

fn is_struct(parameter: &Field) -> bool {
    matches!(parameter.shape.plain(), Shape::Struct(_))
}

/// A parameter, or the fields of one that is an object.
fn inputs(parameter: &Field, place: Place) -> Vec<Input> {
    let input = |field: &Field, within| {
        // A query has no word for null: what is null there is not given.
        let shape = if place == Place::Query { field.shape.plain() } else { &field.shape };
        let field = Field { shape: shape.clone(), ..field.clone() };
        Input { required: field.required && parameter.required, field, place, within }
    };
    match parameter.shape.plain() {
        Shape::Struct(doc) => doc.fields.iter().map(|field| input(field, Some(parameter.name))).collect(),
        _ => vec![input(parameter, None)],
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;
    use crate::routes::ROUTES;

    /// A call of an operation that there is not, with these parameters.
    pub(crate) fn of(method: Method, path: &str, parameters: Vec<Field>, output: Shape) -> Result<Call, String> {
        let operation = Operation::find("tarifs.active").expect("an operation");
        let doc = OperationDoc { parameters, output, ..operation.describe() };
        Call::of(operation, doc, method, path)
    }

    fn call(operation: &str) -> Call {
        let route = ROUTES.iter().find(|route| route.operation == operation).expect("a route");
        Call::plan(route).expect("a plan")
    }

    fn arguments(operation: &str, path: &[(&str, &str)], query: &[(&str, &str)]) -> Result<Value> {
        let query: Vec<_> = query.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let given = Given { path, query: &query, body: vec![] };
        call(operation).arguments(&Actor::Anonymous, &given).map(Value::Object)
    }

    pub(crate) fn named(error: &Error) -> Vec<(&str, &str)> {
        error.fields().iter().map(|fault| (fault.field.as_ref(), fault.problem.as_ref())).collect()
    }

    #[test]
    fn arguments_have_the_operations_own_shapes() {
        let user = [("user", "u1")];
        for (operation, path, query, json) in [
            ("notifications.unread_count", &user[..], &[][..], json!({"user": "u1"})),
            (
                "notifications.list",
                &user,
                &[("limit", "5"), ("unreadOnly", "true")],
                json!({"options": {"limit": 5, "unreadOnly": true}, "user": "u1"}),
            ),
            ("commandes.list_with_invoices", &user, &[("page", "2")], json!({"page": {"page": 2}, "user": "u1"})),
            ("audit_logs.recent", &[], &[("limit", "5")], json!({"limit": 5})),
            (
                "audit_logs.recent",
                &[],
                &[("severities", "LOW,HIGH"), ("severities", "CRITICAL")],
                json!({"severities": ["LOW", "HIGH", "CRITICAL"]}),
            ),
        ] {
            assert_eq!(arguments(operation, path, query).expect(operation), json, "{operation}");
        }
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let query =
            [("unreadOnly", "yes"), ("limit", "-1"), ("page", "1"), ("page", "2"), ("color", "red"), ("color", "")];
        let error = arguments("notifications.list", &[("user", &"x".repeat(192))], &query).expect_err("faults");
        assert_eq!(
            named(&error),
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
        assert_eq!(named(&error).iter().map(|(field, _)| *field).collect::<Vec<_>>(), ["from", "to"]);
    }
}
