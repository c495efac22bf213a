//! The two private servers, and how a test learns of them.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use staka_local::{Engine, LocalServer};

use super::report::{Outcome, Report};
use crate::process::{self, Signals};

/// Each stops when it is dropped, whatever ended the run.
pub(crate) struct Servers {
    running: Vec<LocalServer>,
    /// The database that the doors of other languages share, once it is made.
    doors: Option<&'static str>,
}

impl Servers {
    /// One of each engine. Where one cannot be had, it is said loudly; whether that is a failure
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
                    report.shout(&format!("{title} COULD NOT BE HAD: {error}\nIts tests are SKIPPED."));
                    let outcome = if may_skip() { Outcome::Skipped } else { Outcome::Failed };
                    report.add(&format!("{title} server"), outcome, start.elapsed());
                }
            }
        }
        Self { running: servers, doors: None }
    }

    /// From now on tests are told of this database too, STAKA_TEST_MARIADB_DOORS_URL and its like; gives each server's
    /// name for people and the database's URL there.
    pub(crate) fn make(&mut self, database: &'static str) -> Vec<(&'static str, String)> {
        self.doors = Some(database);
        self.running.iter().map(|server| (server.engine().title(), server.url(database))).collect()
    }

    /// STAKA_TEST_MARIADB_URL and its like: without a database, for each test makes its own.
    pub(crate) fn tell(&self, command: &mut Command) {
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
                    // One left over in the shell would run tests that the banner calls skipped.
                    None => command.env_remove(name),
                };
            }
        }
    }

    /// DATABASE_URL for a program that speaks to one database, which it makes itself.
    pub(crate) fn tell_database(&self, command: &mut Command, program: &str) {
        if let Some(server) = self.running.first() {
            let database = format!("staka_example_{}", program.replace('-', "_"));
            command.env("DATABASE_URL", server.url(&database));
        }
    }
}

/// Where CI runs, and where the machine's own apt can fetch both, a missing server is a failure.
pub(crate) fn may_skip() -> bool {
    let set = |name: &str, value: &str| std::env::var(name).is_ok_and(|is| is == value);
    set("STAKA_ALLOW_SKIP", "1") || !(set("CI", "true") || apt_has_a_mirror())
}

fn apt_has_a_mirror() -> bool {
    let targets = Command::new("apt-get").arg("indextargets").stdin(Stdio::null()).output();
    targets.is_ok_and(|output| output.status.success() && !output.stdout.is_empty())
}
