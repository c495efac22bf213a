//! Runs every statement of messages, claims and consultations for `plans.rs`.

use std::time::Duration;

use staka_core::model::{FileInsert, FileType, Role};
use staka_core::{
    Caller, ClientMessage, ConsultationBooking, InboxFilter, MessageDraftUpdate, NewConsultationSlots, NewMessageDraft,
    PageRequest, Reply, Staka, SystemClock, VisitorMessage, base::NewRow, repo,
};

use crate::seeded::World;

/// Returns a page request with this limit and the total.
fn with_total(limit: u32) -> PageRequest {
    PageRequest::of(limit).total(true)
}

pub async fn run(seeded: &World, staka: &Staka) {
    let s = &seeded.subjects;
    let system = staka.as_system();
    for user in [&s.heavy, &s.admin, &s.light] {
        system.messages().unread_count(user).await.unwrap();
        system.messages().list_conversations(user, with_total(1)).await.unwrap();
        let first = system.messages().list_archived_conversations(user, with_total(1)).await.unwrap();
        if let Some(next) = first.next {
            system.messages().list_archived_conversations(user, PageRequest::of(1).after(next)).await.unwrap();
        }
    }
    for unread_only in [false, true] {
        let filter = InboxFilter::default().administrator(s.admin.clone()).unread_only(unread_only);
        let first = system.messages().list_inbox(&filter, with_total(2)).await.unwrap();
        system.messages().list_inbox(&filter, PageRequest::of(2).after(first.next.unwrap())).await.unwrap();
        // The heavy user has many conversations with the administrator, the light one has few.
        let keys = first.items.into_iter().map(|row| row.key).chain([s.heavy.to_string(), s.light.to_string()]);
        for key in keys {
            let first = system.messages().list_thread(&key, Some(s.admin.clone()), with_total(1)).await.unwrap();
            if let Some(next) = first.next {
                system
                    .messages()
                    .list_thread(&key, Some(s.admin.clone()), PageRequest::of(1).after(next))
                    .await
                    .unwrap();
            }
        }
    }
    let _alone = seeded.writing.lock().await;
    writes(seeded, staka).await;
}

/// Runs the writes in transactions that are rolled back.
async fn writes(seeded: &World, staka: &Staka) {
    let s = &seeded.subjects;
    let client = staka.as_caller(Caller::user(s.light.clone(), Role::User)).begin().await.unwrap();
    let messages = client.messages();
    messages.list_drafts(PageRequest::default()).await.unwrap();
    let sent = messages.send(ClientMessage::new("a")).await.unwrap().message;
    let reply = || Reply::new("b").parent(sent.id.clone());
    messages.reply(&sent.conversation_id, reply()).await.unwrap();
    messages.reply(&sent.conversation_id, reply()).await.unwrap();
    let first = messages.list_replies(&sent.id, with_total(1)).await.unwrap();
    messages.list_replies(&sent.id, PageRequest::of(1).after(first.next.unwrap())).await.unwrap();
    messages.list_by_conversation(&sent.conversation_id, with_total(1)).await.unwrap();
    messages.get(&sent.id).await.unwrap();
    messages.mark_read(&sent.conversation_id).await.unwrap();
    messages.archive(&sent.conversation_id).await.unwrap();
    messages.unarchive(&sent.conversation_id).await.unwrap();
    messages.pin(&sent.id).await.unwrap();
    let draft = messages.create_draft(NewMessageDraft::new("c")).await.unwrap().message;
    let update = MessageDraftUpdate::default().files([] as [staka_core::model::FileId; 0]);
    messages.update_draft(&draft.id, update, None).await.unwrap();
    messages.send_draft(&draft.id).await.unwrap();
    client.rollback().await.unwrap();

    let admin = staka.as_caller(Caller::user(s.admin.clone(), Role::Admin)).begin().await.unwrap();
    let messages = admin.messages();
    let visit = || VisitorMessage::new("plan@visite.fr", "Plan", "a");
    let receipt = messages.send_as_visitor(visit()).await.unwrap();
    messages.send_as_visitor(visit().conversation(&receipt.conversation_id)).await.unwrap();
    messages.reply(&receipt.conversation_id, Reply::new("b")).await.unwrap();
    let first = messages.list_thread("plan@visite.fr".to_owned(), None, with_total(1)).await.unwrap();
    messages
        .list_thread("plan@visite.fr".to_owned(), None, PageRequest::of(1).after(first.next.unwrap()))
        .await
        .unwrap();
    // A visitor with more conversations than are read one by one.
    for _ in 0..9 {
        messages.send_as_visitor(VisitorMessage::new("many@visite.fr", "Plan", "a")).await.unwrap();
    }
    let first = messages.list_thread("many@visite.fr".to_owned(), None, with_total(1)).await.unwrap();
    messages
        .list_thread("many@visite.fr".to_owned(), None, PageRequest::of(1).after(first.next.unwrap()))
        .await
        .unwrap();
    let claim = messages.claim("plan@visite.fr".to_owned(), &s.light).await.unwrap();
    messages.unclaim(&claim.id).await.unwrap();
    for key in ["plan@visite.fr".to_owned(), s.light.to_string()] {
        if messages.list_thread(&key, None, PageRequest::of(1)).await.unwrap().items.is_empty() {
            continue;
        }
        messages.soft_delete_thread(&key, None).await.unwrap();
    }
    let slots = NewConsultationSlots::new(vec![seeded.anchor.plus(Duration::from_secs(3_600))], 30);
    let slot = admin.consultations().create_slots(slots).await.unwrap().remove(0);
    let booking = ConsultationBooking::new(slot.id.clone());
    let receipt = admin.consultations().book(booking).await.unwrap();
    admin.consultations().cancel(&receipt.id).await.unwrap();
    admin.consultations().set_slot_open(&slot.id, false).await.unwrap();
    admin.consultations().delete_slot(&slot.id).await.unwrap();
    admin.rollback().await.unwrap();

    let mut tx = staka_core::db::OwnedTx::begin(staka.pool()).await.unwrap();
    let new =
        FileInsert { r#type: FileType::Document, ..FileInsert::new("a", "b", "text/plain", 1, "/c", s.light.clone()) };
    let file = new.into_row(&SystemClock).unwrap();
    repo::files::add(tx.conn(), std::slice::from_ref(&file)).await.unwrap();
    assert_eq!(repo::message_attachments::lock_candidates(tx.conn(), &[file.id]).await.unwrap().len(), 1);
    repo::claims::delete_by_user(tx.conn(), &s.light).await.unwrap();
    tx.rollback().await.unwrap();
}
