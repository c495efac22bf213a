//! An operation as data, and the macro that makes the list of them.

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{OPERATIONS, Session};
use crate::base::{Error, Field, Result, Shape};

/// Whether an operation writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// It only reads; a replica may serve it.
    Read,
    /// It writes.
    Write,
}

/// One public operation: everything that a door, the command line and the tests need to know of it.
pub struct Operation {
    /// `group.verb`, e.g. `notifications.unread_count`.
    pub name: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Whether it writes.
    pub kind: Kind,
    /// Who may call it: the rule's name.
    pub allowed: &'static str,
    pub(super) parameters: fn() -> Vec<Field>,
    pub(super) output: fn() -> Shape,
    pub(super) call: for<'a> fn(&'a Session, &'a str) -> BoxFuture<'a, Result<Vec<u8>>>,
}

/// An operation's description, as JSON shows it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationDoc {
    /// `group.verb`.
    pub name: &'static str,
    /// What it does, in one paragraph.
    pub doc: String,
    /// Whether it writes.
    pub kind: Kind,
    /// Who may call it.
    pub allowed: &'static str,
    /// Its parameters in order.
    pub parameters: Vec<Field>,
    /// What it gives.
    pub output: Shape,
}

impl Operation {
    /// All of them, in the order of the list.
    pub fn all() -> &'static [Self] {
        OPERATIONS
    }

    /// The one of that name.
    pub fn find(name: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.name == name)
    }

    /// Its description.
    pub fn describe(&self) -> OperationDoc {
        let Self { name, doc, kind, allowed, .. } = *self;
        let doc = doc.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        OperationDoc { name, doc, kind, allowed, parameters: (self.parameters)(), output: (self.output)() }
    }

    /// Runs it with JSON arguments; the answer is JSON.
    pub async fn call(&self, session: &Session, arguments: &str) -> Result<Vec<u8>> {
        (self.call)(session, arguments).await.map_err(|error| error.in_operation(self.name))
    }
}

/// Reads an operation's arguments; `Invalid` names the field that does not fit.
pub(super) fn arguments<T: DeserializeOwned>(json: &str) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let problem = error.inner().to_string();
        let problem = problem.split(" at line ").next().unwrap_or_default().to_owned();
        let path = error.path().to_string();
        // A missing or unknown field is named by the message, not by the path to it.
        let named = ["missing field `", "unknown field `"]
            .iter()
            .find_map(|start| problem.split(start).nth(1)?.split('`').next());
        let field = match (path.as_str(), named) {
            (".", Some(name)) => name.to_owned(),
            (".", None) => "arguments".to_owned(),
            (_, Some(name)) if !path.ends_with(name) => format!("{path}.{name}"),
            _ => path,
        };
        Error::invalid(field, problem)
    })
}

/// JSON of an operation's answer.
pub(super) fn answer<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|e| Error::internal("the answer cannot be written as JSON").with_source(e))
}

/// The one list. Each line gives a method of its group, an entry of [`OPERATIONS`] and its description:
///
/// `/// doc` `read|write name(parameter: Type, optional: Type = default) -> Output, for rule(argument) = |conn, now| body;`
macro_rules! operations {
    ($(
        $(#[doc = $group_doc:literal])+
        $group:ident: $Group:ident {
            $(
                $(#[doc = $doc:literal])+
                $kind:ident $verb:ident($($parameter:ident: $type:ty $(= $default:ident)?),* $(,)?) -> $output:ty,
                    for $rule:ident($($rule_argument:ident)?) = |$conn:ident, $now:pat_param| $body:expr;
            )+
        }
    )+) => {
        $(
            $(#[doc = $group_doc])+
            #[derive(Clone, Copy)]
            pub struct $Group<'s>(&'s Session);

            impl Session {
                $(#[doc = $group_doc])+
                pub fn $group(&self) -> $Group<'_> {
                    $Group(self)
                }
            }

            impl $Group<'_> {
                $(
                    $(#[doc = $doc])+
                    #[doc = concat!("\n\nOperation `", stringify!($group), ".", stringify!($verb), "`; who may call: `", stringify!($rule), "`.")]
                    pub async fn $verb(&self, $($parameter: impl std::borrow::Borrow<$type> + Send),*) -> Result<$output> {
                        $(let $parameter: &$type = $parameter.borrow();)*
                        let name = concat!(stringify!($group), ".", stringify!($verb));
                        let mut call = Call::start(self.0, name, operations!(@kind $kind), rule::$rule($($rule_argument)?)).await?;
                        loop {
                            let $now = call.now();
                            let $conn = call.conn()?;
                            let outcome: Result<$output> = $body.await;
                            if let Some(value) = call.finish(outcome).await? {
                                return Ok(value);
                            }
                        }
                    }
                )+
            }
        )+

        /// All public operations.
        pub(super) static OPERATIONS: &[Operation] = &[$($(
            Operation {
                name: concat!(stringify!($group), ".", stringify!($verb)),
                doc: concat!($($doc, "\n"),+),
                kind: operations!(@kind $kind),
                allowed: stringify!($rule),
                parameters: || vec![$(crate::base::Field {
                    name: stringify!($parameter),
                    doc: "",
                    required: operations!(@required $($default)?),
                    shape: <$type as crate::base::Described>::shape(),
                }),*],
                output: <$output as crate::base::Described>::shape,
                call: |session, json| Box::pin(async move {
                    #[derive(serde::Deserialize)]
                    #[serde(deny_unknown_fields)]
                    struct Arguments {
                        $($(#[serde($default)])? $parameter: $type,)*
                    }
                    let Arguments { $($parameter),* } = arguments(json)?;
                    answer(&session.$group().$verb($($parameter),*).await?)
                }),
            },
        )+)+];
    };
    (@kind read) => { Kind::Read };
    (@kind write) => { Kind::Write };
    (@required default) => { false };
    (@required) => { true };
}
pub(super) use operations;
