//! `cargo xtask bench`: the core beside the drivers; with `--doors`, the doors beside the libraries of their languages.

mod doors;
mod tables;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::process::{self, Signals};

#[derive(Args)]
pub(crate) struct Bench {
    /// The doors: Node and Python beside Prisma, Drizzle, mysql2, SQLAlchemy and mysqlclient; writes docs/figures.md
    #[arg(long)]
    doors: bool,
    /// Few rounds, to see that everything runs; the figures are worth nothing, and docs/figures.md stays as it is
    #[arg(long, requires = "doors")]
    quick: bool,
    /// Only the scripts whose name contains this; docs/figures.md stays as it is
    #[arg(long, requires = "doors", value_name = "PART")]
    only: Option<String>,
    /// Measure nothing: write docs/figures.md from the lines of an earlier run
    #[arg(long, requires = "doors", value_name = "FILE", conflicts_with_all = ["quick", "only"])]
    from: Option<PathBuf>,
}

pub(crate) fn run(root: &Path, bench: &Bench) -> io::Result<ExitCode> {
    if !bench.doors {
        let mut cargo = process::cargo(root);
        cargo.current_dir(root.join("benches")).arg("bench");
        return process::become_child(cargo);
    }
    if let Some(file) = &bench.from {
        write(root, &std::fs::read_to_string(file)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let signals = Signals::catch()?;
    let lines = doors::measure(root, bench.quick, bench.only.as_deref().unwrap_or(""), &signals)?;
    if let Some(code) = signals.exit_code() {
        return Ok(code);
    }
    println!("{}", tables::document(&lines)?);
    if !bench.quick && bench.only.is_none() {
        let kept = process::target_dir(root).join("doors.jsonl");
        std::fs::write(&kept, &lines)?;
        println!("The lines are in {}.", kept.display());
        write(root, &lines)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write(root: &Path, lines: &str) -> io::Result<()> {
    std::fs::write(root.join("docs/figures.md"), tables::document(lines)?)
}
