use std::path::{Path, PathBuf};

use crate::Engine;

/// Why there is no server. Every message says what to do or shows the server's own words.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No server on this machine, and none could be fetched.
    #[error(
        "no {wanted} server on this machine ({reason}). Two ways on: install one ({install}), \
         or set DATABASE_URL to a server that runs."
    )]
    NotFound {
        /// The engine asked for, or both.
        wanted: String,
        /// Why none was fetched.
        reason: String,
        /// How to install one on this platform.
        install: String,
    },
    /// A step of the download failed; the tool's own output is kept.
    #[error("fetching failed at \"{step}\":\n{output}")]
    Fetch {
        /// The step.
        step: String,
        /// What the tool said.
        output: String,
    },
    /// A new data folder could not be made.
    #[error("{engine} could not initialise a data folder:\n{output}")]
    Initialise {
        /// The engine.
        engine: Engine,
        /// What it said.
        output: String,
    },
    /// The server did not come up, or went down.
    #[error("{engine} {reason}; the end of its log:\n{log}")]
    Start {
        /// The engine.
        engine: Engine,
        /// What was seen from outside.
        reason: String,
        /// The last lines of the server's log.
        log: String,
    },
    /// The server did not go away in time.
    #[error("{engine} (process {pid}) did not stop in time")]
    Stop {
        /// The engine.
        engine: Engine,
        /// The process.
        pid: u32,
    },
    /// Another instance runs on this data folder.
    #[error("the data folder {} is in use by another running instance (owner: process {owner})", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// The process that started that instance.
        owner: String,
    },
    /// The data folder belongs to the other engine.
    #[error("the data folder {} was made by {found}, not by {wanted}: choose another folder or engine", path.display())]
    OtherEngine {
        /// The folder.
        path: PathBuf,
        /// Whose it is.
        found: Engine,
        /// The engine asked for.
        wanted: Engine,
    },
    /// The data folder holds files that were not made here; they are left alone.
    #[error("the folder {} is not empty and was not made by staka-local: choose an empty or a new one", path.display())]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// The file system or the system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn io(action: &'static str, path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Error {
        move |source| Error::Io { action, path: path.as_ref().to_owned(), source }
    }

    pub(crate) fn not_found(engine: Option<Engine>, reason: impl Into<String>) -> Error {
        let wanted = match engine {
            Some(engine) => engine.title().to_owned(),
            None => "MariaDB or MySQL".to_owned(),
        };
        Error::NotFound { wanted, reason: reason.into(), install: install_command(engine) }
    }
}

/// The way on this platform; MariaDB where the caller does not mind.
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
        // Debian's stable releases have MariaDB only.
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
    fn not_found_names_both_ways() {
        let text = Error::not_found(Some(Engine::MySql), "offline").to_string();
        assert!(text.contains("no MySQL server on this machine (offline)"), "{text}");
        assert!(text.contains("install one ("), "{text}");
        assert!(text.contains("DATABASE_URL"), "{text}");
    }
}
