//! The OpenAPI document: `openapi.base.json` completed by the operations' descriptions.

use serde_json::{Map, Value};
use staka_core::OperationDoc;
use staka_core::base::{
    Described, Field, ListBounds, MATCH_LIST_BOUNDS, MAX_CURSOR_CHARS, PAGE_NEXT_DOC, PAGE_TOTAL_DOC, Shape, StructDoc,
    TextBounds,
};
use utoipa::openapi::path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{
    AdditionalProperties, AnyOfBuilder, ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaType,
};
use utoipa::openapi::{
    Components, Content, KnownFormat, OpenApi, Ref, RefOr, Required, ResponseBuilder, Schema, SchemaFormat,
    SecurityRequirement, Tag, Type,
};

use crate::call::{Call, ME};
use crate::export::Export;
use crate::input::{Input, Place};
use crate::query::{NULL, bounds};
use crate::route::Route;

const RANGE_ENDS: [&str; 2] = ["The start, inclusive.", "The end, exclusive."];

/// Returns the whole document as JSON.
pub(crate) fn document(routes: &[(&Route, Call)]) -> String {
    let mut document: OpenApi = serde_json::from_str(include_str!("openapi.base.json"))
        .expect("the base is a valid document, which the tests check");
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
    document.to_pretty_json().expect("the document contains only JSON values")
}

fn group(doc: &OperationDoc) -> &'static str {
    doc.name.split('.').next().unwrap_or(doc.name)
}

fn operation(call: &Call, components: &mut Components) -> Operation {
    let doc = &call.doc;
    let text = doc.doc.clone();
    let summary = doc.summary().to_owned();
    let public = doc.allowed == "anyone";
    let mut operation = OperationBuilder::new()
        .operation_id(Some(doc.name))
        .tag(group(doc))
        .summary(Some(summary))
        .description(Some(format!("{}\n\nWho may call: `{}`.", text.trim(), doc.allowed)));
    operation = match (&doc.output, &call.export) {
        (Shape::Nothing, _) => {
            operation.response("204", ResponseBuilder::new().description("Success, without a body."))
        }
        (_, Some(export)) => operation.response("200", exported(export)),
        (output, None) => operation.response("200", result(schema(output, components))),
    };
    let example = call.example();
    for input in call.inputs.iter().filter(|input| input.place != Place::Body) {
        for parameter in parameters(input, example.get(input.field.name)) {
            operation = operation.parameter(parameter);
        }
    }
    if call.inputs.iter().any(|input| input.place == Place::Body) {
        operation = operation.request_body(Some(body(call, example)));
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

fn result(schema: RefOr<Schema>) -> ResponseBuilder {
    ResponseBuilder::new().description("The result.").content("application/json", Content::new(Some(schema)))
}

fn exported(export: &Export) -> ResponseBuilder {
    let text = ResponseBuilder::new().description("The text, streamed.");
    export
        .content_types()
        .into_iter()
        .fold(text, |response, kind| response.content(kind, Content::new(Some(RefOr::from(typed(Type::String))))))
}

/// Returns the parameters for a value of path or query, with the example: two for a range, otherwise one.
fn parameters(input: &Input, example: Option<&Value>) -> Vec<ParameterBuilder> {
    let Field { name, doc, shape, default, .. } = &input.field;
    let parameter = |name: String, doc: String, schema: RefOr<Schema>| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(if input.place == Place::Path { ParameterIn::Path } else { ParameterIn::Query })
            .required(if input.required { Required::True } else { Required::False })
            .description(Some(doc.trim().to_owned()).filter(|doc| !doc.is_empty()))
            .schema(Some(schema))
    };
    let list = |item: &Shape, bounds: &ListBounds, doc: String| {
        // Free text may contain commas, so its values are repeated instead.
        let commas = !matches!(item, Shape::Text(_));
        let schema = defaulted(list_of(input_schema(item), bounds).into(), default.as_ref());
        parameter((*name).to_owned(), doc, schema).style(Some(ParameterStyle::Form)).explode(Some(!commas))
    };
    match shape {
        Shape::Range(inner) => {
            let bounds = bounds(name).into_iter().zip(RANGE_ENDS).zip(["from", "to"]);
            let described = bounds.map(|((name, end), bound)| {
                let example = example.and_then(|range| range.get(bound)).cloned();
                parameter(name, format!("{doc} {end}"), input_schema(inner)).example(example)
            });
            described.collect()
        }
        Shape::List(item, bounds) => vec![list(item, bounds, (*doc).to_owned()).example(example.cloned())],
        Shape::OneOrMany(item) => {
            let text = format!("{doc} `{NULL}` finds rows without a value.");
            vec![list(item, &MATCH_LIST_BOUNDS, text).example(example.map(several))]
        }
        shape => {
            let me = if input.may_be_me() { format!(" `{ME}` stands for the caller's own id.") } else { String::new() };
            let schema = defaulted(input_schema(shape), default.as_ref());
            let example = example.filter(|value| !value.is_null()).cloned();
            vec![parameter((*name).to_owned(), format!("{doc}{me}"), schema).example(example)]
        }
    }
}

/// Returns a value, or several, as the list that a query gives.
fn several(value: &Value) -> Value {
    match value {
        Value::Array(_) => value.clone(),
        Value::Null => vec![NULL].into(),
        one => vec![one.clone()].into(),
    }
}

/// Returns the request body with the example: an object of the inputs that are not in path or query.
fn body(call: &Call, mut example: Map<String, Value>) -> RequestBody {
    let inputs: Vec<&Input> = call.inputs.iter().filter(|input| input.place == Place::Body).collect();
    let fields = inputs.iter().map(|input| Field { required: input.required, ..input.field.clone() });
    let required = inputs.iter().any(|input| input.required);
    example.retain(|name, _| inputs.iter().any(|input| input.field.name == name));
    // Some builds of serde_json keep the order of insertion, others that of the alphabet.
    let mut example = Value::Object(example);
    example.sort_all_objects();
    let mut content = Content::new(Some(input_object(fields)));
    content.example = Some(example);
    RequestBodyBuilder::new()
        .content("application/json", content)
        .required(Some(if required { Required::True } else { Required::False }))
        .build()
}

/// Returns the schema of an object in an input, with its required fields.
fn input_object(fields: impl Iterator<Item = Field>) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new().schema_type(Type::Object);
    for field in fields {
        let schema = defaulted(input_schema(&field.shape), field.default.as_ref());
        object = object.property(field.name, described(schema, field.doc));
        if field.required {
            object = object.required(field.name);
        }
    }
    object.additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false))).into()
}

/// Returns the schema of a value in an input. Inputs use no components, because they differ from results: enums are
/// closed and fields may be absent.
fn input_schema(shape: &Shape) -> RefOr<Schema> {
    match shape {
        Shape::Enum { values, .. } => closed(values).into(),
        Shape::Optional(inner) => nullable(input_schema(inner)),
        Shape::Patch(inner) => input_schema(inner),
        Shape::List(item, bounds) => list_of(input_schema(item), bounds).into(),
        Shape::OneOrMany(item) => OneOfBuilder::new()
            .item(input_schema(item))
            .item(list_of(input_schema(item), &MATCH_LIST_BOUNDS))
            .item(typed(Type::Null))
            .into(),
        Shape::Range(inner) => {
            let shape = || Shape::Optional(inner.clone());
            let bound = |name, doc| Field { name, doc, required: false, shape: shape(), default: None };
            let bounds = [bound("from", RANGE_ENDS[0]), bound("to", RANGE_ENDS[1])];
            input_object(bounds.into_iter())
        }
        Shape::Struct(doc) => described(input_object(doc.fields.iter().cloned()), doc.doc),
        shape => schema(shape, &mut Components::new()),
    }
}

fn typed(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kind)
}

fn formatted(kind: Type, format: KnownFormat) -> ObjectBuilder {
    typed(kind).format(Some(SchemaFormat::KnownFormat(format)))
}

/// Returns the schema of a value in a result. Each object and enum becomes one component.
fn schema(shape: &Shape, components: &mut Components) -> RefOr<Schema> {
    match shape {
        Shape::Nothing => typed(Type::Null).into(),
        Shape::Boolean => typed(Type::Boolean).into(),
        Shape::Integer { min, max } => formatted(Type::Integer, KnownFormat::Int64).minimum(*min).maximum(*max).into(),
        Shape::Number => typed(Type::Number).into(),
        Shape::Text(bounds) => text(bounds).into(),
        Shape::Timestamp => formatted(Type::String, KnownFormat::DateTime).into(),
        Shape::Cursor => typed(Type::String)
            .max_length(Some(MAX_CURSOR_CHARS))
            .description(Some("An opaque position in this list."))
            .into(),
        Shape::Json => ObjectBuilder::new().schema_type(SchemaType::AnyValue).into(),
        Shape::Id(_) => typed(Type::String).min_length(Some(1)).max_length(Some(191)).into(),
        Shape::Enum { name, values, open } => {
            let known = component(name, closed(values).into(), components);
            if *open { or_other_text(known) } else { known }
        }
        Shape::List(item, bounds) => list_of(schema(item, components), bounds).into(),
        Shape::Optional(inner) => nullable(schema(inner, components)),
        Shape::Page(item) => {
            let next = nullable(schema(&Shape::Cursor, components));
            let total = nullable(schema(&u64::shape(), components));
            ObjectBuilder::new()
                .property("items", ArrayBuilder::new().items(schema(item, components)))
                .property("next", described(next, PAGE_NEXT_DOC))
                .property("total", described(total, PAGE_TOTAL_DOC))
                .required("items")
                .required("next")
                .required("total")
                .into()
        }
        Shape::Struct(doc) => {
            let object = object(doc, components);
            component(doc.name, object, components)
        }
        // These shapes occur in inputs only.
        Shape::Patch(_) | Shape::OneOrMany(_) | Shape::Range(_) => input_schema(shape),
    }
}

fn object(doc: &StructDoc, components: &mut Components) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new().description(Some(doc.doc).filter(|text| !text.is_empty()));
    for field in &doc.fields {
        let schema = described(schema(&field.shape, components), field.doc);
        // Results contain every field; a missing value is null.
        object = object.property(field.name, schema).required(field.name);
    }
    object.into()
}

fn closed(values: &[&str]) -> ObjectBuilder {
    typed(Type::String).enum_values(Some(values.iter().copied()))
}

/// Opens an enum, because the database may contain values that this document does not know.
fn or_other_text(known: RefOr<Schema>) -> RefOr<Schema> {
    AnyOfBuilder::new().item(known).item(typed(Type::String)).into()
}

/// Returns the schema of a text. JSON Schema cannot limit bytes; a text has at most as many characters as bytes.
fn text(bounds: &TextBounds) -> ObjectBuilder {
    let size = |length: u32| length as usize;
    let max = bounds.max_length.into_iter().chain(bounds.max_bytes).min();
    typed(Type::String)
        .min_length(bounds.min_length.filter(|min| *min > 0).map(size))
        .max_length(max.map(size))
        .pattern(bounds.pattern.map(|pattern| pattern.regex))
}

fn list_of(item: RefOr<Schema>, bounds: &ListBounds) -> ArrayBuilder {
    let size = |items: u32| items as usize;
    let min = bounds.min_items.filter(|min| *min > 0).map(size);
    ArrayBuilder::new().items(item).min_items(min).max_items(bounds.max_items.map(size))
}

/// Adds a default to a schema.
fn defaulted(mut schema: RefOr<Schema>, default: Option<&Value>) -> RefOr<Schema> {
    let Some(default) = default.cloned() else { return schema };
    match &mut schema {
        RefOr::T(Schema::Object(object)) => object.default = Some(default),
        RefOr::T(Schema::Array(array)) => array.default = Some(default),
        RefOr::T(Schema::OneOf(one_of)) => one_of.default = Some(default),
        RefOr::T(Schema::AnyOf(any_of)) => any_of.default = Some(default),
        _ => {}
    }
    schema
}

fn component(name: &str, schema: RefOr<Schema>, components: &mut Components) -> RefOr<Schema> {
    if let Some(other) = components.schemas.get(name) {
        assert!(*other == schema, "two types have the name {name}");
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
        // An enum needs null as an alternative, because null is not among its values.
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
        RefOr::T(Schema::AnyOf(any_of)) => any_of.description = Some(text),
        RefOr::T(_) => {}
    }
    schema
}
