//! Export and erasure are complete by construction: a mark in every column of text of every table that is about people
//! comes out of the export, and is gone after the erasure unless its column is declared to stay.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use staka_core::base::{Erasure, Sensitivity};
use staka_core::model::{OURS, PersonTable, person_tables};
use staka_core::{ErasureReason, Session};

use crate::maintained_support::attempt;
use crate::migrate_support::script;
use crate::privacy_support::{ADDRESS, Mark, PERSON, everything, fill, person, texts};
use crate::support::on_both;

/// Which marks are found, and where.
async fn left(admin: &Session, marks: &[Mark]) -> BTreeSet<(String, String)> {
    let mut places = BTreeSet::new();
    for some in marks.chunks(10) {
        let identifiers: Vec<String> = some.iter().map(|mark| mark.text.clone()).collect();
        for finding in admin.privacy().check(&person(), identifiers).await.unwrap().findings {
            let mark = &some[finding.identifier as usize - 1];
            // A key that other rows refer to by.
            if (mark.table, mark.column.as_str()) == (finding.table.as_str(), finding.column.as_str()) {
                places.insert((finding.table, finding.column));
            }
        }
    }
    places
}

/// The export, piece by piece.
async fn exported(session: &Session, limit: u32) -> Value {
    let (mut text, mut after) = (String::new(), None);
    loop {
        let piece = session.privacy().export(&person(), after, Some(limit)).await.unwrap();
        text.push_str(&piece.text);
        after = piece.next;
        if after.is_none() {
            return serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        }
    }
}

fn erasure(mark: &Mark) -> Erasure {
    PersonTable::of(mark.table).unwrap().column(&mark.column).unwrap().erasure
}

fn goes(table: &str) -> bool {
    PersonTable::of(table).unwrap().columns.iter().any(|column| column.erasure == Erasure::Row)
}

on_both! {
    async fn every_column_of_ours_is_declared_and_every_declared_one_is_there(server: &Server) {
        let (db, _staka) = server.staka().await;
        let mut conn = db.connect().await;
        let sql = "SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns WHERE table_schema = DATABASE() \
                   AND table_name LIKE 'staka\\_%'";
        let there: BTreeSet<String> = texts(&mut conn, sql).await.into_iter().flatten().flatten().collect();
        let declared: BTreeSet<String> =
            OURS.iter().flat_map(|table| table.columns.iter().map(|column| format!("{}.{}", table.name, column.name))).collect();
        let undeclared: Vec<_> = there.difference(&declared).collect();
        let missing: Vec<_> = declared.difference(&there).collect();
        assert!(undeclared.is_empty() && missing.is_empty(), "undeclared {undeclared:#?}, missing {missing:#?}");
    }

    async fn whatever_is_held_is_exported_and_then_erased(server: &Server) {
        let (db, staka) = server.staka().await;
        let mut conn = db.connect().await;
        let marks = fill(&mut conn).await;
        let admin = staka.as_system();
        assert!(marks.len() > 60, "{}", marks.len());
        for mark in &marks {
            let json = matches!((mark.table, mark.column.as_str()), ("users", "preferences") | ("messages", "metadata"));
            let text = if json { format!("{{\"m\": \"{}\"}}", mark.text) } else { mark.text.clone() };
            let sql = format!("SELECT COUNT(*) FROM `{}` WHERE CONVERT(`{}` USING utf8mb4) = '{text}'", mark.table, mark.column);
            assert_eq!(texts(&mut conn, &sql.replace("COUNT(*)", "CAST(COUNT(*) AS CHAR)")).await[0][0].as_deref(), Some("1"), "{mark:?}");
        }
        assert_eq!(left(&admin, &marks).await.len(), marks.len(), "each mark is found where it was put");

        // Every exportable column, in one piece and in many.
        let whole = exported(&admin, 10_000).await;
        let mut small = exported(&admin, 1).await;
        // The second export finds the entry of the first.
        assert_eq!(whole["tables"]["commandes"], small["tables"]["commandes"].take());
        assert_eq!(whole["person"], PERSON);
        let flat = whole.to_string();
        for mark in &marks {
            let column = PersonTable::of(mark.table).unwrap().column(&mark.column).unwrap();
            let carried = column.exportable && column.sensitivity != Sensitivity::Secret;
            let rows = whole["tables"][mark.table].as_array().unwrap();
            let found = rows.iter().any(|row| row[&mark.column] == mark.text.as_str() || row[&mark.column]["m"] == mark.text.as_str());
            assert_eq!(found, carried, "{mark:?}");
            // A key is told by whoever refers to it.
            let referred = flat.contains(&format!("\"{}\"", mark.text));
            assert!(carried || !referred || mark.column.to_lowercase().ends_with("id"), "{mark:?} is private");
        }
        for table in person_tables().iter().filter(|table| !table.ways.is_empty()) {
            assert!(whole["tables"][table.name].is_array(), "{}", table.name);
        }

        // What the plan says, happens.
        let plan = admin.privacy().plan(&person()).await.unwrap();
        let planned: BTreeMap<&str, (u64, u64)> =
            plan.tables.iter().map(|table| (table.table.as_str(), (table.removed, table.changed))).collect();
        let erased = admin.privacy().erase(&person(), ErasureReason::Request).await.unwrap();
        for table in erased.tables.iter().filter(|table| table.table != "audit_logs") {
            assert_eq!(planned[table.table.as_str()], (table.removed, table.changed), "{}", table.table);
        }
        assert_eq!(erased.stored_files, plan.stored_files);
        assert!(erased.stored_files.len() >= 3, "a file, a manuscript's address, a portrait: {:?}", erased.stored_files);
        assert_eq!(erased.pseudonym, plan.pseudonym);

        // What is left is what is declared to stay.
        let left = left(&admin, &marks).await;
        for mark in &marks {
            let place = (mark.table.to_owned(), mark.column.clone());
            let stays = erasure(mark) == Erasure::Keep && !goes(mark.table);
            // A mark within the details of the log is no identifier of hers.
            let audit = mark.table == "audit_logs" && mark.column == "details";
            assert_eq!(left.contains(&place), stays || audit, "{mark:?} {:?}", erasure(mark));
        }
        let check = admin.privacy().check(&person(), vec![ADDRESS.to_owned()]).await.unwrap();
        let wrong: Vec<_> = check.findings.iter().filter(|finding| finding.place != "kept").collect();
        assert!(wrong.is_empty(), "{wrong:#?}");

        // Nothing is left to do.
        let before = everything(&mut conn).await;
        let again = admin.privacy().erase(&person(), ErasureReason::Request).await.unwrap();
        assert!(again.again && again.tables.is_empty() && again.stored_files.is_empty(), "{again:?}");
        assert_eq!(again.erased_at, erased.erased_at);
        assert_eq!(everything(&mut conn).await, before);
        // What is still held can be exported, and names nobody.
        assert!(!exported(&admin, 100).await.to_string().contains(ADDRESS));
    }

    async fn who_was_erased_stays_so_when_a_backup_comes_back(server: &Server) {
        let (db, staka) = server.staka().await;
        let mut conn = db.connect().await;
        fill(&mut conn).await;
        let admin = staka.as_system();
        let tables: Vec<&str> = person_tables().iter().map(|table| table.name).filter(|name| *name != "staka_migrations").collect();
        for table in &tables {
            script(&mut conn, &format!("CREATE TABLE `bak_{table}` AS SELECT * FROM `{table}`")).await;
        }
        script(&mut conn, "DELETE FROM bak_staka_tombstones").await;
        let erased = admin.privacy().erase(&person(), ErasureReason::Inactivity).await.unwrap();
        let after: BTreeMap<_, _> = everything(&mut conn).await.into_iter().filter(|(name, _)| !name.starts_with("bak_")).collect();
        let kept = admin.privacy().tombstones(staka_core::Page::default()).await.unwrap().items;
        assert_eq!((kept.len(), kept[0].reason.as_str()), (1, "inactivity"));

        // The backup knows nothing of it.
        script(&mut conn, "SET foreign_key_checks = 0; SET @staka_unmaintained = 1").await;
        for table in &tables {
            script(&mut conn, &format!("DELETE FROM `{table}`; INSERT INTO `{table}` SELECT * FROM `bak_{table}`; DROP TABLE `bak_{table}`")).await;
        }
        script(&mut conn, "SET foreign_key_checks = 1; SET @staka_unmaintained = NULL").await;
        let back = admin.privacy().check(&person(), vec![ADDRESS.to_owned()]).await.unwrap();
        assert!(back.missed > 0);
        assert!(admin.privacy().tombstones(staka_core::Page::default()).await.unwrap().items.is_empty());

        let tombstones: Vec<staka_core::Buried> =
            kept.iter().map(|one| staka_core::Buried { user_id: one.user_id.clone(), erased_at: one.erased_at, reason: ErasureReason::Inactivity }).collect();
        let replayed = admin.privacy().replay(Some(tombstones.clone())).await.unwrap();
        assert_eq!((replayed.erased, replayed.absent.len(), replayed.refused.len()), (vec![person()], 0, 0));
        assert_eq!(replayed.stored_files, erased.stored_files);
        let check = admin.privacy().check(&person(), vec![ADDRESS.to_owned()]).await.unwrap();
        assert_eq!(check.missed, 0, "{check:?}");
        assert_eq!(admin.privacy().tombstones(staka_core::Page::default()).await.unwrap().items[0].erased_at, kept[0].erased_at);
        // As it was, but for what the log says of the acts and the version of the rows.
        let now = everything(&mut conn).await;
        for (table, rows) in after.iter().filter(|(table, _)| *table != "audit_logs" && !table.starts_with("_")) {
            assert_eq!(now[table].len(), rows.len(), "{table}");
        }
        let unchanged = admin.privacy().replay(None).await.unwrap();
        assert_eq!((unchanged.unchanged, unchanged.erased.len()), (vec![person()], 0));
        assert_eq!(admin.privacy().replay(Some(tombstones)).await.unwrap().unchanged.len(), 1);
        let verify = staka_core::maintenance::verify::checks().into_iter().find(|check| check.name == "privacy.erased").unwrap();
        let mut held = staka.acquire().await.unwrap();
        assert_eq!(staka_core::maintenance::verify::check(&mut held, verify).await.unwrap().found, 0);
        script(&mut conn, "UPDATE users SET isActive = TRUE WHERE id <> 'chef'").await;
        assert_eq!(staka_core::maintenance::verify::check(&mut held, verify).await.unwrap().found, 1);
    }

    async fn a_database_without_our_tables_is_served_as_far_as_it_goes(server: &Server) {
        let (db, staka) = server.staka().await;
        let mut conn = db.connect().await;
        fill(&mut conn).await;
        // As `prisma db push` leaves it.
        script(&mut conn, "SET foreign_key_checks = 0").await;
        for table in OURS {
            attempt(&mut conn, &format!("DROP TABLE `{}`", table.name)).await.unwrap();
        }
        let admin = staka.as_system();
        let plan = admin.privacy().plan(&person()).await.unwrap();
        assert_eq!(plan.absent.len(), OURS.len());
        let erased = admin.privacy().erase(&person(), ErasureReason::Request).await.unwrap();
        assert_eq!((erased.absent.len(), erased.again), (OURS.len(), false));
        assert_eq!(admin.privacy().check(&person(), vec![ADDRESS.to_owned()]).await.unwrap().missed, 0);
        let rules = admin.privacy().retention().await.unwrap();
        assert!(rules.iter().any(|rule| rule.due.is_none()) && rules.iter().any(|rule| rule.due.is_some()));
    }
}
