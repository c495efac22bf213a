//! `staka seed`: made-up data.

use serde_json::json;
use staka_core::maintenance::seed::{self, SeedOptions, SeedReport};
use staka_core::{Clock, Staka, StakaBuilder, SystemClock, Timestamp};

use crate::args::{Common, SeedArgs};
use crate::failure::Failure;
use crate::migrate;
use crate::output::{self, Align, Progress};

const DAY: i64 = 86_400_000;

pub(crate) async fn run(args: &SeedArgs, common: &Common) -> Result<(), Failure> {
    let options =
        SeedOptions { scale: args.scale, anchor: args.anchor.unwrap_or_else(today), seed: args.seed, only: args.only };
    let config = common.config()?;
    migrate::must_have_schema(&config).await?;
    let staka = StakaBuilder::from_config(config).connect().await?;
    let report = fill(&staka, &options, &Progress::new()).await;
    staka.close().await;
    let report = report?;
    if common.json {
        output::json(&document(&options, &report));
        return Ok(());
    }
    let rows: Vec<Vec<String>> =
        report.rows.iter().map(|(table, rows)| vec![(*table).to_owned(), output::number(*rows)]).collect();
    output::line(&output::table(&[("table", Align::Left), ("rows", Align::Right)], &rows));
    output::line(&sentence(&options, &report));
    Ok(())
}

/// Today at 00:00 UTC: two seeds of one day are the same.
pub(crate) fn today() -> Timestamp {
    let now = SystemClock.now();
    Timestamp::from_unix_millis(now.unix_millis().div_euclid(DAY) * DAY).unwrap_or(now)
}

/// Seeds, and shows how far it is.
pub(crate) async fn fill(staka: &Staka, options: &SeedOptions, progress: &Progress) -> Result<SeedReport, Failure> {
    progress.step("demo data");
    let mut on_progress = |at: &seed::Progress| {
        let (done, total) = (output::number(at.done), output::number(at.total));
        progress.update(format!("demo data: {} {done} of {total}", at.table));
    };
    Ok(progress.during(seed::seed(staka.pool(), options, &mut on_progress)).await?)
}

/// What was done, in one line.
pub(crate) fn sentence(options: &SeedOptions, report: &SeedReport) -> String {
    let rows = output::number(report.rows.iter().map(|(_, rows)| rows).sum());
    let SeedOptions { scale, anchor, seed, only } = options;
    // One table alone has the scale of the seed before.
    let what = only.map_or_else(|| format!("scale {scale}"), |only| format!("{only} alone"));
    let done = if report.already_there { "were already there" } else { "are there now" };
    format!("{rows} rows of demo data {done} ({what}, seed {seed}, anchor {anchor}).")
}

pub(crate) fn document(options: &SeedOptions, report: &SeedReport) -> serde_json::Value {
    let rows: serde_json::Map<String, serde_json::Value> =
        report.rows.iter().map(|(table, rows)| ((*table).to_owned(), (*rows).into())).collect();
    json!({
        "scale": options.only.is_none().then(|| options.scale.to_string()),
        "seed": options.seed,
        "anchor": options.anchor,
        "only": options.only.map(|only| only.to_string()),
        "alreadyThere": report.already_there,
        "rows": rows,
        "subjects": report.subjects,
    })
}
