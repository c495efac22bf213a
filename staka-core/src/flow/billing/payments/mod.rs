//! Payments: what Stripe's events do to orders, once each, however often, in whatever order and after whatever crash they
//! come. An event is kept as it came, with what came of it, in the transaction that does what it says.
//!
//! Locks are taken in this order: the event, the order, its payment, its invoice, the series.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::{PaymentOutcome, Role};
//! use staka_core::{CommandeDraft, Ctx};
//!
//! let zoe = staka_examples::person(&staka, "Zoé", Role::User, 0).await?;
//! let (author, platform) = (staka.as_actor(Ctx::user(zoe.id, Role::User)), staka.as_system());
//! let draft = CommandeDraft { titre: "Les Marées".into(), ..CommandeDraft::default() };
//! let order = author.commandes().create(draft, None).await?;
//! platform.billing().set_price(&order.id, 46_800, None).await?;
//! // The amount to ask for at Stripe is never the client's to say.
//! let due = author.payments().open_checkout(&order.id, "cs_test_1".to_owned(), None).await?;
//! assert_eq!(due.amount, 46_800);
//! // What Stripe sends, once its signature was checked; here twice.
//! let event = r#"{"id": "evt_1", "type": "checkout.session.completed", "created": 1781524800, "data": {"object":
//!     {"id": "cs_test_1", "payment_status": "paid", "amount_total": 46800, "currency": "eur", "payment_intent": "pi_1"}}}"#;
//! let first = platform.payments().record(event.to_owned()).await?;
//! let again = platform.payments().record(event.to_owned()).await?;
//! assert_eq!((first.outcome, again.deliveries), (PaymentOutcome::Applied, 2));
//! let invoices = author.commandes().get(&order.id).await?.expect("it is there").invoices;
//! assert_eq!(invoices.len(), 1);
//! # Ok(()) }
//! ```

mod apply;
mod checkout;
mod event;
mod judge;
mod replay;

use serde_json::json;

pub use checkout::{due, open_checkout};
pub use replay::replay;

use self::event::StripeEvent;
use self::judge::{Verdict, judge};
use crate::base::{Error, ErrorKind, Result, TextEnum};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::flow::notices::{self, Event};
use crate::model::view::{EventReceipt, PaymentEventDetail};
use crate::model::{PaymentEventId, PaymentOutcome, prix_formate};
use crate::repo::payment_events::{self, Delivered};

/// Takes in an event of Stripe's, as it came, and does what it says; delivered again, it says what came of it the first
/// time. `Invalid` where the text is no event.
pub async fn record(conn: &mut Conn, act: &Act<'_>, payload: &str) -> Result<EventReceipt> {
    let event = event::read(payload)?;
    let delivered = Delivered {
        id: &event.id,
        r#type: &event.r#type,
        session: event.session.as_deref(),
        intent: event.intent.as_deref(),
        payload,
        occurred_at: event.occurred_at,
    };
    let receipt = payment_events::receive(conn, &delivered, act.now).await?;
    if receipt.deliveries > 1 {
        return Ok(receipt);
    }
    let receipt = process(conn, act, &event, receipt, false).await?;
    if !receipt.outcome.is_settled() && receipt.outcome != PaymentOutcome::Deferred {
        warn(conn, act, &event, &receipt).await?;
    }
    Ok(receipt)
}

/// Judges an event whose row is held, does what is to be done, and writes down what came of it. Where an administrator has
/// `decided`, what is due now counts, and no longer what the session was opened for.
async fn process(
    conn: &mut Conn,
    act: &Act<'_>,
    event: &StripeEvent,
    receipt: EventReceipt,
    decided: bool,
) -> Result<EventReceipt> {
    let (mut facts, held) = apply::facts(conn, event).await?;
    if decided {
        facts.asked = None;
    }
    let Verdict { outcome, detail, step } = judge(event, &facts);
    if let Some(held) = &held {
        apply::apply(conn, act, event, held, &step).await?;
    }
    let whose = held.as_ref().map(|held| (&held.order.id, &held.order.user_id));
    let detail = detail.map(|detail| detail.chars().take(500).collect::<String>());
    payment_events::decide(conn, &event.id, &outcome, detail.as_deref(), whose, act.now).await?;
    let commande_id = held.map(|held| held.order.id);
    Ok(EventReceipt { outcome, detail, commande_id, ..receipt })
}

/// Tells administrators and the audit log of money that fits no order.
async fn warn(conn: &mut Conn, act: &Act<'_>, event: &StripeEvent, receipt: &EventReceipt) -> Result<()> {
    if !event.is_about_money() {
        return Ok(());
    }
    let reason = match receipt.outcome {
        PaymentOutcome::Mismatch => "le montant n’est pas celui qui est dû.",
        PaymentOutcome::Surplus => "la commande était déjà payée.",
        _ => "aucune commande ne correspond.",
    };
    let amount = event.amount().map_or_else(|| "Montant inconnu".to_owned(), prix_formate);
    let words = [("montant", &*amount), ("raison", reason), ("id", event.id.as_str())];
    notices::announce(conn, act, Event::PaymentUnclear, None, &words).await?;
    let details = json!({
        "type": event.r#type,
        "outcome": receipt.outcome.as_str(),
        "detail": receipt.detail,
        "amount": event.amount(),
        "commande": receipt.commande_id,
    });
    journal::write(conn, act, Action::PaymentUnclear, Some(event.id.as_str()), details).await
}

/// Processes a kept event again, now that somebody has decided: the price was set, the session is known, the other payment
/// went back. `NotFound`; `Conflict` when it is settled, or its text was emptied.
pub async fn retry(conn: &mut Conn, act: &Act<'_>, id: &PaymentEventId) -> Result<EventReceipt> {
    let kept = payment_events::locked(conn, id)
        .await?
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("staka_payment_events {id} is not there")))?;
    let before = kept.event.outcome.clone();
    if before.is_settled() {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!(
                "the event is {before}; it can be processed again while it is UNMATCHED, MISMATCH, SURPLUS or DEFERRED"
            ),
        ));
    }
    if kept.payload.is_empty() {
        return Err(Error::new(ErrorKind::Conflict, "the event's text was emptied when its retention was over"));
    }
    let receipt = again(conn, act, kept, true).await?;
    let details = json!({"from": before.as_str(), "to": receipt.outcome.as_str(), "detail": receipt.detail});
    journal::write(conn, act, Action::PaymentRetried, Some(id.as_str()), details).await?;
    Ok(receipt)
}

/// Processes a kept event, whose row is held, as if it came now.
async fn again(conn: &mut Conn, act: &Act<'_>, kept: PaymentEventDetail, decided: bool) -> Result<EventReceipt> {
    let event = event::read(&kept.payload)?;
    let receipt = EventReceipt {
        id: kept.event.id,
        outcome: kept.event.outcome,
        detail: kept.event.detail,
        commande_id: kept.event.commande_id,
        deliveries: kept.event.deliveries,
    };
    let before = receipt.outcome.clone();
    let receipt = process(conn, act, &event, receipt, decided).await?;
    if !receipt.outcome.is_settled() && receipt.outcome != before {
        warn(conn, act, &event, &receipt).await?;
    }
    Ok(receipt)
}
