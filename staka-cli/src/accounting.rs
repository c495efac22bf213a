//! The accounting commands `staka ledger`, `staka vat` and `staka invoices gaps`.

use std::io::{self, Write};

use staka_core::model::view::{InvoiceNumberRange, InvoiceNumbering, LedgerEntry, VatLine};
use staka_core::model::{BillingKind, InvoiceStatus, vat_label};
use staka_core::{Day, Error, ErrorKind, PageRequest, Session, Staka, StakaBuilder, Timestamp};

use crate::args::{Common, InvoiceGapsArgs, LedgerArgs, PeriodArgs};
use crate::failure::Failure;
use crate::migrate;
use crate::output::{self, Align};

/// Entries of the ledger that are read with one call.
const PAGE_SIZE: u32 = 1_000;

async fn connect(common: &Common) -> Result<Staka, Failure> {
    let config = common.config()?;
    migrate::check_schema(&config).await?;
    Ok(StakaBuilder::from_config(config).connect().await?)
}

/// Returns the start (included) and the end (excluded) of the period; by default the current year up to today.
fn period(staka: &Staka, args: &PeriodArgs) -> Result<(Timestamp, Timestamp), Failure> {
    let (zone, today) = (staka.zone(), Day::at(staka.zone(), staka.clock().now()));
    let to = args.to.unwrap_or_else(|| today.plus_days(1));
    let new_year = Day::from_ymd(to.plus_days(-1).year(), 1, 1).unwrap_or(today);
    let from = args.from.unwrap_or(new_year);
    if from >= to {
        return Err(Failure::Usage(Error::invalid("--to", "must be later than --from")));
    }
    Ok((from.start(zone), to.start(zone)))
}

/// Prints the invoices and credit notes of a period.
pub(crate) async fn ledger(args: &LedgerArgs, common: &Common) -> Result<(), Failure> {
    let staka = connect(common).await?;
    let outcome = async {
        let (from, to) = period(&staka, &args.period)?;
        let session = staka.as_system();
        if args.csv {
            print_csv(&session, from, to).await
        } else {
            print_ledger(&staka, &session, from, to, common.json).await
        }
    };
    let outcome = outcome.await;
    staka.close().await;
    outcome
}

async fn print_csv(session: &Session, from: Timestamp, to: Timestamp) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let piece = session.invoices().export_ledger(from, to, after, None).await?;
        let mut out = io::stdout().lock();
        let written = out.write_all(piece.text.as_bytes()).and_then(|()| out.flush());
        // An error here means that the reader closed the pipe (`staka ledger --csv | head`).
        if written.is_err() || piece.next.is_none() {
            return Ok(());
        }
        after = piece.next;
    }
}

async fn print_ledger(
    staka: &Staka,
    session: &Session,
    from: Timestamp,
    to: Timestamp,
    json: bool,
) -> Result<(), Failure> {
    let (mut all, mut page) = (Vec::new(), PageRequest::of(PAGE_SIZE));
    loop {
        let piece = session.invoices().ledger(from, to, page).await?;
        all.extend(piece.items);
        let Some(next) = piece.next else { break };
        page = PageRequest::of(PAGE_SIZE).after(next);
    }
    if json {
        output::json(&all);
        return Ok(());
    }
    use Align::{Left, Right};
    let columns = [
        ("Date", Left),
        ("Numéro", Left),
        ("Client", Left),
        ("Objet", Left),
        ("TVA", Left),
        ("HT €", Right),
        ("TVA €", Right),
        ("TTC €", Right),
        ("Statut", Left),
    ];
    let row = |line: &LedgerEntry| {
        vec![
            Day::at(staka.zone(), line.issued_at).to_string(),
            line.number.clone(),
            short(&line.buyer_name),
            match line.kind {
                BillingKind::Invoice => short(&line.title),
                BillingKind::CreditNote => format!("Avoir sur {}", line.invoice_number),
            },
            vat_label(line.regime, line.rate),
            euros(line.amount),
            euros(line.tax_amount),
            euros(line.total),
            line.status.as_ref().map(InvoiceStatus::label).unwrap_or_default().into_owned(),
        ]
    };
    output::line(&output::table(&columns, &all.iter().map(row).collect::<Vec<_>>()));
    let sum = |of: fn(&LedgerEntry) -> i64| euros(all.iter().map(of).sum());
    let (ht, tax, ttc) = (sum(|line| line.amount), sum(|line| line.tax_amount), sum(|line| line.total));
    let count = all.len() as u64;
    let documents = if count < 2 { "document" } else { "documents" };
    let count = output::number(count);
    output::line(&format!("{count} {documents}\u{a0}: {ht}\u{a0}€ HT, {tax}\u{a0}€ de TVA, {ttc}\u{a0}€ TTC."));
    Ok(())
}

/// Prints the sums of a period by VAT regime and rate.
pub(crate) async fn vat(args: &PeriodArgs, common: &Common) -> Result<(), Failure> {
    let staka = connect(common).await?;
    let outcome = async {
        let (from, to) = period(&staka, args)?;
        Ok::<_, Failure>(staka.as_system().invoices().vat(from, to).await?)
    };
    let outcome = outcome.await;
    staka.close().await;
    let lines = outcome?;
    if common.json {
        output::json(&lines);
        return Ok(());
    }
    use Align::{Left, Right};
    let columns =
        [("TVA", Left), ("Factures", Right), ("Avoirs", Right), ("HT €", Right), ("TVA €", Right), ("TTC €", Right)];
    let row = |line: &VatLine| {
        let (invoices, notes) = (line.invoices.unsigned_abs(), line.credit_notes.unsigned_abs());
        vec![
            vat_label(line.regime, line.rate),
            output::number(invoices),
            output::number(notes),
            euros(line.amount),
            euros(line.tax_amount),
            euros(line.total),
        ]
    };
    output::line(&output::table(&columns, &lines.iter().map(row).collect::<Vec<_>>()));
    Ok(())
}

/// Prints the numbers that are missing in a year's series; fails if there is one.
pub(crate) async fn gaps(args: &InvoiceGapsArgs, common: &Common) -> Result<(), Failure> {
    let staka = connect(common).await?;
    let this_year = i64::from(Day::at(staka.zone(), staka.clock().now()).year());
    let year = args.year.map_or(this_year, i64::from);
    let outcome = staka.as_system().invoices().get_numbering(year).await;
    staka.close().await;
    let all = outcome?;
    let missing: Vec<String> =
        all.iter().flat_map(|one| one.missing.iter().map(|range| range_text(one, range))).collect();
    if common.json {
        output::json(&all);
        return if missing.is_empty() { Ok(()) } else { Err(Failure::Reported) };
    }
    use Align::{Left, Right};
    let columns = [
        ("series", Left),
        ("first", Right),
        ("next", Right),
        ("issued", Right),
        ("skipped", Right),
        ("external", Right),
        ("missing", Left),
    ];
    let number = |number: Option<i64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    let row = |one: &InvoiceNumbering| {
        let ranges: Vec<String> = one.missing.iter().map(|range| range_text(one, range)).collect();
        vec![
            format!("{}-{}", one.series, one.year),
            number(one.first),
            number(one.next),
            output::number(one.issued.unsigned_abs()),
            output::number(one.skipped.len() as u64),
            output::number(one.external_count.unsigned_abs()),
            if ranges.is_empty() { "none".to_owned() } else { ranges.join(", ") },
        ]
    };
    output::line(&output::table(&columns, &all.iter().map(row).collect::<Vec<_>>()));
    for one in all.iter().filter(|one| !one.missing_before.is_empty()) {
        let ranges: Vec<String> = one.missing_before.iter().map(|range| range_text(one, range)).collect();
        output::line(&format!("Missing since before Staka numbered the invoices: {}", ranges.join(", ")));
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::CorruptRow, format!("missing numbers: {}", missing.join(", "))).into())
}

/// Formats a range of numbers: `FACT-2026-001 to FACT-2026-003`.
fn range_text(series: &InvoiceNumbering, range: &InvoiceNumberRange) -> String {
    let number = |sequence| series.series.number(series.year, sequence);
    if range.first == range.last {
        number(range.first)
    } else {
        format!("{} to {}", number(range.first), number(range.last))
    }
}

/// Formats centimes as euros with a decimal comma.
fn euros(centimes: i64) -> String {
    let (sign, absolute) = (if centimes < 0 { "-" } else { "" }, centimes.unsigned_abs());
    format!("{sign}{},{:02}", output::number(absolute / 100), absolute % 100)
}

/// Shortens a text so that it fits into a table cell.
fn short(text: &str) -> String {
    const MAX_CHARS: usize = 28;
    let mut cut: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_CHARS).collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        cut.pop();
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_to_the_centime() {
        let written = [0, 5, -5, 46_800, -123_456_789].map(euros);
        assert_eq!(written, ["0,00", "0,05", "-0,05", "468,00", "-1 234 567,89"]);
        assert_eq!(short("Un roman\nen deux lignes"), "Un roman en deux lignes");
        assert_eq!(short(&"a".repeat(40)).chars().count(), 28);
    }
}
