//! Calls every operation with invalid inputs of all kinds: the error names every invalid field and no other, in plain
//! words, and nothing is written.

use std::collections::BTreeSet;

use serde_json::Value;
use staka_cases::Case;
use staka_core::base::Args;
use staka_core::db::Statement;
use staka_core::{Caller, Error, ErrorKind, Operation, Session, Staka};

use crate::seeded::Seeded;
use crate::support::on_both;
use crate::wrong_inputs_support::{Mutant, mutants, with_duplicate};

/// Phrases of serde and names of Rust types, which no error message may contain.
const FORBIDDEN_PHRASES: &[&str] = &[
    ", expected ",
    "expected a ",
    "expected one",
    "expected value",
    "unknown variant",
    "unknown field",
    "missing field",
    "duplicate field",
    "invalid type",
    "invalid value",
    "invalid length",
    "u32",
    "u64",
    "i32",
    "i64",
    "at line",
    "Option",
    "struct ",
];

/// Fields that are checked together: if the first is invalid, the error may name the second too.
const CHECKED_TOGETHER: &[(&str, &str, &str)] =
    &[("tickets.set_sla_targets", "firstResponse", "resolution"), ("billing.update_settings", "rate", "regime")];

/// Valid inputs that the case suite lacks: it does not know the tokens of sent e-mails; its free sample has no file.
const OTHER_VALID_INPUTS: &[(&str, &str, &str)] = &[
    (
        "password_resets.consume",
        "anonymous",
        r#"{"token": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", "password": "Un roman de 300 pages"}"#,
    ),
    (
        "messages.request_free_sample",
        "anonymous",
        r#"{"form": {"nom": "Zoé", "email": "zoe@visite.fr", "filename": "a.pdf", "storedName": "b.pdf",
            "mimeType": "application/pdf", "size": 10, "url": "/b.pdf"}}"#,
    ),
];

/// A valid input of an operation, with a session that may call it.
struct ValidInput {
    operation: &'static Operation,
    session: Session,
    input: Value,
}

/// Returns a valid input for each operation.
fn valid_inputs(seeded: &Seeded, staka: &Staka) -> Vec<ValidInput> {
    let cases = Case::all(&|name| seeded.placeholder(name));
    let valid_input = |operation: &'static Operation| {
        // A case that succeeds, otherwise one that fails for another reason than its input. The longest input covers
        // the most fields.
        let of = |case: &&Case| case.operation == operation.name;
        let is_valid = |case: &&Case| match case.expect.get("error") {
            None => true,
            Some(error) => ["CONFLICT", "NOT_FOUND", "DENIED"].iter().any(|code| error["code"] == *code),
        };
        let rank = |case: &&Case| (case.expect.get("error").is_none(), case.input.to_string().len());
        let other = OTHER_VALID_INPUTS.iter().find(|(name, ..)| *name == operation.name);
        let case = cases.iter().filter(of).filter(is_valid).max_by_key(rank);
        let (actor, input) = match (case, other) {
            (Some(case), None) => (case.actor.as_str(), case.input.clone()),
            (_, Some((_, actor, input))) => (*actor, serde_json::from_str(input).unwrap()),
            (None, None) => panic!("{} has no case with a valid input", operation.name),
        };
        ValidInput { operation, session: staka.as_caller(Caller::new(seeded.actor(actor))), input }
    };
    Operation::all().iter().map(valid_input).collect()
}

/// Returns what is wrong with an outcome that must be an `Invalid` error for exactly these fields.
fn outcome_problem(operation: &str, outcome: Result<Vec<u8>, Error>, expected: &BTreeSet<&str>) -> Option<String> {
    let error = match outcome {
        Ok(_) => return Some("was accepted".to_owned()),
        Err(error) if error.kind() == ErrorKind::Invalid => error,
        Err(error) => return Some(format!("{error:?}")),
    };
    let named: BTreeSet<&str> = error.fields().iter().map(|it| &*it.field).collect();
    let may_also_name = |field: &str| {
        CHECKED_TOGETHER.iter().any(|(of, one, other)| *of == operation && expected.contains(one) && field == *other)
    };
    let text = error.to_string();
    let forbidden = FORBIDDEN_PHRASES.iter().find(|phrase| text.contains(**phrase));
    if !expected.is_subset(&named) || named.difference(expected).any(|field| !may_also_name(field)) {
        return Some(format!("names {named:?}: {}", text.chars().take(300).collect::<String>()));
    }
    if named.len() != error.fields().len() {
        return Some(format!("names a field twice: {}", text.chars().take(300).collect::<String>()));
    }
    forbidden.map(|phrase| format!("contains {phrase:?}: {}", text.chars().take(300).collect::<String>()))
}

/// Returns the number of rows of each table and a checksum of when they were written.
async fn table_states(staka: &Staka) -> Vec<i64> {
    let mut conn = staka.acquire().await.unwrap();
    let mut states = Vec::new();
    for (table, column) in [
        ("users", "updatedAt"),
        ("commandes", "updatedAt"),
        ("files", "updatedAt"),
        ("messages", "updatedAt"),
        ("message_attachments", "id"),
        ("notifications", "updatedAt"),
        ("audit_logs", "id"),
        ("invoices", "updatedAt"),
        ("payment_methods", "updatedAt"),
        ("password_resets", "createdAt"),
        ("pages", "updatedAt"),
        ("faqs", "updatedAt"),
        ("tarifs", "updatedAt"),
        ("support_requests", "updatedAt"),
    ] {
        let text = format!("SELECT CAST(COUNT(*) + COALESCE(SUM(CRC32(`{column}`)), 0) AS SIGNED) FROM `{table}`");
        let statement = Statement::fixed("test.written", "", &[]).with_text(text);
        states.push(conn.one::<i64>(&statement, Args::new()).await.unwrap());
    }
    states
}

/// Returns groups of two or three mutants that can be combined.
fn combinations(all: &[Mutant]) -> Vec<Vec<&Mutant>> {
    let mut groups: Vec<Vec<&Mutant>> = Vec::new();
    for (at, first) in all.iter().enumerate() {
        let mut group = vec![first];
        for other in all[at + 1..].iter().chain(&all[..at]) {
            if group.len() < 3 && group.iter().all(|one| one.is_compatible_with(other)) {
                group.push(other);
            }
        }
        // A third of the groups suffices, because each mutant is tried alone too.
        if group.len() > 1 && at % 3 == 0 {
            groups.push(group);
        }
    }
    groups
}

on_both! {
    async fn every_invalid_field_of_every_operation_is_reported(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let _alone = seeded.writing.lock().await;
        let before = table_states(&staka).await;
        let (mut tried, mut problems) = (0, Vec::new());
        for ValidInput { operation, session, input } in valid_inputs(seeded, &staka) {
            let doc = operation.describe();
            let all = mutants(&doc, &input);
            let single = all.iter().map(|mutant| vec![mutant]);
            for group in single.chain(combinations(&all)) {
                let given = group.iter().fold(input.clone(), |input, mutant| mutant.applied(&input));
                let expected = group.iter().map(|mutant| mutant.named.as_str()).collect();
                let outcome = operation.call(&session, &given.to_string()).await;
                let kinds: Vec<_> = group.iter().map(|mutant| mutant.kind).collect();
                let problem = outcome_problem(operation.name, outcome, &expected);
                problems.extend(problem.map(|it| format!("{} {kinds:?} {expected:?} {it}", operation.name)));
                tried += 1;
            }
            if let Some((name, text)) = with_duplicate(&input, &doc) {
                let outcome = operation.call(&session, &text).await;
                let problem = outcome_problem(operation.name, outcome, &BTreeSet::from([&*name]));
                problems.extend(problem.map(|it| format!("{} duplicate: {it}", operation.name)));
            }
        }
        assert!(problems.is_empty(), "{} of {tried}: {:#?}", problems.len(), &problems[..problems.len().min(120)]);
        assert!(tried > 3_000, "{tried}");
        assert_eq!(table_states(&staka).await, before, "an invalid input was written");
        staka.close().await;
    }
}
