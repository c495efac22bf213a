//! `staka counters`: compares the counters that triggers maintain with a fresh count.

use std::time::Duration;

use staka_core::migrate::{CounterCheck, MigrateOptions, Step};
use staka_core::{Error, ErrorKind, Migrator};

use crate::args::{Common, CountersArgs};
use crate::failure::Failure;
use crate::migrate;
use crate::output::{self, Align, Progress};

/// Differences printed for each table, at most.
const MAX_SHOWN: usize = 10;

pub(crate) async fn run(args: &CountersArgs, common: &Common) -> Result<(), Failure> {
    let config = common.config()?;
    migrate::check_schema(&config).await?;
    let (mut migrator, progress) = (Migrator::connect(&config).await?, Progress::new());
    if args.repair {
        let options = MigrateOptions::default().with_lock_wait(Duration::from_secs(args.lock_wait));
        let mut on_step = |step: &Step| progress.step(&step.reason);
        progress.during(migrator.refill_counters(&options, &mut on_step)).await?;
    }
    progress.step("counting");
    let all = progress.during(migrator.check_counters()).await?;
    if common.json {
        output::json(&all);
        return if all.iter().all(|table| table.differing == 0) { Ok(()) } else { Err(Failure::Reported) };
    }
    print(&all);
    let wrong: Vec<&str> = all.iter().filter(|table| table.differing > 0).map(|table| table.table).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong = wrong.join(", ");
    Err(Error::new(
        ErrorKind::CorruptRow,
        format!("these counters differ from their source tables: {wrong}; `staka counters --repair` rebuilds them"),
    )
    .into())
}

fn print(all: &[CounterCheck]) {
    if all.is_empty() {
        output::line("This database has no counters that triggers maintain; queries count rows instead.");
        return;
    }
    let columns = [("table", Align::Left), ("source", Align::Left), ("differences", Align::Right)];
    let row = |it: &CounterCheck| vec![it.table.to_owned(), it.source.to_owned(), output::number(it.differing)];
    output::line(&output::table(&columns, &all.iter().map(row).collect::<Vec<_>>()));
    for table in all.iter().filter(|table| table.differing > 0) {
        for difference in table.differences.iter().take(MAX_SHOWN) {
            let text = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
            let (kept, counted) = (text(&difference.kept), text(&difference.counted));
            output::line(&format!("{}, {}: {kept}; should be {counted}", table.table, difference.entry));
        }
    }
}
