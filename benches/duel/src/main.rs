//! Staka and comparable libraries in turn: one server, the same rows, the 16 queries of the specification. `cargo xtask
//! bench --peers` installs everything and runs this program. By hand, in `benches/duel/`:
//!
//! ```sh
//! cargo run --release -- serve                    # the server alone, until Enter
//! cargo run --release -- fill medium large        # the databases of these scales
//! cargo run --release -- run [--quick] [--only PART] [--scale large]
//! ```
//!
//! `benches/server` has the environment variables that choose the server.

mod contest;
mod counters;
mod data;
mod figures;
mod peers;
mod question;
mod run;
mod same;
mod versions;

use std::error::Error;

use server::Server;
use staka_demo::Scale;

type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

fn main() -> Result {
    let mut arguments = std::env::args().skip(1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match arguments.next().as_deref() {
        Some("serve") => {
            let server = Server::with_kept_data(server::engine()?)?;
            println!("{}\nEnter ends it.", server.url(""));
            std::io::stdin().read_line(&mut String::new())?;
        }
        Some("fill") => {
            let scales = arguments.map(|scale| scale.parse()).collect::<Result<Vec<Scale>, staka_core::Error>>()?;
            let server = Server::with_kept_data(server::engine()?)?;
            for scale in scales {
                runtime.block_on(data::prepare(&server, scale))?;
            }
        }
        Some("run") => {
            let wish = wish(arguments)?;
            let server = Server::with_kept_data(server::engine()?)?;
            runtime.block_on(run::run(&server, &wish))?;
        }
        _ => return Err("serve, fill SCALE…, or run".into()),
    }
    Ok(())
}

/// A quick run omits the large scale unless it is named.
fn wish(mut arguments: impl Iterator<Item = String>) -> Result<run::Wish> {
    let mut wish = run::Wish { quick: false, only: String::new(), scales: vec![Scale::Small, Scale::Medium] };
    let mut large = false;
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--quick" => wish.quick = true,
            "--only" => wish.only = value()?,
            "--scale" => large = value()? == "large",
            _ => return Err(format!("what is {argument}?").into()),
        }
    }
    if large || !wish.quick {
        wish.scales.push(Scale::Large);
    }
    Ok(wish)
}
