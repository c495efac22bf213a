//! Tests of access rights: every operation, for each of seven actors, against `data/matrix.txt`, which was written by
//! hand from the rules of the platform, not from this code. No answer contains a hash, and only the owner sees private
//! data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use staka_core::model::{Role, UserId};
use staka_core::{Actor, Caller, Error, ErrorKind, ManualClock, Operation, Session, Staka};

use crate::migrate_support::script;
use crate::support::{TestDb, on_both};

/// The columns of the matrix.
const ACTORS: [&str; 7] = ["anonymous", "other", "owner", "corrector", "admin", "disabled", "system"];

/// Texts that no answer may contain: hashes of passwords and tokens.
const SECRETS: &[&str] = &["$2b$", "$argon2", "0f007385b6f9d4b7", "tokenHash", "\"password\""];

/// The text that marks private values in `data/matrix.sql`.
const PRIVATE: &str = "CANARI";

struct Row {
    operation: String,
    cells: [String; 7],
    input: Value,
}

/// Parses the lines `operation cell×7 input`; empty lines and lines that begin with `#` are skipped.
fn rows() -> Vec<Row> {
    let text = include_str!("../data/matrix.txt");
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut fields = line.split_whitespace();
            let operation = fields.next().unwrap().to_owned();
            let cells: Vec<String> = fields.by_ref().take(7).map(str::to_owned).collect();
            let input = line.split_once('{').map_or("{}".to_owned(), |(_, rest)| format!("{{{rest}"));
            Row {
                cells: cells.try_into().unwrap_or_else(|_| panic!("seven cells: {line}")),
                input: serde_json::from_str(&input).unwrap_or_else(|error| panic!("{error}: {line}")),
                operation,
            }
        })
        .collect()
}

/// Returns the session of an actor. The session of `disabled` was opened before the account was disabled.
fn session(staka: &Staka, actor: &str) -> Session {
    let role = match actor {
        "anonymous" => return staka.as_caller(Caller::new(Actor::Anonymous)),
        "system" => return staka.as_system(),
        "admin" => Role::Admin,
        "corrector" => Role::Corrector,
        _ => Role::User,
    };
    staka.as_caller(Caller::user(actor.parse::<UserId>().unwrap(), role))
}

/// Returns an outcome as a cell of the matrix.
fn cell(outcome: &Result<Vec<u8>, Error>) -> String {
    match outcome {
        Ok(bytes) => match serde_json::from_slice::<Value>(bytes).unwrap() {
            Value::Null => "none".into(),
            Value::Array(items) if items.is_empty() => "empty".into(),
            Value::Object(fields) if fields.get("items").is_some_and(|items| items == &Value::Array(vec![])) => {
                "empty".into()
            }
            _ => "ok".into(),
        },
        Err(error) => match error.kind() {
            ErrorKind::Unauthenticated => "401".into(),
            ErrorKind::Denied => "403".into(),
            ErrorKind::NotFound => "404".into(),
            ErrorKind::Conflict => "409".into(),
            ErrorKind::Precondition => "412".into(),
            ErrorKind::Invalid => "422".into(),
            _ => format!("{error:?}"),
        },
    }
}

/// Returns what an answer contains although it must not, if anything.
fn leak(actor: &str, operation: &str, answer: &str) -> Option<String> {
    // An erasure plan names columns, but not their values.
    let secrets = if operation == "privacy.plan_erasure" { &SECRETS[..3] } else { SECRETS };
    let seen = secrets.iter().find(|secret| answer.contains(**secret)).copied();
    let private = matches!(actor, "anonymous" | "other" | "corrector" | "disabled");
    let seen = seen.or_else(|| (private && answer.contains(PRIVATE)).then_some(PRIVATE))?;
    let place = answer.find(seen).unwrap_or(0);
    let around: String = answer.chars().skip(place.saturating_sub(60)).take(120).collect();
    Some(format!("{seen} in …{around}…"))
}

async fn load_world(db: &TestDb) -> Staka {
    let mut conn = db.connect().await;
    script(&mut conn, include_str!("../data/matrix.sql")).await;
    let clock = ManualClock::new(staka_cases::ANCHOR.parse().unwrap());
    db.builder().clock(Arc::new(clock)).connect().await.unwrap()
}

on_both! {
    async fn access_rights_are_those_of_the_matrix(server: &Server) {
        let (db, staka) = server.staka().await;
        staka.close().await;
        let staka = load_world(&db).await;
        let (mut failures, mut checked) = (Vec::new(), 0);
        for row in rows() {
            for (actor, expected) in ACTORS.iter().zip(&row.cells) {
                // Rolled back, so that each call finds the same rows.
                let tx = session(&staka, actor).begin().await.unwrap();
                let outcome = tx.call(&row.operation, &row.input.to_string()).await;
                tx.rollback().await.ok();
                checked += 1;
                let actual = cell(&outcome);
                if &actual != expected {
                    let message = outcome.as_ref().err().map_or(String::new(), |error| format!(" ({error:?})"));
                    failures.push(format!("{} as {actor}: {actual}, not {expected}{message}", row.operation));
                }
                if let Ok(bytes) = &outcome {
                    let leak = leak(actor, &row.operation, &String::from_utf8_lossy(bytes));
                    failures.extend(leak.map(|leak| format!("{} shows {actor} {leak}", row.operation)));
                }
            }
        }
        println!("{checked} cells checked on {}", server.engine);
        assert!(failures.is_empty(), "{failures:#?}");
    }

    async fn a_disabled_account_is_refused(server: &Server) {
        let (db, staka) = server.staka().await;
        staka.close().await;
        let staka = load_world(&db).await;
        let refused = staka.caller_of(&"disabled".parse().unwrap()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unauthenticated);
        assert!(staka.caller_of(&"owner".parse().unwrap()).await.is_ok());
    }
}

#[test]
fn every_operation_is_in_the_matrix() {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows() {
        *lines.entry(row.operation).or_default() += 1;
    }
    let known: BTreeSet<&str> = Operation::all().iter().map(|operation| operation.name).collect();
    let missing: Vec<_> = known.iter().filter(|name| !lines.contains_key(**name)).collect();
    let unknown: Vec<_> = lines.keys().filter(|name| !known.contains(name.as_str())).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing {missing:#?}, unknown {unknown:#?}");
}
