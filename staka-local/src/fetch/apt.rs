//! Runs apt with a private state: package lists, cache and an empty list of installed packages.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use super::sources::Machine;
use crate::{Engine, Error, command, folder};

const UPDATE: Duration = Duration::from_secs(180);
const DOWNLOAD: Duration = Duration::from_secs(900);
const TRIES: u32 = 3;

pub(super) struct Apt<'a> {
    work: PathBuf,
    config: PathBuf,
    lock: &'a File,
}

impl<'a> Apt<'a> {
    pub(super) fn new(work: &Path, machine: &Machine, engine: Engine, lock: &'a File) -> Result<Apt<'a>, Error> {
        for name in ["lists/partial", "archives/partial", "state", "log", "empty"] {
            folder::create(&work.join(name))?;
        }
        let write = |name: &str, text: &str| {
            let path = work.join(name);
            fs::write(&path, text).map_err(Error::io("write", &path))?;
            Ok(path)
        };
        // With nothing installed, apt selects all dependencies, including the C library.
        write("state/status", "")?;
        write("sources.list", &machine.source_lines(engine))?;
        let config = write("apt.conf", &config(work, machine))?;
        Ok(Apt { work: work.to_owned(), config, lock })
    }

    pub(super) fn update(&self) -> Result<(), Error> {
        self.run_with_retries("apt-get update", &["update"], UPDATE)
    }

    /// Returns the names of the packages, which differ between releases.
    pub(super) fn choose(&self, engine: Engine) -> Result<Vec<String>, Error> {
        // MariaDB's install script needs a helper of the client package and SQL files of the full server package.
        let requested: &[&[&str]] = match engine {
            Engine::MariaDb => &[
                &["mariadb-server-core", "mariadb-server-core-10.6"],
                &["mariadb-client-core", "mariadb-client-core-10.6"],
                &["mariadb-client", "mariadb-client-10.6"],
            ],
            Engine::MySql => &[
                &["mysql-server-core", "mysql-server-core-8.4", "mysql-server-core-8.0"],
                &["mysql-client-core", "mysql-client-core-8.4", "mysql-client-core-8.0"],
            ],
        };
        requested.iter().map(|names| self.first_available(names)).collect()
    }

    /// Downloads the packages with their dependencies and returns the paths of the archives.
    pub(super) fn download(&self, engine: Engine, packages: &[String]) -> Result<Vec<PathBuf>, Error> {
        // An earlier attempt may have left archives of outdated versions.
        self.run_with_retries("apt-get autoclean", &["autoclean"], UPDATE)?;
        let mut arguments = vec!["install", "--yes", "--download-only"];
        arguments.extend(packages.iter().map(String::as_str));
        self.run_with_retries("apt-get install --download-only", &arguments, DOWNLOAD)?;
        if engine == Engine::MariaDb {
            // Without its dependencies (init scripts, rsync, …), which are not needed here.
            let full = self.first_available(&["mariadb-server", "mariadb-server-10.6"])?;
            self.run_with_retries("apt-get download mariadb-server", &["download", &full], DOWNLOAD)?;
        }
        let folder = self.work.join("archives");
        let entries = fs::read_dir(&folder).map_err(Error::io("read", &folder))?;
        let mut archives: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        archives.retain(|path| path.extension().is_some_and(|extension| extension == "deb"));
        archives.sort();
        Ok(archives)
    }

    fn first_available(&self, names: &[&str]) -> Result<String, Error> {
        for name in names {
            let mut policy = self.command("apt-cache");
            policy.args(["policy", name]);
            let ran = command::run(&mut policy, UPDATE, Some(self.lock)).map_err(Error::io("run", "apt-cache"))?;
            let candidate = ran.output.lines().find_map(|line| line.trim().strip_prefix("Candidate: "));
            if candidate.is_some_and(|version| version != "(none)") {
                return Ok((*name).to_owned());
            }
        }
        Err(Error::Fetch {
            step: "choosing packages".into(),
            output: format!("the mirror has none of these packages: {}", names.join(", ")),
        })
    }

    /// Runs apt with a few retries and a time limit for each, as mirrors may fail; complete downloads are kept.
    fn run_with_retries(&self, step: &str, arguments: &[&str], bound: Duration) -> Result<(), Error> {
        let mut output = String::new();
        for attempt in 0..TRIES {
            thread::sleep(Duration::from_secs(2 * u64::from(attempt)));
            let mut command = self.command("apt-get");
            command.args(arguments);
            let ran = command::run(&mut command, bound, Some(self.lock)).map_err(Error::io("run", "apt-get"))?;
            if ran.ok {
                return Ok(());
            }
            output = ran.output;
        }
        Err(Error::Fetch { step: step.to_owned(), output: command::tail(&output, 40) })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("APT_CONFIG", &self.config)
            .env("LC_ALL", "C")
            .env("DEBIAN_FRONTEND", "noninteractive")
            // `apt-get download` writes to the working folder.
            .current_dir(self.work.join("archives"));
        command
    }
}

/// Returns the only configuration that apt reads: the machine's hooks (some clean the system's cache) must not run.
fn config(work: &Path, machine: &Machine) -> String {
    let at = |name: &str| work.join(name).display().to_string();
    let mut lines = machine.settings.clone();
    let mut set = |name: &str, value: &str| lines.push(format!("{name} \"{value}\";"));
    set("Dir::Etc::main", "/dev/null");
    set("Dir::Etc::parts", &at("empty"));
    set("Dir::Etc::sourcelist", &at("sources.list"));
    set("Dir::Etc::sourceparts", &at("empty"));
    set("Dir::Etc::preferences", "/dev/null");
    set("Dir::Etc::preferencesparts", &at("empty"));
    set("Dir::State", &at("state"));
    set("Dir::State::status", &at("state/status"));
    set("Dir::State::lists", &at("lists"));
    set("Dir::Cache", work.display().to_string().as_str());
    set("Dir::Cache::archives", &at("archives"));
    set("Dir::Cache::pkgcache", "");
    set("Dir::Cache::srcpkgcache", "");
    set("Dir::Log", &at("log"));
    set("APT::Architecture", &machine.architecture);
    set("APT::Architectures::", &machine.architecture);
    // Without it, apt accepts outdated lists if a mirror cannot be reached.
    set("APT::Update::Error-Mode", "any");
    set("APT::Install-Recommends", "false");
    // As root, apt would download as a user that cannot write here.
    set("APT::Sandbox::User", "root");
    set("Acquire::Languages::", "none");
    set("Acquire::Retries", "3");
    set("Acquire::http::Timeout", "30");
    set("Acquire::https::Timeout", "30");
    set("Acquire::AllowInsecureRepositories", "false");
    set("Acquire::AllowWeakRepositories", "false");
    set("Acquire::AllowDowngradeToInsecureRepositories", "false");
    set("APT::Get::AllowUnauthenticated", "false");
    lines.join("\n") + "\n"
}
