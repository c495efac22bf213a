//! Runs programs with a time limit.

use std::{
    fs::File,
    io::{self, Read, Seek},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

pub(crate) struct Ran {
    pub ok: bool,
    /// Standard output and standard error, interleaved; a note at the end if the program was stopped.
    pub output: String,
}

/// Runs a program until it ends or the time limit passes. `held` is an open lock that is passed as its standard input,
/// so that a program orphaned by `kill -9` of its owner still holds the lock.
pub(crate) fn run(command: &mut Command, bound: Duration, held: Option<&File>) -> io::Result<Ran> {
    // A file, not a pipe: a grandchild that keeps a pipe open would delay this past the time limit.
    let mut sink = tempfile::tempfile()?;
    let stdin = match held {
        Some(lock) => Stdio::from(lock.try_clone()?),
        None => Stdio::null(),
    };
    let mut child = command.stdin(stdin).stdout(sink.try_clone()?).stderr(sink.try_clone()?).spawn()?;
    let deadline = Instant::now() + bound;
    let mut pause = Duration::from_millis(1);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            break None;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    };
    let mut bytes = Vec::new();
    sink.rewind()?;
    sink.read_to_end(&mut bytes)?;
    let mut output = String::from_utf8_lossy(&bytes).into_owned();
    if status.is_none() {
        output.push_str(&format!("\n(stopped after {} s)", bound.as_secs()));
    }
    Ok(Ran { ok: status.is_some_and(|status| status.success()), output })
}

/// Returns the last lines of a text.
pub(crate) fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_streams_are_kept_and_time_is_bounded() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo err >&2; exit 3"]);
        let ran = run(&mut command, Duration::from_secs(10), None).unwrap();
        assert!(!ran.ok);
        assert_eq!(ran.output, "out\nerr\n");

        let begun = Instant::now();
        let ran = run(Command::new("sleep").arg("60"), Duration::from_millis(100), None).unwrap();
        assert!(!ran.ok && ran.output.contains("stopped after"));
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
