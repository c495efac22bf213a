//! The two private servers, and the environment variables with their URLs.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use staka_local::{Engine, LocalServer};

use super::report::{Outcome, Report};
use crate::process::{self, Signals};

/// The running servers. Each stops when it is dropped.
pub(crate) struct Servers {
    running: Vec<LocalServer>,
    /// The database that the tests of the other languages share, once it is seeded.
    doors: Option<&'static str>,
}

impl Servers {
    /// Starts a server of each engine. If one cannot be started, prints a banner; whether that is a failure
    /// depends on the machine.
    pub(crate) fn start(root: &Path, signals: &Signals, report: &mut Report) -> Self {
        let mut servers = Vec::new();
        for engine in Engine::ALL {
            if signals.received().is_some() {
                break;
            }
            println!("\n==> {} server", engine.title());
            let start = Instant::now();
            let title = engine.title();
            let server = LocalServer::builder()
                .engine(engine)
                .fast(true)
                .cache_dir(process::local_dir(root))
                .on_progress(move |step| println!("    {title}: {step}"))
                .start();
            match server {
                Ok(server) => {
                    let step = format!("{title} {}", server.version());
                    report.add(&step, Outcome::Ok, start.elapsed());
                    servers.push(server);
                }
                Err(_) if signals.received().is_some() => {}
                Err(error) => {
                    report.shout(&format!("{title} COULD NOT BE STARTED: {error}\nIts tests are SKIPPED."));
                    let outcome = if may_skip() { Outcome::Skipped } else { Outcome::Failed };
                    report.add(&format!("{title} server"), outcome, start.elapsed());
                }
            }
        }
        Self { running: servers, doors: None }
    }

    /// Passes this database to later tests too (STAKA_TEST_MARIADB_DOORS_URL and others); returns the title of each
    /// server and the URL of its database.
    pub(crate) fn share_database(&mut self, database: &'static str) -> Vec<(&'static str, String)> {
        self.doors = Some(database);
        self.running.iter().map(|server| (server.engine().title(), server.url(database))).collect()
    }

    /// Sets STAKA_TEST_MARIADB_URL and others: URLs without a database, because each test creates its own.
    pub(crate) fn set_urls(&self, command: &mut Command) {
        for engine in Engine::ALL {
            let name = engine.to_string().to_uppercase();
            let server = self.running.iter().find(|server| server.engine() == engine);
            for (name, url) in [
                (format!("STAKA_TEST_{name}_URL"), server.map(|it| it.url("").trim_end_matches('/').to_owned())),
                (format!("STAKA_TEST_{name}_SOCKET_URL"), server.map(|it| it.socket_url(""))),
                (format!("STAKA_TEST_{name}_DOORS_URL"), server.and_then(|it| Some(it.url(self.doors?)))),
            ] {
                match url {
                    Some(url) => command.env(name, url),
                    // A variable of the shell would run tests that the banner reports as skipped.
                    None => command.env_remove(name),
                };
            }
        }
    }

    /// Sets DATABASE_URL for a program that creates its own database.
    pub(crate) fn set_database_url(&self, command: &mut Command, program: &str) {
        if let Some(server) = self.running.first() {
            let database = format!("staka_example_{}", program.replace('-', "_"));
            command.env("DATABASE_URL", server.url(&database));
        }
    }
}

/// Returns whether a missing server is allowed: not in CI, and not if the machine's apt can download both.
pub(crate) fn may_skip() -> bool {
    let set = |name: &str, value: &str| std::env::var(name).is_ok_and(|is| is == value);
    set("STAKA_ALLOW_SKIP", "1") || !(set("CI", "true") || apt_has_a_mirror())
}

fn apt_has_a_mirror() -> bool {
    let targets = Command::new("apt-get").arg("indextargets").stdin(Stdio::null()).output();
    targets.is_ok_and(|output| output.status.success() && !output.stdout.is_empty())
}
