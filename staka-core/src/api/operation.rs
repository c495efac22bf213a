//! The description of an operation, and the macro that declares operations.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::check::{invalid_arguments, violations};
use super::examples::example;
use super::sink::Json;
use super::{OPERATIONS, Operations, Sink, call_by_place};
use crate::base::{Field, FieldError, Result, Shape, fnv1a};

/// Whether an operation writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Only reads; a replica may serve it.
    Read,
    /// Writes.
    Write,
}

/// A public operation, as the interfaces, the command line and the tests use it.
#[derive(Clone, Copy)]
pub struct Operation {
    /// `group.verb`, e.g. `notifications.unread_count`.
    pub name: &'static str,
    /// The documentation.
    pub doc: &'static str,
    /// Whether it writes.
    pub kind: Kind,
    /// The name of the access rule, e.g. `self_or_admin`.
    pub allowed: &'static str,
    /// The documentation of its group.
    pub group_doc: &'static str,
    /// The index in the list of all operations.
    pub(super) place: usize,
    pub(super) parameters: fn() -> Vec<Field>,
    pub(super) output: fn() -> Shape,
}

/// Joins the areas to one list and numbers the operations.
pub(super) const fn joined<const N: usize>(areas: &[&[Operation]]) -> [Operation; N] {
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

/// The description of an operation, serialised to JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationDoc {
    /// `group.verb`.
    pub name: &'static str,
    /// The documentation as one paragraph.
    pub doc: String,
    /// Whether it writes.
    pub kind: Kind,
    /// The name of the access rule, e.g. `self_or_admin`.
    pub allowed: &'static str,
    /// The documentation of its group.
    pub group_doc: String,
    /// The parameters in order.
    pub parameters: Vec<Field>,
    /// The shape of the result.
    pub output: Shape,
    /// The arguments of an example call as a JSON object: those of the case that the case suite marks as the example,
    /// with the ids of the demo data.
    pub example: Box<RawValue>,
}

impl Operation {
    /// Returns all operations in the order of the list.
    pub fn all() -> &'static [Self] {
        &OPERATIONS
    }

    /// Returns the operation with this name, if it exists.
    pub fn find(name: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.name == name)
    }

    /// Returns the operation's description.
    pub fn describe(&self) -> OperationDoc {
        let Self { name, doc, kind, allowed, group_doc, .. } = *self;
        let paragraph = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        let (parameters, output) = ((self.parameters)(), (self.output)());
        let (doc, group_doc, example) = (paragraph(doc), paragraph(group_doc), example(name));
        OperationDoc { name, doc, kind, allowed, group_doc, parameters, output, example }
    }

    /// Calls the operation with JSON arguments and returns its result as JSON.
    pub async fn call(&self, operations: &Operations, arguments: &str) -> Result<Vec<u8>> {
        self.call_into(operations, arguments, Json).await
    }

    /// Calls the operation with JSON arguments and passes its result to `sink`.
    pub async fn call_into<K: Sink>(&self, operations: &Operations, arguments: &str, sink: K) -> Result<K::Out> {
        call_by_place(self.place, operations, arguments, sink).await.map_err(|error| error.in_operation(self.name))
    }
}

impl OperationDoc {
    /// Checks JSON arguments against types and bounds without calling the operation, and returns all errors. For
    /// interfaces that refused some arguments themselves.
    pub fn check(&self, arguments: &str) -> Vec<FieldError> {
        violations(arguments, &self.parameters).into_fields()
    }

    /// Returns the documentation up to its first full stop, colon or semicolon outside backticks, without that sign.
    pub fn summary(&self) -> &str {
        let (mut quoted, mut letters) = (false, self.doc.trim().char_indices().peekable());
        while let Some((at, letter)) = letters.next() {
            let ends = letters.peek().is_none_or(|(_, next)| next.is_whitespace());
            match letter {
                '`' => quoted = !quoted,
                '.' | ':' | ';' if !quoted && ends => return &self.doc.trim()[..at],
                _ => {}
            }
        }
        self.doc.trim()
    }

    /// Returns 16 hexadecimal digits that depend on name, parameters and output, but not on documentation. By them a
    /// program detects that generated files do not match the library.
    pub fn signature(&self) -> String {
        let shapes = serde_json::json!([self.name, self.parameters, self.output]);
        format!("{:016x}", fnv1a(undocumented(shapes).to_string().as_bytes()))
    }
}

/// Removes documentation and sorts the fields, because serde_json keeps their order in some builds.
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

/// Reads an operation's arguments. Fails with `Invalid`, which names every invalid field without its path: names are
/// unique within an operation.
pub(super) fn arguments<T: DeserializeOwned>(json: &str, parameters: fn() -> Vec<Field>) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let read = serde_path_to_error::deserialize(&mut reader);
    read.map_err(|error| invalid_arguments(json, &parameters(), &error.path().to_string(), &error.inner().to_string()))
}

/// Returns the length of a parameter's name in JSON.
pub(super) const fn camel_length(ident: &str) -> usize {
    let (ident, mut length, mut at) = (ident.as_bytes(), 0, name_start(ident));
    while at < ident.len() {
        length += (ident[at] != b'_') as usize;
        at += 1;
    }
    length
}

/// Returns a parameter's name in JSON, as serde writes it: `targetType` for `target_type`.
pub(super) const fn camel_case<const N: usize>(ident: &str) -> [u8; N] {
    let (ident, mut camel, mut place, mut at) = (ident.as_bytes(), [0; N], 0, name_start(ident));
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

/// Returns the index at which the name begins in an identifier like `r#type`.
const fn name_start(ident: &str) -> usize {
    if ident.len() > 1 && ident.as_bytes()[1] == b'#' { 2 } else { 0 }
}

/// Declares the operations of an area. Each declaration generates a method of its group and an entry of `OPERATIONS`:
///
/// `/// doc` `read|write|atomic|batches name(/// doc parameter: Type, optional: Type = default where Bounds::between(1, 500)) -> Output, for rule(argument) = |conn, ctx| body;`
///
/// A `read` or `write` operation is one statement; an `atomic` operation is one transaction; `batches` are many, so that
/// no lock is held for long. A `write` for others becomes a transaction too, which also asks for the right. An `after` step runs
/// before the transaction begins: `for rule() after hash = |conn, ctx| step, = |conn, ctx| body;`
macro_rules! operations {
    ($(
        $(#[doc = $group_doc:literal])+
        $group:ident: $Group:ident {
            $(
                $(#[doc = $doc:literal])+
                $kind:ident $verb:ident($($(#[doc = $parameter_doc:literal])+ $parameter:ident: $type:ty $(= $default:ident)? $(where $bounds:expr)?),* $(,)?) -> $output:ty,
                    for $rule:ident($($rule_argument:ident)?)
                    $(after $step:ident = |$step_conn:ident, $step_ctx:pat_param| $step_body:expr,)?
                    = |$conn:ident, $ctx:pat_param| $body:expr;
            )+
        }
    )+) => {
        $(
            $(#[doc = $group_doc])+
            #[derive(Clone, Copy)]
            pub struct $Group<'s>(&'s Operations);

            impl Operations {
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
                    pub async fn $verb(&self, $($parameter: impl crate::api::Argument<$type>),*) -> Result<$output> {
                        // Boxed and not generic, so that it is compiled once, not again in each calling crate.
                        fn run<'c>(operations: &'c Operations, ($($parameter,)*): ($(&'c $type,)*)) -> BoxFuture<'c, Result<$output>> {
                          Box::pin(async move {
                            let name = concat!(stringify!($group), ".", stringify!($verb));
                            let mut call = Call::start(operations, name, operations!(@kind $kind), rule::$rule($($rule_argument)?)).await?;
                            let violations = &mut Violations::default();
                            $(operations!(@check $parameter, violations $(, $bounds)?);)*
                            call.refuse(std::mem::take(violations));
                            let ctx = call.ctx();
                            $(
                                let $step = loop {
                                    let $step_ctx = &ctx;
                                    let $step_conn = call.conn()?;
                                    let outcome = $step_body.await;
                                    if let Some(value) = call.prepared(outcome).await? {
                                        break value;
                                    }
                                };
                            )?
                            loop {
                                operations!(@open $kind call);
                                let $ctx = &ctx;
                                let $conn = call.conn()?;
                                let outcome: Result<$output> = $body.await;
                                if let Some(value) = call.finish(outcome).await? {
                                    return Ok(value);
                                }
                            }
                          })
                        }
                        $(let $parameter = crate::api::Argument::<$type>::into_value($parameter);)*
                        run(self.0, ($(std::borrow::Borrow::<$type>::borrow(&$parameter),)*)).await
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
                parameters: || vec![$(crate::base::Field::input(
                    operations!(@name $parameter),
                    concat!($($parameter_doc),+).trim_ascii(),
                    operations!(@required $($default)?),
                    <$type as crate::base::Described>::shape(),
                )$(.bounded(&$bounds))?),*],
                output: <$output as crate::base::Described>::shape,
            },
        )+)+];

        /// Calls the operation at this place of the area.
        pub(super) fn call_by_place<'a, K: Sink>(
            place: usize,
            operations: &'a Operations,
            json: &'a str,
            sink: K,
        ) -> BoxFuture<'a, Result<K::Out>> {
            let calls: &[for<'c> fn(&'c Operations, &'c str, K, fn() -> Vec<crate::base::Field>) -> BoxFuture<'c, Result<K::Out>>] = &[$($(
                |operations, json, sink, parameters| Box::pin(async move {
                    #[derive(serde::Deserialize)]
                    #[serde(rename_all = "camelCase", deny_unknown_fields)]
                    struct Arguments {
                        $($(#[serde($default)])? $parameter: $type,)*
                    }
                    let Arguments { $($parameter),* } = arguments(json, parameters)?;
                    sink.take(operations.$group().$verb($($parameter),*).await?)
                }),
            )+)+];
            calls[place](operations, json, sink, OPERATIONS[place].parameters)
        }
    };
    (@kind read) => { Kind::Read };
    (@kind write) => { Kind::Write };
    (@kind atomic) => { Kind::Write };
    (@kind batches) => { Kind::Write };
    (@open atomic $call:ident) => { $call.open().await? };
    (@open batches $call:ident) => { $call.check_caller().await? };
    (@open $kind:ident $call:ident) => { $call.open_if_needed().await? };
    (@check $parameter:ident, $violations:ident) => { operations!(@check $parameter, $violations, Bounds::NONE) };
    (@check $parameter:ident, $violations:ident, $bounds:expr) => {
        crate::base::Described::check_bounds($parameter, operations!(@name $parameter), const { &$bounds }, $violations)
    };
    (@name $parameter:ident) => {
        const {
            const NAME: &str = stringify!($parameter);
            const CAMEL: &[u8] = &crate::api::operation::camel_case::<{ crate::api::operation::camel_length(NAME) }>(NAME);
            match str::from_utf8(CAMEL) {
                Ok(name) => name,
                Err(_) => NAME,
            }
        }
    };
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
    fn a_summary_is_not_cut_between_backticks() {
        let mut doc = Operation::find("notifications.list_by_user").unwrap().describe();
        for (text, summary) in [
            (" Prices.", "Prices"),
            ("Counts unread ones. Expired not.", "Counts unread ones"),
            ("Sums `a.b; c: d` of x.y: all. More.", "Sums `a.b; c: d` of x.y"),
            ("No end", "No end"),
        ] {
            doc.doc = text.into();
            assert_eq!(doc.summary(), summary);
        }
    }

    #[test]
    fn a_signature_depends_on_shapes_and_not_on_documentation() {
        let list = || Operation::find("notifications.list_by_user").unwrap().describe();
        let mut other = list();
        other.doc = "Another text.".into();
        other.parameters[0].doc = "Another text.";
        assert_eq!(other.signature(), list().signature());
        other.parameters[0].required = false;
        assert_ne!(other.signature(), list().signature());
        let mut all: Vec<String> = Operation::all().iter().map(|it| it.describe().signature()).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), Operation::all().len());
    }
}
