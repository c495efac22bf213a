//! Runs every statement of support tickets for `plans.rs`.

use staka_core::Staka;
use staka_core::db::OwnedTx;
use staka_core::model::*;
use staka_core::repo::{support_requests, ticket_events, ticket_sla_targets};

use crate::seeded::{World, any_row};
use staka_core::PageRequest;

/// Runs every statement of support tickets.
pub async fn run(seeded: &World, staka: &Staka) {
    let _alone = seeded.writing.lock().await;
    let s = &seeded.subjects;
    let mut tx = OwnedTx::begin(staka.pool()).await.unwrap();
    let conn = tx.conn();
    let ticket: SupportRequest = any_row(conn).await;
    assert_eq!(support_requests::lock(conn, &ticket.id).await.unwrap(), Some(ticket.clone()));
    assert!(support_requests::is_viewer(conn, &ticket.id, &ticket.user_id).await.unwrap());
    assert_eq!(support_requests::get(conn, &ticket.id).await.unwrap().unwrap().ticket, ticket.clone().into());
    let event = |place| TicketEvent {
        ticket_id: ticket.id.clone(),
        place,
        at: ticket.created_at,
        actor_id: Some(s.admin.clone()),
        kind: TicketEventKind::Noted,
        from_client: false,
        before: None,
        after: None,
        body: Some("…".to_owned()),
    };
    // 31 rows use the statements of all powers of two.
    ticket_events::add(conn, &(1..=31).map(event).collect::<Vec<_>>()).await.unwrap();
    assert_eq!(ticket_events::facts(conn, &ticket.id).await.unwrap().len(), 31);
    for team in [true, false] {
        let page = PageRequest::of(5).total(true);
        let events = ticket_events::list(conn, &ticket.id, team, &page).await.unwrap();
        assert_eq!(events.total, Some(if team { 31 } else { 0 }));
    }
    for agent in [&s.admin, &s.heavy, &s.light] {
        let queue = support_requests::list_queue(conn, agent).await.unwrap();
        let ids: Vec<SupportRequestId> = queue.into_iter().map(|queued| queued.ticket.id).collect();
        for few in [1, 100] {
            ticket_events::facts_of_tickets(conn, &ids[..ids.len().min(few)]).await.unwrap();
        }
    }
    let ids: Vec<SupportRequestId> = vec![ticket.id.clone(); 100];
    assert_eq!(ticket_events::facts_of_tickets(conn, &ids).await.unwrap().len(), 31);
    let from = seeded.anchor.minus(std::time::Duration::from_secs(30 * 86_400));
    support_requests::list_created_between(conn, from, seeded.anchor).await.unwrap();
    ticket_events::facts_created_between(conn, from, seeded.anchor).await.unwrap();
    assert!(!support_requests::list_tags(conn).await.unwrap().is_empty());
    let mut targets = ticket_sla_targets::policy(conn).await.unwrap().of(&SupportPriority::Haute).clone();
    (targets.first_response, targets.resolution) = (7, 70);
    ticket_sla_targets::set(conn, &targets, seeded.anchor).await.unwrap();
    assert_eq!(*ticket_sla_targets::policy(conn).await.unwrap().of(&SupportPriority::Haute), targets);
    ticket_events::delete_by_user(conn, &ticket.user_id).await.unwrap();
    assert!(ticket_events::facts(conn, &ticket.id).await.unwrap().is_empty());
    tx.rollback().await.unwrap();
}
