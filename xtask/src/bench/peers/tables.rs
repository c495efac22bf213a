//! Formats docs/peers.md and the README's short table.

use std::fmt::Write as _;

use super::findings::{Findings, Measurement, Ratio};
use super::targets::{BY_HAND, CONVERSATION, CONVERSATIONS, LIST, Outcome, PRISMA, STAKA, UNREAD, targets};

const HEAD: &str = "# Compared with other libraries

Written by `cargo xtask bench --peers`; the same figures as JSON: [{stem}.json]({stem}.json). The 16 queries of the
specification at scale medium (1 M notifications, 500,000 messages; the heavy user has 20 % of the former and 10 % of
the latter), by Staka and by comparable libraries: once on the Prisma schema's indexes (what users have without Staka)
and once on Staka's indexes (what remains is the difference between the libraries). Milliseconds are medians; a ratio
is the library's time divided by Staka's with its 95 % interval: above 1, Staka is faster. Trips are round trips of a
call, rows are those that the server read for it (`Handler_read_*`).
";

const HOW: &str = "
## Method

One private server; one process for Staka and the Rust libraries, on one thread, and one process for each library of
another language, which measures itself. Every library's result is first compared with Staka's, field by field; a
difference ends the run. Then calls take turns: a round is one call of each, in random order, one at a time. Ratios
are bootstrapped by rounds. Client CPU is measured over blocks of calls, user and system time. All connections use TCP
without TLS, READ COMMITTED, prepared statements and no pings, where the library supports this. A write is rolled
back; only the statement is timed.

| library | how it is used |
|---|---|
| sqlx, Staka's SQL | one connection, Staka's SQL, rows by position: the cost of Staka's layer |
| mysql_async, sqlx, by hand | one connection; handwritten SQL for the specification's query (`benches/duel/natural.json`), rows by position |
| SeaORM 2 | its entity loader where rows have relations, partial models where columns are named; its pool, no ping at acquire |
| Diesel | diesel-async, pure Rust; `Selectable`, `belonging_to` and `grouped_by`; deadpool, `RecyclingMethod::Fast` |
| Prisma 7 | the specification's queries, the adapter's prepare cache on; changed as `benches/doors/README.md` says |
| Drizzle | its query builder and relational queries, prepared once |
| SQLAlchemy | its ORM on mysqlclient; columns where columns are requested, eager loading elsewhere |

sqlx 0.9.0 does not set TCP_NODELAY: two packets in a row, as when a statement is removed from the cache, wait 40 ms
for an acknowledgement. The libraries on sqlx (SeaORM too) keep 512 statements, more than are in use, so that no
figure includes such a wait. sqlx's pool, SeaORM's too, pings at each release and cannot be configured otherwise; that
happens after the measured time, and is counted in its trips. Prisma returns conversations without the two counts.
";

/// `stem` is what the names of the other files begin with.
pub(super) fn document(stem: &str, of: &Findings) -> String {
    let mut out = HEAD.replace("{stem}", stem);
    for place in &of.place {
        let _ = write!(out, "\n- {place}");
    }
    out.push('\n');
    aims(&mut out, of);
    for (indexes, title) in [("ours", "On Staka's indexes"), ("guide", "On the Prisma schema's indexes")] {
        let _ = write!(out, "\n## {title}\n\n");
        out.push_str("| query | by | ms | p95 | ratio | CPU ms | CPU ratio | trips | rows | n |\n");
        out.push_str("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        for (number, query, subject) in of.questions() {
            let same = |line: &&Measurement| line.indexes == indexes && line.query == query && line.subject == subject;
            for line in of.peers.iter().filter(same) {
                row(&mut out, number, line);
            }
        }
    }
    by_scale(&mut out, stem, of);
    out.push_str(HOW);
    out
}

fn aims(out: &mut String, of: &Findings) {
    let all = targets(of);
    out.push_str("\n## Targets\n\nA target is met if the worse end of the interval is within 15 % of it.\n\n");
    out.push_str("| | target | met | worst |\n|--:|---|--:|---|\n");
    for (number, target) in (1..).zip(&all) {
        let met = target.outcomes.iter().filter(|outcome| outcome.is_met()).count();
        let worst = target.outcomes.iter().max_by(|one, other| one.miss().total_cmp(&other.miss()));
        let worst = worst
            .map_or_else(String::new, |worst| format!("{}{}: {}", with_ends(worst.reached), target.unit, worst.what));
        let _ = writeln!(out, "| {number} | {} | {met} of {} | {worst} |", target.title, target.outcomes.len());
    }
    if all.iter().flat_map(|target| &target.outcomes).all(Outcome::is_met) {
        return;
    }
    out.push_str("\n### Missed\n\n| target | where | reached | missed by | why |\n|--:|---|--:|--:|---|\n");
    for (number, target) in (1..).zip(&all) {
        for outcome in target.outcomes.iter().filter(|outcome| !outcome.is_met()) {
            let by = (outcome.miss() - 1.0) * 100.0;
            let reached = format!("{}{}", with_ends(outcome.reached), target.unit);
            let _ = writeln!(out, "| {number} | {} | {reached} | {by:.0} % | {} |", outcome.what, target.why(outcome));
        }
    }
}

fn row(out: &mut String, number: u64, line: &Measurement) {
    let name =
        if line.peer == STAKA { format!("**{number} {} ({})**", line.query, line.subject) } else { String::new() };
    let note = line.note.as_deref().map_or_else(String::new, |note| format!(" ({note})"));
    let cells = [
        name,
        format!("{}{note}", line.peer),
        number_of(line.median),
        number_of(line.p95),
        line.ratio.map_or_else(String::new, with_ends),
        line.cpu.map_or_else(String::new, number_of),
        line.cpu_ratio.map_or_else(String::new, |ratio| number_of(ratio.middle)),
        line.trips.to_string(),
        line.rows.to_string(),
        line.n.to_string(),
    ];
    let _ = writeln!(out, "| {} |", cells.join(" | "));
}

fn by_scale(out: &mut String, stem: &str, of: &Findings) {
    let scales = ["small", "medium", "large"];
    if of.scales.is_empty() {
        return;
    }
    let _ = write!(out, "\n## Cost by scale\n\n![medians by scale]({stem}-scale.svg)\n\n");
    out.push_str(
        "Each scale has ten times the rows of the previous one, of other users and older dates. The table shows\n",
    );
    out.push_str(
        "Staka's medians, their growth from the previous scale, and the rows that the server read. At large, files\n\
         are compressed on the disk, but not in memory.\n\n",
    );
    out.push_str("| query | small | medium | | large | | rows read | Prisma, small | medium |\n");
    out.push_str("|---|--:|--:|--:|--:|--:|---|--:|--:|\n");
    for (number, query, subject) in of.questions() {
        let at = |scale, peer| of.at_scale(scale, peer, query, subject);
        let [small, medium, large] = scales.map(|scale| at(scale, STAKA));
        let median = |line: Option<&Measurement>| line.map_or_else(String::new, |line| number_of(line.median));
        let growth = |line: Option<&Measurement>| line.and_then(|line| line.ratio).map_or_else(String::new, with_ends);
        let rows: Vec<String> = [small, medium, large].iter().flatten().map(|line| line.rows.to_string()).collect();
        let cells = [
            format!("{number} {query} ({subject})"),
            median(small),
            median(medium),
            growth(medium),
            median(large),
            growth(large),
            rows.join(" → "),
            median(at("small", PRISMA)),
            median(at("medium", PRISMA)),
        ];
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
}

/// Returns the README's table.
pub(super) fn short(of: &Findings) -> String {
    let names = [BY_HAND, "SeaORM", "Diesel", "Drizzle", "SQLAlchemy", PRISMA];
    let mut out = String::from("| ms, with the Prisma schema's indexes | **Staka** (with its own) |");
    for name in names {
        let _ = write!(out, " {name} |");
    }
    let _ = writeln!(out, "\n|---|--:|{}", "--:|".repeat(names.len()));
    for (what, query, subject) in [
        ("unread count, 20 % of 1 M notifications", UNREAD, "heavy"),
        ("page of notifications, same user", LIST, "heavy"),
        ("50 conversations, 10 % of 500,000 messages", CONVERSATIONS, "heavy"),
        ("50 conversations, more than half of them", CONVERSATIONS, "admin"),
        ("650 messages with attachments", CONVERSATION, "heavy"),
        ("100 orders with invoices", "commandes.list_with_invoices", "heavy"),
        ("unread count, 40 notifications", UNREAD, "light"),
        ("price list", "tarifs.list_active", "all"),
    ] {
        let cell =
            |peer| of.find("guide", peer, query, subject).map_or_else(|| "–".to_owned(), |it| number_of(it.median));
        let _ = write!(out, "| {what} | **{}** |", cell(STAKA));
        for name in names {
            let _ = write!(out, " {} |", cell(name));
        }
        out.push('\n');
    }
    let _ =
        write!(out, "\n{}. All figures, ratios and targets: [docs/peers.md](docs/peers.md).\n", of.place.join("; "));
    out
}

fn with_ends(ratio: Ratio) -> String {
    if ratio.low == ratio.high {
        return number_of(ratio.middle);
    }
    format!("{} ({}–{})", number_of(ratio.middle), number_of(ratio.low), number_of(ratio.high))
}

/// Formats a number with three significant digits.
fn number_of(number: f64) -> String {
    match number {
        n if n >= 100.0 => format!("{n:.0}"),
        n if n >= 10.0 => format!("{n:.1}"),
        n if n >= 1.0 => format!("{n:.2}"),
        n => format!("{n:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::findings::Findings;
    use super::super::plot;
    use super::{document, short};

    const LINES: &str = r#"{"script":"place","server":"10.11","date":"2026-01-01","cores":2,"cpu":"a CPU","quick":true,"versions":"sqlx 0.9"}
{"script":"peers","indexes":"guide","number":1,"query":"notifications.unread_count","subject":"heavy","peer":"Staka","n":9,"median_ms":0.1,"p95_ms":0.2,"round_trips":1,"rows_examined":3,"server_ms":0.05}
{"script":"peers","indexes":"guide","number":1,"query":"notifications.unread_count","subject":"heavy","peer":"Prisma","n":9,"median_ms":4.0,"p95_ms":5.0,"ratio":40,"ratio_ci95":[39,41],"round_trips":1,"rows_examined":200000}
{"script":"scale","scale":"small","number":1,"query":"notifications.unread_count","subject":"heavy","peer":"Staka","n":9,"median_ms":0.1,"p95_ms":0.2,"round_trips":1,"rows_examined":3}
{"script":"scale","scale":"medium","number":1,"query":"notifications.unread_count","subject":"heavy","peer":"Staka","n":9,"median_ms":0.11,"p95_ms":0.2,"ratio":1.1,"ratio_ci95":[1.0,1.2],"round_trips":1,"rows_examined":3}
"#;

    #[test]
    fn targets_are_judged_by_the_worse_end_of_the_interval() {
        let text = document("peers", &Findings::read(LINES).unwrap());
        let missed = "| 2 | notifications.unread_count (heavy), Prisma's indexes | 40.0 (39.0–41.0)× | 28 % |";
        assert!(text.contains(missed), "{text}");
        assert!(text.contains("ten times the rows: below 1.5 (except number 3) | 1 of 1 |"), "{text}");
        assert!(text.contains("| 1 notifications.unread_count (heavy) | 0.100 | 0.110 | 1.10 (1.00–1.20) |"), "{text}");
    }

    #[test]
    fn the_short_table_and_the_plot_omit_missing_measurements() {
        let findings = Findings::read(LINES).unwrap();
        assert!(short(&findings).contains("| **0.100** | – | – | – | – | – | 4.00 |"), "{}", short(&findings));
        let svg = plot::scale(&findings);
        assert!(svg.starts_with("<svg") && svg.contains("notifications.unread_count") && svg.ends_with("</svg>\n"));
    }
}
