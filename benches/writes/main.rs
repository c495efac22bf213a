//! The cost of Staka's indexes and triggers for writes: the same rows are inserted with and without each, in turn.
//!
//! `cargo bench --bench writes` in this folder writes `docs/indexes.md`; `STAKA_BENCH_ENGINE=mysql` measures on MySQL
//! and only prints, and so does `-- --test`, which measures once. `-- guide` prints only the comparison with migration
//! 0001 on both servers.

mod bed;
mod figures;
mod guide;
mod hot;
mod inserts;

use std::fmt::Write as _;

const ONE_WITH_IS_READ: &str = "\n\
    Each index with `isRead` is rewritten for every notification that is read, so Staka has one of them,\n\
    `staka_notifications_unread`: a page of unread notifications needs it, and `notifications.mark_all_read` finds its rows by\n\
    it. [decisions.md](decisions.md) has what the other cost.\n\n";

const GUIDE: &str = "\n## Against the Prisma schema alone\n\n\
    The same write on a database with all of Staka's indexes and triggers and on one with migration 0001 only: the same rows,\n\
    in turn, by the same client. The server waits for the disk at each commit. The ratio is the median of the paired ratios.\n\n";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime can be had");
    if std::env::args().any(|argument| argument == "guide") {
        print!("{}", runtime.block_on(guide::against()));
        return;
    }
    let bed = bed::Bed::prepare(&runtime);
    let (indexes, triggers, hot) = runtime
        .block_on(async { (inserts::indexes(&bed).await, inserts::triggers(&bed).await, hot::writers(&bed).await) });
    let mut out = String::from(
        "# What indexes and triggers cost writes\n\n\
         For people who operate a database with Staka and want to know what its indexes and triggers cost.\n\n\
         Written by `cargo bench --bench writes` in `benches/`. Each line inserts the same 2,000 rows (or as many as there are), copied\n\
         from the demo data at scale small, with the object and without it, in turn. The cost is the median of the paired\n\
         differences, with its 95 % interval (bootstrap). The tests' own server does not wait for the disk, so an index weighs more\n\
         here than on a server that does.\n\n",
    );
    let _ = writeln!(out, "{}, {} cores.\n\n## Indexes\n", bed.server, bed.cores);
    out.push_str(&indexes);
    out.push_str(ONE_WITH_IS_READ);
    out.push_str("These make some of Prisma's own indexes redundant, which begin with the same columns. Prisma's stay, because its schema\nnames them. `staka migrate status` lists them.\n\n");
    out.push_str(&runtime.block_on(bed.redundant()));
    out.push_str("\n## Triggers\n\n");
    out.push_str(&triggers);
    out.push_str("\n## A hot row\n\n");
    out.push_str(&hot);
    out.push_str(GUIDE);
    out.push_str(&runtime.block_on(guide::against()));
    print!("{out}");
    if bed.is_mariadb() && !::bed::is_smoke_test() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/indexes.md");
        std::fs::write(path, out).expect("docs/ can be written");
    }
}
