//! Invoice numbers: consecutive in each series and year, whatever transactions run at the same time and however they
//! end. The series' row is locked from its first read to the end of the transaction, so that a number is either used by
//! a document or not taken at all.

use std::collections::BTreeMap;

use serde_json::json;

use super::report;
use crate::base::{Error, ErrorKind, Result, Timestamp, Violations, year_in};
use crate::db::Conn;
use crate::model::view::{BillingDocument, InvoiceNumbering};
use crate::model::{BillingSeries, InvoiceId, InvoiceSeries, InvoiceSkip};
use crate::repo::{billing_documents, invoice_series, invoices};
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// A series whose row is locked, with its next number.
pub(super) struct LockedSeries {
    series: BillingSeries,
    year: i64,
    sequence: i64,
    /// Time of issue of the next document: now, or the time of the number before it if clocks disagree.
    pub(super) issued_at: Timestamp,
}

/// Locks a series of the present year, and opens it if it is not open.
pub(super) async fn lock_series(conn: &mut Conn, ctx: &OpContext<'_>, series: BillingSeries) -> Result<LockedSeries> {
    let year = year_in(ctx.zone, ctx.now);
    let row = match invoice_series::locked(conn, series, year).await? {
        Some(row) => row,
        None => open_at_first_free(conn, ctx, series, year).await?,
    };
    let issued_at = row.last_issued_at.map_or(ctx.now, |last| last.max(ctx.now));
    Ok(LockedSeries { series, year, sequence: row.next, issued_at })
}

impl LockedSeries {
    pub(super) fn number(&self) -> String {
        self.series.number(self.year, self.sequence)
    }

    /// Advances to the next number that no invoice has, and records the numbers skipped.
    pub(super) async fn skip_used(&mut self, conn: &mut Conn, ctx: &OpContext<'_>) -> Result<()> {
        let in_use = numbers_in_use(conn, self.series, self.year).await?;
        let mut skipped = Vec::new();
        loop {
            let by = match in_use.get(&self.sequence) {
                Some(id) => Some(id.clone()),
                // The unique key ignores case and accents, and sees rows that this transaction's snapshot may not.
                None if skipped.is_empty() => invoices::by_number(conn, &self.number()).await?.map(|row| row.id),
                None => break,
            };
            skipped.push(InvoiceSkip {
                series: self.series,
                year: self.year,
                sequence: self.sequence,
                invoice_id: by,
                skipped_at: ctx.now,
            });
            self.sequence = next(self.sequence)?;
        }
        for skip in &skipped {
            invoice_series::skip(conn, skip).await?;
        }
        let details = json!({
            "series": self.series.as_str(),
            "year": self.year,
            "first": skipped.first().map(|skip| skip.sequence),
            "last": skipped.last().map(|skip| skip.sequence),
            "invoices": skipped.iter().take(20).map(|skip| skip.invoice_id.as_ref().map(InvoiceId::as_str)).collect::<Vec<_>>(),
        });
        audit_trail::write(conn, ctx, Action::InvoiceNumberSkipped, None, details).await
    }

    /// Takes the number: the series continues after it.
    pub(super) async fn advance(&self, conn: &mut Conn) -> Result<()> {
        invoice_series::advance(conn, self.series, self.year, next(self.sequence)?, self.issued_at).await
    }

    /// Sets a document's number and time of issue, and its digest.
    pub(super) fn stamp(&self, document: &mut BillingDocument) {
        document.series = self.series;
        (document.year, document.sequence, document.number) = (self.year, self.sequence, self.number());
        document.issued_at = self.issued_at;
        document.digest = document.computed_digest();
    }
}

fn next(sequence: i64) -> Result<i64> {
    let next = i32::try_from(sequence).ok().and_then(|sequence| sequence.checked_add(1)).map(i64::from);
    next.ok_or_else(|| Error::new(ErrorKind::Conflict, "the series has no more numbers"))
}

/// Returns the numbers of a year that invoices have, each with one of these invoices.
async fn numbers_in_use(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<BTreeMap<i64, InvoiceId>> {
    let numbered = invoices::with_number_prefix(conn, &series.prefix(year)).await?;
    Ok(numbered.into_iter().filter_map(|row| Some((series.sequence(year, &row.number)?, row.id))).collect())
}

/// Opens a series at the first number that is not in use.
async fn open_at_first_free(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    series: BillingSeries,
    year: i64,
) -> Result<InvoiceSeries> {
    let in_use = numbers_in_use(conn, series, year).await?;
    // If the series' row was lost, the documents still show how far it had come.
    let mut first = next(billing_documents::last(conn, series, year).await?)?;
    while in_use.contains_key(&first) {
        first = next(first)?;
    }
    let id: InvoiceId = ctx.new_id();
    invoice_series::open(conn, series, year, id.as_str(), first, ctx.now).await?;
    let row = invoice_series::locked(conn, series, year).await?;
    let row = row.ok_or_else(|| Error::internal("the opened series was not found"))?;
    // Two transactions may try to open it; one succeeds.
    if row.id == id.as_str() {
        audit_opened(conn, ctx, series, year, first, in_use.len()).await?;
    }
    Ok(row)
}

async fn audit_opened(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    series: BillingSeries,
    year: i64,
    first: i64,
    external: usize,
) -> Result<()> {
    let details = json!({"series": series.as_str(), "year": year, "first": first, "writtenByOthers": external});
    audit_trail::write(conn, ctx, Action::InvoiceSeriesOpened, None, details).await
}

/// Opens a series of a year at a chosen number, e.g. after another program's numbers. Fails with `Invalid` unless
/// `first` is at least 1 and `year` is 2000 to 9999, and with `Conflict` if an invoice has that number or a number of
/// the series was issued already, since the numbers between would be missing.
pub async fn open_series(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    year: i64,
    first: i64,
    series: BillingSeries,
) -> Result<InvoiceNumbering> {
    let mut violations = Violations::default();
    if !(2000..=9999).contains(&year) {
        violations.add("year", "must be between 2000 and 9999");
    }
    if !(1..=1_000_000_000).contains(&first) {
        violations.add("first", "must be between 1 and 1000000000");
    }
    violations.into_result()?;
    let id: InvoiceId = ctx.new_id();
    invoice_series::open(conn, series, year, id.as_str(), first, ctx.now).await?;
    let row = invoice_series::locked(conn, series, year).await?;
    let row = row.ok_or_else(|| Error::internal("the opened series was not found"))?;
    let last_sequence = billing_documents::last(conn, series, year).await?;
    if row.last_issued_at.is_some() || last_sequence > 0 {
        let last = series.number(year, last_sequence.max(row.next - 1));
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("the series has issued numbers already, the last one {last}"),
        ));
    }
    let in_use = numbers_in_use(conn, series, year).await?;
    if let Some(by) = in_use.get(&first) {
        let number = series.number(year, first);
        return Err(Error::new(ErrorKind::Conflict, format!("{number} is in use by the invoice {by}")));
    }
    if row.id != id.as_str() {
        invoice_series::restart(conn, series, year, first, ctx.now).await?;
    }
    audit_opened(conn, ctx, series, year, first, in_use.len()).await?;
    report::number_report(conn, series, year).await
}
