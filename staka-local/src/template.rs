//! Prepared data folders: initialised once for each engine and version, then copied.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{Engine, Error, Installation, command, folder, install};

/// Part of the folder's name; increased when the preparation changes.
const RECIPE: u32 = 1;
const BOUND: Duration = Duration::from_secs(180);

/// MySQL creates only root@localhost, which TCP connections do not match without name resolution.
const MYSQL_ROOT: &str = "CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY '';\n\
    GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;\n\
    GRANT PROXY ON ''@'' TO 'root'@'127.0.0.1' WITH GRANT OPTION;\n";

/// Returns the initialised data folder for this server, created on first use.
pub(crate) fn prepared(found: &Installation, cache: &Path, progress: &dyn Fn(&str)) -> Result<PathBuf, Error> {
    let Installation { engine, version, .. } = found;
    let folder = folder::create(&cache.join("templates"))?;
    let name = format!("{}-{RECIPE}", install::root_name(*engine, version));
    let ready = folder.join(&name);
    if ready.is_dir() {
        return Ok(ready);
    }
    let lock = folder::lock(&folder.join(format!("{name}.lock")), || {
        progress(&format!("waiting for another process that initialises {}", engine.title()));
    })?;
    if ready.is_dir() {
        return Ok(ready);
    }
    progress(&format!("initialising a {} {version} data folder", engine.title()));
    // Left by an interrupted run; it cannot be in use, as this process holds the lock.
    let unfinished = folder.join(format!("{name}.new"));
    folder::remove(&unfinished)?;

    // MariaDB's script fails on spaces in a path, so it uses links in a temporary folder.
    let scratch = tempfile::Builder::new().prefix("staka-init-").permissions(folder::private()).tempdir_in("/tmp");
    let scratch = scratch.map_err(Error::io("create a folder in", "/tmp"))?;
    let base = scratch.path().join("base");
    if let Some(root) = &found.root {
        symlink(root.join("usr"), &base).map_err(Error::io("link", &base))?;
    }
    let data = scratch.path().join("data");
    let user = folder::owner(scratch.path())?;
    let mut initialise = match engine {
        Engine::MariaDb => mariadb(found, &base, &data)?,
        Engine::MySql => mysql(found, &base, &data, scratch.path())?,
    };
    if user == 0 {
        initialise.arg("--user=root");
    }
    let server = found.server.clone();
    let ran = command::run(&mut initialise, BOUND, Some(&lock)).map_err(Error::io("run", server))?;
    if !ran.ok || !data.join("mysql").is_dir() {
        return Err(Error::Initialise { engine: *engine, output: command::tail(&ran.output, 40) });
    }
    // Every server needs its own id.
    let _ = fs::remove_file(data.join("auto.cnf"));
    folder::copy_tree(&data, &unfinished)?;
    fs::rename(&unfinished, &ready).map_err(Error::io("rename to", &ready))?;
    Ok(ready)
}

fn mysql(found: &Installation, base: &Path, data: &Path, scratch: &Path) -> Result<Command, Error> {
    let accounts = scratch.join("accounts.sql");
    fs::write(&accounts, MYSQL_ROOT).map_err(Error::io("write", &accounts))?;
    let mut command = install::clean(&found.server);
    command
        .args(["--no-defaults", "--initialize-insecure", "--secure-file-priv=", "--skip-log-bin"])
        .args(["--loose-innodb-redo-log-capacity=32M", "--performance-schema=OFF"])
        .args(found.folder_options(base))
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--init-file={}", accounts.display()));
    Ok(command)
}

fn mariadb(found: &Installation, base: &Path, data: &Path) -> Result<Command, Error> {
    let mut command = install::clean(&install_script(found, base)?);
    command
        .args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"])
        .arg(format!("--datadir={}", data.display()))
        // Passed to the server: otherwise 96 MB of log would be copied at every start.
        .args(["--innodb-log-file-size=16M", "--skip-log-bin"]);
    if found.root.is_some() {
        command.arg(format!("--basedir={}", base.display()));
    }
    Ok(command)
}

fn install_script(found: &Installation, base: &Path) -> Result<PathBuf, Error> {
    let folders = match &found.root {
        Some(_) => vec![base.join("bin")],
        None => {
            let home = found.server.parent().unwrap_or(Path::new("/"));
            let beside = ["", "../bin", "../scripts"].map(|path| home.join(path));
            beside.into_iter().chain(["/usr/bin", "/usr/local/bin"].map(PathBuf::from)).collect()
        }
    };
    let names = ["mariadb-install-db", "mysql_install_db"];
    let mut candidates = folders.iter().flat_map(|folder| names.map(|name| folder.join(name)));
    candidates.find(|script| script.is_file()).ok_or_else(|| Error::Initialise {
        engine: Engine::MariaDb,
        output: format!("found no mariadb-install-db next to {}", found.server.display()),
    })
}
