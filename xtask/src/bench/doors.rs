//! Installs the peers, seeds a database at scale medium, runs the scripts one after the other, and collects their
//! lines.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use staka_local::{Engine, LocalServer};

use super::must;
use crate::process::{self, Signals};

const DATABASE: &str = "staka_bench";
const ANCHOR: &str = "2026-06-15T12:00:00.000Z";

/// The scripts: a name, the program's folder, and the program with its arguments.
const SCRIPTS: &[(&str, &str, &[&str])] = &[
    ("crossing-node", "staka-node", &["node", "bench/crossing.mjs"]),
    ("crossing-python", "staka-py", &["{python}", "bench/crossing.py"]),
    ("peers-node", "benches/doors/node", &["node", "bench.mjs"]),
    ("peers-python", "benches/doors/python", &["{python}", "bench.py"]),
    ("loop-node", "benches/doors/node", &["node", "loop.mjs"]),
    ("awaited-python", "benches/doors/python", &["{python}", "awaited.py"]),
    ("startup-node", "benches/doors/node", &["node", "startup.mjs"]),
    ("startup-python", "benches/doors/python", &["{python}", "startup.py"]),
];

/// Returns the lines of every script, each with the script's name, after one line about the machine and the server.
pub(super) fn measure(root: &Path, quick: bool, only: &str, signals: &Signals) -> io::Result<String> {
    install(root, signals)?;
    let server = serve(root)?;
    let url = server.url(DATABASE);
    seed(root, &url, signals)?;
    let mut thread = Command::new("node");
    thread.current_dir(root.join("benches/doors/node")).arg("long-thread.mjs").env("DATABASE_URL", &url);
    must("the long conversation", signals.run(thread)?)?;
    let place = json!({
        "script": "place",
        "server": format!("{} {}", server.engine().title(), server.version()),
        "cores": std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
    });
    let mut lines = format!("{place}\n");
    for (name, folder, program) in SCRIPTS.iter().filter(|(name, ..)| name.contains(only)) {
        if signals.received().is_some() {
            break;
        }
        eprintln!("\n==> {name}");
        let folder = root.join(folder);
        let python = root.join("benches/doors/python/.venv/bin/python");
        let mut command = match program[0] {
            "{python}" => Command::new(python),
            program => Command::new(program),
        };
        command.current_dir(folder).args(&program[1..]).args(quick.then_some("--quick"));
        command.env("DATABASE_URL", &url).env("DATABASE_SOCKET_URL", server.socket_url(DATABASE));
        command.env("STAKA_BENCH_NOW", ANCHOR);
        let (status, said) = signals.output(command)?;
        must(name, status)?;
        for line in said.lines().filter(|line| line.starts_with('{')) {
            let mut line: serde_json::Value = serde_json::from_str(line)?;
            line["script"] = (*name).into();
            lines.push_str(&format!("{line}\n"));
        }
    }
    Ok(lines)
}

/// Installs the Node and Python packages as release builds, with the compared conversions, and the peers in separate
/// folders.
fn install(root: &Path, signals: &Signals) -> io::Result<()> {
    let target = process::target_dir(root);
    let wheels = target.join("wheels");
    let venv = root.join("benches/doors/python/.venv/bin/pip");
    // A wheel of an older version would be installed too.
    std::fs::remove_dir_all(&wheels).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;
    let mut steps = Vec::new();
    let mut step = |name, program: &str, folder: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.current_dir(root.join(folder)).args(arguments).stdout(Stdio::null()).env("CARGO_TARGET_DIR", &target);
        command.env("STAKA_LOCAL_DIR", process::local_dir(root));
        steps.push((name, command));
    };
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    step("the command line", &cargo, ".", &["build", "-p", "staka-cli"]);
    step("the addon", "npm", "staka-node", &["ci", "--no-audit", "--no-fund"]);
    step("Node's peers", "npm", "benches/doors/node", &["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
    step("Prisma", "node", "staka-node", &["test/prisma/prepare.mjs"]);
    step("Python's peers", "sh", "benches/doors/python", &["prepare.sh"]);
    let (pip, wheels) = (venv.to_string_lossy(), wheels.to_string_lossy());
    step("the wheel", &pip, ".", &["wheel", "--quiet", "--no-deps", "--wheel-dir", &wheels, "./staka-py"]);
    step(
        "the installed wheel",
        "sh",
        ".",
        &["-c", "exec \"$0\" install --quiet --force-reinstall \"$1\"/staka-*.whl", &pip, &wheels],
    );
    for (name, mut command) in steps {
        if signals.received().is_some() {
            break;
        }
        eprintln!("==> {name}");
        command.env("STAKA_BUILD_FEATURES", "crossing").env("MATURIN_PEP517_ARGS", "--features crossing");
        must(name, signals.run(command)?)?;
    }
    Ok(())
}

/// Starts the server, whose data is kept for later runs.
fn serve(root: &Path) -> io::Result<LocalServer> {
    let cache = process::local_dir(root);
    LocalServer::builder()
        .engine(Engine::MariaDb)
        .fast(true)
        .cache_dir(&cache)
        .data_dir(cache.join("bench"))
        .option("--innodb-buffer-pool-size=2G")
        .on_progress(|step| eprintln!("==> {step}"))
        .start()
        .map_err(io::Error::other)
}

fn seed(root: &Path, url: &str, signals: &Signals) -> io::Result<()> {
    for arguments in
        [&["migrate", "--create-database"][..], &["seed", "--scale", "medium", "--seed", "42", "--anchor", ANCHOR]]
    {
        let mut command = Command::new(process::target_dir(root).join("debug/staka"));
        command.current_dir(root).args(arguments).args(["--database-url", url]).stdout(Stdio::null());
        must(arguments[0], signals.run(command)?)?;
    }
    Ok(())
}
