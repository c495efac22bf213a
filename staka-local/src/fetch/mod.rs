//! A server out of the distribution's packages, without root and beside the system's own package state.

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

/// Fetches a server with the machine's own `apt`, mirrors and keyrings, and unpacks it below `cache_dir`.
///
/// MariaDB comes from the machine's release. Debian has real MySQL in sid only, so that is where it comes from (with
/// that suite's C library); Ubuntu's MySQL comes from the machine's release. `progress` gets one line a step. A
/// server that was fetched before is returned at once; of two processes that fetch, one waits for the other.
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

    // Kept when something fails: the next attempt resumes the download.
    let work = folder::create(&cache.join(format!("fetch-{engine}")))?;
    let apt = Apt::new(&work, &machine, engine, &lock)?;
    progress(&format!("fetching {}: package lists", engine.title()));
    apt.update()?;
    let packages = apt.choose(engine)?;
    progress(&format!("fetching {}: {}", engine.title(), packages.join(" ")));
    let archives = apt.download(engine, &packages)?;

    progress(&format!("unpacking {} packages", archives.len()));
    // The lock is ours: whatever stands there was left by an interrupted run.
    let unpacked = cache.join(format!("unpack-{engine}"));
    folder::remove(&unpacked)?;
    fs::create_dir(&unpacked).map_err(Error::io("create", &unpacked))?;
    unpack::unpack(&archives, &unpacked, &lock)?;
    let root = settle(engine, &cache, &unpacked)?;
    folder::remove(&work)?;
    ask_unpacked(engine, root).ok_or_else(|| does_not_run(engine))
}

/// Gives the unpacked folder its name, once its server has said what it is.
fn settle(engine: Engine, cache: &Path, unpacked: &Path) -> Result<PathBuf, Error> {
    let found = ask_unpacked(engine, unpacked.to_owned()).ok_or_else(|| does_not_run(engine))?;
    let root = cache.join(install::root_name(engine, &found.version));
    // There may be one of this name that does not run any more, otherwise it would have been found.
    folder::remove(&root)?;
    fs::rename(unpacked, &root).map_err(Error::io("rename to", &root))?;
    Ok(root)
}

fn does_not_run(engine: Engine) -> Error {
    Error::Fetch { step: "running what was unpacked".into(), output: format!("{engine} does not answer to --version") }
}
