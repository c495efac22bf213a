//! `staka`: the command line for maintenance, monitoring, accounting, the HTTP service and the demo.
//!
//! It contains no SQL and does not use the driver. Each command is a file; `args.rs` declares the options,
//! `output.rs` formats results, `failure.rs` reports errors and sets the exit code.

mod accounting;
mod args;
mod bench;
mod call;
mod counters;
mod demo;
mod erasures;
mod failure;
mod migrate;
mod operations;
mod output;
mod seed;
mod serve;
mod shutdown;
mod verify;

use std::process::ExitCode;

use clap::Parser;
use staka_core::Error;
use tracing_subscriber::EnvFilter;

use args::{Cli, Command, InvoicesCommand};
use failure::Failure;

fn main() -> ExitCode {
    let Cli { common, command } = Cli::parse();
    // Slow statements are shown by the table that `bench` prints, so the driver's warnings are left out.
    init_logging(if matches!(command, Command::Serve(_)) { "info" } else { "warn,sqlx::query=error" });
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::Failed(Error::internal(error.to_string())).report(common.json),
    };
    let outcome = runtime.block_on(async {
        match &command {
            Command::Migrate(args) => migrate::run(args, &common).await,
            Command::Seed(args) => seed::run(args, &common).await,
            Command::Counters(args) => counters::run(args, &common).await,
            Command::Verify(args) => verify::run(args, &common).await,
            Command::Ledger(args) => accounting::ledger(args, &common).await,
            Command::Vat(args) => accounting::vat(args, &common).await,
            Command::Invoices { command: InvoicesCommand::Gaps(args) } => accounting::gaps(args, &common).await,
            Command::Erasures(args) => erasures::run(args, &common).await,
            Command::Bench(args) => bench::run(args, &common).await,
            Command::Operations => {
                operations::run(&common);
                Ok(())
            }
            Command::Call(args) => call::run(args, &common).await,
            Command::Serve(args) => serve::run(args, &common).await,
            Command::Demo(args) => demo::run(args, &common).await,
        }
    });
    // An interrupted download must not delay the end of the process.
    runtime.shutdown_background();
    outcome.map_or_else(|failure| failure.report(common.json), |()| ExitCode::SUCCESS)
}

/// Writes logs to standard error, filtered by `RUST_LOG` or else by `default_filter`.
fn init_logging(default_filter: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default_filter));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
