//! Runs each benchmark once on each server, to see that it runs. Nothing is measured: the binaries are not optimised.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Programs;
use super::runner::Runner;
use super::servers::Servers;

/// The operations that the smoke run of `benches/operations` calls.
const OPERATIONS: &str = "tickets";

pub(super) fn run(root: &Path, servers: &Servers, programs: &Programs, runner: &Runner<'_>) -> io::Result<()> {
    // Some benchmarks change it, so nobody else uses it.
    let database = &servers.database("staka_benches");
    for (engine, url) in servers.urls("") {
        let step = |name: &str, program: &PathBuf, arguments: &[&str]| {
            let mut command = Command::new(program);
            command.current_dir(root.join("benches")).args(arguments).stdout(Stdio::null());
            command.env("STAKA_BENCH_URL", url.trim_end_matches('/')).env("STAKA_BENCH_DATABASE", database);
            command.env("STAKA_BENCH_ENGINE", engine.to_string());
            runner.step(&format!("bench {name} on {}", engine.title()), command)
        };
        for (name, program) in &programs.benches {
            step(name, program, &["--test"])?;
        }
        for (name, program) in &programs.operations {
            step(name, program, &["--quick", "--scale", "small", "--only", OPERATIONS])?;
        }
    }
    Ok(())
}
