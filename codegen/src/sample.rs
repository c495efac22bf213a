//! Operations that there are not, with everything that an operation may take and give.

use staka_core::base::{Field, Shape, StructDoc};
use staka_core::{Kind, OperationDoc};

const ROLE: Shape = Shape::Enum { name: "Role", values: &["USER", "ADMIN", "CORRECTOR"] };

fn given(name: &'static str, shape: Shape) -> Field {
    Field { name, doc: "", required: true, shape }
}

fn may(name: &'static str, shape: Shape) -> Field {
    Field { required: false, ..given(name, shape) }
}

fn object(name: &'static str, fields: Vec<Field>) -> Shape {
    Shape::Struct(StructDoc { name, doc: "", fields })
}

fn operation(name: &'static str, parameters: Vec<Field>, output: Shape) -> OperationDoc {
    let doc = String::new();
    OperationDoc { name, doc, kind: Kind::Write, allowed: "anyone", group_doc: String::new(), parameters, output }
}

pub(crate) fn operations() -> Vec<OperationDoc> {
    let optional = |shape| Shape::Optional(Box::new(shape));
    let patch = |shape| Shape::Patch(Box::new(shape));
    let list = |shape| Shape::List(Box::new(shape));
    let change = object(
        "UserChange",
        vec![
            may("prenom", patch(Shape::Text)),
            may("bio", patch(optional(Shape::Text))),
            may("details", patch(optional(Shape::Json))),
        ],
    );
    let file = object("Attached", vec![given("fileId", Shape::Id("FileId")), may("note", optional(Shape::Text))]);
    let message = object(
        "NewMessage",
        vec![given("content", Shape::Text), may("files", list(file)), may("sentAt", optional(Shape::Timestamp))],
    );
    let filter = object(
        "UserFilter",
        vec![may("role", Shape::OneOrMany(Box::new(ROLE))), may("createdAt", Shape::Range(Box::new(Shape::Timestamp)))],
    );
    let page = object(
        "Page",
        vec![may("limit", optional(Shape::Integer { min: None, max: None })), may("total", Shape::Boolean)],
    );
    let row = object("Row", vec![given("id", Shape::Id("UserId")), given("at", Shape::Timestamp)]);
    let chunk = object("TextChunk", vec![given("text", Shape::Text), given("next", optional(Shape::Cursor))]);
    vec![
        operation(
            "users.update",
            vec![
                given("id", Shape::Id("UserId")),
                given("change", change),
                may("expected", optional(Shape::Timestamp)),
            ],
            Shape::Nothing,
        ),
        operation("users.send", vec![given("new", message)], optional(row.clone())),
        operation("users.list", vec![may("filter", filter), may("page", page)], Shape::Listing(Box::new(row))),
        operation("users.moments", vec![given("rate", Shape::Number)], list(Shape::Timestamp)),
        operation("users.free", vec![given("data", Shape::Json)], Shape::Json),
        operation("users.export", vec![may("after", optional(Shape::Cursor))], chunk),
    ]
}

/// Says which of these lines a generated file does not have.
pub(crate) fn assert_lines(text: &str, lines: &[&str]) {
    let missing: Vec<_> = lines.iter().filter(|line| !text.contains(*line)).collect();
    assert!(missing.is_empty(), "{missing:#?} in\n{text}");
}
