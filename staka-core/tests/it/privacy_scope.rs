//! An erasure stays with its person: it neither rewrites the history of others, whatever a profile says, nor reads their
//! rows. Mentions in rows about others are rewritten by an administrator who has seen them.

use std::time::Duration;

use serde_json::json;
use staka_core::base::Args;
use staka_core::db::Statement;
use staka_core::model::{AuditLog, AuditTargetType, Notification, UserId};
use staka_core::{
    Caller, Clock, ErasureReason, ErrorKind, NewAuditLog, NewNotification, Registration, Session, Staka, UserUpdate,
};
use staka_local::Engine;

use crate::messaging_support::{Platform, kind, run};
use crate::orders_support::draft;
use crate::support::{Server, on_both};

/// Writes an entry of the audit log by hand.
async fn noted(by: &Session, target: Option<&UserId>, details: serde_json::Value) -> AuditLog {
    let entry = NewAuditLog::new("USER_NOTED", AuditTargetType::User).details(details);
    let entry = match target {
        Some(target) => entry.target_id(target.to_string()),
        None => entry,
    };
    by.audit_logs().create(entry).await.unwrap()
}

async fn entry(p: &Platform, id: &staka_core::model::AuditLogId) -> AuditLog {
    p.rows::<AuditLog>().await.into_iter().find(|row| row.id == *id).unwrap()
}

async fn profile(p: &Platform, user: &UserId, text: &str) {
    let statement = "UPDATE users SET adresse = ?, telephone = LEFT(?, 20) WHERE id = ?";
    run(&mut p.conn().await, statement, Args::new().with(text).with(text).with(user)).await;
}

/// Adds rows of others to a platform: entries, notifications to an administrator, and messages of another client.
async fn add_rows_of_others(p: &Platform, number: u32) {
    let mut conn = p.conn().await;
    let digits = "(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 \
                  UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";
    let numbers = format!(
        "(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM {digits} a, {digits} b, {digits} c, {digits} e) n WHERE n.n < {number}"
    );
    // Long before and after the person's own rows.
    let at = "'2025-01-01' + INTERVAL n.n HOUR";
    for text in [
        format!(
            "INSERT INTO audit_logs (id, timestamp, adminEmail, action, targetType, targetId, createdAt) \
                 SELECT CONCAT('a', n.n), {at}, 'admin@exemple.fr', 'USER_UPDATED', 'user', ?, {at} FROM {numbers}"
        ),
        format!(
            "INSERT INTO notifications (id, userId, title, message, data, createdAt, updatedAt) \
                 SELECT CONCAT('n', n.n), '{}', 't', 'm', CONCAT('{{\"id\":\"', ?, '\"}}'), {at}, {at} FROM {numbers}",
            p.admin
        ),
        format!(
            "INSERT INTO messages (id, senderId, receiverId, content, conversationId, createdAt, updatedAt) \
                 SELECT CONCAT('m', n.n), ?, '{}', 'c', CONCAT('c', n.n), {at}, {at} FROM {numbers}",
            p.admin
        ),
    ] {
        run(&mut conn, &text, Args::new().with(&p.other)).await;
    }
    for table in ["audit_logs", "notifications", "messages"] {
        run(&mut conn, &format!("ANALYZE TABLE {table}"), Args::new()).await;
    }
}

/// Returns how many rows the one connection of the handle has read so far.
async fn rows_read(staka: &Staka, engine: Engine) -> i64 {
    let schema = if engine == Engine::MariaDb { "information_schema" } else { "performance_schema" };
    let text = format!(
        "SELECT CAST(SUM(variable_value) AS SIGNED) FROM {schema}.session_status WHERE variable_name LIKE 'Handler_read%'"
    );
    staka.acquire().await.unwrap().one(&Statement::fixed("test", "", &[]).with_text(text), Args::new()).await.unwrap()
}

/// Returns the rows read and statements sent of summary, plan, export and erasure of a client, in this order.
async fn costs(server: &'static Server, others: u32) -> Vec<(i64, u64)> {
    let p = Platform::new(server).await;
    let me = p.client();
    me.commandes().create(draft("Les Marées"), None).await.unwrap();
    for place in 0..40 {
        p.first(&p.client, &format!("C'est moi, {place}")).await;
    }
    add_rows_of_others(&p, others).await;
    let one = p.db.builder().clock(p.clock.clone()).max_connections(1).connect().await.unwrap();
    let me = one.as_caller(Caller::user(p.client.clone(), staka_core::model::Role::User));
    // What the measurement itself reads.
    let first = rows_read(&one, server.engine).await;
    let itself = rows_read(&one, server.engine).await - first;
    let statements = || one.metrics().statements.load(std::sync::atomic::Ordering::Relaxed);
    let mut costs = Vec::new();
    for place in 0..4 {
        let (read, sent) = (rows_read(&one, server.engine).await, statements());
        match place {
            0 => drop(me.privacy().summary(&p.client).await.unwrap()),
            1 => drop(me.privacy().plan_erasure(&p.client).await.unwrap()),
            2 => drop(me.privacy().export(&p.client, None, None).await.unwrap()),
            _ => drop(me.privacy().erase(&p.client, ErasureReason::Request).await.unwrap()),
        }
        let sent = statements() - sent;
        costs.push((rows_read(&one, server.engine).await - read - itself, sent));
    }
    costs
}

on_both! {
    async fn a_profile_does_not_rewrite_the_history_of_others(server: &Server) {
        let p = Platform::new(server).await;
        profile(&p, &p.client, "EN_COURS").await;
        run(&mut p.conn().await, "UPDATE users SET prenom = 'Commande', nom = 'payée' WHERE id = ?", Args::new().with(&p.client)).await;
        let details = json!({"statut": "EN_COURS", "note": "Commande payée, 0600000000"});
        let others = noted(&p.admin(), Some(&p.other), details.clone()).await;
        let about = noted(&p.admin(), Some(&p.client), json!({"statut": "EN_COURS", "adresse": "EN_COURS"})).await;
        let notification = NewNotification::new("Commande payée", "La commande passe à EN_COURS").data(json!({"statut": "EN_COURS"}));
        p.admin().notifications().create(&p.second, notification, None).await.unwrap();
        let order = p.as_user(&p.other).commandes().create(draft("Un autre EN_COURS"), None).await.unwrap();
        let entries: Vec<AuditLog> = p.rows::<AuditLog>().await.into_iter().filter(|row| row.target_id.as_deref() != Some(p.client.as_str())).collect();
        let notifications: Vec<Notification> = p.rows().await;
        assert!(notifications.iter().any(|row| row.message.contains("Un autre EN_COURS")), "{}", order.id);
        p.later();
        p.client().privacy().erase(&p.client, ErasureReason::Request).await.unwrap();
        let after: Vec<AuditLog> = p.rows::<AuditLog>().await.into_iter().filter(|row| row.target_id.as_deref() != Some(p.client.as_str())).collect();
        assert_eq!(after, entries);
        assert_eq!(p.rows::<Notification>().await, notifications);
        assert_eq!(entry(&p, &others.id).await.details.unwrap().to_value(), details);
        // Not even an entry about the account says something else than before, but for its own fields.
        assert_eq!(entry(&p, &about.id).await.details.unwrap().to_value(), json!({"statut": "EN_COURS", "adresse": "…"}));
    }

    async fn a_freed_address_does_not_lead_to_its_former_owner(server: &Server) {
        let p = Platform::new(server).await;
        let note = json!({"note": "Vu avec second@exemple.fr"});
        let own = noted(&p.as_user(&p.second), None, note.clone()).await;
        let about = noted(&p.admin(), Some(&p.second), note.clone()).await;
        p.later();
        p.admin().users().delete(&p.second).await.unwrap();
        p.later();
        // Somebody registers with the address.
        let registration = Registration::new("Second", "Petit", "second@exemple.fr", "Un roman de 300 pages");
        let new = p.nobody().accounts().register(registration).await.unwrap();
        let me = p.as_user(&new.id);
        me.privacy().export(&new.id, None, None).await.unwrap();
        let plan = me.privacy().plan_erasure(&new.id).await.unwrap();
        assert_eq!(plan.audit_entries, 1, "the export");
        p.later();
        let erased = me.privacy().erase(&new.id, ErasureReason::Request).await.unwrap();
        for before in [&own, &about] {
            assert_eq!(entry(&p, &before.id).await, *before);
        }
        let log: Vec<AuditLog> = p.rows().await;
        let exported = log.iter().find(|row| row.action == "USER_DATA_EXPORTED").unwrap();
        assert_eq!(exported.admin_email, erased.pseudonym);
        // An older account receives the address.
        let exports = async || -> Vec<AuditLog> {
            let rows = p.rows::<AuditLog>().await.into_iter();
            let mut rows: Vec<AuditLog> = rows.filter(|row| row.action == "USER_DATA_EXPORTED" && row.target_id.as_deref() == Some(p.other.as_str())).collect();
            rows.sort_by_key(|row| row.timestamp);
            rows
        };
        p.as_user(&p.other).privacy().export(&p.other, None, None).await.unwrap();
        let former = exports().await.remove(0);
        assert_eq!(former.admin_email, "other@exemple.fr");
        p.later();
        p.admin().users().update(&p.other, UserUpdate::default().email("second@exemple.fr"), None).await.unwrap();
        p.later();
        p.as_user(&p.other).privacy().export(&p.other, None, None).await.unwrap();
        let erased = p.as_user(&p.other).privacy().erase(&p.other, ErasureReason::Request).await.unwrap();
        for before in [&own, &about, &former] {
            assert_eq!(entry(&p, &before.id).await, *before);
        }
        assert_eq!(exports().await[1].admin_email, erased.pseudonym);
    }

    async fn mentions_in_rows_about_others_are_erased_after_a_preview(server: &Server) {
        let p = Platform::new(server).await;
        run(&mut p.conn().await, "UPDATE users SET prenom = 'Zoé', nom = 'Ångström' WHERE id = ?", Args::new().with(&p.client)).await;
        let named = noted(&p.admin(), None, json!({"note": "Relancer Zoé Ångström, client@exemple.fr"})).await;
        let aside = noted(&p.admin(), None, json!({"note": "Relancer Zoe Angstrom"})).await;
        let own = noted(&p.admin(), Some(&p.client), json!({"note": "Zoé Ångström a appelé"})).await;
        let told = NewNotification::new("Rappel", "Rappeler Zoé Ångström");
        let told = p.admin().notifications().create(&p.second, told, None).await.unwrap();
        p.later();
        let mentions = p.admin().privacy().list_mentions(&p.client, Vec::new(), None).await.unwrap();
        assert_eq!(mentions.next, None);
        let shown: Vec<(&str, &str, &str)> = mentions.items.iter().map(|item| (&*item.id, &*item.column, &*item.text)).collect();
        assert_eq!(shown.len(), 2, "{shown:?}");
        assert!(shown.contains(&(told.id.as_str(), "message", "Rappeler Zoé Ångström")) && shown.iter().any(|item| item.0 == named.id.as_str() && item.1 == "details"));
        assert!(mentions.items.iter().all(|item| item.replacement.contains("Utilisateur Supprimé") && item.text != item.replacement));
        p.client().privacy().erase(&p.client, ErasureReason::Request).await.unwrap();
        for before in [&named, &aside] {
            assert_eq!(entry(&p, &before.id).await, *before, "an erasure leaves it alone");
        }
        assert_eq!(entry(&p, &own.id).await.details.unwrap().to_value(), json!({"note": "Utilisateur Supprimé a appelé"}));
        let identifiers = vec!["client@exemple.fr".to_owned(), "Zoé Ångström".to_owned()];
        let check = p.admin().privacy().check(&p.client, identifiers.clone(), None).await.unwrap();
        let kinds: Vec<(&str, &str)> = check.findings.iter().map(|finding| (&*finding.kind, &*finding.table)).collect();
        assert_eq!(check.missed, 0, "{kinds:?}");
        assert!(kinds.contains(&("mentioned", "audit_logs")) && kinds.contains(&("mentioned", "notifications")), "{kinds:?}");
        // The account has no identifiers any more, so they are given.
        assert_eq!(kind(p.admin().privacy().list_mentions(&p.client, Vec::new(), None).await), ErrorKind::Invalid);
        assert_eq!(p.admin().privacy().list_mentions(&p.client, identifiers.clone(), None).await.unwrap().items.len(), 2);
        let entries = vec![named.id.clone(), aside.id.clone(), own.id.clone(), "unknown".parse().unwrap()];
        let erased = p.admin().privacy().erase_mentions(&p.client, identifiers.clone(), entries.clone(), vec![told.id.clone()]).await.unwrap();
        assert_eq!((erased.audit_entries, erased.notifications), (1, 1));
        let plan = p.admin().privacy().plan_erasure(&p.client).await.unwrap();
        let note = format!("Relancer Utilisateur Supprimé, {}", plan.pseudonym);
        assert_eq!(entry(&p, &named.id).await.details.unwrap().to_value(), json!({"note": note}));
        assert_eq!(entry(&p, &aside.id).await, aside);
        assert!(p.notifications_of(&p.second).await.contains(&("Rappel".to_owned(), "Rappeler Utilisateur Supprimé".to_owned())));
        assert_eq!(p.rows::<AuditLog>().await.iter().filter(|row| row.action == "MENTIONS_ERASED").count(), 1);
        let again = p.admin().privacy().erase_mentions(&p.client, identifiers.clone(), entries, vec![told.id]).await.unwrap();
        assert_eq!((again.audit_entries, again.notifications), (0, 0));
        let check = p.admin().privacy().check(&p.client, identifiers, None).await.unwrap();
        assert!(check.findings.iter().all(|finding| finding.kind == "others"), "{:#?}", check.findings);
    }

    async fn a_member_of_the_team_disappears_from_what_they_did(server: &Server) {
        let p = Platform::new(server).await;
        run(&mut p.conn().await, "UPDATE users SET prenom = 'Aurèle', nom = 'Morvan' WHERE id = ?", Args::new().with(&p.second)).await;
        let question = p.first(&p.client, "Bonjour").await.message;
        p.answer(&p.second, &question.conversation_id, "Une réponse").await;
        let named = |rows: Vec<(String, String)>| rows.iter().filter(|(_, text)| text.contains("Aurèle")).count();
        assert_eq!(named(p.notifications_of(&p.client).await), 1);
        p.later();
        p.admin().privacy().erase(&p.second, ErasureReason::Other).await.unwrap();
        let told = p.notifications_of(&p.client).await;
        assert!(told.iter().any(|(_, text)| text.contains("Utilisateur Supprimé")) && named(told.clone()) == 0, "{told:?}");
        // What the client wrote to them is the client's.
        assert_eq!(p.row(&question.id).await, question);
        let exported = p.admin().privacy().export(&p.admin, None, None).await.unwrap().text;
        let exported: serde_json::Value = serde_json::from_str(&exported).unwrap();
        assert_eq!(exported["tables"]["messages"], json!([]), "{exported}");
    }

    async fn a_search_goes_on_where_it_ended(server: &Server) {
        let p = Platform::new(server).await;
        add_rows_of_others(&p, 7_000).await;
        run(&mut p.conn().await, "UPDATE notifications SET message = 'Rappeler Zoé Ångström' WHERE id IN ('n0', 'n3500', 'n6999')", Args::new()).await;
        // Ten identifiers: 6,000 rows with each call.
        let mut identifiers: Vec<String> = (0..9).map(|place| format!("introuvable{place}")).collect();
        identifiers.push("Zoé Ångström".to_owned());
        let (mut found, mut calls, mut after) = (0, 0, None);
        loop {
            let part = p.admin().privacy().check(&p.client, identifiers.clone(), after).await.unwrap();
            found += part.findings.iter().map(|finding| finding.rows).sum::<u64>();
            calls += 1;
            after = part.next;
            if after.is_none() {
                break;
            }
        }
        assert!(found == 3 && (4..9).contains(&calls), "{found} in {calls} calls");
        assert_eq!(p.rows::<AuditLog>().await.iter().filter(|row| row.action == "PRIVACY_CHECKED").count(), 1);
        let (mut ids, mut after) = (Vec::new(), None);
        loop {
            let part = p.admin().privacy().list_mentions(&p.client, identifiers.clone(), after).await.unwrap();
            ids.extend(part.items.into_iter().map(|item| item.id));
            after = part.next;
            if after.is_none() {
                break;
            }
        }
        ids.sort();
        assert_eq!(ids, ["n0", "n3500", "n6999"]);
    }

    async fn the_cost_follows_the_rows_of_the_person(server: &Server) {
        let (few, many) = (costs(server, 500).await, costs(server, 8_000).await);
        for (name, (few, many)) in ["summary", "plan", "export", "erase"].iter().zip(few.into_iter().zip(many)) {
            println!("{:?} {name}: {few:?} among few rows of others, {many:?} among many (rows read, statements)", server.engine);
            assert!(many.0 <= few.0 + 200, "{name}: {few:?} and {many:?} rows read");
            assert_eq!(few.1, many.1, "{name}: statements");
            assert!(many.1 < 90, "{name}: {} statements", many.1);
        }
    }

    async fn statements_do_not_grow_with_the_persons_rows(server: &Server) {
        let p = Platform::new(server).await;
        let insert = "INSERT INTO notifications (id, userId, title, message, createdAt, updatedAt) SELECT CONCAT(a.id, b.id, c.id, d.id), ?, 't', 'm', ?, ? \
                      FROM users a, users b, users c, users d";
        let (_, before) = p.statements(p.client().privacy().plan_erasure(&p.client)).await;
        let now = p.clock.now().minus(Duration::from_secs(86_400));
        let added = run(&mut p.conn().await, insert, Args::new().with(&p.client).with(now).with(now)).await;
        assert_eq!(added, 625);
        let (_, after) = p.statements(p.client().privacy().plan_erasure(&p.client)).await;
        assert_eq!(before, after);
        let (chunk, exported) = p.statements(p.client().privacy().export(&p.client, None, None)).await;
        assert!(chunk.next.is_none() && exported < 90, "{exported}");
        let (done, erased) = p.statements(p.client().privacy().erase(&p.client, ErasureReason::Request)).await;
        assert!(erased < 100, "{erased} statements");
        assert!(done.tables.iter().any(|table| table.table == "notifications" && table.removed >= 625), "{:?}", done.tables);
    }
}
