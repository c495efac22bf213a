//! Runs the tests of the other languages: seeds a database on each server, then runs each language's tests, with
//! all dependencies in folders of the checkout.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::report::{Outcome, Report};
use super::servers::{Servers, may_skip};
use super::step;
use crate::process::{Signals, target_dir};

/// The name of the seeded database, and the time that counts as its present, which is that of the case suite.
const DATABASE: &str = "staka_doors";
const ANCHOR: &str = "2026-06-15T12:00:00.000Z";

pub(super) fn run(root: &Path, servers: &mut Servers, signals: &Signals, report: &mut Report) -> io::Result<()> {
    seed(root, servers, signals, report)?;
    let servers = &*servers;
    if has("npm", report) {
        node(root, servers, signals, report)?;
    }
    if has("python3", report) {
        python(root, servers, signals, report)?;
    }
    Ok(())
}

fn seed(root: &Path, servers: &mut Servers, signals: &Signals, report: &mut Report) -> io::Result<()> {
    let staka = target_dir(root).join("debug/staka");
    for (engine, url) in servers.share_database(DATABASE) {
        for (what, arguments) in [
            ("schema", &["migrate", "--create-database"][..]),
            ("rows", &["seed", "--scale", "small", "--seed", "42", "--anchor", ANCHOR]),
        ] {
            let mut command = Command::new(&staka);
            command.current_dir(root).args(arguments).args(["--database-url", &url]).stdout(Stdio::null());
            step(&format!("{what} for Node and Python on {engine}"), command, signals, report)?;
        }
    }
    Ok(())
}

fn node(root: &Path, servers: &Servers, signals: &Signals, report: &mut Report) -> io::Result<()> {
    let package = root.join("staka-node");
    let mut install = Command::new("npm");
    // Its `install` script builds the addon.
    install.current_dir(&package).args(["ci", "--no-audit", "--no-fund"]).env("STAKA_BUILD_PROFILE", "dev");
    step("npm ci, with the addon", install, signals, report)?;
    let mut prisma = Command::new("node");
    prisma.current_dir(&package).arg("test/prisma/prepare.mjs");
    step("Prisma, for the comparison", prisma, signals, report)?;
    let mut test = Command::new("npm");
    test.current_dir(&package).arg("test");
    servers.set_urls(&mut test);
    step("npm test", test, signals, report)
}

fn python(root: &Path, servers: &Servers, signals: &Signals, report: &mut Report) -> io::Result<()> {
    let venv = target_dir(root).join("venv");
    let program = |name: &str| -> PathBuf { venv.join("bin").join(name) };
    let mut make = Command::new("python3");
    make.args(["-m", "venv"]).arg(&venv);
    step("Python's venv", make, signals, report)?;
    let mut install = Command::new(program("pip"));
    install
        .current_dir(root)
        .args(["install", "--quiet", "--disable-pip-version-check", "./staka-py[test]"])
        // The wheel is built with the same profile and in the same folder as the other binaries of the tests.
        .env("MATURIN_PEP517_ARGS", "--profile dev")
        .env("CARGO_TARGET_DIR", target_dir(root));
    step("pip install, with the wheel", install, signals, report)?;
    let mut test = Command::new(program("python"));
    test.current_dir(root.join("staka-py")).args(["-m", "pytest", "-q"]);
    servers.set_urls(&mut test);
    step("pytest", test, signals, report)
}

/// Returns whether a language is installed. If it is required, its absence is a failure.
fn has(program: &str, report: &mut Report) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        report.shout(&format!("{program} IS NOT INSTALLED: its tests are SKIPPED."));
        let outcome = if may_skip() { Outcome::Skipped } else { Outcome::Failed };
        report.add(program, outcome, std::time::Duration::ZERO);
    }
    found
}
