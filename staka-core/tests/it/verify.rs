//! `staka verify` finds no errors in the demo data, and each check finds its violations.

use std::collections::BTreeSet;

use staka_core::verify::{Checked, Find, Severity, checks, verify};
use staka_core::{ErrorKind, Staka};

use crate::migrate_support::script;
use crate::support::on_both;

async fn all(staka: &Staka, only: Option<&str>) -> Vec<Checked> {
    verify(staka.pool(), only, &mut |_| {}).await.unwrap()
}

on_both! {
    async fn the_demo_data_is_sound(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.builder().connect().await.unwrap();
        let all = all(&staka, None).await;
        assert!(all.iter().all(|checked| checked.skipped.is_none()));
        let wrong: Vec<&Checked> = all.iter().filter(|it| it.found > 0 && it.severity == Severity::Error).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    async fn each_check_finds_its_violations_with_its_query(server: &Server) {
        let (db, staka) = server.staka().await;
        let mut conn = db.connect().await;
        let unsound = include_str!("../data/unsound.sql");
        script(&mut conn, &format!("SET foreign_key_checks = 0;\n{unsound}")).await;
        let all = all(&staka, None).await;
        let found: BTreeSet<&str> = all.iter().filter(|it| it.found > 0).map(|it| it.check.as_ref()).collect();
        let blind: Vec<&str> = all.iter().map(|it| it.check.as_ref()).filter(|name| !found.contains(name)).collect();
        assert!(blind.is_empty(), "found nothing: {blind:?}");
        let asked = all.iter().filter(|it| it.check.starts_with("counters.")).count();
        assert_eq!(all.len(), checks().len() + asked);
        assert!(asked >= 3, "one check for each counter table");
        for checked in &all {
            assert_eq!(checked.found, checked.findings.len() as u64, "{}", checked.check);
            let by_query = checks().iter().any(|check| check.name == checked.check && matches!(check.find, Find::Sql(_)));
            if !by_query {
                continue;
            }
            let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(checked.query.to_string())).fetch_all(&mut conn).await.unwrap();
            assert_eq!(rows.len() as u64, checked.found, "the query by hand shows as many: {}", checked.check);
        }
    }

    async fn checks_of_missing_tables_are_skipped_and_checks_can_be_selected(server: &Server) {
        let (db, staka) = server.staka().await;
        script(&mut db.connect().await, "DROP TABLE staka_claimed_messages").await;
        let some = all(&staka, Some("orphans.staka_")).await;
        let skipped: Vec<&str> = some.iter().filter(|it| it.skipped.is_some()).map(|it| it.check.as_ref()).collect();
        assert!(skipped.iter().all(|name| name.starts_with("orphans.staka_claimed_messages.")), "{skipped:?}");
        assert_eq!(skipped.len(), 2);
        assert!(some.len() > 2 && some.iter().all(|it| it.check.starts_with("orphans.staka_")));
        let error = verify(staka.pool(), Some("nothing"), &mut |_| {}).await.unwrap_err();
        assert_eq!((error.kind(), error.fields()[0].field.as_ref()), (ErrorKind::Invalid, "only"));
    }
}
