//! Runs every statement of messages, claims and consultations, for `plans`.

use std::time::Duration;

use staka_core::model::view::ConsultationStatus;
use staka_core::model::{FileType, NewFile, Role};
use staka_core::{
    ClientMessage, ConsultationAnswer, ConsultationBooking, Ctx, DraftChange, InboxList, NewConsultationSlots,
    NewDraft, Page, Patch, Reply, Staka, SystemClock, VisitorMessage, base::NewRow, repo,
};

use crate::seeded::World;

/// So many rows, and the total.
fn counted(limit: u32) -> Page {
    Page { total: true, ..Page::of(limit) }
}

pub async fn run(seeded: &World, staka: &Staka) {
    let s = &seeded.subjects;
    let system = staka.as_system();
    for user in [&s.heavy, &s.admin, &s.light] {
        system.messages().unread_count(user).await.unwrap();
        system.messages().conversations(user, counted(1)).await.unwrap();
        let first = system.messages().archived(user, counted(1)).await.unwrap();
        if let Some(next) = first.next {
            system.messages().archived(user, Page::of(1).after(next)).await.unwrap();
        }
    }
    for unread_only in [false, true] {
        let options = InboxList { administrator: Some(s.admin.clone()), unread_only };
        let first = system.messages().inbox(&options, counted(2)).await.unwrap();
        system.messages().inbox(&options, Page::of(2).after(first.next.unwrap())).await.unwrap();
        for row in first.items {
            let first = system.messages().thread(&row.key, Some(s.admin.clone()), counted(1)).await.unwrap();
            if let Some(next) = first.next {
                system.messages().thread(&row.key, Some(s.admin.clone()), Page::of(1).after(next)).await.unwrap();
            }
        }
    }
    let _alone = seeded.writing.lock().await;
    writes(seeded, staka).await;
}

/// One transaction that is rolled back, in which several act one after the other.
async fn writes(seeded: &World, staka: &Staka) {
    let s = &seeded.subjects;
    let client = staka.as_actor(Ctx::user(s.light.clone(), Role::User)).begin().await.unwrap();
    let messages = client.messages();
    messages.drafts(Page::default()).await.unwrap();
    let sent = messages.send(ClientMessage { content: "a".into(), ..ClientMessage::default() }).await.unwrap().message;
    let reply = || Reply { content: "b".into(), parent: Some(sent.id.clone()), ..Reply::default() };
    messages.reply(&sent.conversation_id, reply()).await.unwrap();
    messages.reply(&sent.conversation_id, reply()).await.unwrap();
    let first = messages.replies(&sent.id, counted(1)).await.unwrap();
    messages.replies(&sent.id, Page::of(1).after(first.next.unwrap())).await.unwrap();
    messages.conversation(&sent.conversation_id, counted(1)).await.unwrap();
    messages.get(&sent.id).await.unwrap();
    messages.mark_read(&sent.conversation_id).await.unwrap();
    messages.archive(&sent.conversation_id).await.unwrap();
    messages.unarchive(&sent.conversation_id).await.unwrap();
    messages.pin(&sent.id).await.unwrap();
    let draft = messages.save_draft(NewDraft { content: "c".into(), ..NewDraft::default() }).await.unwrap().message;
    let change = DraftChange { files: Patch::Set(Vec::new()), ..DraftChange::default() };
    messages.update_draft(&draft.id, change, None).await.unwrap();
    messages.send_draft(&draft.id).await.unwrap();
    client.rollback().await.unwrap();

    let admin = staka.as_actor(Ctx::user(s.admin.clone(), Role::Admin)).begin().await.unwrap();
    let messages = admin.messages();
    let visit = |conversation| VisitorMessage {
        visitor_email: "plan@visite.fr".into(),
        visitor_name: "Plan".into(),
        subject: None,
        content: "a".into(),
        source: None,
        conversation,
    };
    let receipt = messages.send_as_visitor(visit(None)).await.unwrap();
    messages.send_as_visitor(visit(Some(receipt.conversation_id.clone()))).await.unwrap();
    messages.reply(&receipt.conversation_id, Reply { content: "b".into(), ..Reply::default() }).await.unwrap();
    let first = messages.thread("plan@visite.fr".to_owned(), None, counted(1)).await.unwrap();
    messages.thread("plan@visite.fr".to_owned(), None, Page::of(1).after(first.next.unwrap())).await.unwrap();
    let claim = messages.claim("plan@visite.fr".to_owned(), &s.light).await.unwrap();
    messages.unclaim(&claim.id).await.unwrap();
    for key in ["plan@visite.fr".to_owned(), s.light.to_string()] {
        if messages.thread(&key, None, Page::of(1)).await.unwrap().items.is_empty() {
            continue;
        }
        messages.remove_thread(&key, None).await.unwrap();
    }
    let slots = NewConsultationSlots { starts_at: vec![seeded.anchor.plus(Duration::from_secs(3_600))], minutes: 30 };
    let slot = admin.consultations().create_slots(slots).await.unwrap().remove(0);
    let booking = ConsultationBooking {
        slot: slot.id.clone(),
        first_name: None,
        last_name: None,
        email: None,
        phone: None,
        content: None,
        source: None,
    };
    let receipt = admin.consultations().book(booking).await.unwrap();
    let refused = ConsultationAnswer { status: ConsultationStatus::Refused, answer: None };
    admin.consultations().process(&receipt.id, refused).await.unwrap();
    admin.consultations().set_slot(&slot.id, false).await.unwrap();
    admin.consultations().remove_slot(&slot.id).await.unwrap();
    admin.rollback().await.unwrap();

    let mut tx = staka_core::db::OwnedTx::begin(staka.pool()).await.unwrap();
    let new = NewFile { r#type: FileType::Document, ..NewFile::new("a", "b", "text/plain", 1, "/c", s.light.clone()) };
    let file = new.into_row(&SystemClock).unwrap();
    repo::files::add(tx.conn(), std::slice::from_ref(&file)).await.unwrap();
    assert_eq!(repo::message_attachments::candidates(tx.conn(), &[file.id]).await.unwrap().len(), 1);
    repo::claims::forget(tx.conn(), &s.light).await.unwrap();
    tx.rollback().await.unwrap();
}
