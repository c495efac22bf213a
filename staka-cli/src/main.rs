//! `staka`: the guide's maintenance and monitoring scripts, serve, demo.
//!
//! A door: it knows neither SQL nor the driver. Each command is a file; `args.rs` says what may be written,
//! `output.rs` how results look, `failure.rs` how the process ends.

mod args;
mod books;
mod call;
mod demo;
mod failure;
mod migrate;
mod operations;
mod output;
mod queries;
mod recount;
mod seed;
mod serve;
mod stop;
mod tombstones;
mod verify;

use std::process::ExitCode;

use clap::Parser;
use staka_core::Error;
use tracing_subscriber::EnvFilter;

use args::{Cli, Command};
use failure::Failure;

fn main() -> ExitCode {
    let Cli { common, command } = Cli::parse();
    // What is slow is said by the table of queries, and more clearly.
    log(if matches!(command, Command::Serve(_)) { "info" } else { "warn,sqlx::query=error" });
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::Failed(Error::internal(error.to_string())).report(common.json),
    };
    let outcome = runtime.block_on(async {
        match &command {
            Command::Migrate(args) => migrate::run(args, &common).await,
            Command::Seed(args) => seed::run(args, &common).await,
            Command::Recount(args) => recount::run(args, &common).await,
            Command::Verify(args) => verify::run(args, &common).await,
            Command::Ledger(args) => books::ledger(args, &common).await,
            Command::Taxes(args) => books::taxes(args, &common).await,
            Command::Numbers(args) => books::numbers(args, &common).await,
            Command::Tombstones(args) => tombstones::run(args, &common).await,
            Command::Queries(args) => queries::run(args, &common).await,
            Command::Operations => {
                operations::run(&common);
                Ok(())
            }
            Command::Call(args) => call::run(args, &common).await,
            Command::Serve(args) => serve::run(args, &common).await,
            Command::Demo(args) => demo::run(args, &common).await,
        }
    });
    // A download that was interrupted must not hold the process.
    runtime.shutdown_background();
    outcome.map_or_else(|failure| failure.report(common.json), |()| ExitCode::SUCCESS)
}

/// Logs go to standard error; `RUST_LOG` says which.
fn log(usually: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usually));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
