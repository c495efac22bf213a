//! The process that holds a server and outlives its owner by just as long as it takes to clean up.

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

/// What is started, and where; the same again at a restart.
#[derive(Debug)]
pub(crate) struct Launch {
    pub program: PathBuf,
    pub arguments: Vec<String>,
    /// Removed in the end.
    pub run: PathBuf,
    pub log: PathBuf,
    /// Between SIGTERM and SIGKILL; zero for a server whose data is thrown away.
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
            // Ctrl-C goes to the terminal's group: the owner decides, not the keyboard.
            .process_group(0);
        let child = command.spawn().map_err(Error::io("run", shell))?;
        let mut watchdog = Watchdog { child, run: launch.run.clone(), grace: launch.grace, pid: 0 };
        let deadline = Instant::now() + Duration::from_secs(10);
        while watchdog.pid == 0 {
            if let Some(pid) = watchdog.note("pid") {
                watchdog.pid = pid;
            } else if watchdog.ended().is_some() || Instant::now() > deadline {
                let log = fs::read_to_string(&launch.log).unwrap_or_default();
                let source = std::io::Error::other(format!("its watchdog failed: {}", command::tail(&log, 10)));
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

    /// The server's exit code, or that the watchdog itself has ended; `None` while both live.
    pub(crate) fn down(&mut self) -> Option<String> {
        if let Some(code) = self.note("exit") {
            // The shell's way of saying that a signal ended it.
            return Some(match code {
                129.. => format!("was ended by signal {}", code - 128),
                _ => format!("ended with code {code}"),
            });
        }
        self.ended().map(|status| format!("lost its watchdog ({status})"))
    }

    /// Sends an order and waits until the server is gone; false if it is not, in time.
    pub(crate) fn end(&mut self, order: &str, within: Duration) -> bool {
        if !self.order(order) {
            let signal = if order == "kill" { "-KILL" } else { "-TERM" };
            self.signal(signal);
        }
        let deadline = Instant::now() + within;
        while self.note("exit").is_none() {
            // With the reaping half gone, nobody will write the note.
            if self.ended().is_some() || Instant::now() > deadline {
                return false;
            }
            thread::sleep(POLL);
        }
        true
    }

    /// Ends this watchdog and leaves the folder to its successor.
    pub(crate) fn hand_over(mut self) {
        self.order("keep");
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.ended().is_none() {
            if Instant::now() > deadline {
                // It must not be released when it is dropped: the folder is not its own any more.
                let _ = self.child.kill();
                let _ = self.child.wait();
            }
            thread::sleep(POLL);
        }
    }

    /// Closes the pipe: the server is stopped, the folder removed. False if that takes too long.
    pub(crate) fn release(&mut self) -> bool {
        let listens = self.order("farewell");
        drop(self.child.stdin.take());
        if !listens || !self.wait_gone(self.grace + Duration::from_secs(5)) {
            self.bury();
        }
        self.wait_gone(Duration::from_secs(5))
    }

    /// The folder goes last; that alone tells the end if the reaping half of the watchdog was killed before.
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

    /// False if nobody reads the pipe any more.
    fn order(&mut self, order: &str) -> bool {
        self.child.stdin.as_mut().is_some_and(|pipe| writeln!(pipe, "{order}").is_ok())
    }

    /// The listening half's work, if that was killed or hangs. Without a note the number is still the server's.
    fn bury(&mut self) {
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

    /// False if the server is gone.
    fn signal(&self, name: &str) -> bool {
        // Not started yet; and to `kill`, 0 means our own group.
        if self.pid == 0 {
            return false;
        }
        // The shell's own: a small container has no program of that name.
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
        // After `release` or `hand_over` there is nothing left to wait for.
        if self.ended().is_none() {
            self.release();
        }
    }
}
