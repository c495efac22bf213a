//! The OpenAPI document: what never changes is `openapi.base.json`, the rest comes out of the operations' descriptions.

use staka_core::OperationDoc;
use staka_core::base::{Shape, StructDoc};
use utoipa::openapi::path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaType};
use utoipa::openapi::{
    Components, Content, KnownFormat, OpenApi, Ref, RefOr, Required, ResponseBuilder, Schema, SchemaFormat,
    SecurityRequirement, Tag, Type,
};

use crate::call::{Call, Input, ME};
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
        .description(Some(format!("{}\n\nWho may call: `{}`.", text.trim(), doc.allowed)))
        .response("200", answer(schema(&doc.output, components)));
    for input in &call.inputs {
        operation = operation.parameter(parameter(input));
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

fn parameter(input: &Input) -> ParameterBuilder {
    // What is given is one of the known words, whereas what comes may be another.
    let given = |shape: &Shape| match shape {
        Shape::Enum { values, .. } => known(values).into(),
        shape => schema(shape, &mut Components::new()),
    };
    let (schema, is_list) = match &input.field.shape {
        Shape::List(item) => (ArrayBuilder::new().items(given(item)).into(), true),
        shape => (given(shape), false),
    };
    let me = if input.may_be_me() { format!(" `{ME}` stands for the caller's own id.") } else { String::new() };
    let doc = format!("{}{me}", input.field.doc);
    ParameterBuilder::new()
        .name(input.field.name)
        .parameter_in(if input.in_path { ParameterIn::Path } else { ParameterIn::Query })
        .required(if input.required { Required::True } else { Required::False })
        .description(Some(doc.trim()).filter(|doc| !doc.is_empty()))
        .style(is_list.then_some(ParameterStyle::Form))
        .explode(is_list.then_some(false))
        .schema(Some(schema))
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
            ObjectBuilder::new()
                .property("items", ArrayBuilder::new().items(schema(item, components)))
                .property("next", described(next, "Where the next page starts (`after`); null on the last one."))
                .required("items")
                .required("next")
                .into()
        }
        Shape::Struct(doc) => {
            let object = object(doc, components);
            component(doc.name, object, components)
        }
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
        RefOr::T(Schema::Object(object)) => or_null(&mut object.schema_type),
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
