//! Tests of notifications: recipients, idempotency keys, expiry, marking, soft-deletion and purges.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use staka_core::base::NewRow;
use staka_core::db::OwnedTx;
use staka_core::model::{
    AuditLog, Notification, NotificationId, NotificationInsert, NotificationPriority, NotificationType, UserId,
};
use staka_core::{
    Between, ErrorKind, Match, NewNotification, NotificationFilter, NotificationSort, PageRequest, TextId, Timestamp,
    UserNotificationFilter, repo,
};

use crate::notifying_support::{Site, fields};
use crate::support::{delete_row, on_both};

const DAY: Duration = Duration::from_secs(86_400);

fn draft(title: &str) -> NewNotification {
    NewNotification::new(title, "texte")
}

fn id(text: &str) -> NotificationId {
    text.parse().unwrap()
}

/// Inserts rows for the client as if another program had written them.
async fn rows(site: &Site, count: usize, change: impl Fn(usize, &mut Notification)) -> Vec<Notification> {
    let rows: Vec<Notification> = (0..count)
        .map(|place| {
            let mut row = NotificationInsert::new(site.client.clone(), "t", "m").into_row(&*site.clock).unwrap();
            change(place, &mut row);
            row
        })
        .collect();
    let mut conn = site.staka.acquire().await.unwrap();
    repo::notifications::add(&mut conn, &rows).await.unwrap();
    rows
}

async fn audited(site: &Site, action: &str) -> Vec<AuditLog> {
    let filter = staka_core::AuditLogFilter::default().action(action);
    site.system()
        .audit_logs()
        .list(filter, staka_core::AuditLogSort::default(), PageRequest::default())
        .await
        .unwrap()
        .items
}

on_both! {
    async fn a_created_notification_is_read_unchanged(server: &Server) {
        let site = server.site().await;
        let full = draft("Paiement reçu 💶").r#type(NotificationType::Payment).priority(NotificationPriority::Urgente).data(json!({"commandeId": "7", "montant": 46_800, "profond": [null, {"é": "📖"}]})).action_url("/app/billing?id=7#facture").expires_at(site.now().plus(DAY));
        let made = site.admin().notifications().create(&site.client, full.clone(), None).await.unwrap();
        assert_eq!(site.client().notifications().get(&made.id).await.unwrap().as_ref(), Some(&made));
        assert_eq!((&made.data, &made.action_url), (&full.data, &full.action_url));
        assert_eq!(made.expires_at, Some(site.now().plus(DAY)));

        let plain = site.system().notifications().create(&site.client, draft("a"), None).await.unwrap();
        assert_eq!(plain.expires_at, Some(site.now().plus(30 * DAY)), "30 days by default");
        assert_eq!((plain.r#type, plain.priority), (NotificationType::Info, NotificationPriority::Normale));
        let lasting = draft("b").clear_expires_at();
        let lasting = site.system().notifications().create(&site.client, lasting, None).await.unwrap();
        assert_eq!(lasting.expires_at, None);
        // In JSON too, null means never and a missing field means 30 days.
        for (given, expires) in [(r#","expiresAt":null"#, false), ("", true)] {
            let input = format!(r#"{{"user":"{}","notification":{{"title":"t","message":"m"{given}}}}}"#, site.client);
            let made = site.system().call("notifications.create", &input).await.unwrap();
            let made: serde_json::Value = serde_json::from_slice(&made).unwrap();
            assert_eq!(made["expiresAt"].is_string(), expires);
        }
        assert_eq!(site.unread().await, 5);
        // A notification sent by an administrator leaves an entry; one sent by the system does not.
        let entries = audited(&site, "NOTIFICATION_SENT").await;
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].admin_email, "admin@exemple.fr");
    }

    async fn every_faulty_field_is_named_at_once_and_nothing_is_made(server: &Server) {
        let site = server.site().await;
        let bad = NewNotification::new(" \n", "\0").data(json!("x".repeat(65_534))).action_url("javascript:alert(1)").expires_at(site.now());
        let key = Some("has a space".to_owned());
        let error = site.system().notifications().create(&site.client, bad.clone(), key).await.unwrap_err();
        assert_eq!(fields(&error), ["actionUrl", "data", "expiresAt", "key", "message", "title"]);
        let error = site.system().notifications().create_for_admins(bad.clone()).await.unwrap_err();
        assert_eq!(fields(&error), ["actionUrl", "data", "expiresAt", "message", "title"]);
        let many = vec![site.client.clone(); 1_001];
        let error = site.system().notifications().create_for_many(many, bad).await.unwrap_err();
        assert_eq!(fields(&error), ["actionUrl", "data", "expiresAt", "message", "title", "users"]);
        let long = draft(&"t".repeat(256)).action_url(format!("/{}", "é".repeat(500)));
        let error = site.system().notifications().create(&site.client, long, Some("k".repeat(192))).await.unwrap_err();
        assert_eq!(fields(&error), ["actionUrl", "key", "title"]);
        let nobody: UserId = "nobody".parse().unwrap();
        for key in [None, Some("k".to_owned())] {
            let error = site.system().notifications().create(&nobody, draft("t"), key).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound);
        }
        assert!(site.notifications().await.is_empty());
        // A refused call does not claim its key.
        site.system().notifications().create(&site.client, draft("t"), Some("k".to_owned())).await.unwrap();
    }

    async fn only_administrators_send(server: &Server) {
        let site = server.site().await;
        for (who, session) in site.others() {
            let sending = session.notifications();
            let refused = [
                sending.create(&site.client, draft("t"), None).await.unwrap_err(),
                sending.create_for_admins(draft("t")).await.unwrap_err(),
                sending.create_for_many(vec![site.client.clone()], draft("t")).await.unwrap_err(),
                sending
                    .list(NotificationFilter::default(), NotificationSort::default(), PageRequest::default())
                    .await
                    .unwrap_err(),
                sending.count(NotificationFilter::default()).await.unwrap_err(),
                sending.purge_expired(None, None).await.unwrap_err(),
            ];
            let expected = if who == "anonymous" { ErrorKind::Unauthenticated } else { ErrorKind::Denied };
            assert!(refused.iter().all(|error| error.kind() == expected), "{who}: {refused:?}");
        }
        assert!(site.notifications().await.is_empty());
        // Former administrators cannot send either: the database decides, not the token.
        let former =
            site.staka.as_caller(staka_core::Caller::user(site.former_admin.clone(), staka_core::model::Role::Admin));
        let error = former.notifications().create_for_admins(draft("t")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        let demoted = site.staka.as_caller(staka_core::Caller::user(site.client.clone(), staka_core::model::Role::Admin));
        let error = demoted.notifications().create(&site.client, draft("t"), None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Denied);
        // Nor can they purge.
        let error = former.notifications().purge_expired(None, None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        assert!(site.notifications().await.is_empty());
    }

    async fn the_same_key_never_makes_two(server: &Server) {
        let site = server.site().await;
        let sending = site.system();
        let key = || Some("stripe:evt_1:client".to_owned());
        let first = sending.notifications().create(&site.client, draft("un"), key()).await.unwrap();
        let again = sending.notifications().create(&site.client, draft("deux"), key()).await.unwrap();
        assert_eq!(again, first, "the existing one, whatever the second call asked for");
        // Keys are compared byte by byte.
        let other = sending
            .notifications()
            .create(&site.client, draft("trois"), Some("STRIPE:evt_1:client".to_owned()))
            .await
            .unwrap();
        assert_ne!(other.id, first.id);
        let error = sending.notifications().create(&site.other_user, draft("un"), key()).await.unwrap_err();
        assert_eq!((error.kind(), error.key()), (ErrorKind::Conflict, Some("key")));
        assert_eq!(site.notifications().await.len(), 2);
        // A soft-deleted notification is not created again.
        sending.notifications().soft_delete(&first.id).await.unwrap();
        let again = sending.notifications().create(&site.client, draft("un"), key()).await.unwrap();
        assert_eq!((again.id, again.is_deleted), (first.id.clone(), true));
        // A permanently deleted one is: the key is reassigned, once.
        let mut conn = site.staka.acquire().await.unwrap();
        assert!(delete_row::<Notification>(&mut conn, first.id.as_str()).await);
        drop(conn);
        let anew = sending.notifications().create(&site.client, draft("un"), key()).await.unwrap();
        assert_ne!(anew.id, first.id);
        assert_eq!(sending.notifications().create(&site.client, draft("un"), key()).await.unwrap(), anew);
        assert_eq!(site.notifications().await.len(), 2);
    }

    async fn all_active_administrators_are_notified_in_one_statement(server: &Server) {
        let site = server.site().await;
        let (created, statements) = site.statements(site.system().notifications().create_for_admins(draft("a"))).await;
        assert_eq!((created.unwrap(), statements), (2, 3), "begin, insert, commit");
        let rows = site.notifications().await;
        let users: BTreeSet<_> = rows.iter().map(|row| &row.user_id).collect();
        assert_eq!(users, BTreeSet::from([&site.admin, &site.second_admin]));
        for row in &rows {
            // Ids as the library generates them: UUIDv7 of the current time.
            let parts: Vec<&str> = row.id.as_str().split('-').collect();
            assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{}", row.id);
            assert!(parts[2].starts_with('7') && parts[3].starts_with(['8', '9', 'a', 'b']), "{}", row.id);
            assert_eq!(&row.id.as_str()[..13], &NotificationId::generate(&*site.clock).as_str()[..13]);
            assert_eq!((row.created_at, row.expires_at), (site.now(), Some(site.now().plus(30 * DAY))));
        }
    }

    async fn many_users_are_notified_in_one_statement_and_unknown_ids_are_skipped(server: &Server) {
        let site = server.site().await;
        let nobody: UserId = "nobody".parse().unwrap();
        let users = vec![site.client.clone(), nobody, site.former_admin.clone(), site.client.clone()];
        let (sent, statements) =
            site.statements(site.system().notifications().create_for_many(users, draft("a"))).await;
        let sent = sent.unwrap();
        assert_eq!((sent.created, sent.unknown, statements), (2, 1, 3));
        // A thousand ids, most of which belong to no user.
        let mut users: Vec<UserId> = (0..997).map(|n| format!("nobody-{n}").parse().unwrap()).collect();
        users.extend([site.other_user.clone(), site.corrector.clone(), site.admin.clone()]);
        let (sent, statements) =
            site.statements(site.system().notifications().create_for_many(users, draft("b"))).await;
        let sent = sent.unwrap();
        assert_eq!((sent.created, sent.unknown, statements), (3, 997, 3));
        let none = site.system().notifications().create_for_many(Vec::new(), draft("c")).await.unwrap();
        assert_eq!((none.created, none.unknown), (0, 0));
        assert_eq!(site.notifications().await.len(), 5);
    }

    async fn nobody_reads_marks_or_deletes_another_users_notifications(server: &Server) {
        let site = server.site().await;
        let made = site.notify(&["a", "b"]).await;
        let other = site.other_user();
        for which in [&made[0].id, &id("missing")] {
            // The answer does not reveal whether it exists.
            let refused = [
                other.notifications().get(which).await.unwrap_err(),
                other.notifications().mark_read(which).await.unwrap_err(),
                other.notifications().soft_delete(which).await.unwrap_err(),
            ];
            assert!(refused.iter().all(|error| error.kind() == ErrorKind::Denied), "{refused:?}");
        }
        let ids: Vec<_> = made.iter().map(|row| row.id.clone()).collect();
        assert_eq!(other.notifications().mark_many_read(&site.other_user, ids.clone()).await.unwrap(), 0);
        assert_eq!(other.notifications().soft_delete_many(&site.other_user, ids.clone()).await.unwrap(), 0);
        assert_eq!(
            other.notifications().mark_many_read(&site.client, ids.clone()).await.unwrap_err().kind(),
            ErrorKind::Denied
        );
        assert_eq!(other.notifications().soft_delete_all_read(&site.client).await.unwrap_err().kind(), ErrorKind::Denied);
        assert_eq!(site.notifications().await.iter().filter(|row| !row.is_read && !row.is_deleted).count(), 2);
        let admin = site.admin();
        assert_eq!(admin.notifications().get(id("missing")).await.unwrap(), None);
        assert_eq!(admin.notifications().mark_read(id("missing")).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(admin.notifications().soft_delete(id("missing")).await.unwrap_err().kind(), ErrorKind::NotFound);
    }

    async fn marking_and_soft_deleting_take_effect_once(server: &Server) {
        let site = server.site().await;
        let made = site.notify(&["a", "b", "c", "d"]).await;
        let client = site.client();
        site.clock.advance(DAY);
        assert!(client.notifications().mark_read(&made[0].id).await.unwrap());
        let read = client.notifications().get(&made[0].id).await.unwrap().unwrap();
        assert_eq!((read.is_read, read.read_at, read.updated_at), (true, Some(site.now()), site.now()));
        site.clock.advance(DAY);
        assert!(!client.notifications().mark_read(&made[0].id).await.unwrap());
        assert_eq!(client.notifications().get(&made[0].id).await.unwrap().unwrap(), read, "the first time is kept");
        assert_eq!(site.unread().await, 3);

        let ids: Vec<_> = made.iter().take(3).map(|row| row.id.clone()).chain([id("x")]).collect();
        assert_eq!(client.notifications().mark_many_read(&site.client, ids.clone()).await.unwrap(), 2);
        assert_eq!(client.notifications().mark_many_read(&site.client, ids.clone()).await.unwrap(), 0);
        assert_eq!(site.unread().await, 1);
        assert_eq!(client.notifications().mark_many_read(&site.client, Vec::new()).await.unwrap(), 0);
        let too_many = client.notifications().mark_many_read(&site.client, vec![id("x"); 1_001]).await.unwrap_err();
        assert_eq!(fields(&too_many), ["ids"]);

        assert!(client.notifications().soft_delete(&made[0].id).await.unwrap());
        assert!(!client.notifications().soft_delete(&made[0].id).await.unwrap());
        assert_eq!(client.notifications().get(&made[0].id).await.unwrap(), None, "a soft-deleted one is hidden from its user");
        assert!(site.admin().notifications().get(&made[0].id).await.unwrap().unwrap().is_deleted);
        assert!(!client.notifications().mark_read(&made[0].id).await.unwrap());
        assert_eq!(client.notifications().soft_delete_many(&site.client, ids).await.unwrap(), 2);
        assert_eq!(client.notifications().soft_delete_all_read(&site.client).await.unwrap(), 0);
        client.notifications().mark_read(&made[3].id).await.unwrap();
        assert_eq!(client.notifications().soft_delete_all_read(&site.client).await.unwrap(), 1);
        let left = client.notifications().list_by_user(&site.client, UserNotificationFilter::default(), PageRequest::default()).await.unwrap();
        assert!(left.items.is_empty());
        assert_eq!(site.unread().await, 0);
        assert_eq!(site.notifications().await.len(), 4, "no row is deleted");
    }

    async fn many_ids_take_one_statement(server: &Server) {
        let site = server.site().await;
        let made = rows(&site, 1_000, |_, _| {}).await;
        let ids: Vec<_> = made.iter().map(|row| row.id.clone()).collect();
        let client = site.client();
        let (marked, statements) =
            site.statements(client.notifications().mark_many_read(&site.client, ids.clone())).await;
        assert_eq!((marked.unwrap(), statements), (1_000, 1));
        let (removed, statements) = site.statements(client.notifications().soft_delete_many(&site.client, ids)).await;
        assert_eq!((removed.unwrap(), statements), (1_000, 1));
    }

    async fn an_unread_notification_without_expiry_stays_in_the_badge(server: &Server) {
        let site = server.site().await;
        let lasting = draft("a").clear_expires_at();
        site.system().notifications().create(&site.client, lasting, None).await.unwrap();
        site.notify(&["b"]).await;
        for (days, unread) in [(0, 2), (29, 2), (2, 1), (10_000, 1)] {
            site.clock.advance(days * DAY);
            assert_eq!(site.unread().await, unread);
            let list = UserNotificationFilter::default().unread_only(true);
            let list = site.client().notifications().list_by_user(&site.client, list, PageRequest::default()).await.unwrap();
            assert_eq!(list.items.len() as u64, unread, "the badge matches the list");
        }
        let purged = site.system().notifications().purge_expired(None, None).await.unwrap();
        assert_eq!((purged.expired, purged.more), (1, false));
        assert_eq!(site.unread().await, 1, "it is never purged");
    }

    async fn a_purge_deletes_expired_notifications_and_nothing_else(server: &Server) {
        let site = server.site().await;
        let now = site.now();
        let made = rows(&site, 1_300, |place, row| {
            row.expires_at = match place % 4 {
                0 => Some(now),
                1 => Some(now.minus(DAY)),
                2 => Some(now.plus(Duration::from_millis(1))),
                _ => None,
            };
            row.is_deleted = place % 8 == 3;
            row.updated_at = now.minus(if place % 16 == 3 { 100 * DAY } else { DAY });
        })
        .await;
        let purge =
            async |before: Option<Timestamp>, limit| site.system().notifications().purge_expired(before, limit).await;
        let (first, statements) = site.statements(purge(None, Some(600))).await;
        let first = first.unwrap();
        assert_eq!((first.expired, first.soft_deleted, first.more), (600, 0, true));
        assert_eq!(statements, 6, "an audit entry, two batches found and deleted, and the keys");
        let second = purge(None, None).await.unwrap();
        assert_eq!((second.expired, second.soft_deleted, second.more), (50, 0, false));
        let third = purge(Some(now.minus(30 * DAY)), None).await.unwrap();
        let old = made.iter().enumerate().filter(|(place, _)| place % 16 == 3).count() as u64;
        assert_eq!((third.expired, third.soft_deleted, third.more), (0, old, false));
        let left: BTreeSet<_> = site.notifications().await.into_iter().map(|row| row.id).collect();
        let expected: BTreeSet<_> = made
            .into_iter()
            .enumerate()
            .filter(|(place, _)| place % 4 > 1 && place % 16 != 3)
            .map(|(_, row)| row.id)
            .collect();
        assert_eq!(left, expected);
        assert_eq!(audited(&site, "NOTIFICATIONS_CLEANUP").await.len(), 3);
        // A purge with nothing to do leaves no entry.
        assert_eq!(purge(None, None).await.unwrap(), Default::default());
        assert_eq!(audited(&site, "NOTIFICATIONS_CLEANUP").await.len(), 3);
        for (before, limit, field) in
            [(None, Some(0), "limit"), (None, Some(100_001), "limit"), (Some(now.plus(DAY)), None, "softDeletedBefore")]
        {
            assert_eq!(fields(&purge(before, limit).await.unwrap_err()), [field]);
        }
    }

    async fn keys_are_purged_after_thirty_days_and_not_before(server: &Server) {
        let site = server.site().await;
        let key = || Some("k".to_owned());
        let lasting = draft("a").clear_expires_at();
        let first = site.system().notifications().create(&site.client, lasting.clone(), key()).await.unwrap();
        site.clock.advance(30 * DAY);
        assert_eq!(site.system().notifications().purge_expired(None, None).await.unwrap().keys, 0);
        assert_eq!(
            site.system().notifications().create(&site.client, lasting.clone(), key()).await.unwrap().id,
            first.id
        );
        site.clock.advance(DAY);
        assert_eq!(site.system().notifications().purge_expired(None, None).await.unwrap().keys, 1);
        assert_ne!(site.system().notifications().create(&site.client, lasting, key()).await.unwrap().id, first.id);
    }

    async fn a_purge_within_a_callers_transaction_is_rolled_back_with_it(server: &Server) {
        let site = server.site().await;
        let past = site.now().minus(DAY);
        rows(&site, 3, |_, row| row.expires_at = Some(past)).await;
        let tx = site.system().begin().await.unwrap();
        assert_eq!(tx.notifications().purge_expired(None, None).await.unwrap().expired, 3);
        tx.rollback().await.unwrap();
        assert_eq!(site.notifications().await.len(), 3);
        assert!(audited(&site, "NOTIFICATIONS_CLEANUP").await.is_empty());
    }

    async fn an_administrator_lists_the_matching_rows(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let session = staka.as_system();
        let all = &seeded.rows.notifications;
        let light = &seeded.subjects.light;
        let since = seeded.anchor.minus(60 * DAY);
        type MatchesFn = fn(&Notification) -> bool;
        type Matches = Box<dyn Fn(&Notification) -> bool>;
        let filters: [(NotificationFilter, Matches); 6] = [
            (
                NotificationFilter::default().user(light.clone()),
                Box::new(|row| row.user_id == *light),
            ),
            (
                NotificationFilter::default().user(light.clone()).is_read(false).is_deleted(false),
                Box::new(|row| row.user_id == *light && !row.is_read && !row.is_deleted),
            ),
            (
                NotificationFilter::default().r#type(Match::In(vec![NotificationType::Payment, NotificationType::Order])).priority(NotificationPriority::Urgente),
                Box::new(
                    (|row| {
                        matches!(row.r#type, NotificationType::Payment | NotificationType::Order)
                            && row.priority == NotificationPriority::Urgente
                    }) as MatchesFn,
                ),
            ),
            (
                NotificationFilter::default().created_at(Between { from: Some(since), to: Some(seeded.anchor) }).is_read(true),
                Box::new(move |row| row.created_at >= since && row.created_at < seeded.anchor && row.is_read),
            ),
            (NotificationFilter::default().user(Match::In(Vec::new())), Box::new((|_| false) as MatchesFn)),
            (NotificationFilter::default(), Box::new((|_| true) as MatchesFn)),
        ];
        for (filter, matches) in &filters {
            let count = all.iter().filter(|row| matches(row)).count() as u64;
            assert_eq!(session.notifications().count(filter).await.unwrap(), count, "{filter:?}");
            let page = PageRequest::of(50).total(true);
            let found = session.notifications().list(filter, NotificationSort::default(), page).await.unwrap();
            assert_eq!(found.total, Some(count));
            let mut newest: Vec<_> = all.iter().filter(|row| matches(row)).collect();
            newest.sort_by(|one, other| (other.created_at, &other.id).cmp(&(one.created_at, &one.id)));
            assert!(found.items.iter().eq(newest.into_iter().take(50)), "{filter:?}");
        }
        // `%` has no special meaning in a search.
        let percent = NotificationFilter::default().search("%");
        let matching = all.iter().filter(|row| row.title.contains('%') || row.message.contains('%')).count() as u64;
        assert_eq!(session.notifications().count(percent).await.unwrap(), matching);
        let long = NotificationFilter::default().search("x".repeat(256));
        assert_eq!(fields(&session.notifications().count(long).await.unwrap_err()), ["search"]);
    }

    async fn a_list_takes_the_same_statements_however_many_rows_there_are(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let count = || staka.metrics().statements.load(std::sync::atomic::Ordering::Relaxed);
        for (limit, total, expected) in [(1, false, 1), (100, false, 1), (100, true, 2)] {
            let before = count();
            let page = PageRequest::of(limit).total(total);
            staka
                .as_system()
                .notifications()
                .list(NotificationFilter::default(), NotificationSort::default(), page)
                .await
                .unwrap();
            assert_eq!(count() - before, expected);
        }
    }

    async fn a_refused_operation_in_a_callers_transaction_undoes_only_itself(server: &Server) {
        let site = server.site().await;
        // Two operations in one transaction: the refused one keeps the effects of the first.
        let tx = site.system().begin().await.unwrap();
        tx.notifications().create(&site.client, draft("a"), Some("k".to_owned())).await.unwrap();
        let nobody: UserId = "nobody".parse().unwrap();
        tx.notifications().create(&nobody, draft("b"), Some("l".to_owned())).await.unwrap_err();
        tx.commit().await.unwrap();
        assert_eq!(site.notifications().await.len(), 1);
        site.system().notifications().create(&site.client, draft("b"), Some("l".to_owned())).await.unwrap();
        let mut tx = OwnedTx::begin(site.staka.pool()).await.unwrap();
        assert!(repo::notification_keys::find_notification(tx.conn(), "l").await.unwrap().is_some());
        tx.rollback().await.unwrap();
    }
}
