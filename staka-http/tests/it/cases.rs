//! The case suite, through HTTP: each case becomes a request by the OpenAPI document, as a caller would make it.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use staka_cases::{ANCHOR, Case, inexpressible};
use staka_core::db::migrate::MigrateOptions;
use staka_core::maintenance::seed::{SeedOptions, seed, subjects};
use staka_core::model::Role;
use staka_core::{Kind, ManualClock, Migrator, Operation, Staka, Timestamp};
use staka_http::router;
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
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// The request that the document asks for.
fn request(document: &Value, case: &Case) -> Request<Body> {
    let paths = document["paths"].as_object().unwrap();
    let routes = paths.iter().flat_map(|(path, methods)| methods.as_object().unwrap().iter().map(move |it| (path, it)));
    let found = routes.into_iter().find(|(_, (_, operation))| operation["operationId"] == case.operation);
    let (path, method) = found.map_or(("/v1/nowhere", "get"), |(path, (method, _))| (path, method));
    let (mut uri, mut query) = (path.to_owned(), Vec::new());
    let input = case.input.as_object().unwrap();
    // The fields of a parameter that is an object stand in the query by their own names.
    let fields = input.iter().flat_map(|(name, value)| match value {
        Value::Object(fields) => fields.iter().collect::<Vec<_>>(),
        _ => vec![(name, value)],
    });
    for (name, value) in fields {
        let (place, text) = (format!("{{{name}}}"), encoded(&plain(value)));
        if uri.contains(&place) {
            uri = uri.replace(&place, &text);
        } else {
            query.push(format!("{name}={text}"));
        }
    }
    // What is not given stands for nothing.
    let uri = uri.split('/').map(|part| if part.starts_with('{') { "" } else { part }).collect::<Vec<_>>().join("/");
    let mut request =
        Request::builder().method(method.to_uppercase().as_str()).uri(format!("{uri}?{}", query.join("&")));
    if let Some(token) = token_of(&case.actor) {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(Body::empty()).unwrap()
}

fn given(answer: &Answer) -> Value {
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

    let door = router(staka.clone(), config());
    let document: Value = serde_json::from_str(&staka_http::openapi()).unwrap();
    let listed = inexpressible("http");
    let listed: BTreeSet<&str> = listed.iter().map(|line| line.case.as_str()).collect();
    let mut cases = Case::all(&|name| filled(name));
    // A request cannot be undone: what writes comes last.
    cases.sort_by_key(|case| Operation::find(&case.operation).map(|operation| operation.kind == Kind::Write));
    let (mut wrong, mut not_put) = (Vec::new(), BTreeSet::new());
    for case in &cases {
        let fault = case.fault(&given(&send(&door, request(&document, case)).await));
        match fault {
            Some(_) if listed.contains(case.name.as_str()) => drop(not_put.insert(case.name.as_str())),
            fault => wrong.extend(fault),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
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
