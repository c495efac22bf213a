//! The arguments of operations that read: the busiest ids, then each field of the filter, each sort key and each kind of
//! page by itself.

use serde_json::{Value, json};
use staka_core::base::{Field, Shape, StructDoc};
use staka_core::{Operation, OperationDoc};

use crate::Result;
use crate::busiest::{Busiest, Period};

/// The rows of a page, unless pages are what is measured.
const PAGE: u32 = 20;
/// The page that is measured for its distance from the first.
const FAR: u32 = 51;

/// A choice of the caller with its possible inputs, of which only the slowest is shown.
pub(crate) struct Choice {
    pub(crate) name: String,
    pub(crate) inputs: Vec<Value>,
}

/// Returns the inputs without choices, for each period if the operation is about one.
pub(crate) fn widest(doc: &OperationDoc, busiest: &Busiest) -> Result<Vec<Choice>> {
    let required: Vec<&Field> = doc.parameters.iter().filter(|field| field.required).collect();
    let has_period = required.iter().any(|field| matches!(field.name, "from" | "since"));
    let periods: &[Period] = if has_period { &Period::ALL } else { &Period::ALL[..1] };
    let mut choices = Vec::new();
    for period in periods {
        let mut inputs = vec![if page(doc).is_some() { json!({"page": {"limit": PAGE}}) } else { json!({}) }];
        for field in &required {
            let values = match (field.name, field.shape.plain()) {
                ("from" | "since", shape) => vec![moment(&period.from().to_string(), shape)],
                ("to", shape) => vec![moment(&crate::data::anchor().to_string(), shape)],
                (name, shape) => busiest.values(name, shape),
            };
            inputs =
                inputs.iter().flat_map(|input| values.iter().map(|value| with(input, field.name, value))).collect();
        }
        if inputs.is_empty() {
            // Nothing in the demo data is busy for it.
            inputs.push(serde_json::from_str(doc.example.get())?);
        }
        choices.push(Choice { name: if has_period { period.title().to_owned() } else { String::new() }, inputs });
    }
    Ok(choices)
}

/// Returns each choice that the operation offers beside the widest, added to this input.
pub(crate) fn choices(doc: &OperationDoc, busiest: &Busiest, input: &Value) -> Vec<Choice> {
    let mut all = Vec::new();
    for parameter in doc.parameters.iter().filter(|field| !field.required) {
        match (parameter.name, parameter.shape.plain()) {
            ("filter", Shape::Struct(StructDoc { fields, .. })) => all.extend(fields.iter().map(|field| {
                let values = busiest.values(field.name, &field.shape);
                let inputs = values.iter().map(|value| with(input, "filter", &json!({field.name: value})));
                Choice { name: format!("filter.{}", field.name), inputs: inputs.collect() }
            })),
            ("sort", Shape::Struct(StructDoc { fields, .. })) => {
                let Some(Shape::Enum { values, .. }) = fields.first().map(|field| field.shape.plain()) else {
                    continue;
                };
                all.extend(values.iter().map(|key| {
                    let sort = |way| with(input, "sort", &json!({"sort": key, "direction": way}));
                    Choice { name: format!("sort.{key}"), inputs: ["asc", "desc"].map(sort).into() }
                }));
            }
            // Pages come below; the rest is the form of an answer.
            ("page" | "after" | "format", _) => {}
            (name, shape) => {
                let values = busiest.values(name, shape);
                let inputs = values.iter().map(|value| with(input, name, value)).collect();
                all.push(Choice { name: name.to_owned(), inputs });
            }
        }
    }
    if let Some(most) = page(doc) {
        let page = |name: String, page: Value| Choice { name, inputs: vec![with(input, "page", &page)] };
        all.push(page(format!("page of {most}"), json!({"limit": most})));
        all.push(page("total".to_owned(), json!({"limit": PAGE, "total": true})));
        all.push(page(format!("page {FAR}"), json!({"limit": PAGE, "page": FAR})));
    }
    all
}

/// Returns the choice of the page after the one in this answer, if there is one.
pub(crate) fn next(input: &Value, answer: &Value) -> Option<Choice> {
    let after = answer.get("next").filter(|next| next.is_string())?;
    input.get("page")?;
    let page = json!({"limit": PAGE, "after": after});
    Some(Choice { name: "after".to_owned(), inputs: vec![with(input, "page", &page)] })
}

/// Returns the largest limit of the operation's pages, if it has pages.
fn page(doc: &OperationDoc) -> Option<i64> {
    let parameter = doc.parameters.iter().find(|field| field.name == "page")?;
    let Shape::Struct(StructDoc { fields, .. }) = parameter.shape.plain() else { return None };
    match fields.iter().find(|field| field.name == "limit")?.shape.plain() {
        Shape::Integer { max, .. } => *max,
        _ => None,
    }
}

/// Returns the input with another argument.
fn with(input: &Value, name: &str, value: &Value) -> Value {
    let mut input = input.clone();
    input[name] = value.clone();
    input
}

/// Returns a time as an argument: with its time of day, or only the day.
fn moment(text: &str, shape: &Shape) -> Value {
    match shape {
        Shape::Timestamp => json!(text),
        _ => json!(text[..10]),
    }
}

/// Operations about the rows of the administrator who calls them.
const OWN: [&str; 2] = ["messages.list_inbox", "messages.list_thread"];

/// Returns the caller of an operation that reads. The system has no rows of its own.
pub(crate) fn caller(operation: &Operation) -> &'static str {
    if operation.allowed == "signed_in" || OWN.contains(&operation.name) { "admin:ADMIN" } else { "system" }
}
