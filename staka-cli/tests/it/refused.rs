//! Databases that hold what nobody here made: left as they are.

use staka_core::base::{Args, NewRow};
use staka_core::db::Statement;
use staka_core::model::{NewUser, UserFilter};
use staka_core::{Secret, SystemClock, repo};

use crate::support::{database, json, migrated, on_both, refused, with};

on_both! {
    fn rows_that_no_seed_made_stay(server: &str) {
        let url = migrated(server);
        with(&url, async |staka| {
            let user = NewUser::new("Zoé", "Ångström", "zoe@example.org", Secret::new("x")).into_row(&SystemClock).unwrap();
            repo::users::add(&mut staka.acquire().await.unwrap(), &[user]).await.unwrap();
        });
        assert_eq!(refused(1, &["seed", "--database-url", &url])["code"], "CONFLICT");
        assert_eq!(refused(1, &["demo", "--once", "--database-url", &url])["code"], "CONFLICT");
        let users = with(&url, async |staka| {
            repo::users::count(&mut staka.acquire().await.unwrap(), &UserFilter::default()).await.unwrap()
        });
        assert_eq!(users, 1);
    }

    fn tables_that_staka_did_not_make_are_no_place_for_a_demo(server: &str) {
        let url = database(server);
        with(&url, async |staka| {
            let make = Statement::fixed("test.make", "CREATE TABLE wp_posts (id INT PRIMARY KEY)", &[]);
            staka.acquire().await.unwrap().execute(&make, Args::new()).await.unwrap();
        });
        let error = refused(1, &["demo", "--once", "--database-url", &url]);
        assert_eq!(error["code"], "CONFLICT");
        assert!(error["message"].as_str().unwrap().contains("was not made by Staka"), "{error}");
        assert_eq!(json(&["migrate", "status", "--database-url", &url])["migrations"][0]["state"], "pending");
    }

    fn a_seed_wants_a_schema(server: &str) {
        let error = refused(1, &["seed", "--database-url", &database(server)]);
        assert!(error["message"].as_str().unwrap().contains("staka migrate"), "{error}");
    }
}
