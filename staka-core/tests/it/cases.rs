//! The case suite, through Rust: operation, actor and input as JSON, the answer or error as JSON. Every door runs the
//! same files on the same seeded database (scale small, seed 42, the anchor of `seeded.rs`).

use std::path::Path;

use serde_json::{Map, Value, json};
use staka_core::model::Role;
use staka_core::{Actor, Ctx, Operation, Staka};

use crate::seeded::Seeded;
use crate::support::on_both;

/// Who acts, by the word of the case: `system`, `anonymous`, or a subject, as the role it has or another.
fn actor(seeded: &Seeded, word: &str) -> Actor {
    let (name, role) = word.split_once(':').unwrap_or((word, "USER"));
    let id = match name {
        "system" => return Actor::System,
        "anonymous" => return Actor::Anonymous,
        "heavy" => &seeded.subjects.heavy,
        "admin" => &seeded.subjects.admin,
        "light" => &seeded.subjects.light,
        other => panic!("no actor {other:?}"),
    };
    Actor::User { id: id.clone(), role: role.parse::<Role>().unwrap() }
}

/// Puts subjects and moments in place of `{heavy}`, `{anchor}`, `{anchor-30d}`.
fn filled(seeded: &Seeded, value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with('{') && text.ends_with('}') => {
            let name = text.trim_matches(['{', '}']);
            json!(match name {
                "heavy" => seeded.subjects.heavy.to_string(),
                "admin" => seeded.subjects.admin.to_string(),
                "light" => seeded.subjects.light.to_string(),
                "anchor" => seeded.anchor.to_string(),
                back => {
                    let days: u64 =
                        back.strip_prefix("anchor-").and_then(|days| days.strip_suffix('d')).unwrap().parse().unwrap();
                    seeded.anchor.minus(std::time::Duration::from_secs(days * 86_400)).to_string()
                }
            })
        }
        Value::Array(items) => items.iter().map(|item| filled(seeded, item)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), filled(seeded, value))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

/// Whether `given` holds all that `wanted` says: objects may have more fields, lists are compared whole.
fn holds(wanted: &Value, given: &Value) -> bool {
    match (wanted, given) {
        (Value::Object(wanted), Value::Object(given)) => {
            wanted.iter().all(|(name, value)| given.get(name).is_some_and(|g| holds(value, g)))
        }
        (Value::Array(wanted), Value::Array(given)) => {
            wanted.len() == given.len() && wanted.iter().zip(given).all(|(w, g)| holds(w, g))
        }
        _ => wanted == given,
    }
}

async fn run(seeded: &Seeded, staka: &Staka, case: &Value) -> Value {
    let session = staka.as_actor(Ctx::new(actor(seeded, case["actor"].as_str().unwrap())));
    let (operation, input) = (case["operation"].as_str().unwrap(), filled(seeded, &case["input"]).to_string());
    // What writes is undone, so that every case finds the same rows.
    let answer = if Operation::find(operation).is_some_and(|o| o.kind == staka_core::Kind::Write) {
        let _alone = seeded.writing.lock().await;
        let tx = session.begin().await.unwrap();
        let answer = tx.call(operation, &input).await;
        tx.rollback().await.unwrap();
        answer
    } else {
        session.call(operation, &input).await
    };
    match answer {
        Ok(bytes) => json!({"value": serde_json::from_slice::<Value>(&bytes).unwrap()}),
        Err(error) => {
            let fields: Vec<_> = error.fields().iter().map(|fault| fault.field.as_ref()).collect();
            json!({"error": {"code": error.code(), "operation": error.operation(), "fields": fields}})
        }
    }
}

/// What is wrong with the answer to a case, if anything.
fn fault(seeded: &Seeded, case: &Value, given: &Value) -> Option<String> {
    let expected = filled(seeded, &case["expect"]);
    let right = if let Some(wanted) = expected.get("items") {
        // How many rows, and the first of them.
        let items = given["value"].get("items").unwrap_or(&given["value"]);
        let first = expected.get("first").is_none_or(|first| holds(first, &items[0]));
        first && items.as_array().map(Vec::len) == wanted.as_u64().map(|n| n as usize)
    } else {
        holds(&expected, given)
    };
    (!right).then(|| {
        format!(
            "{}: expected {expected}, got {}",
            case["name"],
            given.to_string().chars().take(600).collect::<String>()
        )
    })
}

on_both! {
    async fn every_case_gives_what_it_says(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../cases"));
        let (mut wrong, mut used, mut count) = (Vec::new(), std::collections::BTreeSet::new(), 0);
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            for case in &cases {
                used.insert(case["operation"].as_str().unwrap().to_owned());
                count += 1;
                wrong.extend(fault(seeded, case, &run(seeded, &staka, case).await));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(count >= 40, "{count}");
        for operation in Operation::all() {
            assert!(used.contains(operation.name), "{} has no case", operation.name);
        }
    }
}
