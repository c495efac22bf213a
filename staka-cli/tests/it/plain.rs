//! Tests that need no database: help, wrong usage, the list of operations.

use staka_core::Operation;

use crate::support::{done, json, outcome, refused, staka};

#[test]
fn help_lists_every_command() {
    let help = done(&["--help"]);
    for command in [
        "migrate",
        "seed",
        "counters",
        "verify",
        "ledger",
        "vat",
        "invoices",
        "erasures",
        "bench",
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
fn wrong_usage_is_exit_code_2() {
    for arguments in [
        &["frobnicate"][..],
        &["seed", "--scale", "huge"],
        &["seed", "--only", "users"],
        &["seed", "--anchor", "hier"],
        &["bench", "--runs", "0"],
        &["counters", "--lock-wait", "5"],
        &["serve", "--listen", "nowhere"],
        &["demo", "--engine", "oracle"],
    ] {
        let (code, stdout, stderr) = outcome(&mut staka(arguments));
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_missing_or_wrong_url_is_exit_code_2_with_advice() {
    for arguments in [
        &["migrate"][..],
        &["migrate", "status"],
        &["seed"],
        &["counters"],
        &["verify"],
        &["invoices", "gaps"],
        &["bench"],
    ] {
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
fn an_unavailable_database_is_exit_code_1_with_and_without_json() {
    let url = "mysql://root:very-secret@127.0.0.1:1/none?connect_timeout=2";
    let error = refused(1, &["migrate", "--database-url", url]);
    assert_eq!(error["code"], "UNAVAILABLE");
    let (code, stdout, stderr) = outcome(staka(&["bench"]).env("DATABASE_URL", url));
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains("Check that the server runs") && !stderr.contains("very-secret"), "{stderr}");
}

#[test]
fn secrets_are_checked_before_the_database_is_connected() {
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
fn operations_lists_every_operation_of_the_core() {
    let document = json(&["operations"]);
    let listed: Vec<&str> =
        document["operations"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    let names: Vec<&str> = Operation::all().iter().map(|operation| operation.name).collect();
    assert_eq!(listed, names);
    let index = names.iter().position(|name| *name == "notifications.unread_count").unwrap();
    let count = &document["operations"][index];
    assert_eq!((&count["kind"], &count["allowed"]), (&"read".into(), &"self_or_admin".into()));
    assert_eq!((&count["parameters"][0]["name"], &count["parameters"][0]["required"]), (&"user".into(), &true.into()));

    let table = done(&["operations"]);
    assert!(names.iter().all(|name| table.contains(name)), "{table}");
    assert!(table.contains("user: UserId, page?: PageRequest"), "{table}");
}
