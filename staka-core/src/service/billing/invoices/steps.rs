//! The transitions of an invoice: sent, paid, overdue.

use serde_json::json;

use super::{locked, to_view};
use crate::base::{Error, ErrorKind, Patch, Result, TextEnum, Timestamp, address_problem};
use crate::db::Conn;
use crate::model::view::{InvoiceView, InvoicesOverdue};
use crate::model::{Invoice, InvoiceId, InvoicePatch, InvoiceStatus, InvoiceTransitionRow};
use crate::repo::invoices::LateInvoice;
use crate::repo::{invoice_transitions, invoices};
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// Records a transition.
pub(super) async fn record_transition(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    invoice: &InvoiceId,
    from: Option<&InvoiceStatus>,
    to: &InvoiceStatus,
    at: Timestamp,
) -> Result<()> {
    invoice_transitions::add(conn, &transition_row(ctx, invoice, from, to, at)).await
}

fn transition_row(
    ctx: &OpContext<'_>,
    invoice: &InvoiceId,
    from: Option<&InvoiceStatus>,
    to: &InvoiceStatus,
    at: Timestamp,
) -> InvoiceTransitionRow {
    let id: InvoiceId = ctx.new_id();
    InvoiceTransitionRow {
        id: id.as_str().to_owned(),
        invoice_id: invoice.clone(),
        from_status: from.cloned(),
        to_status: to.clone(),
        at,
        actor_id: ctx.user().cloned(),
    }
}

/// Changes the status of a locked invoice. Fails with `Conflict` if [`InvoiceStatus::next`] does not allow it.
pub(super) async fn transition_to(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    row: &Invoice,
    to: InvoiceStatus,
    paid_at: Option<Timestamp>,
) -> Result<()> {
    if !row.status.next().contains(&to) {
        let next: Vec<&str> = row.status.next().iter().map(TextEnum::as_str).collect();
        let allowed = if next.is_empty() { "no status".to_owned() } else { next.join(", ") };
        let message =
            format!("status {to} cannot follow {from}; {from} can be followed by {allowed}", from = row.status);
        return Err(Error::new(ErrorKind::Conflict, message));
    }
    let patch = InvoicePatch {
        status: Patch::Set(to.clone()),
        paid_at: paid_at.map_or(Patch::Absent, |at| Patch::Set(Some(at))),
        ..InvoicePatch::default()
    };
    invoices::update(conn, &row.id, &patch, None, ctx.now).await?;
    record_transition(conn, ctx, &row.id, Some(&row.status), &to, ctx.now).await
}

async fn audit_status(conn: &mut Conn, ctx: &OpContext<'_>, row: &Invoice, to: &InvoiceStatus) -> Result<()> {
    let details = json!({"number": row.number, "from": row.status.as_str(), "to": to.as_str()});
    audit_trail::write(conn, ctx, Action::InvoiceStatusChanged, Some(row.id.as_str()), details).await
}

/// Marks an invoice as SENT to the client and returns it. Fails with `NotFound`, and with `Conflict` unless it is
/// GENERATED.
pub async fn mark_sent(conn: &mut Conn, ctx: &OpContext<'_>, id: &InvoiceId) -> Result<InvoiceView> {
    let row = locked(conn, id).await?;
    transition_to(conn, ctx, &row, InvoiceStatus::Sent, None).await?;
    audit_status(conn, ctx, &row, &InvoiceStatus::Sent).await?;
    to_view(conn, id).await
}

/// Marks an invoice as PAID at the given time. Fails with `NotFound`, and with `Conflict` if it is PAID or CANCELLED.
pub async fn set_paid(conn: &mut Conn, ctx: &OpContext<'_>, id: &InvoiceId, at: Timestamp) -> Result<()> {
    let row = locked(conn, id).await?;
    transition_to(conn, ctx, &row, InvoiceStatus::Paid, Some(at)).await?;
    audit_status(conn, ctx, &row, &InvoiceStatus::Paid).await
}

/// The number of invoices of one batch, whose transitions one statement inserts.
const BATCH: u64 = 512;

/// Marks at most `limit` GENERATED and SENT invoices that were due before now as OVERDUE.
pub async fn mark_overdue(conn: &mut Conn, ctx: &OpContext<'_>, limit: Option<u32>) -> Result<InvoicesOverdue> {
    let limit = u64::from(limit.unwrap_or(1_000));
    if !(1..=10_000).contains(&limit) {
        return Err(Error::invalid("limit", "must be between 1 and 10000"));
    }
    let (mut marked, mut more) = (0, true);
    while more && marked < limit {
        let size = BATCH.min(limit - marked);
        // One row more than needed shows whether there are more.
        let mut found = invoices::late(conn, ctx.now, size + 1).await?;
        more = found.len() as u64 > size;
        found.truncate(size as usize);
        if found.is_empty() {
            break;
        }
        // Without those whose status has changed meanwhile.
        let late = invoices::lock_late(conn, &found, ctx.now).await?;
        if late.is_empty() {
            break;
        }
        let ids: Vec<InvoiceId> = late.iter().map(|row| row.id.clone()).collect();
        invoices::mark_overdue(conn, &ids, ctx.now).await?;
        let to_overdue =
            |row: &LateInvoice| transition_row(ctx, &row.id, Some(&row.status), &InvoiceStatus::Overdue, ctx.now);
        invoice_transitions::add_many(conn, &late.iter().map(to_overdue).collect::<Vec<_>>()).await?;
        marked += late.len() as u64;
    }
    if marked > 0 {
        let details = json!({"marked": marked, "more": more});
        audit_trail::write(conn, ctx, Action::InvoicesOverdue, None, details).await?;
    }
    Ok(InvoicesOverdue { marked, more })
}

/// Sets the address of an invoice's PDF and returns the invoice. Fails with `Invalid` unless it is an address or path
/// of 1 to 500 characters.
pub async fn set_pdf_url(conn: &mut Conn, ctx: &OpContext<'_>, id: &InvoiceId, url: &str) -> Result<InvoiceView> {
    let url = url.trim();
    let length = url.chars().count();
    if !(1..=500).contains(&length) || url.chars().any(char::is_control) {
        return Err(Error::invalid("url", "must be 1 to 500 characters, none of them a control character"));
    }
    if url.contains(':')
        && let Some(problem) = address_problem(url)
    {
        return Err(Error::invalid("url", problem));
    }
    let row = locked(conn, id).await?;
    let patch = InvoicePatch { pdf_url: Patch::Set(url.to_owned()), ..InvoicePatch::default() };
    invoices::update(conn, id, &patch, None, ctx.now).await?;
    let details = json!({"number": row.number, "url": url});
    audit_trail::write(conn, ctx, Action::InvoicePdfRecorded, Some(id.as_str()), details).await?;
    to_view(conn, id).await
}
