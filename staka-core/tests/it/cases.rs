//! Runs the case suite through the Rust library; the other language bindings run it in their own tests.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use staka_cases::Case;
use staka_core::model::Role;
use staka_core::{Actor, Caller, Operation, Staka};

use crate::seeded::{Seeded, World};
use crate::support::on_both;

impl World {
    /// Returns the value of a placeholder in braces.
    pub fn placeholder(&self, name: &str) -> String {
        match name {
            "heavy" => self.subjects.heavy.to_string(),
            "admin" => self.subjects.admin.to_string(),
            "light" => self.subjects.light.to_string(),
            "anchor" => self.anchor.to_string(),
            days_ago => {
                let days = days_ago.strip_prefix("anchor-").and_then(|days| days.strip_suffix('d')).unwrap();
                self.anchor.minus(Duration::from_secs(days.parse::<u64>().unwrap() * 86_400)).to_string()
            }
        }
    }

    pub fn actor(&self, text: &str) -> Actor {
        let (name, role) = text.split_once(':').unwrap_or((text, "USER"));
        match name {
            "system" => Actor::System,
            "anonymous" => Actor::Anonymous,
            name => Actor::User { id: self.placeholder(name).parse().unwrap(), role: role.parse::<Role>().unwrap() },
        }
    }
}

async fn run(seeded: &Seeded, staka: &Staka, case: &Case) -> Value {
    let session = staka.as_caller(Caller::new(seeded.actor(&case.actor)));
    let (operation, input) = (case.operation.as_str(), case.input.to_string());
    // Writes are rolled back, so that every case finds the same rows.
    let answer = if Operation::find(operation).is_some_and(|o| o.kind == staka_core::Kind::Write) {
        let _guard = seeded.writing.lock().await;
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
            let fields: Vec<_> = error.fields().iter().map(|it| it.field.as_ref()).collect();
            json!({"error": {"code": error.code(), "operation": error.operation(), "fields": fields}})
        }
    }
}

on_both! {
    async fn every_case_has_its_expected_outcome(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let cases = Case::all(&|name| seeded.placeholder(name));
        let mut failures = Vec::new();
        for case in &cases {
            failures.extend(case.mismatch(&run(seeded, &staka, case).await));
        }
        assert!(failures.is_empty(), "{failures:#?}");
        assert!(cases.len() >= 40, "{}", cases.len());
        let used: BTreeSet<&str> = cases.iter().map(|case| case.operation.as_str()).collect();
        for operation in Operation::all() {
            assert!(used.contains(operation.name), "{} has no case", operation.name);
        }
    }
}

#[test]
fn every_operation_has_exactly_one_example() {
    let cases = Case::all(&str::to_owned);
    for operation in Operation::all() {
        let examples = cases.iter().filter(|case| case.example && case.operation == operation.name);
        let names: Vec<&str> = examples.map(|case| case.name.as_str()).collect();
        assert_eq!(names.len(), 1, "{}: {names:?}", operation.name);
    }
}
