//! Gathers the facts for an event, and applies a verdict to the order.

use serde_json::json;

use super::event::{EventKind, StripeEvent};
use super::judge::{CURRENCY, Facts, Step, judge};
use crate::base::{Patch, Result, Split, TextEnum, TextId, format_euros};
use crate::db::Conn;
use crate::model::{
    BillingKind, Checkout, Commande, CommandeId, CommandePatch, InvoiceId, InvoiceStatus, Payment, PaymentStatus,
    StatutCommande,
};
use crate::repo::payment_events::{self, OrderFact, PaymentFact};
use crate::repo::{billing_documents, checkouts, commandes, invoices, payments};
use crate::service::audit_trail::{self, Action};
use crate::service::billing::invoices::{self as billing, NewIssue};
use crate::service::context::OpContext;
use crate::service::notify::{self, Event};

/// The locked order that an event is about, with its checkout and payment.
pub(super) struct LockedOrder {
    pub(super) order: Commande,
    checkout: Option<Checkout>,
    /// The payment of the event's session, else the one with the event's payment id.
    payment: Option<Payment>,
}

/// Returns the amount to request for an order and the tax within it: as [`amount_due_of`], but none if its invoice is
/// PAID, by whatever means.
pub(super) async fn amount_to_ask(conn: &mut Conn, order: &Commande) -> Result<Option<(i64, i64)>> {
    match billing::uncancelled_of(conn, &order.id).await? {
        Some(invoice) if invoice.status == InvoiceStatus::Paid => Ok(None),
        _ => amount_due_of(conn, order).await,
    }
}

/// Returns the amount due for an order and the tax within it: the rest of its invoice after credit notes, else the
/// price under the settings in force.
pub(super) async fn amount_due_of(conn: &mut Conn, order: &Commande) -> Result<Option<(i64, i64)>> {
    match billing::uncancelled_of(conn, &order.id).await? {
        Some(invoice) => {
            let (total, credited) = (invoice.amount + invoice.tax_amount, credited(conn, &invoice.id).await?);
            let whole = Split { ht: invoice.amount, tax: invoice.tax_amount, ttc: total };
            Ok((total > credited).then(|| (total - credited, whole.portion(credited, total - credited).tax)))
        }
        None => Ok(billing::amount_due(conn, order)
            .await?
            .filter(|split| split.ttc > 0)
            .map(|split| (split.ttc, split.tax))),
    }
}

/// Returns the total of an invoice's credit notes, in centimes.
async fn credited(conn: &mut Conn, invoice: &InvoiceId) -> Result<i64> {
    let documents = billing_documents::of_invoice(conn, invoice).await?;
    Ok(documents.iter().filter(|document| document.kind == BillingKind::CreditNote).map(|note| note.total).sum())
}

/// Finds the order that an event is about, and the checkout that names it.
async fn order_of(conn: &mut Conn, event: &StripeEvent) -> Result<(Option<CommandeId>, Option<Checkout>)> {
    if let Some(session) = &event.session {
        if let Some(checkout) = checkouts::lookup(conn, session).await? {
            return Ok((Some(checkout.commande_id.clone()), Some(checkout)));
        }
        // Another program opened it. The index ignores case.
        let mut known = commandes::by_stripe_session(conn, session).await?;
        known.retain(|order| order.stripe_session_id == event.session);
        match known.pop() {
            Some(order) if known.is_empty() => return Ok((Some(order.id), None)),
            // If two orders have one session, nobody can tell which was paid.
            Some(_) => return Ok((None, None)),
            None => {}
        }
        // The checkout may be about to be written. Opening a session looks for the session's events after writing its
        // row, and this looks for the session after writing the event's row: one of the two sees the other.
        let checkout = checkouts::awaited(conn, session).await?;
        return Ok((checkout.as_ref().map(|checkout| checkout.commande_id.clone()), checkout));
    }
    if matches!(event.kind, EventKind::Failed) {
        // A failure is trusted whoever reports it.
        return Ok((event.commande.as_deref().and_then(|id| CommandeId::parse(id).ok()), None));
    }
    Ok((None, None))
}

/// Gathers what the tables say about the event's order, locked until the transaction ends. The event's row is locked
/// already.
pub(super) async fn facts(conn: &mut Conn, event: &StripeEvent) -> Result<(Facts, Option<LockedOrder>)> {
    let mut facts = Facts::default();
    let mut of_intent = match &event.intent {
        Some(intent) => payments::of_intent(conn, intent, false).await?,
        None => None,
    };
    let (mut commande, checkout) = order_of(conn, event).await?;
    if let (EventKind::Refunded { .. }, None, Some(intent)) = (&event.kind, &of_intent, &event.intent) {
        // Its payment may be about to be written. The payment looks for this event after writing its row, and this
        // event for the payment after writing its own: one of the two sees the other.
        of_intent = payments::of_intent(conn, intent, true).await?;
    }
    if let Some(payment) = &of_intent {
        commande.get_or_insert_with(|| payment.commande_id.clone());
    }
    let Some(commande) = commande else { return Ok((facts, None)) };
    let Some(order) = commandes::lock(conn, &commande).await? else {
        // The order was deleted, but its payment was not.
        let of_session = match &event.session {
            Some(session) => payments::locked(conn, session).await?,
            None => None,
        };
        facts.of_session = of_session.as_ref().map(PaymentFact::from);
        facts.of_intent = of_intent.as_ref().map(PaymentFact::from);
        return Ok((facts, None));
    };
    // What was read before the order was locked may have changed.
    let of_session = match (&event.session, &of_intent) {
        (Some(session), _) => payments::locked(conn, session).await?,
        (None, Some(payment)) => payments::locked(conn, &payment.session_id).await?,
        (None, None) => None,
    };
    facts.asked = checkout.as_ref().map(|checkout| checkout.amount);
    match event.session {
        Some(_) => facts.of_session = of_session.as_ref().map(PaymentFact::from),
        None => facts.of_intent = of_session.as_ref().map(PaymentFact::from),
    }
    let mut paid_by_other = false;
    match event.kind {
        EventKind::Paid { .. } if of_session.is_none() => {
            paid_by_other = payments::unrefunded(conn, &order.id).await?.is_some();
            facts.due = amount_due_of(conn, &order).await?.map(|(due, _)| due);
        }
        EventKind::Pending => {
            if let Some(session) = &event.session {
                facts.ended = payment_events::ended(conn, session).await?;
            }
        }
        _ => {}
    }
    facts.order = Some(OrderFact {
        id: order.id.clone(),
        payment_status: order.payment_status.clone(),
        session: order.stripe_session_id.clone(),
        paid_by_other,
    });
    Ok((facts, Some(LockedOrder { order, checkout, payment: of_session })))
}

/// Does what the verdict requires to a locked order.
pub(super) async fn apply(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    event: &StripeEvent,
    locked: &LockedOrder,
    step: &Step,
) -> Result<()> {
    let order = &locked.order;
    match step {
        Step::Nothing => Ok(()),
        Step::MarkPaid { amount, notified } => pay(conn, ctx, event, locked, *amount, *notified).await,
        Step::MarkPending => set_payment(conn, ctx, order, "pending").await,
        Step::MarkFailed => {
            set_payment(conn, ctx, order, "failed").await?;
            let details = json!({"event": event.id.as_str(), "type": event.r#type});
            audit_trail::write(conn, ctx, Action::PaymentFailed, Some(order.id.as_str()), details).await?;
            let words = [("titre", &*order.titre), ("id", order.id.as_str())];
            notify::announce(conn, ctx, Event::PaymentFailed, Some(&order.user_id), &words).await
        }
        Step::RecordRefund { total } => match &locked.payment {
            Some(payment) => refund(conn, ctx, event, order, payment, *total).await,
            None => Ok(()),
        },
    }
}

async fn set_payment(conn: &mut Conn, ctx: &OpContext<'_>, order: &Commande, status: &str) -> Result<()> {
    let patch = CommandePatch { payment_status: Patch::Set(Some(status.to_owned())), ..CommandePatch::default() };
    commandes::update(conn, &order.id, &patch, None, ctx.now).await
}

/// Marks the order as paid: it is resumed if it was EN_ATTENTE and keeps its statut otherwise. Its invoice is marked as
/// paid, and issued if there is none.
async fn pay(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    event: &StripeEvent,
    locked: &LockedOrder,
    amount: i64,
    notified: bool,
) -> Result<()> {
    let order = &locked.order;
    // Stripe's clock may be ahead of the local one.
    let paid_at = event.occurred_at.min(ctx.now);
    let session = event.session.clone().unwrap_or_default();
    let waits = order.statut == StatutCommande::EnAttente;
    let patch = CommandePatch {
        payment_status: Patch::Set(Some("paid".to_owned())),
        statut: if waits { Patch::Set(StatutCommande::EnCours) } else { Patch::Absent },
        stripe_session_id: Patch::Set(Some(session.clone())),
        ..CommandePatch::default()
    };
    commandes::update(conn, &order.id, &patch, None, ctx.now).await?;
    let row = Payment {
        session_id: session,
        commande_id: order.id.clone(),
        user_id: order.user_id.clone(),
        tarif_id: locked.checkout.as_ref().and_then(|checkout| checkout.tarif_id.clone()),
        payment_intent: event.intent.clone(),
        amount,
        currency: CURRENCY.to_owned(),
        status: PaymentStatus::Paid,
        paid_at,
        refunded: 0,
        invoice_id: None,
        updated_at: ctx.now,
    };
    // Before the series is locked, and before deferred refunds are looked for.
    let invoice = billing::uncancelled_of(conn, &order.id).await?;
    let new = NewIssue { commande: &order.id, paid_at: Some(paid_at) };
    let invoice = match invoice {
        Some(invoice) => {
            if invoice.status != InvoiceStatus::Paid {
                billing::set_paid(conn, ctx, &invoice.id, paid_at).await?;
            }
            invoice.id
        }
        None => billing::issue(conn, ctx, &new).await?.id,
    };
    let row = Payment { invoice_id: Some(invoice), ..row };
    payments::add(conn, &row).await?;
    let details = json!({
        "event": event.id.as_str(),
        "commande": order.id.as_str(),
        "invoice": row.invoice_id.as_ref().map(InvoiceId::as_str),
        "amount": amount,
        "statut": order.statut.as_str(),
    });
    audit_trail::write(conn, ctx, Action::PaymentReceived, Some(order.id.as_str()), details).await?;
    if !notified {
        let montant = format_euros(amount);
        let words = [("titre", &*order.titre), ("montant", &*montant), ("id", order.id.as_str())];
        notify::announce(conn, ctx, Event::Payment, Some(&order.user_id), &words).await?;
    }
    apply_deferred_refunds(conn, ctx, order, row).await
}

/// Applies the refunds that arrived before their payment.
async fn apply_deferred_refunds(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    order: &Commande,
    mut row: Payment,
) -> Result<()> {
    let Some(intent) = row.payment_intent.clone() else { return Ok(()) };
    for stored in payment_events::deferred(conn, &intent).await? {
        if stored.payload.is_empty() {
            continue;
        }
        let event = super::event::read(&stored.payload)?;
        let (payment_status, session) = (Some("paid".to_owned()), Some(row.session_id.clone()));
        let of = OrderFact { id: order.id.clone(), payment_status, session, paid_by_other: true };
        let facts = Facts { of_intent: Some(PaymentFact::from(&row)), order: Some(of), ..Facts::default() };
        let verdict = judge(&event, &facts);
        if let Step::RecordRefund { total } = verdict.step {
            refund(conn, ctx, &event, order, &row, total).await?;
            row.refunded = total;
        }
        let owner = Some((&order.id, &order.user_id));
        payment_events::decide(conn, &event.id, &verdict.outcome, verdict.detail.as_deref(), owner, ctx.now).await?;
    }
    Ok(())
}

/// Records the total refunded so far, and issues a credit note for the part that the invoice's credit notes do not
/// cover yet.
async fn refund(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    event: &StripeEvent,
    order: &Commande,
    payment: &Payment,
    total: i64,
) -> Result<()> {
    let is_whole = total >= payment.amount;
    let status = if is_whole { PaymentStatus::Refunded } else { PaymentStatus::PartiallyRefunded };
    payments::refund(conn, &payment.session_id, total, &status, ctx.now).await?;
    if is_whole && payments::unrefunded(conn, &order.id).await?.is_none() {
        set_payment(conn, ctx, order, "refunded").await?;
    }
    let invoice = match &payment.invoice_id {
        Some(id) => invoices::locked(conn, id).await?,
        None => None,
    };
    let mut credit = 0;
    if let Some(invoice) = invoice.filter(|invoice| invoice.status != InvoiceStatus::Cancelled) {
        let credited = credited(conn, &invoice.id).await?;
        let left = invoice.amount + invoice.tax_amount - credited;
        // A credit note issued by hand before the refund covers the same money. What was credited before the payment is
        // not part of this refund.
        let before = (invoice.amount + invoice.tax_amount - payment.amount).max(0);
        credit = (before + total - credited).min(left).max(0);
        if credit > 0 {
            let reason = format!("Remboursement Stripe {}", event.id);
            billing::create_credit_note(conn, ctx, &invoice.id, credit, &reason).await?;
        }
    }
    let back = total - payment.refunded;
    let details = json!({
        "event": event.id.as_str(),
        "commande": order.id.as_str(),
        "amount": back,
        "total": total,
        "credited": credit,
    });
    audit_trail::write(conn, ctx, Action::PaymentRefunded, Some(order.id.as_str()), details).await?;
    let montant = format_euros(back);
    let words = [("titre", &*order.titre), ("montant", &*montant), ("id", order.id.as_str())];
    notify::announce(conn, ctx, Event::PaymentRefunded, Some(&order.user_id), &words).await
}
