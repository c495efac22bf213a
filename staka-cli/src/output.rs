//! Prints tables and JSON to standard output, and progress to standard error.

use std::future::Future;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

/// Writes a text and a line break to standard output.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
    match written {
        // A broken pipe is no error: the reader closed it (`staka … | head`).
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("staka: cannot write to standard output: {error}");
            std::process::exit(1);
        }
        _ => {}
    }
}

/// Writes one JSON document to standard output.
pub(crate) fn json(document: &impl Serialize) {
    // This only fails for maps whose keys are not text, and there are none.
    line(&serde_json::to_string_pretty(document).unwrap_or_default());
}

/// Returns the JSON name of an enum value.
pub(crate) fn json_name(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The alignment of a column's cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Formats rows below their titles, each column as wide as its widest cell.
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

/// Formats a number with a space between its thousands.
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

/// The least time between two updates of the line on a terminal.
const REDRAW_INTERVAL: Duration = Duration::from_millis(100);
/// The least time between two lines about one step where standard error is not a terminal.
const LOG_INTERVAL: Duration = Duration::from_secs(5);
/// The largest width of the line on a terminal: a longer one would wrap and could not be overwritten.
const MAX_WIDTH: usize = 78;

/// The progress display on standard error: one line that is overwritten on a terminal, single lines elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Progress(Arc<Mutex<Shown>>);

#[derive(Debug)]
struct Shown {
    terminal: bool,
    label: String,
    /// When the step began.
    since: Instant,
    /// When the display was last written.
    written: Option<Instant>,
    /// Whether a line was written without a line break.
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

    /// Begins a new step, which is always shown.
    pub(crate) fn step(&self, label: &str) {
        let mut shown = self.shown();
        shown.end();
        label.clone_into(&mut shown.label);
        shown.since = Instant::now();
        shown.write();
    }

    /// Updates the label of the step; shown if the last line is old enough.
    pub(crate) fn update(&self, label: String) {
        let mut shown = self.shown();
        shown.label = label;
        shown.write_if_due();
    }

    /// Ends the current line, so that later output begins on a new one.
    pub(crate) fn end(&self) {
        self.shown().end();
    }

    /// Runs `work` and shows the seconds that have passed.
    pub(crate) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        let mut ticker = tokio::time::interval(Duration::from_secs(1));
        ticker.tick().await;
        let done = loop {
            tokio::select! {
                done = &mut work => break done,
                _ = ticker.tick() => self.shown().write_if_due(),
            }
        };
        self.end();
        done
    }
}

impl Shown {
    fn write_if_due(&mut self) {
        let interval = if self.terminal { REDRAW_INTERVAL } else { LOG_INTERVAL };
        if self.written.is_none_or(|written| written.elapsed() >= interval) {
            self.write();
        }
    }

    fn write(&mut self) {
        let seconds = self.since.elapsed().as_secs();
        let mut text: String =
            self.label.chars().take(if self.terminal { MAX_WIDTH - 8 } else { usize::MAX }).collect();
        if seconds > 0 {
            text.push_str(&format!(" · {seconds} s"));
        }
        let mut out = io::stderr().lock();
        // A failure to show progress does not stop the command.
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
    fn thousands_are_separated() {
        let written = [0, 999, 1_000, 1_234_567].map(number);
        assert_eq!(written, ["0", "999", "1 000", "1 234 567"]);
    }
}
