//! The process that runs a server and, when its owner ends, stops the server and cleans up.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{Error, command, install};

const SCRIPT: &str = include_str!("watchdog.sh");
const POLL: Duration = Duration::from_millis(5);

/// The command and folders of a start; a restart uses the same.
#[derive(Debug)]
pub(crate) struct Launch {
    pub program: PathBuf,
    pub arguments: Vec<String>,
    /// The run's folder, removed at the end.
    pub run: PathBuf,
    pub log: PathBuf,
    /// The time between SIGTERM and SIGKILL; zero for an ephemeral server.
    pub grace: Duration,
    pub lock: File,
}

#[derive(Debug)]
pub(crate) struct Watchdog {
    child: Child,
    run: PathBuf,
    grace: Duration,
    pid: u32,
}

impl Watchdog {
    pub(crate) fn spawn(launch: &Launch) -> Result<Watchdog, Error> {
        let lock = launch.lock.try_clone().map_err(Error::io("share the lock of", &launch.run))?;
        let shell = Path::new("/bin/sh");
        let mut command: Command = install::clean(shell);
        command
            .args(["-c", SCRIPT, "staka-watchdog"])
            .arg(&launch.run)
            .arg(&launch.log)
            .arg((launch.grace.as_millis() / 100).to_string())
            .arg(&launch.program)
            .args(&launch.arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::from(lock))
            .stderr(Stdio::null())
            // Its own group, so that Ctrl-C in the terminal reaches only the owner.
            .process_group(0);
        let child = command.spawn().map_err(Error::io("run", shell))?;
        let mut watchdog = Watchdog { child, run: launch.run.clone(), grace: launch.grace, pid: 0 };
        let deadline = Instant::now() + Duration::from_secs(10);
        while watchdog.pid == 0 {
            if let Some(pid) = watchdog.note("pid") {
                watchdog.pid = pid;
            } else if watchdog.ended().is_some() || Instant::now() > deadline {
                let log = fs::read_to_string(&launch.log).unwrap_or_default();
                let source = std::io::Error::other(format!("the watchdog failed: {}", command::tail(&log, 10)));
                return Err(Error::Io { action: "run", path: launch.program.clone(), source });
            } else {
                thread::sleep(POLL);
            }
        }
        Ok(watchdog)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Returns how the server or the watchdog ended; `None` while both run.
    pub(crate) fn down(&mut self) -> Option<String> {
        if let Some(code) = self.note("exit") {
            // The shell reports the end by a signal as 128 plus its number.
            return Some(match code {
                129.. => format!("was ended by signal {}", code - 128),
                _ => format!("ended with code {code}"),
            });
        }
        self.ended().map(|status| format!("lost its watchdog ({status})"))
    }

    /// Sends an order and waits until the server has ended; returns false if it has not in time.
    pub(crate) fn end(&mut self, order: &str, within: Duration) -> bool {
        if !self.order(order) {
            let signal = if order == "kill" { "-KILL" } else { "-TERM" };
            self.signal(signal);
        }
        let deadline = Instant::now() + within;
        while self.note("exit").is_none() {
            // If the reaping process has ended, nothing writes the exit file.
            if self.ended().is_some() || Instant::now() > deadline {
                return false;
            }
            thread::sleep(POLL);
        }
        true
    }

    /// Ends this watchdog and leaves the folder to the next one.
    pub(crate) fn hand_over(mut self) {
        self.order("keep");
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.ended().is_none() {
            if Instant::now() > deadline {
                // It must not be released on drop: the folder belongs to the next watchdog.
                let _ = self.child.kill();
                let _ = self.child.wait();
            }
            thread::sleep(POLL);
        }
    }

    /// Closes the pipe, so that the server is stopped and the folder removed. Returns false if that takes too long.
    pub(crate) fn release(&mut self) -> bool {
        let listens = self.order("farewell");
        drop(self.child.stdin.take());
        if !listens || !self.wait_gone(self.grace + Duration::from_secs(5)) {
            self.clean_up();
        }
        self.wait_gone(Duration::from_secs(5))
    }

    /// Waits until the folder is removed, which happens last, even if the reaping process was killed.
    fn wait_gone(&mut self, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        while self.ended().is_none() || self.run.exists() {
            if Instant::now() > deadline {
                return false;
            }
            thread::sleep(POLL);
        }
        true
    }

    /// Sends an order; returns false if nothing reads the pipe any more.
    fn order(&mut self, order: &str) -> bool {
        self.child.stdin.as_mut().is_some_and(|pipe| writeln!(pipe, "{order}").is_ok())
    }

    /// Does the work of the listening process if that was killed or hangs. Without an exit file the process id is still
    /// valid.
    fn clean_up(&mut self) {
        let deadline = Instant::now() + self.grace;
        while !self.grace.is_zero() && Instant::now() < deadline && self.signal("-TERM") {
            thread::sleep(POLL * 20);
        }
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline && self.signal("-KILL") {
            thread::sleep(POLL * 4);
        }
        let _ = fs::remove_dir_all(&self.run);
    }

    /// Sends a signal to the server; returns false if it has ended.
    fn signal(&self, name: &str) -> bool {
        // Not started yet; for `kill`, 0 means its own group.
        if self.pid == 0 {
            return false;
        }
        // The shell's builtin: small containers have no `kill` program.
        let mut kill = Command::new("/bin/sh");
        kill.args(["-c", "kill \"$@\"", "sh", name, &self.pid.to_string()]);
        self.note("exit").is_none() && command::run(&mut kill, Duration::from_secs(5), None).is_ok_and(|ran| ran.ok)
    }

    fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    fn note(&self, name: &str) -> Option<u32> {
        fs::read_to_string(self.run.join(format!("{name}.{}", self.child.id()))).ok()?.trim().parse().ok()
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        // After `release` or `hand_over` the process has ended already.
        if self.ended().is_none() {
            self.release();
        }
    }
}
