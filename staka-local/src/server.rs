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

/// Between SIGTERM and SIGKILL, for a server whose data stays: a big buffer pool takes its time.
const GRACE: Duration = Duration::from_secs(30);
/// Recovery after a crash included.
const READY: Duration = Duration::from_secs(180);
const PORT_TRIES: u32 = 5;

/// A running server. Dropping it stops it; so does the end of this process, whatever ends it.
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
    /// Starts here.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A URL over TCP: `mysql://root@127.0.0.1:PORT/database`.
    pub fn url(&self, database: &str) -> String {
        format!("mysql://root@127.0.0.1:{}/{}", self.port, percent(database))
    }

    /// A URL over the unix socket: `mysql://root@localhost/database?socket=…`.
    pub fn socket_url(&self, database: &str) -> String {
        let socket = percent(&self.socket.to_string_lossy());
        format!("mysql://root@localhost/{}?socket={socket}", percent(database))
    }

    /// The port, on 127.0.0.1 only; a restart keeps it.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The unix socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Its version, such as `10.11.19`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The server's process; another one after a restart.
    pub fn pid(&self) -> u32 {
        self.watchdog.pid()
    }

    /// The server's log file; an ephemeral server's goes with it.
    pub fn log(&self) -> &Path {
        &self.launch.log
    }

    /// Stops it and waits: SIGTERM, and SIGKILL after a grace. An ephemeral server's data is thrown away, so that one
    /// is killed at once.
    pub fn stop(mut self) -> Result<(), Error> {
        let pid = self.watchdog.pid();
        if self.watchdog.release() { Ok(()) } else { Err(Error::Stop { engine: self.engine, pid }) }
    }

    /// `kill -9` of the server, as a crash would do; its data stays for [`LocalServer::restart`].
    pub fn kill(&mut self) -> Result<(), Error> {
        self.end("kill", Duration::from_secs(15))
    }

    /// Starts it again on the same data and port: after [`LocalServer::kill`], after a crash of its own, or, if it
    /// still runs, after an orderly stop.
    pub fn restart(&mut self) -> Result<(), Error> {
        self.end("term", GRACE)?;
        let mut watchdog = Watchdog::spawn(&self.launch)?;
        if let Err(reason) = wait_ready(&mut watchdog, self.port, &self.socket) {
            let error = self.failed(reason);
            // The older watchdog still keeps the folder: another try is possible.
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

/// All that a start needs once the program and the prepared data are there.
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
        // Until a watchdog has the folder, it is ours to remove.
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
                start_error(engine, &launch.log, "finds no free port between 20000 and 32000".to_owned())
            })?;
            launch.arguments = self.arguments(&run, &data, &socket, port)?;
            let mut watchdog = Watchdog::spawn(&launch)?;
            let Err(reason) = wait_ready(&mut watchdog, port, &socket) else {
                unguarded.0 = None;
                return Ok(LocalServer { engine, version: version.clone(), port, socket, launch, watchdog });
            };
            let error = start_error(engine, &launch.log, reason);
            // Someone else may take a port between our look and the server's.
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
        // Must come first.
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
        // loose: an older server does without an option that it does not know.
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
            // It aborts where the compiled-in folder is missing.
            add(&["--secure-file-priv=", "--loose-mysqlx=OFF"]);
        }
        if folder::owner(run)? == 0 {
            add(&["--user=root"]);
        }
        // Of its own: a MariaDB that starts deletes what others keep in a folder that they share.
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

/// The reason, if the server is down or deaf.
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

/// Everything but the unreserved characters of a URL.
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
