//! What an accountant asks: who bought what, when, at which rate, and whether a number is missing.

use std::collections::BTreeSet;

use serde_json::json;

use crate::base::{Cursor, Error, Listing, Page, Result, TaxRegime, TextEnum, Timestamp, csv};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::view::{
    InvoiceStats, InvoicesByStatus, LedgerLine, NumberRange, NumberSkip, NumberStranger, Numbering, TaxLine, TextChunk,
};
use crate::model::{BillingSeries, InvoiceStatus};
use crate::repo::{billing_documents, invoice_series, invoices};

fn must_be_a_window(from: Timestamp, to: Timestamp) -> Result<()> {
    if from < to { Ok(()) } else { Err(Error::invalid("to", "must be later than from")) }
}

/// The documents issued in `from ≤ issuedAt < to`, in the order of issue.
pub async fn ledger(conn: &mut Conn, from: Timestamp, to: Timestamp, page: &Page) -> Result<Listing<LedgerLine>> {
    must_be_a_window(from, to)?;
    billing_documents::ledger(conn, from, to, page).await
}

/// What was issued in `from ≤ issuedAt < to` by regime and rate, credit notes subtracted.
pub async fn taxes(conn: &mut Conn, from: Timestamp, to: Timestamp) -> Result<Vec<TaxLine>> {
    must_be_a_window(from, to)?;
    billing_documents::taxes(conn, from, to).await
}

/// The columns of the ledger as a table.
const COLUMNS: [&str; 15] = [
    "issuedAt",
    "number",
    "kind",
    "invoiceNumber",
    "buyerName",
    "buyerEmail",
    "title",
    "regime",
    "ratePercent",
    "amountEuros",
    "taxEuros",
    "totalEuros",
    "status",
    "commandeId",
    "reason",
];

/// The next lines of the ledger as CSV, in the order of issue. The first piece leaves an entry in the audit log.
pub async fn ledger_csv(
    conn: &mut Conn,
    act: &Act<'_>,
    from: Timestamp,
    to: Timestamp,
    after: Option<&Cursor>,
    limit: Option<u32>,
) -> Result<TextChunk> {
    must_be_a_window(from, to)?;
    let limit = limit.unwrap_or(1_000);
    if !(1..=1_000).contains(&limit) {
        return Err(Error::invalid("limit", "must be between 1 and 1000"));
    }
    let mut page = Page::of(limit);
    let mut text = String::new();
    match after {
        Some(after) => page = page.after(after.clone()),
        None => {
            csv::push_line(&mut text, COLUMNS);
            journal::write(conn, act, Action::LedgerExported, None, json!({"from": from, "to": to})).await?;
        }
    }
    let lines = billing_documents::ledger(conn, from, to, &page).await?;
    for line in &lines.items {
        push(&mut text, line);
    }
    Ok(TextChunk { text, next: lines.next })
}

fn push(text: &mut String, line: &LedgerLine) {
    use csv::Cell::{Centimes, Text};
    let issued_at = line.issued_at.to_string();
    let status = line.status.as_ref().map(TextEnum::as_str).unwrap_or_default();
    csv::push_cells(
        text,
        [
            Text(&issued_at),
            Text(&line.number),
            Text(line.kind.as_str()),
            Text(&line.invoice_number),
            Text(&line.buyer_name),
            Text(&line.buyer_email),
            Text(&line.title),
            Text(line.regime.map_or("", TaxRegime::as_str)),
            // Basis points are hundredths of a percent as centimes are of a euro.
            Centimes(line.rate),
            Centimes(line.amount),
            Centimes(line.tax_amount),
            Centimes(line.total),
            Text(status),
            Text(line.commande_id.as_str()),
            Text(line.reason.as_deref().unwrap_or_default()),
        ],
    );
}

/// The invoices issued in `from ≤ moment < to`, in figures.
pub async fn stats(conn: &mut Conn, act: &Act<'_>, from: Timestamp, to: Timestamp) -> Result<InvoiceStats> {
    must_be_a_window(from, to)?;
    let found = invoices::figures(conn, from, to, act.now).await?;
    let credited = billing_documents::credited(conn, from, to).await?;
    let none = |status| InvoicesByStatus { status, count: 0, amount: 0, tax_amount: 0, total: 0 };
    let mut stats = InvoiceStats {
        count: 0,
        amount: 0,
        tax_amount: 0,
        total: 0,
        by_status: InvoiceStatus::VALUES.iter().filter_map(|word| InvoiceStatus::from_word(word)).map(none).collect(),
        late: 0,
        late_total: 0,
        credit_notes: credited.count,
        credited: credited.total,
    };
    for group in found {
        let place = stats.by_status.iter().position(|known| known.status == group.status);
        let place = place.unwrap_or_else(|| {
            stats.by_status.push(none(group.status.clone()));
            stats.by_status.len() - 1
        });
        let of_status = &mut stats.by_status[place];
        let total = group.amount + group.tax_amount;
        for (count, amount, tax_amount, sum) in [
            (&mut of_status.count, &mut of_status.amount, &mut of_status.tax_amount, &mut of_status.total),
            (&mut stats.count, &mut stats.amount, &mut stats.tax_amount, &mut stats.total),
        ] {
            *count += group.count;
            *amount += group.amount;
            *tax_amount += group.tax_amount;
            *sum += total;
        }
        stats.late += group.late;
        stats.late_total += group.late_total;
    }
    Ok(stats)
}

/// Skips and strangers that are told one by one.
const TOLD: usize = 1_000;

/// The numbers of a year, each series by itself. `Invalid` unless the year is 2000 to 9999.
pub async fn numbering(conn: &mut Conn, year: i64) -> Result<Vec<Numbering>> {
    if !(2000..=9999).contains(&year) {
        return Err(Error::invalid("year", "must be between 2000 and 9999"));
    }
    let mut reports = Vec::new();
    for series in BillingSeries::ALL {
        reports.push(of_series(conn, series, year).await?);
    }
    Ok(reports)
}

pub(super) async fn of_series(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<Numbering> {
    // The row first: what is issued meanwhile lies behind the numbers that are looked at.
    let row = invoice_series::get(conn, series, year).await?;
    let ours: BTreeSet<i64> = billing_documents::sequences(conn, series, year).await?.into_iter().collect();
    let skips = invoice_series::skips(conn, series, year).await?;
    let bearing = invoices::bearing(conn, &series.prefix(year)).await?;
    let strangers: Vec<NumberStranger> = bearing
        .into_iter()
        .filter(|row| row.ours == 0)
        .map(|row| NumberStranger {
            sequence: series.sequence(year, &row.number),
            invoice_id: row.id,
            number: row.number,
            created_at: row.created_at,
        })
        .collect();
    let passed: BTreeSet<i64> = skips.iter().map(|skip| skip.sequence).collect();
    let theirs: BTreeSet<i64> = strangers.iter().filter_map(|stranger| stranger.sequence).collect();
    let (missing, before) = match &row {
        Some(row) => {
            let known = ours.union(&passed).copied().collect();
            (holes(row.first, row.next, &known), holes(1, row.first, &theirs))
        }
        None => {
            let end = theirs.last().map_or(1, |last| last + 1);
            (Vec::new(), holes(1, end, &theirs))
        }
    };
    Ok(Numbering {
        series,
        year,
        first: row.as_ref().map(|row| row.first),
        next: row.as_ref().map(|row| row.next),
        last_issued_at: row.as_ref().and_then(|row| row.last_issued_at),
        issued: ours.len() as i64,
        missing,
        missing_before: before,
        skips: skips
            .into_iter()
            .take(TOLD)
            .map(|skip| NumberSkip {
                number: series.number(year, skip.sequence),
                sequence: skip.sequence,
                invoice_id: skip.invoice_id,
                skipped_at: skip.skipped_at,
            })
            .collect(),
        stranger_count: strangers.len() as i64,
        strangers: strangers.into_iter().take(TOLD).collect(),
    })
}

/// The numbers of `first ≤ number < end` that are not known.
fn holes(first: i64, end: i64, known: &BTreeSet<i64>) -> Vec<NumberRange> {
    let mut found = Vec::new();
    let mut next = first;
    if first >= end {
        return found;
    }
    for number in known.range(first..end).copied().chain([end]) {
        if next < number {
            found.push(NumberRange { first: next, last: number - 1 });
        }
        next = number + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_a_hole() {
        let holes = |first, end, known: &[i64]| {
            let known = known.iter().copied().collect();
            holes(first, end, &known).into_iter().map(|range| (range.first, range.last)).collect::<Vec<_>>()
        };
        assert_eq!(holes(1, 6, &[1, 2, 4, 9]), [(3, 3), (5, 5)]);
        assert_eq!(holes(1, 4, &[1, 2, 3]), []);
        assert_eq!(holes(4, 9, &[1, 2]), [(4, 8)]);
        assert_eq!(holes(5, 5, &[]), []);
        assert_eq!(holes(7, 1, &[]), []);
    }
}
