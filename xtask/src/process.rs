//! Child processes and signals.

use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// Returns the folder of the private servers: `$STAKA_LOCAL_DIR`, or else `.staka` in the checkout.
pub(crate) fn local_dir(root: &Path) -> PathBuf {
    let set = std::env::var_os("STAKA_LOCAL_DIR").filter(|value| !value.is_empty());
    set.map_or_else(|| root.join(".staka"), PathBuf::from)
}

/// Returns cargo's target folder.
pub(crate) fn target_dir(root: &Path) -> PathBuf {
    let set = std::env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty());
    set.map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// Returns the command of the cargo that runs this program.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.env("STAKA_LOCAL_DIR", local_dir(root));
    command
}

/// Replaces this process by `command`, which so gets the terminal and all signals, and sets the exit
/// code.
pub(crate) fn become_child(mut command: Command) -> io::Result<ExitCode> {
    Err(command.exec())
}

/// Catches the signals that end the process, so that `Drop` runs and the servers stop.
pub(crate) struct Signals {
    last: Arc<AtomicUsize>,
}

impl Signals {
    pub(crate) fn catch() -> io::Result<Self> {
        let last = Arc::new(AtomicUsize::new(0));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register_usize(signal, Arc::clone(&last), signal as usize)?;
        }
        Ok(Self { last })
    }

    /// Returns signals that never come.
    #[cfg(test)]
    pub(crate) fn silent() -> Self {
        Self { last: Arc::default() }
    }

    /// Returns the last signal received, if any.
    pub(crate) fn received(&self) -> Option<i32> {
        match self.last.load(Ordering::SeqCst) {
            0 => None,
            signal => i32::try_from(signal).ok(),
        }
    }

    /// Returns the exit code of a process that was ended by the received signal, if any.
    pub(crate) fn exit_code(&self) -> Option<ExitCode> {
        let code = u8::try_from(128 + self.received()?).ok()?;
        Some(ExitCode::from(code))
    }

    /// Runs `command` to its end in its own process group, and forwards received signals to the
    /// whole group: otherwise `cargo test` would end and leave the test programs running.
    pub(crate) fn run(&self, mut command: Command) -> io::Result<ExitStatus> {
        self.wait(spawn(&mut command)?)
    }

    /// Runs `command` like [`Signals::run`], and returns its standard output.
    pub(crate) fn output(&self, mut command: Command) -> io::Result<(ExitStatus, String)> {
        let mut child = spawn(command.stdout(Stdio::piped()))?;
        let stdout = child.stdout.take();
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            stdout.map_or(Ok(0), |mut stdout| stdout.read_to_string(&mut text)).map(|_| text)
        });
        let status = self.wait(child)?;
        let text = reader.join().map_err(|_| io::Error::other("the reader panicked"))??;
        Ok((status, text))
    }

    /// Runs `command` like [`Signals::run`], prints its standard output, and returns the lines that `keep` wants.
    pub(crate) fn run_and_keep(
        &self,
        mut command: Command,
        keep: impl Fn(&str) -> bool + Send + 'static,
    ) -> io::Result<(ExitStatus, Vec<String>)> {
        let mut child = spawn(command.stdout(Stdio::piped()))?;
        let stdout = child.stdout.take();
        let reader = std::thread::spawn(move || {
            let mut kept = Vec::new();
            for line in stdout.into_iter().flat_map(|stdout| BufReader::new(stdout).split(b'\n')) {
                let line = String::from_utf8_lossy(&line?).into_owned();
                println!("{line}");
                if keep(&line) {
                    kept.push(line);
                }
            }
            io::Result::Ok(kept)
        });
        let status = self.wait(child)?;
        let kept = reader.join().map_err(|_| io::Error::other("the reader panicked"))??;
        Ok((status, kept))
    }

    fn wait(&self, mut child: Child) -> io::Result<ExitStatus> {
        let mut passed_on = None;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            let received = self.received();
            if received != passed_on {
                passed_on = received;
                pass_on(&child, received.unwrap_or(SIGTERM));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn spawn(command: &mut Command) -> io::Result<Child> {
    // A process outside of the terminal's foreground group must not read from it.
    command.stdin(Stdio::null()).process_group(0).spawn()
}

fn pass_on(child: &Child, signal: i32) {
    let signal = match signal {
        SIGINT => Signal::INT,
        SIGTERM => Signal::TERM,
        _ => Signal::HUP,
    };
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // An error can be ignored: the group has already ended.
        let _ = kill_process_group(group, signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_kept() {
        let signals = Signals::silent();
        let mut command = Command::new("printf");
        command.arg("test a ... ok\ntest b ... FAILED\n");
        let (status, kept) = signals.run_and_keep(command, |line| line.ends_with("FAILED")).expect("printf runs");
        assert!(status.success());
        assert_eq!(kept, ["test b ... FAILED"]);
    }

    #[test]
    fn a_signal_reaches_the_grandchildren_and_ends_the_wait() {
        let signals = Signals::silent();
        let last = Arc::clone(&signals.last);
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            last.store(SIGTERM as usize, Ordering::SeqCst);
        });
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & wait"]);
        let before = std::time::Instant::now();
        // The grandchild keeps the pipe open, so the end of the output shows that it has ended.
        let (status, _) = signals.output(command).expect("sh runs");
        assert!(!status.success());
        assert!(before.elapsed() < Duration::from_secs(30));
    }
}
