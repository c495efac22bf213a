//! Starts a server, prints how long that took, and keeps it until Enter is pressed:
//! `cargo run -p staka-local --example hold -- mysql` (fast, ephemeral) or `… -- mysql some-folder` (persistent data).

use std::{io, time::Instant};

use staka_local::{Engine, Error, LocalServer};

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let mut builder = LocalServer::builder().on_progress(|step| eprintln!("{step}"));
    if let Some(name) = arguments.next() {
        builder = builder.engine(name.parse::<Engine>().unwrap_or_else(|unknown| panic!("{unknown}")));
    }
    builder = match arguments.next() {
        Some(folder) => builder.data_dir(folder),
        None => builder.fast(true),
    };
    let begun = Instant::now();
    let server = builder.start()?;
    eprintln!("ready after {:.2} s, process {}", begun.elapsed().as_secs_f64(), server.pid());
    println!("{}\n{}", server.url("mysql"), server.socket_url("mysql"));
    let _ = io::stdin().read_line(&mut String::new());
    let begun = Instant::now();
    server.stop()?;
    eprintln!("stopped after {:.2} s", begun.elapsed().as_secs_f64());
    Ok(())
}
