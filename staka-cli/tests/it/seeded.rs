//! Tests that need demo data: the demo fills one database for each server, which the tests of this file share.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use staka_core::Staka;
use staka_core::model::UserId;
use staka_demo::subjects;

use crate::support::{Running, database, done, get, json, on_both, refused, staka, with};

/// Returns the URL of the server's seeded database, and what the demo printed when it created it.
fn seeded(server: &str) -> (String, Value) {
    static SEEDED: Mutex<Option<HashMap<String, (String, Value)>>> = Mutex::new(None);
    let mut seeded = SEEDED.lock().unwrap_or_else(PoisonError::into_inner);
    let create = || {
        let url = database(server);
        let report = json(&["demo", "--once", "--database-url", &url]);
        (url, report)
    };
    seeded.get_or_insert_default().entry(server.to_owned()).or_insert_with(create).clone()
}

async fn unread(staka: &Staka, user: &UserId) -> u64 {
    staka.as_system().notifications().unread_count(user).await.unwrap()
}

on_both! {
    fn the_demo_migrates_and_seeds_and_a_second_seed_changes_nothing(server: &str) {
        let (url, report) = seeded(server);
        assert_eq!((&report["database"]["source"], &report["database"]["url"]), (&"--database-url".into(), &url.clone().into()));
        assert_eq!(report["migration"]["alreadyCurrent"], false);
        let seed = &report["seed"];
        assert_eq!((&seed["alreadyThere"], &seed["rows"]["users"]), (&false.into(), &1_000.into()));
        assert_eq!(report["queries"]["queries"].as_array().unwrap().len(), 17);

        let again = ["seed", "--anchor", seed["anchor"].as_str().unwrap(), "--database-url", &url];
        let report = json(&again);
        assert_eq!((&report["alreadyThere"], &report["rows"]), (&true.into(), &seed["rows"]));
        let text = done(&again);
        assert!(text.contains("were already there") && text.contains("notifications"), "{text}");
    }

    fn the_demo_serves_until_ctrl_c(server: &str) {
        let (url, _) = seeded(server);
        let mut command = staka(&["demo", "--port", "0"]);
        let running = Running::start(command.env("DATABASE_URL", &url), "Ctrl-C");
        let text = running.lines.join("\n");
        assert!(text.contains("(DATABASE_URL)") && text.contains("admin@example.org, password "), "{text}");
        // The printed command works.
        let curl = running.lines.iter().find(|line| line.contains("curl -H")).unwrap();
        let parts: Vec<&str> = curl.split('\'').collect();
        let token = parts[1].strip_prefix("Authorization: Bearer ").unwrap();
        let (address, path) = parts[3].strip_prefix("http://").unwrap().split_once('/').unwrap();
        let (status, body) = get(address, &format!("/{path}"), Some(token));
        assert_eq!((status, body.starts_with("[{")), (200, true), "{body}");
        assert_eq!(running.end("-INT").code(), Some(0));
    }

    fn the_queries_are_measured_and_change_nothing(server: &str) {
        let (url, _) = seeded(server);
        let heavy = subjects().heavy;
        let count = || with(&url, async |staka| unread(&staka, &heavy).await);
        let before = count();
        let report = json(&["bench", "--runs", "1", "--database-url", &url]);
        assert_eq!(count(), before);

        // The default is the user with the most notifications.
        assert_eq!(report["user"], heavy.as_str());
        let lines = report["queries"].as_array().unwrap();
        let numbers: Vec<u64> = lines.iter().filter_map(|line| line["number"].as_u64()).collect();
        assert_eq!(numbers, (1..=16).collect::<Vec<u64>>());
        assert_eq!(lines.len(), 17);
        for line in lines {
            let of = |name: &str| line[name].as_f64().unwrap();
            assert!(of("roundTrips") >= 1.0 && of("roundTrips") <= 4.0, "{line}");
            assert_eq!(line["met"].as_bool().unwrap(), of("medianMs") <= of("targetMs"), "{line}");
            assert_eq!(line["rolledBack"], line["number"] == 3, "{line}");
        }
        let line = |number: u64| lines.iter().find(|line| line["number"] == number).unwrap();
        assert_eq!((&line(1)["value"], &line(1)["rows"]), (&before.into(), &1.into()));
        assert!(line(3)["value"].as_u64().unwrap() >= before, "{}", line(3));
        // The first notifications, a savepoint, the rest, and their counters.
        assert_eq!((&line(3)["roundTrips"], &line(2)["rows"]), (&4.into(), &20.into()));
        assert!(line(12)["rows"].as_u64().unwrap() > 0);

        let light = subjects().light;
        let text = done(&["bench", "--runs", "1", "--user", light.as_str(), "--database-url", &url]);
        assert!(text.contains(light.as_str()) && text.contains("tarifs.list_active"), "{text}");
        assert_eq!(refused(1, &["bench", "--user", "nobody", "--database-url", &url])["code"], "NOT_FOUND");
    }
}
