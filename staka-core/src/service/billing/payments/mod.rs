//! Payments: Stripe's events applied to orders, once each, no matter how often and in which order they arrive, and
//! also after a crash. An event is stored as it came, with its outcome, in the transaction that applies it.
//!
//! Locks are taken in this order: the event, the order, its payment, its invoice, the series.

mod apply;
mod checkout;
mod event;
mod judge;
mod replay;

use serde_json::json;

pub use checkout::{amount_due, open_checkout};
pub use replay::replay_events;

use self::event::StripeEvent;
use self::judge::{Verdict, judge};
use crate::base::{Error, ErrorKind, Result, TextEnum, format_euros};
use crate::db::Conn;
use crate::model::view::{PaymentEventDetail, PaymentEventReceipt};
use crate::model::{PaymentEventId, PaymentOutcome};
use crate::repo::payment_events::{self, Delivered};
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;
use crate::service::notify::{self, Event};

/// Records an event received from Stripe and applies it; delivered again, it returns the recorded outcome. Fails with
/// `Invalid` if the text is not an event.
pub async fn record_event(conn: &mut Conn, ctx: &OpContext<'_>, payload: &str) -> Result<PaymentEventReceipt> {
    let event = event::read(payload)?;
    let delivered = Delivered {
        id: &event.id,
        r#type: &event.r#type,
        session: event.session.as_deref(),
        intent: event.intent.as_deref(),
        payload,
        occurred_at: event.occurred_at,
    };
    let receipt = payment_events::receive(conn, &delivered, ctx.now).await?;
    if receipt.deliveries > 1 {
        return Ok(receipt);
    }
    let receipt = process(conn, ctx, &event, receipt, false).await?;
    if !receipt.outcome.is_settled() && receipt.outcome != PaymentOutcome::Deferred {
        notify_unclear(conn, ctx, &event, &receipt).await?;
    }
    Ok(receipt)
}

/// Decides about an event whose row is locked, does what is to be done, and records the outcome. If an administrator
/// has `decided`, the amount due now counts, and no longer the one the session was opened for.
async fn process(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    event: &StripeEvent,
    receipt: PaymentEventReceipt,
    decided: bool,
) -> Result<PaymentEventReceipt> {
    let (mut facts, locked) = apply::facts(conn, event).await?;
    if decided {
        facts.asked = None;
    }
    let Verdict { outcome, detail, step } = judge(event, &facts);
    if let Some(locked) = &locked {
        apply::apply(conn, ctx, event, locked, &step).await?;
    }
    let owner = locked.as_ref().map(|locked| (&locked.order.id, &locked.order.user_id));
    let detail = detail.map(|detail| detail.chars().take(500).collect::<String>());
    payment_events::decide(conn, &event.id, &outcome, detail.as_deref(), owner, ctx.now).await?;
    let commande_id = locked.map(|locked| locked.order.id);
    Ok(PaymentEventReceipt { outcome, detail, commande_id, ..receipt })
}

/// Notifies the administrators of money that matches no order, and writes an audit log entry.
async fn notify_unclear(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    event: &StripeEvent,
    receipt: &PaymentEventReceipt,
) -> Result<()> {
    if !event.is_about_money() {
        return Ok(());
    }
    let reason = receipt.outcome.phrase();
    let amount = event.amount().map_or_else(|| "Montant inconnu".to_owned(), format_euros);
    let words = [("montant", &*amount), ("raison", &*reason), ("id", event.id.as_str())];
    notify::announce(conn, ctx, Event::PaymentUnclear, None, &words).await?;
    let details = json!({
        "type": event.r#type,
        "outcome": receipt.outcome.as_str(),
        "detail": receipt.detail,
        "amount": event.amount(),
        "commande": receipt.commande_id,
    });
    audit_trail::write(conn, ctx, Action::PaymentUnclear, Some(event.id.as_str()), details).await
}

/// Processes a stored event again once its cause is resolved: the price was set, the session is known, or the other
/// payment was refunded. Fails with `NotFound`, and with `Conflict` if the event is settled or its text was emptied.
pub async fn retry_event(conn: &mut Conn, ctx: &OpContext<'_>, id: &PaymentEventId) -> Result<PaymentEventReceipt> {
    let stored = payment_events::locked(conn, id)
        .await?
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("payment event {id} not found")))?;
    let before = stored.event.outcome.clone();
    if before.is_settled() {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!(
                "the event is {before}; it can be processed again while it is UNMATCHED, MISMATCH, SURPLUS or DEFERRED"
            ),
        ));
    }
    if stored.payload.is_empty() {
        return Err(Error::new(ErrorKind::Conflict, "the event's text was emptied when its retention was over"));
    }
    let receipt = process_again(conn, ctx, stored, true).await?;
    let details = json!({"from": before.as_str(), "to": receipt.outcome.as_str(), "detail": receipt.detail});
    audit_trail::write(conn, ctx, Action::PaymentRetried, Some(id.as_str()), details).await?;
    Ok(receipt)
}

/// Processes a stored event, whose row is locked, as if it arrived now.
async fn process_again(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    stored: PaymentEventDetail,
    decided: bool,
) -> Result<PaymentEventReceipt> {
    let event = event::read(&stored.payload)?;
    let receipt = PaymentEventReceipt {
        id: stored.event.id,
        outcome: stored.event.outcome,
        detail: stored.event.detail,
        commande_id: stored.event.commande_id,
        deliveries: stored.event.deliveries,
    };
    let before = receipt.outcome.clone();
    let receipt = process(conn, ctx, &event, receipt, decided).await?;
    if !receipt.outcome.is_settled() && receipt.outcome != before {
        notify_unclear(conn, ctx, &event, &receipt).await?;
    }
    Ok(receipt)
}
