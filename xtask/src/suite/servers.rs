//! The servers of the tests: two private ones, or those of an owner. And the environment variables with their URLs.

use std::io::{self, Read};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use staka_local::{Engine, LocalServer};

use super::report::{Outcome, Report};
use crate::process::{self, Signals};

/// The running servers. A private one stops when this is dropped.
pub(crate) struct Servers {
    running: Vec<Running>,
    /// What only tests on an owner's server need.
    given: Option<Given>,
}

struct Running {
    engine: Engine,
    /// Without a database and without a slash at the end.
    url: String,
    socket_url: Option<String>,
    _private: Option<LocalServer>,
}

/// The names of the databases of this run begin with the prefix; what is left out is written to the file.
struct Given {
    prefix: String,
    left_out: PathBuf,
}

impl Servers {
    /// Starts a server of each engine. If one cannot be started, prints a banner; whether that is a failure
    /// depends on the machine.
    pub(crate) fn start(root: &Path, signals: &Signals, report: &mut Report) -> Self {
        let mut running = Vec::new();
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
                    running.push(Running {
                        engine,
                        url: server.url("").trim_end_matches('/').to_owned(),
                        socket_url: Some(server.socket_url("")),
                        _private: Some(server),
                    });
                }
                Err(_) if signals.received().is_some() => {}
                Err(error) => {
                    report.shout(&format!("{title} COULD NOT BE STARTED: {error}\nIts tests are SKIPPED."));
                    let outcome = if may_skip() { Outcome::Skipped } else { Outcome::Failed };
                    report.add(&format!("{title} server"), outcome, start.elapsed());
                }
            }
        }
        Self { running, given: None }
    }

    /// Takes the servers of an owner. The tests create and drop databases of their own there, and touch no others.
    pub(crate) fn given(root: &Path, urls: &[String], report: &mut Report) -> io::Result<Self> {
        let mut running: Vec<Running> = Vec::new();
        for url in urls {
            let start = Instant::now();
            let (engine, version) = greeting(url)?;
            if running.iter().any(|other| other.engine == engine) {
                return Err(io::Error::other(format!("--database-url names two servers of {}", engine.title())));
            }
            report.add(&format!("{} {version}, given", engine.title()), Outcome::Ok, start.elapsed());
            let url = url.trim_end_matches('/').to_owned();
            running.push(Running { engine, url, socket_url: None, _private: None });
        }
        let run = std::process::id();
        let left_out = process::target_dir(root).join(format!("left-out-{run}"));
        Ok(Self { running, given: Some(Given { prefix: format!("staka_test_{run}"), left_out }) })
    }

    /// Returns the name of a database: on an owner's server with the prefix of this run.
    pub(crate) fn database(&self, usual: &str) -> String {
        self.given.as_ref().map_or_else(|| usual.to_owned(), |given| format!("{}_{usual}", given.prefix))
    }

    /// Returns whether the servers are an owner's.
    pub(crate) fn are_given(&self) -> bool {
        self.given.is_some()
    }

    /// Prints how many tests an owner's servers were spared, and which.
    pub(crate) fn report_left_out(&self, report: &mut Report) -> io::Result<()> {
        let Some(given) = &self.given else { return Ok(()) };
        let text = match std::fs::read_to_string(&given.left_out) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read?,
        };
        report.shout(&counted(&text));
        if text.is_empty() { Ok(()) } else { std::fs::remove_file(&given.left_out) }
    }

    /// Returns the engine of each server and the URL of its database with this name.
    pub(crate) fn urls(&self, database: &str) -> Vec<(Engine, String)> {
        self.running.iter().map(|server| (server.engine, format!("{}/{database}", server.url))).collect()
    }

    /// Sets STAKA_TEST_MARIADB_URL and others: URLs without a database, because each test creates its own. The tests of
    /// the other languages use a seeded one (STAKA_TEST_MARIADB_DOORS_URL and others).
    pub(crate) fn set_urls(&self, command: &mut Command, seeded: Option<&str>) {
        let mut set = |name: String, value: Option<String>| {
            match value {
                Some(value) => command.env(name, value),
                // A variable of the shell would run tests that the banner reports as skipped.
                None => command.env_remove(name),
            };
        };
        for engine in Engine::ALL {
            let name = engine.to_string().to_uppercase();
            let server = self.running.iter().find(|server| server.engine == engine);
            set(format!("STAKA_TEST_{name}_URL"), server.map(|it| it.url.clone()));
            set(format!("STAKA_TEST_{name}_SOCKET_URL"), server.and_then(|it| it.socket_url.clone()));
            let doors = server.zip(seeded).map(|(server, database)| format!("{}/{database}", server.url));
            set(format!("STAKA_TEST_{name}_DOORS_URL"), doors);
        }
        let given = self.given.as_ref();
        set("STAKA_TEST_GIVEN".to_owned(), given.map(|_| "1".to_owned()));
        set("STAKA_TEST_PREFIX".to_owned(), given.map(|given| given.prefix.clone()));
        set("STAKA_TEST_LEFT_OUT".to_owned(), given.map(|given| given.left_out.to_string_lossy().into_owned()));
    }

    /// Sets DATABASE_URL for a program that creates its own database.
    pub(crate) fn set_database_url(&self, command: &mut Command, program: &str) {
        let database = self.database(&format!("staka_example_{}", program.replace('-', "_")));
        if let Some((_, url)) = self.urls(&database).first() {
            command.env("DATABASE_URL", url);
        }
    }
}

/// Returns the banner about the reports of what was left out, each counted.
fn counted(reports: &str) -> String {
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for line in reports.lines() {
        match kinds.iter_mut().find(|(kind, _)| *kind == line) {
            Some((_, count)) => *count += 1,
            None => kinds.push((line, 1)),
        }
    }
    let lines: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count:5}  {kind}")).collect();
    format!("{} LEFT OUT on the owner's servers:\n{}", reports.lines().count(), lines.join("\n"))
}

/// Returns engine and version from the greeting with which a server answers a connection.
fn greeting(url: &str) -> io::Result<(Engine, String)> {
    let invalid = || {
        let form = "mysql://user:password@host:port";
        io::Error::other(format!("--database-url must have the form {form}, without a database and parameters"))
    };
    let address = url.strip_prefix("mysql://").map(|rest| rest.trim_end_matches('/')).ok_or_else(invalid)?;
    let address = address.rsplit_once('@').map_or(address, |(_, address)| address);
    if address.is_empty() || address.contains(['/', '?']) {
        return Err(invalid());
    }
    let with_port = if address.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
        address.to_owned()
    } else {
        format!("{address}:3306")
    };
    let failed = |error: io::Error| io::Error::other(format!("{with_port}: {error}"));
    let mut stream = TcpStream::connect(&with_port).map_err(failed)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut packet = [0; 256];
    let length = stream.read(&mut packet).map_err(failed)?;
    parsed(&packet[..length]).ok_or_else(|| io::Error::other(format!("{with_port} is no MySQL or MariaDB server")))
}

/// Reads the greeting: three bytes of length, one of sequence, the protocol's version, and the server's version.
fn parsed(packet: &[u8]) -> Option<(Engine, String)> {
    let [_, _, _, _, 10, rest @ ..] = packet else { return None };
    let end = rest.iter().position(|byte| *byte == 0)?;
    let version = std::str::from_utf8(&rest[..end]).ok()?;
    // MariaDB 10 puts a version before its own for old replicas.
    let (engine, version) = match version.contains("MariaDB") {
        true => (Engine::MariaDb, version.strip_prefix("5.5.5-").unwrap_or(version)),
        false => (Engine::MySql, version),
    };
    Some((engine, version.to_owned()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_tells_engine_and_version() {
        let packet = |version: &str| [b"\x5a\0\0\0\x0a", version.as_bytes(), b"\0rest"].concat();
        for (sent, engine, version) in [
            ("5.5.5-10.11.19-MariaDB-0+deb12u1", Engine::MariaDb, "10.11.19-MariaDB-0+deb12u1"),
            ("11.8.2-MariaDB", Engine::MariaDb, "11.8.2-MariaDB"),
            ("8.0.43", Engine::MySql, "8.0.43"),
        ] {
            assert_eq!(parsed(&packet(sent)), Some((engine, version.to_owned())));
        }
        assert_eq!(parsed(b"HTTP/1.1 400 Bad Request"), None);
        for url in ["http://h:1", "mysql://root@h:1/shop", "mysql://root@h:1?tls=disabled", "mysql://"] {
            assert!(greeting(url).is_err(), "{url}");
        }
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let banner = counted("a storm\naccounts\na storm\n");
        assert_eq!(banner, "3 LEFT OUT on the owner's servers:\n    2  a storm\n    1  accounts");
    }
}
