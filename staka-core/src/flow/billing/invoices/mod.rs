//! Invoices: issued once for an order, in a gapless series, with buyer and seller as they are then; moved on by a table;
//! corrected by credit notes and by nothing else.
//!
//! Whoever acts holds the order before its invoice, the invoice before a series, and FACT before AVOIR.

mod credit;
mod numbers;
mod report;
mod steps;

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

pub use credit::{cancel, credit, credit_note};
pub use numbers::open_series;
pub use report::{ledger, ledger_csv, numbering, stats, taxes};
pub use steps::{mark_overdue, mark_paid, mark_sent, record_pdf};

use super::settings::check_text;
use crate::base::{Error, ErrorKind, Faults, Result, Split, Tax, TextId, Timestamp, day_after};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::view::{BillingDocument, BillingSettings, InvoiceDetail, InvoiceView};
use crate::model::{BillingKind, BillingSeries, Commande, CommandeId, Invoice, InvoiceId, InvoiceStatus};
use crate::repo::{billing_documents, billing_settings, commandes, invoice_transitions, invoices};

/// An invoice to issue.
#[derive(Clone, Copy, Debug)]
pub struct NewIssue<'a> {
    /// For which order.
    pub commande: &'a CommandeId,
    /// When it was paid already; the invoice is PAID then.
    pub paid_at: Option<Timestamp>,
}

/// What an invoice says otherwise than the account and the settings.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct InvoiceOptions {
    /// The buyer's name, e.g. a company's: up to 255 characters; the account's unless given.
    pub buyer_name: Option<String>,
    /// The buyer's address, a line each, up to 1,000 characters; the account's unless given.
    pub buyer_address: Option<String>,
    /// The buyer's SIRET or VAT number, up to 100 characters.
    pub buyer_legal_id: Option<String>,
    /// Within how many days it is to be paid, 0 to 365; as the settings say unless given.
    pub payment_days: Option<i64>,
    /// When it was paid already, UTC, not in the future; the invoice is PAID then.
    pub paid_at: Option<Timestamp>,
}

/// What has to be paid for an order by the settings in force; none while it has no price above zero.
pub async fn due(conn: &mut Conn, commande: &Commande) -> Result<Option<Split>> {
    let settings = billing_settings::current(conn).await?;
    priced(commande, &settings).map(|priced| priced.map(|(_, split)| split))
}

fn priced(commande: &Commande, settings: &BillingSettings) -> Result<Option<(Tax, Split)>> {
    let Some(amount) = commande.amount.filter(|amount| *amount > 0) else { return Ok(None) };
    let tax = Tax::new(settings.regime, settings.rate)
        .map_err(|error| Error::new(ErrorKind::Data, "the billing settings are not sound").with_source(error))?;
    Ok(Some((tax, tax.split(amount)?)))
}

/// The invoice of an order that is not CANCELLED, if there is one, as it is now and as nobody else changes it until the
/// transaction ends. Where others wrote several: the newest that is not paid, then the newest.
pub async fn living_of(conn: &mut Conn, commande: &CommandeId) -> Result<Option<Invoice>> {
    invoices::living_of(conn, commande).await
}

/// Issues the invoice of an order. `NotFound` without the order, `Conflict` when it has one that is not CANCELLED, or no
/// price.
pub async fn issue(conn: &mut Conn, act: &Act<'_>, new: &NewIssue<'_>) -> Result<Invoice> {
    let options = InvoiceOptions { paid_at: new.paid_at, ..InvoiceOptions::default() };
    issue_with(conn, act, new.commande, &options).await
}

/// The same by hand, with what the caller says otherwise; `Invalid` names every faulty field.
pub async fn issue_by_hand(
    conn: &mut Conn,
    act: &Act<'_>,
    commande: &CommandeId,
    options: &InvoiceOptions,
) -> Result<InvoiceView> {
    let given =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let options = InvoiceOptions {
        buyer_name: given(&options.buyer_name),
        buyer_address: given(&options.buyer_address),
        buyer_legal_id: given(&options.buyer_legal_id),
        ..options.clone()
    };
    let mut faults = Faults::default();
    for (field, text, most) in [
        ("buyerName", &options.buyer_name, 255),
        ("buyerAddress", &options.buyer_address, 1_000),
        ("buyerLegalId", &options.buyer_legal_id, 100),
    ] {
        check_text(&mut faults, field, text.as_deref().unwrap_or_default(), 0, most);
    }
    if options.payment_days.is_some_and(|days| !(0..=365).contains(&days)) {
        faults.add("paymentDays", "must be between 0 and 365");
    }
    if options.paid_at.is_some_and(|at| at > act.now) {
        faults.add("paidAt", "must not be in the future");
    }
    faults.into_result()?;
    issue_with(conn, act, commande, &options).await.map(Into::into)
}

async fn issue_with(
    conn: &mut Conn,
    act: &Act<'_>,
    commande: &CommandeId,
    options: &InvoiceOptions,
) -> Result<Invoice> {
    let order = commandes::locked(conn, commande).await?.ok_or_else(|| absent("commandes", commande))?;
    if let Some(living) = invoices::living_of(conn, &order.id).await? {
        let message = format!("the order has the invoice {}, which is {}", living.number, living.status);
        return Err(Error::new(ErrorKind::Conflict, message));
    }
    let settings = billing_settings::current(conn).await?;
    let Some((tax, split)) = priced(&order, &settings)? else {
        return Err(Error::new(ErrorKind::Conflict, "the order has no price: there is nothing to invoice"));
    };
    let mut document = draft(conn, act, &order, &settings).await?;
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
    steps::note(conn, act, &id, None, &InvoiceStatus::Generated, act.now).await?;
    if options.paid_at.is_some() {
        steps::note(conn, act, &id, Some(&InvoiceStatus::Generated), &InvoiceStatus::Paid, act.now).await?;
    }

    // From here on everybody else who issues one waits.
    let mut place = numbers::hold(conn, act, BillingSeries::Fact).await?;
    let days = options.payment_days.unwrap_or(settings.payment_days).clamp(0, 365) as u32;
    let next_day = day_after(act.zone, place.issued_at, days).to;
    let due_at = next_day.minus(std::time::Duration::from_millis(1));
    let mut row = Invoice {
        id,
        commande_id: order.id.clone(),
        number: place.number(),
        amount: split.ht,
        tax_amount: split.tax,
        pdf_url: String::new(),
        status: if options.paid_at.is_some() { InvoiceStatus::Paid } else { InvoiceStatus::Generated },
        issued_at: Some(place.issued_at),
        due_at: Some(due_at),
        paid_at: options.paid_at,
        created_at: act.now,
        updated_at: act.now,
    };
    // The key says which numbers others wrote, at the moment that counts.
    while let Err(error) = invoices::add(conn, std::slice::from_ref(&row)).await {
        match error.key() {
            Some(key) if error.kind() == ErrorKind::Conflict && key.contains("number") => {
                place.pass_over(conn, act).await?;
                row.number = place.number();
            }
            _ => return Err(error),
        }
    }
    place.take(conn).await?;
    document.invoice_number.clone_from(&row.number);
    document.due_at = Some(due_at);
    place.sign(&mut document);
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
    journal::write(conn, act, Action::InvoiceIssued, Some(row.id.as_str()), details).await?;
    Ok(row)
}

/// A document about an order, with buyer and seller as they are now, and nothing else yet.
async fn draft(
    conn: &mut Conn,
    act: &Act<'_>,
    order: &Commande,
    settings: &BillingSettings,
) -> Result<BillingDocument> {
    let buyer = invoices::buyer(conn, &order.user_id).await?.ok_or_else(|| absent("users", &order.user_id))?;
    let id: InvoiceId = act.new_id();
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
        issued_at: act.now,
        due_at: None,
        digest: String::new(),
    })
}

/// The invoice with all that is known of it.
pub async fn detail(conn: &mut Conn, id: &InvoiceId) -> Result<Option<InvoiceDetail>> {
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

/// An invoice that was just written, as it stands.
async fn shown(conn: &mut Conn, id: &InvoiceId) -> Result<InvoiceView> {
    let row = invoices::lookup(conn, id).await?;
    row.map(Into::into).ok_or_else(|| Error::internal(format!("invoices {id} is gone while it is held")))
}

/// [`mark_sent`], and the invoice as it stands then.
pub async fn sent(conn: &mut Conn, act: &Act<'_>, id: &InvoiceId) -> Result<InvoiceView> {
    mark_sent(conn, act, id).await?;
    shown(conn, id).await
}

/// [`mark_paid`] by hand, now unless `at` is given, and the invoice as it stands then. `Invalid` for a moment to come.
pub async fn paid(conn: &mut Conn, act: &Act<'_>, id: &InvoiceId, at: Option<Timestamp>) -> Result<InvoiceView> {
    let at = at.unwrap_or(act.now);
    if at > act.now {
        return Err(Error::invalid("at", "must not be in the future"));
    }
    mark_paid(conn, act, id, at).await?;
    shown(conn, id).await
}

/// [`record_pdf`], and the invoice as it stands then.
pub async fn pdf(conn: &mut Conn, act: &Act<'_>, id: &InvoiceId, url: &str) -> Result<InvoiceView> {
    record_pdf(conn, act, id, url).await?;
    shown(conn, id).await
}

/// The invoice, held; `NotFound` when it is not there.
async fn held(conn: &mut Conn, id: &InvoiceId) -> Result<Invoice> {
    invoices::locked(conn, id).await?.ok_or_else(|| absent("invoices", id))
}

fn absent(table: &str, id: &impl TextId) -> Error {
    Error::new(ErrorKind::NotFound, format!("{table} {} is not there", id.as_str()))
}
