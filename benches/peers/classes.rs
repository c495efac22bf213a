//! The table of the queries with their classes, and whether these are held.

use std::fmt;

/// The median of a query on one server, and its class.
#[derive(Clone, Copy)]
pub(crate) struct Held {
    pub(crate) median_ms: f64,
    /// The time in milliseconds below which the median must be.
    pub(crate) class_ms: u32,
}

impl Held {
    fn answer(self) -> &'static str {
        if self.median_ms < f64::from(self.class_ms) { "yes" } else { "NO" }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} ms, class below {} ms, held: {}", self.median_ms, self.class_ms, self.answer())
    }
}

/// The queries in the order of their measurement, each with the median on every server that was measured.
#[derive(Default)]
pub(crate) struct Classes {
    /// The title of each server so far.
    pub(crate) servers: Vec<String>,
    rows: Vec<(String, Vec<Held>)>,
}

impl Classes {
    /// Adds the median of a query on the newest server.
    pub(crate) fn add(&mut self, query: String, held: Held) {
        match self.rows.iter_mut().find(|(name, _)| *name == query) {
            Some((_, of)) => of.push(held),
            None => self.rows.push((query, vec![held])),
        }
    }
}

impl fmt::Display for Classes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rows.is_empty() {
            return Ok(());
        }
        write!(f, "Medians of Staka at scale small; {}.\n\n| query | class ms |", self.servers.join(", "))?;
        for server in &self.servers {
            let engine = server.split(' ').next().unwrap_or_default();
            write!(f, " {engine} ms | held |")?;
        }
        writeln!(f, "\n|---|--:|{}", "--:|---|".repeat(self.servers.len()))?;
        for (query, of) in &self.rows {
            write!(f, "| {query} | < {} |", of[0].class_ms)?;
            for held in of {
                write!(f, " {:.3} | {} |", held.median_ms, held.answer())?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
