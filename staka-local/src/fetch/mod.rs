//! Fetches a server from the distribution's packages, without root and without touching the system's packages.

mod apt;
mod sources;
mod unpack;

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    Engine, Error, Installation, folder,
    install::{self, ask_unpacked},
};
use apt::Apt;
use sources::Machine;

/// Fetches a server with the machine's `apt`, mirrors and keyrings, and unpacks it in `cache_dir`.
///
/// MariaDB and Ubuntu's MySQL come from the machine's release; on Debian, MySQL comes from sid, the only suite that has
/// it (with that suite's C library). `progress` is called with a line for each step. A server that was fetched before
/// is returned at once; a second process that fetches waits for the first.
///
/// ```no_run
/// use staka_local::{Engine, default_cache_dir, fetch};
///
/// let mysql = fetch(Engine::MySql, default_cache_dir(), &|step| eprintln!("{step}"))?;
/// println!("{}", mysql.version());
/// # Ok::<(), staka_local::Error>(())
/// ```
pub fn fetch(engine: Engine, cache_dir: impl AsRef<Path>, progress: &dyn Fn(&str)) -> Result<Installation, Error> {
    let cache_dir = cache_dir.as_ref();
    if let Some(found) = install::fetched(Some(engine), cache_dir) {
        return Ok(found);
    }
    let machine = Machine::look().map_err(|reason| Error::not_found(Some(engine), reason))?;
    let cache = folder::create(cache_dir)?;
    let lock = folder::lock(&cache.join(format!("fetch-{engine}.lock")), || {
        progress(&format!("waiting for another process that fetches {}", engine.title()));
    })?;
    if let Some(found) = install::fetched(Some(engine), &cache) {
        return Ok(found);
    }

    // Kept after a failure, so that the next attempt resumes the download.
    let work = folder::create(&cache.join(format!("fetch-{engine}")))?;
    let apt = Apt::new(&work, &machine, engine, &lock)?;
    progress(&format!("fetching {}: package lists", engine.title()));
    apt.update()?;
    let packages = apt.choose(engine)?;
    progress(&format!("fetching {}: {}", engine.title(), packages.join(" ")));
    let archives = apt.download(engine, &packages)?;

    progress(&format!("unpacking {} packages", archives.len()));
    // This process holds the lock, so an existing folder was left by an interrupted run.
    let unpacked = cache.join(format!("unpack-{engine}"));
    folder::remove(&unpacked)?;
    fs::create_dir(&unpacked).map_err(Error::io("create", &unpacked))?;
    unpack::unpack(&archives, &unpacked, &lock)?;
    let root = settle(engine, &cache, &unpacked)?;
    folder::remove(&work)?;
    ask_unpacked(engine, root).ok_or_else(|| does_not_run(engine))
}

/// Renames the unpacked folder by the engine and version that its server reports.
fn settle(engine: Engine, cache: &Path, unpacked: &Path) -> Result<PathBuf, Error> {
    let found = ask_unpacked(engine, unpacked.to_owned()).ok_or_else(|| does_not_run(engine))?;
    let root = cache.join(install::root_name(engine, &found.version));
    // A folder of this name does not work, otherwise it would have been found.
    folder::remove(&root)?;
    fs::rename(unpacked, &root).map_err(Error::io("rename to", &root))?;
    Ok(root)
}

fn does_not_run(engine: Engine) -> Error {
    Error::Fetch {
        step: "running the unpacked server".into(),
        output: format!("{engine} does not answer to --version"),
    }
}
