//! `staka seed`: fills the database with generated demo data.

use serde_json::json;
use staka_core::{Clock, Staka, StakaBuilder, SystemClock, Timestamp};
use staka_demo::{SeedOptions, SeedReport};

use crate::args::{Common, SeedArgs};
use crate::failure::Failure;
use crate::migrate;
use crate::output::{self, Align, Progress};

const MILLIS_PER_DAY: i64 = 86_400_000;

pub(crate) async fn run(args: &SeedArgs, common: &Common) -> Result<(), Failure> {
    let options =
        SeedOptions { scale: args.scale, anchor: args.anchor.unwrap_or_else(today), seed: args.seed, only: args.only };
    let config = common.config()?;
    migrate::check_schema(&config).await?;
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

/// Returns today at 00:00 UTC, so that two seeds on the same day are equal.
pub(crate) fn today() -> Timestamp {
    let now = SystemClock.now();
    Timestamp::from_unix_millis(now.unix_millis().div_euclid(MILLIS_PER_DAY) * MILLIS_PER_DAY).unwrap_or(now)
}

/// Fills the database and shows the progress.
pub(crate) async fn fill(staka: &Staka, options: &SeedOptions, progress: &Progress) -> Result<SeedReport, Failure> {
    progress.step("demo data");
    let mut on_progress = |at: &staka_demo::Progress| {
        let (done, total) = (output::number(at.done), output::number(at.total));
        progress.update(format!("demo data: {} {done} of {total}", at.table));
    };
    Ok(progress.during(staka_demo::seed(staka.pool(), options, &mut on_progress)).await?)
}

/// Says in one line what was done.
pub(crate) fn sentence(options: &SeedOptions, report: &SeedReport) -> String {
    let rows = output::number(report.rows.iter().map(|(_, rows)| rows).sum());
    let SeedOptions { scale, anchor, seed, only } = options;
    // A single table keeps the scale of the earlier seed.
    let what = only.map_or_else(|| format!("scale {scale}"), |only| format!("only {only}"));
    let options = format!("({what}, seed {seed}, anchor {anchor})");
    if report.already_there {
        format!("{rows} rows of demo data were already there {options}; nothing was changed.")
    } else {
        format!("{rows} rows of demo data were written {options}.")
    }
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
