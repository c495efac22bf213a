//! Who may do what, and what they see of it: every operation, for each of seven actors, against `data/matrix.txt`,
//! which was written by hand from the rules of the platform and not from this code. No answer holds a hash, and nobody
//! sees what is the owner's alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use staka_core::model::{Role, UserId};
use staka_core::{Actor, Ctx, Error, ErrorKind, ManualClock, Operation, Session, Staka};

use crate::migrate_support::script;
use crate::support::{TestDb, on_both};

/// The columns of the matrix.
const ACTORS: [&str; 7] = ["anonymous", "other", "owner", "corrector", "admin", "disabled", "system"];

/// What no answer holds, whoever asks: hashes of passwords and tokens.
const SECRETS: &[&str] = &["$2b$", "$argon2", "0f007385b6f9d4b7", "tokenHash", "\"password\""];

/// The mark of what is private in the world of `data/matrix.sql`.
const PRIVATE: &str = "CANARI";

struct Row {
    operation: String,
    cells: [String; 7],
    input: Value,
}

/// `operation cell×7 input`; a line that begins with `#` or is empty says nothing.
fn rows() -> Vec<Row> {
    let text = include_str!("../data/matrix.txt");
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            let operation = words.next().unwrap().to_owned();
            let cells: Vec<String> = words.by_ref().take(7).map(str::to_owned).collect();
            let input = line.split_once('{').map_or("{}".to_owned(), |(_, rest)| format!("{{{rest}"));
            Row {
                cells: cells.try_into().unwrap_or_else(|_| panic!("seven cells: {line}")),
                input: serde_json::from_str(&input).unwrap_or_else(|error| panic!("{error}: {line}")),
                operation,
            }
        })
        .collect()
}

/// The session of an actor's word. The one of `disabled` is as old as its rights: a door would not let it in.
fn session(staka: &Staka, actor: &str) -> Session {
    let role = match actor {
        "anonymous" => return staka.as_actor(Ctx::new(Actor::Anonymous)),
        "system" => return staka.as_system(),
        "admin" => Role::Admin,
        "corrector" => Role::Corrector,
        _ => Role::User,
    };
    staka.as_actor(Ctx::user(actor.parse::<UserId>().unwrap(), role))
}

/// How an outcome reads in a cell.
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

/// What an answer shows that it should not.
fn leak(actor: &str, operation: &str, answer: &str) -> Option<String> {
    // A plan names columns, and says nothing of what they hold.
    let secrets = if operation == "privacy.plan" { &SECRETS[..3] } else { SECRETS };
    let seen = secrets.iter().find(|secret| answer.contains(**secret)).copied();
    let private = matches!(actor, "anonymous" | "other" | "corrector" | "disabled");
    let seen = seen.or_else(|| (private && answer.contains(PRIVATE)).then_some(PRIVATE))?;
    let place = answer.find(seen).unwrap_or(0);
    let around: String = answer.chars().skip(place.saturating_sub(60)).take(120).collect();
    Some(format!("{seen} in …{around}…"))
}

async fn world(db: &TestDb) -> Staka {
    let mut conn = db.connect().await;
    script(&mut conn, include_str!("../data/matrix.sql")).await;
    let clock = ManualClock::new(staka_cases::ANCHOR.parse().unwrap());
    db.builder().clock(Arc::new(clock)).connect().await.unwrap()
}

on_both! {
    async fn everybody_may_what_the_matrix_says_and_sees_no_more(server: &Server) {
        let (db, staka) = server.staka().await;
        staka.close().await;
        let staka = world(&db).await;
        let (mut wrong, mut walked) = (Vec::new(), 0);
        for row in rows() {
            for (actor, expected) in ACTORS.iter().zip(&row.cells) {
                // Each finds the same world.
                let tx = session(&staka, actor).begin().await.unwrap();
                let outcome = tx.call(&row.operation, &row.input.to_string()).await;
                tx.rollback().await.ok();
                walked += 1;
                let given = cell(&outcome);
                if &given != expected {
                    let said = outcome.as_ref().err().map_or(String::new(), |error| format!(" ({error:?})"));
                    wrong.push(format!("{} as {actor}: {given}, not {expected}{said}", row.operation));
                }
                if let Ok(bytes) = &outcome {
                    let leak = leak(actor, &row.operation, &String::from_utf8_lossy(bytes));
                    wrong.extend(leak.map(|leak| format!("{} shows {actor} {leak}", row.operation)));
                }
            }
        }
        println!("{walked} cells walked on {}", server.engine);
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    async fn a_disabled_account_is_no_actor(server: &Server) {
        let (db, staka) = server.staka().await;
        staka.close().await;
        let staka = world(&db).await;
        let refused = staka.actor_of(&"disabled".parse().unwrap()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unauthenticated);
        assert!(staka.actor_of(&"owner".parse().unwrap()).await.is_ok());
    }
}

#[test]
fn every_operation_has_its_line() {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows() {
        *lines.entry(row.operation).or_default() += 1;
    }
    let known: BTreeSet<&str> = Operation::all().iter().map(|operation| operation.name).collect();
    let missing: Vec<_> = known.iter().filter(|name| !lines.contains_key(**name)).collect();
    let strange: Vec<_> = lines.keys().filter(|name| !known.contains(name.as_str())).collect();
    assert!(missing.is_empty() && strange.is_empty(), "missing {missing:#?}, strange {strange:#?}");
}
