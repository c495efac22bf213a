//! Compares the recorded outcomes of Stripe's events with what processing them would do now. Nothing is changed.

use super::apply::amount_due_of;
use super::event::{EventKind, read};
use super::judge::{Facts, agrees, judge};
use crate::base::{Cursor, Error, Result, Timestamp};
use crate::db::Conn;
use crate::model::view::{ReplayEntry, ReplayReport};
use crate::repo::{commandes, payment_events};

/// The maximum number of events of one call.
const MOST: u32 = 1_000;

/// Returns the events received in `from ≤ receivedAt < to` whose recorded outcome differs from what processing would do
/// now. It takes one statement, and a few more for each payment that is not settled, to find the amount due. Fails with
/// `Invalid` unless `from < to` and the limit is 1 to 1,000.
pub async fn replay_events(
    conn: &mut Conn,
    from: Timestamp,
    to: Timestamp,
    after: Option<&Cursor>,
    limit: Option<u32>,
) -> Result<ReplayReport> {
    if from >= to {
        return Err(Error::invalid("to", "must be after from"));
    }
    let limit = limit.unwrap_or(500);
    if !(1..=MOST).contains(&limit) {
        return Err(Error::invalid("limit", format!("must be between 1 and {MOST}")));
    }
    let page = payment_events::stored_events(conn, from, to, after, limit).await?;
    let (examined, mut emptied, mut differences) = (page.items.len() as u64, 0, Vec::new());
    for stored in page.items {
        if stored.event.payload.is_empty() {
            emptied += 1;
            continue;
        }
        let event = read(&stored.event.payload)?;
        let mut facts = Facts {
            of_session: stored.of_session,
            of_intent: stored.of_intent,
            order: stored.order,
            asked: stored.asked,
            ended: stored.ended,
            due: None,
        };
        if let (EventKind::Paid { .. }, None, Some(order)) = (&event.kind, &facts.of_session, &facts.order)
            && let Some(order) = commandes::lookup(conn, &order.id).await?
        {
            facts.due = amount_due_of(conn, &order).await?.map(|(due, _)| due);
        }
        let verdict = judge(&event, &facts);
        let event = stored.event.event;
        if !agrees(&event.outcome, &verdict.outcome) {
            differences.push(ReplayEntry {
                id: event.id,
                r#type: event.r#type,
                commande_id: facts.order.map(|order| order.id),
                recorded: event.outcome,
                recomputed: verdict.outcome,
                detail: verdict.detail,
            });
        }
    }
    Ok(ReplayReport { examined, emptied, differences, next: page.next })
}
