//! Tables and JSON on standard output, progress on standard error.

use std::future::Future;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

/// Writes text and a line's end to standard output.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
    match written {
        // Whoever reads has read enough (`staka … | head`).
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("staka: standard output cannot be written: {error}");
            std::process::exit(1);
        }
        _ => {}
    }
}

/// Writes one JSON document to standard output.
pub(crate) fn json(document: &impl Serialize) {
    // Maps with keys that are no text do not occur.
    line(&serde_json::to_string_pretty(document).unwrap_or_default());
}

/// An enum value as JSON writes it.
pub(crate) fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Where a column's cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Rows below their titles, each column as wide as it must be.
pub(crate) fn table(columns: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let width = |at: usize| {
        let cells = rows.iter().map(|row| row[at].chars().count());
        cells.chain([columns[at].0.chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let written = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells.zip(columns).zip(&widths).map(|((cell, (_, align)), width)| match align {
            Align::Left => format!("{cell:<width$}"),
            Align::Right => format!("{cell:>width$}"),
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    let mut lines = vec![written(&mut columns.iter().map(|(title, _)| *title)), rule.join("  ")];
    lines.extend(rows.iter().map(|row| written(&mut row.iter().map(String::as_str))));
    lines.join("\n")
}

/// A number with its thousands apart.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// How often a terminal's line is drawn again at the most.
const REDRAW: Duration = Duration::from_millis(100);
/// How often a log gets a line about one step at the most.
const LOG: Duration = Duration::from_secs(5);
/// Longer lines would wrap, and could not be drawn over.
const WIDTH: usize = 78;

/// What is being done, on standard error: one line drawn again and again on a terminal, a line now and then elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Progress(Arc<Mutex<Shown>>);

#[derive(Debug)]
struct Shown {
    terminal: bool,
    label: String,
    /// When the step began, and when it was last written.
    since: Instant,
    written: Option<Instant>,
    /// A line is drawn and not ended.
    open: bool,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let terminal = io::stderr().is_terminal();
        let (since, label) = (Instant::now(), String::new());
        Self(Arc::new(Mutex::new(Shown { terminal, label, since, written: None, open: false })))
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new step begins: always shown.
    pub(crate) fn step(&self, label: &str) {
        let mut shown = self.shown();
        shown.end();
        label.clone_into(&mut shown.label);
        shown.since = Instant::now();
        shown.write();
    }

    /// The step goes on: shown if the last line is old enough.
    pub(crate) fn update(&self, label: String) {
        let mut shown = self.shown();
        shown.label = label;
        shown.write_if_due();
    }

    /// Nothing is going on: what is written next begins a line of its own.
    pub(crate) fn end(&self) {
        self.shown().end();
    }

    /// Does the work and shows that time passes.
    pub(crate) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        let mut beat = tokio::time::interval(Duration::from_secs(1));
        beat.tick().await;
        let done = loop {
            tokio::select! {
                done = &mut work => break done,
                _ = beat.tick() => self.shown().write_if_due(),
            }
        };
        self.end();
        done
    }
}

impl Shown {
    fn write_if_due(&mut self) {
        let pause = if self.terminal { REDRAW } else { LOG };
        if self.written.is_none_or(|written| written.elapsed() >= pause) {
            self.write();
        }
    }

    fn write(&mut self) {
        let seconds = self.since.elapsed().as_secs();
        let mut text: String = self.label.chars().take(if self.terminal { WIDTH - 8 } else { usize::MAX }).collect();
        if seconds > 0 {
            text.push_str(&format!(" · {seconds} s"));
        }
        let mut out = io::stderr().lock();
        // Progress that nobody can see is no reason to stop.
        let _ = if self.terminal { write!(out, "\r\x1b[2K{text}") } else { writeln!(out, "{text}") };
        let _ = out.flush();
        self.open = self.terminal;
        self.written = Some(Instant::now());
    }

    fn end(&mut self) {
        if std::mem::take(&mut self.open) {
            let _ = writeln!(io::stderr().lock());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_as_wide_as_its_cells() {
        let rows = [vec!["é".to_owned(), "1 000".to_owned()], vec!["abc".to_owned(), "7".to_owned()]];
        let expected = "a     rows\n───  ─────\né    1 000\nabc      7";
        assert_eq!(table(&[("a", Align::Left), ("rows", Align::Right)], &rows), expected);
    }

    #[test]
    fn thousands_stand_apart() {
        let written = [0, 999, 1_000, 1_234_567].map(number);
        assert_eq!(written, ["0", "999", "1 000", "1 234 567"]);
    }
}
