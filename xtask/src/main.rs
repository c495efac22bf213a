//! The commands of the people who work on Staka. `cargo xtask --help` lists them.

mod bench;
mod codegen;
mod demo;
mod process;
mod suite;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The commands of the people who work on Staka")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the rules of the house (ARCHITECTURE.md): imports, SQL, sizes, migrations.
    Tidy,
    /// Run `staka demo` from source; the arguments are the demo's own.
    #[command(disable_help_flag = true)]
    Demo {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Measure the core beside the drivers, or the doors beside their languages' libraries.
    Bench(bench::Bench),
    /// Write the files that other languages need, from the list of operations.
    Codegen {
        /// Write nothing; fail where a file differs from what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Run every test and every example, in all languages, against a private MariaDB and a private MySQL.
    Test {
        /// Only the tests whose name contains this; the examples are then left out.
        filter: Option<String>,
    },
}

fn main() -> ExitCode {
    let root = workspace_root();
    let outcome = match Cli::parse().command {
        Command::Tidy => tidy::run(&root),
        Command::Bench(bench) => bench::run(&root, &bench),
        Command::Codegen { check } => codegen::run(&root, check),
        Command::Demo { args } => demo::run(&root, &args),
        Command::Test { filter } => suite::run(&root, filter.as_deref()),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("xtask: {error}");
        ExitCode::FAILURE
    })
}

/// Cargo tells the manifest's folder at run time, so a moved checkout still finds itself.
fn workspace_root() -> PathBuf {
    let xtask =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    xtask.parent().unwrap_or(Path::new(".")).to_path_buf()
}
