//! Staka beside its peers: one server, one seeded database, one process, the same SQL.
//!
//! `cargo bench` in this folder; `cargo bench -- unread_count` for one concern. `STAKA_BENCH_ENGINE=mysql` measures
//! on MySQL instead of MariaDB.
//!
//! To add a concern: a file with a [`peers::Query`], and a line below.

mod bed;
mod commandes;
mod conversations;
mod notifications;
mod peers;
mod ping;
mod rows;
mod table;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut bed = bed::Bed::prepare();
    peers::compare(&mut criterion, &mut bed, "ping", &ping::Ping);
    peers::compare(&mut criterion, &mut bed, "unread_count", &notifications::UnreadCount);
    peers::compare(&mut criterion, &mut bed, "notifications", &notifications::Inbox);
    peers::compare(&mut criterion, &mut bed, "conversations", &conversations::Conversations);
    peers::compare(&mut criterion, &mut bed, "commandes_with_invoices", &commandes::WithInvoices);
    peers::compare(&mut criterion, &mut bed, "thousand_rows", &rows::Thousand::new());
    criterion.final_summary();
}
