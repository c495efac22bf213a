//! Accounting reports: the ledger, VAT totals, figures and numbering.

use std::collections::BTreeSet;

use serde_json::json;

use crate::base::{Cursor, Error, Page, PageRequest, Result, TaxRegime, TextEnum, Timestamp, csv};
use crate::db::Conn;
use crate::model::view::{
    ExternalInvoiceNumber, InvoiceNumberRange, InvoiceNumbering, InvoiceStats, InvoicesByStatus, LedgerEntry,
    SkippedInvoiceNumber, TextChunk, VatLine,
};
use crate::model::{BillingSeries, InvoiceStatus};
use crate::repo::{billing_documents, invoice_series, invoices};
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

fn check_range(from: Timestamp, to: Timestamp) -> Result<()> {
    if from < to { Ok(()) } else { Err(Error::invalid("to", "must be later than from")) }
}

/// Returns the documents issued in `from ≤ issuedAt < to`, in the order of issue.
pub async fn ledger(conn: &mut Conn, from: Timestamp, to: Timestamp, page: &PageRequest) -> Result<Page<LedgerEntry>> {
    check_range(from, to)?;
    billing_documents::ledger(conn, from, to, page).await
}

/// Returns the totals issued in `from ≤ issuedAt < to` by VAT regime and rate, credit notes subtracted.
pub async fn vat(conn: &mut Conn, from: Timestamp, to: Timestamp) -> Result<Vec<VatLine>> {
    check_range(from, to)?;
    billing_documents::vat(conn, from, to).await
}

/// The columns of the exported ledger, which is for people: headings, kinds, regimes and statuses are French.
const COLUMNS: [&str; 15] = [
    "Date d’émission (UTC)",
    "Numéro",
    "Nature",
    "Facture",
    "Client",
    "E-mail du client",
    "Objet",
    "Régime de TVA",
    "Taux de TVA (%)",
    "Montant HT (€)",
    "Montant de la TVA (€)",
    "Montant TTC (€)",
    "Statut",
    "Commande",
    "Motif",
];

/// Returns the next entries of the ledger as CSV, in the order of issue. The first piece writes an audit log entry.
pub async fn export_ledger(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    from: Timestamp,
    to: Timestamp,
    after: Option<&Cursor>,
    limit: Option<u32>,
) -> Result<TextChunk> {
    check_range(from, to)?;
    let limit = limit.unwrap_or(1_000);
    if !(1..=1_000).contains(&limit) {
        return Err(Error::invalid("limit", "must be between 1 and 1000"));
    }
    let mut page = PageRequest::of(limit);
    let mut text = String::new();
    match after {
        Some(after) => page = page.after(after.clone()),
        None => {
            csv::push_line(&mut text, COLUMNS);
            audit_trail::write(conn, ctx, Action::LedgerExported, None, json!({"from": from, "to": to})).await?;
        }
    }
    let entries = billing_documents::ledger(conn, from, to, &page).await?;
    for entry in &entries.items {
        push_entry(&mut text, entry);
    }
    Ok(TextChunk { text, next: entries.next })
}

fn push_entry(text: &mut String, entry: &LedgerEntry) {
    use csv::Cell::{Centimes, Text};
    let issued_at = entry.issued_at.to_string();
    let status = entry.status.as_ref().map(InvoiceStatus::label).unwrap_or_default();
    csv::push_cells(
        text,
        [
            Text(&issued_at),
            Text(&entry.number),
            Text(entry.kind.label()),
            Text(&entry.invoice_number),
            Text(&entry.buyer_name),
            Text(&entry.buyer_email),
            Text(&entry.title),
            Text(entry.regime.map_or("", TaxRegime::label)),
            // Basis points are hundredths of a percent as centimes are of a euro.
            Centimes(entry.rate),
            Centimes(entry.amount),
            Centimes(entry.tax_amount),
            Centimes(entry.total),
            Text(&status),
            Text(entry.commande_id.as_str()),
            Text(entry.reason.as_deref().unwrap_or_default()),
        ],
    );
}

/// Returns figures of the invoices issued in `from ≤ time < to`.
pub async fn stats(conn: &mut Conn, ctx: &OpContext<'_>, from: Timestamp, to: Timestamp) -> Result<InvoiceStats> {
    check_range(from, to)?;
    let found = invoices::figures(conn, from, to, ctx.now).await?;
    let credited = billing_documents::credited(conn, from, to).await?;
    let none = |status| InvoicesByStatus { status, count: 0, amount: 0, tax_amount: 0, total: 0 };
    let mut stats = InvoiceStats {
        count: 0,
        amount: 0,
        tax_amount: 0,
        total: 0,
        by_status: InvoiceStatus::VALUES
            .iter()
            .filter_map(|word| InvoiceStatus::from_variant(word))
            .map(none)
            .collect(),
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

/// The maximum number of skipped and external numbers that are listed.
const MAX_LISTED: usize = 1_000;

/// Returns the numbering of a year for each series. Fails with `Invalid` unless the year is 2000 to 9999.
pub async fn get_numbering(conn: &mut Conn, year: i64) -> Result<Vec<InvoiceNumbering>> {
    if !(2000..=9999).contains(&year) {
        return Err(Error::invalid("year", "must be between 2000 and 9999"));
    }
    let mut reports = Vec::new();
    for series in BillingSeries::ALL {
        reports.push(number_report(conn, series, year).await?);
    }
    Ok(reports)
}

pub(super) async fn number_report(conn: &mut Conn, series: BillingSeries, year: i64) -> Result<InvoiceNumbering> {
    // The row is read first: numbers issued meanwhile come after those that are examined.
    let row = invoice_series::get(conn, series, year).await?;
    let owned: BTreeSet<i64> = billing_documents::sequences(conn, series, year).await?.into_iter().collect();
    let skipped = invoice_series::skipped(conn, series, year).await?;
    let numbered = invoices::with_number_prefix(conn, &series.prefix(year)).await?;
    let external: Vec<ExternalInvoiceNumber> = numbered
        .into_iter()
        .filter(|row| row.owned == 0)
        .map(|row| ExternalInvoiceNumber {
            sequence: series.sequence(year, &row.number),
            invoice_id: row.id,
            number: row.number,
            created_at: row.created_at,
        })
        .collect();
    let skipped_sequences: BTreeSet<i64> = skipped.iter().map(|number| number.sequence).collect();
    let external_sequences: BTreeSet<i64> = external.iter().filter_map(|invoice| invoice.sequence).collect();
    let (missing, before) = match &row {
        Some(row) => {
            let known = owned.union(&skipped_sequences).copied().collect();
            (gaps(row.first, row.next, &known), gaps(1, row.first, &external_sequences))
        }
        None => {
            let end = external_sequences.last().map_or(1, |last| last + 1);
            (Vec::new(), gaps(1, end, &external_sequences))
        }
    };
    Ok(InvoiceNumbering {
        series,
        year,
        first: row.as_ref().map(|row| row.first),
        next: row.as_ref().map(|row| row.next),
        last_issued_at: row.as_ref().and_then(|row| row.last_issued_at),
        issued: owned.len() as i64,
        missing,
        missing_before: before,
        skipped: skipped
            .into_iter()
            .take(MAX_LISTED)
            .map(|number| SkippedInvoiceNumber {
                number: series.number(year, number.sequence),
                sequence: number.sequence,
                invoice_id: number.invoice_id,
                skipped_at: number.skipped_at,
            })
            .collect(),
        external_count: external.len() as i64,
        external: external.into_iter().take(MAX_LISTED).collect(),
    })
}

/// Returns the ranges of `first ≤ number < end` that are not among the known numbers.
fn gaps(first: i64, end: i64, known: &BTreeSet<i64>) -> Vec<InvoiceNumberRange> {
    let mut found = Vec::new();
    let mut next = first;
    if first >= end {
        return found;
    }
    for number in known.range(first..end).copied().chain([end]) {
        if next < number {
            found.push(InvoiceNumberRange { first: next, last: number - 1 });
        }
        next = number + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_numbers_are_gaps() {
        let gaps = |first, end, known: &[i64]| {
            let known = known.iter().copied().collect();
            gaps(first, end, &known).into_iter().map(|range| (range.first, range.last)).collect::<Vec<_>>()
        };
        assert_eq!(gaps(1, 6, &[1, 2, 4, 9]), [(3, 3), (5, 5)]);
        assert_eq!(gaps(1, 4, &[1, 2, 3]), []);
        assert_eq!(gaps(4, 9, &[1, 2]), [(4, 8)]);
        assert_eq!(gaps(5, 5, &[]), []);
        assert_eq!(gaps(7, 1, &[]), []);
    }
}
