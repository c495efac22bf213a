//! What our indexes and triggers cost those who write: the same rows are inserted with each and without it, in turn.
//!
//! `cargo bench --bench writes` in this folder writes `docs/indexes.md`; `STAKA_BENCH_ENGINE=mysql` measures on MySQL and
//! only prints.

mod bed;
mod figures;
mod hot;
mod inserts;

use std::fmt::Write as _;

fn main() {
    // `cargo test --benches` runs it too, and wants nothing measured.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime can be had");
    let bed = bed::Bed::prepare(&runtime);
    let (indexes, triggers, hot) = runtime
        .block_on(async { (inserts::indexes(&bed).await, inserts::triggers(&bed).await, hot::writers(&bed).await) });
    let mut out = String::from(
        "# What our indexes and triggers cost on writes\n\n\
         Written by `cargo bench --bench writes` in `benches/`. Each line inserts the same rows (2,000, or as many as there are), copied from the demo data\n\
         at scale small, with the object and without it, in turn; the cost is the median of the paired differences, with its\n\
         95 % interval (bootstrap). The server is the tests' own: it does not wait for the disk, so that an index weighs\n\
         more here than where it does.\n\n",
    );
    let _ = writeln!(out, "{}, {} cores.\n\n## Indexes\n", bed.server, bed.cores);
    out.push_str(&indexes);
    out.push_str("\nPrisma's own indexes that these make redundant: they begin with the same columns. They stay, as Prisma's\nschema names them; `staka migrate status` lists them.\n\n");
    out.push_str(&runtime.block_on(bed.redundant()));
    out.push_str("\n## Triggers\n\n");
    out.push_str(&triggers);
    out.push_str("\n## A hot row\n\n");
    out.push_str(&hot);
    print!("{out}");
    if bed.is_mariadb() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/indexes.md");
        std::fs::write(path, out).expect("docs/ can be written");
    }
}
