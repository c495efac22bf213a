//! Erasure and export among other users: their data stays, mentions of the erased person go.

use std::time::Duration;

use futures_util::TryStreamExt;
use serde_json::{Value, json};
use staka_core::base::{Args, Table};
use staka_core::model::AuditTargetType;
use staka_core::model::{AuditLog, Commande, FileType, Invoice, Message, Notification, Role, User, UserId};
use staka_core::{
    Actor, Caller, Clock, ErasureReason, ErrorKind, NewAuditLog, PageRequest, Registration, Session, repo,
};

use crate::counters_support::assert_exact;
use crate::messaging_support::{Platform, kind, run};
use crate::migrate_support::{script, texts as column};
use crate::orders_support::{draft, file, invoice};
use crate::support::on_both;

/// Returns the whole export.
async fn export(session: &Session, user: &UserId) -> Value {
    let text: String = session.privacy_export(user.clone()).try_collect().await.unwrap();
    serde_json::from_str(&text).unwrap()
}

fn texts(export: &Value, table: &str, column: &str) -> Vec<String> {
    let rows = export["tables"][table].as_array().unwrap();
    rows.iter().filter_map(|row| row[column].as_str().map(str::to_owned)).collect()
}

async fn name(p: &Platform, user: &UserId, prenom: &str, nom: &str) {
    let text = "UPDATE users SET prenom = ?, nom = ? WHERE id = ?";
    run(&mut p.conn().await, text, Args::new().with(prenom).with(nom).with(user)).await;
}

/// Returns the rows of others, which no erasure may change.
async fn of_others<T: Table>(p: &Platform, theirs: impl Fn(&T) -> bool) -> Vec<T> {
    p.rows::<T>().await.into_iter().filter(|row| !theirs(row)).collect()
}

on_both! {
    async fn data_of_others_stays_unchanged(server: &Server) {
        let p = Platform::new(server).await;
        let (client, other) = (p.client.clone(), p.other.clone());
        name(&p, &client, "Zoé", "Ångström").await;
        let order = p.client().commandes().create(draft("Les Marées").description("Un roman sur moi"), None).await.unwrap();
        file(&p.client(), Some(&order.id)).await;
        let corrected = file(&p.admin(), Some(&order.id)).await;
        let theirs = p.as_user(&other).commandes().create(draft("Un autre"), None).await.unwrap();
        let kept_file = file(&p.admin(), Some(&theirs.id)).await;
        invoice(&p.staka, &order.id).await.unwrap();
        let one = p.first(&client, "C'est Zoé").await.message;
        p.answer(&p.admin, &one.conversation_id, "Bonjour Zoé").await;
        p.first(&other, "C'est un autre").await;
        p.file(&client, FileType::Document, 10).await;
        let before = (
            of_others::<User>(&p, |row| row.id == client).await,
            of_others::<Message>(&p, |row| row.sender_id.as_ref() == Some(&client)).await,
            of_others::<Commande>(&p, |row| row.user_id == client).await,
            p.rows::<Invoice>().await,
        );
        let plan = p.client().privacy().plan_erasure(&client).await.unwrap();
        assert_eq!(plan.stored_files.len(), 3);
        let reasons: Vec<_> = plan.tables.iter().filter(|table| table.table == "invoices").flat_map(|table| &table.columns).collect();
        assert!(reasons.iter().all(|column| column.effect == "keep" && column.reason.contains("L123-22")), "{reasons:?}");
        p.later();
        let erased = p.client().privacy().erase(&client, ErasureReason::Request).await.unwrap();
        assert!(!erased.already_erased);
        let after = (
            of_others::<User>(&p, |row| row.id == client).await,
            of_others::<Message>(&p, |row| row.sender_id.as_ref() == Some(&client)).await,
            of_others::<Commande>(&p, |row| row.user_id == client).await,
            p.rows::<Invoice>().await,
        );
        assert_eq!(after, before);
        let row = repo::users::lookup(&mut p.conn().await, &client).await.unwrap().unwrap();
        assert_eq!((row.prenom.as_str(), row.nom.as_str(), row.is_active, row.password.expose()), ("Utilisateur", "Supprimé", false, ""));
        assert_eq!((&row.email, row.telephone, row.preferences), (&erased.pseudonym, None, None));
        let message = p.row(&one.id).await;
        assert_eq!((message.content.as_str(), message.sender_id.as_ref()), ("", Some(&client)));
        let done: Commande = p.rows::<Commande>().await.into_iter().find(|row| row.id == order.id).unwrap();
        assert_eq!((done.titre.as_str(), done.description), ("Commande", None));
        let files: Vec<staka_core::model::File> = p.rows().await;
        assert_eq!(files.iter().map(|file| &file.id).collect::<Vec<_>>(), [&kept_file.id], "{:?} was of her order", corrected.id);
        // The account cannot sign in, and its password cannot be reset.
        assert_eq!(kind(p.client().commandes().create(draft("Encore"), None).await), ErrorKind::Unauthenticated);
        assert_eq!(p.staka.caller_of(&client).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
        assert!(p.system().password_resets().request(erased.pseudonym.clone()).await.unwrap().token.is_none());
        let check = p.system().privacy().check(&client, vec!["client@exemple.fr".into(), "Zoé Ångström".into(), "Les Marées".into(), "sur moi".into()], None).await.unwrap();
        assert_eq!(check.missed, 0, "{check:#?}");
        p.assert_unread_agrees("erased").await;
        // The address is free for a new account of somebody else.
        let new = p.nobody().accounts().register(Registration::new("Zoé", "Ångström", "client@exemple.fr", "Un roman de 300 pages")).await.unwrap();
        assert!(texts(&export(&p.system(), &new.id).await, "messages", "content").is_empty());
    }

    async fn visitors_messages_are_erased_by_address_and_exported_once_claimed(server: &Server) {
        let p = Platform::new(server).await;
        let (mine, conversation) = p.visit("client@exemple.fr", None).await;
        p.answer(&p.admin, &conversation, "Réponse au visiteur").await;
        // An address that the collation considers equal, and one that somebody else claimed.
        let (theirs, _) = p.visit("çlient@exemple.fr", None).await;
        let (claimed, _) = p.visit("Ancienne@Exemple.fr", None).await;
        p.client().messages().claim("client@exemple.fr".to_owned(), &p.client).await.ok();
        let content = |id: &staka_core::model::MessageId| { let id = id.clone(); let p = &p; async move { p.row(&id).await } };
        // Registering with an address does not prove that it is one's own.
        let plain = p.add_user("nouveau", Role::User).await;
        let (unproven, _) = p.visit("nouveau@exemple.fr", None).await;
        assert!(texts(&export(&p.as_user(&plain), &plain).await, "messages", "id").is_empty());
        assert_eq!(texts(&export(&p.admin(), &plain).await, "messages", "id"), [unproven.to_string()]);
        p.admin().messages().claim("ancienne@exemple.fr".to_owned(), &p.client).await.unwrap();
        let shown = texts(&export(&p.client(), &p.client).await, "messages", "id");
        assert!(shown.contains(&mine.to_string()) && shown.contains(&claimed.to_string()) && !shown.contains(&theirs.to_string()));
        p.as_user(&plain).privacy().erase(&plain, ErasureReason::Request).await.unwrap();
        assert_eq!(content(&unproven).await.content, "");
        p.admin().privacy().erase(&p.client, ErasureReason::Request).await.unwrap();
        for id in [&mine, &claimed] {
            let row = content(id).await;
            assert_eq!((row.content.as_str(), row.visitor_name), ("", None));
            assert!(row.visitor_email.unwrap().starts_with("effacé-"));
        }
        let row = content(&theirs).await;
        assert_eq!((row.content.as_str(), row.visitor_email.as_deref()), ("Bonjour", Some("çlient@exemple.fr")));
        let answers: Vec<Message> = p.rows::<Message>().await.into_iter().filter(|row| row.content == "Réponse au visiteur").collect();
        assert!(answers.len() == 1 && answers[0].visitor_email.as_deref().is_none_or(|email| email.starts_with("effacé-")), "{answers:?}");
        let check = p.system().privacy().check(&p.client, vec!["client@exemple.fr".into(), "ancienne@exemple.fr".into()], None).await.unwrap();
        let left: Vec<_> = check.findings.iter().filter(|finding| finding.kind != "others").collect();
        assert!(left.is_empty(), "{left:#?}");
        p.assert_unread_agrees("erased").await;
    }

    async fn entries_and_notifications_about_the_person_lose_the_name(server: &Server) {
        let p = Platform::new(server).await;
        let client = p.client.clone();
        name(&p, &client, "Zoé", "Ångström").await;
        let from = Caller::user(client.clone(), Role::User).ip("192.0.2.7").user_agent("Marcheuse/1.0");
        let me = p.staka.as_caller(from);
        me.privacy().export(&client, None, None).await.unwrap();
        let details = json!({"note": "Appel de zoé ÅNGSTRÖM (Client@Exemple.fr)", "fields": ["nom"], "prenom": "Zoé"});
        let noted = NewAuditLog::new("USER_NOTED", AuditTargetType::User).target_id(client.to_string()).details(details);
        p.admin().audit_logs().create(noted).await.unwrap();
        let aside = NewAuditLog::new("OTHER_NOTED", AuditTargetType::User).details(json!({"note": "Marie Zoé, marie.client@exemple.fr"}));
        p.admin().audit_logs().create(aside).await.unwrap();
        let order = me.commandes().create(draft("Les Marées"), None).await.unwrap();
        p.first(&client, "C'est moi").await;
        // A namesake wrote too, and there is an unrelated notification.
        let namesake = p.add_user("homonyme", Role::User).await;
        name(&p, &namesake, "Zoé", "Ångström").await;
        p.first(&namesake, "Moi aussi").await;
        p.first(&p.other, "Un autre").await;
        let about = |row: &Notification, text: &str| row.message.contains(text) || row.data.as_ref().is_some_and(|data| data.to_value().to_string().contains(text));
        let notifications: Vec<Notification> = p.rows().await;
        assert!(notifications.iter().filter(|row| about(row, "Les Marées") && row.user_id == p.admin).count() == 1);
        let unread = p.system().notifications().unread_count(&p.admin).await.unwrap();
        let plan = me.privacy().plan_erasure(&client).await.unwrap();
        assert_eq!(plan.notifications_to_others, 4, "order and message, to two administrators");
        p.later();
        let erased = me.privacy().erase(&client, ErasureReason::Request).await.unwrap();
        let notifications: Vec<Notification> = p.rows().await;
        for gone in ["Les Marées", "C'est moi", order.id.as_str()] {
            assert!(notifications.iter().all(|row| !about(row, gone)), "{gone}");
        }
        let namesakes = notifications.iter().filter(|row| about(row, "Moi aussi")).collect::<Vec<_>>();
        assert!(namesakes.len() == 2 && namesakes.iter().all(|row| row.message.starts_with("Zoé Ångström")), "{namesakes:?}");
        assert_eq!(notifications.iter().filter(|row| about(row, "Un autre")).count(), 2);
        assert_eq!(p.system().notifications().unread_count(&p.admin).await.unwrap(), unread - 2);
        let log: Vec<AuditLog> = p.rows().await;
        let of = |action: &str| log.iter().find(|entry| entry.action == action).unwrap();
        for entry in [of("USER_DATA_EXPORTED"), of("USER_ERASED")] {
            assert_eq!((&entry.admin_email, &entry.ip_address, &entry.user_agent), (&erased.pseudonym, &None, &None));
            assert_eq!(entry.target_id.as_deref(), Some(client.as_str()));
        }
        let noted = of("USER_NOTED");
        assert_eq!(noted.admin_email, "admin@exemple.fr", "who wrote it stays");
        let note = format!("Appel de Utilisateur Supprimé ({})", erased.pseudonym);
        assert_eq!(noted.details.as_ref().unwrap().to_value(), json!({"note": note, "fields": ["nom"], "prenom": "Utilisateur Supprimé"}));
        assert_eq!(of("OTHER_NOTED").details.as_ref().unwrap().to_value(), json!({"note": "Marie Zoé, marie.client@exemple.fr"}));
        let check = p.system().privacy().check(&client, vec!["Les Marées".into(), "192.0.2.7".into(), "Marcheuse".into(), erased.pseudonym], None).await.unwrap();
        let others: Vec<_> = check.findings.iter().filter(|finding| finding.identifier != 4).collect();
        assert!(others.is_empty(), "{others:#?}");
        assert_exact(&mut p.db.connect().await, "erased").await;
    }

    async fn an_export_contains_no_secrets_of_others(server: &Server) {
        let p = Platform::new(server).await;
        p.system().users().set_active(&p.client, false).await.unwrap();
        p.admin().users().set_active(&p.client, true).await.unwrap();
        let exported = export(&p.client(), &p.client).await;
        let flat = exported.to_string();
        assert!(!flat.contains("hachage") && !flat.contains("tokenHash") && !flat.contains("\"password\""), "{flat}");
        let entries = exported["tables"]["audit_logs"].as_array().unwrap();
        assert!(entries.iter().any(|entry| entry["action"] == "USER_ACTIVATED"), "{entries:?}");
        assert!(!flat.contains("admin@exemple.fr"), "who did it is somebody else");
        let summary = p.client().privacy().summary(&p.client).await.unwrap();
        assert!(summary.tables.iter().all(|table| !table.exported.iter().any(|column| column == "password")));
        assert_eq!(summary.tables.iter().find(|table| table.table == "users").unwrap().rows, Some(1));
        assert_eq!(kind(p.as_user(&p.other).privacy().export(&p.client, None, None).await), ErrorKind::Denied);
        assert_eq!(kind(p.as_user(&p.corrector).privacy().plan_erasure(&p.client).await), ErrorKind::Denied);
        assert_eq!(kind(p.staka.as_caller(Caller::new(Actor::Anonymous)).privacy().summary(&p.client).await), ErrorKind::Unauthenticated);
    }

    async fn the_last_administrator_is_not_erased(server: &Server) {
        let p = Platform::new(server).await;
        p.admin().privacy().erase(&p.second, ErasureReason::Other).await.unwrap();
        let refused = p.admin().privacy().erase(&p.admin, ErasureReason::Request).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Conflict);
        let row = repo::users::lookup(&mut p.conn().await, &p.admin).await.unwrap().unwrap();
        assert_eq!((row.email.as_str(), row.is_active), ("admin@exemple.fr", true));
        // A restored backup may have no other administrator: this is reported, and the others are erased.
        let when: staka_core::Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
        let records = [&p.admin, &p.client].map(|user| staka_core::ErasureInput::new(user.clone(), when).reason(ErasureReason::Request));
        let replayed = p.system().privacy().replay_erasures(Some(records.to_vec())).await.unwrap();
        assert_eq!((replayed.refused, replayed.erased), (vec![p.admin.clone()], vec![p.client.clone()]));
        assert_eq!(p.system().privacy().list_erasures(PageRequest::default()).await.unwrap().items.len(), 3);
    }

    async fn due_rows_are_purged_in_batches(server: &Server) {
        let p = Platform::new(server).await;
        let mut conn = p.conn().await;
        for place in 0..25 {
            let text = "INSERT INTO password_resets (id, userId, tokenHash, expiresAt, createdAt) VALUES (?, ?, ?, ?, ?)";
            let at = p.clock.now().minus(Duration::from_secs(60 * place));
            run(&mut conn, text, Args::new().with(format!("r{place}")).with(&p.client).with(format!("h{place}")).with(at).with(at)).await;
        }
        let text = "INSERT INTO password_resets (id, userId, tokenHash, expiresAt, createdAt) VALUES ('fresh', ?, 'h', '2030-01-01', '2026-01-01')";
        run(&mut conn, text, Args::new().with(&p.client)).await;
        for (id, status, closed) in [("old", "FERME", "2023-01-01"), ("new", "FERME", "2026-01-01"), ("open", "OUVERT", "2020-01-01")] {
            let text = "INSERT INTO support_requests (id, userId, title, description, status, closedAt, createdAt, updatedAt) VALUES (?, ?, 't', 'd', ?, ?, '2020-01-01', '2020-01-01')";
            run(&mut conn, text, Args::new().with(id).with(&p.client).with(status).with(closed)).await;
        }
        drop(conn);
        let due = |rules: &[staka_core::model::view::RetentionRule], name: &str| rules.iter().find(|rule| rule.rule == name).unwrap().due;
        let rules = p.admin().privacy().list_retention_rules().await.unwrap();
        assert_eq!((due(&rules, "password_resets.expired"), due(&rules, "support_requests.closed")), (Some(25), Some(1)));
        assert!(rules.iter().all(|rule| !rule.reason.is_empty() && !rule.effect.is_empty()));
        let first = p.admin().privacy().purge("password_resets.expired".to_owned(), Some(10)).await.unwrap();
        assert_eq!((first.purged, first.remaining), (10, 15));
        let rest = p.admin().privacy().purge("password_resets.expired".to_owned(), None).await.unwrap();
        assert_eq!((rest.purged, rest.remaining), (15, 0));
        assert_eq!(p.admin().privacy().purge("password_resets.expired".to_owned(), None).await.unwrap().purged, 0);
        let events = "SELECT CAST(COUNT(*) AS CHAR) FROM staka_ticket_events";
        let mut conn = p.db.connect().await;
        script(&mut conn, "INSERT INTO staka_ticket_events (ticketId, place, kind, at, fromClient, body) SELECT id, 1, 'OPENED', createdAt, TRUE, 'dit' FROM support_requests").await;
        assert_eq!(column(&mut conn, events).await, ["3"]);
        assert_eq!(p.admin().privacy().purge("support_requests.closed".to_owned(), None).await.unwrap().purged, 1);
        assert_eq!(column(&mut conn, events).await, ["2"], "its events are deleted with it");
        drop(conn);
        let tickets: Vec<staka_core::model::SupportRequest> = p.rows().await;
        assert_eq!(tickets.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["new", "open"]);
        for rule in rules.iter().filter(|rule| rule.purgeable) {
            p.admin().privacy().purge(rule.rule.clone(), None).await.unwrap();
        }
        assert_eq!(p.rows::<AuditLog>().await.iter().filter(|entry| entry.action == "RETENTION_PURGED").count(), 3);
        assert_exact(&mut p.db.connect().await, "purged").await;
    }
}
