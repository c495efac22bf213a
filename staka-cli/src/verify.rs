//! `staka verify`: what must hold in the database, and where it does not.

use staka_core::maintenance::verify::{self, Checked, Severity};
use staka_core::{Error, ErrorKind, StakaBuilder};

use crate::args::{Common, VerifyArgs};
use crate::failure::Failure;
use crate::output::{self, Align, Progress};

/// Findings of a check that are shown to a person.
const SHOWN: usize = 5;

pub(crate) async fn run(args: &VerifyArgs, common: &Common) -> Result<(), Failure> {
    let mut config = common.config()?;
    // A check reads whole tables.
    config.statement_timeout = None;
    let staka = StakaBuilder::from_config(config).connect().await?;
    let progress = Progress::new();
    progress.step("verifying");
    let mut on_check = |name: &str| progress.update(format!("verifying {name}"));
    let all = progress.during(verify::verify(staka.pool(), args.only.as_deref(), &mut on_check)).await;
    staka.close().await;
    let all = all.map_err(|error| match error.kind() {
        ErrorKind::Invalid => Failure::in_usage("--only", &error),
        _ => error.into(),
    })?;
    if all.iter().all(|checked| checked.skipped.is_some()) {
        let message = "none of the guide's tables is there: run `staka migrate` first";
        return Err(Error::new(ErrorKind::Conflict, message).into());
    }
    let fails = |checked: &&Checked| {
        checked.found > 0 && checked.severity >= if args.strict { Severity::Warning } else { Severity::Error }
    };
    let failed: Vec<&Checked> = all.iter().filter(fails).collect();
    if common.json {
        output::json(&all);
        return if failed.is_empty() { Ok(()) } else { Err(Failure::Said) };
    }
    print(&all, args.queries);
    if failed.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = failed.iter().map(|checked| checked.check.as_ref()).collect();
    Err(Error::new(ErrorKind::Data, format!("does not hold: {}", names.join(", "))).into())
}

fn print(all: &[Checked], queries: bool) {
    let columns = [("check", Align::Left), ("", Align::Left), ("found", Align::Right), ("what must hold", Align::Left)];
    let row = |checked: &Checked| {
        let word = match (&checked.skipped, checked.found) {
            (Some(_), _) => "skipped".to_owned(),
            (None, 0) => "sound".to_owned(),
            (None, _) => output::word(&checked.severity),
        };
        vec![checked.check.to_string(), word, output::number(checked.found), checked.says.to_owned()]
    };
    output::line(&output::table(&columns, &all.iter().map(row).collect::<Vec<_>>()));
    let mut told: Vec<&Checked> = all.iter().filter(|checked| checked.found > 0 || queries).collect();
    told.sort_by_key(|checked| std::cmp::Reverse(checked.severity));
    for checked in told {
        output::line(&format!("\n{}: {}", checked.check, checked.says));
        for finding in checked.findings.iter().take(SHOWN) {
            output::line(&format!("  {}: {}", finding.subject, finding.problem));
        }
        let more = checked.found.saturating_sub(SHOWN as u64);
        if more > 0 {
            output::line(&format!("  … and {} more", output::number(more)));
        }
        output::line(&format!("  query: {}", checked.query));
        output::line(&format!("  mend:  {}", checked.mend));
    }
    for checked in all {
        if let Some(reason) = &checked.skipped {
            output::line(&format!("\n{} was not looked for ({reason}): `staka migrate`", checked.check));
        }
    }
}
