//! Export and erasure are complete: a marker text in every text column of every table about persons is in the export,
//! and is gone after the erasure unless its column is declared to be kept.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use staka_core::base::{Erasure, Sensitivity};
use staka_core::model::{OWNED_TABLES, PersonTable, personal_data_tables};
use staka_core::{ErasureReason, Session};

use crate::counters_support::attempt;
use crate::migrate_support::script;
use crate::privacy_support::{ADDRESS, Mark, PERSON, everything, fill, person, texts};
use crate::support::on_both;

/// Returns the columns in which the markers are found.
async fn found_marks(admin: &Session, marks: &[Mark]) -> BTreeSet<(String, String)> {
    let mut places = BTreeSet::new();
    for some in marks.chunks(10) {
        let identifiers: Vec<String> = some.iter().map(|mark| mark.text.clone()).collect();
        for finding in admin.privacy().check(&person(), identifiers, None).await.unwrap().findings {
            let mark = &some[finding.identifier as usize - 1];
            // A marker that is also a key is found in rows that refer to it.
            if (mark.table, mark.column.as_str()) == (finding.table.as_str(), finding.column.as_str()) {
                places.insert((finding.table, finding.column));
            }
        }
    }
    places
}

/// Returns the whole export, read in pieces.
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

fn is_deleted(table: &str) -> bool {
    PersonTable::of(table).unwrap().columns.iter().any(|column| column.erasure == Erasure::Row)
}

on_both! {
    async fn every_owned_column_is_declared_and_every_declared_one_exists(server: &Server) {
        let (db, _staka) = server.staka().await;
        let mut conn = db.connect().await;
        let sql = "SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns WHERE table_schema = DATABASE() \
                   AND table_name LIKE 'staka\\_%'";
        let there: BTreeSet<String> = texts(&mut conn, sql).await.into_iter().flatten().flatten().collect();
        let declared: BTreeSet<String> =
            OWNED_TABLES.iter().flat_map(|table| table.columns.iter().map(|column| format!("{}.{}", table.name, column.name))).collect();
        let undeclared: Vec<_> = there.difference(&declared).collect();
        let missing: Vec<_> = declared.difference(&there).collect();
        assert!(undeclared.is_empty() && missing.is_empty(), "undeclared {undeclared:#?}, missing {missing:#?}");
    }

    async fn all_personal_data_is_exported_and_then_erased(server: &Server) {
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
        assert_eq!(found_marks(&admin, &marks).await.len(), marks.len(), "each marker is found where it was written");

        // Every exportable column is there, in one piece and in many.
        let whole = exported(&admin, 10_000).await;
        let mut small = exported(&admin, 1).await;
        // The second export contains the audit log entry of the first, so only this table is compared.
        assert_eq!(whole["tables"]["commandes"], small["tables"]["commandes"].take());
        assert_eq!(whole["person"], PERSON);
        let flat = whole.to_string();
        for mark in &marks {
            let column = PersonTable::of(mark.table).unwrap().column(&mark.column).unwrap();
            let carried = column.exportable && column.sensitivity != Sensitivity::Secret;
            let rows = whole["tables"][mark.table].as_array().unwrap();
            let found = rows.iter().any(|row| row[&mark.column] == mark.text.as_str() || row[&mark.column]["m"] == mark.text.as_str());
            assert_eq!(found, carried, "{mark:?}");
            // A private key may appear in rows that refer to it.
            let referred = flat.contains(&format!("\"{}\"", mark.text));
            assert!(carried || !referred || mark.column.to_lowercase().ends_with("id"), "{mark:?} is private");
        }
        for table in personal_data_tables().iter().filter(|table| !table.paths.is_empty()) {
            assert!(whole["tables"][table.name].is_array(), "{}", table.name);
        }

        // The erasure does what the plan says.
        let plan = admin.privacy().plan_erasure(&person()).await.unwrap();
        let planned: BTreeMap<&str, (u64, u64)> =
            plan.tables.iter().map(|table| (table.table.as_str(), (table.removed, table.changed))).collect();
        let erased = admin.privacy().erase(&person(), ErasureReason::Request).await.unwrap();
        for table in erased.tables.iter().filter(|table| table.table != "audit_logs") {
            assert_eq!(planned[table.table.as_str()], (table.removed, table.changed), "{}", table.table);
        }
        assert_eq!(erased.stored_files, plan.stored_files);
        assert!(erased.stored_files.len() >= 3, "a file, a manuscript's address, a portrait: {:?}", erased.stored_files);
        assert_eq!(erased.pseudonym, plan.pseudonym);

        // Only what is declared to be kept remains.
        let remaining = found_marks(&admin, &marks).await;
        for mark in &marks {
            let place = (mark.table.to_owned(), mark.column.clone());
            let stays = erasure(mark) == Erasure::Keep && !is_deleted(mark.table);
            // A marker within the details of the audit log is not an identifier of the person.
            let audit = mark.table == "audit_logs" && mark.column == "details";
            assert_eq!(remaining.contains(&place), stays || audit, "{mark:?} {:?}", erasure(mark));
        }
        let check = admin.privacy().check(&person(), vec![ADDRESS.to_owned()], None).await.unwrap();
        let wrong: Vec<_> = check.findings.iter().filter(|finding| finding.kind != "kept").collect();
        assert!(wrong.is_empty(), "{wrong:#?}");

        // A repeated erasure changes nothing.
        let before = everything(&mut conn).await;
        let repeated = admin.privacy().erase(&person(), ErasureReason::Request).await.unwrap();
        assert!(repeated.already_erased && repeated.tables.is_empty() && repeated.stored_files.is_empty(), "{repeated:?}");
        assert_eq!(repeated.erased_at, erased.erased_at);
        assert_eq!(everything(&mut conn).await, before);
        // The remaining data can be exported and names nobody.
        assert!(!exported(&admin, 100).await.to_string().contains(ADDRESS));
    }

    async fn erasures_are_repeated_after_a_restore(server: &Server) {
        let (db, staka) = server.staka().await;
        let mut conn = db.connect().await;
        fill(&mut conn).await;
        let admin = staka.as_system();
        let tables: Vec<&str> = personal_data_tables().iter().map(|table| table.name).filter(|name| *name != "staka_migrations").collect();
        for table in &tables {
            script(&mut conn, &format!("CREATE TABLE `bak_{table}` AS SELECT * FROM `{table}`")).await;
        }
        script(&mut conn, "DELETE FROM bak_staka_erasures").await;
        let erased = admin.privacy().erase(&person(), ErasureReason::Inactivity).await.unwrap();
        let after: BTreeMap<_, _> = everything(&mut conn).await.into_iter().filter(|(name, _)| !name.starts_with("bak_")).collect();
        let kept = admin.privacy().list_erasures(staka_core::PageRequest::default()).await.unwrap().items;
        assert_eq!((kept.len(), kept[0].reason.as_str()), (1, "inactivity"));

        // The backup is older than the erasure.
        script(&mut conn, "SET foreign_key_checks = 0; SET @staka_counters_off = 1").await;
        for table in &tables {
            script(&mut conn, &format!("DELETE FROM `{table}`; INSERT INTO `{table}` SELECT * FROM `bak_{table}`; DROP TABLE `bak_{table}`")).await;
        }
        script(&mut conn, "SET foreign_key_checks = 1; SET @staka_counters_off = NULL").await;
        let back = admin.privacy().check(&person(), vec![ADDRESS.to_owned()], None).await.unwrap();
        assert!(back.missed > 0);
        assert!(admin.privacy().list_erasures(staka_core::PageRequest::default()).await.unwrap().items.is_empty());

        let erasures: Vec<staka_core::ErasureInput> =
            kept.iter().map(|one| staka_core::ErasureInput::new(one.user_id.clone(), one.erased_at).reason(ErasureReason::Inactivity)).collect();
        let replayed = admin.privacy().replay_erasures(Some(erasures.clone())).await.unwrap();
        assert_eq!((replayed.erased, replayed.absent.len(), replayed.refused.len()), (vec![person()], 0, 0));
        assert_eq!(replayed.stored_files, erased.stored_files);
        let check = admin.privacy().check(&person(), vec![ADDRESS.to_owned()], None).await.unwrap();
        assert_eq!(check.missed, 0, "{check:?}");
        assert_eq!(admin.privacy().list_erasures(staka_core::PageRequest::default()).await.unwrap().items[0].erased_at, kept[0].erased_at);
        // As after the first erasure, but for the audit log and the versions of rows.
        let now = everything(&mut conn).await;
        for (table, rows) in after.iter().filter(|(table, _)| *table != "audit_logs" && !table.starts_with("_")) {
            assert_eq!(now[table].len(), rows.len(), "{table}");
        }
        let unchanged = admin.privacy().replay_erasures(None).await.unwrap();
        assert_eq!((unchanged.unchanged, unchanged.erased.len()), (vec![person()], 0));
        assert_eq!(admin.privacy().replay_erasures(Some(erasures)).await.unwrap().unchanged.len(), 1);
        let verify = staka_core::verify::checks().into_iter().find(|check| check.name == "privacy.erased").unwrap();
        let mut conn_for_verify = staka.acquire().await.unwrap();
        assert_eq!(staka_core::verify::check(&mut conn_for_verify, verify).await.unwrap().found, 0);
        script(&mut conn, "UPDATE users SET isActive = TRUE WHERE id <> 'chef'").await;
        assert_eq!(staka_core::verify::check(&mut conn_for_verify, verify).await.unwrap().found, 1);
    }

    async fn a_database_without_owned_tables_can_be_erased(server: &Server) {
        let (db, staka) = server.staka().await;
        let mut conn = db.connect().await;
        fill(&mut conn).await;
        // As `prisma db push` leaves the database.
        script(&mut conn, "SET foreign_key_checks = 0").await;
        for table in OWNED_TABLES {
            attempt(&mut conn, &format!("DROP TABLE `{}`", table.name)).await.unwrap();
        }
        let admin = staka.as_system();
        let plan = admin.privacy().plan_erasure(&person()).await.unwrap();
        assert_eq!(plan.absent.len(), OWNED_TABLES.len());
        let erased = admin.privacy().erase(&person(), ErasureReason::Request).await.unwrap();
        assert_eq!((erased.absent.len(), erased.already_erased), (OWNED_TABLES.len(), false));
        assert_eq!(admin.privacy().check(&person(), vec![ADDRESS.to_owned()], None).await.unwrap().missed, 0);
        let rules = admin.privacy().list_retention_rules().await.unwrap();
        assert!(rules.iter().any(|rule| rule.due.is_none()) && rules.iter().any(|rule| rule.due.is_some()));
    }
}
