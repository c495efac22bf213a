//! Consultations: slots, bookings, decisions.

use std::time::Duration;

use serde_json::json;
use staka_core::base::Args;
use staka_core::model::view::{ConsultationSlot, ConsultationStatus};
use staka_core::model::{AuditLog, ConsultationSlotId, Message, MessageStatut, MessageType};
use staka_core::{
    Between, Clock, ConsultationBooking, ConsultationDecision, ConsultationFilter, ConsultationSlotFilter, ErrorKind,
    NewConsultationSlots, PageRequest, Timestamp,
};

use crate::messaging_support::{Platform, VISITOR, fields, kind, run};
use crate::support::on_both;

fn booking(slot: &ConsultationSlotId) -> ConsultationBooking {
    ConsultationBooking::new(slot.clone())
        .first_name("Zoé")
        .last_name("Visite")
        .email(VISITOR)
        .phone("0600000000")
        .source("landing-page")
}

fn decision(status: ConsultationStatus, answer: Option<&str>) -> ConsultationDecision {
    let mut decision = ConsultationDecision::new(status);
    decision.answer = answer.map(str::to_owned);
    decision
}

async fn slots(p: &Platform, number: u64) -> Vec<ConsultationSlot> {
    let starts_at = (1..=number).map(|hours| p.clock.now().plus(Duration::from_secs(hours * 3_600)));
    p.admin().consultations().create_slots(NewConsultationSlots::new(starts_at, 30)).await.unwrap()
}

on_both! {
    async fn a_slot_is_booked_once_and_free_again_when_the_request_is_refused(server: &Server) {
        let p = Platform::new(server).await;
        let created = slots(&p, 2).await;
        let nobody = p.nobody();
        assert_eq!(nobody.consultations().list_available_slots(ConsultationSlotFilter::default(), PageRequest::default()).await.unwrap().items, created);
        let receipt = nobody.consultations().book(booking(&created[0].id)).await.unwrap();
        assert_eq!((receipt.starts_at, receipt.minutes), (created[0].starts_at, 30));
        let row = p.row(&receipt.id).await;
        assert_eq!((row.r#type, row.is_from_visitor, row.sender_id, row.receiver_id), (MessageType::ConsultationRequest, true, None, Some(p.admin.clone())));
        let request = &row.metadata.unwrap()["consultationRequest"];
        // In June, Paris is two hours ahead of UTC.
        let local = created[0].starts_at.to_chrono() + Duration::from_secs(7_200);
        assert_eq!(request["date"], local.format("%Y-%m-%d").to_string());
        assert_eq!(request["time"], local.format("%H:%M").to_string());
        assert_eq!((&request["startsAt"], &request["status"]), (&json!(created[0].starts_at), &json!("pending")));
        for admin in [&p.admin, &p.second] {
            assert_eq!(p.notifications_of(admin).await[0].0, "Demande de consultation");
        }
        let again = nobody.consultations().book(booking(&created[0].id)).await.unwrap_err();
        assert_eq!((again.kind(), again.key()), (ErrorKind::Conflict, Some("slot")));
        let free = nobody.consultations().list_available_slots(ConsultationSlotFilter::default(), PageRequest::default()).await.unwrap().items;
        assert_eq!(free, created[1..]);
        let states = p.admin().consultations().list_slots(ConsultationSlotFilter::default(), PageRequest::default()).await.unwrap().items;
        assert_eq!(states.iter().map(|slot| slot.message_id.clone()).collect::<Vec<_>>(), [Some(receipt.id.clone()), None]);
        assert_eq!(kind(p.admin().consultations().delete_slot(&created[0].id).await), ErrorKind::Conflict);
        let refused = p.admin().consultations().decide(&receipt.id, decision(ConsultationStatus::Refused, Some("Désolés"))).await.unwrap();
        assert_eq!(refused.request.unwrap().status.as_deref(), Some("refused"));
        let row = p.row(&receipt.id).await;
        assert_eq!((row.is_read, row.statut), (true, MessageStatut::Lu));
        let thread: Vec<Message> = p.rows::<Message>().await.into_iter().filter(|m| m.conversation_id == receipt.conversation_id).collect();
        assert_eq!(thread.len(), 2, "the answer is in the visitor's thread");
        assert!(thread.iter().all(|m| m.visitor_email.as_deref() == Some(VISITOR)));
        nobody.consultations().book(booking(&created[0].id)).await.unwrap();
        let mut actions: Vec<String> = p.rows::<AuditLog>().await.into_iter().map(|row| row.action).collect();
        actions.sort();
        assert_eq!(actions, ["CONSULTATION_PROCESSED", "CONSULTATION_SLOTS_CHANGED"]);
        p.assert_unread_agrees("consultations").await;
    }

    async fn a_signed_in_user_books_for_the_account_and_cancels(server: &Server) {
        let p = Platform::new(server).await;
        let created = slots(&p, 1).await;
        let short = ConsultationBooking::new(&created[0].id).phone("0600000000").source("landing-page");
        assert_eq!(fields(p.nobody().consultations().book(short.clone()).await), ["firstName", "lastName", "email"]);
        let receipt = p.client().consultations().book(short).await.unwrap();
        let row = p.row(&receipt.id).await;
        assert_eq!((row.sender_id.as_ref(), row.is_from_visitor, row.visitor_email), (Some(&p.client), false, None));
        assert_eq!(row.metadata.unwrap()["consultationRequest"]["email"], "client@exemple.fr");
        assert_eq!(kind(p.as_user(&p.other).consultations().cancel(&receipt.id).await), ErrorKind::Denied);
        p.admin().consultations().decide(&receipt.id, decision(ConsultationStatus::Confirmed, None)).await.unwrap();
        let notifications = p.notifications_of(&p.client).await;
        let when = staka_core::base::format_date_time(p.staka.zone(), created[0].starts_at);
        assert_eq!(notifications.iter().map(|(_, text)| &**text).collect::<Vec<_>>(), [format!("Votre consultation du {when} est confirmée.")]);
        p.client().consultations().cancel(&receipt.id).await.unwrap();
        assert_eq!(kind(p.client().consultations().cancel(&receipt.id).await), ErrorKind::Conflict);
        assert_eq!(kind(p.admin().consultations().decide(&receipt.id, decision(ConsultationStatus::Done, None)).await), ErrorKind::Conflict);
        assert_eq!(p.nobody().consultations().list_available_slots(ConsultationSlotFilter::default(), PageRequest::default()).await.unwrap().items, created);
        // If the account is deleted, its request is deleted and the slot is free.
        let receipt = p.client().consultations().book(booking(&created[0].id)).await.unwrap();
        run(&mut p.conn().await, "DELETE FROM users WHERE id = ?", Args::new().with(&p.client)).await;
        assert!(p.rows::<Message>().await.iter().all(|row| row.id != receipt.id));
        p.nobody().consultations().book(booking(&created[0].id)).await.unwrap();
    }

    async fn only_requests_are_decided_and_only_with_a_valid_status(server: &Server) {
        let p = Platform::new(server).await;
        let message = p.first(&p.client, "Bonjour").await.message;
        let confirm = || decision(ConsultationStatus::Confirmed, None);
        assert_eq!(kind(p.admin().consultations().decide(&message.id, confirm()).await), ErrorKind::Conflict);
        assert_eq!(kind(p.client().consultations().cancel(&message.id).await), ErrorKind::Conflict);
        assert_eq!(kind(p.admin().consultations().decide(&"nothing".parse().unwrap(), confirm()).await), ErrorKind::NotFound);
        assert_eq!(p.row(&message.id).await.statut, MessageStatut::Envoye);
        let input = json!({"id": message.id, "decision": {"status": "LU"}}).to_string();
        assert_eq!(fields(p.admin().call("consultations.decide", &input).await), ["status"]);
        assert_eq!(kind(p.client().consultations().decide(&message.id, confirm()).await), ErrorKind::Denied);
        // A request by another program, encoded twice.
        let metadata = json!({"consultationRequest": {"date": "2026-07-01", "time": "09:30", "email": VISITOR, "extra": 1}}).to_string();
        run(
            &mut p.conn().await,
            "INSERT INTO messages (id, conversationId, visitorEmail, isFromVisitor, content, type, receiverId, metadata, createdAt, updatedAt) \
             VALUES ('ancienne', 'c', ?, TRUE, 'x', 'CONSULTATION_REQUEST', ?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
            Args::new().with(VISITOR).with(&p.admin).with(json!(metadata).to_string()),
        ).await;
        let listed = p.admin().consultations().list_requests(ConsultationFilter::default(), PageRequest::default()).await.unwrap();
        assert_eq!(listed.items[0].request.as_ref().unwrap().date.as_deref(), Some("2026-07-01"));
        p.admin().consultations().decide(&"ancienne".parse().unwrap(), confirm()).await.unwrap();
        let row = p.row(&"ancienne".parse().unwrap()).await;
        assert_eq!(row.metadata.unwrap()["consultationRequest"], json!({"date": "2026-07-01", "time": "09:30", "email": VISITOR, "extra": 1, "status": "confirmed"}));
        for (status, found) in [(ConsultationStatus::Confirmed, 1), (ConsultationStatus::Pending, 0)] {
            let page = PageRequest::default().total(true);
            let listed = p.admin().consultations().list_requests(ConsultationFilter::default().status(status), page).await.unwrap();
            assert_eq!((listed.items.len(), listed.total), (found, Some(found as u64)));
        }
        assert_eq!(kind(p.client().consultations().list_requests(ConsultationFilter::default(), PageRequest::default()).await), ErrorKind::Denied);
    }

    async fn slots_are_in_the_future_and_unique_and_can_be_closed(server: &Server) {
        let p = Platform::new(server).await;
        let created = slots(&p, 3).await;
        let new = |starts_at: Vec<Timestamp>, minutes| NewConsultationSlots::new(starts_at, minutes);
        let admin = p.admin();
        assert_eq!(fields(admin.consultations().create_slots(new(vec![], 0)).await), ["minutes", "startsAt"]);
        assert_eq!(fields(admin.consultations().create_slots(new(vec![p.clock.now()], 30)).await), ["startsAt"]);
        let later = created[2].starts_at.plus(Duration::from_secs(1));
        let double = admin.consultations().create_slots(new(vec![later, created[0].starts_at], 30)).await.unwrap_err();
        assert_eq!((double.kind(), double.key()), (ErrorKind::Conflict, Some("staka_consultation_slots_startsAt_key")));
        assert_eq!(kind(p.client().consultations().create_slots(new(vec![later], 30)).await), ErrorKind::Denied);
        let available = async || p.nobody().consultations().list_available_slots(ConsultationSlotFilter::default(), PageRequest::default()).await.unwrap().items;
        assert_eq!(available().await, created, "all or none");
        admin.consultations().set_slot_open(&created[0].id, false).await.unwrap();
        assert_eq!(available().await, created[1..]);
        assert_eq!(kind(p.nobody().consultations().book(booking(&created[0].id)).await), ErrorKind::Conflict);
        assert_eq!(kind(p.nobody().consultations().book(booking(&"nothing".parse().unwrap())).await), ErrorKind::NotFound);
        p.clock.advance(Duration::from_secs(2 * 3_600));
        assert_eq!(available().await, created[2..]);
        assert_eq!(kind(p.nobody().consultations().book(booking(&created[1].id)).await), ErrorKind::Conflict);
        admin.consultations().delete_slot(&created[2].id).await.unwrap();
        assert!(available().await.is_empty());
        assert_eq!(kind(admin.consultations().delete_slot(&created[2].id).await), ErrorKind::NotFound);
        let within = ConsultationSlotFilter::default().window(Between { from: Some(created[1].starts_at), to: None });
        assert_eq!(admin.consultations().list_slots(within, PageRequest::default()).await.unwrap().items.len(), 1);
    }

    async fn the_public_forms_check_their_bounds(server: &Server) {
        let p = Platform::new(server).await;
        let nobody = p.nobody();
        let form = |message: String| json!({"form": {"nom": "Zoé", "email": "Zoé@Visite.fr", "sujet": "Prix", "message": message}}).to_string();
        nobody.call("messages.submit_contact_form", &form("é".repeat(5_000))).await.unwrap();
        assert!(p.rows::<Message>().await.is_empty(), "no message is stored");
        assert_eq!(p.notifications_of(&p.second).await[0].0, "Formulaire de contact");
        assert_eq!(fields(nobody.call("messages.submit_contact_form", &form("é".repeat(5_001))).await), ["message"]);
        let sample = json!({"form": {"nom": "Zoé", "email": VISITOR, "description": "Un roman", "filename": "roman.pdf", "storedName": "x.pdf", "mimeType": "application/pdf", "size": 1000, "url": "/uploads/x.pdf"}});
        nobody.call("messages.request_free_sample", &sample.to_string()).await.unwrap();
        let files: Vec<staka_core::model::File> = p.rows().await;
        assert_eq!((files.len(), &files[0].uploaded_by_id), (1, &p.admin));
        let thread = p.admin().messages().list_thread(VISITOR.to_owned(), None, PageRequest::default()).await.unwrap();
        assert_eq!((thread.items.len(), thread.items[0].attachments.len()), (1, 1));
        let wrong = json!({"form": {"nom": "", "email": "x", "description": "d".repeat(2_001), "mimeType": "video/mp4", "size": 30_000_000}});
        assert_eq!(
            fields(nobody.call("messages.request_free_sample", &wrong.to_string()).await),
            ["nom", "email", "description", "filename", "storedName", "url", "mimeType", "size"]
        );
        assert_eq!(p.rows::<Message>().await.len(), 1);
    }
}
