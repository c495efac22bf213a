//! Before a payment: what is due for an order, and the session at Stripe that asks for it.

use serde_json::json;

use super::apply::to_ask;
use super::event::is_id;
use super::judge::CURRENCY;
use crate::base::{Error, ErrorKind, Faults, Patch, Result};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::flow::notices::{self, Event};
use crate::model::view::PaymentDue;
use crate::model::{Checkout, Commande, CommandeId, CommandePatch, StatutCommande, TarifId};
use crate::repo::{checkouts, commandes, payment_events, tarifs};

fn conflict(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Conflict, message.into())
}

async fn held(conn: &mut Conn, id: &CommandeId) -> Result<Commande> {
    let row = commandes::locked(conn, id).await?;
    row.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("commandes {id} is not there")))
}

/// What has to be paid for an order now; none when nothing is, because it has no price, or it or its invoice is paid.
pub async fn due(conn: &mut Conn, id: &CommandeId) -> Result<Option<PaymentDue>> {
    let Some(order) = commandes::lookup(conn, id).await? else { return Ok(None) };
    if order.payment_status.as_deref() == Some("paid") {
        return Ok(None);
    }
    Ok(to_ask(conn, &order).await?.map(|(amount, tax_amount)| shown(&order, amount, tax_amount)))
}

fn shown(order: &Commande, amount: i64, tax_amount: i64) -> PaymentDue {
    PaymentDue { commande_id: order.id.clone(), amount, tax_amount, currency: CURRENCY.to_owned() }
}

/// Keeps that a checkout session was opened for an order, and what it asks for: what is due now, whatever the client says.
/// The same session again gives the same. `NotFound`; `Conflict` when the order has no price, is paid, called off, or its
/// payment is on the way, or when the session is another order's; `Invalid` names a session that is none of Stripe's, and
/// a price that is not offered.
pub async fn open_checkout(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &CommandeId,
    session: &str,
    tarif: Option<&TarifId>,
) -> Result<PaymentDue> {
    let mut faults = Faults::default();
    if !is_id(session, "cs_") {
        faults.add("session", "must be cs_ and what Stripe puts behind it");
    }
    if let Some(tarif) = tarif {
        match tarifs::lookup(conn, tarif).await? {
            Some(row) if row.actif => {}
            Some(_) => faults.add("tarif", "is not offered any more"),
            None => faults.add("tarif", "is not there"),
        }
    }
    faults.into_result()?;
    let order = held(conn, id).await?;
    if let Some(known) = checkouts::lookup(conn, session).await? {
        if known.commande_id != *id {
            return Err(conflict("the session was opened for another order"));
        }
        let tax = to_ask(conn, &order).await?.map_or(0, |(_, tax)| tax);
        return Ok(shown(&order, known.amount, tax));
    }
    if order.statut == StatutCommande::Annulee {
        return Err(conflict("the order is ANNULEE: nothing is to be paid for it"));
    }
    match order.payment_status.as_deref() {
        Some("paid") => return Err(conflict("the order is paid")),
        // Who waits for a transfer would pay twice; an administrator may know that it never comes.
        Some("pending") if !act.is_admin() => return Err(conflict("the order's payment is on the way")),
        _ => {}
    }
    let Some((amount, tax)) = to_ask(conn, &order).await? else {
        return Err(conflict("nothing is due for the order: it has no price yet, or its invoice is PAID"));
    };
    if amount > i64::from(i32::MAX) {
        return Err(conflict(format!("{amount} centimes are due, more than a session can ask for")));
    }
    checkouts::add(
        conn,
        &Checkout {
            session_id: session.to_owned(),
            commande_id: id.clone(),
            user_id: order.user_id.clone(),
            tarif_id: tarif.cloned(),
            amount,
            currency: CURRENCY.to_owned(),
            created_at: act.now,
        },
    )
    .await?;
    let patch = CommandePatch {
        stripe_session_id: Patch::Set(Some(session.to_owned())),
        payment_status: Patch::Set(Some("unpaid".to_owned())),
        ..CommandePatch::default()
    };
    commandes::update(conn, id, &patch, None, act.now).await?;
    let details = json!({"client": order.user_id.as_str(), "amount": amount, "tarif": tarif.map(TarifId::as_str)});
    journal::write(conn, act, Action::PaymentCreate, Some(id.as_str()), details).await?;
    if order.payment_status.as_deref() != Some("unpaid") {
        let words = [("titre", &*order.titre), ("id", id.as_str())];
        notices::announce(conn, act, Event::OrderAwaitsPayment, None, &words).await?;
    }
    // Stripe may be quicker than whoever opened the session.
    for kept in payment_events::unmatched(conn, session).await? {
        if !kept.payload.is_empty() {
            super::again(conn, act, kept, false).await?;
        }
    }
    Ok(shown(&order, amount, tax))
}
