//! Numbers: one after the other in each series and year, whoever asks for one and however it ends. The series' row is held
//! from the look at it until the transaction ends, so a number is given with what bears it, or not at all.

use std::collections::BTreeMap;

use serde_json::json;

use super::report;
use crate::base::{Error, ErrorKind, Faults, Result, Timestamp, year_in};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::view::{BillingDocument, Numbering};
use crate::model::{BillingSeries, InvoiceId};
use crate::repo::invoice_series::{self, Series, Skip};
use crate::repo::{billing_documents, invoices};

/// The place in a series that comes next; its row is held.
pub(super) struct Place {
    series: BillingSeries,
    year: i64,
    sequence: i64,
    /// When what takes it is issued: now, or with the number before it where clocks disagree.
    pub(super) issued_at: Timestamp,
}

/// Takes hold of a series of the present year, and opens it where nobody has.
pub(super) async fn hold(conn: &mut Conn, act: &Act<'_>, series: BillingSeries) -> Result<Place> {
    let year = year_in(act.zone, act.now);
    let row = match invoice_series::locked(conn, series, year).await? {
        Some(row) => row,
        None => opened(conn, act, series, year).await?,
    };
    let issued_at = row.last_issued_at.map_or(act.now, |last| last.max(act.now));
    Ok(Place { series, year, sequence: row.next, issued_at })
}

impl Place {
    pub(super) fn number(&self) -> String {
        self.series.number(self.year, self.sequence)
    }

    /// Goes on to the next number that nobody wrote, and records those that somebody did.
    pub(super) async fn pass_over(&mut self, conn: &mut Conn, act: &Act<'_>) -> Result<()> {
        let taken = taken(conn, self.series, self.year).await?;
        let mut skips = Vec::new();
        loop {
            let by = match taken.get(&self.sequence) {
                Some(id) => Some(id.clone()),
                // The key compares without regard to case and accents, and sees what a transaction's view may not.
                None if skips.is_empty() => invoices::by_number(conn, &self.number()).await?.map(|row| row.id),
                None => break,
            };
            skips.push(Skip { sequence: self.sequence, invoice_id: by, skipped_at: act.now });
            self.sequence = next(self.sequence)?;
        }
        for skip in &skips {
            invoice_series::skip(conn, self.series, self.year, skip).await?;
        }
        let details = json!({
            "series": self.series.as_str(),
            "year": self.year,
            "first": skips.first().map(|skip| skip.sequence),
            "last": skips.last().map(|skip| skip.sequence),
            "invoices": skips.iter().take(20).map(|skip| skip.invoice_id.as_ref().map(InvoiceId::as_str)).collect::<Vec<_>>(),
        });
        journal::write(conn, act, Action::InvoiceNumberSkipped, None, details).await
    }

    /// Gives the number away.
    pub(super) async fn take(&self, conn: &mut Conn) -> Result<()> {
        invoice_series::advance(conn, self.series, self.year, next(self.sequence)?, self.issued_at).await
    }

    /// Puts number and moment onto a document, and its digest.
    pub(super) fn sign(&self, document: &mut BillingDocument) {
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

/// The numbers of a year that invoices bear, each with one of these.
async fn taken(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<BTreeMap<i64, InvoiceId>> {
    let bearing = invoices::bearing(conn, &series.prefix(year)).await?;
    Ok(bearing.into_iter().filter_map(|row| Some((series.sequence(year, &row.number)?, row.id))).collect())
}

/// Opens a series at the first number that nobody wrote.
async fn opened(conn: &mut Conn, act: &Act<'_>, series: BillingSeries, year: i64) -> Result<Series> {
    let taken = taken(conn, series, year).await?;
    // Where the row was lost, documents of ours tell how far it had come.
    let mut first = next(billing_documents::last(conn, series, year).await?)?;
    while taken.contains_key(&first) {
        first = next(first)?;
    }
    let id: InvoiceId = act.new_id();
    invoice_series::open(conn, series, year, id.as_str(), first, act.now).await?;
    let row = invoice_series::locked(conn, series, year).await?;
    let row = row.ok_or_else(|| Error::internal("the series that was opened is not there"))?;
    // Two may find it closed; one opens it.
    if row.id == id.as_str() {
        tell_opened(conn, act, series, year, first, taken.len()).await?;
    }
    Ok(row)
}

async fn tell_opened(
    conn: &mut Conn,
    act: &Act<'_>,
    series: BillingSeries,
    year: i64,
    first: i64,
    others: usize,
) -> Result<()> {
    let details = json!({"series": series.as_str(), "year": year, "first": first, "writtenByOthers": others});
    journal::write(conn, act, Action::InvoiceSeriesOpened, None, details).await
}

/// Says at which number a series of a year begins, e.g. where another program's numbers end; for administrators, before the
/// first number of ours. `Invalid` unless `first` is at least 1 and `year` 2000 to 9999; `Conflict` when somebody wrote that
/// number, or a number of the series was given already: what lies between would be missing.
pub async fn open_series(
    conn: &mut Conn,
    act: &Act<'_>,
    year: i64,
    first: i64,
    series: BillingSeries,
) -> Result<Numbering> {
    let mut faults = Faults::default();
    if !(2000..=9999).contains(&year) {
        faults.add("year", "must be between 2000 and 9999");
    }
    if !(1..=1_000_000_000).contains(&first) {
        faults.add("first", "must be between 1 and 1000000000");
    }
    faults.into_result()?;
    let id: InvoiceId = act.new_id();
    invoice_series::open(conn, series, year, id.as_str(), first, act.now).await?;
    let row = invoice_series::locked(conn, series, year).await?;
    let row = row.ok_or_else(|| Error::internal("the series that was opened is not there"))?;
    let given = billing_documents::last(conn, series, year).await?;
    if row.last_issued_at.is_some() || given > 0 {
        let last = series.number(year, given.max(row.next - 1));
        return Err(Error::new(ErrorKind::Conflict, format!("the series is open: its last number is {last}")));
    }
    let taken = taken(conn, series, year).await?;
    if let Some(by) = taken.get(&first) {
        let number = series.number(year, first);
        return Err(Error::new(ErrorKind::Conflict, format!("{number} is taken: the invoice {by} bears it")));
    }
    if row.id != id.as_str() {
        invoice_series::restart(conn, series, year, first, act.now).await?;
    }
    tell_opened(conn, act, series, year, first, taken.len()).await?;
    report::of_series(conn, series, year).await
}
