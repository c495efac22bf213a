//! `staka operations`: the one list, as data or for a person.

use serde_json::json;
use staka_core::base::{Field, Shape};
use staka_core::{Kind, Operation};

use crate::args::Common;
use crate::output::{self, Align};

pub(crate) fn run(common: &Common) {
    let described: Vec<_> = Operation::all().iter().map(Operation::describe).collect();
    if common.json {
        return output::json(&json!({ "operations": described }));
    }
    let rows: Vec<Vec<String>> = described
        .iter()
        .map(|operation| {
            let kind = match operation.kind {
                Kind::Read => "read",
                Kind::Write => "write",
            };
            let parameters: Vec<String> = operation.parameters.iter().map(parameter).collect();
            vec![
                operation.name.to_owned(),
                kind.to_owned(),
                operation.allowed.replace('_', " "),
                parameters.join(", "),
                first_sentence(&operation.doc),
            ]
        })
        .collect();
    let columns = ["operation", "kind", "who may call", "parameters", "what it does"].map(|title| (title, Align::Left));
    output::line(&output::table(&columns, &rows));
}

fn parameter(field: &Field) -> String {
    format!("{}{}: {}", field.name, if field.required { "" } else { "?" }, type_name(&field.shape))
}

fn type_name(shape: &Shape) -> String {
    match shape {
        Shape::Nothing => "Nothing".to_owned(),
        Shape::Boolean => "Boolean".to_owned(),
        Shape::Integer { .. } => "Integer".to_owned(),
        Shape::Number => "Number".to_owned(),
        Shape::Text => "Text".to_owned(),
        Shape::Timestamp => "Timestamp".to_owned(),
        Shape::Cursor => "Cursor".to_owned(),
        Shape::Json => "Json".to_owned(),
        Shape::Id(name) | Shape::Enum { name, .. } => (*name).to_owned(),
        Shape::List(item) => format!("[{}]", type_name(item)),
        // That it may be left out is said with the name.
        Shape::Optional(inner) | Shape::Patch(inner) => type_name(inner),
        Shape::OneOrMany(inner) => format!("{0}|[{0}]", type_name(inner)),
        Shape::Range(inner) => format!("Range<{}>", type_name(inner)),
        Shape::Listing(item) => format!("Listing<{}>", type_name(item)),
        Shape::Struct(doc) => doc.name.to_owned(),
    }
}

/// The documentation up to its first full stop or colon.
fn first_sentence(doc: &str) -> String {
    let text = doc.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = [". ", ": ", "; "].iter().filter_map(|end| text.find(end)).min();
    end.map_or(text.as_str(), |end| &text[..end]).trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::first_sentence;

    #[test]
    fn a_sentence_may_span_lines() {
        assert_eq!(first_sentence(" How many\n unread ones. Expired\n not."), "How many unread ones");
        assert_eq!(first_sentence(" Prices."), "Prices");
    }
}
