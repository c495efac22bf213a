//! `staka verify`: checks that the data is consistent.

use staka_core::verify::{self, Checked, Severity};
use staka_core::{Error, ErrorKind, StakaBuilder};

use crate::args::{Common, VerifyArgs};
use crate::failure::Failure;
use crate::output::{self, Align, Progress};

/// Findings printed for each check, at most.
const MAX_SHOWN: usize = 5;

pub(crate) async fn run(args: &VerifyArgs, common: &Common) -> Result<(), Failure> {
    let mut config = common.config()?;
    // A check reads whole tables and may take long.
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
        let message = "the database is not migrated: run `staka migrate` first";
        return Err(Error::new(ErrorKind::Conflict, message).into());
    }
    let fails = |checked: &&Checked| {
        checked.found > 0 && checked.severity >= if args.strict { Severity::Warning } else { Severity::Error }
    };
    let failed: Vec<&Checked> = all.iter().filter(fails).collect();
    if common.json {
        output::json(&all);
        return if failed.is_empty() { Ok(()) } else { Err(Failure::Reported) };
    }
    print(&all, args.queries);
    if failed.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = failed.iter().map(|checked| checked.check.as_ref()).collect();
    Err(Error::new(ErrorKind::CorruptRow, format!("failed checks: {}", names.join(", "))).into())
}

fn print(all: &[Checked], queries: bool) {
    let columns = [("check", Align::Left), ("result", Align::Left), ("found", Align::Right), ("rule", Align::Left)];
    let row = |checked: &Checked| {
        let result = match (&checked.skipped, checked.found) {
            (Some(_), _) => "skipped".to_owned(),
            (None, 0) => "ok".to_owned(),
            (None, _) => output::json_name(&checked.severity),
        };
        vec![checked.check.to_string(), result, output::number(checked.found), checked.rule.to_owned()]
    };
    output::line(&output::table(&columns, &all.iter().map(row).collect::<Vec<_>>()));
    let mut shown: Vec<&Checked> = all.iter().filter(|checked| checked.found > 0 || queries).collect();
    shown.sort_by_key(|checked| std::cmp::Reverse(checked.severity));
    for checked in shown {
        output::line(&format!("\n{}: {}", checked.check, checked.rule));
        for finding in checked.findings.iter().take(MAX_SHOWN) {
            output::line(&format!("  {}: {}", finding.subject, finding.problem));
        }
        let more = checked.found.saturating_sub(MAX_SHOWN as u64);
        if more > 0 {
            output::line(&format!("  … and {} more", output::number(more)));
        }
        output::line(&format!("  query: {}", checked.query));
        output::line(&format!("  repair: {}", checked.repair));
    }
    for checked in all {
        if let Some(reason) = &checked.skipped {
            output::line(&format!("\n{} was skipped ({reason}): run `staka migrate`", checked.check));
        }
    }
}
