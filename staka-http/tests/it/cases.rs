//! Runs the case suite over HTTP: each case becomes a request that follows the OpenAPI document.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use serde_json::{Map, Value, json};
use staka_cases::{ANCHOR, Case, inexpressible};
use staka_core::migrate::MigrateOptions;
use staka_core::model::Role;
use staka_core::{Actor, Caller, Kind, ManualClock, Migrator, Operation, Operations, Staka, Timestamp};
use staka_demo::{SeedOptions, seed, subjects};
use staka_http::router_with_sessions;
use staka_local::Engine;

use crate::support::{Answer, config, send, server, token};

/// Returns the value of a placeholder of the case suite.
fn placeholder(name: &str) -> String {
    let (subjects, anchor) = (subjects(), ANCHOR.parse::<Timestamp>().unwrap());
    match name {
        "heavy" => subjects.heavy.to_string(),
        "admin" => subjects.admin.to_string(),
        "light" => subjects.light.to_string(),
        "anchor" => ANCHOR.to_owned(),
        earlier => {
            let days = earlier.strip_prefix("anchor-").and_then(|days| days.strip_suffix('d')).unwrap();
            anchor.minus(std::time::Duration::from_secs(days.parse::<u64>().unwrap() * 86_400)).to_string()
        }
    }
}

/// Returns the token of the case's actor. The role is read from the database. HTTP has no system actor; an
/// administrator with the same rights takes its place.
fn token_of(actor: &str) -> Option<String> {
    let name = actor.split(':').next().unwrap();
    let name = if name == "system" { "admin" } else { name };
    (name != "anonymous").then(|| token(&placeholder(name).parse().unwrap(), &Role::User))
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Formats a value for a path or a query string.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// Returns whether a value of this schema may be an object.
fn takes_object(schema: &Value) -> bool {
    match &schema["type"] {
        Value::String(kind) => kind == "object",
        Value::Array(kinds) => kinds.contains(&json!("object")),
        // Any value, or one of several.
        _ => true,
    }
}

/// Builds the request of a case by the OpenAPI document.
fn request(document: &Value, case: &Case) -> Request<Body> {
    let paths = document["paths"].as_object().unwrap();
    let routes = paths.iter().flat_map(|(path, methods)| methods.as_object().unwrap().iter().map(move |it| (path, it)));
    let found = routes.into_iter().find(|(_, (_, operation))| operation["operationId"] == case.operation);
    let nothing = Value::Null;
    let (path, method, described) =
        found.map_or(("/v1/nowhere", "get", &nothing), |(path, (method, operation))| (path, method, operation));
    let properties = &described["requestBody"]["content"]["application/json"]["schema"]["properties"];
    let parameter = |name: &str| described["parameters"].as_array()?.iter().find(|it| it["name"] == name);
    // The fields of a parameter that is an object have their own names, unless the document names the parameter itself.
    let mut fields: Vec<(String, &Value)> = Vec::new();
    for (name, value) in case.input.as_object().unwrap() {
        match value {
            Value::Object(_) if properties.get(name).is_some_and(takes_object) => fields.push((name.clone(), value)),
            Value::Object(_) if parameter(&format!("{name}.from")).is_some() => fields.push((name.clone(), value)),
            Value::Object(within) => fields.extend(within.iter().map(|(name, value)| (name.clone(), value))),
            _ => fields.push((name.clone(), value)),
        }
    }
    let (mut uri, mut query, mut body) = (path.to_owned(), Vec::new(), Map::new());
    for (name, value) in fields {
        let place = format!("{{{name}}}");
        if uri.contains(&place) {
            uri = uri.replace(&place, &percent_encoded(&plain(value)));
        } else if ["post", "put", "patch"].contains(&method) {
            body.insert(name, value.clone());
        } else if let (Value::Object(range), None) = (value, parameter(&name)) {
            query.extend(
                range.iter().map(|(bound, value)| format!("{name}.{bound}={}", percent_encoded(&plain(value)))),
            );
        } else if let (Value::Array(items), Some(true)) = (value, parameter(&name).map(|it| it["explode"] == true)) {
            query.extend(items.iter().map(|item| format!("{name}={}", percent_encoded(&plain(item)))));
        } else {
            query.push(format!("{name}={}", percent_encoded(&plain(value))));
        }
    }
    // A missing path parameter becomes empty.
    let uri = uri.split('/').map(|part| if part.starts_with('{') { "" } else { part }).collect::<Vec<_>>().join("/");
    let mut request =
        Request::builder().method(method.to_uppercase().as_str()).uri(format!("{uri}?{}", query.join("&")));
    if let Some(token) = token_of(&case.actor) {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if body.is_empty() {
        return request.body(Body::empty()).unwrap();
    }
    request.header("content-type", "application/json").body(Value::Object(body).to_string().into()).unwrap()
}

/// Returns the caller of a case: the account of the token, as it is in the database.
async fn caller_of(staka: &Staka, actor: &str) -> Caller {
    let name = actor.split(':').next().unwrap();
    match if name == "system" { "admin" } else { name } {
        "anonymous" => Caller::new(Actor::Anonymous),
        name => staka.caller_of(&placeholder(name).parse().unwrap()).await.unwrap(),
    }
}

/// Returns the response in the form of a case's expectation.
fn outcome(answer: &Answer) -> Value {
    if answer.status == 204 {
        assert!(answer.bytes.is_empty(), "{answer:?}");
        return json!({ "value": null });
    }
    if answer.header("content-type").starts_with("text/") || answer.header("content-type").ends_with("ndjson") {
        // An export is streamed as one text.
        return json!({"value": {"text": std::str::from_utf8(&answer.bytes).unwrap(), "next": null}});
    }
    let body = answer.json();
    if answer.status.is_success() {
        return json!({ "value": body });
    }
    let fields: Vec<&Value> = body["fields"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    json!({"error": {"code": body["code"], "operation": body["operation"], "fields": fields}})
}

async fn every_case_has_its_expected_outcome(engine: Engine) {
    let Some(server) = server(engine) else { return };
    let name = staka_cases::database_name();
    let database = staka_core::Config::from_url(&format!("{server}/{name}")).unwrap();
    Migrator::create_database(&database).await.unwrap();
    let mut migrator = Migrator::connect(&database).await.unwrap();
    migrator.migrate(&MigrateOptions::default(), &mut |_| {}).await.unwrap();
    let anchor = ANCHOR.parse().unwrap();
    let clock = Arc::new(ManualClock::new(anchor));
    let staka = Staka::builder(&format!("{server}/{name}")).unwrap().clock(clock).connect().await.unwrap();
    seed(staka.pool(), &SeedOptions::new(anchor), &mut |_| {}).await.unwrap();

    // Writes run within a transaction that is rolled back, so that every case finds the same rows.
    let transaction: Arc<Mutex<Option<Operations>>> = Arc::default();
    let (shared, handle) = (Arc::clone(&transaction), staka.clone());
    let router = router_with_sessions(staka.clone(), config(), move |caller| {
        shared.lock().unwrap().clone().unwrap_or_else(|| handle.as_caller(caller).into())
    });
    let document: Value = serde_json::from_str(&staka_http::openapi()).unwrap();
    let listed = inexpressible("http");
    let listed: BTreeSet<&str> = listed.iter().map(|line| line.case.as_str()).collect();
    let cases = Case::all(&|name| placeholder(name));
    let (mut wrong, mut failed) = (Vec::new(), BTreeSet::new());
    for case in &cases {
        let answer = if Operation::find(&case.operation).is_some_and(|operation| operation.kind == Kind::Write) {
            let tx = staka.as_caller(caller_of(&staka, &case.actor).await).begin().await.unwrap();
            *transaction.lock().unwrap() = Some(Operations::clone(&tx));
            let answer = send(&router, request(&document, case)).await;
            *transaction.lock().unwrap() = None;
            tx.rollback().await.unwrap();
            answer
        } else {
            send(&router, request(&document, case)).await
        };
        match case.mismatch(&outcome(&answer)) {
            Some(_) if listed.contains(case.name.as_str()) => drop(failed.insert(case.name.as_str())),
            mismatch => wrong.extend(mismatch),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let called: BTreeSet<&str> = cases.iter().map(|case| case.operation.as_str()).collect();
    assert!(Operation::all().iter().all(|operation| called.contains(operation.name)), "an operation has no case");
    assert_eq!(failed, listed, "cases/inexpressible.json must list exactly the cases that HTTP cannot express");
    staka.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_mariadb() {
    every_case_has_its_expected_outcome(Engine::MariaDb).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_mysql() {
    every_case_has_its_expected_outcome(Engine::MySql).await;
}
