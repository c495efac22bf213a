//! Whether what was recorded of Stripe's events is what their texts say: each is judged anew, against what the tables say
//! now, and nothing is changed.

use super::apply::due_of;
use super::event::{Says, read};
use super::judge::{Facts, agree, judge};
use crate::base::{Cursor, Error, Result, Timestamp};
use crate::db::Conn;
use crate::model::view::{ReplayLine, ReplayReport};
use crate::repo::{commandes, payment_events};

/// The events of one call.
const MOST: u32 = 1_000;

/// What processing the events that were delivered in `from ≤ receivedAt < to` would do differently now. One statement, and
/// a few more for each payment that is not settled, whose price must be looked at. `Invalid` unless `from < to` and the
/// limit is 1 to 1,000.
pub async fn replay(
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
    let listing = payment_events::kept(conn, from, to, after, limit).await?;
    let (examined, mut emptied, mut differences) = (listing.items.len() as u64, 0, Vec::new());
    for kept in listing.items {
        if kept.event.payload.is_empty() {
            emptied += 1;
            continue;
        }
        let event = read(&kept.event.payload)?;
        let mut facts = Facts {
            of_session: kept.of_session,
            of_intent: kept.of_intent,
            order: kept.order,
            asked: kept.asked,
            ended: kept.ended,
            due: None,
        };
        if let (Says::Paid { .. }, None, Some(order)) = (&event.says, &facts.of_session, &facts.order)
            && let Some(order) = commandes::lookup(conn, &order.id).await?
        {
            facts.due = due_of(conn, &order).await?.map(|(due, _)| due);
        }
        let verdict = judge(&event, &facts);
        let event = kept.event.event;
        if !agree(&event.outcome, &verdict.outcome) {
            differences.push(ReplayLine {
                id: event.id,
                r#type: event.r#type,
                commande_id: facts.order.map(|order| order.id),
                recorded: event.outcome,
                would: verdict.outcome,
                detail: verdict.detail,
            });
        }
    }
    Ok(ReplayReport { examined, emptied, differences, next: listing.next })
}
