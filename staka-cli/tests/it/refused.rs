//! Databases with rows or tables that Staka did not create are refused and left unchanged.

use staka_core::base::{Args, NewRow};
use staka_core::db::Statement;
use staka_core::model::UserInsert;
use staka_core::{Secret, SystemClock, repo};

use crate::support::{database, json, migrated, on_both, refused, with};

on_both! {
    fn seed_and_demo_refuse_a_database_with_other_rows(server: &str) {
        let url = migrated(server);
        with(&url, async |staka| {
            let user = UserInsert::new("Zoé", "Ångström", "zoe@example.org", Secret::new("x")).into_row(&SystemClock).unwrap();
            repo::users::add(&mut staka.acquire().await.unwrap(), &[user]).await.unwrap();
        });
        assert_eq!(refused(1, &["seed", "--database-url", &url])["code"], "CONFLICT");
        assert_eq!(refused(1, &["demo", "--once", "--database-url", &url])["code"], "CONFLICT");
        let users = with(&url, async |staka| {
            let count = Statement::fixed("test.count", "SELECT COUNT(*) FROM users", &[]);
            staka.acquire().await.unwrap().one::<i64>(&count, Args::new()).await.unwrap()
        });
        assert_eq!(users, 1);
    }

    fn the_demo_refuses_a_database_with_other_tables(server: &str) {
        let url = database(server);
        with(&url, async |staka| {
            let make = Statement::fixed("test.make", "CREATE TABLE wp_posts (id INT PRIMARY KEY)", &[]);
            staka.acquire().await.unwrap().execute(&make, Args::new()).await.unwrap();
        });
        let error = refused(1, &["demo", "--once", "--database-url", &url]);
        assert_eq!(error["code"], "CONFLICT");
        assert!(error["message"].as_str().unwrap().contains("was not created by Staka"), "{error}");
        assert_eq!(json(&["migrate", "status", "--database-url", &url])["migrations"][0]["state"], "pending");
    }

    fn seed_requires_a_migrated_schema(server: &str) {
        let error = refused(1, &["seed", "--database-url", &database(server)]);
        assert!(error["message"].as_str().unwrap().contains("staka migrate"), "{error}");
    }
}
