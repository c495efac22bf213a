//! An operation as data, and the macro that makes the list of them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::sink::Json;
use super::{OPERATIONS, Session, Sink, call_by_place};
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
#[derive(Clone, Copy)]
pub struct Operation {
    /// `group.verb`, e.g. `notifications.unread_count`.
    pub name: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Whether it writes.
    pub kind: Kind,
    /// Who may call it: the rule's name.
    pub allowed: &'static str,
    /// What its group is about.
    pub group_doc: &'static str,
    pub(super) place: usize,
    pub(super) parameters: fn() -> Vec<Field>,
    pub(super) output: fn() -> Shape,
}

/// The areas one after the other, each operation told its place in the whole.
pub(super) const fn placed<const N: usize>(areas: &[&[Operation]]) -> [Operation; N] {
    let mut all = [areas[0][0]; N];
    let (mut area, mut within, mut place) = (0, 0, 0);
    while place < N {
        if within == areas[area].len() {
            (area, within) = (area + 1, 0);
            continue;
        }
        all[place] = areas[area][within];
        all[place].place = place;
        (within, place) = (within + 1, place + 1);
    }
    all
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
    /// What its group is about.
    pub group_doc: String,
    /// Its parameters in order.
    pub parameters: Vec<Field>,
    /// What it gives.
    pub output: Shape,
}

impl Operation {
    /// All of them, in the order of the list.
    pub fn all() -> &'static [Self] {
        &OPERATIONS
    }

    /// The one of that name.
    pub fn find(name: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.name == name)
    }

    /// Its description.
    pub fn describe(&self) -> OperationDoc {
        let Self { name, doc, kind, allowed, group_doc, .. } = *self;
        let paragraph = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        let (parameters, output) = ((self.parameters)(), (self.output)());
        OperationDoc { name, doc: paragraph(doc), kind, allowed, group_doc: paragraph(group_doc), parameters, output }
    }

    /// Runs it with JSON arguments; the answer is JSON.
    pub async fn call(&self, session: &Session, arguments: &str) -> Result<Vec<u8>> {
        self.call_into(session, arguments, Json).await
    }

    /// Runs it with JSON arguments; `sink` takes the answer.
    pub async fn call_into<K: Sink>(&self, session: &Session, arguments: &str, sink: K) -> Result<K::Out> {
        call_by_place(self.place, session, arguments, sink).await.map_err(|error| error.in_operation(self.name))
    }
}

impl OperationDoc {
    /// Sixteen digits that change when name, parameters or output do, whatever the documentation says: a program finds
    /// out by them that generated files and library are not of one list.
    pub fn signature(&self) -> String {
        let shapes = serde_json::json!([self.name, self.parameters, self.output]);
        // FNV-1a: the same on every machine and in every version of Rust.
        let hash = undocumented(shapes)
            .to_string()
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        format!("{hash:016x}")
    }
}

/// Without documentation, and in the order of the alphabet: serde_json keeps another one in some builds.
fn undocumented(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(undocumented).collect(),
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(name, value)| name != "doc" || !value.is_string());
            let sorted: BTreeMap<_, _> = kept.map(|(name, value)| (name, undocumented(value))).collect();
            Value::Object(sorted.into_iter().collect())
        }
        other => other,
    }
}

/// Reads an operation's arguments; `Invalid` names the field that does not fit, by its own name alone, wherever it
/// stands: no two fields of an operation have the same.
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
        let field = match (named, path.rsplit('.').next()) {
            (Some(name), _) => name,
            (None, Some(leaf)) if !leaf.is_empty() => leaf,
            _ => "arguments",
        };
        Error::invalid(field.to_owned(), problem)
    })
}

/// How long a parameter's name is in JSON.
pub(super) const fn camel_length(ident: &str) -> usize {
    let (ident, mut length, mut at) = (ident.as_bytes(), 0, raw(ident));
    while at < ident.len() {
        length += (ident[at] != b'_') as usize;
        at += 1;
    }
    length
}

/// A parameter's name in JSON: `target_type` is `targetType`, as serde writes it.
pub(super) const fn camel_case<const N: usize>(ident: &str) -> [u8; N] {
    let (ident, mut camel, mut place, mut at) = (ident.as_bytes(), [0; N], 0, raw(ident));
    let mut upper = false;
    while at < ident.len() {
        if ident[at] == b'_' {
            upper = true;
        } else {
            camel[place] = if upper { ident[at].to_ascii_uppercase() } else { ident[at] };
            place += 1;
            upper = false;
        }
        at += 1;
    }
    camel
}

/// Where the name in an identifier like `r#type` begins.
const fn raw(ident: &str) -> usize {
    if ident.len() > 1 && ident.as_bytes()[1] == b'#' { 2 } else { 0 }
}

/// One area of the list. Each line gives a method of its group, an entry of the area's `OPERATIONS` and its description:
///
/// `/// doc` `read|write|act name(/// doc parameter: Type, optional: Type = default) -> Output, for rule(argument) = |conn, act| body;`
///
/// What is `read` or `write` is one statement or several that need no transaction; an `act` is one transaction. What
/// stands behind `after` is done before that begins: `for rule() after hash = |conn, act| step, = |conn, act| body;`
macro_rules! operations {
    ($(
        $(#[doc = $group_doc:literal])+
        $group:ident: $Group:ident {
            $(
                $(#[doc = $doc:literal])+
                $kind:ident $verb:ident($($(#[doc = $parameter_doc:literal])+ $parameter:ident: $type:ty $(= $default:ident)?),* $(,)?) -> $output:ty,
                    for $rule:ident($($rule_argument:ident)?)
                    $(after $step:ident = |$step_conn:ident, $step_act:pat_param| $step_body:expr,)?
                    = |$conn:ident, $act:pat_param| $body:expr;
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
                const DOC: &'static str = concat!($($group_doc, "\n"),+);

                $(
                    $(#[doc = $doc])+
                    #[doc = concat!("\n\nOperation `", stringify!($group), ".", stringify!($verb), "`; who may call: `", stringify!($rule), "`.")]
                    pub async fn $verb(&self, $($parameter: impl std::borrow::Borrow<$type> + Send),*) -> Result<$output> {
                        // Boxed and not generic, so that it is compiled here, once, and not for each caller anew.
                        fn run<'c>(session: &'c Session, ($($parameter,)*): ($(&'c $type,)*)) -> BoxFuture<'c, Result<$output>> {
                          Box::pin(async move {
                            let name = concat!(stringify!($group), ".", stringify!($verb));
                            let mut call = Call::start(session, name, operations!(@kind $kind), rule::$rule($($rule_argument)?)).await?;
                            let act = call.act();
                            $(
                                let $step = loop {
                                    let $step_act = &act;
                                    let $step_conn = call.conn()?;
                                    let outcome = $step_body.await;
                                    if let Some(value) = call.prepared(outcome).await? {
                                        break value;
                                    }
                                };
                            )?
                            loop {
                                operations!(@open $kind call);
                                let $act = &act;
                                let $conn = call.conn()?;
                                let outcome: Result<$output> = $body.await;
                                if let Some(value) = call.finish(outcome).await? {
                                    return Ok(value);
                                }
                            }
                          })
                        }
                        run(self.0, ($($parameter.borrow(),)*)).await
                    }
                )+
            }
        )+

        /// The operations of this area.
        pub(super) const OPERATIONS: &[Operation] = &[$($(
            Operation {
                name: concat!(stringify!($group), ".", stringify!($verb)),
                doc: concat!($($doc, "\n"),+),
                kind: operations!(@kind $kind),
                allowed: stringify!($rule),
                group_doc: $Group::DOC,
                place: 0,
                parameters: || vec![$(crate::base::Field {
                    name: const {
                        const NAME: &str = stringify!($parameter);
                        const CAMEL: &[u8] = &crate::api::operation::camel_case::<{ crate::api::operation::camel_length(NAME) }>(NAME);
                        match str::from_utf8(CAMEL) {
                            Ok(name) => name,
                            Err(_) => NAME,
                        }
                    },
                    doc: concat!($($parameter_doc),+).trim_ascii(),
                    required: operations!(@required $($default)?),
                    shape: <$type as crate::base::Described>::shape(),
                }),*],
                output: <$output as crate::base::Described>::shape,
            },
        )+)+];

        /// Calls the operation at this place of the area.
        pub(super) fn call_by_place<'a, K: Sink>(
            place: usize,
            session: &'a Session,
            json: &'a str,
            sink: K,
        ) -> BoxFuture<'a, Result<K::Out>> {
            let calls: &[for<'c> fn(&'c Session, &'c str, K) -> BoxFuture<'c, Result<K::Out>>] = &[$($(
                |session, json, sink| Box::pin(async move {
                    #[derive(serde::Deserialize)]
                    #[serde(rename_all = "camelCase", deny_unknown_fields)]
                    struct Arguments {
                        $($(#[serde($default)])? $parameter: $type,)*
                    }
                    let Arguments { $($parameter),* } = arguments(json)?;
                    sink.take(session.$group().$verb($($parameter),*).await?)
                }),
            )+)+];
            calls[place](session, json, sink)
        }
    };
    (@kind read) => { Kind::Read };
    (@kind write) => { Kind::Write };
    (@kind act) => { Kind::Write };
    (@open act $call:ident) => { $call.open().await? };
    (@open $kind:ident $call:ident) => {};
    (@required default) => { false };
    (@required) => { true };
}
pub(super) use operations;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_has_the_name_that_serde_gives_it() {
        assert_eq!(&camel_case::<{ camel_length("target_type") }>("target_type"), b"targetType");
        assert_eq!(&camel_case::<{ camel_length("r#type") }>("r#type"), b"type");
        assert_eq!(&camel_case::<{ camel_length("id") }>("id"), b"id");
    }

    #[test]
    fn a_signature_tells_shapes_apart_and_not_words() {
        let list = || Operation::find("notifications.list").unwrap().describe();
        let mut other = list();
        other.doc = "Otherwise said.".into();
        other.parameters[0].doc = "Likewise.";
        assert_eq!(other.signature(), list().signature());
        other.parameters[0].required = false;
        assert_ne!(other.signature(), list().signature());
        let mut all: Vec<String> = Operation::all().iter().map(|it| it.describe().signature()).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), Operation::all().len());
    }
}
