//! Consultations: slots, bookings, decisions.

use std::time::Duration;

use serde_json::json;
use staka_core::base::Args;
use staka_core::model::view::{ConsultationSlot, ConsultationStatus};
use staka_core::model::{AuditLog, ConsultationSlotId, Message, MessageStatut, MessageType};
use staka_core::{
    Between, Clock, ConsultationAnswer, ConsultationBooking, ErrorKind, NewConsultationSlots, Page, Timestamp,
};

use crate::messaging_support::{Platform, VISITOR, fields, kind, run};
use crate::support::on_both;

fn booking(slot: &ConsultationSlotId) -> ConsultationBooking {
    ConsultationBooking {
        slot: slot.clone(),
        first_name: Some("Zoé".into()),
        last_name: Some("Visite".into()),
        email: Some(VISITOR.into()),
        phone: Some("0600000000".into()),
        content: None,
        source: Some("landing-page".into()),
    }
}

fn decides(status: ConsultationStatus, answer: Option<&str>) -> ConsultationAnswer {
    ConsultationAnswer { status, answer: answer.map(str::to_owned) }
}

async fn slots(p: &Platform, number: u64) -> Vec<ConsultationSlot> {
    let starts_at = (1..=number).map(|hours| p.clock.now().plus(Duration::from_secs(hours * 3_600))).collect();
    p.admin().consultations().create_slots(NewConsultationSlots { starts_at, minutes: 30 }).await.unwrap()
}

on_both! {
    async fn a_slot_is_booked_once_and_free_again_when_the_request_is_refused(server: &Server) {
        let p = Platform::new(server).await;
        let made = slots(&p, 2).await;
        let nobody = p.nobody();
        assert_eq!(nobody.consultations().slots(Between::default(), Page::default()).await.unwrap().items, made);
        let receipt = nobody.consultations().book(booking(&made[0].id)).await.unwrap();
        assert_eq!((receipt.starts_at, receipt.minutes), (made[0].starts_at, 30));
        let row = p.row(&receipt.id).await;
        assert_eq!((row.r#type, row.is_from_visitor, row.sender_id, row.receiver_id), (MessageType::ConsultationRequest, true, None, Some(p.admin.clone())));
        let request = &row.metadata.unwrap()["consultationRequest"];
        // 13:01 UTC or so is 15:01 in Paris.
        let local = made[0].starts_at.to_chrono() + Duration::from_secs(7_200);
        assert_eq!(request["date"], local.format("%Y-%m-%d").to_string());
        assert_eq!(request["time"], local.format("%H:%M").to_string());
        assert_eq!((&request["startsAt"], &request["status"]), (&json!(made[0].starts_at), &json!("pending")));
        for admin in [&p.admin, &p.second] {
            assert_eq!(p.told(admin).await[0].0, "Demande de consultation");
        }
        let again = nobody.consultations().book(booking(&made[0].id)).await.unwrap_err();
        assert_eq!((again.kind(), again.key()), (ErrorKind::Conflict, Some("slot")));
        let free = nobody.consultations().slots(Between::default(), Page::default()).await.unwrap().items;
        assert_eq!(free, made[1..]);
        let states = p.admin().consultations().all_slots(Between::default(), Page::default()).await.unwrap().items;
        assert_eq!(states.iter().map(|slot| slot.message_id.clone()).collect::<Vec<_>>(), [Some(receipt.id.clone()), None]);
        assert_eq!(kind(p.admin().consultations().remove_slot(&made[0].id).await), ErrorKind::Conflict);
        let refused = p.admin().consultations().process(&receipt.id, decides(ConsultationStatus::Refused, Some("Désolés"))).await.unwrap();
        assert_eq!(refused.request.unwrap().status.as_deref(), Some("refused"));
        let row = p.row(&receipt.id).await;
        assert_eq!((row.is_read, row.statut), (true, MessageStatut::Lu));
        let thread: Vec<Message> = p.rows::<Message>().await.into_iter().filter(|m| m.conversation_id == receipt.conversation_id).collect();
        assert_eq!(thread.len(), 2, "the answer is in the visitor's thread");
        assert!(thread.iter().all(|m| m.visitor_email.as_deref() == Some(VISITOR)));
        nobody.consultations().book(booking(&made[0].id)).await.unwrap();
        let mut actions: Vec<String> = p.rows::<AuditLog>().await.into_iter().map(|row| row.action).collect();
        actions.sort();
        assert_eq!(actions, ["CONSULTATION_PROCESSED", "CONSULTATION_SLOTS_CHANGED"]);
        p.assert_unread_agrees("consultations").await;
    }

    async fn who_is_signed_in_books_for_the_account_and_calls_it_off(server: &Server) {
        let p = Platform::new(server).await;
        let made = slots(&p, 1).await;
        let short = ConsultationBooking { first_name: None, last_name: None, email: None, ..booking(&made[0].id) };
        assert_eq!(fields(p.nobody().consultations().book(short.clone()).await), ["firstName", "lastName", "email"]);
        let receipt = p.client().consultations().book(short).await.unwrap();
        let row = p.row(&receipt.id).await;
        assert_eq!((row.sender_id.as_ref(), row.is_from_visitor, row.visitor_email), (Some(&p.client), false, None));
        assert_eq!(row.metadata.unwrap()["consultationRequest"]["email"], "client@exemple.fr");
        assert_eq!(kind(p.as_user(&p.other).consultations().cancel(&receipt.id).await), ErrorKind::Denied);
        p.admin().consultations().process(&receipt.id, decides(ConsultationStatus::Confirmed, None)).await.unwrap();
        assert_eq!(p.told(&p.client).await.len(), 1);
        p.client().consultations().cancel(&receipt.id).await.unwrap();
        assert_eq!(kind(p.client().consultations().cancel(&receipt.id).await), ErrorKind::Conflict);
        assert_eq!(kind(p.admin().consultations().process(&receipt.id, decides(ConsultationStatus::Done, None)).await), ErrorKind::Conflict);
        assert_eq!(p.nobody().consultations().slots(Between::default(), Page::default()).await.unwrap().items, made);
        // The account goes, and its request with it: the slot is free.
        let receipt = p.client().consultations().book(booking(&made[0].id)).await.unwrap();
        run(&mut p.conn().await, "DELETE FROM users WHERE id = ?", Args::new().with(&p.client)).await;
        assert!(p.rows::<Message>().await.iter().all(|row| row.id != receipt.id));
        p.nobody().consultations().book(booking(&made[0].id)).await.unwrap();
    }

    async fn nothing_but_a_request_is_processed_and_to_nothing_but_a_status(server: &Server) {
        let p = Platform::new(server).await;
        let message = p.first(&p.client, "Bonjour").await.message;
        let confirm = || decides(ConsultationStatus::Confirmed, None);
        assert_eq!(kind(p.admin().consultations().process(&message.id, confirm()).await), ErrorKind::Conflict);
        assert_eq!(kind(p.client().consultations().cancel(&message.id).await), ErrorKind::Conflict);
        assert_eq!(kind(p.admin().consultations().process(&"nothing".parse().unwrap(), confirm()).await), ErrorKind::NotFound);
        assert_eq!(p.row(&message.id).await.statut, MessageStatut::Envoye);
        let input = json!({"id": message.id, "decision": {"status": "LU"}}).to_string();
        assert_eq!(fields(p.admin().call("consultations.process", &input).await), ["status"]);
        assert_eq!(kind(p.client().consultations().process(&message.id, confirm()).await), ErrorKind::Denied);
        // A request of another writer, encoded twice.
        let metadata = json!({"consultationRequest": {"date": "2026-07-01", "time": "09:30", "email": VISITOR, "extra": 1}}).to_string();
        run(
            &mut p.conn().await,
            "INSERT INTO messages (id, conversationId, visitorEmail, isFromVisitor, content, type, receiverId, metadata, createdAt, updatedAt) \
             VALUES ('ancienne', 'c', ?, TRUE, 'x', 'CONSULTATION_REQUEST', ?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
            Args::new().with(VISITOR).with(&p.admin).with(json!(metadata).to_string()),
        ).await;
        let listed = p.admin().consultations().requests(None, Page::default()).await.unwrap();
        assert_eq!(listed.items[0].request.as_ref().unwrap().date.as_deref(), Some("2026-07-01"));
        p.admin().consultations().process(&"ancienne".parse().unwrap(), confirm()).await.unwrap();
        let row = p.row(&"ancienne".parse().unwrap()).await;
        assert_eq!(row.metadata.unwrap()["consultationRequest"], json!({"date": "2026-07-01", "time": "09:30", "email": VISITOR, "extra": 1, "status": "confirmed"}));
        for (status, found) in [(ConsultationStatus::Confirmed, 1), (ConsultationStatus::Pending, 0)] {
            let page = Page { total: true, ..Page::default() };
            let listed = p.admin().consultations().requests(Some(status), page).await.unwrap();
            assert_eq!((listed.items.len(), listed.total), (found, Some(found as u64)));
        }
        assert_eq!(kind(p.client().consultations().requests(None, Page::default()).await), ErrorKind::Denied);
    }

    async fn slots_are_open_future_and_none_twice(server: &Server) {
        let p = Platform::new(server).await;
        let made = slots(&p, 3).await;
        let new = |starts_at: Vec<Timestamp>, minutes| NewConsultationSlots { starts_at, minutes };
        let admin = p.admin();
        assert_eq!(fields(admin.consultations().create_slots(new(vec![], 0)).await), ["minutes", "startsAt"]);
        assert_eq!(fields(admin.consultations().create_slots(new(vec![p.clock.now()], 30)).await), ["startsAt"]);
        let later = made[2].starts_at.plus(Duration::from_secs(1));
        let double = admin.consultations().create_slots(new(vec![later, made[0].starts_at], 30)).await.unwrap_err();
        assert_eq!((double.kind(), double.key()), (ErrorKind::Conflict, Some("staka_consultation_slots_startsAt_key")));
        assert_eq!(kind(p.client().consultations().create_slots(new(vec![later], 30)).await), ErrorKind::Denied);
        let available = async || p.nobody().consultations().slots(Between::default(), Page::default()).await.unwrap().items;
        assert_eq!(available().await, made, "all or none");
        admin.consultations().set_slot(&made[0].id, false).await.unwrap();
        assert_eq!(available().await, made[1..]);
        assert_eq!(kind(p.nobody().consultations().book(booking(&made[0].id)).await), ErrorKind::Conflict);
        assert_eq!(kind(p.nobody().consultations().book(booking(&"nothing".parse().unwrap())).await), ErrorKind::NotFound);
        p.clock.advance(Duration::from_secs(2 * 3_600));
        assert_eq!(available().await, made[2..]);
        assert_eq!(kind(p.nobody().consultations().book(booking(&made[1].id)).await), ErrorKind::Conflict);
        admin.consultations().remove_slot(&made[2].id).await.unwrap();
        assert!(available().await.is_empty());
        assert_eq!(kind(admin.consultations().remove_slot(&made[2].id).await), ErrorKind::NotFound);
        let within = Between { from: Some(made[1].starts_at), to: None };
        assert_eq!(admin.consultations().all_slots(within, Page::default()).await.unwrap().items.len(), 1);
    }

    async fn the_forms_of_the_site_keep_to_their_limits(server: &Server) {
        let p = Platform::new(server).await;
        let nobody = p.nobody();
        let form = |message: String| json!({"form": {"nom": "Zoé", "email": "Zoé@Visite.fr", "sujet": "Prix", "message": message}}).to_string();
        nobody.call("messages.contact", &form("é".repeat(5_000))).await.unwrap();
        assert!(p.rows::<Message>().await.is_empty(), "no message is kept");
        assert_eq!(p.told(&p.second).await[0].0, "Formulaire de contact");
        assert_eq!(fields(nobody.call("messages.contact", &form("é".repeat(5_001))).await), ["message"]);
        let sample = json!({"form": {"nom": "Zoé", "email": VISITOR, "description": "Un roman", "filename": "roman.pdf", "storedName": "x.pdf", "mimeType": "application/pdf", "size": 1000, "url": "/uploads/x.pdf"}});
        nobody.call("messages.free_sample", &sample.to_string()).await.unwrap();
        let files: Vec<staka_core::model::File> = p.rows().await;
        assert_eq!((files.len(), &files[0].uploaded_by_id), (1, &p.admin));
        let thread = p.admin().messages().thread(VISITOR.to_owned(), None, Page::default()).await.unwrap();
        assert_eq!((thread.items.len(), thread.items[0].attachments.len()), (1, 1));
        let wrong = json!({"form": {"nom": "", "email": "x", "description": "d".repeat(2_001), "mimeType": "video/mp4", "size": 30_000_000}});
        assert_eq!(
            fields(nobody.call("messages.free_sample", &wrong.to_string()).await),
            ["nom", "email", "description", "filename", "storedName", "url", "mimeType", "size"]
        );
        assert_eq!(p.rows::<Message>().await.len(), 1);
    }
}
