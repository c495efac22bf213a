//! Measures one query for one user: first all peers' results are compared, then their calls are timed in rounds, in
//! random order.

use std::time::Instant;

use serde_json::{Value, json};

use crate::Result;
use crate::counters::Counters;
use crate::figures::{Chance, median, quantile, ratio};
use crate::peers::{Look, Peer};
use crate::question::{Of, Query};
use crate::same;

/// The limits of a measurement.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// Seconds of calls for each peer, once to warm up and once in rounds, and the least and largest number of rounds.
    budget: f64,
    least: usize,
    most: usize,
    /// A peer whose call takes longer than this is called at most `slow` more times.
    patience: f64,
    slow: usize,
    /// The number of blocks over which client CPU is measured, and their duration.
    blocks: usize,
    block: f64,
}

impl Effort {
    pub(crate) const QUICK: Self =
        Self { budget: 0.3, least: 3, most: 100, patience: 1.5, slow: 0, blocks: 3, block: 0.03 };
    pub(crate) const FULL: Self =
        Self { budget: 1.0, least: 9, most: 1000, patience: 2.5, slow: 3, blocks: 9, block: 0.06 };

    /// Returns the number of rounds of a peer whose call takes this many seconds.
    fn rounds(&self, seconds: f64) -> usize {
        if seconds > self.patience {
            self.slow
        } else {
            ((self.budget / seconds) as usize).clamp(self.least, self.most)
        }
    }
}

/// The measurements of one peer.
pub(crate) struct Found {
    /// The milliseconds of its calls, one for each of the first rounds.
    pub(crate) calls: Vec<f64>,
    /// The milliseconds of client CPU for each call, for each block; empty if it is not measured.
    pub(crate) cpu: Vec<f64>,
    pub(crate) trips: i64,
    pub(crate) rows: i64,
    /// What was not compared in its result.
    pub(crate) note: Option<&'static str>,
}

/// Compares the results of all peers with that of the first one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    On,
    Off,
}

pub(crate) async fn hold(
    peers: &mut [&mut Peer],
    counters: &mut Counters,
    (query, of): (Query, &Of),
    effort: Effort,
    check: Check,
) -> Result<Vec<Found>> {
    let mut firsts = Vec::with_capacity(peers.len());
    let mut found = Vec::with_capacity(peers.len());
    let mut expected = Value::Null;
    for (place, peer) in peers.iter_mut().enumerate() {
        let asked = peer.ask(query, of, Look::Close).await?;
        peer.settle().await;
        let mut note = None;
        if place == 0 {
            expected = asked.json;
        } else if check == Check::On {
            note = same::compare(query, peer.order, &expected, &asked.json)
                .map_err(|other| format!("{} on {} answers otherwise than Staka: {other}", peer.name, peer.database))?;
        }
        firsts.push(asked.took.as_secs_f64());
        found.push(Found { calls: Vec::new(), cpu: Vec::new(), trips: 0, rows: 0, note });
    }
    // The first call has connected, prepared and read from the disk, so fast peers are judged by a later one.
    for ((peer, first), found) in peers.iter_mut().zip(&mut firsts).zip(&mut found) {
        let (begun, mut calls) = (Instant::now(), 0);
        while *first < effort.patience && calls < 100 && (calls < 3 || begun.elapsed().as_secs_f64() < effort.budget) {
            *first = peer.ask(query, of, Look::Away).await?.took.as_secs_f64();
            peer.settle().await;
            calls += 1;
        }
        let counted = counters.of(peer, query, of).await?;
        (found.trips, found.rows) = (counted.trips, counted.rows);
        if *first > effort.patience && query != Query::MarkAllRead {
            found.cpu.push(counted.cpu.as_secs_f64() * 1000.0);
        }
    }
    let rounds: Vec<usize> = firsts.iter().map(|&first| effort.rounds(first)).collect();
    let mut chance = Chance(query as u64);
    // All ratios need the first peer's calls, so it takes part in all rounds.
    let all = rounds.iter().copied().max().unwrap_or(0).max(effort.least);
    for round in 0..all {
        let mut turns: Vec<usize> = (0..peers.len()).filter(|&place| place == 0 || round < rounds[place]).collect();
        chance.shuffle(&mut turns);
        for place in turns {
            let asked = peers[place].ask(query, of, Look::Away).await?;
            peers[place].settle().await;
            found[place].calls.push(asked.took.as_secs_f64() * 1000.0);
        }
    }
    for (found, first) in found.iter_mut().zip(&firsts) {
        if found.calls.is_empty() {
            found.calls.push(first * 1000.0);
        }
    }
    // The CPU time of a write would include that of its transaction.
    if query != Query::MarkAllRead {
        cpu(peers, (query, of), effort, &mut found).await?;
    }
    Ok(found)
}

async fn cpu(peers: &mut [&mut Peer], (query, of): (Query, &Of), effort: Effort, found: &mut [Found]) -> Result {
    let mut rest: Vec<_> = peers.iter_mut().zip(found.iter_mut()).filter(|(_, found)| found.cpu.is_empty()).collect();
    for _ in 0..effort.blocks {
        for (peer, found) in &mut rest {
            let usual = median(&found.calls) / 1000.0;
            let calls = (effort.block / usual).ceil().clamp(1.0, 500.0) as u32;
            let used = peer.cpu(query, of, calls).await?;
            peer.settle().await;
            found.cpu.push(used.as_secs_f64() * 1000.0 / f64::from(calls));
        }
    }
    Ok(())
}

impl Found {
    /// Formats the measurements as a line; `against` is the peer that they are compared with.
    pub(crate) fn line(&self, against: Option<&Self>) -> Value {
        let mut line = json!({
            "n": self.calls.len(),
            "median_ms": rounded(median(&self.calls)),
            "p95_ms": rounded(quantile(&self.calls, 0.95)),
            "round_trips": self.trips,
            "rows_examined": self.rows,
        });
        if !self.cpu.is_empty() {
            line["cpu_ms"] = rounded(median(&self.cpu)).into();
        }
        if let Some(against) = against {
            put(&mut line, "ratio", ratio(&self.calls, &against.calls));
            if !self.cpu.is_empty() {
                put(&mut line, "cpu_ratio", ratio(&self.cpu, &against.cpu));
            }
        }
        if let Some(note) = self.note {
            line["note"] = note.into();
        }
        line
    }
}

fn put(line: &mut Value, name: &str, (middle, ends): (f64, [f64; 2])) {
    line[name] = rounded(middle).into();
    line[format!("{name}_ci95")] = ends.map(rounded).to_vec().into();
}

/// Rounds to five significant digits.
fn rounded(value: f64) -> f64 {
    format!("{value:.4e}").parse().unwrap_or(value)
}
