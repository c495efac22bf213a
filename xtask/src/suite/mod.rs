//! `cargo xtask test`: runs every test and every example, in all languages, on a private MariaDB and a private MySQL.

mod benches;
mod doors;
mod report;
mod runner;
mod servers;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::time::Instant;

use crate::process::{self, Signals};
use report::{Outcome, Report};
use runner::Runner;
use servers::Servers;

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Test {
    /// Run only the Rust tests whose name contains this, and no examples.
    filter: Option<String>,
    /// Run on this server (mysql://user:password@host:port) instead of private ones; twice for a MariaDB and a MySQL.
    /// The tests create and drop databases named staka_test_…, and touch no others. The account needs all privileges on
    /// these. Tests that would restart, kill or configure the server are left out, and counted.
    #[arg(long, value_name = "URL")]
    database_url: Vec<String>,
    /// Run only these suites: the tests and examples of Rust, everything of Node or of Python, or the benchmarks of Rust.
    #[arg(long, value_name = "SUITE", conflicts_with = "filter")]
    only: Vec<Suite>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Suite {
    Rust,
    Node,
    Python,
    Benches,
}

impl Test {
    fn wants(&self, suite: Suite) -> bool {
        if self.only.is_empty() { self.filter.is_none() || suite == Suite::Rust } else { self.only.contains(&suite) }
    }
}

pub(crate) fn run(root: &Path, test: &Test) -> io::Result<ExitCode> {
    let signals = Signals::catch()?;
    let mut report = Report::default();
    // The servers stop when `suite` returns or panics; the summary is printed after that.
    let ran = suite(root, test, &signals, &mut report);
    report.print();
    ran?;
    Ok(signals.exit_code().unwrap_or(if report.failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }))
}

fn suite(root: &Path, test: &Test, signals: &Signals, report: &mut Report) -> io::Result<()> {
    // Built before a server is started, so that compile errors are shown at once.
    let Some(programs) = build(root, signals, report)? else {
        return Ok(());
    };
    let servers = match test.database_url.as_slice() {
        [] => Servers::start(root, signals, report),
        urls => Servers::given(root, urls, report)?,
    };
    if signals.received().is_some() {
        return Ok(());
    }
    let shared = Mutex::new(std::mem::take(report));
    let ran = on_servers(root, test, &servers, &programs, &Runner::new(signals, &shared));
    *report = shared.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    ran?;
    servers.report_left_out(report)
}

fn on_servers(root: &Path, test: &Test, servers: &Servers, programs: &Programs, runner: &Runner<'_>) -> io::Result<()> {
    let outcome = suites(root, test, servers, programs, runner);
    // Also after an error.
    if servers.are_given() {
        let mut drop = process::cargo(root);
        drop.current_dir(root).args(["test", "--workspace", "--test", "it", "the_databases_of_this_run_are_dropped"]);
        drop.args(["--", "--ignored"]);
        servers.set_urls(&mut drop, None);
        runner.step("the databases of this run are dropped", drop)?;
    }
    outcome
}

fn suites(root: &Path, test: &Test, servers: &Servers, programs: &Programs, runner: &Runner<'_>) -> io::Result<()> {
    if test.wants(Suite::Rust) {
        rust(root, test.filter.as_deref(), servers, programs, runner)?;
    }
    let languages = [(Suite::Node, doors::NODE), (Suite::Python, doors::PYTHON)];
    let languages: Vec<_> = languages.into_iter().filter(|(suite, _)| test.wants(*suite)).collect();
    let aside = Runner { aside: Some(process::target_dir(root)), ..*runner };
    // At the same time: they wait for the servers, and for their own processes to start, more than they compute.
    std::thread::scope(|scope| {
        let lanes: Vec<_> = languages
            .into_iter()
            .map(|(_, language)| {
                let aside = &aside;
                scope.spawn(move || language.run(root, servers, aside))
            })
            .collect();
        let outcomes =
            lanes.into_iter().map(|lane| lane.join().unwrap_or_else(|_| Err(io::Error::other("it panicked"))));
        outcomes.collect::<io::Result<()>>()
    })?;
    if test.wants(Suite::Benches) { benches::run(root, servers, programs, runner) } else { Ok(()) }
}

/// Runs the tests of Rust, and the examples.
fn rust(
    root: &Path,
    filter: Option<&str>,
    servers: &Servers,
    programs: &Programs,
    runner: &Runner<'_>,
) -> io::Result<()> {
    let mut test = process::cargo(root);
    test.current_dir(root).args(["test", "--workspace", "--no-fail-fast"]).args(filter);
    servers.set_urls(&mut test, None);
    println!("\n==> cargo test");
    let start = Instant::now();
    let failed = |line: &str| line.starts_with("test ") && line.ends_with("FAILED");
    let (status, failed) = runner.signals.run_and_keep(test, failed)?;
    runner.report().add("cargo test", Outcome::of(status, runner.signals), start.elapsed());
    if !failed.is_empty() {
        runner.report().shout(&failed.join("\n"));
    }
    for (name, program) in programs.examples.iter().filter(|_| filter.is_none()) {
        let mut example = Command::new(program);
        example.current_dir(root);
        servers.set_urls(&mut example, None);
        servers.set_database_url(&mut example, name);
        runner.step(&format!("example {name}"), example)?;
    }
    Ok(())
}

/// What is run as a program, by name.
struct Programs {
    examples: Vec<(String, PathBuf)>,
    benches: Vec<(String, PathBuf)>,
    operations: Vec<(String, PathBuf)>,
}

/// Builds what `cargo test` runs, and the programs of the examples and benchmarks with the same features, so that
/// nothing is built twice. Returns the programs, or none if the build failed.
fn build(root: &Path, signals: &Signals, report: &mut Report) -> io::Result<Option<Programs>> {
    println!("==> build");
    let mut cargo = process::cargo(root);
    cargo
        .current_dir(root)
        .args(["build", "--workspace", "--lib", "--bins", "--tests", "--examples", "--bench", "*"])
        .arg("--message-format=json-render-diagnostics");
    let start = Instant::now();
    let (status, messages) = signals.output(cargo)?;
    report.add("build", Outcome::of(status, signals), start.elapsed());
    let of = |folder: &str, kind: &str| programs(&root.join(folder), kind, &messages);
    Ok(status.success().then(|| Programs {
        examples: [of("examples", "example"), of("examples", "bin")].concat(),
        benches: of("benches", "bench"),
        operations: of("benches/operations", "bin"),
    }))
}

/// Returns the programs of this kind of the package in `folder`, from cargo's messages, which are one JSON object in each
/// line.
fn programs(folder: &Path, kind: &str, messages: &str) -> Vec<(String, PathBuf)> {
    let manifest = folder.join("Cargo.toml");
    let mut programs: Vec<(String, PathBuf)> = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| {
            let is_program = kind == "bench" || message["profile"]["test"] == false;
            message["manifest_path"].as_str().is_some_and(|path| Path::new(path) == manifest)
                && message["target"]["kind"][0] == kind
                && is_program
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
    fn only_programs_of_a_package_are_run() {
        let message = |folder: &str, kind: &str, name: &str, test: bool, executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"{folder}/Cargo.toml","target":{{"kind":["{kind}"],"name":"{name}"}},"profile":{{"test":{test}}},"executable":{executable}}}"#
            )
        };
        let messages = [
            message("w/examples", "example", "b", false, "\"t/b\""),
            message("w/examples", "example", "a", false, "\"t/a\""),
            message("w/examples", "example", "a", true, "\"t/deps/a\""),
            message("w/examples", "lib", "lib", false, "null"),
            message("w/benches", "bench", "layer", true, "\"t/deps/layer\""),
            message("w/staka-cli", "bin", "staka", false, "\"t/staka\""),
            "no json".to_owned(),
        ];
        let messages = messages.join("\n");
        let found = programs(Path::new("w/examples"), "example", &messages);
        let found: Vec<_> = found.iter().map(|(name, path)| (name.as_str(), path.as_path())).collect();
        assert_eq!(found, [("a", Path::new("t/a")), ("b", Path::new("t/b"))]);
        assert_eq!(programs(Path::new("w/benches"), "bench", &messages).len(), 1);
    }
}
