//! Tests of `staka verify` and `staka call`.

use std::io::Write;
use std::process::Stdio;

use staka_core::base::Args;
use staka_core::db::Statement;

use crate::support::{database, done, json, migrated, on_both, outcome, refused, staka, with};

/// Runs SQL statements.
fn run(url: &str, sql: &str) {
    with(url, async |staka| {
        let mut conn = staka.acquire().await.unwrap();
        for text in
            sql.split(";\n").filter(|text| text.lines().any(|line| !line.starts_with("--") && !line.trim().is_empty()))
        {
            let statement =
                Statement::fixed("test.run", "", &[]).with_text(text.trim_end_matches([';', '\n']).to_owned());
            conn.execute(&statement, Args::new()).await.unwrap();
        }
    });
}

const TWO_DEFAULTS: &str = "INSERT INTO users (id, prenom, nom, email, password, role, updatedAt) VALUES ('u', 'Ugo', 'Un', 'u@example.org', '$2b$', 'ADMIN', UTC_TIMESTAMP(3));
INSERT INTO payment_methods (id, userId, stripePaymentMethodId, brand, last4, expMonth, expYear, isDefault, updatedAt) VALUES
 ('c1', 'u', 'pm_1', 'visa', '4242', 1, 2030, TRUE, UTC_TIMESTAMP(3)), ('c2', 'u', 'pm_2', 'visa', '4242', 1, 2030, TRUE, UTC_TIMESTAMP(3));";

on_both! {
    fn verify_shows_an_error_with_its_query_and_its_repair(server: &str) {
        let url = migrated(server);
        let clean = json(&["verify", "--strict", "--database-url", &url]);
        assert!(clean.as_array().unwrap().len() > 50);
        assert!(clean.as_array().unwrap().iter().all(|check| check["found"] == 0 && check["skipped"].is_null()), "{clean}");

        run(&url, TWO_DEFAULTS);
        let (code, stdout, stderr) = outcome(&mut staka(&["verify", "--database-url", &url]));
        assert_eq!(code, 1, "{stderr}");
        assert!(stdout.contains("users u: 2 default cards") && stdout.contains("query: SELECT"), "{stdout}");
        assert!(stdout.contains("repair: payment_methods.repair_defaults"), "{stdout}");
        assert!(stderr.contains("failed checks: cards.several_defaults"), "{stderr}");
        let money = json(&["verify", "--only", "money.", "--database-url", &url]);
        assert!(money.as_array().unwrap().iter().all(|check| check["check"].as_str().unwrap().starts_with("money.")));
        assert_eq!(refused(2, &["verify", "--only", "luck", "--database-url", &url])["code"], "INVALID");
        assert!(done(&["verify", "--only", "money.", "--queries", "--database-url", &url]).contains("query: SELECT"));
    }

    fn a_warning_is_exit_code_1_with_strict(server: &str) {
        let url = migrated(server);
        run(&url, &TWO_DEFAULTS.replace("TRUE", "FALSE"));
        assert!(done(&["verify", "--database-url", &url]).contains("2 cards, none of them the default one"));
        let (code, ..) = outcome(&mut staka(&["verify", "--strict", "--database-url", &url]));
        assert_eq!(code, 1);
    }

    fn a_database_that_prisma_created_is_checked_too(server: &str) {
        let url = database(server);
        assert_eq!(refused(1, &["verify", "--database-url", &url])["code"], "CONFLICT");
        run(&url, include_str!("../../../staka-core/migrations/0001_prisma_schema.sql"));
        run(&url, TWO_DEFAULTS);
        let (code, stdout, stderr) = outcome(&mut staka(&["verify", "--database-url", &url]));
        assert_eq!(code, 1, "{stderr}");
        assert!(stdout.contains("users u: 2 default cards"), "{stdout}");
        assert!(stdout.contains("orphans.staka_claims.userId was skipped"), "{stdout}");
    }

    fn any_operation_can_be_called_by_name(server: &str) {
        let url = migrated(server);
        run(&url, TWO_DEFAULTS);
        let found = json(&["call", "users.get", r#"{"id": "u"}"#, "--database-url", &url]);
        assert_eq!(found["email"], "u@example.org");
        let call = |arguments: &[&str]| refused(1, &[&["call"], arguments, &["--database-url", &url]].concat())["code"].clone();
        assert_eq!(call(&["users.get", r#"{"nobody": 1}"#]), "INVALID");
        assert_eq!(call(&["commandes.get", r#"{"id": "x"}"#, "--as", "nobody"]), "UNAUTHENTICATED");
        assert_eq!(refused(2, &["call", "users.fly", "--database-url", &url])["code"], "INVALID");
        assert_eq!(refused(2, &["call", "users.get", "[1", "--database-url", &url])["code"], "INVALID");

        let mut child = staka(&["call", "audit_logs.create", "-", "--as", "u", "--database-url", &url])
            .stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let entry = br#"{"entry": {"action": "MANUAL_NOTE", "targetType": "system"}}"#;
        child.stdin.take().unwrap().write_all(entry).unwrap();
        assert!(child.wait_with_output().unwrap().status.success());
        // An export is read in parts and printed as one text.
        let csv = done(&["call", "audit_logs.export", r#"{"limit": 1}"#, "--database-url", &url]);
        assert!(csv.contains("MANUAL_NOTE") && csv.contains("u@example.org"), "{csv}");
        assert_eq!(csv.lines().filter(|line| line.contains("timestamp")).count(), 1, "{csv}");
    }
}
