//! Finds server programs on this machine.

use std::{
    collections::HashSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{Engine, command};

/// Folders of server programs that are often not on a user's `PATH`.
const USUAL: [&str; 9] = [
    "/usr/sbin",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/libexec",
    "/usr/local/mysql/bin",
    "/opt/homebrew/bin",
    "/opt/homebrew/opt/mariadb/bin",
    "/opt/homebrew/opt/mysql/bin",
    "/usr/local/opt/mysql/bin",
];

/// A server program that works, at least with `--version`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    pub(crate) engine: Engine,
    pub(crate) version: String,
    pub(crate) server: PathBuf,
    /// The unpacked folder of a fetched server; an installed server knows its own folders.
    pub(crate) root: Option<PathBuf>,
}

impl Installation {
    /// Runs the program with `--version`.
    pub(crate) fn ask(server: PathBuf, root: Option<PathBuf>) -> Option<Installation> {
        let mut ask = clean(&server);
        // --no-defaults: the machine's my.cnf may be broken.
        ask.args(["--no-defaults", "--version"]);
        let ran = command::run(&mut ask, Duration::from_secs(20), None).ok()?;
        let (engine, version) = ran.ok.then(|| Engine::from_version_output(&ran.output))??;
        Some(Installation { engine, version, server, root })
    }

    /// Returns the engine.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Returns the version, such as `10.11.19`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns the path of the server program.
    pub fn server(&self) -> &Path {
        &self.server
    }

    /// Returns the folder that may contain client programs (`mysql`, `mariadb-dump`, …).
    pub fn bin(&self) -> PathBuf {
        match &self.root {
            Some(root) => root.join("usr/bin"),
            None => self.server.parent().map(Path::to_owned).unwrap_or_default(),
        }
    }

    /// Returns the options that give an unpacked server its own folders; `base` is its `usr`, or a link to it.
    pub(crate) fn folder_options(&self, base: &Path) -> Vec<String> {
        if self.root.is_none() {
            return Vec::new();
        }
        let option = |name: &str, path: &str| format!("--{name}={}", base.join(path).display());
        vec![
            format!("--basedir={}", base.display()),
            option("plugin-dir", "lib/mysql/plugin"),
            option("lc-messages-dir", "share/mysql"),
            option("character-sets-dir", "share/mysql/charsets"),
        ]
    }
}

/// Returns a command without this process's preloaded libraries, and with the standard folders on its `PATH`.
pub(crate) fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    let path = env::var_os("PATH").unwrap_or_default();
    let standard = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].map(PathBuf::from);
    if let Ok(path) = env::join_paths(env::split_paths(&path).chain(standard)) {
        command.env("PATH", path);
    }
    for name in ["LD_PRELOAD", "LD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES", "MYSQL_HOME", "NOTIFY_SOCKET"] {
        command.env_remove(name);
    }
    command
}

/// Finds a server on the `PATH`, in the usual folders, or among those fetched into `cache_dir` (newest first).
///
/// ```no_run
/// use staka_local::{Engine, default_cache_dir, find};
///
/// if let Some(found) = find(Some(Engine::MySql), &default_cache_dir()) {
///     println!("{} {}", found.server().display(), found.version());
/// }
/// ```
pub fn find(engine: Option<Engine>, cache_dir: impl AsRef<Path>) -> Option<Installation> {
    installed(engine).or_else(|| fetched(engine, cache_dir.as_ref()))
}

fn installed(engine: Option<Engine>) -> Option<Installation> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(USUAL.map(PathBuf::from));
    let mut asked = HashSet::new();
    for folder in folders.filter(|folder| folder.is_absolute()) {
        for name in ["mariadbd", "mysqld"] {
            // Resolved, so that a program with several links is run once.
            let Ok(program) = folder.join(name).canonicalize() else { continue };
            if !program.is_file() || !asked.insert(program.clone()) {
                continue;
            }
            let found = Installation::ask(program, None).filter(|it| engine.is_none_or(|engine| it.engine == engine));
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

pub(crate) fn fetched(engine: Option<Engine>, cache_dir: &Path) -> Option<Installation> {
    let cache_dir = cache_dir.canonicalize().ok()?;
    let engines: &[Engine] = engine.as_ref().map_or(&Engine::ALL, std::slice::from_ref);
    engines.iter().find_map(|engine| {
        let mut roots: Vec<(Vec<u32>, PathBuf)> = fs::read_dir(&cache_dir)
            .ok()?
            .flatten()
            .filter_map(|entry| Some((numbers(&version_in(entry.file_name().to_str()?, *engine)?), entry.path())))
            .collect();
        roots.sort_by(|a, b| b.cmp(a));
        roots.into_iter().find_map(|(_, root)| ask_unpacked(*engine, root))
    })
}

/// Returns the server in an unpacked folder.
pub(crate) fn ask_unpacked(engine: Engine, root: PathBuf) -> Option<Installation> {
    let program = match engine {
        Engine::MariaDb => "usr/sbin/mariadbd",
        Engine::MySql => "usr/sbin/mysqld",
    };
    let server = root.join(program);
    if !server.is_file() {
        return None;
    }
    Installation::ask(server, Some(root)).filter(|found| found.engine == engine)
}

/// Returns the folder name of a fetched server, with engine, version and architecture, as machines may share a cache.
pub(crate) fn root_name(engine: Engine, version: &str) -> String {
    format!("{engine}-{version}-{}", env::consts::ARCH)
}

fn version_in(name: &str, engine: Engine) -> Option<String> {
    let version = name.strip_prefix(&format!("{engine}-"))?.strip_suffix(&format!("-{}", env::consts::ARCH))?;
    Some(version.to_owned())
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_names_read_back() {
        let name = root_name(Engine::MySql, "9.7.4");
        assert_eq!(version_in(&name, Engine::MySql).as_deref(), Some("9.7.4"));
        assert_eq!(version_in(&name, Engine::MariaDb), None);
        assert_eq!(version_in("mysql.lock", Engine::MySql), None);
        assert!(numbers("10.11.19") > numbers("10.9.2"));
    }
}
