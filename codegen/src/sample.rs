//! Invented operations for tests, with every kind of parameter and result.

use serde_json::value::RawValue;
use staka_core::base::{Field, ListBounds, Shape, StructDoc, TextBounds};
use staka_core::{Kind, OperationDoc};

const TEXT: Shape = Shape::Text(TextBounds::ANY);
const ROLE: Shape = Shape::Enum { name: "Role", values: &["USER", "ADMIN", "CORRECTOR"], open: true };

fn required(name: &'static str, shape: Shape) -> Field {
    Field { name, doc: "", required: true, shape, default: None }
}

fn option(name: &'static str, shape: Shape) -> Field {
    Field { required: false, ..required(name, shape) }
}

fn object(name: &'static str, fields: Vec<Field>) -> Shape {
    Shape::Struct(StructDoc { name, doc: "", fields })
}

fn operation(name: &'static str, parameters: Vec<Field>, output: Shape, example: &str) -> OperationDoc {
    let (doc, group_doc) = (String::new(), String::new());
    let example = RawValue::from_string(example.to_owned()).expect("JSON");
    OperationDoc { name, doc, kind: Kind::Write, allowed: "anyone", group_doc, parameters, output, example }
}

pub(crate) fn operations() -> Vec<OperationDoc> {
    let optional = |shape| Shape::Optional(Box::new(shape));
    let patch = |shape| Shape::Patch(Box::new(shape));
    let list = |shape| Shape::List(Box::new(shape), ListBounds::ANY);
    let change = object(
        "UserUpdate",
        vec![
            option("prenom", patch(TEXT)),
            option("bio", patch(optional(TEXT))),
            option("details", patch(optional(Shape::Json))),
        ],
    );
    let file = object("Attached", vec![required("fileId", Shape::Id("FileId")), option("note", optional(TEXT))]);
    let message = object(
        "MessageInsert",
        vec![required("content", TEXT), option("files", list(file)), option("sentAt", optional(Shape::Timestamp))],
    );
    let filter = object(
        "UserFilter",
        vec![
            option("role", Shape::OneOrMany(Box::new(ROLE))),
            option("createdAt", Shape::Range(Box::new(Shape::Timestamp))),
        ],
    );
    let page = object(
        "PageRequest",
        vec![option("limit", optional(Shape::Integer { min: None, max: None })), option("total", Shape::Boolean)],
    );
    let row = object("Row", vec![required("id", Shape::Id("UserId")), required("at", Shape::Timestamp)]);
    let chunk = object("TextChunk", vec![required("text", TEXT), required("next", optional(Shape::Cursor))]);
    vec![
        operation(
            "users.update",
            vec![
                required("id", Shape::Id("UserId")),
                required("change", change),
                option("expected", optional(Shape::Timestamp)),
            ],
            Shape::Nothing,
            r#"{"id": "u1", "change": {"bio": null, "details": {"a": [1], "b-c": "l'un"}}, "expected": "2026-06-15T12:00:00.000Z"}"#,
        ),
        operation(
            "users.send",
            vec![required("new", message)],
            optional(row.clone()),
            r#"{"new": {"content": "Dis \"oui\"", "files": [{"fileId": "f1"}]}}"#,
        ),
        operation(
            "users.list",
            vec![option("filter", filter), option("page", page)],
            Shape::Page(Box::new(row)),
            r#"{"filter": {"role": "ADMIN", "createdAt": {"from": "2026-01-01"}}, "page": {"limit": 5}}"#,
        ),
        operation("users.moments", vec![required("rate", Shape::Number)], list(Shape::Timestamp), r#"{"rate": 0.5}"#),
        operation("users.free", vec![required("data", Shape::Json)], Shape::Json, r#"{"data": null}"#),
        operation("users.export", vec![option("after", optional(Shape::Cursor))], chunk, "{}"),
    ]
}

/// Asserts that a generated file contains these lines.
pub(crate) fn assert_lines(text: &str, lines: &[&str]) {
    let missing: Vec<_> = lines.iter().filter(|line| !text.contains(*line)).collect();
    assert!(missing.is_empty(), "{missing:#?} in\n{text}");
}
