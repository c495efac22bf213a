//! The OpenAPI document: what never changes is `openapi.base.json`, the rest comes out of the operations' descriptions.

use staka_core::OperationDoc;
use staka_core::base::{Field, Shape, StructDoc};
use utoipa::openapi::path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{
    AdditionalProperties, AnyOfBuilder, ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaType,
};
use utoipa::openapi::{
    Components, Content, KnownFormat, OpenApi, Ref, RefOr, Required, ResponseBuilder, Schema, SchemaFormat,
    SecurityRequirement, Tag, Type,
};

use crate::call::{Call, Input, ME, Place};
use crate::export::Export;
use crate::query::{NULL, bounds};
use crate::route::Route;

/// The whole document as JSON.
pub(crate) fn document(routes: &[(&Route, Call)]) -> String {
    let mut document: OpenApi =
        serde_json::from_str(include_str!("openapi.base.json")).expect("the base is a document, as every test sees");
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    let components = document.components.get_or_insert_default();
    let tags = document.tags.get_or_insert_default();
    for (route, call) in routes {
        let tag = Tag::new(group(&call.doc));
        if !tags.contains(&tag) {
            tags.push(tag);
        }
        document.paths.add_path_operation(route.path, vec![route.method.described()], operation(call, components));
    }
    document.to_pretty_json().expect("text, numbers and lists")
}

fn group(doc: &OperationDoc) -> &'static str {
    doc.name.split('.').next().unwrap_or(doc.name)
}

fn operation(call: &Call, components: &mut Components) -> Operation {
    let doc = &call.doc;
    let text = doc.doc.clone();
    let summary = text.split([':', ';', '.']).next().unwrap_or_default().to_owned();
    let public = doc.allowed == "anyone";
    let mut operation = OperationBuilder::new()
        .operation_id(Some(doc.name))
        .tag(group(doc))
        .summary(Some(summary))
        .description(Some(format!("{}\n\nWho may call: `{}`.", text.trim(), doc.allowed)));
    operation = match (&doc.output, &call.export) {
        (Shape::Nothing, _) => operation.response("204", ResponseBuilder::new().description("It is done.")),
        (_, Some(export)) => operation.response("200", exported(export)),
        (output, None) => operation.response("200", answer(schema(output, components))),
    };
    for input in call.inputs.iter().filter(|input| input.place != Place::Body) {
        for parameter in parameters(input) {
            operation = operation.parameter(parameter);
        }
    }
    if call.inputs.iter().any(|input| input.place == Place::Body) {
        operation = operation.request_body(Some(body(call)));
    }
    if public {
        operation = operation.security(SecurityRequirement::default());
    }
    operation = operation.security(SecurityRequirement::new("bearer", [""; 0]));
    for status in ["401", "403", "422", "default"].into_iter().filter(|status| !(public && *status == "403")) {
        operation = operation.response(status, Ref::from_response_name("Problem"));
    }
    operation.build()
}

fn answer(schema: RefOr<Schema>) -> ResponseBuilder {
    ResponseBuilder::new().description("The answer.").content("application/json", Content::new(Some(schema)))
}

fn exported(export: &Export) -> ResponseBuilder {
    let text = ResponseBuilder::new().description("The whole text, as it is made.");
    export
        .content_types()
        .into_iter()
        .fold(text, |response, kind| response.content(kind, Content::new(Some(RefOr::from(typed(Type::String))))))
}

/// A value of path or query; a range is two.
fn parameters(input: &Input) -> Vec<ParameterBuilder> {
    let Field { name, doc, shape, .. } = &input.field;
    let parameter = |name: String, doc: String, schema: RefOr<Schema>| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(if input.place == Place::Path { ParameterIn::Path } else { ParameterIn::Query })
            .required(if input.required { Required::True } else { Required::False })
            .description(Some(doc.trim().to_owned()).filter(|doc| !doc.is_empty()))
            .schema(Some(schema))
    };
    let list = |item: &Shape, doc: String| {
        // Free text may hold commas itself.
        let commas = *item != Shape::Text;
        let schema = ArrayBuilder::new().items(given(item)).into();
        parameter((*name).to_owned(), doc, schema).style(Some(ParameterStyle::Form)).explode(Some(!commas))
    };
    match shape {
        Shape::Range(inner) => {
            let ends = ["The start, within it.", "The end, no longer within it."];
            let bounds = bounds(name).into_iter().zip(ends);
            bounds.map(|(name, end)| parameter(name, format!("{doc} {end}"), given(inner))).collect()
        }
        Shape::List(item) => vec![list(item, (*doc).to_owned())],
        Shape::OneOrMany(item) => vec![list(item, format!("{doc} `{NULL}` alone stands for none."))],
        shape => {
            let me = if input.may_be_me() { format!(" `{ME}` stands for the caller's own id.") } else { String::new() };
            vec![parameter((*name).to_owned(), format!("{doc}{me}"), given(shape))]
        }
    }
}

/// A body's object: what is no parameter of path or query.
fn body(call: &Call) -> RequestBody {
    let inputs: Vec<&Input> = call.inputs.iter().filter(|input| input.place == Place::Body).collect();
    let fields = inputs.iter().map(|input| Field { required: input.required, ..input.field.clone() });
    let required = inputs.iter().any(|input| input.required);
    RequestBodyBuilder::new()
        .content("application/json", Content::new(Some(taken(fields))))
        .required(Some(if required { Required::True } else { Required::False }))
        .build()
}

/// The schema of an object that is given: of its fields only what is required must be there.
fn taken(fields: impl Iterator<Item = Field>) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new().schema_type(Type::Object);
    for field in fields {
        object = object.property(field.name, described(given(&field.shape), field.doc));
        if field.required {
            object = object.required(field.name);
        }
    }
    object.additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false))).into()
}

/// The schema of a value that is given. No components: a word that is given is one of the known ones, whereas what
/// comes may be another, and of an object that comes every field is there.
fn given(shape: &Shape) -> RefOr<Schema> {
    match shape {
        Shape::Enum { values, .. } => known(values).into(),
        Shape::Optional(inner) => nullable(given(inner)),
        Shape::Patch(inner) => given(inner),
        Shape::List(item) => ArrayBuilder::new().items(given(item)).into(),
        Shape::OneOrMany(item) => OneOfBuilder::new()
            .item(given(item))
            .item(ArrayBuilder::new().items(given(item)))
            .item(typed(Type::Null))
            .into(),
        Shape::Range(inner) => {
            let bound = |name, doc| Field { name, doc, required: false, shape: Shape::Optional(inner.clone()) };
            let bounds = [bound("from", "The start, within it."), bound("to", "The end, no longer within it.")];
            taken(bounds.into_iter())
        }
        Shape::Struct(doc) => described(taken(doc.fields.iter().cloned()), doc.doc),
        shape => schema(shape, &mut Components::new()),
    }
}

fn typed(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kind)
}

fn formatted(kind: Type, format: KnownFormat) -> ObjectBuilder {
    typed(kind).format(Some(SchemaFormat::KnownFormat(format)))
}

/// A value's schema; objects and enums become components, once each.
fn schema(shape: &Shape, components: &mut Components) -> RefOr<Schema> {
    match shape {
        Shape::Nothing => typed(Type::Null).into(),
        Shape::Boolean => typed(Type::Boolean).into(),
        Shape::Integer { min, max } => formatted(Type::Integer, KnownFormat::Int64).minimum(*min).maximum(*max).into(),
        Shape::Number => typed(Type::Number).into(),
        Shape::Text => typed(Type::String).into(),
        Shape::Timestamp => formatted(Type::String, KnownFormat::DateTime).into(),
        Shape::Cursor => typed(Type::String).description(Some("An opaque place in this list.")).into(),
        Shape::Json => ObjectBuilder::new().schema_type(SchemaType::AnyValue).into(),
        Shape::Id(_) => typed(Type::String).min_length(Some(1)).max_length(Some(191)).into(),
        Shape::Enum { name, values } => component(name, words(values), components),
        Shape::List(item) => ArrayBuilder::new().items(schema(item, components)).into(),
        Shape::Optional(inner) => nullable(schema(inner, components)),
        Shape::Listing(item) => {
            let next = nullable(schema(&Shape::Cursor, components));
            let total = nullable(schema(&Shape::Integer { min: Some(0), max: None }, components));
            ObjectBuilder::new()
                .property("items", ArrayBuilder::new().items(schema(item, components)))
                .property("next", described(next, "Where the next page starts (`after`); null on the last one."))
                .property("total", described(total, "How many rows all pages hold, where `total` asks for it."))
                .required("items")
                .required("next")
                .required("total")
                .into()
        }
        Shape::Struct(doc) => {
            let object = object(doc, components);
            component(doc.name, object, components)
        }
        // What is only given.
        Shape::Patch(_) | Shape::OneOrMany(_) | Shape::Range(_) => given(shape),
    }
}

fn object(doc: &StructDoc, components: &mut Components) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new().description(Some(doc.doc).filter(|text| !text.is_empty()));
    for field in &doc.fields {
        let schema = described(schema(&field.shape, components), field.doc);
        // What is empty comes as null.
        object = object.property(field.name, schema).required(field.name);
    }
    object.into()
}

fn known(values: &[&str]) -> ObjectBuilder {
    typed(Type::String).enum_values(Some(values.iter().copied()))
}

/// Open: the database may hold words that are newer than this document.
fn words(values: &[&str]) -> RefOr<Schema> {
    AnyOfBuilder::new()
        .item(known(values))
        .item(typed(Type::String))
        .description(Some("One of the words known now; others may come."))
        .into()
}

fn component(name: &str, schema: RefOr<Schema>, components: &mut Components) -> RefOr<Schema> {
    if let Some(other) = components.schemas.get(name) {
        assert!(*other == schema, "two types are called {name}");
    } else {
        components.schemas.insert(name.to_owned(), schema);
    }
    Ref::from_schema_name(name).into()
}

fn nullable(mut schema: RefOr<Schema>) -> RefOr<Schema> {
    let or_null = |schema_type: &mut SchemaType| {
        if let SchemaType::Type(kind) = schema_type {
            *schema_type = SchemaType::Array(vec![kind.clone(), Type::Null]);
        }
    };
    match &mut schema {
        // One of these words, and null is none of them.
        RefOr::T(Schema::Object(object)) if object.enum_values.is_none() => or_null(&mut object.schema_type),
        RefOr::T(Schema::Array(array)) => or_null(&mut array.schema_type),
        _ => return OneOfBuilder::new().item(schema).item(typed(Type::Null)).into(),
    }
    schema
}

fn described(mut schema: RefOr<Schema>, doc: &str) -> RefOr<Schema> {
    if doc.is_empty() {
        return schema;
    }
    let text = doc.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    match &mut schema {
        RefOr::Ref(reference) => reference.description = text,
        RefOr::T(Schema::Object(object)) => object.description = Some(text),
        RefOr::T(Schema::Array(array)) => array.description = Some(text),
        RefOr::T(Schema::OneOf(one_of)) => one_of.description = Some(text),
        RefOr::T(_) => {}
    }
    schema
}
