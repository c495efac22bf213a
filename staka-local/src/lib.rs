//! A private MySQL or MariaDB server: found on the machine or fetched, started, ready, and gone afterwards.
//!
//! One piece of code serves the demo, the tests, the benches and the bindings. Nothing needs root, and nothing of
//! the system is touched: no package is installed, no service started, no configuration file read.
//!
//! ```no_run
//! use staka_local::LocalServer;
//!
//! let server = LocalServer::builder()
//!     .fast(true)
//!     .on_progress(|step| eprintln!("{step}"))
//!     .start()?;
//! println!("{} {} at {}", server.engine(), server.version(), server.url("staka"));
//! server.stop()?; // or drop it
//! # Ok::<(), staka_local::Error>(())
//! ```
//!
//! The database named in [`LocalServer::url`] is not created here: the caller does that (`CREATE DATABASE …`), as
//! `root`, who has no password. The server listens on 127.0.0.1 and on a unix socket in a folder of mode 0700.
//!
//! A data folder that stays, for a demo that can be stopped and resumed:
//!
//! ```no_run
//! use staka_local::{Engine, LocalServer};
//!
//! let server = LocalServer::builder()
//!     .engine(Engine::MySql)
//!     .data_dir("demo-data")
//!     .start()?;
//! # Ok::<(), staka_local::Error>(())
//! ```
//!
//! # What happens at the end
//!
//! A small `sh` in a process group of its own holds the server, and reads a pipe that only the owner can write to.
//! When the owner is gone, in whatever way (`kill -9` too), the pipe closes; the watchdog then stops the server and
//! removes the folder of an ephemeral one. Ctrl-C in the terminal does not reach the server: the owner stops it.
//! A program that forks without exec hands the pipe to its child, and the server then lives as long as both.
//!
//! # Where the server comes from
//!
//! [`find`] looks for `mariadbd` and `mysqld` on the `PATH` and in the usual folders, then among those fetched
//! before. Otherwise, on Debian and its kin, [`fetch`] downloads the packages with the machine's own `apt`, mirrors
//! and keyrings, into a private state under the cache folder. Elsewhere [`Error::NotFound`] says what to install.

#![forbid(unsafe_code)]

#[cfg(not(unix))]
compile_error!("staka-local runs servers on Unix only; elsewhere give DATABASE_URL to a server that runs");

mod builder;
mod command;
mod data_dir;
mod engine;
mod error;
mod fetch;
mod folder;
mod install;
mod probe;
mod server;
mod template;
mod watchdog;

pub use builder::Builder;
pub use engine::{Engine, UnknownEngine};
pub use error::Error;
pub use fetch::fetch;
pub use folder::default_cache_dir;
pub use install::{Installation, find};
pub use server::LocalServer;
