//! Runs the steps of a suite, one after the other or beside those of another suite.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::report::{Outcome, Report};
use crate::process::Signals;

/// Runs steps, and adds each to the report.
pub(crate) struct Runner<'r> {
    pub(crate) signals: &'r Signals,
    pub(crate) report: &'r Mutex<Report>,
    /// The folder for the output of steps that run beside others, which is printed when a step has ended.
    pub(crate) aside: Option<PathBuf>,
}

impl<'r> Runner<'r> {
    /// Returns a runner whose steps print as they run.
    pub(crate) fn new(signals: &'r Signals, report: &'r Mutex<Report>) -> Self {
        Self { signals, report, aside: None }
    }

    /// Returns the report.
    pub(crate) fn report(&self) -> MutexGuard<'_, Report> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one step unless a signal has ended the run.
    pub(crate) fn step(&self, name: &str, mut command: Command) -> io::Result<()> {
        if self.signals.received().is_some() {
            return Ok(());
        }
        let start = Instant::now();
        let status = match &self.aside {
            None => {
                println!("\n==> {name}");
                self.signals.run(command)?
            }
            Some(folder) => {
                static NEXT: AtomicUsize = AtomicUsize::new(0);
                let number = NEXT.fetch_add(1, Ordering::Relaxed);
                let path = folder.join(format!("step-{}-{number}.log", std::process::id()));
                let file = File::create(&path)?;
                command.stdout(file.try_clone()?).stderr(file);
                let status = self.signals.run(command);
                let text = std::fs::read(&path)?;
                std::fs::remove_file(&path)?;
                let status = status?;
                self.print(name, status, &text)?;
                status
            }
        };
        self.report().add(name, Outcome::of(status, self.signals), start.elapsed());
        Ok(())
    }

    /// Prints the output of a step in one piece.
    fn print(&self, name: &str, status: ExitStatus, text: &[u8]) -> io::Result<()> {
        // Not between the lines of another step's output.
        let _report = self.report();
        let mut out = io::stdout().lock();
        writeln!(out, "\n==> {name} ({status})")?;
        out.write_all(text)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn steps_side_by_side_are_all_reported() {
        let (signals, report) = (Signals::silent(), Mutex::default());
        let aside = Some(std::env::temp_dir());
        let begun = Instant::now();
        std::thread::scope(|scope| {
            for (name, script) in [("one", "sleep 1"), ("two", "sleep 1; exit 3")] {
                let runner = Runner { signals: &signals, report: &report, aside: aside.clone() };
                scope.spawn(move || {
                    let mut command = Command::new("sh");
                    command.args(["-c", script]);
                    runner.step(name, command).expect("sh runs");
                });
            }
        });
        assert!(begun.elapsed() < Duration::from_millis(1900), "{:?}", begun.elapsed());
        let report = report.into_inner().expect("no step panics");
        assert!(report.failed());
    }
}
