use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use staka_local::{Builder, Engine, LocalServer, fetch, find};

/// The cache folder from the environment, else that of the workspace.
pub(crate) fn cache() -> PathBuf {
    match env::var_os("STAKA_LOCAL_DIR") {
        Some(path) => path.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").join(".staka"),
    }
}

pub(crate) fn builder(engine: Engine) -> Builder {
    LocalServer::builder().engine(engine).cache_dir(cache())
}

/// Runs the case on each available engine and reports the unavailable ones.
pub(crate) fn on_each(case: fn(Engine)) {
    static MISSING: Mutex<Option<HashMap<Engine, Option<String>>>> = Mutex::new(None);
    for engine in Engine::ALL {
        let missing = {
            let mut known = MISSING.lock().unwrap_or_else(PoisonError::into_inner);
            known.get_or_insert_default().entry(engine).or_insert_with(|| why_missing(engine)).clone()
        };
        match missing {
            None => {
                eprintln!("-- {}", engine.title());
                case(engine);
            }
            Some(reason) => {
                staka_cases::skip(&format!("there is no {}: {reason}", engine.title()));
            }
        }
    }
}

fn why_missing(engine: Engine) -> Option<String> {
    if find(Some(engine), cache()).is_some() {
        return None;
    }
    fetch(engine, cache(), &|step| eprintln!("{step}")).err().map(|error| error.to_string())
}

/// Returns whether a process exists; a zombie counts as alive, as none may be left.
pub(crate) fn lives(pid: u32) -> bool {
    kill(&["-0", &pid.to_string()])
}

pub(crate) fn signal(name: &str, pid: u32) {
    assert!(kill(&[&format!("-{name}"), &pid.to_string()]), "kill -{name} {pid}");
}

pub(crate) fn signal_group(name: &str, leader: u32) {
    assert!(kill(&[&format!("-{name}"), &format!("-{leader}")]), "kill -{name} -{leader}");
}

/// Uses the shell's builtin: small containers have no `kill` program.
fn kill(arguments: &[&str]) -> bool {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "kill \"$@\"", "sh"]).args(arguments);
    shell.output().expect("a shell").status.success()
}

pub(crate) fn eventually(what: &str, within: Duration, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < within, "not within {within:?}: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Returns the folder of this run, which must be removed at the end.
pub(crate) fn run_folder(server: &LocalServer) -> PathBuf {
    let folder = server.socket().parent().expect("a folder").to_owned();
    assert!(folder.is_dir());
    folder
}

/// Returns the ids of all processes whose command line contains this folder: the server and the watchdog.
pub(crate) fn processes_on(folder: &Path) -> Vec<u32> {
    let needle = folder.to_str().expect("a plain path");
    let ps = Command::new("ps").args(["-eo", "pid=,args="]).output();
    let lines = match ps {
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
        // Small containers have no ps.
        Err(_) => from_proc(),
    };
    lines
        .lines()
        .filter(|line| line.contains(needle))
        .filter_map(|line| line.split_whitespace().next()?.parse().ok())
        .collect()
}

fn from_proc() -> String {
    let mut lines = String::new();
    for entry in fs::read_dir("/proc").expect("/proc").flatten() {
        if let Ok(args) = fs::read(entry.path().join("cmdline")) {
            let args = String::from_utf8_lossy(&args).replace(['\0', '\n'], " ");
            lines.push_str(&format!("{} {args}\n", entry.file_name().display()));
        }
    }
    lines
}
