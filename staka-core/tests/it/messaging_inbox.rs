//! The administrators' inbox: one thread for each correspondent.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use staka_core::base::Args;
use staka_core::model::{ConversationId, Message};
use staka_core::{ErrorKind, InboxFilter, Page, PageRequest};

use crate::messaging_support::{Platform, VISITOR, fields, kind, run};
use crate::support::on_both;

type Row = (String, i64, i64);

async fn rows(p: &Platform, filter: InboxFilter) -> Vec<Row> {
    let listing = p.admin().messages().list_inbox(filter, PageRequest::of(100)).await.unwrap();
    listing.items.into_iter().map(|row| (row.key, row.message_count, row.unread_count)).collect()
}

on_both! {
    async fn each_correspondent_has_one_row(server: &Server) {
        let p = Platform::new(server).await;
        let thread = p.first(&p.client, "Un").await.message.conversation_id;
        p.answer(&p.admin, &thread, "Deux").await;
        p.system().messages().send_welcome(&p.client).await.unwrap();
        let (_, conversation) = p.visit(VISITOR, None).await;
        p.visit(VISITOR, None).await;
        p.answer(&p.admin, &conversation, "Bonjour").await;
        p.first(&p.other, "Moi aussi").await;
        let other = p.other.to_string();
        let expected = vec![(other.clone(), 1, 1), (VISITOR.to_owned(), 3, 2), (p.client.to_string(), 2, 1)];
        assert_eq!(rows(&p, InboxFilter::default()).await, expected);
        let listing = p.admin().messages().list_inbox(InboxFilter::default(), PageRequest::default()).await.unwrap();
        assert_eq!(listing.items[0].user.as_ref().unwrap().prenom, "other");
        assert_eq!((listing.items[1].visitor_name.as_deref(), listing.items[1].user.as_ref()), (Some("Zoé Visite"), None));
        assert_eq!(listing.items[1].last_message.content, "Bonjour");
        p.admin().messages().mark_read(&thread).await.unwrap();
        let unread = InboxFilter::default().unread_only(true);
        assert_eq!(rows(&p, unread.clone()).await, [(other, 1, 1), (VISITOR.to_owned(), 3, 2)]);
        let badge: i64 = rows(&p, unread).await.iter().map(|row| row.2).sum();
        assert_eq!(badge.unsigned_abs(), p.unread(&p.admin).await);
        // An administrator gets their own inbox by default, and another one on request.
        let second = p.as_user(&p.second);
        assert!(second.messages().list_inbox(InboxFilter::default(), PageRequest::default()).await.unwrap().items.is_empty());
        let of_first = InboxFilter::default().administrator(p.admin.clone());
        assert_eq!(second.messages().list_inbox(of_first, PageRequest::default()).await.unwrap().items.len(), 3);
        assert_eq!(fields(p.system().messages().list_inbox(InboxFilter::default(), PageRequest::default()).await), ["administrator"]);
        assert_eq!(kind(p.client().messages().list_inbox(InboxFilter::default(), PageRequest::default()).await), ErrorKind::Denied);
    }

    async fn a_message_without_receiver_by_another_program_breaks_no_list(server: &Server) {
        let p = Platform::new(server).await;
        let (_, conversation) = p.visit(VISITOR, None).await;
        p.later();
        // As the previous backend writes it: without receiver and address.
        run(
            &mut p.conn().await,
            "INSERT INTO messages (id, conversationId, senderId, content, createdAt, updatedAt) VALUES ('perdu', ?, ?, 'Bonjour', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
            Args::new().with(&conversation).with(&p.admin),
        ).await;
        run(
            &mut p.conn().await,
            "INSERT INTO messages (id, conversationId, senderId, content, createdAt, updatedAt) VALUES ('seul', 'nulle part', ?, 'Bonjour', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
            Args::new().with(&p.admin),
        ).await;
        let mut found = rows(&p, InboxFilter::default()).await;
        found.sort();
        assert_eq!(found, [(String::new(), 1, 0), (VISITOR.to_owned(), 2, 1)]);
        let thread = p.admin().messages().list_thread(VISITOR.to_owned(), None, PageRequest::default()).await.unwrap();
        assert_eq!(thread.items.len(), 2);
        assert_eq!(p.answer(&p.admin, &conversation, "Encore").await.message.visitor_email.as_deref(), Some(VISITOR));
    }

    async fn a_thread_contains_all_conversations_with_one_correspondent_only(server: &Server) {
        let p = Platform::new(server).await;
        let thread = p.first(&p.client, "Un").await.message.conversation_id;
        p.first(&p.other, "Ailleurs").await;
        let (_, one) = p.visit(VISITOR, None).await;
        p.visit("zoe@visite.fr", None).await;
        p.visit(VISITOR, None).await;
        p.answer(&p.admin, &one, "Bonjour").await;
        p.answer(&p.admin, &thread, "Deux").await;
        p.first(&p.client, "Trois").await;
        let read = |key: String| {
            let session = p.admin();
            async move {
                let (mut found, mut page) = (Vec::new(), PageRequest::of(1));
                loop {
                    let listing: Page<_> = session.messages().list_thread(&key, None, page).await.unwrap();
                    found.extend(listing.items.into_iter().map(|item| item.message));
                    let Some(next) = listing.next else { return found };
                    page = PageRequest::of(1).after(next);
                }
            }
        };
        let texts: Vec<String> = read(p.client.to_string()).await.into_iter().map(|row| row.content).collect();
        assert_eq!(texts, ["Un", "Deux", "Trois"]);
        let visitors = read("ZOÉ@visite.fr".to_owned()).await;
        assert_eq!(visitors.len(), 3);
        assert!(visitors.iter().all(|row| row.visitor_email.as_deref() == Some(VISITOR)));
        // Messages between the client and other staff are not in this inbox.
        p.as_user(&p.second).messages().send_to(&p.client, staka_core::StaffMessage::new("À part")).await.unwrap();
        assert_eq!(read(p.client.to_string()).await.len(), 3);
        assert_eq!(read(p.second.to_string()).await.len(), 0);
        assert_eq!(fields(p.admin().messages().list_thread(String::new(), None, PageRequest::default()).await), ["key"]);
    }

    async fn a_soft_deleted_thread_reappears_with_new_messages_only(server: &Server) {
        let p = Platform::new(server).await;
        let thread = p.first(&p.client, "Un").await.message.conversation_id;
        p.answer(&p.admin, &thread, "Deux").await;
        let (_, conversation) = p.visit(VISITOR, None).await;
        assert_eq!(p.admin().messages().soft_delete_thread(p.client.to_string(), None).await.unwrap(), 2);
        assert_eq!(p.admin().messages().soft_delete_thread(VISITOR.to_owned(), None).await.unwrap(), 1);
        assert!(rows(&p, InboxFilter::default()).await.is_empty());
        assert_eq!(p.unread(&p.admin).await, 0);
        assert_eq!(kind(p.admin().messages().soft_delete_thread(p.client.to_string(), None).await), ErrorKind::NotFound);
        assert_eq!(kind(p.client().messages().soft_delete_thread(p.client.to_string(), None).await), ErrorKind::Denied);
        let read = p.client().messages().list_by_conversation(&thread, PageRequest::default()).await.unwrap();
        assert_eq!(read.items.len(), 2, "the client keeps the thread");
        p.answer(&p.client, &thread, "Trois").await;
        p.visit(VISITOR, Some(&conversation)).await;
        assert_eq!(rows(&p, InboxFilter::default()).await, [(VISITOR.to_owned(), 1, 1), (p.client.to_string(), 1, 1)]);
        let again = p.admin().messages().list_thread(p.client.to_string(), None, PageRequest::default()).await.unwrap();
        assert_eq!(again.items.iter().map(|item| item.message.content.as_str()).collect::<Vec<_>>(), ["Trois"]);
        let audit_trail: Vec<staka_core::model::AuditLog> = p.rows().await;
        assert_eq!(audit_trail.iter().map(|row| row.action.as_str()).collect::<Vec<_>>(), ["CONVERSATION_DELETED"; 2]);
        p.assert_unread_agrees("soft-deleted").await;
    }

    async fn every_thread_is_listed_once_during_concurrent_writes(server: &Server) {
        let p = Platform::new(server).await;
        let mut keys = BTreeSet::new();
        for n in 0..30 {
            // Three messages at a time have the same time.
            let email = format!("visiteur{n}@visite.fr");
            if n % 3 == 0 {
                p.later();
            }
            p.nobody().messages().send_as_visitor(crate::messaging_support::visit(&email, None)).await.unwrap();
            keys.insert(email);
        }
        let done = AtomicBool::new(false);
        let others = async {
            let mut n = 0;
            while !done.load(Ordering::Relaxed) {
                p.visit(&format!("nouveau{n}@visite.fr"), None).await;
                n += 1;
            }
        };
        let reader = async {
            for limit in [1, 2, 7, 100] {
                let (mut seen, mut page) = (Vec::new(), PageRequest::of(limit));
                loop {
                    let listing = p.admin().messages().list_inbox(InboxFilter::default(), page).await.unwrap();
                    seen.extend(listing.items.into_iter().map(|row| row.key).filter(|key| key.starts_with("visiteur")));
                    let Some(next) = listing.next else { break };
                    page = PageRequest::of(limit).after(next);
                }
                assert_eq!(seen.len(), keys.len(), "{limit}");
                assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), keys, "{limit}");
            }
            done.store(true, Ordering::Relaxed);
        };
        tokio::join!(others, reader);
    }

    async fn the_inbox_agrees_with_the_rows(server: &Server) {
        let seeded = server.seeded().await;
        let staka = seeded.staka().await;
        let session = staka.as_system();
        let me = &seeded.subjects.admin;
        let mut expected: std::collections::BTreeMap<String, (i64, i64, (staka_core::Timestamp, String))> = Default::default();
        let visitor_of = |id: &ConversationId| seeded.rows.messages.iter().find(|m| m.conversation_id == *id && m.visitor_email.is_some()).and_then(|m| m.visitor_email.clone());
        let mine = |m: &&Message| !m.deleted_by_admin
            && (m.receiver_id.as_ref() == Some(me) || (m.sender_id.as_ref() == Some(me) && m.statut != staka_core::model::MessageStatut::Brouillon));
        for m in seeded.rows.messages.iter().filter(mine) {
            let received = m.receiver_id.as_ref() == Some(me);
            let other = if received { &m.sender_id } else { &m.receiver_id };
            let key = m.visitor_email.clone().or_else(|| other.as_ref().map(ToString::to_string));
            let key = key.or_else(|| if received { None } else { visitor_of(&m.conversation_id) }).unwrap_or_default();
            let entry = expected.entry(key.to_lowercase()).or_insert((0, 0, (m.created_at, String::new())));
            entry.0 += 1;
            entry.1 += i64::from(received && !m.is_read);
            entry.2 = entry.2.clone().max((m.created_at, m.id.to_string()));
        }
        let mut sorted: Vec<_> = expected.into_iter().map(|(key, (all, unread, newest))| (newest, key, all, unread)).collect();
        sorted.sort_by(|a, b| b.0.cmp(&a.0));
        let (mut found, mut page) = (Vec::new(), PageRequest::of(100));
        for _ in 0..4 {
            let filter = InboxFilter::default().administrator(me.clone());
            let listing = session.messages().list_inbox(filter, page).await.unwrap();
            found.extend(listing.items.into_iter().map(|row| ((row.last_message.created_at, row.last_message.id.to_string()), row.key, row.message_count, row.unread_count)));
            let Some(next) = listing.next else { break };
            page = PageRequest::of(100).after(next);
        }
        assert!(found.len() > 100);
        assert_eq!(found[..], sorted[..found.len()]);
    }

    async fn threads_agree_with_the_rows(server: &Server) {
        let seeded = server.seeded().await;
        let (s, rows) = (&seeded.subjects, &seeded.rows.messages);
        let me = &s.admin;
        let visitors = rows.iter().filter_map(|m| m.visitor_email.clone()).take(2);
        // The heavy user has many conversations with the administrator, another administrator has some.
        let other = rows.iter().filter(|m| m.receiver_id.as_ref() == Some(me)).filter_map(|m| m.sender_id.clone()).find(|id| *id != s.heavy && *id != s.light);
        let keys: Vec<String> = [&s.heavy, &s.light, &other.unwrap()].iter().map(ToString::to_string).chain(visitors).collect();
        for counters in [true, false] {
            let session = seeded.builder().counters(counters).connect().await.unwrap().as_system();
            let mut most = 0;
            for key in &keys {
                let is_key = |id: &Option<staka_core::model::UserId>| id.as_ref().is_some_and(|id| id.as_str() == key);
                let is_me = |id: &Option<staka_core::model::UserId>| id.as_ref() == Some(me);
                let exchanged = |m: &&Message| m.statut != staka_core::model::MessageStatut::Brouillon && match &m.visitor_email {
                    Some(address) => address == key && (is_me(&m.sender_id) || is_me(&m.receiver_id)),
                    None => is_key(&m.sender_id) && is_me(&m.receiver_id) || is_me(&m.sender_id) && is_key(&m.receiver_id),
                };
                let conversations: BTreeSet<&ConversationId> = rows.iter().filter(exchanged).map(|m| &m.conversation_id).collect();
                let visible = |m: &&Message| !m.deleted_by_admin && conversations.contains(&m.conversation_id);
                let mut expected: Vec<_> = rows.iter().filter(visible).map(|m| (m.created_at, m.id.to_string())).collect();
                expected.sort();
                most = most.max(conversations.len());
                let (mut found, mut page) = (Vec::new(), PageRequest::of(70).total(true));
                for _ in 0..5 {
                    let listing = session.messages().list_thread(key, Some(me.clone()), page).await.unwrap();
                    assert_eq!(listing.total.unwrap_or(expected.len() as u64), expected.len() as u64, "{key}");
                    found.extend(listing.items.into_iter().map(|item| (item.message.created_at, item.message.id.to_string())));
                    let Some(next) = listing.next else { break };
                    page = PageRequest::of(70).after(next);
                }
                assert_eq!(found, expected[..expected.len().min(350)], "{key}, counters {counters}");
            }
            assert!(most > 100, "somebody has many conversations");
        }
    }
}
