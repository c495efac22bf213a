use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Builder, Engine, Error, Installation, command,
    data_dir::DataDir,
    folder, probe,
    watchdog::{Launch, Watchdog},
};

/// The time between SIGTERM and SIGKILL for a server with persistent data: a large buffer pool takes long to write.
const GRACE: Duration = Duration::from_secs(30);
/// How long a start may take, including recovery after a crash.
const READY: Duration = Duration::from_secs(180);
const PORT_TRIES: u32 = 5;

/// A running server. Dropping it stops the server; so does the end of this process, whatever its cause.
#[derive(Debug)]
pub struct LocalServer {
    engine: Engine,
    version: String,
    port: u16,
    socket: PathBuf,
    launch: Launch,
    watchdog: Watchdog,
}

impl LocalServer {
    /// Returns a builder.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns a URL over TCP: `mysql://root@127.0.0.1:PORT/database`.
    pub fn url(&self, database: &str) -> String {
        format!("mysql://root@127.0.0.1:{}/{}", self.port, percent(database))
    }

    /// Returns a URL over the Unix socket: `mysql://root@localhost/database?socket=…`.
    pub fn socket_url(&self, database: &str) -> String {
        let socket = percent(&self.socket.to_string_lossy());
        format!("mysql://root@localhost/{}?socket={socket}", percent(database))
    }

    /// Returns the port on 127.0.0.1; a restart keeps it.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the path of the Unix socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Returns the engine.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Returns the version, such as `10.11.19`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns the server's process id, which changes with a restart.
    pub fn pid(&self) -> u32 {
        self.watchdog.pid()
    }

    /// Returns the path of the log file; an ephemeral server's log is deleted when it stops.
    pub fn log(&self) -> &Path {
        &self.launch.log
    }

    /// Stops the server and waits: by SIGTERM, and SIGKILL after 30 s. An ephemeral server is killed at once, as its
    /// data is deleted anyway.
    pub fn stop(mut self) -> Result<(), Error> {
        let pid = self.watchdog.pid();
        if self.watchdog.release() { Ok(()) } else { Err(Error::Stop { engine: self.engine, pid }) }
    }

    /// Kills the server by SIGKILL, like a crash; its data stays for [`LocalServer::restart`].
    pub fn kill(&mut self) -> Result<(), Error> {
        self.end("kill", Duration::from_secs(15))
    }

    /// Starts the server again on the same data and port, after [`LocalServer::kill`] or a crash. A running server is
    /// shut down first.
    pub fn restart(&mut self) -> Result<(), Error> {
        self.end("term", GRACE)?;
        let mut watchdog = Watchdog::spawn(&self.launch)?;
        if let Err(reason) = wait_ready(&mut watchdog, self.port, &self.socket) {
            let error = self.failed(reason);
            // The older watchdog still owns the folder, so that restart can be called again.
            watchdog.end("kill", Duration::from_secs(15));
            watchdog.hand_over();
            return Err(error);
        }
        std::mem::replace(&mut self.watchdog, watchdog).hand_over();
        Ok(())
    }

    fn end(&mut self, order: &str, within: Duration) -> Result<(), Error> {
        if self.watchdog.end(order, within) {
            return Ok(());
        }
        match self.watchdog.down() {
            Some(reason) => Err(self.failed(reason)),
            None => Err(Error::Stop { engine: self.engine, pid: self.watchdog.pid() }),
        }
    }

    fn failed(&self, reason: String) -> Error {
        start_error(self.engine, &self.launch.log, reason)
    }
}

/// The data of a start, once program and prepared data exist.
pub(crate) struct Start<'a> {
    pub installation: Installation,
    pub prepared: PathBuf,
    pub data_dir: Option<DataDir>,
    pub fast: bool,
    pub options: &'a [String],
}

impl Start<'_> {
    pub(crate) fn run(self) -> Result<LocalServer, Error> {
        let Installation { engine, ref version, .. } = self.installation;
        let run = folder::new_run(self.fast && self.data_dir.is_none())?;
        // Until a watchdog owns the folder, this process must remove it.
        let mut unguarded = Unguarded(Some(run.clone()));
        let run_lock = run.join(folder::RUN_LOCK);
        let (data, log, lock, grace) = match &self.data_dir {
            Some(dir) => {
                let data = dir.fill(engine, version, &self.prepared)?;
                let staying = dir.share_lock(&run_lock)?;
                (data, dir.log(), staying, GRACE)
            }
            None => {
                let lock = folder::lock(&run_lock, || ())?;
                let data = run.join("data");
                folder::copy_tree(&self.prepared, &data)?;
                (data, run.join("server.log"), lock, Duration::ZERO)
            }
        };
        let socket = run.join("s.sock");
        let program = self.installation.server.clone();
        let mut launch = Launch { program, arguments: Vec::new(), run: run.clone(), log, grace, lock };
        let mut tries = 0;
        loop {
            tries += 1;
            let port = probe::free_port().ok_or_else(|| {
                start_error(engine, &launch.log, "found no free port between 20000 and 32000".to_owned())
            })?;
            launch.arguments = self.arguments(&run, &data, &socket, port)?;
            let mut watchdog = Watchdog::spawn(&launch)?;
            let Err(reason) = wait_ready(&mut watchdog, port, &socket) else {
                unguarded.0 = None;
                return Ok(LocalServer { engine, version: version.clone(), port, socket, launch, watchdog });
            };
            let error = start_error(engine, &launch.log, reason);
            // Another process may take the port between the check and the server's start.
            let taken = fs::read_to_string(&launch.log).is_ok_and(|log| log.contains("Bind on TCP/IP port"));
            watchdog.end("kill", Duration::from_secs(15));
            watchdog.hand_over();
            if !taken || tries == PORT_TRIES {
                return Err(error);
            }
            let _ = fs::remove_file(&launch.log);
        }
    }

    fn arguments(&self, run: &Path, data: &Path, socket: &Path, port: u16) -> Result<Vec<String>, Error> {
        let found = &self.installation;
        // This option must be the first.
        let mut list = vec!["--no-defaults".to_owned()];
        let mut add = |options: &[&str]| list.extend(options.iter().map(|option| (*option).to_owned()));
        add(&[
            &format!("--datadir={}", data.display()),
            &format!("--socket={}", socket.display()),
            &format!("--pid-file={}", run.join("server.pid").display()),
            &format!("--port={port}"),
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            "--skip-log-bin",
            "--performance-schema=OFF",
            "--max-connections=300",
        ]);
        // loose: an older server ignores an option that it does not know.
        add(match (self.fast, found.engine) {
            (true, _) => {
                &["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--innodb-buffer-pool-size=128M"]
            }
            (false, _) => &["--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=512M"],
        });
        add(match (self.fast, found.engine) {
            (true, Engine::MySql) => &["--loose-innodb-redo-log-capacity=32M"],
            (true, Engine::MariaDb) => &["--innodb-log-file-size=16M"],
            (false, Engine::MySql) => &["--loose-innodb-redo-log-capacity=256M"],
            (false, Engine::MariaDb) => &["--innodb-log-file-size=256M"],
        });
        if found.engine == Engine::MySql {
            // It aborts if its compiled-in folder is missing.
            add(&["--secure-file-priv=", "--loose-mysqlx=OFF"]);
        }
        if folder::owner(run)? == 0 {
            add(&["--user=root"]);
        }
        // A private folder: a starting MariaDB deletes the files of others in a shared one.
        let temp = folder::create(&self.data_dir.as_ref().map_or(run, |dir| dir.path.as_path()).join("tmp"))?;
        add(&[&format!("--tmpdir={}", temp.display())]);
        if let Some(root) = &found.root {
            list.extend(found.folder_options(&root.join("usr")));
        }
        list.extend_from_slice(self.options);
        Ok(list)
    }
}

struct Unguarded(Option<PathBuf>);

impl Drop for Unguarded {
    fn drop(&mut self) {
        if let Some(run) = &self.0 {
            let _ = fs::remove_dir_all(run);
        }
    }
}

/// Waits until the server is ready; returns the reason if it ended or does not answer.
fn wait_ready(watchdog: &mut Watchdog, port: u16, socket: &Path) -> Result<(), String> {
    let deadline = Instant::now() + READY;
    let mut socket_greeted = false;
    loop {
        socket_greeted = socket_greeted || probe::socket_greets(socket);
        if socket_greeted && probe::port_greets(port) {
            return Ok(());
        }
        if let Some(down) = watchdog.down() {
            return Err(down);
        }
        if Instant::now() > deadline {
            return Err(format!("was not ready after {} s", READY.as_secs()));
        }
        thread::sleep(Duration::from_millis(10));
    }
}

fn start_error(engine: Engine, log: &Path, reason: String) -> Error {
    let log = fs::read(log).map(|bytes| command::tail(&String::from_utf8_lossy(&bytes), 30)).unwrap_or_default();
    Error::Start { engine, reason, log }
}

/// Percent-encodes everything but the unreserved characters of a URL.
fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn paths_and_names_survive_a_url() {
        assert_eq!(percent("/tmp/staka-é/s.sock"), "%2Ftmp%2Fstaka-%C3%A9%2Fs.sock");
        assert_eq!(percent("staka_demo"), "staka_demo");
    }
}
