//! What is known when an event comes, and what a verdict does to it.

use serde_json::json;

use super::event::{Says, StripeEvent};
use super::judge::{CURRENCY, Facts, Step, judge};
use crate::base::{Patch, Result, Split, TextEnum, TextId};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::billing::invoices::{self as billing, NewIssue};
use crate::flow::journal::{self, Action};
use crate::flow::notices::{self, Event};
use crate::model::{
    BillingKind, Checkout, Commande, CommandeId, CommandePatch, InvoiceId, InvoiceStatus, Payment, PaymentStatus,
    StatutCommande, prix_formate,
};
use crate::repo::payment_events::{self, OrderFact, PaymentFact};
use crate::repo::{billing_documents, checkouts, commandes, invoices, payments};

/// An order that an event is about, with all that hangs on it, held.
pub(super) struct Held {
    pub(super) order: Commande,
    checkout: Option<Checkout>,
    /// The payment of the event's session, else the one that Stripe calls so.
    payment: Option<Payment>,
}

/// What is to be asked for an order, with the tax within it: as [`due_of`] says, and nothing where its invoice is PAID, by
/// whatever means.
pub(super) async fn to_ask(conn: &mut Conn, order: &Commande) -> Result<Option<(i64, i64)>> {
    match billing::living_of(conn, &order.id).await? {
        Some(invoice) if invoice.status == InvoiceStatus::Paid => Ok(None),
        _ => due_of(conn, order).await,
    }
}

/// What a payment of an order must be, with the tax within it: its living invoice, less what was credited, else the price
/// by the settings in force.
pub(super) async fn due_of(conn: &mut Conn, order: &Commande) -> Result<Option<(i64, i64)>> {
    match billing::living_of(conn, &order.id).await? {
        Some(invoice) => {
            let (total, credited) = (invoice.amount + invoice.tax_amount, credited(conn, &invoice.id).await?);
            let whole = Split { ht: invoice.amount, tax: invoice.tax_amount, ttc: total };
            Ok((total > credited).then(|| (total - credited, whole.portion(credited, total - credited).tax)))
        }
        None => Ok(billing::due(conn, order).await?.filter(|split| split.ttc > 0).map(|split| (split.ttc, split.tax))),
    }
}

/// What the credit notes of an invoice take back, in centimes.
async fn credited(conn: &mut Conn, invoice: &InvoiceId) -> Result<i64> {
    let documents = billing_documents::of_invoice(conn, invoice).await?;
    Ok(documents.iter().filter(|document| document.kind == BillingKind::CreditNote).map(|note| note.total).sum())
}

/// The order that an event is about, and the session that says so.
async fn order_of(conn: &mut Conn, event: &StripeEvent) -> Result<(Option<CommandeId>, Option<Checkout>)> {
    if let Some(session) = &event.session {
        if let Some(checkout) = checkouts::lookup(conn, session).await? {
            return Ok((Some(checkout.commande_id.clone()), Some(checkout)));
        }
        // Another writer opened it. The index does not tell capitals apart.
        let mut known = commandes::by_stripe_session(conn, session).await?;
        known.retain(|order| order.stripe_session_id == event.session);
        match known.pop() {
            Some(order) if known.is_empty() => return Ok((Some(order.id), None)),
            // Two that bear one session: which of them was paid, nobody guesses.
            Some(_) => return Ok((None, None)),
            None => {}
        }
        // It may be about to be written. Who opens a session looks for its events behind its own row, and this one for
        // the session behind its own: one of the two sees the other.
        let checkout = checkouts::awaited(conn, session).await?;
        return Ok((checkout.as_ref().map(|checkout| checkout.commande_id.clone()), checkout));
    }
    if matches!(event.says, Says::Failed) {
        // That no money came is believed of whoever says it.
        return Ok((event.commande.as_deref().and_then(|id| CommandeId::parse(id).ok()), None));
    }
    Ok((None, None))
}

/// What the tables say that the event may be about, as nobody changes it until the transaction ends. The event's row is
/// held already.
pub(super) async fn facts(conn: &mut Conn, event: &StripeEvent) -> Result<(Facts, Option<Held>)> {
    let mut facts = Facts::default();
    let mut of_intent = match &event.intent {
        Some(intent) => payments::of_intent(conn, intent, false).await?,
        None => None,
    };
    let (mut commande, checkout) = order_of(conn, event).await?;
    if let (Says::Refunded { .. }, None, Some(intent)) = (&event.says, &of_intent, &event.intent) {
        // Its payment may be about to be written. That one looks for this event behind its own row, and this one for that
        // payment behind its own: one of the two sees the other.
        of_intent = payments::of_intent(conn, intent, true).await?;
    }
    if let Some(payment) = &of_intent {
        commande.get_or_insert_with(|| payment.commande_id.clone());
    }
    let Some(commande) = commande else { return Ok((facts, None)) };
    let Some(order) = commandes::locked(conn, &commande).await? else {
        // The order is gone, and what was paid for it is not.
        let of_session = match &event.session {
            Some(session) => payments::locked(conn, session).await?,
            None => None,
        };
        facts.of_session = of_session.as_ref().map(PaymentFact::from);
        facts.of_intent = of_intent.as_ref().map(PaymentFact::from);
        return Ok((facts, None));
    };
    // What was looked at before the order was held may have changed.
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
    let mut standing = false;
    match event.says {
        Says::Paid { .. } if of_session.is_none() => {
            standing = payments::standing(conn, &order.id).await?.is_some();
            facts.due = due_of(conn, &order).await?.map(|(due, _)| due);
        }
        Says::Pending => {
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
        standing,
    });
    Ok((facts, Some(Held { order, checkout, payment: of_session })))
}

/// Does what is to be done about a held order.
pub(super) async fn apply(conn: &mut Conn, act: &Act<'_>, event: &StripeEvent, held: &Held, step: &Step) -> Result<()> {
    let order = &held.order;
    match step {
        Step::Nothing => Ok(()),
        Step::Pay { amount, told } => pay(conn, act, event, held, *amount, *told).await,
        Step::Pend => set_payment(conn, act, order, "pending").await,
        Step::Fail => {
            set_payment(conn, act, order, "failed").await?;
            let details = json!({"event": event.id.as_str(), "type": event.r#type});
            journal::write(conn, act, Action::PaymentFailed, Some(order.id.as_str()), details).await?;
            let words = [("titre", &*order.titre), ("id", order.id.as_str())];
            notices::announce(conn, act, Event::PaymentFailed, Some(&order.user_id), &words).await
        }
        Step::Refund { total } => match &held.payment {
            Some(payment) => refund(conn, act, event, order, payment, *total).await,
            None => Ok(()),
        },
    }
}

async fn set_payment(conn: &mut Conn, act: &Act<'_>, order: &Commande, status: &str) -> Result<()> {
    let patch = CommandePatch { payment_status: Patch::Set(Some(status.to_owned())), ..CommandePatch::default() };
    commandes::update(conn, &order.id, &patch, None, act.now).await
}

/// The order is paid: it is taken up if it waited, and stays where it is otherwise; its invoice is paid, and issued if
/// there is none.
async fn pay(conn: &mut Conn, act: &Act<'_>, event: &StripeEvent, held: &Held, amount: i64, told: bool) -> Result<()> {
    let order = &held.order;
    // By Stripe's clock, which may be ahead of ours.
    let paid_at = event.occurred_at.min(act.now);
    let session = event.session.clone().unwrap_or_default();
    let waits = order.statut == StatutCommande::EnAttente;
    let patch = CommandePatch {
        payment_status: Patch::Set(Some("paid".to_owned())),
        statut: if waits { Patch::Set(StatutCommande::EnCours) } else { Patch::Absent },
        stripe_session_id: Patch::Set(Some(session.clone())),
        ..CommandePatch::default()
    };
    commandes::update(conn, &order.id, &patch, None, act.now).await?;
    let row = Payment {
        session_id: session,
        commande_id: order.id.clone(),
        user_id: order.user_id.clone(),
        tarif_id: held.checkout.as_ref().and_then(|checkout| checkout.tarif_id.clone()),
        payment_intent: event.intent.clone(),
        amount,
        currency: CURRENCY.to_owned(),
        status: PaymentStatus::Paid,
        paid_at,
        refunded: 0,
        invoice_id: None,
        updated_at: act.now,
    };
    // Before the series is held, and before a refund that waits for it is looked for.
    let invoice = billing::living_of(conn, &order.id).await?;
    let new = NewIssue { commande: &order.id, paid_at: Some(paid_at) };
    let invoice = match invoice {
        Some(invoice) => {
            if invoice.status != InvoiceStatus::Paid {
                billing::mark_paid(conn, act, &invoice.id, paid_at).await?;
            }
            invoice.id
        }
        None => billing::issue(conn, act, &new).await?.id,
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
    journal::write(conn, act, Action::PaymentReceived, Some(order.id.as_str()), details).await?;
    if !told {
        let montant = prix_formate(amount);
        let words = [("titre", &*order.titre), ("montant", &*montant), ("id", order.id.as_str())];
        notices::announce(conn, act, Event::Payment, Some(&order.user_id), &words).await?;
    }
    refunds_that_wait(conn, act, order, row).await
}

/// Applies the refunds that came before their payment.
async fn refunds_that_wait(conn: &mut Conn, act: &Act<'_>, order: &Commande, mut row: Payment) -> Result<()> {
    let Some(intent) = row.payment_intent.clone() else { return Ok(()) };
    for kept in payment_events::deferred(conn, &intent).await? {
        if kept.payload.is_empty() {
            continue;
        }
        let event = super::event::read(&kept.payload)?;
        let (payment_status, session) = (Some("paid".to_owned()), Some(row.session_id.clone()));
        let of = OrderFact { id: order.id.clone(), payment_status, session, standing: true };
        let facts = Facts { of_intent: Some(PaymentFact::from(&row)), order: Some(of), ..Facts::default() };
        let verdict = judge(&event, &facts);
        if let Step::Refund { total } = verdict.step {
            refund(conn, act, &event, order, &row, total).await?;
            row.refunded = total;
        }
        let whose = Some((&order.id, &order.user_id));
        payment_events::decide(conn, &event.id, &verdict.outcome, verdict.detail.as_deref(), whose, act.now).await?;
    }
    Ok(())
}

/// So much of a payment is back by now: what its invoice's credit notes do not say yet, one more says.
async fn refund(
    conn: &mut Conn,
    act: &Act<'_>,
    event: &StripeEvent,
    order: &Commande,
    payment: &Payment,
    total: i64,
) -> Result<()> {
    let is_whole = total >= payment.amount;
    let status = if is_whole { PaymentStatus::Refunded } else { PaymentStatus::PartiallyRefunded };
    payments::refund(conn, &payment.session_id, total, &status, act.now).await?;
    if is_whole && payments::standing(conn, &order.id).await?.is_none() {
        set_payment(conn, act, order, "refunded").await?;
    }
    let invoice = match &payment.invoice_id {
        Some(id) => invoices::locked(conn, id).await?,
        None => None,
    };
    let mut credit = 0;
    if let Some(invoice) = invoice.filter(|invoice| invoice.status != InvoiceStatus::Cancelled) {
        let credited = credited(conn, &invoice.id).await?;
        let left = invoice.amount + invoice.tax_amount - credited;
        // A credit note that was written by hand before the money went back is the same money.
        // What was taken back before it was paid is not what came back now.
        let before = (invoice.amount + invoice.tax_amount - payment.amount).max(0);
        credit = (before + total - credited).min(left).max(0);
        if credit > 0 {
            let reason = format!("Remboursement Stripe {}", event.id);
            billing::credit(conn, act, &invoice.id, credit, &reason).await?;
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
    journal::write(conn, act, Action::PaymentRefunded, Some(order.id.as_str()), details).await?;
    let montant = prix_formate(back);
    let words = [("titre", &*order.titre), ("montant", &*montant), ("id", order.id.as_str())];
    notices::announce(conn, act, Event::PaymentRefunded, Some(&order.user_id), &words).await
}
