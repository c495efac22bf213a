//! Runs the tests of the other languages: seeds a database for each language on each server, then runs the language's
//! tests and benchmarks, with all dependencies in folders of the checkout.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::report::Outcome;
use super::runner::Runner;
use super::servers::{Servers, may_skip};
use crate::process::target_dir;

/// The time that counts as the present in the seeded databases, which is that of the case suite.
const ANCHOR: &str = "2026-06-15T12:00:00.000Z";

/// A language, with a database of its own: the tests of another one would wait for the rows that its tests lock.
pub(super) struct Language {
    name: &'static str,
    program: &'static str,
    pub(super) database: &'static str,
    run: fn(&Path, &Servers, &str, &Runner<'_>) -> io::Result<()>,
}

pub(super) const NODE: Language = Language { name: "Node", program: "npm", database: "staka_node", run: node };
pub(super) const PYTHON: Language =
    Language { name: "Python", program: "python3", database: "staka_python", run: python };

impl Language {
    /// Runs everything of this language, unless it is not installed.
    pub(super) fn run(&self, root: &Path, servers: &Servers, runner: &Runner<'_>) -> io::Result<()> {
        if !has(self.program, runner) {
            return Ok(());
        }
        let database = servers.database(self.database);
        seed(root, servers, &database, self.name, runner)?;
        (self.run)(root, servers, &database, runner)
    }
}

/// Creates and fills a database on each server.
fn seed(root: &Path, servers: &Servers, database: &str, name: &str, runner: &Runner<'_>) -> io::Result<()> {
    let staka = target_dir(root).join("debug/staka");
    for (engine, url) in servers.urls(database) {
        for (what, arguments) in [
            ("schema", &["migrate", "--create-database"][..]),
            ("rows", &["seed", "--scale", "small", "--seed", "42", "--anchor", ANCHOR]),
        ] {
            let mut command = Command::new(&staka);
            command.current_dir(root).args(arguments).args(["--database-url", &url]).stdout(Stdio::null());
            runner.step(&format!("{what} for {name} on {}", engine.title()), command)?;
        }
    }
    Ok(())
}

fn node(root: &Path, servers: &Servers, database: &str, runner: &Runner<'_>) -> io::Result<()> {
    let package = root.join("staka-node");
    let mut install = Command::new("npm");
    // Its `install` script builds the addon.
    install.current_dir(&package).args(["ci", "--no-audit", "--no-fund"]).env("STAKA_BUILD_PROFILE", "dev");
    runner.step("npm ci, with the addon", install)?;
    let mut prisma = Command::new("node");
    prisma.current_dir(&package).arg("test/prisma/prepare.mjs");
    runner.step("Prisma, for the comparison", prisma)?;
    let mut test = Command::new("npm");
    test.current_dir(&package).arg("test");
    servers.set_urls(&mut test, Some(database));
    runner.step("npm test", test)?;

    let folder = root.join("benches/doors/node");
    let mut peers = Command::new("npm");
    peers.current_dir(&folder).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
    runner.step("npm ci, for the benchmarks", peers)?;
    benchmarks(servers, database, runner, &folder, Path::new("node"), &["bench.mjs", "loop.mjs", "startup.mjs"])
}

fn python(root: &Path, servers: &Servers, database: &str, runner: &Runner<'_>) -> io::Result<()> {
    let venv = target_dir(root).join("venv");
    let program = |name: &str| -> PathBuf { venv.join("bin").join(name) };
    let mut make = Command::new("python3");
    make.args(["-m", "venv"]).arg(&venv);
    runner.step("Python's venv", make)?;
    let mut install = Command::new(program("pip"));
    install
        .current_dir(root)
        .args(["install", "--quiet", "--disable-pip-version-check", "./staka-py[test]"])
        // The wheel is built with the same profile and in the same folder as the other binaries of the tests.
        .env("MATURIN_PEP517_ARGS", "--profile dev")
        .env("CARGO_TARGET_DIR", target_dir(root));
    runner.step("pip install, with the wheel", install)?;
    let mut test = Command::new(program("python"));
    test.current_dir(root.join("staka-py")).args(["-m", "pytest", "-q"]);
    servers.set_urls(&mut test, Some(database));
    runner.step("pytest", test)?;

    let folder = root.join("benches/doors/python");
    let mut peers = Command::new("sh");
    peers.current_dir(&folder).arg("prepare.sh").env("VENV", &venv);
    peers.env("STAKA_LOCAL_DIR", crate::process::local_dir(root));
    runner.step("pip install, for the benchmarks", peers)?;
    benchmarks(servers, database, runner, &folder, &program("python"), &["bench.py", "awaited.py", "startup.py"])
}

/// Runs each script once on each server, to see that it runs.
fn benchmarks(
    servers: &Servers,
    database: &str,
    runner: &Runner<'_>,
    folder: &Path,
    program: &Path,
    scripts: &[&str],
) -> io::Result<()> {
    for (engine, url) in servers.urls(database) {
        for script in scripts {
            let mut command = Command::new(program);
            command.current_dir(folder).args([script, "--smoke"]).stdout(Stdio::null());
            command.env("DATABASE_URL", &url).env("STAKA_BENCH_NOW", ANCHOR);
            runner.step(&format!("{script} on {}", engine.title()), command)?;
        }
    }
    Ok(())
}

/// Returns whether a language is installed. If it is required, its absence is a failure.
fn has(program: &str, runner: &Runner<'_>) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        let mut report = runner.report();
        report.shout(&format!("{program} IS NOT INSTALLED: its tests are SKIPPED."));
        let outcome = if may_skip() { Outcome::Skipped } else { Outcome::Failed };
        report.add(program, outcome, std::time::Duration::ZERO);
    }
    found
}
