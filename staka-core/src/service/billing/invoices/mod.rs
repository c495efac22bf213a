//! Invoices: issued once per order with a gapless number and with buyer and seller as they are then. Their statuses
//! change by [`InvoiceStatus::next`]; only credit notes correct them.
//!
//! Locks are taken in this order: the order, its invoice, the series FACT, the series AVOIR.

mod credit;
mod numbers;
mod report;
mod steps;

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

pub use credit::{cancel, create_credit_note};
pub use numbers::open_series;
pub use report::{export_ledger, get_numbering, ledger, stats, vat};
pub use steps::{mark_overdue, mark_sent, set_paid, set_pdf_url};

use super::settings::check_text;
use crate::base::{Error, ErrorKind, Result, Split, Tax, TextId, Timestamp, Violations, day_after};
use crate::db::Conn;
use crate::model::view::{BillingDocument, BillingSettings, InvoiceDetail, InvoiceView};
use crate::model::{BillingKind, BillingSeries, Commande, CommandeId, Invoice, InvoiceId, InvoiceStatus};
use crate::repo::{billing_documents, billing_settings, commandes, invoice_transitions, invoices};
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// An invoice to issue for an order.
#[derive(Clone, Copy, Debug)]
pub struct NewIssue<'a> {
    /// Id of the order.
    pub commande: &'a CommandeId,
    /// Time of the payment, if it was paid already; the invoice is PAID then.
    pub paid_at: Option<Timestamp>,
}

/// Values of an invoice that replace those of the buyer's account and of the settings.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct NewInvoice {
    /// Name of the buyer, e.g. of a company; that of the account by default.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub buyer_name: Option<String>,
    /// Address of the buyer, one line of it per line of text; that of the account by default.
    #[described(bounds = Bounds::chars(0, 1_000).trimmed())]
    pub buyer_address: Option<String>,
    /// SIRET or VAT number of the buyer; none by default.
    #[described(bounds = Bounds::chars(0, 100).trimmed())]
    pub buyer_legal_id: Option<String>,
    /// Days within which it is to be paid; those of the settings by default.
    #[described(bounds = Bounds::between(0, 365))]
    pub payment_days: Option<i64>,
    /// Time of the payment, UTC, if it was paid already; not in the future. The invoice is PAID then.
    pub paid_at: Option<Timestamp>,
}

/// Returns the amount due for an order under the settings in force; none if it has no price above zero.
pub async fn amount_due(conn: &mut Conn, commande: &Commande) -> Result<Option<Split>> {
    let settings = billing_settings::current(conn).await?;
    priced(commande, &settings).map(|priced| priced.map(|(_, split)| split))
}

fn priced(commande: &Commande, settings: &BillingSettings) -> Result<Option<(Tax, Split)>> {
    let Some(amount) = commande.amount.filter(|amount| *amount > 0) else { return Ok(None) };
    let tax = Tax::new(settings.regime, settings.rate).map_err(|error| {
        Error::new(ErrorKind::CorruptRow, "the billing settings are inconsistent").with_source(error)
    })?;
    Ok(Some((tax, tax.split(amount)?)))
}

/// Locks and returns the order's invoice that is not CANCELLED, if there is one. If another program created several:
/// the newest that is not paid, else the newest.
pub async fn uncancelled_of(conn: &mut Conn, commande: &CommandeId) -> Result<Option<Invoice>> {
    invoices::uncancelled_of(conn, commande).await
}

/// Issues the invoice of an order. Fails with `NotFound` if the order does not exist, and with `Conflict` if it has no
/// price or has an invoice that is not CANCELLED.
pub async fn issue(conn: &mut Conn, ctx: &OpContext<'_>, new: &NewIssue<'_>) -> Result<Invoice> {
    let options = NewInvoice { paid_at: new.paid_at, ..NewInvoice::default() };
    issue_with(conn, ctx, new.commande, &options).await
}

/// Issues the invoice of an order with values given by the caller. Fails like [`issue`], and with `Invalid`, naming
/// every invalid field.
pub async fn issue_by_hand(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    commande: &CommandeId,
    options: &NewInvoice,
) -> Result<InvoiceView> {
    let non_empty =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let options = NewInvoice {
        buyer_name: non_empty(&options.buyer_name),
        buyer_address: non_empty(&options.buyer_address),
        buyer_legal_id: non_empty(&options.buyer_legal_id),
        ..options.clone()
    };
    let mut violations = Violations::default();
    for (field, text, most) in [
        ("buyerName", &options.buyer_name, 255),
        ("buyerAddress", &options.buyer_address, 1_000),
        ("buyerLegalId", &options.buyer_legal_id, 100),
    ] {
        check_text(&mut violations, field, text.as_deref().unwrap_or_default(), 0, most);
    }
    if options.payment_days.is_some_and(|days| !(0..=365).contains(&days)) {
        violations.add("paymentDays", "must be between 0 and 365");
    }
    if options.paid_at.is_some_and(|at| at > ctx.now) {
        violations.add("paidAt", "must not be in the future");
    }
    violations.into_result()?;
    issue_with(conn, ctx, commande, &options).await.map(Into::into)
}

async fn issue_with(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    commande: &CommandeId,
    options: &NewInvoice,
) -> Result<Invoice> {
    let order = commandes::lock(conn, commande).await?.ok_or_else(|| not_found("order", commande))?;
    if let Some(existing) = invoices::uncancelled_of(conn, &order.id).await? {
        let message = format!("the order has the invoice {}, which is {}", existing.number, existing.status);
        return Err(Error::new(ErrorKind::Conflict, message));
    }
    let settings = billing_settings::current(conn).await?;
    let Some((tax, split)) = priced(&order, &settings)? else {
        return Err(Error::new(ErrorKind::Conflict, "the order has no price"));
    };
    let mut document = draft_document(conn, ctx, &order, &settings).await?;
    if let Some(name) = &options.buyer_name {
        document.buyer_name.clone_from(name);
    }
    if options.buyer_address.is_some() {
        document.buyer_address.clone_from(&options.buyer_address);
    }
    document.buyer_legal_id.clone_from(&options.buyer_legal_id);
    (document.regime, document.rate) = (tax.regime(), tax.rate());
    document.tax_mention = tax.regime().mention().map(str::to_owned);
    (document.amount, document.tax_amount, document.total) = (split.ht, split.tax, split.ttc);

    let id = document.invoice_id.clone();
    steps::record_transition(conn, ctx, &id, None, &InvoiceStatus::Generated, ctx.now).await?;
    if options.paid_at.is_some() {
        steps::record_transition(conn, ctx, &id, Some(&InvoiceStatus::Generated), &InvoiceStatus::Paid, ctx.now)
            .await?;
    }

    // From here on, other transactions that issue an invoice wait.
    let mut series = numbers::lock_series(conn, ctx, BillingSeries::Fact).await?;
    let days = options.payment_days.unwrap_or(settings.payment_days).clamp(0, 365) as u32;
    let next_day = day_after(ctx.zone, series.issued_at, days).to;
    let due_at = next_day.minus(std::time::Duration::from_millis(1));
    let mut row = Invoice {
        id,
        commande_id: order.id.clone(),
        number: series.number(),
        amount: split.ht,
        tax_amount: split.tax,
        pdf_url: String::new(),
        status: if options.paid_at.is_some() { InvoiceStatus::Paid } else { InvoiceStatus::Generated },
        issued_at: Some(series.issued_at),
        due_at: Some(due_at),
        paid_at: options.paid_at,
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    // The unique key tells which numbers external invoices have at this time.
    while let Err(error) = invoices::add(conn, std::slice::from_ref(&row)).await {
        match error.key() {
            Some(key) if error.kind() == ErrorKind::Conflict && key.contains("number") => {
                series.skip_used(conn, ctx).await?;
                row.number = series.number();
            }
            _ => return Err(error),
        }
    }
    series.advance(conn).await?;
    document.invoice_number.clone_from(&row.number);
    document.due_at = Some(due_at);
    series.stamp(&mut document);
    billing_documents::add(conn, &document).await?;
    let details = json!({
        "number": row.number,
        "commande": order.id.as_str(),
        "total": split.ttc,
        "tax": split.tax,
        "regime": tax.regime().as_str(),
        "rate": tax.rate(),
        "paidAt": options.paid_at,
    });
    audit_trail::write(conn, ctx, Action::InvoiceIssued, Some(row.id.as_str()), details).await?;
    Ok(row)
}

/// Returns a document about an order, with buyer and seller as they are now; the rest is empty.
async fn draft_document(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    order: &Commande,
    settings: &BillingSettings,
) -> Result<BillingDocument> {
    let buyer = invoices::buyer(conn, &order.user_id).await?.ok_or_else(|| not_found("user", &order.user_id))?;
    let id: InvoiceId = ctx.new_id();
    Ok(BillingDocument {
        id: id.as_str().parse()?,
        kind: BillingKind::Invoice,
        series: BillingSeries::Fact,
        year: 0,
        sequence: 0,
        number: String::new(),
        invoice_id: id,
        invoice_number: String::new(),
        commande_id: order.id.clone(),
        user_id: order.user_id.clone(),
        title: order.titre.clone(),
        buyer_name: format!("{} {}", buyer.prenom, buyer.nom).trim().to_owned(),
        buyer_email: buyer.email,
        buyer_address: buyer.adresse,
        buyer_legal_id: None,
        seller_name: settings.seller_name.clone(),
        seller_address: settings.seller_address.clone(),
        seller_siret: settings.siret.clone(),
        seller_vat_number: settings.vat_number.clone(),
        seller_mention: settings.legal_mention.clone(),
        regime: settings.regime,
        rate: settings.rate,
        tax_mention: None,
        amount: 0,
        tax_amount: 0,
        total: 0,
        reason: None,
        issued_at: ctx.now,
        due_at: None,
        digest: String::new(),
    })
}

/// Returns the invoice with its document, credit notes and transitions; none if it does not exist.
pub async fn get(conn: &mut Conn, id: &InvoiceId) -> Result<Option<InvoiceDetail>> {
    let Some(row) = invoices::lookup(conn, id).await? else { return Ok(None) };
    let order = commandes::lookup(conn, &row.commande_id).await?;
    let mut documents = billing_documents::of_invoice(conn, id).await?;
    let transitions = invoice_transitions::of_invoice(conn, id).await?;
    let of_invoice = documents.iter().position(|document| document.kind == BillingKind::Invoice);
    let document = of_invoice.map(|place| documents.remove(place));
    let credited = documents.iter().map(|note| note.total).sum();
    let total = document.as_ref().map_or(row.amount + row.tax_amount, |document| document.total);
    Ok(Some(InvoiceDetail {
        titre: order.map(|order| order.titre).unwrap_or_default(),
        invoice: row.into(),
        document,
        credit_notes: documents,
        credited,
        remaining: total - credited,
        transitions,
    }))
}

/// Returns the present state of an invoice that was just written.
async fn to_view(conn: &mut Conn, id: &InvoiceId) -> Result<InvoiceView> {
    let row = invoices::lookup(conn, id).await?;
    row.map(Into::into).ok_or_else(|| Error::internal(format!("the locked invoice {id} disappeared")))
}

/// Marks an invoice as PAID at the given time, now by default, and returns it. Fails with `Invalid` for a time in the
/// future.
pub async fn mark_paid(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &InvoiceId,
    at: Option<Timestamp>,
) -> Result<InvoiceView> {
    let at = at.unwrap_or(ctx.now);
    if at > ctx.now {
        return Err(Error::invalid("at", "must not be in the future"));
    }
    set_paid(conn, ctx, id, at).await?;
    to_view(conn, id).await
}

/// Locks the invoice. Fails with `NotFound` if it does not exist.
async fn locked(conn: &mut Conn, id: &InvoiceId) -> Result<Invoice> {
    invoices::locked(conn, id).await?.ok_or_else(|| not_found("invoice", id))
}

fn not_found(kind: &str, id: &impl TextId) -> Error {
    Error::new(ErrorKind::NotFound, format!("{kind} {} not found", id.as_str()))
}
