//! What was to be reached, and by how much it was not.

use super::findings::{Findings, Line, Ratio};

pub(super) const STAKA: &str = "Staka";
pub(super) const PRISMA: &str = "Prisma";
pub(super) const BY_HAND: &str = "mysql_async, by hand";
const SAME_SQL: &str = "sqlx, Staka's SQL";
const BARE: &str = "sqlx, by hand";

pub(super) const UNREAD: &str = "notifications.unread_count";
pub(super) const LIST: &str = "notifications.list";
pub(super) const MARK: &str = "notifications.mark_all_read";
pub(super) const COMMANDES: &str = "commandes.list_with_invoices";
pub(super) const CONVERSATIONS: &str = "messages.conversations";
pub(super) const CONVERSATION: &str = "messages.conversation";

/// The bad end of the interval may miss a target by so much.
const LENIENCY: f64 = 1.15;
/// Milliseconds of the server's own share, from which on no layer can be much quicker than another.
const SERVERS: f64 = 0.3;

/// Where the figure has to lie.
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
    /// As [`WHY`] calls it.
    key: &'static str,
    pub(super) title: &'static str,
    pub(super) unit: &'static str,
    pub(super) outcomes: Vec<Outcome>,
}

/// Why a target cannot be met in some places: its key, what the place's name contains, the reason.
const WHY: &[(&str, &str, &str)] = &[
    (
        "prisma-conversations",
        "(light)",
        "three conversations: Prisma finds nothing to throw away, so what is left is its own millisecond or two",
    ),
    (
        "layer",
        "",
        "below a tenth of a millisecond this run's noise is wider than the target; alone on a core: docs/layer.md",
    ),
    (
        "layer-cpu",
        "",
        "some 15 µs a call: what a run of this kind reads scatters more than the target; alone on a core: docs/layer.md",
    ),
    (
        "hand-ours",
        "mark_all_read",
        "the bare UPDATE walks the index that it changes, which MySQL answers with a scan: Staka finds the rows first",
    ),
    (
        "hand-ours",
        "",
        "MariaDB spares mysql_async the definitions of columns at each execution (MARIADB_CLIENT_CACHE_METADATA); sqlx 0.9 \
         cannot ask for that and parses them anew: docs/layer.md",
    ),
    (
        "entities",
        "",
        "most of the time is the server's own, for the same rows in the same number of statements; the ORM's share is on top",
    ),
    (
        "prisma-quick",
        "",
        "a third of a millisecond each way is the loopback's and the server's, for Prisma as for Staka",
    ),
    (
        "hand-guide",
        "mark_all_read",
        "on the guide's database nobody keeps indexes and counts for the reads: what they cost a write, docs/indexes.md and \
         docs/counters.md say",
    ),
    ("hand-guide", "", "MariaDB spares mysql_async the definitions of columns at each execution: docs/layer.md"),
    ("prisma-elsewhere", "", "the server's own work, the same for both"),
];

impl Target {
    pub(super) fn why(&self, outcome: &Outcome) -> &'static str {
        let of = |(key, part, _): &&(&str, &str, &str)| *key == self.key && outcome.what.contains(part);
        WHY.iter().find(of).map_or("", |(.., why)| why)
    }
}

impl Outcome {
    fn bad_end(&self) -> f64 {
        match self.aim {
            Aim::AtLeast(_) => self.reached.low,
            Aim::AtMost(_) => self.reached.high,
        }
    }

    /// How many times the target is missed by; below 1 it is more than met.
    pub(super) fn miss(&self) -> f64 {
        match self.aim {
            Aim::AtLeast(limit) => limit / self.bad_end(),
            Aim::AtMost(limit) => self.bad_end() / limit,
        }
    }

    pub(super) fn is_met(&self) -> bool {
        self.miss() <= LENIENCY
    }
}

/// Every target that the lines tell of.
pub(super) fn targets(of: &Findings) -> Vec<Target> {
    let ours = |peer: &'static str| move |line: &&Line| line.indexes == "ours" && line.peer == peer;
    let on =
        |indexes: &'static str, peer: &'static str| move |line: &&Line| line.indexes == indexes && line.peer == peer;
    let quick = |line: &Line| {
        let staka = of.find("ours", STAKA, &line.query, &line.subject);
        staka.and_then(|staka| staka.server).is_some_and(|share| share < SERVERS)
    };
    let related = |line: &&Line| {
        ["SeaORM", "Diesel"].contains(&line.peer.as_str())
            && [COMMANDES, CONVERSATIONS, CONVERSATION].contains(&line.query.as_str())
    };
    let heavy = |line: &&Line| [UNREAD, LIST, CONVERSATIONS].contains(&line.query.as_str()) && line.subject == "heavy";
    let peers = || of.peers.iter();
    let target = |key, title, aim, lines: Vec<&Line>, value: fn(&Line) -> Option<Ratio>| {
        let outcome = |line: &&Line| Some(Outcome { what: named(line), reached: value(line)?, aim });
        Target { key, title, unit: "×", outcomes: lines.iter().filter_map(outcome).collect() }
    };
    let mut all = vec![
        target(
            "layer",
            "Layer, latency: Staka ÷ the same SQL on one held sqlx connection, at most 1.10",
            Aim::AtMost(1.1),
            peers().filter(ours(SAME_SQL)).collect(),
            |line| line.ratio.map(inverse),
        ),
        target(
            "layer-cpu",
            "Layer, client CPU: the same, at most 1.10",
            Aim::AtMost(1.1),
            peers().filter(ours(SAME_SQL)).collect(),
            |line| line.cpu_ratio.map(inverse),
        ),
        target(
            "growth",
            "Growth of the median from scale to scale, ten times the rows: below 1.5 (but number 3)",
            Aim::AtMost(1.5),
            of.scales.iter().filter(|line| line.peer == STAKA && line.query != MARK).collect(),
            |line| line.ratio,
        ),
        target(
            "prisma-guide",
            "Prisma on the guide's indexes ÷ Staka: at least 50 on the heavy user's lists",
            Aim::AtLeast(50.0),
            peers().filter(on("guide", PRISMA)).filter(heavy).collect(),
            |line| line.ratio,
        ),
        target(
            "prisma-quick",
            "Prisma on our indexes ÷ Staka: at least 3 where the server's own share is under 0.3 ms",
            Aim::AtLeast(3.0),
            peers().filter(ours(PRISMA)).filter(|line| quick(line) && line.query != CONVERSATIONS).collect(),
            |line| line.ratio,
        ),
        target(
            "prisma-elsewhere",
            "The same elsewhere: at least 1",
            Aim::AtLeast(1.0),
            peers().filter(ours(PRISMA)).filter(|line| !quick(line) && line.query != CONVERSATIONS).collect(),
            |line| line.ratio,
        ),
        target(
            "prisma-cpu",
            "The same elsewhere, client CPU: at least 3",
            Aim::AtLeast(3.0),
            peers().filter(ours(PRISMA)).filter(|line| !quick(line) && line.query != CONVERSATIONS).collect(),
            |line| line.cpu_ratio,
        ),
        target(
            "prisma-conversations",
            "Prisma on our indexes ÷ Staka, conversations: at least 20",
            Aim::AtLeast(20.0),
            peers().filter(ours(PRISMA)).filter(|line| line.query == CONVERSATIONS).collect(),
            |line| line.ratio,
        ),
        target(
            "hand-ours",
            "SQL by hand on mysql_async ÷ Staka, our indexes: at least 1.0",
            Aim::AtLeast(1.0),
            peers().filter(ours(BY_HAND)).collect(),
            |line| line.ratio,
        ),
        target(
            "hand-guide",
            "SQL by hand on mysql_async ÷ Staka, the guide's indexes: at least 1.0",
            Aim::AtLeast(1.0),
            peers().filter(on("guide", BY_HAND)).collect(),
            |line| line.ratio,
        ),
        target(
            "entities",
            "SeaORM and Diesel ÷ Staka where entities come with relations: at least 1.5",
            Aim::AtLeast(1.5),
            peers().filter(related).collect(),
            |line| line.ratio,
        ),
        target(
            "bare-update",
            "Number 3: Staka ÷ a bare UPDATE on the same database, at most 1.2",
            Aim::AtMost(1.2),
            peers().filter(ours(BARE)).filter(|line| line.query == MARK).collect(),
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
    let outcome = |line: &Line| Outcome { what: named(line), reached: exact(line.median), aim: Aim::AtMost(5.0) };
    let title = "The heavy user's unread count, and the administrator's conversations at large: at most 5 ms";
    Target { key: "milliseconds", title, unit: " ms", outcomes: lines.into_iter().flatten().map(outcome).collect() }
}

fn exact(middle: f64) -> Ratio {
    Ratio { middle, low: middle, high: middle }
}

fn inverse(ratio: Ratio) -> Ratio {
    Ratio { middle: 1.0 / ratio.middle, low: 1.0 / ratio.high, high: 1.0 / ratio.low }
}

fn named(line: &Line) -> String {
    let mut name = format!("{} ({})", line.query, line.subject);
    for more in [&line.scale, &line.indexes] {
        if !more.is_empty() && (!line.scale.is_empty() || line.indexes == "guide") {
            name.push_str(&format!(", {more}"));
        }
    }
    if ["SeaORM", "Diesel"].contains(&line.peer.as_str()) {
        name.push_str(&format!(", {}", line.peer));
    }
    name
}
