//! The steps of an invoice: sent, paid, overdue.

use serde_json::json;

use super::held;
use crate::base::{Error, ErrorKind, Patch, Result, TextEnum, Timestamp, address_fault};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::view::{InvoiceTransition, InvoicesOverdue};
use crate::model::{Invoice, InvoiceId, InvoicePatch, InvoiceStatus};
use crate::repo::{invoice_transitions, invoices};

/// Remembers a step.
pub(super) async fn note(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &InvoiceId,
    from: Option<&InvoiceStatus>,
    to: &InvoiceStatus,
    at: Timestamp,
) -> Result<()> {
    let step =
        InvoiceTransition { from_status: from.cloned(), to_status: to.clone(), at, actor_id: act.user().cloned() };
    let key: InvoiceId = act.new_id();
    invoice_transitions::add(conn, key.as_str(), id, &step).await
}

/// Moves a held invoice by the table of [`InvoiceStatus::next`]; `Conflict` where that does not lead.
pub(super) async fn moved(
    conn: &mut Conn,
    act: &Act<'_>,
    row: &Invoice,
    to: InvoiceStatus,
    paid_at: Option<Timestamp>,
) -> Result<()> {
    if !row.status.next().contains(&to) {
        let next: Vec<&str> = row.status.next().iter().map(TextEnum::as_str).collect();
        let ways = if next.is_empty() { "nothing".to_owned() } else { next.join(", ") };
        let message = format!("the invoice is {} and cannot become {to}; it can become {ways}", row.status);
        return Err(Error::new(ErrorKind::Conflict, message));
    }
    let patch = InvoicePatch {
        status: Patch::Set(to.clone()),
        paid_at: paid_at.map_or(Patch::Absent, |at| Patch::Set(Some(at))),
        ..InvoicePatch::default()
    };
    invoices::update(conn, &row.id, &patch, None, act.now).await?;
    note(conn, act, &row.id, Some(&row.status), &to, act.now).await
}

async fn tell(conn: &mut Conn, act: &Act<'_>, row: &Invoice, to: &InvoiceStatus) -> Result<()> {
    let details = json!({"number": row.number, "from": row.status.as_str(), "to": to.as_str()});
    journal::write(conn, act, Action::InvoiceStatusChanged, Some(row.id.as_str()), details).await
}

/// Says that an invoice went to the client. `NotFound`, and `Conflict` unless it is GENERATED.
pub async fn mark_sent(conn: &mut Conn, act: &Act<'_>, id: &InvoiceId) -> Result<()> {
    let row = held(conn, id).await?;
    moved(conn, act, &row, InvoiceStatus::Sent, None).await?;
    tell(conn, act, &row, &InvoiceStatus::Sent).await
}

/// Says that an invoice was paid, and when. `NotFound`, and `Conflict` when it is PAID or CANCELLED.
pub async fn mark_paid(conn: &mut Conn, act: &Act<'_>, id: &InvoiceId, at: Timestamp) -> Result<()> {
    let row = held(conn, id).await?;
    moved(conn, act, &row, InvoiceStatus::Paid, Some(at)).await?;
    tell(conn, act, &row, &InvoiceStatus::Paid).await
}

/// Invoices of one batch.
const BATCH: u64 = 500;

/// Makes OVERDUE what is GENERATED or SENT and was due before now, at most `limit` of them.
pub async fn mark_overdue(conn: &mut Conn, act: &Act<'_>, limit: Option<u32>) -> Result<InvoicesOverdue> {
    let limit = u64::from(limit.unwrap_or(1_000));
    if !(1..=10_000).contains(&limit) {
        return Err(Error::invalid("limit", "must be between 1 and 10000"));
    }
    let (mut marked, mut more) = (0, true);
    while more && marked < limit {
        let size = BATCH.min(limit - marked);
        // The one too many says that there is more.
        let mut found = invoices::late(conn, act.now, size + 1).await?;
        more = found.len() as u64 > size;
        found.truncate(size as usize);
        // In one order, so that two of these never wait for each other.
        found.sort();
        let before = marked;
        for id in &found {
            let Some(row) = invoices::locked(conn, id).await? else { continue };
            // Somebody may have moved it meanwhile.
            let open = matches!(row.status, InvoiceStatus::Generated | InvoiceStatus::Sent);
            if open && row.due_at.is_some_and(|due| due < act.now) {
                moved(conn, act, &row, InvoiceStatus::Overdue, None).await?;
                marked += 1;
            }
        }
        if marked == before {
            break;
        }
    }
    if marked > 0 {
        let details = json!({"marked": marked, "more": more});
        journal::write(conn, act, Action::InvoicesOverdue, None, details).await?;
    }
    Ok(InvoicesOverdue { marked, more })
}

/// Says where the PDF of an invoice lies. `Invalid` unless it is an address, or a path, of 1 to 500 characters.
pub async fn record_pdf(conn: &mut Conn, act: &Act<'_>, id: &InvoiceId, url: &str) -> Result<()> {
    let url = url.trim();
    let length = url.chars().count();
    if !(1..=500).contains(&length) || url.chars().any(char::is_control) {
        return Err(Error::invalid("url", "must be 1 to 500 characters, none of them a control character"));
    }
    if url.contains(':')
        && let Some(problem) = address_fault(url)
    {
        return Err(Error::invalid("url", problem));
    }
    let row = held(conn, id).await?;
    let patch = InvoicePatch { pdf_url: Patch::Set(url.to_owned()), ..InvoicePatch::default() };
    invoices::update(conn, id, &patch, None, act.now).await?;
    let details = json!({"number": row.number, "url": url});
    journal::write(conn, act, Action::InvoicePdfRecorded, Some(id.as_str()), details).await
}
