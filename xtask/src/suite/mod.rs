//! `cargo xtask test`: runs every test and every example, in all languages, on a private MariaDB and a private MySQL.

mod doors;
mod report;
mod servers;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::process::{self, Signals};
use report::{Outcome, Report};
use servers::Servers;

/// The package whose binaries and examples are run as programs.
const EXAMPLES: &str = "examples";

pub(crate) fn run(root: &Path, filter: Option<&str>) -> io::Result<ExitCode> {
    let signals = Signals::catch()?;
    let mut report = Report::default();
    // The servers stop when `suite` returns or panics; the summary is printed after that.
    let ran = suite(root, filter, &signals, &mut report);
    report.print();
    ran?;
    Ok(signals.exit_code().unwrap_or(if report.failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }))
}

fn suite(root: &Path, filter: Option<&str>, signals: &Signals, report: &mut Report) -> io::Result<()> {
    // Built before a server is started, so that compile errors are shown at once.
    let Some(programs) = build(root, signals, report)? else {
        return Ok(());
    };
    let mut servers = Servers::start(root, signals, report);
    if signals.received().is_some() {
        return Ok(());
    }

    let mut test = process::cargo(root);
    test.current_dir(root).args(["test", "--workspace", "--no-fail-fast"]).args(filter);
    servers.set_urls(&mut test);
    println!("\n==> cargo test");
    let start = Instant::now();
    let failed = |line: &str| line.starts_with("test ") && line.ends_with("FAILED");
    let (status, failed) = signals.run_and_keep(test, failed)?;
    report.add("cargo test", Outcome::of(status, signals), start.elapsed());
    if !failed.is_empty() {
        report.shout(&failed.join("\n"));
    }

    if filter.is_none() {
        for (name, program) in programs {
            let mut example = Command::new(program);
            example.current_dir(root);
            servers.set_urls(&mut example);
            servers.set_database_url(&mut example, &name);
            step(&format!("example {name}"), example, signals, report)?;
        }
        doors::run(root, &mut servers, signals, report)?;
    }
    Ok(())
}

/// Runs one step unless a signal has ended the run.
fn step(name: &str, command: Command, signals: &Signals, report: &mut Report) -> io::Result<()> {
    if signals.received().is_some() {
        return Ok(());
    }
    println!("\n==> {name}");
    let start = Instant::now();
    let status = signals.run(command)?;
    report.add(name, Outcome::of(status, signals), start.elapsed());
    Ok(())
}

/// Builds what `cargo test` runs, and the examples' programs with the same features, so that nothing
/// is built twice. Returns the programs, or none if the build failed.
fn build(root: &Path, signals: &Signals, report: &mut Report) -> io::Result<Option<Vec<(String, PathBuf)>>> {
    println!("==> build");
    let mut cargo = process::cargo(root);
    cargo
        .current_dir(root)
        .args(["build", "--workspace", "--lib", "--bins", "--tests", "--examples"])
        .arg("--message-format=json-render-diagnostics");
    let start = Instant::now();
    let (status, messages) = signals.output(cargo)?;
    report.add("build", Outcome::of(status, signals), start.elapsed());
    Ok(status.success().then(|| programs(&root.join(EXAMPLES), &messages)))
}

/// Returns the programs of the package in `folder`, from cargo's messages, which are one JSON object in each line.
fn programs(folder: &Path, messages: &str) -> Vec<(String, PathBuf)> {
    let manifest = folder.join("Cargo.toml");
    let mut programs: Vec<(String, PathBuf)> = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| {
            message["manifest_path"].as_str().is_some_and(|path| Path::new(path) == manifest)
                && message["profile"]["test"] == false
        })
        .filter_map(|message| {
            let name = message["target"]["name"].as_str()?.to_owned();
            Some((name, PathBuf::from(OsString::from(message["executable"].as_str()?))))
        })
        .collect();
    programs.sort();
    programs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_programs_of_the_examples_are_run() {
        let message = |folder: &str, name: &str, test: bool, executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"{folder}/Cargo.toml","target":{{"name":"{name}"}},"profile":{{"test":{test}}},"executable":{executable}}}"#
            )
        };
        let messages = [
            message("w/examples", "b", false, "\"t/b\""),
            message("w/examples", "a", false, "\"t/a\""),
            message("w/examples", "a", true, "\"t/deps/a\""),
            message("w/examples", "lib", false, "null"),
            message("w/staka-cli", "staka", false, "\"t/staka\""),
            "no json".to_owned(),
        ];
        let found = programs(Path::new("w/examples"), &messages.join("\n"));
        let found: Vec<_> = found.iter().map(|(name, path)| (name.as_str(), path.as_path())).collect();
        assert_eq!(found, [("a", Path::new("t/a")), ("b", Path::new("t/b"))]);
    }
}
