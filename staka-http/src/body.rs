//! Reads the fields of a JSON body.

use std::fmt;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use staka_core::Error;
use staka_core::base::Shape;

use crate::input::field_error;
use crate::problem::Problem;

/// The maximum nesting depth of a field's lists and objects.
const MAX_DEPTH: usize = 64;

/// The fields of a body in their order, including duplicates.
struct Fields(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// Returns the fields of a request's body; none if the body is empty.
pub(crate) async fn read(request: Request, operation: &'static str) -> Result<Vec<(String, Value)>, Problem> {
    let is_json = is_json(request.headers());
    let body = Bytes::from_request(request, &()).await.map_err(|refusal| match refusal.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", "the body is too large")
        }
        _ => malformed("the body is incomplete"),
    })?;
    if body.is_empty() {
        return Ok(Vec::new());
    }
    if !is_json {
        let detail = "the body must be JSON in UTF-8, with Content-Type application/json";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", detail));
    }
    let Ok(text) = std::str::from_utf8(&body) else { return Err(malformed("the body must be UTF-8")) };
    let Fields(fields) = match serde_json::from_str(text) {
        Ok(fields) => fields,
        Err(error) if error.is_data() => {
            return Err(Error::invalid("body", "must be an object").in_operation(operation).into());
        }
        Err(error) => return Err(malformed(format!("the body must be JSON: {error}"))),
    };
    let deep = fields.iter().filter(|(_, value)| depth(value) > MAX_DEPTH);
    let deep: Vec<_> = deep
        .map(|(name, _)| field_error(name.clone(), format!("must be nested at most {MAX_DEPTH} levels deep")))
        .collect();
    if deep.is_empty() { Ok(fields) } else { Err(Error::invalid_fields(deep).in_operation(operation).into()) }
}

fn malformed(detail: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "MALFORMED", detail)
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(text) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = text.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    is_json
        && parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
            !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

/// Returns whether a body can contain a value of this shape.
pub(crate) fn is_readable(shape: &Shape) -> bool {
    match shape {
        Shape::Nothing | Shape::Page(_) => false,
        Shape::List(inner, _) | Shape::Optional(inner) | Shape::Patch(inner) => is_readable(inner),
        Shape::OneOrMany(inner) | Shape::Range(inner) => is_readable(inner),
        Shape::Struct(doc) => doc.fields.iter().all(|field| is_readable(&field.shape)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use serde_json::json;
    use staka_core::base::{Described, Field, ListBounds, StructDoc};
    use staka_core::model::{FileId, Role};
    use staka_core::{Actor, Between, JsonText, Match, Timestamp};

    use super::*;
    use crate::call::{Call, RequestInput, tests};
    use crate::route::Method;

    fn field(name: &'static str, required: bool, shape: Shape) -> Field {
        Field { name, doc: "", required, shape, default: None }
    }

    fn object_of(name: &'static str, fields: Vec<Field>) -> Shape {
        Shape::Struct(StructDoc { name, doc: "", fields })
    }

    /// Creates a call of a typical operation: an id, an update with a list of objects, and an expected `updatedAt`.
    fn call() -> Call {
        let patch = |shape| Shape::Patch(Box::new(shape));
        let file = object_of(
            "Attached",
            vec![field("fileId", true, FileId::shape()), field("note", false, Option::<String>::shape())],
        );
        let change = object_of(
            "UserUpdate",
            vec![
                field("prenom", false, patch(String::shape())),
                field("bio", false, patch(Option::<String>::shape())),
                field("role", false, patch(Role::shape())),
                field("data", false, patch(Option::<JsonText>::shape())),
                field("files", false, Shape::List(Box::new(file), ListBounds::ANY)),
                field("seen", false, Between::<Timestamp>::shape()),
                field("others", false, Match::<Role>::shape()),
            ],
        );
        let parameters = vec![
            field("id", true, staka_core::model::UserId::shape()),
            field("change", true, change),
            field("reason", true, String::shape()),
            field("expected", false, Option::<Timestamp>::shape()),
        ];
        tests::of(Method::Patch, "/v1/users/{id}", parameters, Shape::Nothing).expect("a plan")
    }

    fn arguments(body: &Value) -> staka_core::Result<Value> {
        let body = serde_json::from_value::<Fields>(body.clone()).expect("an object").0;
        let given = RequestInput { path: &[("id", "u1")], query: &[], body };
        tests::checked(&call(), &Actor::System, &given)
    }

    #[test]
    fn fields_are_at_the_top_level_and_null_is_not_absent() {
        for (body, change) in [
            (json!({"reason": "r"}), json!({})),
            (json!({"reason": "r", "bio": null, "prenom": "Zoé"}), json!({"bio": null, "prenom": "Zoé"})),
            (json!({"reason": "r", "data": {"a": [1, {}]}}), json!({"data": {"a": [1, {}]}})),
            (json!({"reason": "r", "files": [{"fileId": "f1"}]}), json!({"files": [{"fileId": "f1"}]})),
            (
                json!({"reason": "r", "others": ["USER"], "seen": {"from": null}}),
                json!({"others": ["USER"], "seen": {"from": null}}),
            ),
        ] {
            assert_eq!(arguments(&body).expect("arguments"), json!({"id": "u1", "change": change, "reason": "r"}));
        }
        assert_eq!(arguments(&json!({"reason": "r", "expected": null})).expect("arguments")["expected"], Value::Null);
    }

    #[test]
    fn all_problems_of_a_body_are_reported_at_once() {
        let body = json!({
            "id": "u2", "color": 1, "prenom": null, "bio": 5, "role": "KING", "files": [{"note": null, "x": 1}, 3],
            "seen": {"from": "hier", "since": 1}, "others": ["ADMIN", null], "expected": "demain",
        });
        let error = arguments(&body).expect_err("problems");
        let mut fields: Vec<_> = tests::named(&error).iter().map(|(field, _)| *field).collect();
        assert_eq!(
            fields.split_off(2),
            ["prenom", "bio", "role", "x", "fileId", "files[1]", "seen", "others[1]", "reason", "expected"]
        );
        fields.sort_unstable();
        assert_eq!(fields, ["color", "id"]);
    }

    async fn body(kind: &str, text: impl Into<Body>) -> Result<Vec<(String, Value)>, String> {
        let request = Request::post("/").header("content-type", kind).body(text.into()).expect("a request");
        read(request, "tests").await.map_err(|problem| problem.code().to_owned())
    }

    #[tokio::test]
    async fn a_body_is_json_or_empty() {
        let json = "application/json";
        assert_eq!(body("text/plain", "").await.expect("nothing"), []);
        let twice = body("Application/JSON; charset=\"UTF-8\"", r#"{"a": 1, "b": null, "a": 2}"#).await;
        assert_eq!(twice.expect("fields").iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["a", "b", "a"]);
        for (kind, text, code) in [
            ("text/plain", "{}", "UNSUPPORTED_MEDIA_TYPE"),
            ("application/json; charset=latin1", "{}", "UNSUPPORTED_MEDIA_TYPE"),
            (json, "{", "MALFORMED"),
            (json, "{} {}", "MALFORMED"),
            (json, "[]", "INVALID"),
            (json, "5", "INVALID"),
        ] {
            assert_eq!(body(kind, text).await.expect_err(text), code, "{kind} {text}");
        }
        assert_eq!(body(json, &b"{\"a\": \"\xff\"}"[..]).await.expect_err("no UTF-8"), "MALFORMED");
        for (levels, fits) in [(64, true), (65, false), (100_000, false)] {
            let deep = format!(r#"{{"a": {}{}}}"#, "[".repeat(levels), "]".repeat(levels));
            assert_eq!(body(json, deep).await.is_ok(), fits, "{levels}");
        }
    }
}
