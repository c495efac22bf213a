//! `cargo xtask bench`: measures the core against the drivers; with `--peers`, against comparable libraries;
//! with `--doors`, the Node and Python packages against libraries of their languages; with `--operations`, every operation.

mod doors;
mod operations;
mod peers;
mod tables;

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use clap::{Args, ValueEnum};
use staka_local::Engine;

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
    /// Measure every operation with the busiest arguments on MariaDB and MySQL, at the scales small and medium, and
    /// print a table, the slowest first. Missing data is created and kept in .staka/bench and .staka/bench-mysql
    #[arg(long, group = "whom")]
    operations: bool,
    /// With --operations, write the thirty slowest calls of each scale into docs/figures.md
    #[arg(long, requires = "operations", conflicts_with_all = ["quick", "only", "scale"])]
    write: bool,
    /// Run few rounds: with --doors only to check that everything runs; with --peers within ten minutes and
    /// without the large scale; with --operations each call once at scale small. The documents are not changed (`--from`
    /// writes them)
    #[arg(long, requires = "whom")]
    quick: bool,
    /// Run only the scripts, with --peers the queries, with --operations the operations, whose name contains this. The
    /// documents are not changed
    #[arg(long, requires = "whom", value_name = "PART")]
    only: Option<String>,
    /// With --peers --quick, include this scale, which can only be large; with --operations, measure at this scale only
    #[arg(long, requires = "whom", conflicts_with = "doors", value_name = "SCALE")]
    scale: Option<Scale>,
    /// With --peers, the server to measure on: mariadb (docs/peers.md, peers.json, peers-scale.svg and the README's table) or
    /// mysql (docs/peers-mysql.md, peers-mysql.json and peers-mysql-scale.svg)
    #[arg(long, requires = "peers", default_value = "mariadb")]
    engine: Engine,
    /// Measure nothing; write the documents from the lines of an earlier run (with --operations only with --write)
    #[arg(long, requires = "whom", value_name = "FILE", conflicts_with_all = ["quick", "only", "scale"])]
    from: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scale {
    Small,
    Medium,
    Large,
}

impl Scale {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

pub(crate) fn run(root: &Path, bench: &Bench) -> io::Result<ExitCode> {
    if bench.operations {
        every_operation(root, bench)
    } else if bench.peers {
        beside_peers(root, bench)
    } else {
        beside_drivers(root, bench)
    }
}

fn every_operation(root: &Path, bench: &Bench) -> io::Result<ExitCode> {
    let lines = match &bench.from {
        Some(file) => std::fs::read_to_string(file)?,
        None => {
            let signals = Signals::catch()?;
            let only = bench.only.as_deref().unwrap_or("");
            let options = operations::Options { quick: bench.quick, only, scale: bench.scale.map(Scale::as_str) };
            let Some(lines) = operations::measure(root, &options, &signals)? else {
                return Ok(signals.exit_code().unwrap_or(ExitCode::FAILURE));
            };
            lines
        }
    };
    println!("{}", operations::document(&lines, None)?);
    if bench.write {
        operations::write(root, &lines)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn beside_peers(root: &Path, bench: &Bench) -> io::Result<ExitCode> {
    if let Some(file) = &bench.from {
        peers::write(root, bench.engine, &std::fs::read_to_string(file)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if bench.scale.is_some_and(|scale| scale != Scale::Large) {
        return Err(io::Error::other("with --peers, --scale can only be large: the others are always measured"));
    }
    let signals = Signals::catch()?;
    let only = bench.only.as_deref().unwrap_or("");
    let large = bench.scale == Some(Scale::Large);
    let options = peers::Options { quick: bench.quick, only, large, engine: bench.engine };
    let Some(lines) = peers::measure(root, &options, &signals)? else {
        return Ok(signals.exit_code().unwrap_or(ExitCode::FAILURE));
    };
    println!("{}", peers::document(bench.engine, &lines)?);
    if !bench.quick && bench.only.is_none() {
        peers::write(root, bench.engine, &lines)?;
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

/// Writes the measurements of the interfaces, and keeps the section about the operations.
fn write(root: &Path, lines: &str) -> io::Result<()> {
    let file = root.join("docs/figures.md");
    let earlier = std::fs::read_to_string(&file).unwrap_or_default();
    let document = tables::document(lines)?;
    let kept = operations::section(&earlier);
    std::fs::write(file, kept.map_or_else(|| document.clone(), |kept| operations::with_section(&document, kept)))
}

fn must(name: &str, status: ExitStatus) -> io::Result<()> {
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{name}: {status}"))) }
}
