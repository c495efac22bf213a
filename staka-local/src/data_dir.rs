//! A persistent data folder: of one engine, used by one instance at a time.

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

/// The folder's lock, also held by the watchdog and the server.
#[derive(Debug)]
pub(crate) struct DataDir {
    pub path: PathBuf,
    pub lock: File,
    pub engine: Option<Engine>,
}

impl DataDir {
    /// Creates or locks the folder. Fails if it is in use, contains other files, or belongs to another engine.
    pub(crate) fn take(path: &Path, requested: Option<Engine>, progress: &dyn Fn(&str)) -> Result<DataDir, Error> {
        let path = folder::create(path)?;
        let engine = match fs::read_to_string(path.join(MARK)) {
            Ok(text) => text.split_whitespace().next().and_then(|word| word.parse().ok()),
            Err(_) => None,
        };
        if engine.is_none() && has_other_files(&path)? {
            return Err(Error::ForeignFolder { path });
        }
        if let (Some(found), Some(requested)) = (engine, requested)
            && found != requested
        {
            return Err(Error::OtherEngine { path, found, requested });
        }
        let lock = take_lock(&path, progress)?;
        Ok(DataDir { path, lock, engine })
    }

    /// Returns the server's data folder, filled from the prepared one at the first start.
    pub(crate) fn fill(&self, engine: Engine, version: &str, prepared: &Path) -> Result<PathBuf, Error> {
        // The engine's file is written first: without it, an interrupted first start would look like other files.
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

    /// Returns the lock and links it from the run's folder, where a free lock means that the run has ended.
    pub(crate) fn share_lock(&self, run_lock: &Path) -> Result<File, Error> {
        symlink(self.path.join(LOCK), run_lock).map_err(Error::io("link", run_lock))?;
        self.lock.try_clone().map_err(Error::io("share the lock of", &self.path))
    }

    /// Returns the log of this run; the previous log is kept.
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
    let mut announced = false;
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
        if !std::mem::replace(&mut announced, true) {
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

/// Returns whether a process is alive; true if that cannot be determined.
fn lives(pid: &str) -> bool {
    if pid.parse::<u32>().is_err() || pid == process::id().to_string() {
        return true;
    }
    // Small containers have no `ps`, and macOS has no /proc.
    if Path::new("/proc/self/stat").exists() {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
        // The state follows the name in parentheses; a zombie holds no lock.
        return stat.is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| !rest.starts_with(" Z")));
    }
    let ran = command::run(Command::new("ps").args(["-p", pid]), Duration::from_secs(5), None);
    ran.map_or(true, |ran| ran.ok)
}
