//! Tests of `staka migrate` and `staka counters`.

use staka_core::base::Args;
use staka_core::db::Statement;

use crate::support::{database, done, json, on_both, outcome, refused, staka, unused, with};

on_both! {
    fn a_dry_run_changes_nothing_and_a_second_run_does_nothing(server: &str) {
        let url = database(server);
        let sql = done(&["migrate", "--dry-run", "--database-url", &url]);
        assert!(sql.contains("CREATE TABLE") && sql.contains("staka_notifications_unread"), "{sql}");
        assert!(!json(&["migrate", "--dry-run", "--database-url", &url])["steps"].as_array().unwrap().is_empty());
        let status = json(&["migrate", "status", "--database-url", &url]);
        assert_eq!((&status["current"], &status["migrations"][0]["state"]), (&false.into(), &"pending".into()));

        let (code, stdout, stderr) = outcome(&mut staka(&["migrate", "--database-url", &url]));
        assert_eq!(code, 0, "{stderr}");
        assert!(stdout.contains("statements were run"), "{stdout}");
        assert!(stderr.contains("migration 0002 staka_notifications_unread"), "{stderr}");

        let second = json(&["migrate", "--database-url", &url]);
        assert_eq!((&second["alreadyCurrent"], &second["applied"]), (&true.into(), &serde_json::json!([])));
        assert!(done(&["migrate", "--dry-run", "--database-url", &url]).contains("nothing to do"));
        let status = done(&["migrate", "status", "--database-url", &url]);
        assert!(status.contains("0001 prisma_schema") && status.contains("The schema is up to date."), "{status}");
        refused(2, &["migrate", "--dry-run", "--database-url", &url, "status"]);
        refused(2, &["migrate", "--create-database", "--database-url", &url, "status"]);
    }

    fn counters_shows_what_is_wrong_and_repairs_it(server: &str) {
        let url = unused(server);
        done(&["migrate", "--create-database", "--database-url", &url]);
        let counters = ["counters", "--database-url", &url];
        assert!(json(&counters).as_array().unwrap().iter().all(|table| table["differing"] == 0));
        with(&url, async |staka| {
            static WRONG: Statement = Statement::fixed("test.wrong", "INSERT INTO `staka_user_counts` VALUES ('ADMIN', TRUE, 0, 5)", &[]);
            staka.acquire().await.unwrap().execute(&WRONG, Args::new()).await.unwrap();
        });
        let (code, stdout, stderr) = outcome(&mut staka(&counters));
        assert_eq!(code, 1, "{stderr}");
        assert!(stdout.contains("staka_user_counts, ADMIN, 1: 5; should be nothing"), "{stdout}");
        assert!(stderr.contains("--repair"), "{stderr}");
        let (code, stdout, stderr) = outcome(staka(&counters).arg("--json"));
        let document: serde_json::Value = serde_json::from_str(&stdout).expect("one document");
        let of = |table: &str| document.as_array().unwrap().iter().find(|one| one["table"] == table).unwrap()["differing"].clone();
        assert_eq!((code, of("staka_user_counts"), of("staka_message_hours")), (1, 1.into(), 0.into()), "{stdout} {stderr}");
        assert!(done(&["counters", "--repair", "--database-url", &url]).contains("staka_user_counts"));
        assert!(json(&counters).as_array().unwrap().iter().all(|table| table["differing"] == 0));
    }

    fn reset_requires_yes(server: &str) {
        let url = unused(server);
        done(&["migrate", "--create-database", "--database-url", &url]);
        let error = refused(2, &["migrate", "reset", "--database-url", &url]);
        assert_eq!(error["fields"][0]["field"], "--yes");
        assert_eq!(json(&["migrate", "status", "--database-url", &url])["current"], true);
        let report = json(&["migrate", "reset", "--yes", "--database-url", &url]);
        assert!(report["dropped"].as_array().unwrap().iter().any(|table| table == "users"), "{report}");
        assert_eq!(json(&["migrate", "status", "--database-url", &url])["current"], false);
    }
}
