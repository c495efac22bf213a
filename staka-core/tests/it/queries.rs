//! The 16 queries against answers computed independently, in plain Rust over all rows of the tables.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde_json::{Value, json};
use staka_core::model::{AuditSeverity, ConversationId, Message, Notification, PageStatus, User, UserId};
use staka_core::{Cursor, Page, PageRequest, Session, Timestamp, UserNotificationFilter};

use crate::seeded::Rows;
use crate::support::on_both;

const DAY: Duration = Duration::from_secs(86_400);

/// Reads all pages by cursors and checks that page numbers give the same rows.
async fn every_page<T, F>(limit: u32, mut fetch: F) -> Vec<Value>
where
    T: serde::Serialize,
    F: AsyncFnMut(PageRequest) -> Page<T>,
{
    let mut by_cursor = Vec::new();
    let mut page = PageRequest::of(limit);
    loop {
        let listing = fetch(page).await;
        assert!(listing.items.len() <= limit as usize);
        by_cursor.extend(listing.items.iter().map(|item| serde_json::to_value(item).unwrap()));
        match listing.next {
            Some(cursor) => page = PageRequest::of(limit).after(cursor),
            None => break,
        }
    }
    let mut numbered = Vec::new();
    for number in 1.. {
        let listing = fetch(PageRequest::of(limit).page(number)).await;
        numbered.extend(listing.items.iter().map(|item| serde_json::to_value(item).unwrap()));
        if listing.next.is_none() {
            break;
        }
    }
    assert_eq!(by_cursor, numbered);
    by_cursor
}

fn fields(row: &impl serde::Serialize, names: &[&str]) -> Value {
    let row = serde_json::to_value(row).unwrap();
    names.iter().map(|name| ((*name).to_owned(), row[*name].clone())).collect::<serde_json::Map<_, _>>().into()
}

fn is_unread(row: &Notification, user: &UserId, now: Timestamp) -> bool {
    row.user_id == *user && !row.is_deleted && !row.is_read && row.expires_at.is_none_or(|expiry| expiry > now)
}

fn subjects_and_others(rows: &Rows, subjects: &[UserId]) -> Vec<UserId> {
    subjects.iter().cloned().chain(rows.users.iter().step_by(97).map(|user| user.id.clone())).collect()
}

fn notifications_expected(rows: &Rows, user: &UserId, now: Timestamp, unread_only: bool) -> Vec<Value> {
    let mut mine: Vec<&Notification> = rows
        .notifications
        .iter()
        .filter(|row| row.user_id == *user && !row.is_deleted && (!unread_only || is_unread(row, user, now)))
        .collect();
    mine.sort_by_key(|row| Reverse((row.priority.clone(), row.created_at, row.id.clone())));
    mine.iter()
        .map(|row| fields(row, &["id", "title", "message", "type", "priority", "isRead", "actionUrl", "createdAt"]))
        .collect()
}

fn brief(users: &HashMap<&UserId, &User>, id: Option<&UserId>, names: &[&str]) -> Value {
    id.and_then(|id| users.get(id)).map_or(Value::Null, |user| fields(user, names))
}

fn conversations_expected(rows: &Rows, user: &UserId) -> Vec<Value> {
    let users: HashMap<&UserId, &User> = rows.users.iter().map(|user| (&user.id, user)).collect();
    let mut threads: BTreeMap<&ConversationId, Vec<&Message>> = BTreeMap::new();
    for message in &rows.messages {
        if message.sender_id.as_ref() == Some(user) || message.receiver_id.as_ref() == Some(user) {
            threads.entry(&message.conversation_id).or_default().push(message);
        }
    }
    let mut entries: Vec<(&Message, usize, usize)> = threads
        .into_values()
        .map(|messages| {
            let newest = *messages.iter().max_by_key(|message| (message.created_at, &message.id)).unwrap();
            let unread = messages
                .iter()
                .filter(|m| m.receiver_id.as_ref() == Some(user) && !m.is_read && !m.deleted_by_admin)
                .count();
            (newest, messages.len(), unread)
        })
        .collect();
    entries.sort_by_key(|(newest, ..)| Reverse((newest.created_at, newest.id.clone())));
    entries
        .into_iter()
        .map(|(newest, count, unread)| {
            let mut value = serde_json::to_value(newest).unwrap();
            let names = ["id", "prenom", "nom", "avatar", "role"];
            value["messageCount"] = json!(count);
            value["unreadCount"] = json!(unread);
            value["sender"] = brief(&users, newest.sender_id.as_ref(), &names);
            value["receiver"] = brief(&users, newest.receiver_id.as_ref(), &names);
            value
        })
        .collect()
}

fn conversation_expected(rows: &Rows, id: &ConversationId) -> Vec<Value> {
    let users: HashMap<&UserId, &User> = rows.users.iter().map(|user| (&user.id, user)).collect();
    let files: HashMap<_, _> = rows.files.iter().map(|file| (&file.id, file)).collect();
    let mut messages: Vec<&Message> = rows.messages.iter().filter(|message| message.conversation_id == *id).collect();
    messages.sort_by_key(|message| (message.created_at, message.id.clone()));
    messages
        .into_iter()
        .map(|message| {
            let mut value = serde_json::to_value(message).unwrap();
            value["sender"] = brief(&users, message.sender_id.as_ref(), &["prenom", "nom", "avatar", "role"]);
            let mut attachments: Vec<_> =
                rows.attachments.iter().filter(|attachment| attachment.message_id == message.id).collect();
            attachments.sort_by_key(|attachment| attachment.id.clone());
            value["attachments"] = attachments
                .iter()
                .map(|attachment| {
                    let file = files[&attachment.file_id];
                    let mut value = serde_json::to_value(attachment).unwrap();
                    value["file"] = fields(file, &["id", "filename", "mimeType", "size", "url", "type"]);
                    value
                })
                .collect();
            value
        })
        .collect()
}

/// Counts rows by a key, in the order of the key.
fn grouped<'r, T: 'r, K: Ord>(rows: impl Iterator<Item = &'r T>, key: impl Fn(&T) -> K) -> Vec<(K, i64)> {
    let mut groups = BTreeMap::new();
    for row in rows {
        *groups.entry(key(row)).or_insert(0) += 1;
    }
    groups.into_iter().collect()
}

async fn asked(session: &Session, operation: &str, input: Value) -> Value {
    serde_json::from_slice(&session.call(operation, &input.to_string()).await.unwrap()).unwrap()
}

on_both! {
    async fn notifications_1_2_3(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let (rows, session, now) = (&seeded.rows, staka.as_system(), seeded.anchor);
        let s = &seeded.subjects;
        for user in &subjects_and_others(rows, &[s.light.clone(), s.admin.clone()]) {
            let unread = rows.notifications.iter().filter(|row| is_unread(row, user, now)).count() as u64;
            assert_eq!(session.notifications().unread_count(user).await.unwrap(), unread);
            // A late page of 7 among thousands of rows skips all rows before it.
            let many = rows.notifications.iter().filter(|row| row.user_id == *user).count() > 1_000;
            let limit = if many { 83 } else { 7 };
            for unread_only in [false, true] {
                let list = every_page(limit, async |page: PageRequest| {
                    session.notifications().list_by_user(user, UserNotificationFilter::default().unread_only(unread_only), page).await.unwrap()
                })
                .await;
                assert_eq!(list, notifications_expected(rows, user, now, unread_only), "{user}");
            }
            let _guard = seeded.writing.lock().await;
            let tx = session.begin().await.unwrap();
            let to_mark = rows.notifications.iter().filter(|row| row.user_id == *user && !row.is_deleted && !row.is_read).count() as u64;
            assert_eq!(tx.notifications().mark_all_read(user).await.unwrap(), to_mark);
            assert_eq!(tx.notifications().unread_count(user).await.unwrap(), 0);
            tx.rollback().await.unwrap();
        }
        // The heavy user has 20 % of all notifications, 30 % of them unread; checks the first pages and a distant one.
        let unread = session.notifications().unread_count(&s.heavy).await.unwrap();
        let all = rows.notifications.iter().filter(|row| row.user_id == s.heavy).count();
        assert_eq!((all, unread), (rows.notifications.len() / 5, all as u64 * 3 / 10));
        let expected = notifications_expected(rows, &s.heavy, now, false);
        let first = asked(&session, "notifications.list_by_user", json!({"user": s.heavy, "page": {"limit": 100}})).await;
        assert_eq!(first["items"].as_array().unwrap()[..], expected[..100]);
        let after: Cursor = serde_json::from_value(first["next"].clone()).unwrap();
        let next = asked(&session, "notifications.list_by_user", json!({"user": s.heavy, "page": {"limit": 100, "after": after}})).await;
        assert_eq!(next["items"].as_array().unwrap()[..], expected[100..200]);
        let far = asked(&session, "notifications.list_by_user", json!({"user": s.heavy, "page": {"limit": 50, "page": 101}})).await;
        assert_eq!(far["items"].as_array().unwrap()[..], expected[5_000..5_050]);
        assert!(rows.notifications.iter().any(|row| is_unread(row, &s.light, now) && row.expires_at.is_none()), "one without expiry");
    }

    async fn cards_and_orders_4_5(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let (rows, session) = (&seeded.rows, staka.as_system());
        let s = &seeded.subjects;
        let mut busiest = rows.commandes.iter().map(|row| row.user_id.clone()).collect::<Vec<_>>();
        busiest.sort();
        for user in &subjects_and_others(rows, &[s.light.clone(), s.heavy.clone(), busiest[busiest.len() / 2].clone()]) {
            let mut cards: Vec<_> = rows.cards.iter().filter(|card| card.user_id == *user && card.is_active).collect();
            cards.sort_by_key(|card| Reverse((card.is_default, card.created_at, card.id.clone())));
            let cards: Vec<Value> = cards.iter().map(|card| fields(card, &["id", "stripePaymentMethodId", "brand", "last4", "expMonth", "expYear", "isDefault"])).collect();
            assert_eq!(asked(&session, "payment_methods.list_active", json!({"user": user})).await, Value::from(cards));

            let mut orders: Vec<_> = rows.commandes.iter().filter(|order| order.user_id == *user).collect();
            orders.sort_by_key(|order| Reverse((order.created_at, order.id.clone())));
            let orders: Vec<Value> = orders
                .iter()
                .map(|order| {
                    let mut invoices: Vec<_> = rows.invoices.iter().filter(|invoice| invoice.commande_id == order.id).collect();
                    invoices.sort_by_key(|invoice| (invoice.created_at, invoice.id.clone()));
                    let mut value = serde_json::to_value(order).unwrap();
                    value["invoices"] = invoices.iter().map(|invoice| fields(invoice, &["id", "number", "amount", "status", "pdfUrl"])).collect();
                    value
                })
                .collect();
            let pages = every_page(3, async |page| session.commandes().list_with_invoices(user, page).await.unwrap()).await;
            assert_eq!(pages, orders);
        }
        let before = staka.metrics().statements.load(std::sync::atomic::Ordering::Relaxed);
        let many = session.commandes().list_with_invoices(&s.light, PageRequest::of(500)).await.unwrap();
        assert!(many.items.iter().any(|order| !order.invoices.is_empty()));
        assert_eq!(staka.metrics().statements.load(std::sync::atomic::Ordering::Relaxed) - before, 2);
    }

    async fn figures_6_to_10_and_13(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let (rows, session, now) = (&seeded.rows, staka.as_system(), seeded.anchor);
        for (from, to) in [(now.minus(DAY * 30), now), (now.minus(DAY * 400), now.minus(DAY * 100)), (now, now.plus(DAY))] {
            let mut groups: BTreeMap<Option<String>, (i64, i64)> = BTreeMap::new();
            for order in rows.commandes.iter().filter(|o| o.created_at >= from && o.created_at < to && o.amount.is_some_and(|a| a > 0)) {
                let group = groups.entry(order.payment_status.clone()).or_default();
                *group = (group.0 + order.amount.unwrap(), group.1 + 1);
            }
            let expected: Vec<Value> = groups.into_iter().map(|(status, (amount, count))| json!({"paymentStatus": status, "amount": amount, "count": count})).collect();
            assert_eq!(asked(&session, "stats.payments_by_status", json!({"from": from, "to": to})).await, Value::from(expected));
        }
        let roles = grouped(rows.users.iter(), |user| (user.role.clone(), user.is_active));
        let roles: Vec<Value> = roles.into_iter().map(|((role, active), count)| json!({"role": role, "isActive": active, "count": count})).collect();
        for days in [7, 30, 800] {
            let since = now.minus(DAY * days);
            let statuts = grouped(rows.commandes.iter().filter(|order| order.created_at >= since), |order| order.statut.clone());
            let statuts: Vec<Value> = statuts.into_iter().map(|(statut, count)| json!({"statut": statut, "count": count})).collect();
            let paid: Vec<_> = rows.commandes.iter().filter(|o| o.created_at >= since && o.payment_status.as_deref() == Some("paid")).collect();
            let amounts: Vec<i64> = paid.iter().filter_map(|order| order.amount).collect();
            let sum: i64 = amounts.iter().sum();
            let mean = (!amounts.is_empty()).then(|| (sum as f64 / amounts.len() as f64 * 10_000.0).round() / 10_000.0);
            let revenue = json!({"sum": (!amounts.is_empty()).then_some(sum), "average": mean, "count": paid.len()});
            assert_eq!(asked(&session, "stats.users_by_role", json!({})).await, Value::from(roles.clone()));
            assert_eq!(asked(&session, "stats.commandes_by_statut", json!({"since": since})).await, Value::from(statuts.clone()));
            assert_eq!(asked(&session, "stats.revenue", json!({"since": since})).await, revenue);
            let dashboard = asked(&session, "stats.dashboard", json!({"since": since})).await;
            assert_eq!(dashboard, json!({"usersByRole": roles, "commandesByStatut": statuts, "revenue": revenue}));
            let kinds = grouped(rows.messages.iter().filter(|m| m.created_at >= since), |m| (m.r#type.clone(), m.statut.clone()));
            let kinds: Vec<Value> = kinds.into_iter().map(|((kind, statut), count)| json!({"type": kind, "statut": statut, "count": count})).collect();
            assert_eq!(asked(&session, "stats.messages_by_type_and_statut", json!({"since": since})).await, Value::from(kinds));
            let to = now.minus(DAY);
            if since < to {
                let mut written: Vec<_> = rows.messages.iter().filter(|m| since <= m.created_at && m.created_at < to).collect();
                written.sort_by_key(|message| (message.created_at, message.id.clone()));
                let written: Vec<Value> = written.iter().map(|message| fields(message, &["id", "conversationId", "senderId", "receiverId", "type", "statut", "isRead", "createdAt"])).collect();
                let limit = u32::try_from(written.len()).unwrap() / 4 + 1;
                let list = every_page(limit, async |page: PageRequest| session.stats().message_records(since, to, page).await.unwrap()).await;
                assert_eq!(list, written);
                assert!(written.len() > 100);
            }
        }
        let none = asked(&session, "stats.revenue", json!({"since": now.plus(DAY)})).await;
        assert_eq!(none, json!({"sum": null, "average": null, "count": 0}));

        use AuditSeverity::{Critical, High, Low};
        for (requested, limit) in [(vec![], None), (vec![High, Critical], Some(100)), (vec![Low, Low], Some(3)), (vec![Critical], Some(50))] {
            let severities = if requested.is_empty() { vec![High, Critical] } else { requested.clone() };
            let mut entries: Vec<_> = rows.audit.iter().filter(|entry| severities.contains(&entry.severity)).collect();
            entries.sort_by_key(|entry| Reverse((entry.timestamp, entry.id.clone())));
            entries.truncate(limit.unwrap_or(10));
            let expected: Vec<Value> = entries.iter().map(|entry| fields(entry, &["id", "timestamp", "adminEmail", "action", "targetType", "severity"])).collect();
            assert_eq!(asked(&session, "audit_logs.list_recent", json!({"severities": requested, "limit": limit})).await, Value::from(expected));
        }
    }

    async fn messages_11_12(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let (rows, session) = (&seeded.rows, staka.as_system());
        let s = &seeded.subjects;
        for user in &subjects_and_others(rows, &[s.light.clone(), s.heavy.clone()]) {
            let expected = conversations_expected(rows, user);
            // About five pages, however many conversations there are.
            let limit = (u32::try_from(expected.len()).unwrap() / 5 + 1).min(100);
            let list =
                every_page(limit, async |page| session.messages().list_conversations(user, page).await.unwrap()).await;
            assert_eq!(list, expected, "{user}");
        }
        let expected = conversations_expected(rows, &s.admin);
        let inbox = asked(&session, "messages.list_conversations", json!({"user": s.admin})).await;
        assert_eq!(inbox["items"].as_array().unwrap()[..], expected[..50]);
        let second = asked(&session, "messages.list_conversations", json!({"user": s.admin, "page": {"after": inbox["next"]}})).await;
        assert_eq!(second["items"].as_array().unwrap()[..], expected[50..100]);

        let mut ids: Vec<&ConversationId> = rows.messages.iter().map(|message| &message.conversation_id).step_by(2_503).collect();
        let with_files = rows.attachments.iter().take(3).map(|a| rows.messages.iter().find(|m| m.id == a.message_id).unwrap());
        ids.extend(with_files.map(|message| &message.conversation_id));
        ids.extend(rows.messages.iter().filter(|m| m.visitor_email.is_some()).take(2).map(|message| &message.conversation_id));
        for id in ids {
            let thread = every_page(4, async |page| session.messages().list_by_conversation(id, page).await.unwrap()).await;
            assert_eq!(thread, conversation_expected(rows, id), "{id}");
            let before = staka.metrics().statements.load(std::sync::atomic::Ordering::Relaxed);
            session.messages().list_by_conversation(id, PageRequest::default()).await.unwrap();
            assert_eq!(staka.metrics().statements.load(std::sync::atomic::Ordering::Relaxed) - before, 2);
        }
    }

    async fn content_14_to_16(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let (rows, session, now) = (&seeded.rows, staka.as_system(), seeded.anchor);
        let mut pages: Vec<_> = rows.pages.iter().filter(|p| p.status == PageStatus::Published && p.is_public && p.published_at.is_some_and(|t| t <= now)).collect();
        pages.sort_by_key(|page| (page.r#type.clone(), page.sort_order, page.slug.clone()));
        let pages: Vec<Value> = pages.iter().map(|page| fields(page, &["id", "title", "slug", "excerpt", "type", "metaTitle", "metaDescription", "publishedAt"])).collect();
        assert!(pages.len() > 20);
        assert_eq!(asked(&session, "pages.list_published", json!({})).await, Value::from(pages));
        let faqs = asked(&session, "faqs.count_by_categorie", json!({})).await;
        let mut counted: Vec<(String, i64)> = grouped(rows.faqs.iter().filter(|faq| faq.visible), |faq| faq.categorie.clone());
        let mut given: Vec<(String, i64)> = faqs.as_array().unwrap().iter().map(|g| (g["categorie"].as_str().unwrap().to_owned(), g["count"].as_i64().unwrap())).collect();
        // The server sorts categories by unicode_ci, Rust by code point: the groups are compared, not their order.
        counted.sort();
        given.sort();
        assert_eq!(given, counted);
        let mut tarifs: Vec<_> = rows.tarifs.iter().filter(|tarif| tarif.actif && tarif.stripe_product_id.is_some()).collect();
        tarifs.sort_by_key(|tarif| (tarif.ordre, tarif.prix, tarif.id.clone()));
        let tarifs: Vec<Value> = tarifs
            .iter()
            .map(|tarif| fields(tarif, &["id", "nom", "description", "prix", "prixFormate", "dureeEstimee", "stripePriceId", "stripeProductId"]))
            .collect();
        assert_eq!(asked(&session, "tarifs.list_active", json!({})).await, Value::from(tarifs));
    }

    async fn conversation_ids_are_compared_byte_by_byte(server: &Server) {
        use staka_core::base::NewRow;
        use staka_core::model::MessageInsert;
        use staka_core::SystemClock;
        let (_db, staka) = server.staka().await;
        let user = crate::handle::somebody(&staka, 0).await;
        let other = crate::handle::somebody(&staka, 0).await;
        let ids: Vec<ConversationId> = ["thread_é", "THREAD_É", "thread_e", "thread_e "].iter().map(|id| id.parse().unwrap()).collect();
        let rows: Vec<_> = ids
            .iter()
            .map(|id| {
                let new = MessageInsert { sender_id: Some(other.clone()), receiver_id: Some(user.clone()), ..MessageInsert::new(id.clone(), "bonjour") };
                new.into_row(&SystemClock).unwrap()
            })
            .collect();
        staka_core::repo::messages::add(&mut staka.acquire().await.unwrap(), &rows).await.unwrap();
        let session = staka.as_system();
        let inbox = session.messages().list_conversations(&user, PageRequest::default()).await.unwrap();
        assert_eq!(inbox.items.len(), 4);
        assert!(inbox.items.iter().all(|entry| (entry.message_count, entry.unread_count) == (1, 1)));
        for id in &ids {
            let thread = session.messages().list_by_conversation(id, PageRequest::default()).await.unwrap();
            assert_eq!(thread.items.len(), 1);
            assert_eq!(thread.items[0].message.conversation_id, *id);
        }
    }
}
