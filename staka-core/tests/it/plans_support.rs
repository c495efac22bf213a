//! What the catalogue holds of support tickets, run for the plans.

use staka_core::Staka;
use staka_core::db::OwnedTx;
use staka_core::model::*;
use staka_core::repo::{support_events, support_requests, support_targets};

use crate::seeded::{World, any_row};
use staka_core::Page;

/// Runs every statement of the area.
pub async fn run(seeded: &World, staka: &Staka) {
    let _alone = seeded.writing.lock().await;
    let s = &seeded.subjects;
    let mut tx = OwnedTx::begin(staka.pool()).await.unwrap();
    let conn = tx.conn();
    let ticket: SupportRequest = any_row(conn).await;
    assert_eq!(support_requests::locked(conn, &ticket.id).await.unwrap(), Some(ticket.clone()));
    assert!(support_requests::is_viewer(conn, &ticket.id, &ticket.user_id).await.unwrap());
    assert_eq!(support_requests::detail(conn, &ticket.id).await.unwrap().unwrap().ticket, ticket.clone().into());
    let event = |place| SupportEvent {
        ticket_id: ticket.id.clone(),
        place,
        at: ticket.created_at,
        actor_id: Some(s.admin.clone()),
        kind: SupportEventKind::Noted,
        from_client: false,
        before: None,
        after: None,
        body: Some("…".to_owned()),
    };
    // 31 rows: each power of two.
    support_events::add(conn, &(1..=31).map(event).collect::<Vec<_>>()).await.unwrap();
    assert_eq!(support_events::facts(conn, &ticket.id).await.unwrap().len(), 31);
    for team in [true, false] {
        let page = Page { total: true, ..Page::of(5) };
        let history = support_events::history(conn, &ticket.id, team, &page).await.unwrap();
        assert_eq!(history.total, Some(if team { 31 } else { 0 }));
    }
    for agent in [&s.admin, &s.heavy, &s.light] {
        let queue = support_requests::queue(conn, agent).await.unwrap();
        let ids: Vec<SupportRequestId> = queue.into_iter().map(|queued| queued.ticket.id).collect();
        for few in [1, 100] {
            support_events::facts_of(conn, &ids[..ids.len().min(few)]).await.unwrap();
        }
    }
    let ids: Vec<SupportRequestId> = vec![ticket.id.clone(); 100];
    assert_eq!(support_events::facts_of(conn, &ids).await.unwrap().len(), 31);
    let since = seeded.anchor.minus(std::time::Duration::from_secs(30 * 86_400));
    support_requests::of_window(conn, since, seeded.anchor).await.unwrap();
    support_events::facts_of_window(conn, since, seeded.anchor).await.unwrap();
    assert!(!support_requests::tags(conn).await.unwrap().is_empty());
    let targets = SupportTargets { priority: SupportPriority::Haute, first_response: 7, resolution: 70 };
    support_targets::set(conn, &targets, seeded.anchor).await.unwrap();
    assert_eq!(*support_targets::policy(conn).await.unwrap().of(&SupportPriority::Haute), targets);
    support_events::forget(conn, &ticket.user_id).await.unwrap();
    assert!(support_events::facts(conn, &ticket.id).await.unwrap().is_empty());
    tx.rollback().await.unwrap();
}
