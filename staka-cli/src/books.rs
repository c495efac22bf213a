//! `staka ledger`, `staka taxes`, `staka numbers`: what an accountant asks.

use std::io::{self, Write};

use staka_core::model::BillingKind;
use staka_core::model::view::{LedgerLine, NumberRange, Numbering, TaxLine};
use staka_core::{Day, Error, ErrorKind, Page, Session, Staka, StakaBuilder, Timestamp};

use crate::args::{Common, LedgerArgs, NumbersArgs, WindowArgs};
use crate::failure::Failure;
use crate::migrate;
use crate::output::{self, Align};

/// Lines of the ledger that are asked for at once.
const PIECE: u32 = 1_000;

async fn connect(common: &Common) -> Result<Staka, Failure> {
    let config = common.config()?;
    migrate::must_have_schema(&config).await?;
    Ok(StakaBuilder::from_config(config).connect().await?)
}

/// The moments between which the days lie: this year's so far unless given.
fn window(staka: &Staka, args: &WindowArgs) -> Result<(Timestamp, Timestamp), Failure> {
    let (zone, today) = (staka.zone(), Day::at(staka.zone(), staka.clock().now()));
    let to = args.to.unwrap_or_else(|| today.plus_days(1));
    let new_year = Day::of_date(to.plus_days(-1).year(), 1, 1).unwrap_or(today);
    let from = args.from.unwrap_or(new_year);
    if from >= to {
        return Err(Failure::Usage(Error::invalid("--to", "must be later than --from")));
    }
    Ok((from.start(zone), to.start(zone)))
}

/// Who bought what, when, and at which rate.
pub(crate) async fn ledger(args: &LedgerArgs, common: &Common) -> Result<(), Failure> {
    let staka = connect(common).await?;
    let outcome = async {
        let (from, to) = window(&staka, &args.window)?;
        let session = staka.as_system();
        if args.csv { csv(&session, from, to).await } else { lines(&staka, &session, from, to, common.json).await }
    };
    let outcome = outcome.await;
    staka.close().await;
    outcome
}

async fn csv(session: &Session, from: Timestamp, to: Timestamp) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let piece = session.invoices().ledger_csv(from, to, after, None).await?;
        let mut out = io::stdout().lock();
        let written = out.write_all(piece.text.as_bytes()).and_then(|()| out.flush());
        // Whoever reads has read enough.
        if written.is_err() || piece.next.is_none() {
            return Ok(());
        }
        after = piece.next;
    }
}

async fn lines(staka: &Staka, session: &Session, from: Timestamp, to: Timestamp, json: bool) -> Result<(), Failure> {
    let (mut all, mut page) = (Vec::new(), Page::of(PIECE));
    loop {
        let piece = session.invoices().ledger(from, to, page).await?;
        all.extend(piece.items);
        let Some(next) = piece.next else { break };
        page = Page::of(PIECE).after(next);
    }
    if json {
        output::json(&all);
        return Ok(());
    }
    use Align::{Left, Right};
    let columns = [
        ("issued", Left),
        ("number", Left),
        ("buyer", Left),
        ("what", Left),
        ("VAT", Left),
        ("HT €", Right),
        ("VAT €", Right),
        ("TTC €", Right),
        ("status", Left),
    ];
    let row = |line: &LedgerLine| {
        vec![
            Day::at(staka.zone(), line.issued_at).to_string(),
            line.number.clone(),
            short(&line.buyer_name),
            match line.kind {
                BillingKind::Invoice => short(&line.title),
                BillingKind::CreditNote => format!("credit note on {}", line.invoice_number),
            },
            rate(line.regime.map(staka_core::base::TaxRegime::as_str), line.rate),
            euros(line.amount),
            euros(line.tax_amount),
            euros(line.total),
            line.status.as_ref().map_or_else(String::new, |status| status.to_string()),
        ]
    };
    output::line(&output::table(&columns, &all.iter().map(row).collect::<Vec<_>>()));
    let sum = |of: fn(&LedgerLine) -> i64| euros(all.iter().map(of).sum());
    let (ht, tax, ttc) = (sum(|line| line.amount), sum(|line| line.tax_amount), sum(|line| line.total));
    output::line(&format!("{} documents: {ht} € HT, {tax} € VAT, {ttc} € TTC.", output::number(all.len() as u64)));
    Ok(())
}

/// What was issued, by regime and rate.
pub(crate) async fn taxes(args: &WindowArgs, common: &Common) -> Result<(), Failure> {
    let staka = connect(common).await?;
    let outcome = async {
        let (from, to) = window(&staka, args)?;
        Ok::<_, Failure>(staka.as_system().invoices().taxes(from, to).await?)
    };
    let outcome = outcome.await;
    staka.close().await;
    let lines = outcome?;
    if common.json {
        output::json(&lines);
        return Ok(());
    }
    use Align::{Left, Right};
    let columns = [
        ("VAT", Left),
        ("invoices", Right),
        ("credit notes", Right),
        ("HT €", Right),
        ("VAT €", Right),
        ("TTC €", Right),
    ];
    let row = |line: &TaxLine| {
        let (invoices, notes) = (line.invoices.unsigned_abs(), line.credit_notes.unsigned_abs());
        vec![
            rate(line.regime.map(staka_core::base::TaxRegime::as_str), line.rate),
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

/// Whether a number is missing: exit code 1 where one is.
pub(crate) async fn numbers(args: &NumbersArgs, common: &Common) -> Result<(), Failure> {
    let staka = connect(common).await?;
    let this_year = i64::from(Day::at(staka.zone(), staka.clock().now()).year());
    let year = args.year.map_or(this_year, i64::from);
    let outcome = staka.as_system().invoices().numbering(year).await;
    staka.close().await;
    let all = outcome?;
    let missing: Vec<String> = all.iter().flat_map(|one| one.missing.iter().map(|range| named(one, range))).collect();
    if common.json {
        output::json(&all);
        return if missing.is_empty() { Ok(()) } else { Err(Failure::Said) };
    }
    use Align::{Left, Right};
    let columns = [
        ("series", Left),
        ("first", Right),
        ("next", Right),
        ("issued", Right),
        ("passed over", Right),
        ("of others", Right),
        ("missing", Left),
    ];
    let number = |number: Option<i64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    let row = |one: &Numbering| {
        let ranges: Vec<String> = one.missing.iter().map(|range| named(one, range)).collect();
        vec![
            format!("{}-{}", one.series, one.year),
            number(one.first),
            number(one.next),
            output::number(one.issued.unsigned_abs()),
            output::number(one.skips.len() as u64),
            output::number(one.stranger_count.unsigned_abs()),
            if ranges.is_empty() { "none".to_owned() } else { ranges.join(", ") },
        ]
    };
    output::line(&output::table(&columns, &all.iter().map(row).collect::<Vec<_>>()));
    for one in all.iter().filter(|one| !one.missing_before.is_empty()) {
        let ranges: Vec<String> = one.missing_before.iter().map(|range| named(one, range)).collect();
        output::line(&format!("Left out by whoever numbered before: {}", ranges.join(", ")));
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Data, format!("missing: {}", missing.join(", "))).into())
}

fn named(series: &Numbering, range: &NumberRange) -> String {
    let number = |sequence| series.series.number(series.year, sequence);
    if range.first == range.last {
        number(range.first)
    } else {
        format!("{} to {}", number(range.first), number(range.last))
    }
}

/// A rate in percent behind its regime; an invoice of another program says none.
fn rate(regime: Option<&str>, basis_points: i64) -> String {
    let percent = format!("{}.{:02} %", basis_points / 100, basis_points % 100);
    regime.map_or_else(|| percent.clone(), |regime| format!("{regime} {percent}"))
}

/// Centimes as euros, to the centime.
fn euros(centimes: i64) -> String {
    let (sign, all) = (if centimes < 0 { "-" } else { "" }, centimes.unsigned_abs());
    format!("{sign}{}.{:02}", output::number(all / 100), all % 100)
}

fn short(text: &str) -> String {
    const MOST: usize = 28;
    let mut cut: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
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
        assert_eq!(written, ["0.00", "0.05", "-0.05", "468.00", "-1 234 567.89"]);
        assert_eq!(rate(Some("INCLUSIVE"), 2_000), "INCLUSIVE 20.00 %");
        assert_eq!(
            (rate(None, 550), short("Un roman\nen deux lignes").as_str()),
            ("5.50 %".into(), "Un roman en deux lignes")
        );
        assert_eq!(short(&"a".repeat(40)).chars().count(), 28);
    }
}
