//! Sending, replying to, delivering, reading and archiving messages.

use serde_json::json;
use staka_core::model::{ConversationId, FileType, Message, MessageAttachment, MessageStatut, MessageType, Role};
use staka_core::{
    Caller, ClientMessage, ErrorKind, InboxFilter, NewMessageDraft, PageRequest, Reply, StaffMessage, SystemMessage,
};

use crate::messaging_support::{Platform, VISITOR, fields, kind, run, visit};
use crate::support::on_both;

fn client_message(content: &str) -> ClientMessage {
    ClientMessage::new(content.to_owned())
}

fn reply(content: &str) -> Reply {
    Reply::new(content.to_owned())
}

fn staff_message(content: &str) -> StaffMessage {
    StaffMessage::new(content.to_owned())
}

on_both! {
    async fn a_client_and_the_staff_write_to_each_other(server: &Server) {
        let p = Platform::new(server).await;
        let first = p.first(&p.client, "Où en est mon manuscrit ? 📚 شكرا").await.message;
        let (a, b) = if p.client.as_str() < p.admin.as_str() { (&p.client, &p.admin) } else { (&p.admin, &p.client) };
        assert_eq!(first.conversation_id.as_str(), format!("thread_{a}_{b}"));
        assert_eq!((first.sender_id.as_ref(), first.receiver_id.as_ref()), (Some(&p.client), Some(&p.admin)));
        assert_eq!((first.r#type, first.statut, first.is_read), (MessageType::UserMessage, MessageStatut::Envoye, false));
        assert_eq!(p.row(&first.id).await.content, "Où en est mon manuscrit ? 📚 شكرا");
        for admin in [&p.admin, &p.second] {
            let notifications = p.notifications_of(admin).await;
            assert_eq!(notifications, [("Nouveau message".to_owned(), "client Petit\u{a0}: Où en est mon manuscrit ? 📚 شكرا".to_owned())]);
        }
        let thread = &first.conversation_id;
        let long = "é".repeat(150);
        let answer = p.answer(&p.admin, thread, &long).await.message;
        assert_eq!((answer.sender_id.as_ref(), answer.receiver_id.as_ref()), (Some(&p.admin), Some(&p.client)));
        assert_eq!((&answer.conversation_id, answer.r#type), (thread, MessageType::AdminMessage));
        assert_eq!(p.notifications_of(&p.client).await, [("Nouveau message".to_owned(), format!("admin Petit\u{a0}: {}…", "é".repeat(100)))]);
        // Two users have one conversation, whichever of them begins it.
        let third = p.admin().messages().send_to(&p.client, staff_message("Encore")).await.unwrap().message;
        assert_eq!((&third.conversation_id, third.subject.as_deref()), (thread, Some("Message de l'équipe Staka Livres")));
        let more = p.answer(&p.client, thread, "Merci").await.message;
        assert_eq!((more.receiver_id.as_ref(), more.r#type), (Some(&p.admin), MessageType::UserMessage));
        // If another administrator replies, the client is the receiver.
        let second_admin = p.answer(&p.second, thread, "Bonjour").await.message;
        assert_eq!(second_admin.receiver_id.as_ref(), Some(&p.client));
        p.assert_unread_agrees("after five messages").await;
    }

    async fn all_violations_of_a_message_are_reported_at_once(server: &Server) {
        let p = Platform::new(server).await;
        let session = p.client();
        let client = session.messages();
        assert_eq!(fields(client.send(client_message("  ")).await), ["content"]);
        let wrong = ClientMessage::new("a\0").receiver(p.other.clone()).subject("s".repeat(256)).r#type(MessageType::AdminMessage).source("s".repeat(101)).files(["pas-un-uuid".parse::<staka_core::model::FileId>().unwrap()]);
        assert_eq!(fields(client.send(wrong).await), ["receiver", "type", "subject", "content", "source", "files"]);
        let to_corrector = client_message("Bonjour").receiver(p.corrector.clone());
        assert_eq!(client.send(to_corrector).await.unwrap().message.receiver_id, Some(p.corrector.clone()));
        let support = client_message("À l'aide").r#type(MessageType::SupportMessage).source("client-help");
        let sent = client.send(support).await.unwrap().message;
        assert_eq!((sent.r#type, sent.metadata), (MessageType::SupportMessage, Some(json!({"source": "client-help"}))));
        let audit_trail = p.rows::<staka_core::model::AuditLog>().await;
        assert_eq!(audit_trail.iter().map(|row| (row.action.as_str(), row.admin_email.as_str())).collect::<Vec<_>>(), [("USER_MESSAGE_SUPPORT_SENT", "client@exemple.fr")]);
        let longest = "é".repeat(32_767);
        assert_eq!(client.send(client_message(&longest)).await.unwrap().message.content, longest);
        assert_eq!(fields(client.send(client_message(&"é".repeat(32_768))).await), ["content"]);

        assert_eq!(kind(p.nobody().messages().send(client_message("x")).await), ErrorKind::Unauthenticated);
        assert_eq!(kind(p.system().messages().send(client_message("x")).await), ErrorKind::Denied);
        assert_eq!(kind(client.send_to(&p.other, staff_message("x")).await), ErrorKind::Denied);
        assert_eq!(kind(p.admin().messages().send_to(&"nobody".parse().unwrap(), staff_message("x")).await), ErrorKind::NotFound);
        assert_eq!(fields(p.admin().messages().send_to(&p.admin, staff_message("x")).await), ["user"]);
    }

    async fn inactive_administrators_receive_no_messages(server: &Server) {
        let p = Platform::new(server).await;
        let disable = "UPDATE users SET isActive = FALSE WHERE id = ?";
        run(&mut p.conn().await, disable, staka_core::base::Args::new().with(&p.admin)).await;
        assert_eq!(p.first(&p.client, "Bonjour").await.message.receiver_id, Some(p.second.clone()));
        let named = client_message("Bonjour").receiver(p.admin.clone());
        assert_eq!(fields(p.client().messages().send(named).await), ["receiver"]);
        run(&mut p.conn().await, disable, staka_core::base::Args::new().with(&p.second)).await;
        assert_eq!(kind(p.client().messages().send(client_message("Bonjour")).await), ErrorKind::Conflict);
        assert_eq!(kind(p.nobody().messages().send_as_visitor(visit(VISITOR, None)).await), ErrorKind::Conflict);
        // An inactive account cannot send messages.
        run(&mut p.conn().await, disable, staka_core::base::Args::new().with(&p.client)).await;
        assert_eq!(kind(p.client().messages().send(client_message("Bonjour")).await), ErrorKind::Unauthenticated);
    }

    async fn a_visitors_conversation_is_continued_with_the_same_address_only(server: &Server) {
        let p = Platform::new(server).await;
        let (id, conversation) = p.visit(" Zoé@Visite.FR ", None).await;
        let row = p.row(&id).await;
        assert_eq!((row.visitor_email.as_deref(), row.visitor_name.as_deref()), (Some(VISITOR), Some("Zoé Visite")));
        assert_eq!((row.sender_id, row.receiver_id, row.is_from_visitor), (None, Some(p.admin.clone()), true));
        assert_eq!(p.notifications_of(&p.second).await, [("Message d’un visiteur".to_owned(), "Zoé Visite (zoé@visite.fr)\u{a0}: Bonjour".to_owned())]);
        assert_eq!(p.visit(VISITOR, Some(&conversation)).await.1, conversation);
        let nobody = p.nobody();
        for other in ["zoe@visite.fr", "autre@visite.fr"] {
            assert_eq!(kind(nobody.messages().send_as_visitor(visit(other, Some(&conversation))).await), ErrorKind::Denied);
        }
        // Neither a user's conversation nor one that does not exist can be continued.
        let thread = p.first(&p.client, "Bonjour").await.message.conversation_id;
        for conversation in [thread, "nowhere".parse().unwrap()] {
            assert_eq!(kind(nobody.messages().send_as_visitor(visit(VISITOR, Some(&conversation))).await), ErrorKind::Denied);
        }
        let wrong = visit(VISITOR, None).visitor_email("zoé").visitor_name(" ").content(String::new());
        assert_eq!(fields(nobody.messages().send_as_visitor(wrong).await), ["visitorEmail", "visitorName", "content"]);
        assert_eq!(kind(nobody.messages().list_by_conversation(&conversation, PageRequest::default()).await), ErrorKind::Unauthenticated);
        assert_eq!(kind(nobody.messages().reply(&conversation, reply("x")).await), ErrorKind::Unauthenticated);
    }

    async fn a_reply_to_a_visitor_keeps_the_visitors_address(server: &Server) {
        let p = Platform::new(server).await;
        let (_, conversation) = p.visit(VISITOR, None).await;
        for admin in [&p.admin, &p.second, &p.admin] {
            let row = p.answer(admin, &conversation, "Bonjour Zoé").await.message;
            assert_eq!((row.visitor_email.as_deref(), row.visitor_name.as_deref()), (Some(VISITOR), Some("Zoé Visite")));
            assert_eq!((row.sender_id.as_ref(), row.receiver_id, row.is_from_visitor), (Some(admin), None, false));
        }
        p.visit(VISITOR, Some(&conversation)).await;
        let inbox = p.admin().messages().list_inbox(InboxFilter::default(), PageRequest::default()).await.unwrap();
        assert_eq!(inbox.items.len(), 1);
        assert_eq!((inbox.items[0].key.as_str(), inbox.items[0].unread_count), (VISITOR, 2));
        assert!(p.notifications_of(&p.client).await.is_empty());
        p.assert_unread_agrees("a visitor and two administrators").await;
    }

    async fn other_users_have_no_access_to_a_conversation(server: &Server) {
        let p = Platform::new(server).await;
        let first = p.first(&p.client, "Bonjour").await.message;
        let other = p.as_user(&p.other);
        assert_eq!(kind(other.messages().reply(&first.conversation_id, reply("x")).await), ErrorKind::Denied);
        assert_eq!(kind(other.messages().list_by_conversation(&first.conversation_id, PageRequest::default()).await), ErrorKind::Denied);
        assert_eq!(kind(other.messages().mark_read(&first.conversation_id).await), ErrorKind::Denied);
        assert_eq!(kind(other.messages().archive(&first.conversation_id).await), ErrorKind::Denied);
        assert_eq!(kind(other.messages().get(&first.id).await), ErrorKind::Denied);
        assert_eq!(kind(other.messages().list_replies(&first.id, PageRequest::default()).await), ErrorKind::Denied);
        assert_eq!(kind(other.messages().pin(&first.id).await), ErrorKind::Denied);
        assert_eq!(kind(other.messages().mark_delivered(&first.id).await), ErrorKind::Denied);
        // Other users get the same error for a missing conversation; an administrator gets NOT_FOUND.
        let nowhere: ConversationId = "nowhere".parse().unwrap();
        assert_eq!(kind(other.messages().reply(&nowhere, reply("x")).await), ErrorKind::Denied);
        assert_eq!(kind(p.admin().messages().reply(&nowhere, reply("x")).await), ErrorKind::NotFound);
        assert_eq!(kind(other.messages().get(&"nothing".parse().unwrap()).await), ErrorKind::Denied);
        assert_eq!(p.admin().messages().get(&"nothing".parse().unwrap()).await.unwrap(), None);
        assert_eq!(p.client().messages().get(&first.id).await.unwrap().unwrap().message.id, first.id);
        let shown = reply("x").display_first_name("L'équipe").display_role("Chef");
        assert_eq!(fields(p.client().messages().reply(&first.conversation_id, shown.clone()).await), ["displayFirstName", "displayRole"]);
        let shown = p.admin().messages().reply(&first.conversation_id, shown).await.unwrap().message;
        assert_eq!((shown.display_first_name.as_deref(), shown.display_role.as_deref()), (Some("L'équipe"), Some("Chef")));
    }

    async fn nobody_ever_receives_a_password_hash_or_a_telephone_number(server: &Server) {
        let p = Platform::new(server).await;
        let first = p.first(&p.client, "Bonjour").await.message;
        p.answer(&p.admin, &first.conversation_id, "Bonjour").await;
        let thread = json!({"id": first.conversation_id}).to_string();
        let calls = [
            (p.client(), "messages.list_by_conversation", thread.clone()),
            (p.admin(), "messages.list_by_conversation", thread),
            (p.client(), "messages.list_conversations", json!({"user": p.client}).to_string()),
            (p.admin(), "messages.list_inbox", "{}".to_owned()),
            (p.admin(), "messages.list_thread", json!({"key": p.client}).to_string()),
            (p.admin(), "messages.list", "{}".to_owned()),
            (p.client(), "messages.get", json!({"id": first.id}).to_string()),
            (p.client(), "messages.send", json!({"message": {"content": "x"}}).to_string()),
            (p.admin(), "messages.send_to", json!({"user": p.client, "message": {"content": "x"}}).to_string()),
            (p.client(), "messages.reply", json!({"conversation": first.conversation_id, "message": {"content": "x"}}).to_string()),
        ];
        for (session, operation, input) in calls {
            let answer = String::from_utf8(session.call(operation, &input).await.unwrap()).unwrap();
            for secret in ["hachage", "0600000000", "@exemple.fr", "password", "telephone"] {
                assert!(!answer.contains(secret), "{operation} reveals {secret}: {answer}");
            }
        }
    }

    async fn a_message_is_never_visible_without_its_files(server: &Server) {
        let p = Platform::new(server).await;
        let mib = 1 << 20;
        let mine = [p.file(&p.client, FileType::Document, 50 * mib).await, p.file(&p.client, FileType::Image, 50 * mib).await];
        let with = |files: &[staka_core::model::FileId]| ClientMessage::default().files(files.to_vec());
        let sent = p.client().messages().send(with(&mine)).await.unwrap();
        let mut attached: Vec<_> = sent.attachments.iter().map(|it| it.file_id.clone()).collect();
        attached.sort();
        let mut expected = mine.to_vec();
        expected.sort();
        assert_eq!(attached, expected);
        let theirs = p.file(&p.other, FileType::Document, 1).await;
        let (film, large, one) = (
            p.file(&p.client, FileType::Video, 1).await,
            p.file(&p.client, FileType::Document, 50 * mib + 1).await,
            p.file(&p.client, FileType::Document, 1).await,
        );
        let missing = "01890000-0000-7000-8000-000000000000".parse().unwrap();
        let eleven: Vec<_> = (0..11).map(|n| format!("01890000-0000-7000-8000-0000000000{n:02}").parse().unwrap()).collect();
        for files in [vec![theirs], vec![film], vec![large], vec![mine[0].clone(), mine[1].clone(), one.clone()], vec![missing], vec![one.clone(), one], eleven] {
            assert_eq!(fields(p.client().messages().send(with(&files)).await), ["files"], "{files:?}");
        }
        assert_eq!(p.rows::<Message>().await.len(), 1);
        assert_eq!(p.rows::<MessageAttachment>().await.len(), 2);
        // A refused message leaves nothing in a caller's transaction either.
        let tx = p.client().begin().await.unwrap();
        assert_eq!(fields(tx.messages().send(with(&["x".parse().unwrap()])).await), ["files"]);
        tx.messages().send(client_message("Sans fichier")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(p.rows::<Message>().await.len(), 2);
    }

    async fn reading_a_thread_does_not_mark_it_as_read(server: &Server) {
        let p = Platform::new(server).await;
        let first = p.first(&p.client, "Un").await.message;
        p.first(&p.client, "Deux").await;
        let thread = &first.conversation_id;
        let before: Vec<Message> = p.rows().await;
        p.admin().messages().list_by_conversation(thread, PageRequest::default()).await.unwrap();
        p.admin().messages().list_thread(p.client.to_string(), None, PageRequest::default()).await.unwrap();
        p.admin().messages().get(&first.id).await.unwrap();
        assert_eq!(p.rows::<Message>().await, before);
        assert_eq!(p.unread(&p.admin).await, 2);
        p.later();
        // Only the receiver can mark messages as read, not even another administrator.
        assert_eq!(p.as_user(&p.second).messages().mark_read(thread).await.unwrap(), 0);
        assert_eq!(p.client().messages().mark_read(thread).await.unwrap(), 0);
        assert_eq!(p.admin().messages().mark_read(thread).await.unwrap(), 2);
        assert_eq!(p.admin().messages().mark_read(thread).await.unwrap(), 0);
        assert_eq!(p.unread(&p.admin).await, 0);
        for row in p.rows::<Message>().await {
            assert_eq!((row.is_read, row.statut), (true, MessageStatut::Lu));
            assert!(row.updated_at > row.created_at);
        }
        p.assert_unread_agrees("read").await;
    }

    async fn a_statut_changes_only_by_the_listed_transitions(server: &Server) {
        let p = Platform::new(server).await;
        let first = p.first(&p.client, "Un").await.message;
        let delivered = p.admin().messages().mark_delivered(&first.id).await.unwrap().message;
        assert_eq!((delivered.statut, delivered.is_read), (MessageStatut::Delivre, false));
        assert_eq!(kind(p.admin().messages().mark_delivered(&first.id).await), ErrorKind::Conflict);
        assert_eq!(kind(p.client().messages().mark_delivered(&first.id).await), ErrorKind::Denied);
        assert_eq!(kind(p.as_user(&p.second).messages().mark_delivered(&first.id).await), ErrorKind::Denied);
        let thread = &first.conversation_id;
        p.admin().messages().mark_read(thread).await.unwrap();
        assert_eq!(kind(p.system().messages().mark_delivered(&first.id).await), ErrorKind::Conflict);
        assert_eq!(kind(p.system().messages().mark_delivered(&"nothing".parse().unwrap()).await), ErrorKind::NotFound);
        let second = p.first(&p.client, "Deux").await.message;
        assert_eq!(p.client().messages().archive(thread).await.unwrap(), 2);
        assert_eq!(p.client().messages().archive(thread).await.unwrap(), 0);
        assert_eq!((p.row(&first.id).await.statut, p.row(&second.id).await.statut), (MessageStatut::Archive, MessageStatut::Envoye));
        assert_eq!(p.unread(&p.admin).await, 1, "an archived unread message stays unread");
        for user in [&p.client, &p.admin] {
            let archived = p.as_user(user).messages().list_archived_conversations(user, PageRequest::default()).await.unwrap();
            assert_eq!(archived.items.iter().map(|entry| &entry.last_message.id).collect::<Vec<_>>(), [&second.id]);
        }
        assert_eq!(p.admin().messages().unarchive(thread).await.unwrap(), 2);
        assert_eq!((p.row(&first.id).await.statut, p.row(&second.id).await.statut), (MessageStatut::Lu, MessageStatut::Envoye));
        p.client().messages().archive(thread).await.unwrap();
        // A new message takes the conversation out of the archive.
        p.first(&p.client, "Trois").await;
        for counters in [true, false] {
            let staka = p.db.builder().counters(counters).connect().await.unwrap();
            let archived = staka.as_system().messages().list_archived_conversations(&p.client, PageRequest::default()).await.unwrap();
            assert!(archived.items.is_empty());
        }
        p.assert_unread_agrees("archived").await;
    }

    async fn a_reply_must_refer_to_a_message_of_its_conversation(server: &Server) {
        let p = Platform::new(server).await;
        let first = p.first(&p.client, "Un").await.message;
        let elsewhere = p.first(&p.other, "Ailleurs").await.message;
        let to = |parent: &staka_core::model::MessageId| reply("Réponse").parent(parent.clone());
        assert_eq!(fields(p.admin().messages().reply(&first.conversation_id, to(&elsewhere.id)).await), ["parent"]);
        assert_eq!(fields(p.admin().messages().reply(&first.conversation_id, to(&"nothing".parse().unwrap())).await), ["parent"]);
        let mut answered = Vec::new();
        for _ in 0..5 {
            p.later();
            answered.push(p.admin().messages().reply(&first.conversation_id, to(&first.id)).await.unwrap().message.id);
        }
        let mut found = Vec::new();
        let mut page = PageRequest::of(2);
        loop {
            let listing = p.client().messages().list_replies(&first.id, page).await.unwrap();
            found.extend(listing.items.iter().map(|item| item.message.id.clone()));
            let Some(next) = listing.next else { break };
            page = PageRequest::of(2).after(next);
        }
        assert_eq!(found, answered);
        p.client().messages().pin(&found[0]).await.unwrap();
        assert!(p.row(&found[0]).await.is_pinned);
        p.admin().messages().unpin(&found[0]).await.unwrap();
        assert!(!p.row(&found[0]).await.is_pinned);
        assert_eq!(kind(p.admin().messages().pin(&"nothing".parse().unwrap()).await), ErrorKind::NotFound);
    }

    async fn only_the_system_sends_system_messages(server: &Server) {
        let p = Platform::new(server).await;
        let text = SystemMessage::new("Bienvenue").metadata(json!({"type": "x"}));
        assert_eq!(kind(p.admin().messages().send_system(&p.client, text.clone()).await), ErrorKind::Denied);
        let sent = p.system().messages().send_system(&p.client, text).await.unwrap().message;
        assert_eq!((sent.sender_id, sent.r#type, sent.metadata), (None, MessageType::SystemMessage, Some(json!({"type": "x"}))));
        let wrong = SystemMessage::default().r#type(MessageType::UserMessage);
        assert_eq!(fields(p.system().messages().send_system(&p.client, wrong).await), ["type", "content"]);
        assert_eq!(kind(p.system().messages().send_welcome(&"nobody".parse().unwrap()).await), ErrorKind::NotFound);
        let welcome = p.system().messages().send_welcome(&p.client).await.unwrap();
        assert_eq!(welcome.iter().map(|it| it.message.metadata.clone().unwrap()["step"].clone()).collect::<Vec<_>>(), [json!(1), json!(2)]);
        assert_eq!(welcome[0].message.conversation_id, welcome[1].message.conversation_id);
        let thread = p.client().messages().list_by_conversation(&welcome[0].message.conversation_id, PageRequest::default()).await.unwrap();
        assert_eq!(thread.items, welcome, "in their order");
        // After a welcome, the client can still write and reply (the previous backend failed with
        // EXISTING_CONVERSATION).
        let answer = p.answer(&p.client, &welcome[0].message.conversation_id, "Merci").await.message;
        assert_eq!(answer.receiver_id, Some(p.admin.clone()));
        p.first(&p.client, "Bonjour").await;
        assert_eq!(p.answer(&p.admin, &answer.conversation_id, "De rien").await.message.receiver_id, Some(p.client.clone()));
    }

    async fn lists_take_the_same_number_of_statements_whatever_their_length(server: &Server) {
        let p = Platform::new(server).await;
        let thread = p.first(&p.client, "Un").await.message.conversation_id;
        let (session, key) = (p.admin(), p.client.to_string());
        let messages = session.messages();
        let file = p.file(&p.client, FileType::Document, 1).await;
        let mut counts = Vec::new();
        for _ in 0..2 {
            counts.push([
                p.statements(messages.list_by_conversation(&thread, PageRequest::default())).await.1,
                p.statements(messages.list_thread(&key, None, PageRequest::default())).await.1,
                p.statements(messages.list_inbox(InboxFilter::default(), PageRequest::default())).await.1,
                p.statements(messages.list(staka_core::MessageFilter::default(), staka_core::MessageSort::default(), PageRequest::default())).await.1,
                p.statements(messages.list_conversations(&p.admin, PageRequest::default())).await.1,
                p.statements(messages.unread_count(&p.admin)).await.1,
            ]);
            for n in 0..20 {
                let message = client_message(&n.to_string()).files(vec![file.clone()]);
                p.client().messages().send(message).await.unwrap();
                p.visit(&format!("visiteur{n}@visite.fr"), None).await;
            }
        }
        assert_eq!(counts[0], counts[1]);
        assert_eq!(counts[0], [2, 3, 1, 1, 1, 1]);
        let filled = messages.list_thread(&key, None, PageRequest::of(100)).await.unwrap();
        assert_eq!(filled.items.iter().map(|item| item.attachments.len()).sum::<usize>(), 40);
    }

    async fn a_total_counts_the_whole_list(server: &Server) {
        let p = Platform::new(server).await;
        let sent = p.first(&p.client, "Un").await.message;
        let thread = sent.conversation_id;
        for n in 0..3 {
            p.later();
            let reply = reply(&n.to_string()).parent(sent.id.clone());
            p.client().messages().reply(&thread, reply).await.unwrap();
        }
        p.answer(&p.second, &thread, "Bonjour").await;
        let (_, visited) = p.visit(VISITOR, None).await;
        p.visit(VISITOR, Some(&visited)).await;
        p.first(&p.other, "Moi aussi").await;
        // A draft is visible to its author only, and in no list of conversations.
        let draft = NewMessageDraft::new("x").conversation(thread.clone()).parent(sent.id.clone());
        p.client().messages().create_draft(draft).await.unwrap();
        p.admin().messages().archive(&visited).await.unwrap();
        p.admin().messages().mark_read(&visited).await.unwrap();
        let page = || PageRequest::of(1).total(true).page(2);
        let counting = p.db.builder().counters(false).clock(p.clock.clone()).connect().await.unwrap();
        for staka in [&p.staka, &counting] {
            let session = staka.as_caller(Caller::user(p.admin.clone(), Role::Admin));
            let messages = session.messages();
            let inbox = |unread_only| InboxFilter::default().unread_only(unread_only);
            assert_eq!(messages.list_conversations(&p.admin, page()).await.unwrap().total, Some(3));
            assert_eq!(messages.list_archived_conversations(&p.admin, page()).await.unwrap().total, Some(1));
            assert_eq!(messages.list_archived_conversations(&p.client, page()).await.unwrap().total, Some(0));
            assert_eq!(messages.list_by_conversation(&thread, page()).await.unwrap().total, Some(5));
            assert_eq!(messages.list_replies(&sent.id, page()).await.unwrap().total, Some(3));
            assert_eq!(messages.list_inbox(inbox(false), page()).await.unwrap().total, Some(3));
            assert_eq!(messages.list_inbox(inbox(true), page()).await.unwrap().total, Some(2));
            assert_eq!(messages.list_thread(VISITOR.to_owned(), None, page()).await.unwrap().total, Some(2));
            assert_eq!(messages.list_thread(p.client.to_string(), None, page()).await.unwrap().total, Some(5));
            assert_eq!(messages.list_conversations(&p.admin, PageRequest::default()).await.unwrap().total, None);
            assert_eq!(messages.list_by_conversation(&thread, PageRequest::default()).await.unwrap().total, None);
        }
        assert_eq!(p.client().messages().list_replies(&sent.id, page()).await.unwrap().total, Some(4), "including the caller's draft");
        assert_eq!(p.client().messages().list_drafts(page()).await.unwrap().total, Some(1));
    }

    async fn messages_are_filtered_by_every_field(server: &Server) {
        let p = Platform::new(server).await;
        let hundred = p.first(&p.client, "Il reste 100 % à relire").await.message;
        p.first(&p.client, "Il reste 1000 pages").await;
        p.visit(VISITOR, None).await;
        let session = p.admin();
        let sorted = |filter: serde_json::Value, sort: serde_json::Value| {
            let session = session.clone();
            async move {
                let input = json!({ "filter": filter, "sort": sort }).to_string();
                let answer = session.call("messages.list", &input).await?;
                let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
                let input = json!({ "filter": filter }).to_string();
                let count: serde_json::Value = serde_json::from_slice(&session.call("messages.count", &input).await?).unwrap();
                let items = answer["items"].as_array().unwrap();
                assert_eq!(count, items.len());
                Ok::<_, staka_core::Error>(items.iter().map(|item| item["content"].as_str().unwrap().to_owned()).collect::<Vec<_>>())
            }
        };
        let found = |filter: serde_json::Value| sorted(filter, json!({}));
        assert_eq!(found(json!({"search": "100 %"})).await.unwrap(), ["Il reste 100 % à relire"]);
        assert_eq!(found(json!({"search": "RESTE"})).await.unwrap().len(), 2);
        assert_eq!(found(json!({"visitorEmail": VISITOR})).await.unwrap(), ["Bonjour"]);
        assert_eq!(found(json!({"senderId": null})).await.unwrap(), ["Bonjour"]);
        assert_eq!(sorted(json!({"type": ["USER_MESSAGE", "ADMIN_MESSAGE"]}), json!({"sort": "visitorEmail", "direction": "asc"})).await.unwrap().last().unwrap(), "Bonjour");
        assert_eq!(found(json!({"createdAt": {"from": hundred.created_at, "to": hundred.created_at.plus(std::time::Duration::from_millis(1))}})).await.unwrap(), ["Il reste 100 % à relire"]);
        for (filter, field) in [(json!({"statut": "PERDU"}), "statut"), (json!({"password": "x"}), "password")] {
            assert_eq!(fields(found(filter).await), [field]);
        }
        assert_eq!(fields(sorted(json!({}), json!({"sort": "content"})).await), ["sort"]);
        assert_eq!(kind(p.client().messages().list(staka_core::MessageFilter::default(), staka_core::MessageSort::default(), PageRequest::default()).await), ErrorKind::Denied);
    }
}
