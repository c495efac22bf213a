use std::path::{Path, PathBuf};

use crate::Engine;

/// Why a server could not be started or stopped. Every message says what to do or contains the server's output.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No server on this machine, and none could be fetched.
    #[error(
        "no {requested} server on this machine ({reason}). Install one ({install}), \
         or set DATABASE_URL to a running server."
    )]
    NotFound {
        /// The requested engine, or both.
        requested: String,
        /// Why no server was fetched.
        reason: String,
        /// How to install one on this platform.
        install: String,
    },
    /// A step of the download failed.
    #[error("fetching failed at \"{step}\":\n{output}")]
    Fetch {
        /// The failed step.
        step: String,
        /// The tool's output.
        output: String,
    },
    /// A data folder could not be initialised.
    #[error("{engine} could not initialise a data folder:\n{output}")]
    Initialise {
        /// The engine.
        engine: Engine,
        /// The program's output.
        output: String,
    },
    /// The server did not start, or ended.
    #[error("{engine} {reason}; the end of its log:\n{log}")]
    Start {
        /// The engine.
        engine: Engine,
        /// The observed problem.
        reason: String,
        /// The last lines of the server's log.
        log: String,
    },
    /// The server did not stop in time.
    #[error("{engine} (process {pid}) did not stop in time")]
    Stop {
        /// The engine.
        engine: Engine,
        /// The server's process id.
        pid: u32,
    },
    /// Another instance uses this data folder.
    #[error("the data folder {} is in use by another running instance (owner: process {owner})", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// The process that started that instance.
        owner: String,
    },
    /// The data folder belongs to the other engine.
    #[error("the data folder {} belongs to {found}, not {requested}: choose another folder or engine", path.display())]
    OtherEngine {
        /// The folder.
        path: PathBuf,
        /// The folder's engine.
        found: Engine,
        /// The requested engine.
        requested: Engine,
    },
    /// The data folder contains other files, which are left untouched.
    #[error("the folder {} contains other files: choose an empty or a new folder", path.display())]
    ForeignFolder {
        /// The folder.
        path: PathBuf,
    },
    /// An operation of the file system or the system failed.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// The attempted action.
        action: &'static str,
        /// The path that it concerned.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn io(action: &'static str, path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Error {
        move |source| Error::Io { action, path: path.as_ref().to_owned(), source }
    }

    pub(crate) fn not_found(engine: Option<Engine>, reason: impl Into<String>) -> Error {
        let requested = match engine {
            Some(engine) => engine.title().to_owned(),
            None => "MariaDB or MySQL".to_owned(),
        };
        Error::NotFound { requested, reason: reason.into(), install: install_command(engine) }
    }
}

/// Returns how to install a server on this platform; MariaDB if no engine is requested.
fn install_command(engine: Option<Engine>) -> String {
    let engine = engine.unwrap_or(Engine::MariaDb);
    if cfg!(target_os = "macos") {
        return format!("`brew install {engine}`");
    }
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let kin = |names: &[&str]| {
        release
            .lines()
            .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
            .flat_map(|value| value.trim_matches('"').split(' '))
            .any(|id| names.contains(&id))
    };
    if kin(&["debian"]) && !kin(&["ubuntu"]) && engine == Engine::MySql {
        // Debian's stable releases contain only MariaDB.
        "`mysql-server` from MySQL's own apt repository".to_owned()
    } else if kin(&["debian", "ubuntu"]) {
        format!("`sudo apt install {engine}-server`")
    } else if kin(&["fedora", "rhel"]) {
        format!("`sudo dnf install {engine}-server`")
    } else if kin(&["arch"]) {
        format!("`sudo pacman -S {engine}`")
    } else if kin(&["alpine"]) {
        format!("`apk add {engine}`")
    } else if kin(&["suse", "opensuse"]) {
        format!("`sudo zypper install {engine}`")
    } else {
        format!("with your package manager: {engine}-server")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_found_says_how_to_proceed() {
        let text = Error::not_found(Some(Engine::MySql), "offline").to_string();
        assert!(text.contains("no MySQL server on this machine (offline)"), "{text}");
        assert!(text.contains("Install one ("), "{text}");
        assert!(text.contains("DATABASE_URL"), "{text}");
    }
}
