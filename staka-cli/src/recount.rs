//! `staka recount`: the tables that triggers maintain, beside what they should hold.

use std::time::Duration;

use staka_core::db::Recount;
use staka_core::db::migrate::{MigrateOptions, Step};
use staka_core::{Error, ErrorKind, Migrator};

use crate::args::{Common, RecountArgs};
use crate::failure::Failure;
use crate::migrate;
use crate::output::{self, Align, Progress};

/// Differences that are shown to a person.
const SHOWN: usize = 10;

pub(crate) async fn run(args: &RecountArgs, common: &Common) -> Result<(), Failure> {
    let config = common.config()?;
    migrate::must_have_schema(&config).await?;
    let (mut migrator, progress) = (Migrator::connect(&config).await?, Progress::new());
    if args.mend {
        let options = MigrateOptions::default().with_lock_wait(Duration::from_secs(args.lock_wait));
        let mut on_step = |step: &Step| progress.step(&step.reason);
        progress.during(migrator.refill(&options, &mut on_step)).await?;
    }
    progress.step("counting anew");
    let all = progress.during(migrator.recount()).await?;
    if common.json {
        output::json(&all);
        return if all.iter().all(|table| table.differing == 0) { Ok(()) } else { Err(Failure::Said) };
    }
    print(&all);
    let wrong: Vec<&str> = all.iter().filter(|table| table.differing > 0).map(|table| table.table).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong = wrong.join(", ");
    Err(Error::new(
        ErrorKind::Data,
        format!("not what their sources say: {wrong}; `staka recount --mend` fills them anew"),
    )
    .into())
}

fn print(all: &[Recount]) {
    if all.is_empty() {
        output::line("No table here is maintained by triggers: queries count by their indexes.");
        return;
    }
    let columns = [("table", Align::Left), ("from", Align::Left), ("entries that differ", Align::Right)];
    let row = |it: &Recount| vec![it.table.to_owned(), it.source.to_owned(), output::number(it.differing)];
    output::line(&output::table(&columns, &all.iter().map(row).collect::<Vec<_>>()));
    for table in all.iter().filter(|table| table.differing > 0) {
        for difference in table.differences.iter().take(SHOWN) {
            let said = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
            let (kept, counted) = (said(&difference.kept), said(&difference.counted));
            output::line(&format!("{}, {}: {kept}; should be {counted}", table.table, difference.entry));
        }
    }
}
