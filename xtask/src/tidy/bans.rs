//! Restricts `sqlx`, `unsafe` and the opening of transactions to the files that may contain them.

use super::Violation;
use super::rules::{self, BEGIN, CORE, DOORS, LAYERS, NOT_SQL, RAW, TRANSACTIONS, UNSAFE};
use super::tokens::{Kind, Token};
use super::tree::{Rust, Tree};

pub(crate) fn sqlx(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (file, rust) in tree.rust() {
        let layer = closed_layer(file.package(), rust);
        let (place, why, mend) = if DOORS.contains(&file.package()) {
            (
                format!("the interface `{}`", file.package()),
                "interfaces depend only on staka-core, so that the driver can be replaced",
                "call an operation of staka_core::api, and add it there if it does not exist".to_owned(),
            )
        } else if let Some(layer) = layer {
            (
                format!("the layer `{layer}`"),
                "the public API and the service functions do not use the types of sqlx",
                "use the types of `db` (connection, transaction); move SQL to `repo`".to_owned(),
            )
        } else {
            continue;
        };
        for token in rust.tokens.iter().filter(|token| token.word() == Some("sqlx")) {
            violations.push(Violation::error(&file.path, token.line, format!("{place} uses sqlx"), why, mend.clone()));
        }
    }
    violations
}

/// Returns the file's layer if it must not use sqlx.
fn closed_layer(package: &str, rust: &Rust) -> Option<&'static str> {
    let first = rust.module.first().filter(|_| package == CORE)?;
    LAYERS.iter().find(|layer| layer.name == first && !layer.sqlx).map(|layer| layer.name)
}

pub(crate) fn unsafe_code(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (file, rust) in tree.rust().filter(|(file, _)| !UNSAFE.contains(&file.path.as_str())) {
        for token in rust.tokens.iter().filter(|token| token.word() == Some("unsafe")) {
            violations.push(Violation::error(
                &file.path,
                token.line,
                "`unsafe` outside of the files that may contain it",
                "a review of unsafe code must only read these files",
                format!("write safe code; the list of files is UNSAFE in {}", rules::FILE),
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
        // In other layers the trait is not in scope, and `begin` is a method of the public API. clippy.toml
        // catches the rest by its type.
        let raw_at_hand = file.package() == CORE && closed_layer(CORE, rust).is_none();
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
                    // `Connection::begin(…)`, `.and_then(Pool::begin)`; the types of `db` are allowed.
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

/// Returns whether a text is the statement; a trigger's `BEGIN … END` or a sentence is not.
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
    fn interfaces_and_upper_layers_do_not_use_sqlx() {
        let text = "// sqlx::query\nuse sqlx::Row;\n#[derive(sqlx::FromRow)]\nstruct A;\n";
        assert_eq!(lines(sqlx, "staka-http/src/lib.rs", text), [2, 3]);
        assert_eq!(lines(sqlx, "staka-cli/tests/it.rs", text), [2, 3]);
        assert_eq!(lines(sqlx, "staka-core/src/api/mod.rs", text), [2, 3]);
        assert_eq!(lines(sqlx, "staka-core/src/service/buy.rs", "fn a() { m!(sqlx::query(1)) }"), [1]);
        assert!(lines(sqlx, "staka-core/src/repo/users.rs", text).is_empty());
        assert!(lines(sqlx, "staka-core/tests/service/buy.rs", text).is_empty());
        assert!(lines(sqlx, "staka-http/src/lib.rs", "const LOG: &str = \"sqlx=warn\";").is_empty());
    }

    #[test]
    fn unsafe_is_restricted_to_its_files() {
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
