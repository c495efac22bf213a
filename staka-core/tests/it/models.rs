//! Tests of the models against the tables: columns, enums, reading and writing rows.

use serde_json::json;
use staka_core::base::{Args, NewRow, Table};
use staka_core::db::{Conn, Optional, Statement};
use staka_core::model::*;
use staka_core::repo::{audit_logs, commandes, notifications, password_resets, users};
use staka_core::{Clock, ErrorKind, JsonText, ManualClock, Patch, Secret, Staka, SystemClock, TextEnum, Timestamp};

use crate::handle::somebody;
use crate::seeded::any_row;
use crate::support::{on_both, rows_where};

fn raw(text: &str) -> Statement {
    Statement::fixed("test", "", &[]).with_text(text)
}

async fn order(staka: &Staka) -> Commande {
    let user = somebody(staka, 0).await;
    let order = CommandeInsert::new(user, "L’été — עברית 🎉").into_row(&SystemClock).unwrap();
    commandes::add(&mut staka.acquire().await.unwrap(), std::slice::from_ref(&order)).await.unwrap();
    order
}

on_both! {
    async fn every_column_is_declared_as_in_the_database(server: &Server) {
        let (_db, staka) = server.staka().await;
        let mut conn = staka.acquire().await.unwrap();
        macro_rules! declared {
            ($($row:ty),+ $(,)?) => {
                [$((<$row>::NAME, <$row>::COLUMNS)),+]
            };
        }
        let prisma = declared![
            User, Commande, File, Message, MessageAttachment, PaymentMethod, Invoice, Notification, CmsPage, Faq, Tarif,
            SupportRequest, AuditLog, PasswordReset,
        ];
        for (table, columns) in prisma.into_iter().chain(OWNED_TABLES.iter().map(|table| (table.name, table.columns))) {
            for (place, column) in columns.iter().enumerate() {
                let (nullable, length) = (if column.nullable { "YES" } else { "NO" }, format!("{:?}", column.length));
                let text = format!(
                    "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '{table}' \
                     AND BINARY column_name = '{}' AND ordinal_position = {} AND is_nullable = '{nullable}' AND \
                     '{length}' = CASE WHEN data_type = 'varchar' THEN CONCAT('Chars(', character_maximum_length, ')') \
                          WHEN data_type IN ('text', 'longtext', 'varbinary') THEN CONCAT('Bytes(', character_octet_length, ')') \
                          WHEN data_type = 'json' THEN 'Bytes(4294967295)' \
                          ELSE 'Fixed' END",
                    column.name, place + 1,
                );
                assert_eq!(conn.one::<i64>(&raw(&text), Args::new()).await.unwrap(), 1, "{table}.{} {length}", column.name);
            }
            let text = format!("SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '{table}'");
            assert_eq!(conn.one::<i64>(&raw(&text), Args::new()).await.unwrap(), columns.len() as i64, "{table}");
        }
    }

    async fn rows_that_triggers_and_the_migrator_write_are_as_declared(server: &Server) {
        let (_db, staka) = server.staka().await;
        let user = somebody(&staka, 3).await;
        let mut conn = staka.acquire().await.unwrap();
        let text = format!("SELECT {} FROM {}", NotificationCount::SELECT, NotificationCount::NAME);
        let counts: Vec<NotificationCount> = conn.all(&raw(&text), Args::new()).await.unwrap();
        assert_eq!(counts.iter().map(|count| count.unread).sum::<i64>(), 3);
        assert!(counts.iter().all(|count| count.user_id == user));
        assert_eq!(any_row::<UserCount>(&mut conn).await.role, "USER");
        assert!(any_row::<FilledCounter>(&mut conn).await.name.starts_with("staka_"));
        let migration: RecordedMigration = any_row(&mut conn).await;
        assert_eq!((migration.version, migration.state), (1, RecordedMigrationState::Applied));
        assert!(migration.finished_at >= Some(migration.started_at));
    }

    async fn a_database_may_lack_what_is_declared_optional(server: &Server) {
        let (_db, staka) = server.staka().await;
        let mut conn = staka.acquire().await.unwrap();
        let count = async |conn: &mut Conn, sql: &str| conn.one::<i64>(&raw(sql), Args::new()).await;
        let (column, table) = (Optional::columns(&["langue"], "French"), Optional::tables(&["tarifs_promo"], "no discount"));
        for (optional, sql, other, change) in [
            (column, "SELECT COUNT(u.langue) FROM users u", "SELECT COUNT(u.langues) FROM users u", "ALTER TABLE users ADD langue CHAR(2)"),
            (table, "SELECT COUNT(*) FROM tarifs_promo", "SELECT COUNT(*) FROM promo", "CREATE TABLE tarifs_promo (id INT PRIMARY KEY)"),
        ] {
            assert_eq!(optional.or_none(count(&mut conn, sql).await).unwrap(), None);
            assert_eq!(optional.required(count(&mut conn, sql).await).unwrap_err().kind(), ErrorKind::Conflict);
            assert_eq!(optional.or_none(count(&mut conn, other).await).unwrap_err().kind(), ErrorKind::Internal);
            conn.execute(&raw(change), Args::new()).await.unwrap();
            assert_eq!(optional.or_none(count(&mut conn, sql).await).unwrap(), Some(0));
        }
    }

    async fn every_enum_has_the_values_of_the_database_in_order(server: &Server) {
        let (_db, staka) = server.staka().await;
        let mut conn = staka.acquire().await.unwrap();
        async fn check<E: TextEnum>(conn: &mut Conn, table: &str, column: &str) {
            let values = E::VALUES.iter().map(|value| format!("''{value}''")).collect::<Vec<_>>().join(",");
            let text = format!(
                "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '{table}' \
                 AND column_name = '{column}' AND column_type = 'enum({values})'"
            );
            assert_eq!(conn.one::<i64>(&raw(&text), Args::new()).await.unwrap(), 1, "{} {values}", E::NAME);
        }
        check::<Role>(&mut conn, "users", "role").await;
        check::<StatutCommande>(&mut conn, "commandes", "statut").await;
        check::<Priorite>(&mut conn, "commandes", "priorite").await;
        check::<FileType>(&mut conn, "files", "type").await;
        check::<MessageType>(&mut conn, "messages", "type").await;
        check::<MessageStatut>(&mut conn, "messages", "statut").await;
        check::<InvoiceStatus>(&mut conn, "invoices", "status").await;
        check::<NotificationType>(&mut conn, "notifications", "type").await;
        check::<NotificationPriority>(&mut conn, "notifications", "priority").await;
        check::<PageType>(&mut conn, "pages", "type").await;
        check::<PageStatus>(&mut conn, "pages", "status").await;
        check::<SupportCategory>(&mut conn, "support_requests", "category").await;
        check::<SupportPriority>(&mut conn, "support_requests", "priority").await;
        check::<SupportRequestStatus>(&mut conn, "support_requests", "status").await;
        check::<AuditTargetType>(&mut conn, "audit_logs", "targetType").await;
        check::<AuditSeverity>(&mut conn, "audit_logs", "severity").await;
    }

    async fn an_unknown_enum_value_is_read_and_never_written(server: &Server) {
        let (_db, staka) = server.staka().await;
        let order = order(&staka).await;
        let mut conn = staka.acquire().await.unwrap();
        conn.execute(&raw("ALTER TABLE commandes MODIFY statut ENUM('EN_ATTENTE','PAYEE','EN_COURS','TERMINE','ANNULEE','SUSPENDUE') NOT NULL DEFAULT 'EN_ATTENTE'"), Args::new()).await.unwrap();
        conn.execute(&raw("UPDATE commandes SET statut = 'PAYEE'"), Args::new()).await.unwrap();
        let read = commandes::lookup(&mut conn, &order.id).await.unwrap().unwrap();
        assert_eq!((read.statut.as_str(), read.statut.is_recognised()), ("PAYEE", false));
        assert_eq!(serde_json::to_value(&read).unwrap()["statut"], "PAYEE");
        // It is refused in a new row and in a patch.
        let mut again = read.clone();
        again.id = "another".parse().unwrap();
        assert_eq!(commandes::add(&mut conn, &[again]).await.unwrap_err().kind(), ErrorKind::Invalid);
        let patch = CommandePatch { statut: Patch::Set(read.statut.clone()), ..CommandePatch::default() };
        let error = commandes::update(&mut conn, &order.id, &patch, None, SystemClock.now()).await.unwrap_err();
        assert_eq!((error.kind(), error.fields()[0].field.as_ref()), (ErrorKind::Invalid, "statut"));
        assert_eq!(conn.one::<i64>(&raw("SELECT COUNT(*) FROM commandes"), Args::new()).await.unwrap(), 1);
    }

    async fn a_row_is_written_and_read_unchanged(server: &Server) {
        let (_db, staka) = server.staka().await;
        let order = order(&staka).await;
        let mut conn = staka.acquire().await.unwrap();
        assert_eq!(commandes::lookup(&mut conn, &order.id).await.unwrap().unwrap(), order);
        let user = users::lookup(&mut conn, &order.user_id).await.unwrap().unwrap();
        let text = "e\u{301}\u{1f468}\u{200d}\u{1f469} العربية\u{202e}\n\\ % _ ' \" `";
        let patch = UserPatch {
            bio: Patch::Set(Some(text.to_owned())),
            preferences: Patch::Set(Some(json!({"notifications": {"email": true}, "é": [1, 2.5, null, text]}))),
            ..UserPatch::default()
        };
        users::update(&mut conn, &user.id, &patch, None, SystemClock.now()).await.unwrap();
        let read = users::lookup(&mut conn, &user.id).await.unwrap().unwrap();
        assert_eq!(read.bio.as_deref(), Some(text));
        assert_eq!(read.preferences, Some(json!({"notifications": {"email": true}, "é": [1, 2.5, null, text]})));
        assert_eq!((read.prenom, read.email), (user.prenom, user.email));
    }

    async fn absent_null_and_a_value_are_three_things(server: &Server) {
        let (_db, staka) = server.staka().await;
        let order = order(&staka).await;
        let mut conn = staka.acquire().await.unwrap();
        let note_client = Patch::Set(Some("Merci".to_owned()));
        let set = CommandePatch { note_client, amount: Patch::Set(Some(46_800)), ..CommandePatch::default() };
        commandes::update(&mut conn, &order.id, &set, None, SystemClock.now()).await.unwrap();
        let statut = Patch::Set(StatutCommande::EnCours);
        let cleared = CommandePatch { note_client: Patch::Set(None), statut, ..CommandePatch::default() };
        commandes::update(&mut conn, &order.id, &cleared, None, SystemClock.now()).await.unwrap();
        let read = commandes::lookup(&mut conn, &order.id).await.unwrap().unwrap();
        assert_eq!((read.note_client, read.amount, read.statut), (None, Some(46_800), StatutCommande::EnCours));
    }

    async fn the_version_never_repeats_and_guards_an_update(server: &Server) {
        let (_db, staka) = server.staka().await;
        let order = order(&staka).await;
        let mut conn = staka.acquire().await.unwrap();
        // A clock that stands still, and even one in the past.
        let clock = ManualClock::new(order.updated_at.minus(std::time::Duration::from_secs(5)));
        let mut last = order.updated_at;
        for _ in 0..3 {
            let patch = CommandePatch { amount: Patch::Set(Some(1)), ..CommandePatch::default() };
            commandes::update(&mut conn, &order.id, &patch, Some(last), clock.now()).await.unwrap();
            let next = commandes::lookup(&mut conn, &order.id).await.unwrap().unwrap().updated_at;
            assert!(next > last);
            last = next;
        }
        let stale = commandes::update(&mut conn, &order.id, &CommandePatch::default(), Some(order.updated_at), clock.now()).await.unwrap_err();
        assert_eq!(stale.kind(), ErrorKind::Precondition);
        let missing = commandes::update(&mut conn, &"gone".parse().unwrap(), &CommandePatch::default(), None, clock.now()).await.unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
        assert_eq!(commandes::remove(&mut conn, &"gone".parse().unwrap()).await.unwrap_err().kind(), ErrorKind::NotFound);
        commandes::remove(&mut conn, &order.id).await.unwrap();
        assert_eq!(commandes::lookup(&mut conn, &order.id).await.unwrap(), None);
    }

    async fn all_invalid_fields_are_reported_and_nothing_is_written(server: &Server) {
        let (_db, staka) = server.staka().await;
        let order = order(&staka).await;
        let mut conn = staka.acquire().await.unwrap();
        let mut new = CommandeInsert::new(order.user_id.clone(), "é".repeat(256));
        new.description = Some("x".repeat(65_536));
        new.payment_status = Some("a\0b".to_owned());
        new.amount = Some(3_000_000_000);
        let error = new.into_row(&SystemClock).unwrap_err();
        let fields: Vec<_> = error.fields().iter().map(|it| it.field.as_ref()).collect();
        assert_eq!((error.kind(), fields), (ErrorKind::Invalid, vec!["titre", "description", "paymentStatus", "amount"]));
        // Texts of the maximum length fit.
        let mut full = CommandeInsert::new(order.user_id.clone(), "é".repeat(255));
        full.description = Some("x".repeat(65_535));
        commandes::add(&mut conn, &[full.into_row(&SystemClock).unwrap()]).await.unwrap();
        // Violated foreign and unique keys are named.
        let orphan = CommandeInsert::new("nobody".parse().unwrap(), "t").into_row(&SystemClock).unwrap();
        let error = commandes::add(&mut conn, &[orphan]).await.unwrap_err();
        assert_eq!((error.kind(), error.key()), (ErrorKind::Conflict, Some("commandes_userId_fkey")));
        let user = users::lookup(&mut conn, &order.user_id).await.unwrap().unwrap();
        let twin = UserInsert::new("a", "b", user.email.to_uppercase(), Secret::new("x")).into_row(&SystemClock).unwrap();
        let error = users::add(&mut conn, &[twin]).await.unwrap_err();
        assert_eq!((error.kind(), error.key()), (ErrorKind::Conflict, Some("users_email_key")));
    }

    async fn json_in_text_columns_is_written_whole_and_read_unchanged(server: &Server) {
        let (_db, staka) = server.staka().await;
        let user = somebody(&staka, 1).await;
        let mut conn = staka.acquire().await.unwrap();
        let mut new = NotificationInsert::new(user, "t", "m");
        new.data = Some(JsonText::from(json!({"commandeId": "c", "n": [1, "é"]})));
        let row = new.into_row(&SystemClock).unwrap();
        notifications::add(&mut conn, std::slice::from_ref(&row)).await.unwrap();
        let id = || Args::new().with(&row.id);
        let read: Notification = rows_where(&mut conn, "`id` = ?", id()).await.remove(0);
        assert_eq!(read.data, Some(JsonText::from(json!({"commandeId": "c", "n": [1, "é"]}))));
        conn.execute(&raw("UPDATE notifications SET data = LEFT(data, 12) WHERE data IS NOT NULL"), Args::new()).await.unwrap();
        let cut: Notification = rows_where(&mut conn, "`id` = ?", id()).await.remove(0);
        assert_eq!(serde_json::to_value(&cut).unwrap()["data"], "{\"commandeId");
        let mut long = AuditLogInsert::new("a@example.org", "USER_UPDATED", AuditTargetType::User);
        long.details = Some(JsonText::from(json!("x".repeat(70_000))));
        assert_eq!(long.into_row(&SystemClock).unwrap_err().fields()[0].field, "details");
        let short = AuditLogInsert::new("a@example.org", "USER_UPDATED", AuditTargetType::User).into_row(&SystemClock).unwrap();
        audit_logs::add(&mut conn, std::slice::from_ref(&short)).await.unwrap();
        assert_eq!(audit_logs::lookup(&mut conn, &short.id).await.unwrap(), Some(short));
    }

    async fn hashes_neither_print_nor_serialise(server: &Server) {
        let (_db, staka) = server.staka().await;
        let user = somebody(&staka, 0).await;
        let mut conn = staka.acquire().await.unwrap();
        let patch = UserPatch { password: Patch::Set(Secret::new("$2b$12$hash")), ..UserPatch::default() };
        users::update(&mut conn, &user, &patch, None, SystemClock.now()).await.unwrap();
        let read = users::lookup(&mut conn, &user).await.unwrap().unwrap();
        let reset = PasswordResetInsert::new(user, Secret::new("$2b$12$hash"), SystemClock.now()).into_row(&SystemClock).unwrap();
        password_resets::add(&mut conn, std::slice::from_ref(&reset)).await.unwrap();
        let reset: PasswordReset = any_row(&mut conn).await;
        assert_eq!((read.password.expose(), reset.token_hash.expose()), ("$2b$12$hash", "$2b$12$hash"));
        for shown in [format!("{read:?} {reset:?} {patch:?}"), serde_json::to_string(&read).unwrap(), serde_json::to_string(&reset).unwrap()] {
            assert!(!shown.contains("hash\"") && !shown.contains("$2b$"), "{shown}");
        }
    }

    async fn a_corrupt_row_is_named(server: &Server) {
        let (_db, staka) = server.staka().await;
        let order = order(&staka).await;
        let mut conn = staka.acquire().await.unwrap();
        conn.execute(&raw("ALTER TABLE commandes MODIFY titre VARCHAR(255) NULL"), Args::new()).await.unwrap();
        conn.execute(&raw("UPDATE commandes SET titre = NULL"), Args::new()).await.unwrap();
        let error = commandes::lookup(&mut conn, &order.id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CorruptRow);
        for part in ["commandes", "titre", order.id.as_str()] {
            assert!(error.to_string().contains(part), "{error}");
        }
        // The connection is still usable.
        assert_eq!(conn.one::<i64>(&raw("SELECT COUNT(*) FROM commandes"), Args::new()).await.unwrap(), 1);
    }

    async fn timestamps_are_stored_in_utc_to_the_millisecond(server: &Server) {
        let (_db, staka) = server.staka().await;
        let order = order(&staka).await;
        let mut conn = staka.acquire().await.unwrap();
        for text in ["1000-01-01T00:00:00.000Z", "2026-03-29T01:30:00.001Z", "2026-10-25T01:30:00.999Z", "9999-12-31T23:59:59.999Z"] {
            let time: Timestamp = text.parse().unwrap();
            let patch = CommandePatch { date_echeance: Patch::Set(Some(time)), ..CommandePatch::default() };
            commandes::update(&mut conn, &order.id, &patch, None, SystemClock.now()).await.unwrap();
            assert_eq!(commandes::lookup(&mut conn, &order.id).await.unwrap().unwrap().date_echeance, Some(time));
            let same = raw("SELECT COUNT(*) FROM commandes WHERE dateEcheance = ?");
            let plain = text.replace('T', " ").replace('Z', "");
            assert_eq!(conn.one::<i64>(&same, Args::new().with(plain)).await.unwrap(), 1, "{text}");
        }
    }
}
