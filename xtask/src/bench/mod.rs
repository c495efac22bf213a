//! `cargo xtask bench`: measures the core against the drivers; with `--peers`, against comparable libraries;
//! with `--doors`, the Node and Python packages against libraries of their languages.

mod doors;
mod peers;
mod tables;

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use clap::{Args, ValueEnum};

use crate::process::{self, Signals};

#[derive(Args)]
pub(crate) struct Bench {
    /// Measure the Node and Python packages against Prisma, Drizzle, mysql2, SQLAlchemy and mysqlclient; writes
    /// docs/figures.md
    #[arg(long, group = "whom")]
    doors: bool,
    /// Measure the core against mysql_async, sqlx, SeaORM, Diesel, Prisma, Drizzle and SQLAlchemy, and its cost by
    /// scale; writes docs/peers.md, peers.json, peers-scale.svg and the README's table. Missing data is created
    /// (minutes; the large scale takes half an hour and 11 GB) and kept in .staka/bench
    #[arg(long, group = "whom")]
    peers: bool,
    /// Run few rounds: with --doors only to check that everything runs; with --peers within ten minutes and
    /// without the large scale. The documents are not changed (`--from` writes them)
    #[arg(long, requires = "whom")]
    quick: bool,
    /// Run only the scripts, with --peers the queries, whose name contains this. The documents are not changed
    #[arg(long, requires = "whom", value_name = "PART")]
    only: Option<String>,
    /// With --quick, include this scale
    #[arg(long, requires = "peers", value_name = "SCALE")]
    scale: Option<Scale>,
    /// Measure nothing; write the documents from the lines of an earlier run
    #[arg(long, requires = "whom", value_name = "FILE", conflicts_with_all = ["quick", "only", "scale"])]
    from: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scale {
    Large,
}

pub(crate) fn run(root: &Path, bench: &Bench) -> io::Result<ExitCode> {
    if bench.peers { beside_peers(root, bench) } else { beside_drivers(root, bench) }
}

fn beside_peers(root: &Path, bench: &Bench) -> io::Result<ExitCode> {
    if let Some(file) = &bench.from {
        peers::write(root, &std::fs::read_to_string(file)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let signals = Signals::catch()?;
    let only = bench.only.as_deref().unwrap_or("");
    let options = peers::Options { quick: bench.quick, only, large: bench.scale == Some(Scale::Large) };
    let Some(lines) = peers::measure(root, &options, &signals)? else {
        return Ok(signals.exit_code().unwrap_or(ExitCode::FAILURE));
    };
    println!("{}", peers::document(&lines)?);
    if !bench.quick && bench.only.is_none() {
        peers::write(root, &lines)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn beside_drivers(root: &Path, bench: &Bench) -> io::Result<ExitCode> {
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

fn must(name: &str, status: ExitStatus) -> io::Result<()> {
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{name}: {status}"))) }
}
