//! The case suite, through Rust. What an actor's word means here, every door says in its own way.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use staka_cases::Case;
use staka_core::model::Role;
use staka_core::{Actor, Ctx, Operation, Staka};

use crate::seeded::Seeded;
use crate::support::on_both;

impl Seeded {
    /// What stands for a name in braces.
    fn filled(&self, name: &str) -> String {
        match name {
            "heavy" => self.subjects.heavy.to_string(),
            "admin" => self.subjects.admin.to_string(),
            "light" => self.subjects.light.to_string(),
            "anchor" => self.anchor.to_string(),
            back => {
                let days = back.strip_prefix("anchor-").and_then(|days| days.strip_suffix('d')).unwrap();
                self.anchor.minus(Duration::from_secs(days.parse::<u64>().unwrap() * 86_400)).to_string()
            }
        }
    }

    fn actor(&self, word: &str) -> Actor {
        let (name, role) = word.split_once(':').unwrap_or((word, "USER"));
        match name {
            "system" => Actor::System,
            "anonymous" => Actor::Anonymous,
            name => Actor::User { id: self.filled(name).parse().unwrap(), role: role.parse::<Role>().unwrap() },
        }
    }
}

async fn run(seeded: &Seeded, staka: &Staka, case: &Case) -> Value {
    let session = staka.as_actor(Ctx::new(seeded.actor(&case.actor)));
    let (operation, input) = (case.operation.as_str(), case.input.to_string());
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

on_both! {
    async fn every_case_gives_what_it_says(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let cases = Case::all(&|name| seeded.filled(name));
        let mut wrong = Vec::new();
        for case in &cases {
            wrong.extend(case.fault(&run(seeded, &staka, case).await));
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(cases.len() >= 40, "{}", cases.len());
        let used: BTreeSet<&str> = cases.iter().map(|case| case.operation.as_str()).collect();
        for operation in Operation::all() {
            assert!(used.contains(operation.name), "{} has no case", operation.name);
        }
    }
}
