//! Measures every operation with the busiest arguments of the demo data, on MariaDB and on MySQL. `cargo xtask bench
//! --operations` runs this program and makes tables of its lines. By hand:
//!
//! ```sh
//! cargo run --profile bench -p staka-operations -- [--quick] [--only PART] [--scale SCALE]… [--engine ENGINE]
//! ```
//!
//! Reads are called as the system, so that no statement asks for the right to them. Writes are called as the case suite
//! calls them, in transactions that are rolled back.

mod bed;
mod busiest;
mod choices;
mod class;
mod data;
mod extra;
mod run;
mod writes;

use std::error::Error;

use server::Engine;
use staka_demo::Scale;

type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

/// The options of a run.
struct Options {
    /// Whether each call is measured only once.
    quick: bool,
    /// Part of the names of the operations to measure.
    only: String,
    scales: Vec<Scale>,
    engines: Vec<Engine>,
}

fn main() -> Result {
    let options = options(std::env::args().skip(1))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for engine in &options.engines {
        let server = server::Server::with_kept_data(*engine)?;
        for scale in &options.scales {
            runtime.block_on(run::run(&server, *scale, &options))?;
        }
        server.stop()?;
    }
    Ok(())
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options> {
    let mut options = Options { quick: false, only: String::new(), scales: Vec::new(), engines: Vec::new() };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--quick" => options.quick = true,
            "--only" => options.only = value()?,
            "--scale" => options.scales.push(value()?.parse()?),
            "--engine" => options.engines.push(value()?.parse()?),
            _ => return Err(format!("there is no option {argument}").into()),
        }
    }
    if options.scales.is_empty() {
        options.scales.push(Scale::Small);
        options.scales.extend((!options.quick).then_some(Scale::Medium));
    }
    if options.engines.is_empty() {
        options.engines = server::engines()?;
    }
    Ok(options)
}
