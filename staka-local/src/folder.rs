//! Folders and locks: the cache, the folder of a run, and the removal of abandoned runs.

use std::{
    env,
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{Error, command};

const PREFIX: &str = "staka-";
/// Memory for a fast server's data and what a test suite adds to it, in bytes.
const ROOM_IN_MEMORY: u64 = 1 << 30;

/// Returns the default folder for fetched servers and prepared data folders: `$STAKA_LOCAL_DIR`, else
/// `$XDG_CACHE_HOME/staka`, else `~/.cache/staka`.
pub fn default_cache_dir() -> PathBuf {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("STAKA_LOCAL_DIR")
        .or_else(|| set("XDG_CACHE_HOME").map(|base| base.join("staka")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/staka")))
        .unwrap_or_else(|| env::temp_dir().join("staka-cache"))
}

/// Creates a folder if it does not exist, and returns its absolute path, as servers run in another working folder.
pub(crate) fn create(path: &Path) -> Result<PathBuf, Error> {
    fs::create_dir_all(path).map_err(Error::io("create", path))?;
    path.canonicalize().map_err(Error::io("resolve", path))
}

/// Waits for a lock; calls `waiting` once if another process holds it.
pub(crate) fn lock(path: &Path, waiting: impl FnOnce()) -> Result<File, Error> {
    let file = open_lock(path)?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => waiting(),
        Err(TryLockError::Error(error)) => return Err(Error::io("lock", path)(error)),
    }
    file.lock().map_err(Error::io("lock", path))?;
    Ok(file)
}

pub(crate) fn open_lock(path: &Path) -> Result<File, Error> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(Error::io("open", path))
}

/// Creates a folder of mode 0700 whose path is short enough for a Unix socket in it (107 bytes on Linux, 103 on macOS),
/// in memory if requested and if there is room. Folders of runs that were killed with their watchdog are removed.
pub(crate) fn new_run(in_memory: bool) -> Result<PathBuf, Error> {
    let temp = env::temp_dir();
    let temp = if temp.as_os_str().len() > 70 { PathBuf::from("/tmp") } else { temp };
    let memory = Path::new("/dev/shm");
    let base = if in_memory && free_bytes(memory).is_some_and(|free| free >= ROOM_IN_MEMORY) { memory } else { &temp };
    let made = tempfile::Builder::new()
        .prefix(PREFIX)
        .permissions(private())
        .tempdir_in(base)
        .map_err(Error::io("create a folder in", base))?;
    let uid = owner(made.path())?;
    for place in [memory, &temp] {
        sweep(place, uid);
    }
    Ok(made.keep())
}

/// Returns permissions for this user only.
pub(crate) fn private() -> fs::Permissions {
    fs::Permissions::from_mode(0o700)
}

/// Returns the id of the user who owns this folder, and so this process.
pub(crate) fn owner(path: &Path) -> Result<u32, Error> {
    Ok(fs::metadata(path).map_err(Error::io("read", path))?.uid())
}

fn free_bytes(path: &Path) -> Option<u64> {
    if !path.is_dir() {
        return None;
    }
    let mut df = Command::new("df");
    df.arg("-Pk").arg(path).env("LC_ALL", "C");
    let ran = command::run(&mut df, Duration::from_secs(5), None).ok()?;
    let kilobytes: u64 = ran.output.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Removes abandoned runs: a run's lock is held by its owner, watchdog and server, so a free one means that all have
/// ended.
fn sweep(base: &Path, uid: u32) {
    let Ok(entries) = fs::read_dir(base) else { return };
    for entry in entries.flatten() {
        let named = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        let Ok(meta) = entry.metadata() else { continue };
        // A recent folder may not be locked yet.
        let old = meta.modified().ok().and_then(|at| at.elapsed().ok()).is_some_and(|age| age.as_secs() > 60);
        if !named || !meta.is_dir() || meta.uid() != uid || !old {
            continue;
        }
        // The lock is opened, never created: a folder without a lock is not touched.
        let Ok(lock) = OpenOptions::new().write(true).open(entry.path().join(RUN_LOCK)) else { continue };
        if lock.try_lock().is_ok() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The lock's file name in a run's folder.
pub(crate) const RUN_LOCK: &str = "run.lock";

/// Copies a tree of folders and regular files; other files (sockets) are left out.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> Result<(), Error> {
    let copy = || -> io::Result<()> {
        fs::create_dir(to)?;
        fs::set_permissions(to, fs::metadata(from)?.permissions())
    };
    copy().map_err(Error::io("create", to))?;
    for entry in fs::read_dir(from).map_err(Error::io("read", from))? {
        let entry = entry.map_err(Error::io("read", from))?;
        let kind = entry.file_type().map_err(Error::io("read", entry.path()))?;
        let target = to.join(entry.file_name());
        if kind.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), &target).map_err(Error::io("copy to", &target))?;
        }
    }
    Ok(())
}

/// Removes a tree if it exists.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", path)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_runs_with_a_free_lock_are_removed() {
        let base = tempfile::tempdir().unwrap();
        let make = |name: &str, age: u64| {
            let path = base.path().join(name);
            fs::create_dir(&path).unwrap();
            let lock = lock(&path.join(RUN_LOCK), || ()).unwrap();
            let made = fs::metadata(&path).unwrap().modified().unwrap();
            File::open(&path).unwrap().set_modified(made - Duration::from_secs(age)).unwrap();
            (path, lock)
        };
        let (dead, lock) = make("staka-dead", 120);
        drop(lock);
        let (running, _held) = make("staka-running", 120);
        let (young, lock) = make("staka-young", 5);
        drop(lock);
        let (other, lock) = make("other", 120);
        drop(lock);
        let bare = base.path().join("staka-bare");
        fs::create_dir(&bare).unwrap();

        let uid = owner(base.path()).unwrap();
        sweep(base.path(), uid + 1);
        assert!(dead.exists(), "another user's");
        sweep(base.path(), uid);
        assert!(!dead.exists());
        assert!(running.exists() && young.exists() && other.exists() && bare.exists());
    }
}
