//! Starts a private MySQL or MariaDB server, found on the machine or fetched, and removes it afterwards.
//!
//! The demo, the tests, the benchmarks and the language bindings use it. It needs no root and does not touch the
//! system: it installs no package, starts no service and reads no configuration file.
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
//! The database in [`LocalServer::url`] is not created: do that with `CREATE DATABASE …` as `root`, who has no
//! password. The server listens on 127.0.0.1 and on a Unix socket in a folder of mode 0700.
//!
//! With a persistent data folder, for a demo that can be stopped and resumed:
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
//! # How the server ends
//!
//! The server runs under a watchdog, a small `sh` script in its own process group, which reads a pipe that only the
//! owner can write to. When the owner ends, even by `kill -9`, the pipe closes; the watchdog then stops the server and
//! removes an ephemeral server's folder. Ctrl-C in the terminal does not reach the server: the owner stops it. A
//! program that forks without exec passes the pipe to its child, and the server then lives until both have ended.
//!
//! # Where the server comes from
//!
//! [`find`] looks for `mariadbd` and `mysqld` on the `PATH` and in the usual folders, then among those fetched before.
//! Otherwise, on Debian, Ubuntu and their derivatives, [`fetch`] downloads the packages with the machine's `apt`,
//! mirrors and keyrings into the cache folder. On other systems [`Error::NotFound`] says what to install.

#![forbid(unsafe_code)]

#[cfg(not(unix))]
compile_error!("staka-local supports only Unix; on other systems set DATABASE_URL to a running server");

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
