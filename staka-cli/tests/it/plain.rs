//! What needs no database: help, wrong usage, the list of operations.

use staka_core::Operation;

use crate::support::{done, json, outcome, refused, staka};

#[test]
fn help_says_what_there_is() {
    let help = done(&["--help"]);
    for command in [
        "migrate",
        "seed",
        "recount",
        "verify",
        "ledger",
        "taxes",
        "numbers",
        "tombstones",
        "queries",
        "operations",
        "call",
        "serve",
        "demo",
    ] {
        assert!(help.contains(command), "{help}");
        let own = done(&[command, "--help"]);
        assert!(own.contains("--database-url") && own.contains("DATABASE_URL") && own.contains("--json"), "{own}");
    }
}

#[test]
fn wrong_usage_is_2() {
    for arguments in [
        &["frobnicate"][..],
        &["seed", "--scale", "huge"],
        &["seed", "--only", "users"],
        &["seed", "--anchor", "hier"],
        &["queries", "--runs", "0"],
        &["recount", "--lock-wait", "5"],
        &["serve", "--listen", "nowhere"],
        &["demo", "--engine", "oracle"],
    ] {
        let (code, stdout, stderr) = outcome(&mut staka(arguments));
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_missing_or_wrong_url_is_2_and_says_what_to_do() {
    for arguments in
        [&["migrate"][..], &["migrate", "status"], &["seed"], &["recount"], &["verify"], &["numbers"], &["queries"]]
    {
        let (code, stdout, stderr) = outcome(&mut staka(arguments));
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(stderr.contains("--database-url") && stderr.contains("DATABASE_URL"), "{stderr}");
    }
    let (code, _, stderr) = outcome(staka(&["migrate"]).env("DATABASE_URL", "postgres://host/name"));
    assert_eq!(code, 2);
    assert!(stderr.contains("DATABASE_URL: must start with mysql://"), "{stderr}");
    let error = refused(2, &["migrate", "--database-url", "mysql://root@127.0.0.1:1"]);
    assert_eq!((&error["code"], &error["fields"][0]["field"]), (&"INVALID".into(), &"--database-url".into()));
}

#[test]
fn a_database_that_does_not_answer_is_1_as_a_document_too() {
    let url = "mysql://root:very-secret@127.0.0.1:1/none?connect_timeout=2";
    let error = refused(1, &["migrate", "--database-url", url]);
    assert_eq!(error["code"], "UNAVAILABLE");
    let (code, stdout, stderr) = outcome(staka(&["queries"]).env("DATABASE_URL", url));
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains("Check that the server runs") && !stderr.contains("very-secret"), "{stderr}");
}

#[test]
fn secrets_are_asked_for_before_anything_is_connected() {
    let url = "mysql://root@127.0.0.1:1/none";
    let error = refused(2, &["serve", "--database-url", url]);
    assert_eq!(error["fields"][0]["field"], "--jwt-secret");
    let error = refused(2, &["serve", "--jwt-secret", "short", "--database-url", url]);
    assert!(error["message"].as_str().unwrap().contains("32 bytes"), "{error}");
    refused(2, &["demo", "--once", "--jwt-secret", "short", "--database-url", url]);
    refused(2, &["demo", "--database-url", url]);
    refused(2, &["demo", "--once", "--engine", "mysql", "--database-url", url]);
}

#[test]
fn the_operations_are_the_cores() {
    let document = json(&["operations"]);
    let listed: Vec<&str> =
        document["operations"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    let names: Vec<&str> = Operation::all().iter().map(|operation| operation.name).collect();
    assert_eq!(listed, names);
    let place = names.iter().position(|name| *name == "notifications.unread_count").unwrap();
    let badge = &document["operations"][place];
    assert_eq!((&badge["kind"], &badge["allowed"]), (&"read".into(), &"self_or_admin".into()));
    assert_eq!((&badge["parameters"][0]["name"], &badge["parameters"][0]["required"]), (&"user".into(), &true.into()));

    let table = done(&["operations"]);
    assert!(names.iter().all(|name| table.contains(name)), "{table}");
    assert!(table.contains("user: UserId, page?: Page"), "{table}");
}
