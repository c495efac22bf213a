//! `staka operations`: prints the public operations as a table or as JSON.

use serde_json::json;
use staka_core::base::{Field, Shape};
use staka_core::{Kind, Operation, OperationDoc};

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
                operation.summary().to_owned(),
            ]
        })
        .collect();
    let columns = ["operation", "kind", "who may call", "parameters", "what it does"].map(|title| (title, Align::Left));
    output::line(&with_examples(&output::table(&columns, &rows), &described));
}

/// Puts each operation's example below its line of the table, which begins with two lines of titles.
fn with_examples(table: &str, operations: &[OperationDoc]) -> String {
    let mut lines = table.lines();
    let mut all: Vec<String> = lines.by_ref().take(2).map(str::to_owned).collect();
    for (line, operation) in lines.zip(operations) {
        all.extend([line.to_owned(), format!("  example: {}", example(operation))]);
    }
    all.join("\n")
}

/// Returns the example of an operation as a command for a POSIX shell.
fn example(operation: &OperationDoc) -> String {
    let arguments = operation.example.get().replace('\'', r"'\''");
    match arguments.as_str() {
        "{}" => format!("staka call {}", operation.name),
        arguments => format!("staka call {} '{arguments}'", operation.name),
    }
}

fn parameter(field: &Field) -> String {
    let optional = if field.required { "" } else { "?" };
    let bounds = field.shape.bounds_text().map(|bounds| format!(" ({bounds})")).unwrap_or_default();
    let default = field.default.as_ref().map(|default| format!(" = {default}")).unwrap_or_default();
    let text = format!("{}{optional}: {}{bounds}{default}", field.name, type_name(&field.shape));
    // The default and the maximum of a page's limit differ between operations.
    match field.shape.plain() {
        Shape::Struct(doc) if doc.name == "PageRequest" => {
            let limit = doc.fields.iter().filter(|field| field.name == "limit").map(parameter);
            limit.fold(text, |text, limit| format!("{text} {{{limit}}}"))
        }
        _ => text,
    }
}

fn type_name(shape: &Shape) -> String {
    match shape {
        Shape::Nothing => "Nothing".to_owned(),
        Shape::Boolean => "Boolean".to_owned(),
        Shape::Integer { .. } => "Integer".to_owned(),
        Shape::Number => "Number".to_owned(),
        Shape::Text(_) => "Text".to_owned(),
        Shape::Timestamp => "Timestamp".to_owned(),
        Shape::Cursor => "Cursor".to_owned(),
        Shape::Json => "Json".to_owned(),
        Shape::Id(name) | Shape::Enum { name, .. } => (*name).to_owned(),
        Shape::List(item, _) => format!("[{}]", type_name(item)),
        // The `?` after the parameter's name already marks it as optional.
        Shape::Optional(inner) | Shape::Patch(inner) => type_name(inner),
        Shape::OneOrMany(inner) => format!("{0}|[{0}]", type_name(inner)),
        Shape::Range(inner) => format!("Range<{}>", type_name(inner)),
        Shape::Page(item) => format!("Page<{}>", type_name(item)),
        Shape::Struct(doc) => doc.name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_a_command_of_a_shell() {
        let mut doc = Operation::find("users.get").expect("an operation").describe();
        for (arguments, command) in [
            (r#"{"id": "u1"}"#, r#"staka call users.get '{"id": "u1"}'"#),
            (r#"{"id": "l'un"}"#, r#"staka call users.get '{"id": "l'\''un"}'"#),
            ("{}", "staka call users.get"),
        ] {
            doc.example = serde_json::from_str(arguments).expect("JSON");
            assert_eq!(example(&doc), command);
        }
        let table = "operation\n─────────\nusers.get";
        assert_eq!(with_examples(table, &[doc]), format!("{table}\n  example: staka call users.get"));
    }
}
