//! What the tests share: servers, databases, and the program.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;
use staka_core::{Config, Migrator, Staka};
use staka_local::{Engine, LocalServer};

/// Runs a test on both servers: `on_both! { fn name(server: &str) { … } }`.
macro_rules! on_both {
    ($(fn $name:ident($server:ident: &str) $body:block)+) => {$(
        mod $name {
            use super::*;

            fn body($server: &str) $body

            #[test]
            fn mariadb() {
                if let Some(server) = $crate::support::server(staka_local::Engine::MariaDb) {
                    body(server);
                }
            }

            #[test]
            fn mysql() {
                if let Some(server) = $crate::support::server(staka_local::Engine::MySql) {
                    body(server);
                }
            }
        }
    )+};
}
pub(crate) use on_both;

/// Returns the URL of a server without a database: the one that the test command started, or a private one. Returns
/// none, with a message, if there is no server; with `STAKA_REQUIRE_SERVERS=1` that is a failure.
pub fn server(engine: Engine) -> Option<&'static str> {
    static MARIADB: OnceLock<Option<(String, Option<LocalServer>)>> = OnceLock::new();
    static MYSQL: OnceLock<Option<(String, Option<LocalServer>)>> = OnceLock::new();
    let slot = if engine == Engine::MariaDb { &MARIADB } else { &MYSQL };
    slot.get_or_init(|| start(engine)).as_ref().map(|(url, _)| url.as_str())
}

fn start(engine: Engine) -> Option<(String, Option<LocalServer>)> {
    if let Ok(url) = std::env::var(format!("STAKA_TEST_{}_URL", engine.to_string().to_uppercase())) {
        return Some((url, None));
    }
    if staka_cases::left_out(&format!("the tests of the command line on {engine}, which is not given")) {
        return None;
    }
    match LocalServer::builder().engine(engine).fast(true).cache_dir(cache_dir()).start() {
        Ok(running) => Some((running.url("").trim_end_matches('/').to_owned(), Some(running))),
        Err(error) => {
            staka_cases::skip(&format!("{engine} cannot be started: {error}"));
            None
        }
    }
}

/// Returns the folder of downloaded servers: `$STAKA_LOCAL_DIR`, or else `.staka` in the checkout.
pub fn cache_dir() -> PathBuf {
    std::env::var_os("STAKA_LOCAL_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.staka")), PathBuf::from)
}

/// Returns the URL of a database that does not exist yet.
pub fn unused(server: &str) -> String {
    format!("{server}/{}", staka_cases::database_name())
}

/// Creates an empty database for one test and returns its URL.
pub fn database(server: &str) -> String {
    let url = unused(server);
    run(async { Migrator::create_database(&Config::from_url(&url).unwrap()).await.unwrap() });
    url
}

/// Creates a database that the program has migrated, and returns its URL.
pub fn migrated(server: &str) -> String {
    let url = database(server);
    done(&["migrate", "--database-url", &url]);
    url
}

pub fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(work)
}

/// Runs `work` with a handle, which is closed afterwards.
pub fn with<T, Work: Future<Output = T>>(url: &str, work: impl FnOnce(Staka) -> Work) -> T {
    run(async {
        let staka = Staka::connect(url).await.unwrap();
        let value = work(staka.clone()).await;
        staka.close().await;
        value
    })
}

/// Returns the program with arguments, without the shell's environment variables for it.
pub fn staka(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_staka"));
    for name in ["DATABASE_URL", "JWT_SECRET", "RUST_LOG"] {
        command.env_remove(name);
    }
    command.env("STAKA_LOCAL_DIR", cache_dir()).stdin(Stdio::null()).args(arguments);
    command
}

/// Runs the program to its end; returns exit code, standard output, standard error.
pub fn outcome(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// Runs the program, which must succeed, and returns its standard output.
pub fn done(arguments: &[&str]) -> String {
    let (code, stdout, stderr) = outcome(&mut staka(arguments));
    assert_eq!(code, 0, "{arguments:?}\n{stdout}\n{stderr}");
    stdout
}

/// Runs the program with `--json`, which must print exactly one document.
pub fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&done(&[arguments, &["--json"]].concat())).unwrap()
}

/// Runs the program with `--json`, which must fail with this exit code; returns the error.
pub fn refused(code: i32, arguments: &[&str]) -> Value {
    let (found, stdout, stderr) = outcome(&mut staka(&[arguments, &["--json"]].concat()));
    assert_eq!(found, code, "{arguments:?}\n{stdout}\n{stderr}");
    let document: Value = serde_json::from_str(&stdout).unwrap();
    assert!(document["error"]["message"].is_string(), "{document}");
    document["error"].clone()
}

/// A program that runs until it receives a signal.
pub struct Running {
    child: Child,
    pub lines: Vec<String>,
}

impl Running {
    /// Starts the program and reads standard output up to the line that contains `until`.
    pub fn start(command: &mut Command, until: &str) -> Self {
        let mut running = Self::of(command.stdout(Stdio::piped()).spawn().unwrap());
        let out = BufReader::new(running.child.stdout.take().unwrap());
        for line in out.lines().map(Result::unwrap) {
            let last = line.contains(until);
            running.lines.push(line);
            if last {
                return running;
            }
        }
        panic!("the program ended before it printed {until:?}: {:?}", running.lines);
    }

    /// Wraps a program whose output is not read.
    pub fn of(child: Child) -> Self {
        Self { child, lines: Vec::new() }
    }

    /// Sends a signal and waits up to 30 seconds for the end.
    pub fn end(mut self, signal: &str) -> ExitStatus {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "the program does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A failed test leaves no process running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a `GET` request; returns status and body.
pub fn get(address: &str, path: &str, token: Option<&str>) -> (u16, String) {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address.trim_start_matches("http://")).unwrap();
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: test\r\n{token}Connection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}
