//! Reads the lines of a run.

use std::io;

use serde_json::Value;

/// The measurements of one peer for one query and one user.
#[derive(Clone, Debug)]
pub(super) struct Measurement {
    pub(super) number: u64,
    pub(super) query: String,
    pub(super) subject: String,
    pub(super) peer: String,
    /// `guide` for the Prisma schema's indexes or `ours` for Staka's; empty for measurements by scale.
    pub(super) indexes: String,
    /// The scale; empty for measurements by indexes.
    pub(super) scale: String,
    pub(super) n: u64,
    pub(super) median: f64,
    pub(super) p95: f64,
    pub(super) cpu: Option<f64>,
    /// The peer's time divided by Staka's; for measurements by scale, the growth from the previous scale.
    pub(super) ratio: Option<Ratio>,
    pub(super) cpu_ratio: Option<Ratio>,
    pub(super) trips: i64,
    pub(super) rows: i64,
    /// The server's own milliseconds for Staka's statements.
    pub(super) server: Option<f64>,
    pub(super) note: Option<String>,
}

/// A ratio with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ratio {
    pub(super) middle: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

pub(super) struct Findings {
    /// Machine, server, versions, date.
    pub(super) place: Vec<String>,
    pub(super) peers: Vec<Measurement>,
    pub(super) scales: Vec<Measurement>,
    all: Vec<Value>,
}

impl Findings {
    pub(super) fn read(lines: &str) -> io::Result<Self> {
        let all: Vec<Value> =
            lines.lines().filter(|line| !line.is_empty()).map(serde_json::from_str).collect::<Result<_, _>>()?;
        let of = |script: &str| all.iter().filter(|line| line["script"] == script).filter_map(line).collect();
        Ok(Self { place: place(&all), peers: of("peers"), scales: of("scale"), all })
    }

    /// Returns all lines as one JSON array, each on its own line.
    pub(super) fn json(&self) -> String {
        let lines: Vec<String> = self.all.iter().map(Value::to_string).collect();
        format!("[\n{}\n]\n", lines.join(",\n"))
    }

    pub(super) fn find(&self, indexes: &str, peer: &str, query: &str, subject: &str) -> Option<&Measurement> {
        let matches = |line: &&Measurement| {
            line.indexes == indexes && line.peer == peer && line.query == query && line.subject == subject
        };
        self.peers.iter().find(matches)
    }

    pub(super) fn at_scale(&self, scale: &str, peer: &str, query: &str, subject: &str) -> Option<&Measurement> {
        let matches = |line: &&Measurement| {
            line.scale == scale && line.peer == peer && line.query == query && line.subject == subject
        };
        self.scales.iter().find(matches)
    }

    /// Returns the queries with their users, in the order of the specification.
    pub(super) fn questions(&self) -> Vec<(u64, &str, &str)> {
        let mut found: Vec<(u64, &str, &str)> = Vec::new();
        for line in self.peers.iter().chain(&self.scales) {
            let question = (line.number, line.query.as_str(), line.subject.as_str());
            if !found.contains(&question) {
                found.push(question);
            }
        }
        // The sort is stable, so users keep their order.
        found.sort_by_key(|(number, ..)| *number);
        found
    }
}

fn place(all: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut facts = Vec::new();
    for line in all {
        if line["script"] == "place" {
            let quick = if line["quick"] == true { "; a quick run, whose figures are only indicative" } else { "" };
            facts.push(format!("{}, {} cores, {}{quick}", text(&line["cpu"]), line["cores"], text(&line["date"])));
            facts.push(text(&line["server"]));
            facts.push(text(&line["versions"]));
        } else if line["script"] == "versions" {
            facts.push(text(&line["versions"]));
        }
    }
    let mut seen = Vec::new();
    facts.retain(|one| {
        !one.is_empty() && !seen.contains(one) && {
            seen.push(one.clone());
            true
        }
    });
    facts
}

fn line(of: &Value) -> Option<Measurement> {
    let text = |name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let ratio = |name: &str| {
        let ends = &of[format!("{name}_ci95")];
        Some(Ratio { middle: of[name].as_f64()?, low: ends[0].as_f64()?, high: ends[1].as_f64()? })
    };
    Some(Measurement {
        number: of["number"].as_u64()?,
        query: text("query"),
        subject: text("subject"),
        peer: text("peer"),
        indexes: text("indexes"),
        scale: text("scale"),
        n: of["n"].as_u64()?,
        median: of["median_ms"].as_f64()?,
        p95: of["p95_ms"].as_f64()?,
        cpu: of["cpu_ms"].as_f64(),
        ratio: ratio("ratio"),
        cpu_ratio: ratio("cpu_ratio"),
        trips: of["round_trips"].as_i64().unwrap_or(0),
        rows: of["rows_examined"].as_i64().unwrap_or(0),
        server: of["server_ms"].as_f64(),
        note: of["note"].as_str().map(str::to_owned),
    })
}
