//! Words that have one place: `sqlx`, `unsafe`, and the opening of a transaction.

use super::Violation;
use super::rules::{self, BEGIN, CORE, DOORS, NOT_SQL, RAW, ROOMS, TRANSACTIONS, UNSAFE};
use super::tokens::{Kind, Token};
use super::tree::{Rust, Tree};

pub(crate) fn sqlx(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (file, rust) in tree.rust() {
        let room = closed_room(file.package(), rust);
        let (place, why, mend) = if DOORS.contains(&file.package()) {
            (
                format!("the door `{}`", file.package()),
                "doors depend on staka-core alone, so that the driver can change behind it",
                "call an operation of staka_core::api; add it there if it is missing".to_owned(),
            )
        } else if let Some(room) = room {
            (
                format!("the room `{room}`"),
                "the public API has no sqlx types, and an act is written in the repo's words",
                "use the names that `db` gives (its connection, its transaction); SQL goes to `repo`".to_owned(),
            )
        } else {
            continue;
        };
        for token in rust.tokens.iter().filter(|token| token.word() == Some("sqlx")) {
            violations.push(Violation::error(&file.path, token.line, format!("{place} names sqlx"), why, mend.clone()));
        }
    }
    violations
}

/// The file's room, if sqlx must not be named there.
fn closed_room(package: &str, rust: &Rust) -> Option<&'static str> {
    let first = rust.module.first().filter(|_| package == CORE)?;
    ROOMS.iter().find(|room| room.name == first && !room.sqlx).map(|room| room.name)
}

pub(crate) fn unsafe_code(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (file, rust) in tree.rust().filter(|(file, _)| !UNSAFE.contains(&file.path.as_str())) {
        for token in rust.tokens.iter().filter(|token| token.word() == Some("unsafe")) {
            violations.push(Violation::error(
                &file.path,
                token.line,
                "`unsafe` outside of the files that may hold it",
                "whoever looks for unsoundness reads these files and no other",
                format!("write it safely; the list is UNSAFE in {}", rules::FILE),
            ));
        }
    }
    violations
}

pub(crate) fn transactions(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (file, rust) in tree.rust() {
        if file.path.starts_with(TRANSACTIONS) || NOT_SQL.contains(&file.package()) {
            continue;
        }
        // Elsewhere nobody has the trait in scope, and `begin` is the public API's own word. What has
        // slipped through, clippy.toml catches by its type.
        let raw_at_hand = file.package() == CORE && closed_room(CORE, rust).is_none();
        for (line, what) in openings(&rust.tokens, raw_at_hand) {
            if !rust.in_test(line) {
                violations.push(Violation::error(
                    &file.path,
                    line,
                    format!("{what} opens a transaction by hand"),
                    "a raw transaction is neither retried on a deadlock nor rolled back when its \
                     future is dropped",
                    "go through the runner in staka-core/src/db (`run_tx`)",
                ));
            }
        }
    }
    violations
}

fn openings(tokens: &[Token], raw_at_hand: bool) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match &token.kind {
            Kind::Word(word) if raw_at_hand && BEGIN.contains(&word.as_str()) => {
                let raw = match tokens[..at] {
                    [.., Token { kind: Kind::Sign('.'), .. }] => true,
                    // `Connection::begin(…)`, `.and_then(Pool::begin)`; the types of `db` are no raw ones.
                    [.., ref owner, Token { kind: Kind::PathSep, .. }] => {
                        owner.word().is_some_and(|owner| RAW.contains(&owner))
                    }
                    _ => false,
                };
                if raw {
                    found.push((token.line, format!("`{word}`")));
                }
            }
            Kind::Text(text) if opens(text) => {
                found.push((token.line, format!("{text:?}")));
            }
            _ => {}
        }
    }
    found
}

/// The statement itself: a trigger's `BEGIN … END` or a sentence is none.
fn opens(text: &str) -> bool {
    let first = text.split(';').next().unwrap_or_default();
    let words: Vec<String> = first.split_whitespace().map(str::to_uppercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(&words[..], ["BEGIN"] | ["BEGIN", "WORK"] | ["START", "TRANSACTION", ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(rule: fn(&Tree) -> Vec<Violation>, path: &str, text: &str) -> Vec<usize> {
        rule(&Tree::of(&[(path, text)])).iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn doors_and_upper_rooms_do_not_name_sqlx() {
        let text = "// sqlx::query\nuse sqlx::Row;\n#[derive(sqlx::FromRow)]\nstruct A;\n";
        assert_eq!(lines(sqlx, "staka-http/src/lib.rs", text), [2, 3]);
        assert_eq!(lines(sqlx, "staka-cli/tests/it.rs", text), [2, 3]);
        assert_eq!(lines(sqlx, "staka-core/src/api/mod.rs", text), [2, 3]);
        assert_eq!(lines(sqlx, "staka-core/src/flow/buy.rs", "fn a() { m!(sqlx::query(1)) }"), [1]);
        assert!(lines(sqlx, "staka-core/src/repo/users.rs", text).is_empty());
        assert!(lines(sqlx, "staka-core/tests/flow/buy.rs", text).is_empty());
        assert!(lines(sqlx, "staka-http/src/lib.rs", "const LOG: &str = \"sqlx=warn\";").is_empty());
    }

    #[test]
    fn unsafe_has_its_files() {
        assert_eq!(lines(unsafe_code, "staka-py/src/lib.rs", "\nfn a() { unsafe { b() } }"), [2]);
        assert_eq!(lines(unsafe_code, "staka-py/src/lib.rs", "m! { unsafe fn a() {} }"), [1]);
        assert!(lines(unsafe_code, UNSAFE[0], "fn a() { unsafe { b() } }").is_empty());
        let text = "#![deny(unsafe_code)] // unsafe\nconst A: &str = \"unsafe\";";
        assert!(lines(unsafe_code, "staka-py/src/lib.rs", text).is_empty());
    }

    #[test]
    fn transactions_are_opened_in_one_place() {
        let repo = "staka-core/src/repo/users.rs";
        assert_eq!(lines(transactions, repo, "fn a() {\n pool.begin().await; }"), [2]);
        assert_eq!(lines(transactions, repo, "fn a() { sqlx::Acquire::begin(c) }"), [1]);
        assert_eq!(lines(transactions, repo, "fn a() { m!(c.begin()) }"), [1]);
        assert_eq!(lines(transactions, repo, "fn a() { q(\"start transaction read only\") }"), [1]);
        assert_eq!(lines(transactions, repo, "fn a() { q(r#\" BEGIN; SELECT 1\"#) }"), [1]);
        assert!(lines(transactions, "staka-core/src/db/tx.rs", "fn a() { c.begin() }").is_empty());
        assert!(lines(transactions, "staka-core/tests/it.rs", "fn a() { c.begin() }").is_empty());
        let text = "#[cfg(test)] mod tests { fn a() { c.begin(); q(\"BEGIN\"); } }";
        assert!(lines(transactions, repo, text).is_empty());
        let public = "fn a() { staka.begin(); Tx::begin(b) }";
        assert!(lines(transactions, "staka-core/src/api/tx.rs", public).is_empty());
        assert!(lines(transactions, "examples/examples/a.rs", public).is_empty());
        assert_eq!(lines(transactions, "staka-core/src/api/tx.rs", "fn a() { q(\"BEGIN\") }"), [1]);
        assert!(lines(transactions, repo, "fn a() { OwnedTx::begin(b) }").is_empty());
        let text = "fn begin() { begin(); q(\"CREATE TRIGGER a BEGIN b; END\"); q(\"Begin here\") }";
        assert!(lines(transactions, repo, text).is_empty());
    }
}
