//! Before a payment: the amount due for an order, and the checkout session at Stripe.

use serde_json::json;

use super::apply::amount_to_ask;
use super::event::is_id;
use super::judge::CURRENCY;
use crate::base::{Error, ErrorKind, Patch, Result, Violations};
use crate::db::Conn;
use crate::model::view::AmountDue;
use crate::model::{Checkout, Commande, CommandeId, CommandePatch, StatutCommande, TarifId};
use crate::repo::{checkouts, commandes, payment_events, tarifs};
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;
use crate::service::notify::{self, Event};

fn conflict(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Conflict, message.into())
}

async fn locked_order(conn: &mut Conn, id: &CommandeId) -> Result<Commande> {
    let row = commandes::lock(conn, id).await?;
    row.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("order {id} not found")))
}

/// Returns the amount due for an order now; none if the order does not exist, has no price, or it or its invoice is
/// paid.
pub async fn amount_due(conn: &mut Conn, id: &CommandeId) -> Result<Option<AmountDue>> {
    let Some(order) = commandes::lookup(conn, id).await? else { return Ok(None) };
    if order.payment_status.as_deref() == Some("paid") {
        return Ok(None);
    }
    Ok(amount_to_ask(conn, &order).await?.map(|(amount, tax_amount)| to_amount_due(&order, amount, tax_amount)))
}

fn to_amount_due(order: &Commande, amount: i64, tax_amount: i64) -> AmountDue {
    AmountDue { commande_id: order.id.clone(), amount, tax_amount, currency: CURRENCY.to_owned() }
}

/// Records a checkout session opened for an order with the amount due now, and notifies the administrators. The same
/// session again returns the same. Fails with `NotFound`; with `Conflict` if the order has no price, is paid or
/// ANNULEE, its payment is pending, or the session belongs to another order; and with `Invalid` for a session id that
/// is not Stripe's or a tarif that is not active.
pub async fn open_checkout(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &CommandeId,
    session: &str,
    tarif: Option<&TarifId>,
) -> Result<AmountDue> {
    let mut violations = Violations::default();
    if !is_id(session, "cs_") {
        violations.add("session", "must be cs_ and what Stripe puts behind it");
    }
    if let Some(tarif) = tarif {
        match tarifs::lookup(conn, tarif).await? {
            Some(row) if row.actif => {}
            Some(_) => violations.add("tarif", "is not active"),
            None => violations.add("tarif", "does not exist"),
        }
    }
    violations.into_result()?;
    let order = locked_order(conn, id).await?;
    if let Some(known) = checkouts::lookup(conn, session).await? {
        if known.commande_id != *id {
            return Err(conflict("the session was opened for another order"));
        }
        let tax = amount_to_ask(conn, &order).await?.map_or(0, |(_, tax)| tax);
        return Ok(to_amount_due(&order, known.amount, tax));
    }
    if order.statut == StatutCommande::Annulee {
        return Err(conflict("the order is ANNULEE"));
    }
    match order.payment_status.as_deref() {
        Some("paid") => return Err(conflict("the order is paid")),
        // A client with a pending transfer would pay twice; an administrator may know that the transfer failed.
        Some("pending") if !ctx.is_admin() => return Err(conflict("the order's payment is pending")),
        _ => {}
    }
    let Some((amount, tax)) = amount_to_ask(conn, &order).await? else {
        return Err(conflict("nothing is due for the order: it has no price, or its invoice is PAID"));
    };
    if amount > i64::from(i32::MAX) {
        return Err(conflict(format!("{amount} centimes are due, more than a checkout session can request")));
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
            created_at: ctx.now,
        },
    )
    .await?;
    let patch = CommandePatch {
        stripe_session_id: Patch::Set(Some(session.to_owned())),
        payment_status: Patch::Set(Some("unpaid".to_owned())),
        ..CommandePatch::default()
    };
    commandes::update(conn, id, &patch, None, ctx.now).await?;
    let details = json!({"client": order.user_id.as_str(), "amount": amount, "tarif": tarif.map(TarifId::as_str)});
    audit_trail::write(conn, ctx, Action::PaymentCreate, Some(id.as_str()), details).await?;
    if order.payment_status.as_deref() != Some("unpaid") {
        let words = [("titre", &*order.titre), ("id", id.as_str())];
        notify::announce(conn, ctx, Event::OrderAwaitsPayment, None, &words).await?;
    }
    // Stripe's event may have arrived before this call.
    for stored in payment_events::unmatched(conn, session).await? {
        if !stored.payload.is_empty() {
            super::process_again(conn, ctx, stored, false).await?;
        }
    }
    Ok(to_amount_due(&order, amount, tax))
}
