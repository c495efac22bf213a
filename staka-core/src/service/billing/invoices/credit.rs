//! Credit notes, which alone correct an invoice.

use serde_json::json;

use super::{draft_document, locked, not_found, numbers, steps};
use crate::base::{Error, ErrorKind, Result, Split, Tax, TaxRegime};
use crate::db::Conn;
use crate::model::view::BillingDocument;
use crate::model::{BillingDocumentId, BillingKind, BillingSeries, Invoice, InvoiceId, InvoiceStatus};
use crate::repo::{billing_documents, billing_settings, commandes, invoices};
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// Issues a credit note over `amount` centimes of an invoice, tax included. When nothing is left of the invoice, it
/// becomes CANCELLED. Fails with `NotFound`; with `Conflict` if the invoice is CANCELLED or less than `amount` is left of
/// it; with `Invalid` unless the amount is above zero and the reason has 3 to 500 characters.
pub async fn create_credit_note(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &InvoiceId,
    amount: i64,
    reason: &str,
) -> Result<BillingDocument> {
    credit(conn, ctx, id, Some(amount), reason).await
}

/// Issues a credit note over all that is left of an invoice, which becomes CANCELLED. Fails like
/// [`create_credit_note`].
pub async fn cancel(conn: &mut Conn, ctx: &OpContext<'_>, id: &InvoiceId, reason: &str) -> Result<BillingDocument> {
    credit(conn, ctx, id, None, reason).await
}

/// Issues a credit note over `amount` centimes, or over all that is left.
async fn credit(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &InvoiceId,
    amount: Option<i64>,
    reason: &str,
) -> Result<BillingDocument> {
    let reason = reason.trim();
    let mut violations = crate::base::Violations::default();
    if !(3..=500).contains(&reason.chars().count()) || reason.contains('\0') {
        violations.add("reason", "must be 3 to 500 characters, none of them NUL");
    }
    if amount.is_some_and(|amount| amount <= 0) {
        violations.add("amount", "must be above zero");
    }
    violations.into_result()?;
    let row = locked(conn, id).await?;
    if row.status == InvoiceStatus::Cancelled {
        return Err(Error::new(ErrorKind::Conflict, "the invoice is CANCELLED already"));
    }
    let mut documents = billing_documents::locked_of_invoice(conn, id).await?;
    let place = documents.iter().position(|document| document.kind == BillingKind::Invoice);
    let original = match place {
        Some(place) => documents.remove(place),
        None => external_document(conn, ctx, &row).await?,
    };
    let whole = Split { ht: original.amount, tax: original.tax_amount, ttc: original.total };
    let credited: i64 = documents.iter().map(|note| note.total).sum();
    let left = whole.ttc - credited;
    let amount = amount.unwrap_or(left);
    if amount > left || left <= 0 {
        let message = format!("{left} centimes are left of the invoice {}, less than {amount}", row.number);
        return Err(Error::new(ErrorKind::Conflict, message));
    }
    let part = whole.portion(credited, amount);

    let note_id: BillingDocumentId = ctx.new_id();
    let mut series = numbers::lock_series(conn, ctx, BillingSeries::Avoir).await?;
    while invoices::by_number(conn, &series.number()).await?.is_some() {
        series.skip_used(conn, ctx).await?;
    }
    series.advance(conn).await?;
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
    series.stamp(&mut note);
    billing_documents::add(conn, &note).await?;
    if amount == left {
        steps::transition_to(conn, ctx, &row, InvoiceStatus::Cancelled, None).await?;
    }
    let details = json!({
        "number": note.number,
        "invoice": row.number,
        "total": part.ttc,
        "tax": part.tax,
        "left": left - amount,
        "reason": reason,
    });
    audit_trail::write(conn, ctx, Action::InvoiceCredited, Some(row.id.as_str()), details).await?;
    Ok(note)
}

/// Returns the document of an external invoice as far as its row tells: buyer and seller as they are now, and the rate
/// computed from its two amounts, to the tenth of a percent.
async fn external_document(conn: &mut Conn, ctx: &OpContext<'_>, row: &Invoice) -> Result<BillingDocument> {
    let order = commandes::lookup(conn, &row.commande_id).await?.ok_or_else(|| not_found("order", &row.commande_id))?;
    let settings = billing_settings::current(conn).await?;
    let mut document = draft_document(conn, ctx, &order, &settings).await?;
    let (ht, tax) = (row.amount, row.tax_amount);
    if ht < 0 || tax < 0 || tax > ht {
        let message = format!(
            "the invoice {} has inconsistent amounts: {ht} centimes before tax and {tax} centimes of tax",
            row.number
        );
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
