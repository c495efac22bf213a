//! Credit notes: the only way in which an invoice is ever corrected.

use serde_json::json;

use super::{absent, draft, held, numbers, steps};
use crate::base::{Error, ErrorKind, Result, Split, Tax, TaxRegime};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::view::BillingDocument;
use crate::model::{BillingDocumentId, BillingKind, BillingSeries, Invoice, InvoiceId, InvoiceStatus};
use crate::repo::{billing_documents, billing_settings, commandes, invoices};

/// Takes back `amount_ttc` centimes of an invoice by a credit note; when nothing is left of it, the invoice is CANCELLED.
/// `NotFound`; `Conflict` when it is CANCELLED, or less is left of it; `Invalid` unless the amount is above zero and the
/// reason 3 to 500 characters.
pub async fn credit(conn: &mut Conn, act: &Act<'_>, id: &InvoiceId, amount_ttc: i64, reason: &str) -> Result<()> {
    credit_note(conn, act, id, Some(amount_ttc), reason).await.map(drop)
}

/// Takes back all that is left of an invoice; it is CANCELLED then. Fails as [`credit`] does.
pub async fn cancel(conn: &mut Conn, act: &Act<'_>, id: &InvoiceId, reason: &str) -> Result<()> {
    credit_note(conn, act, id, None, reason).await.map(drop)
}

/// The same, all that is left unless `amount` is given, and gives the credit note.
pub async fn credit_note(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &InvoiceId,
    amount: Option<i64>,
    reason: &str,
) -> Result<BillingDocument> {
    let reason = reason.trim();
    let mut faults = crate::base::Faults::default();
    if !(3..=500).contains(&reason.chars().count()) || reason.contains('\0') {
        faults.add("reason", "must be 3 to 500 characters, none of them NUL");
    }
    if amount.is_some_and(|amount| amount <= 0) {
        faults.add("amount", "must be above zero");
    }
    faults.into_result()?;
    let row = held(conn, id).await?;
    if row.status == InvoiceStatus::Cancelled {
        return Err(Error::new(ErrorKind::Conflict, "the invoice is CANCELLED: nothing of it is left"));
    }
    let mut documents = billing_documents::locked_of_invoice(conn, id).await?;
    let place = documents.iter().position(|document| document.kind == BillingKind::Invoice);
    let original = match place {
        Some(place) => documents.remove(place),
        None => adopted(conn, act, &row).await?,
    };
    let whole = Split { ht: original.amount, tax: original.tax_amount, ttc: original.total };
    let credited: i64 = documents.iter().map(|note| note.total).sum();
    let left = whole.ttc - credited;
    let amount = amount.unwrap_or(left);
    if amount > left || left <= 0 {
        let message =
            format!("{left} centimes are left of the invoice {}, and {amount} would be taken back", row.number);
        return Err(Error::new(ErrorKind::Conflict, message));
    }
    let part = whole.portion(credited, amount);

    let note_id: BillingDocumentId = act.new_id();
    let mut place = numbers::hold(conn, act, BillingSeries::Avoir).await?;
    while invoices::by_number(conn, &place.number()).await?.is_some() {
        place.pass_over(conn, act).await?;
    }
    place.take(conn).await?;
    let mut note = BillingDocument {
        id: note_id,
        kind: BillingKind::CreditNote,
        invoice_id: row.id.clone(),
        invoice_number: row.number.clone(),
        amount: part.ht,
        tax_amount: part.tax,
        total: part.ttc,
        reason: Some(reason.to_owned()),
        due_at: None,
        // Seller and buyer are those of the invoice.
        ..original
    };
    place.sign(&mut note);
    billing_documents::add(conn, &note).await?;
    if amount == left {
        steps::moved(conn, act, &row, InvoiceStatus::Cancelled, None).await?;
    }
    let details = json!({
        "number": note.number,
        "invoice": row.number,
        "total": part.ttc,
        "tax": part.tax,
        "left": left - amount,
        "reason": reason,
    });
    journal::write(conn, act, Action::InvoiceCredited, Some(row.id.as_str()), details).await?;
    Ok(note)
}

/// What an invoice that somebody else wrote would say, as far as its row tells: buyer and seller as they are now, the rate
/// that its two amounts make, to the tenth of a percent.
async fn adopted(conn: &mut Conn, act: &Act<'_>, row: &Invoice) -> Result<BillingDocument> {
    let order =
        commandes::lookup(conn, &row.commande_id).await?.ok_or_else(|| absent("commandes", &row.commande_id))?;
    let settings = billing_settings::current(conn).await?;
    let mut document = draft(conn, act, &order, &settings).await?;
    let (ht, tax) = (row.amount, row.tax_amount);
    if ht < 0 || tax < 0 || tax > ht {
        let message = format!("the invoice {} of {ht} centimes before tax and {tax} of tax is not sound", row.number);
        return Err(Error::new(ErrorKind::Conflict, message));
    }
    let rate = if ht == 0 { 0 } else { (i128::from(tax) * 2_000 + i128::from(ht)) / (i128::from(ht) * 2) * 10 };
    let regime = if tax == 0 { TaxRegime::Franchise } else { TaxRegime::Exclusive };
    let of_row = Tax::new(regime, rate as i64)?;
    (document.regime, document.rate) = (of_row.regime(), of_row.rate());
    document.tax_mention = regime.mention().map(str::to_owned);
    (document.amount, document.tax_amount, document.total) = (ht, tax, ht + tax);
    Ok(document)
}
