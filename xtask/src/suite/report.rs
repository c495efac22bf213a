//! The steps of a run with their outcomes and durations.

use std::process::ExitStatus;
use std::time::Duration;

use crate::process::Signals;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Ok,
    Failed,
    /// Skipped, which is allowed on this machine.
    Skipped,
    /// Ended by a signal.
    Interrupted,
}

impl Outcome {
    pub(crate) fn of(status: ExitStatus, signals: &Signals) -> Self {
        match (status.success(), signals.received()) {
            (true, _) => Self::Ok,
            (false, None) => Self::Failed,
            (false, Some(_)) => Self::Interrupted,
        }
    }
}

#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<(String, Outcome, Duration)>,
    banners: Vec<String>,
}

impl Report {
    pub(crate) fn add(&mut self, step: &str, outcome: Outcome, took: Duration) {
        self.steps.push((step.to_owned(), outcome, took));
    }

    /// Prints `text` in a banner, now and again at the end.
    pub(crate) fn shout(&mut self, text: &str) {
        let rule = "#".repeat(100);
        let lines: Vec<String> = text.lines().map(|line| format!("# {line}")).collect();
        let banner = format!("\n{rule}\n{}\n{rule}", lines.join("\n"));
        eprintln!("{banner}");
        self.banners.push(banner);
    }

    pub(crate) fn failed(&self) -> bool {
        self.steps.iter().any(|(_, outcome, _)| *outcome == Outcome::Failed)
    }

    pub(crate) fn print(&self) {
        for banner in &self.banners {
            eprintln!("{banner}");
        }
        println!("\n{}", self.table());
    }

    fn table(&self) -> String {
        let width = self.steps.iter().map(|(step, ..)| step.chars().count()).max().unwrap_or(0).max(4);
        let mut table = format!("{:width$}  result   seconds\n", "step");
        for (step, outcome, took) in &self.steps {
            let outcome = match outcome {
                Outcome::Ok => "ok",
                Outcome::Failed => "FAILED",
                Outcome::Skipped => "SKIPPED",
                Outcome::Interrupted => "stopped",
            };
            table += &format!("{step:width$}  {outcome:7}  {:7.1}\n", took.as_secs_f64());
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lists_every_step() {
        let mut report = Report::default();
        report.add("build", Outcome::Ok, Duration::from_millis(12_340));
        report.add("MySQL", Outcome::Skipped, Duration::from_millis(100));
        assert!(!report.failed());
        report.add("cargo test", Outcome::Failed, Duration::from_secs(130));
        assert!(report.failed());
        assert_eq!(
            report.table(),
            "step        result   seconds\n\
             build       ok          12.3\n\
             MySQL       SKIPPED      0.1\n\
             cargo test  FAILED     130.0\n"
        );
    }
}
