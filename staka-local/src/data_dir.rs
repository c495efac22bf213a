//! A data folder that stays: ours, of one engine, used by one instance at a time.

use std::{
    fs::{self, File, TryLockError},
    io::{Seek, Write},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{self, Command},
    thread,
    time::{Duration, Instant},
};

use crate::{Engine, Error, command, folder};

const LOCK: &str = "staka.lock";
const MARK: &str = "engine";
/// A server whose owner was killed is stopped by its watchdog, which takes a while.
const STOPPING: Duration = Duration::from_secs(60);

/// Held as long as the lock lives, here or in the watchdog and the server.
#[derive(Debug)]
pub(crate) struct DataDir {
    pub path: PathBuf,
    pub lock: File,
    pub engine: Option<Engine>,
}

impl DataDir {
    /// Makes or takes the folder, and refuses one that is in use, foreign, or of another engine.
    pub(crate) fn take(path: &Path, wanted: Option<Engine>, progress: &dyn Fn(&str)) -> Result<DataDir, Error> {
        let path = folder::create(path)?;
        let engine = match fs::read_to_string(path.join(MARK)) {
            Ok(text) => text.split_whitespace().next().and_then(|word| word.parse().ok()),
            Err(_) => None,
        };
        if engine.is_none() && has_other_files(&path)? {
            return Err(Error::NotOurs { path });
        }
        if let (Some(found), Some(wanted)) = (engine, wanted)
            && found != wanted
        {
            return Err(Error::OtherEngine { path, found, wanted });
        }
        let lock = take_lock(&path, progress)?;
        Ok(DataDir { path, lock, engine })
    }

    /// The server's own folder, filled from the prepared one at the first start.
    pub(crate) fn fill(&self, engine: Engine, version: &str, prepared: &Path) -> Result<PathBuf, Error> {
        // The mark comes first: without it, what an interrupted first start leaves would look foreign.
        let mark = self.path.join(MARK);
        fs::write(&mark, format!("{engine} {version}\n")).map_err(Error::io("write", &mark))?;
        let data = self.path.join("data");
        if !data.is_dir() {
            let unfinished = self.path.join("data.new");
            folder::remove(&unfinished)?;
            folder::copy_tree(prepared, &unfinished)?;
            fs::rename(&unfinished, &data).map_err(Error::io("rename to", &data))?;
        }
        Ok(data)
    }

    /// The lock, which the run's folder leads to as well: free, it tells that the run is over.
    pub(crate) fn share_lock(&self, run_lock: &Path) -> Result<File, Error> {
        symlink(self.path.join(LOCK), run_lock).map_err(Error::io("link", run_lock))?;
        self.lock.try_clone().map_err(Error::io("share the lock of", &self.path))
    }

    /// The log of this run; the one before is kept.
    pub(crate) fn log(&self) -> PathBuf {
        let log = self.path.join("server.log");
        let _ = fs::rename(&log, self.path.join("server.log.1"));
        log
    }
}

fn has_other_files(path: &Path) -> Result<bool, Error> {
    let entries = fs::read_dir(path).map_err(Error::io("read", path))?;
    Ok(entries.flatten().any(|entry| entry.file_name() != LOCK))
}

fn take_lock(path: &Path, progress: &dyn Fn(&str)) -> Result<File, Error> {
    let file = path.join(LOCK);
    let mut lock = folder::open_lock(&file)?;
    let deadline = Instant::now() + STOPPING;
    let mut said = false;
    loop {
        match lock.try_lock() {
            Ok(()) => break,
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", &file)(error)),
            Err(TryLockError::WouldBlock) => {}
        }
        let owner = fs::read_to_string(&file).unwrap_or_default().trim().to_owned();
        if lives(&owner) || Instant::now() > deadline {
            return Err(Error::InUse { path: path.to_owned(), owner });
        }
        if !std::mem::replace(&mut said, true) {
            progress("waiting for the server of a killed process to stop");
        }
        thread::sleep(Duration::from_millis(50));
    }
    let write = |lock: &mut File| {
        lock.set_len(0)?;
        lock.rewind()?;
        writeln!(lock, "{}", process::id())
    };
    write(&mut lock).map_err(Error::io("write", &file))?;
    Ok(lock)
}

/// An owner whose number cannot be read is given the benefit of the doubt.
fn lives(pid: &str) -> bool {
    if pid.parse::<u32>().is_err() || pid == process::id().to_string() {
        return true;
    }
    // A small container has no `ps`, and macOS no /proc.
    if Path::new("/proc/self/stat").exists() {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
        // The state follows the name in brackets; a zombie holds no lock.
        return stat.is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| !rest.starts_with(" Z")));
    }
    let ran = command::run(Command::new("ps").args(["-p", pid]), Duration::from_secs(5), None);
    ran.map_or(true, |ran| ran.ok)
}
