//! The commands for the development of Staka. `cargo xtask --help` lists them.

mod bench;
mod codegen;
mod demo;
mod new_operation;
mod process;
mod suite;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The commands for the development of Staka")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the project's rules: imports, SQL, sizes, migrations, language, generated files. Prints each violation;
    /// fails if there is one.
    Tidy,
    /// Run `staka demo` from source; takes the arguments of `staka demo`.
    #[command(disable_help_flag = true)]
    Demo {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Measure the core against the drivers, or against other libraries of Rust, Node and Python.
    Bench(bench::Bench),
    /// Generate the files of the other languages from the list of operations.
    Codegen {
        /// Write nothing; fail if a file is not up to date.
        #[arg(long)]
        check: bool,
    },
    /// Write the skeleton of a new operation into every file that it takes: declaration, function, statements, route,
    /// cases, access rights and documentation.
    NewOperation(new_operation::NewOperation),
    /// Run every test and every example, in all languages, and each benchmark once, on a private MariaDB and a private
    /// MySQL, or on the servers of --database-url.
    Test(suite::Test),
}

fn main() -> ExitCode {
    let root = workspace_root();
    let outcome = match Cli::parse().command {
        Command::Tidy => tidy(&root),
        Command::Bench(bench) => bench::run(&root, &bench),
        Command::Codegen { check } => codegen::run(&root, check),
        Command::NewOperation(args) => new_operation::run(&root, &args),
        Command::Demo { args } => demo::run(&root, &args),
        Command::Test(test) => suite::run(&root, &test),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("xtask: {error}");
        ExitCode::FAILURE
    })
}

/// Checks the rules, then that the generated files are up to date.
fn tidy(root: &Path) -> std::io::Result<ExitCode> {
    let rules = tidy::run(root)?;
    let generated = codegen::check(root)?;
    Ok(if generated.success() { rules } else { ExitCode::FAILURE })
}

/// Returns the root of the checkout. Cargo passes the manifest's folder at run time, so a checkout can be moved.
fn workspace_root() -> PathBuf {
    let xtask =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    xtask.parent().unwrap_or(Path::new(".")).to_path_buf()
}
