//! The targets of the measurements, and by how much they are missed.

use super::findings::{Findings, Measurement, Ratio};

pub(super) const STAKA: &str = "Staka";
pub(super) const PRISMA: &str = "Prisma";
pub(super) const BY_HAND: &str = "mysql_async, by hand";
const SAME_SQL: &str = "sqlx, Staka's SQL";
const BARE: &str = "sqlx, by hand";

pub(super) const UNREAD: &str = "notifications.unread_count";
pub(super) const LIST: &str = "notifications.list_by_user";
pub(super) const MARK: &str = "notifications.mark_all_read";
pub(super) const COMMANDES: &str = "commandes.list_with_invoices";
pub(super) const CONVERSATIONS: &str = "messages.list_conversations";
pub(super) const CONVERSATION: &str = "messages.list_by_conversation";

/// The worse end of the interval may miss a target by this factor.
const LENIENCY: f64 = 1.15;
/// If the server alone needs this many milliseconds, no library can be much faster than another.
const SLOW_SERVER_MS: f64 = 0.3;

/// The limit of a measurement.
#[derive(Clone, Copy)]
pub(super) enum Aim {
    AtLeast(f64),
    AtMost(f64),
}

/// One line of a target.
pub(super) struct Outcome {
    pub(super) what: String,
    pub(super) reached: Ratio,
    aim: Aim,
}

pub(super) struct Target {
    /// The key of its entries in [`WHY`].
    key: &'static str,
    pub(super) title: &'static str,
    pub(super) unit: &'static str,
    pub(super) outcomes: Vec<Outcome>,
}

/// The reasons why a target is not met: its key, part of the measurement's name, and the reason.
const WHY: &[(&str, &str, &str)] = &[
    (
        "prisma-conversations",
        "(light)",
        "three conversations: Prisma reads no superfluous rows, so only its own one or two milliseconds remain",
    ),
    (
        "layer",
        "",
        "below 0.1 ms the noise of this run is larger than the target; measured alone on a core: docs/layer.md",
    ),
    (
        "layer-cpu",
        "",
        "about 15 µs a call: the noise of this run is larger than the target; alone on a core: docs/layer.md",
    ),
    (
        "hand-ours",
        "mark_all_read",
        "the bare UPDATE uses the index that it changes, for which MySQL scans the table; Staka finds the rows first",
    ),
    (
        "hand-ours",
        "",
        "MariaDB does not resend the column definitions to mysql_async (MARIADB_CLIENT_CACHE_METADATA); \
         sqlx 0.9 does not support this and parses them each time: docs/layer.md",
    ),
    (
        "entities",
        "",
        "most of the time is the server's, for the same rows and number of statements; the ORM adds its own",
    ),
    ("prisma-quick", "", "a third of a millisecond is spent on the network and in the server, for Prisma as for Staka"),
    (
        "hand-guide",
        "mark_all_read",
        "the database with the Prisma schema's indexes has no indexes and counters for the reads; docs/indexes.md and \
         docs/counters.md show what these cost a write",
    ),
    ("hand-guide", "", "MariaDB does not resend the column definitions to mysql_async: docs/layer.md"),
    ("prisma-elsewhere", "", "the time is the server's, the same for both"),
];

impl Target {
    pub(super) fn why(&self, outcome: &Outcome) -> &'static str {
        let of = |(key, part, _): &&(&str, &str, &str)| *key == self.key && outcome.what.contains(part);
        WHY.iter().find(of).map_or("", |(.., why)| why)
    }
}

impl Outcome {
    fn worse_end(&self) -> f64 {
        match self.aim {
            Aim::AtLeast(_) => self.reached.low,
            Aim::AtMost(_) => self.reached.high,
        }
    }

    /// Returns the factor by which the target is missed; below 1 it is met.
    pub(super) fn miss(&self) -> f64 {
        match self.aim {
            Aim::AtLeast(limit) => limit / self.worse_end(),
            Aim::AtMost(limit) => self.worse_end() / limit,
        }
    }

    pub(super) fn is_met(&self) -> bool {
        self.miss() <= LENIENCY
    }
}

/// Returns every target with its outcomes.
pub(super) fn targets(of: &Findings) -> Vec<Target> {
    let on_own = |peer: &'static str| move |line: &&Measurement| line.indexes == "ours" && line.peer == peer;
    let on = |indexes: &'static str, peer: &'static str| {
        move |line: &&Measurement| line.indexes == indexes && line.peer == peer
    };
    let quick = |line: &Measurement| {
        let staka = of.find("ours", STAKA, &line.query, &line.subject);
        staka.and_then(|staka| staka.server).is_some_and(|share| share < SLOW_SERVER_MS)
    };
    let related = |line: &&Measurement| {
        ["SeaORM", "Diesel"].contains(&line.peer.as_str())
            && [COMMANDES, CONVERSATIONS, CONVERSATION].contains(&line.query.as_str())
    };
    let heavy =
        |line: &&Measurement| [UNREAD, LIST, CONVERSATIONS].contains(&line.query.as_str()) && line.subject == "heavy";
    let peers = || of.peers.iter();
    let target = |key, title, aim, lines: Vec<&Measurement>, value: fn(&Measurement) -> Option<Ratio>| {
        let outcome = |line: &&Measurement| Some(Outcome { what: named(line), reached: value(line)?, aim });
        Target { key, title, unit: "×", outcomes: lines.iter().filter_map(outcome).collect() }
    };
    let mut all = vec![
        target(
            "layer",
            "Layer, latency: Staka ÷ the same SQL on one sqlx connection, at most 1.10",
            Aim::AtMost(1.1),
            peers().filter(on_own(SAME_SQL)).collect(),
            |line| line.ratio.map(inverse),
        ),
        target(
            "layer-cpu",
            "Layer, client CPU: the same, at most 1.10",
            Aim::AtMost(1.1),
            peers().filter(on_own(SAME_SQL)).collect(),
            |line| line.cpu_ratio.map(inverse),
        ),
        target(
            "growth",
            "Growth of the median from scale to scale, ten times the rows: below 1.5 (except number 3)",
            Aim::AtMost(1.5),
            of.scales.iter().filter(|line| line.peer == STAKA && line.query != MARK).collect(),
            |line| line.ratio,
        ),
        target(
            "prisma-guide",
            "Prisma on the Prisma schema's indexes ÷ Staka: at least 50 on the heavy user's lists",
            Aim::AtLeast(50.0),
            peers().filter(on("guide", PRISMA)).filter(heavy).collect(),
            |line| line.ratio,
        ),
        target(
            "prisma-quick",
            "Prisma on Staka's indexes ÷ Staka: at least 3 where the server's own share is under 0.3 ms",
            Aim::AtLeast(3.0),
            peers().filter(on_own(PRISMA)).filter(|line| quick(line) && line.query != CONVERSATIONS).collect(),
            |line| line.ratio,
        ),
        target(
            "prisma-elsewhere",
            "The same for all other queries: at least 1",
            Aim::AtLeast(1.0),
            peers().filter(on_own(PRISMA)).filter(|line| !quick(line) && line.query != CONVERSATIONS).collect(),
            |line| line.ratio,
        ),
        target(
            "prisma-cpu",
            "The same for all other queries, client CPU: at least 3",
            Aim::AtLeast(3.0),
            peers().filter(on_own(PRISMA)).filter(|line| !quick(line) && line.query != CONVERSATIONS).collect(),
            |line| line.cpu_ratio,
        ),
        target(
            "prisma-conversations",
            "Prisma on Staka's indexes ÷ Staka, conversations: at least 20",
            Aim::AtLeast(20.0),
            peers().filter(on_own(PRISMA)).filter(|line| line.query == CONVERSATIONS).collect(),
            |line| line.ratio,
        ),
        target(
            "hand-ours",
            "SQL by hand on mysql_async ÷ Staka, Staka's indexes: at least 1.0",
            Aim::AtLeast(1.0),
            peers().filter(on_own(BY_HAND)).collect(),
            |line| line.ratio,
        ),
        target(
            "hand-guide",
            "SQL by hand on mysql_async ÷ Staka, the Prisma schema's indexes: at least 1.0",
            Aim::AtLeast(1.0),
            peers().filter(on("guide", BY_HAND)).collect(),
            |line| line.ratio,
        ),
        target(
            "entities",
            "SeaORM and Diesel ÷ Staka for entities with relations: at least 1.5",
            Aim::AtLeast(1.5),
            peers().filter(related).collect(),
            |line| line.ratio,
        ),
        target(
            "bare-update",
            "Number 3: Staka ÷ a bare UPDATE on the same database, at most 1.2",
            Aim::AtMost(1.2),
            peers().filter(on_own(BARE)).filter(|line| line.query == MARK).collect(),
            |line| line.ratio.map(inverse),
        ),
    ];
    all.push(milliseconds(of));
    if let (Some(heavy), Some(light)) =
        (of.at_scale("large", STAKA, UNREAD, "heavy"), of.at_scale("large", STAKA, UNREAD, "light"))
    {
        let what = format!("{UNREAD}: heavy ÷ light, large");
        let reached = exact(heavy.median / light.median);
        let outcomes = vec![Outcome { what, reached, aim: Aim::AtMost(3.0) }];
        all.push(Target {
            key: "unread-large",
            title: "The heavy user's unread count at large: within 3 × the light one's",
            unit: "×",
            outcomes,
        });
    }
    all.retain(|target| !target.outcomes.is_empty());
    all
}

fn milliseconds(of: &Findings) -> Target {
    let lines = [of.find("ours", STAKA, UNREAD, "heavy"), of.at_scale("large", STAKA, CONVERSATIONS, "admin")];
    let outcome =
        |line: &Measurement| Outcome { what: named(line), reached: exact(line.median), aim: Aim::AtMost(5.0) };
    let title = "The heavy user's unread count, and the administrator's conversations at large: at most 5 ms";
    Target { key: "milliseconds", title, unit: " ms", outcomes: lines.into_iter().flatten().map(outcome).collect() }
}

fn exact(middle: f64) -> Ratio {
    Ratio { middle, low: middle, high: middle }
}

fn inverse(ratio: Ratio) -> Ratio {
    Ratio { middle: 1.0 / ratio.middle, low: 1.0 / ratio.high, high: 1.0 / ratio.low }
}

fn named(line: &Measurement) -> String {
    let mut name = format!("{} ({})", line.query, line.subject);
    if !line.scale.is_empty() {
        name.push_str(&format!(", {}", line.scale));
    }
    if line.indexes == "guide" {
        name.push_str(", Prisma's indexes");
    }
    if ["SeaORM", "Diesel"].contains(&line.peer.as_str()) {
        name.push_str(&format!(", {}", line.peer));
    }
    name
}
