//! Drafts, which only their author can see until they are sent.

use staka_core::model::{FileType, Message, MessageStatut, MessageType, Role};
use staka_core::{
    ErrorKind, InboxFilter, MessageDraftUpdate, MessageFilter, MessageSort, NewMessageDraft, PageRequest,
};

use crate::messaging_support::{Platform, VISITOR, fields, kind};
use crate::support::on_both;

fn draft(content: &str) -> NewMessageDraft {
    NewMessageDraft::new(content.to_owned())
}

on_both! {
    async fn a_draft_is_visible_to_its_author_only(server: &Server) {
        let p = Platform::new(server).await;
        let thread = p.first(&p.client, "Un").await.message.conversation_id;
        let file = p.file(&p.client, FileType::Document, 1).await;
        p.later();
        let saved = p.client().messages().create_draft(draft("Secret").conversation(thread.clone()).files(vec![file])).await.unwrap();
        assert_eq!((saved.message.statut, saved.message.receiver_id.as_ref()), (MessageStatut::Brouillon, None));
        let id = saved.message.id.clone();
        let own_conversation = saved.message.conversation_id.clone();
        for counters in [true, false] {
            let staka = p.db.builder().counters(counters).connect().await.unwrap();
            for user in [&p.admin, &p.second, &p.client] {
                let inbox = staka.as_system().messages().list_conversations(user, PageRequest::default()).await.unwrap();
                assert!(inbox.items.iter().all(|entry| entry.last_message.content == "Un" && entry.message_count == 1), "{user}");
            }
            assert_eq!(staka.as_system().messages().unread_count(&p.admin).await.unwrap(), 1);
        }
        for admin in [&p.admin, &p.second] {
            let session = p.as_user(admin);
            let messages = session.messages();
            assert_eq!(messages.list_by_conversation(&thread, PageRequest::default()).await.unwrap().items.len(), 1);
            assert!(messages.list_by_conversation(&own_conversation, PageRequest::default()).await.unwrap().items.is_empty());
            assert_eq!(messages.get(&id).await.unwrap(), None);
            assert_eq!(messages.list(MessageFilter::default(), MessageSort::default(), PageRequest::default()).await.unwrap().items.len(), 1);
            assert_eq!(messages.count(MessageFilter::default()).await.unwrap(), 1);
            assert!(messages.list_drafts(PageRequest::default()).await.unwrap().items.is_empty());
        }
        let inbox = p.admin().messages().list_inbox(InboxFilter::default(), PageRequest::default()).await.unwrap();
        assert_eq!((inbox.items.len(), inbox.items[0].message_count), (1, 1));
        assert_eq!(p.admin().messages().list_thread(p.client.to_string(), None, PageRequest::default()).await.unwrap().items.len(), 1);
        let other = p.as_user(&p.other);
        assert_eq!(kind(other.messages().get(&id).await), ErrorKind::Denied);
        assert_eq!(kind(other.messages().list_by_conversation(&own_conversation, PageRequest::default()).await), ErrorKind::Denied);
        assert_eq!(kind(p.admin().messages().reply(&own_conversation, staka_core::Reply::new("x")).await), ErrorKind::NotFound);
        for session in [other, p.admin()] {
            assert_eq!(kind(session.messages().update_draft(&id, MessageDraftUpdate::default(), None).await), ErrorKind::Denied);
            assert_eq!(kind(session.messages().send_draft(&id).await), ErrorKind::Denied);
            assert_eq!(kind(session.messages().delete_draft(&id).await), ErrorKind::Denied);
        }
        assert!(p.notifications_of(&p.admin).await.len() == 1, "only for the first message");
        let own = p.client().messages().list_drafts(PageRequest::default()).await.unwrap();
        assert_eq!((own.items[0].conversation_id.clone(), own.items[0].attachments.len()), (thread, 1));
        assert_eq!(p.client().messages().get(&id).await.unwrap().unwrap().message.content, "Secret");
        p.assert_unread_agrees("with a draft").await;
    }

    async fn a_sent_draft_is_a_message_of_the_time_of_sending(server: &Server) {
        let p = Platform::new(server).await;
        let thread = p.first(&p.client, "Un").await.message.conversation_id;
        p.later();
        let saved = p.client().messages().create_draft(NewMessageDraft::default().conversation(thread.clone())).await.unwrap().message;
        assert_eq!(fields(p.client().messages().send_draft(&saved.id).await), ["content"]);
        p.later();
        let update = MessageDraftUpdate::default().content("Deux").subject("Sujet");
        let changed = p.client().messages().update_draft(&saved.id, update, Some(saved.updated_at)).await.unwrap().message;
        let stale = MessageDraftUpdate::default().content("Trois");
        assert_eq!(kind(p.client().messages().update_draft(&saved.id, stale, Some(saved.updated_at)).await), ErrorKind::Precondition);
        p.answer(&p.admin, &thread, "Entre-temps").await;
        p.later();
        let sent = p.client().messages().send_draft(&saved.id).await.unwrap().message;
        assert!(sent.created_at > changed.updated_at);
        assert_eq!((sent.statut, &sent.conversation_id, sent.receiver_id.as_ref()), (MessageStatut::Envoye, &thread, Some(&p.admin)));
        let read = p.admin().messages().list_by_conversation(&thread, PageRequest::default()).await.unwrap();
        assert_eq!(read.items.iter().map(|item| item.message.content.as_str()).collect::<Vec<_>>(), ["Un", "Entre-temps", "Deux"]);
        assert_eq!(p.notifications_of(&p.admin).await.len(), 2);
        assert_eq!(p.unread(&p.admin).await, 2);
        assert_eq!(kind(p.client().messages().send_draft(&saved.id).await), ErrorKind::Conflict);
        assert_eq!(kind(p.client().messages().update_draft(&saved.id, MessageDraftUpdate::default(), None).await), ErrorKind::Conflict);
        assert_eq!(kind(p.client().messages().delete_draft(&saved.id).await), ErrorKind::Conflict);
        p.assert_unread_agrees("a draft was sent").await;
    }

    async fn a_draft_is_sent_to_the_right_receiver(server: &Server) {
        let p = Platform::new(server).await;
        // A client's draft to the staff, an administrator's to a client, and one to a visitor.
        let draft_row = p.client().messages().create_draft(draft("Bonjour")).await.unwrap().message;
        let sent = p.client().messages().send_draft(&draft_row.id).await.unwrap().message;
        assert_eq!((sent.receiver_id.as_ref(), sent.r#type), (Some(&p.admin), MessageType::UserMessage));
        assert!(sent.conversation_id.as_str().starts_with("thread_"));
        let draft_row = p.as_user(&p.second).messages().create_draft(draft("Bonjour").receiver(p.other.clone())).await.unwrap().message;
        let sent = p.as_user(&p.second).messages().send_draft(&draft_row.id).await.unwrap().message;
        assert_eq!((sent.receiver_id.as_ref(), sent.r#type), (Some(&p.other), MessageType::AdminMessage));
        let (_, conversation) = p.visit(VISITOR, None).await;
        let draft_row = p.admin().messages().create_draft(draft("Bonjour").conversation(conversation.clone())).await.unwrap().message;
        let sent = p.admin().messages().send_draft(&draft_row.id).await.unwrap().message;
        assert_eq!((sent.receiver_id, sent.visitor_email.as_deref(), sent.conversation_id), (None, Some(VISITOR), conversation.clone()));
        assert_eq!(kind(p.client().messages().create_draft(draft("x").conversation(conversation)).await), ErrorKind::Denied);
        assert_eq!(kind(p.admin().messages().create_draft(draft("x").conversation("nowhere".parse::<staka_core::model::ConversationId>().unwrap())).await), ErrorKind::NotFound);
        assert_eq!(fields(p.client().messages().create_draft(draft("x").receiver(p.other.clone())).await), ["receiver"]);
        assert_eq!(kind(p.nobody().messages().create_draft(draft("x")).await), ErrorKind::Unauthenticated);
        p.assert_unread_agrees("drafts everywhere").await;
    }

    async fn who_lost_a_conversation_sends_no_draft_into_it(server: &Server) {
        let p = Platform::new(server).await;
        let thread = p.first(&p.client, "Un").await.message.conversation_id;
        let new = draft("Gardé pour plus tard").conversation(thread.clone());
        let saved = p.as_user(&p.second).messages().create_draft(new).await.unwrap().message.id;
        p.staka.as_system().users().set_role(&p.second, Role::User).await.unwrap();
        let demoted = p.staka.as_caller(p.staka.caller_of(&p.second).await.unwrap());
        assert_eq!(kind(demoted.messages().send_draft(&saved).await), ErrorKind::Denied);
        assert_eq!(kind(demoted.messages().list_by_conversation(&thread, PageRequest::default()).await), ErrorKind::Denied);
        let rows = p.staka.as_system().messages().list_by_conversation(&thread, PageRequest::default()).await.unwrap();
        assert_eq!(rows.items.len(), 1);
    }

    async fn a_deleted_draft_leaves_only_its_files(server: &Server) {
        let p = Platform::new(server).await;
        let (one, two) = (p.file(&p.client, FileType::Document, 1).await, p.file(&p.client, FileType::Image, 1).await);
        let saved = p.client().messages().create_draft(draft("x").files(vec![one.clone()])).await.unwrap().message;
        let swap = MessageDraftUpdate::default().files(vec![two.clone()]);
        let changed = p.client().messages().update_draft(&saved.id, swap, None).await.unwrap();
        assert_eq!(changed.attachments.iter().map(|it| &it.file_id).collect::<Vec<_>>(), [&two]);
        let theirs = p.file(&p.other, FileType::Document, 1).await;
        let steal = MessageDraftUpdate::default().files(vec![theirs]);
        assert_eq!(fields(p.client().messages().update_draft(&saved.id, steal, None).await), ["files"]);
        p.client().messages().delete_draft(&saved.id).await.unwrap();
        assert!(p.rows::<Message>().await.is_empty());
        assert!(p.rows::<staka_core::model::MessageAttachment>().await.is_empty());
        assert_eq!(p.rows::<staka_core::model::File>().await.len(), 3);
        p.assert_unread_agrees("draft deleted").await;
    }
}
