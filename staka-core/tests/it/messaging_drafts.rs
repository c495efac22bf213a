//! Drafts are their author's alone until they are sent.

use staka_core::model::{FileType, Message, MessageStatut, MessageType};
use staka_core::{DraftChange, ErrorKind, InboxList, MessageSearch, NewDraft, Page, Patch};

use crate::messaging_support::{Platform, VISITOR, fields, kind};
use crate::support::on_both;

fn draft(content: &str) -> NewDraft {
    NewDraft { content: content.to_owned(), ..NewDraft::default() }
}

on_both! {
    async fn nobody_else_ever_meets_a_draft(server: &Server) {
        let p = Platform::new(server).await;
        let thread = p.first(&p.client, "Un").await.message.conversation_id;
        let file = p.file(&p.client, FileType::Document, 1).await;
        p.later();
        let saved = p.client().messages().save_draft(NewDraft { conversation: Some(thread.clone()), files: vec![file], ..draft("Secret") }).await.unwrap();
        assert_eq!((saved.message.statut, saved.message.receiver_id.as_ref()), (MessageStatut::Brouillon, None));
        let id = saved.message.id.clone();
        let apart = saved.message.conversation_id.clone();
        for maintained in [true, false] {
            let staka = p.db.builder().maintained(maintained).connect().await.unwrap();
            for user in [&p.admin, &p.second, &p.client] {
                let inbox = staka.as_system().messages().conversations(user, Page::default()).await.unwrap();
                assert!(inbox.items.iter().all(|entry| entry.last_message.content == "Un" && entry.message_count == 1), "{user}");
            }
            assert_eq!(staka.as_system().messages().unread_count(&p.admin).await.unwrap(), 1);
        }
        for admin in [&p.admin, &p.second] {
            let session = p.as_user(admin);
            let messages = session.messages();
            assert_eq!(messages.conversation(&thread, Page::default()).await.unwrap().items.len(), 1);
            assert!(messages.conversation(&apart, Page::default()).await.unwrap().items.is_empty());
            assert_eq!(messages.get(&id).await.unwrap(), None);
            assert_eq!(messages.search(MessageSearch::default(), Page::default()).await.unwrap().items.len(), 1);
            assert_eq!(messages.count(MessageSearch::default()).await.unwrap(), 1);
            assert!(messages.drafts(Page::default()).await.unwrap().items.is_empty());
        }
        let inbox = p.admin().messages().inbox(InboxList::default(), Page::default()).await.unwrap();
        assert_eq!((inbox.items.len(), inbox.items[0].message_count), (1, 1));
        assert_eq!(p.admin().messages().thread(p.client.to_string(), None, Page::default()).await.unwrap().items.len(), 1);
        let other = p.as_user(&p.other);
        assert_eq!(kind(other.messages().get(&id).await), ErrorKind::Denied);
        assert_eq!(kind(other.messages().conversation(&apart, Page::default()).await), ErrorKind::Denied);
        assert_eq!(kind(p.admin().messages().reply(&apart, staka_core::Reply { content: "x".into(), ..Default::default() }).await), ErrorKind::NotFound);
        for session in [other, p.admin()] {
            assert_eq!(kind(session.messages().update_draft(&id, DraftChange::default(), None).await), ErrorKind::Denied);
            assert_eq!(kind(session.messages().send_draft(&id).await), ErrorKind::Denied);
            assert_eq!(kind(session.messages().remove_draft(&id).await), ErrorKind::Denied);
        }
        assert!(p.told(&p.admin).await.len() == 1, "of the first message alone");
        let own = p.client().messages().drafts(Page::default()).await.unwrap();
        assert_eq!((own.items[0].conversation_id.clone(), own.items[0].attachments.len()), (thread, 1));
        assert_eq!(p.client().messages().get(&id).await.unwrap().unwrap().message.content, "Secret");
        p.assert_unread_agrees("with a draft").await;
    }

    async fn a_draft_becomes_a_message_of_the_moment_at_which_it_is_sent(server: &Server) {
        let p = Platform::new(server).await;
        let thread = p.first(&p.client, "Un").await.message.conversation_id;
        p.later();
        let saved = p.client().messages().save_draft(NewDraft { conversation: Some(thread.clone()), ..NewDraft::default() }).await.unwrap().message;
        assert_eq!(fields(p.client().messages().send_draft(&saved.id).await), ["content"]);
        p.later();
        let change = DraftChange { content: Patch::Set("Deux".into()), subject: Patch::Set(Some("Sujet".into())), ..DraftChange::default() };
        let changed = p.client().messages().update_draft(&saved.id, change, Some(saved.updated_at)).await.unwrap().message;
        let stale = DraftChange { content: Patch::Set("Trois".into()), ..DraftChange::default() };
        assert_eq!(kind(p.client().messages().update_draft(&saved.id, stale, Some(saved.updated_at)).await), ErrorKind::Precondition);
        p.answer(&p.admin, &thread, "Entre-temps").await;
        p.later();
        let sent = p.client().messages().send_draft(&saved.id).await.unwrap().message;
        assert!(sent.created_at > changed.updated_at);
        assert_eq!((sent.statut, &sent.conversation_id, sent.receiver_id.as_ref()), (MessageStatut::Envoye, &thread, Some(&p.admin)));
        let read = p.admin().messages().conversation(&thread, Page::default()).await.unwrap();
        assert_eq!(read.items.iter().map(|item| item.message.content.as_str()).collect::<Vec<_>>(), ["Un", "Entre-temps", "Deux"]);
        assert_eq!(p.told(&p.admin).await.len(), 2);
        assert_eq!(p.unread(&p.admin).await, 2);
        assert_eq!(kind(p.client().messages().send_draft(&saved.id).await), ErrorKind::Conflict);
        assert_eq!(kind(p.client().messages().update_draft(&saved.id, DraftChange::default(), None).await), ErrorKind::Conflict);
        assert_eq!(kind(p.client().messages().remove_draft(&saved.id).await), ErrorKind::Conflict);
        p.assert_unread_agrees("a draft was sent").await;
    }

    async fn a_draft_knows_where_it_goes(server: &Server) {
        let p = Platform::new(server).await;
        // A client's, to begin with; an administrator's to a client, and to a visitor.
        let begun = p.client().messages().save_draft(draft("Bonjour")).await.unwrap().message;
        let sent = p.client().messages().send_draft(&begun.id).await.unwrap().message;
        assert_eq!((sent.receiver_id.as_ref(), sent.r#type), (Some(&p.admin), MessageType::UserMessage));
        assert!(sent.conversation_id.as_str().starts_with("thread_"));
        let begun = p.as_user(&p.second).messages().save_draft(NewDraft { receiver: Some(p.other.clone()), ..draft("Bonjour") }).await.unwrap().message;
        let sent = p.as_user(&p.second).messages().send_draft(&begun.id).await.unwrap().message;
        assert_eq!((sent.receiver_id.as_ref(), sent.r#type), (Some(&p.other), MessageType::AdminMessage));
        let (_, conversation) = p.visit(VISITOR, None).await;
        let begun = p.admin().messages().save_draft(NewDraft { conversation: Some(conversation.clone()), ..draft("Bonjour") }).await.unwrap().message;
        let sent = p.admin().messages().send_draft(&begun.id).await.unwrap().message;
        assert_eq!((sent.receiver_id, sent.visitor_email.as_deref(), sent.conversation_id), (None, Some(VISITOR), conversation.clone()));
        assert_eq!(kind(p.client().messages().save_draft(NewDraft { conversation: Some(conversation), ..draft("x") }).await), ErrorKind::Denied);
        assert_eq!(kind(p.admin().messages().save_draft(NewDraft { conversation: Some("nowhere".parse().unwrap()), ..draft("x") }).await), ErrorKind::NotFound);
        assert_eq!(fields(p.client().messages().save_draft(NewDraft { receiver: Some(p.other.clone()), ..draft("x") }).await), ["receiver"]);
        assert_eq!(kind(p.nobody().messages().save_draft(draft("x")).await), ErrorKind::Unauthenticated);
        p.assert_unread_agrees("drafts everywhere").await;
    }

    async fn a_draft_that_is_thrown_away_leaves_nothing(server: &Server) {
        let p = Platform::new(server).await;
        let (one, two) = (p.file(&p.client, FileType::Document, 1).await, p.file(&p.client, FileType::Image, 1).await);
        let saved = p.client().messages().save_draft(NewDraft { files: vec![one.clone()], ..draft("x") }).await.unwrap().message;
        let swap = DraftChange { files: Patch::Set(vec![two.clone()]), ..DraftChange::default() };
        let changed = p.client().messages().update_draft(&saved.id, swap, None).await.unwrap();
        assert_eq!(changed.attachments.iter().map(|it| &it.file_id).collect::<Vec<_>>(), [&two]);
        let theirs = p.file(&p.other, FileType::Document, 1).await;
        let steal = DraftChange { files: Patch::Set(vec![theirs]), ..DraftChange::default() };
        assert_eq!(fields(p.client().messages().update_draft(&saved.id, steal, None).await), ["files"]);
        p.client().messages().remove_draft(&saved.id).await.unwrap();
        assert!(p.rows::<Message>().await.is_empty());
        assert!(p.rows::<staka_core::model::MessageAttachment>().await.is_empty());
        assert_eq!(p.rows::<staka_core::model::File>().await.len(), 3);
        p.assert_unread_agrees("thrown away").await;
    }
}
