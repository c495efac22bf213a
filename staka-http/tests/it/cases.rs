//! The case suite, through HTTP: each case becomes a request by the OpenAPI document, as a caller would make it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use serde_json::{Map, Value, json};
use staka_cases::{ANCHOR, Case, inexpressible};
use staka_core::db::migrate::MigrateOptions;
use staka_core::maintenance::seed::{SeedOptions, seed, subjects};
use staka_core::model::Role;
use staka_core::{Actor, Ctx, Kind, ManualClock, Migrator, Operation, Session, Staka, Timestamp};
use staka_http::router_with_sessions;
use staka_local::Engine;

use crate::support::{Answer, config, send, server, token};

fn filled(name: &str) -> String {
    let (subjects, anchor) = (subjects(), ANCHOR.parse::<Timestamp>().unwrap());
    match name {
        "heavy" => subjects.heavy.to_string(),
        "admin" => subjects.admin.to_string(),
        "light" => subjects.light.to_string(),
        "anchor" => ANCHOR.to_owned(),
        back => {
            let days = back.strip_prefix("anchor-").and_then(|days| days.strip_suffix('d')).unwrap();
            anchor.minus(std::time::Duration::from_secs(days.parse::<u64>().unwrap() * 86_400)).to_string()
        }
    }
}

/// The token of the case's actor: the role is the database's. Nobody is the system here; an administrator may as much.
fn token_of(actor: &str) -> Option<String> {
    let name = actor.split(':').next().unwrap();
    let name = if name == "system" { "admin" } else { name };
    (name != "anonymous").then(|| token(&filled(name).parse().unwrap(), &Role::User))
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// A value as path and query write it.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// Whether a value of this schema may be an object.
fn takes_object(schema: &Value) -> bool {
    match &schema["type"] {
        Value::String(kind) => kind == "object",
        Value::Array(kinds) => kinds.contains(&json!("object")),
        // Any value, or one of several.
        _ => true,
    }
}

/// The request that the document asks for.
fn request(document: &Value, case: &Case) -> Request<Body> {
    let paths = document["paths"].as_object().unwrap();
    let routes = paths.iter().flat_map(|(path, methods)| methods.as_object().unwrap().iter().map(move |it| (path, it)));
    let found = routes.into_iter().find(|(_, (_, operation))| operation["operationId"] == case.operation);
    let nothing = Value::Null;
    let (path, method, described) =
        found.map_or(("/v1/nowhere", "get", &nothing), |(path, (method, operation))| (path, method, operation));
    let properties = &described["requestBody"]["content"]["application/json"]["schema"]["properties"];
    let parameter = |name: &str| described["parameters"].as_array()?.iter().find(|it| it["name"] == name);
    // The fields of a parameter that is an object stand by their own names, unless the parameter itself is named.
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
            uri = uri.replace(&place, &encoded(&plain(value)));
        } else if ["post", "put", "patch"].contains(&method) {
            body.insert(name, value.clone());
        } else if let (Value::Object(range), None) = (value, parameter(&name)) {
            query.extend(range.iter().map(|(bound, value)| format!("{name}.{bound}={}", encoded(&plain(value)))));
        } else if let (Value::Array(items), Some(true)) = (value, parameter(&name).map(|it| it["explode"] == true)) {
            query.extend(items.iter().map(|item| format!("{name}={}", encoded(&plain(item)))));
        } else {
            query.push(format!("{name}={}", encoded(&plain(value))));
        }
    }
    // What is not given stands for nothing.
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

/// For whom the service runs a case: whoever the token names, as the database knows them.
async fn ctx_of(staka: &Staka, actor: &str) -> Ctx {
    let name = actor.split(':').next().unwrap();
    match if name == "system" { "admin" } else { name } {
        "anonymous" => Ctx::new(Actor::Anonymous),
        name => Ctx::new(staka.actor_of(&filled(name).parse().unwrap()).await.unwrap()),
    }
}

fn given(answer: &Answer) -> Value {
    if answer.status == 204 {
        assert!(answer.bytes.is_empty(), "{answer:?}");
        return json!({ "value": null });
    }
    if answer.header("content-type").starts_with("text/") || answer.header("content-type").ends_with("ndjson") {
        // A streamed text, which is whole.
        return json!({"value": {"text": std::str::from_utf8(&answer.bytes).unwrap(), "next": null}});
    }
    let body = answer.json();
    if answer.status.is_success() {
        return json!({ "value": body });
    }
    let fields: Vec<&Value> = body["fields"].as_array().unwrap().iter().map(|fault| &fault["field"]).collect();
    json!({"error": {"code": body["code"], "operation": body["operation"], "fields": fields}})
}

async fn every_case_gives_what_it_says(engine: Engine) {
    let Some(server) = server(engine) else { return };
    let name = format!("staka_http_cases_{}", std::process::id());
    let database = staka_core::Config::from_url(&format!("{server}/{name}")).unwrap();
    Migrator::create_database(&database).await.unwrap();
    let mut migrator = Migrator::connect(&database).await.unwrap();
    migrator.migrate(&MigrateOptions::default(), &mut |_| {}).await.unwrap();
    let anchor = ANCHOR.parse().unwrap();
    let clock = Arc::new(ManualClock::new(anchor));
    let staka = Staka::builder(&format!("{server}/{name}")).unwrap().clock(clock).connect().await.unwrap();
    seed(staka.pool(), &SeedOptions::new(anchor), &mut |_| {}).await.unwrap();

    // What writes runs within a transaction that is undone, so that every case finds the same rows.
    let undone: Arc<Mutex<Option<Session>>> = Arc::default();
    let (within, handle) = (Arc::clone(&undone), staka.clone());
    let door = router_with_sessions(staka.clone(), config(), move |ctx| {
        within.lock().unwrap().clone().unwrap_or_else(|| handle.as_actor(ctx))
    });
    let document: Value = serde_json::from_str(&staka_http::openapi()).unwrap();
    let listed = inexpressible("http");
    let listed: BTreeSet<&str> = listed.iter().map(|line| line.case.as_str()).collect();
    let cases = Case::all(&|name| filled(name));
    let (mut wrong, mut not_put) = (Vec::new(), BTreeSet::new());
    for case in &cases {
        let answer = if Operation::find(&case.operation).is_some_and(|operation| operation.kind == Kind::Write) {
            let tx = staka.as_actor(ctx_of(&staka, &case.actor).await).begin().await.unwrap();
            *undone.lock().unwrap() = Some(Session::clone(&tx));
            let answer = send(&door, request(&document, case)).await;
            *undone.lock().unwrap() = None;
            tx.rollback().await.unwrap();
            answer
        } else {
            send(&door, request(&document, case)).await
        };
        let fault = case.fault(&given(&answer));
        match fault {
            Some(_) if listed.contains(case.name.as_str()) => drop(not_put.insert(case.name.as_str())),
            fault => wrong.extend(fault),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let called: BTreeSet<&str> = cases.iter().map(|case| case.operation.as_str()).collect();
    assert!(Operation::all().iter().all(|operation| called.contains(operation.name)), "an operation has no case");
    assert_eq!(not_put, listed, "what cases/inexpressible.json lists must not work");
    staka.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_mariadb() {
    every_case_gives_what_it_says(Engine::MariaDb).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_mysql() {
    every_case_gives_what_it_says(Engine::MySql).await;
}
