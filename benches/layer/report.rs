//! Prints the table of results.

use std::fmt::Write;

use bed::queries::Query;

use crate::Cost;
use bed::ratio::{Ratio, median};

pub(crate) struct Line {
    name: String,
    /// Microseconds for each request of Staka, sqlx and mysql_async.
    cpu: [f64; 3],
    cpu_to_sqlx: Ratio,
    latency_to_sqlx: Ratio,
    cpu_to_mysql_async: Ratio,
}

impl Line {
    pub(crate) fn of<Q: Query>(costs: &[Vec<Cost>; 3]) -> Self {
        let cpu: Vec<Vec<f64>> = costs.iter().map(|of| of.iter().map(|it| it.cpu).collect()).collect();
        let latency: Vec<Vec<f64>> = costs.iter().map(|of| of.iter().map(|it| it.latency).collect()).collect();
        Self {
            name: Q::title(),
            cpu: [0, 1, 2].map(|player| median(cpu[player].clone())),
            cpu_to_sqlx: Ratio::of(&cpu[0], &cpu[1]),
            latency_to_sqlx: Ratio::of(&latency[0], &latency[1]),
            cpu_to_mysql_async: Ratio::of(&cpu[0], &cpu[2]),
        }
    }
}

/// Formats the table as Markdown.
pub(crate) fn table(title: &str, rounds: usize, lines: &[Line]) -> String {
    let mut text = format!(
        "{title}; {rounds} rounds\n\n\
         | query | CPU µs: Staka | sqlx | mysql_async | CPU ÷ sqlx | latency ÷ sqlx | CPU ÷ mysql_async |\n\
         |---|--:|--:|--:|--:|--:|--:|\n"
    );
    for line in lines {
        let [staka, sqlx, mysql_async] = line.cpu;
        let _ = writeln!(
            text,
            "| {} | {staka:.1} | {sqlx:.1} | {mysql_async:.1} | {} | {} | {} |",
            line.name,
            cell(line.cpu_to_sqlx),
            cell(line.latency_to_sqlx),
            cell(line.cpu_to_mysql_async),
        );
    }
    text
}

fn cell(ratio: Ratio) -> String {
    format!("{:.2} ({:.2}–{:.2})", ratio.median, ratio.low, ratio.high)
}
