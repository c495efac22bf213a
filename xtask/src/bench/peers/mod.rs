//! Measures the core against comparable libraries: installs them, runs `benches/duel`, and
//! writes docs/peers.md, docs/peers.json, docs/peers-scale.svg and the README's table from its lines; for MySQL, the same
//! files with `peers-mysql` in their names.

mod findings;
mod plot;
mod tables;
mod targets;

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use findings::Findings;
use staka_local::Engine;

use super::must;
use crate::process::{self, Signals};

/// The markers around the README's table.
const MARKERS: (&str, &str) = ("<!-- peers -->\n", "<!-- /peers -->");

pub(super) struct Options<'a> {
    pub(super) quick: bool,
    pub(super) only: &'a str,
    pub(super) large: bool,
    pub(super) engine: Engine,
}

/// Runs the measurements and returns their lines; `None` if a signal ended the run.
pub(super) fn measure(root: &Path, options: &Options<'_>, signals: &Signals) -> io::Result<Option<String>> {
    install(root, signals)?;
    let mut duel = process::cargo(root);
    duel.current_dir(root.join("benches/duel")).args(["run", "--release", "--quiet", "--", "run"]);
    duel.env("STAKA_BENCH_ENGINE", options.engine.to_string());
    duel.args(options.quick.then_some("--quick")).args(["--only", options.only]);
    duel.args(options.large.then_some(["--scale", "large"]).into_iter().flatten());
    let (status, lines) = signals.output(duel)?;
    // Written before anything can fail, because a run may take hours.
    let kept = process::target_dir(root).join(format!("{}.jsonl", stem(options.engine)));
    std::fs::write(&kept, &lines)?;
    eprintln!("The lines are in {}.", kept.display());
    if signals.received().is_some() {
        return Ok(None);
    }
    must("the duel", status)?;
    Ok(Some(lines))
}

/// Returns the tables without writing them.
pub(super) fn document(engine: Engine, lines: &str) -> io::Result<String> {
    Ok(tables::document(stem(engine), &Findings::read(lines)?))
}

/// Returns what the names of a server's files begin with.
const fn stem(engine: Engine) -> &'static str {
    match engine {
        Engine::MariaDb => "peers",
        Engine::MySql => "peers-mysql",
    }
}

/// Writes all documents of a server. The README shows MariaDB's.
pub(super) fn write(root: &Path, engine: Engine, lines: &str) -> io::Result<()> {
    let findings = Findings::read(lines)?;
    let (docs, stem) = (root.join("docs"), stem(engine));
    std::fs::write(docs.join(format!("{stem}.md")), tables::document(stem, &findings))?;
    std::fs::write(docs.join(format!("{stem}.json")), findings.json())?;
    std::fs::write(docs.join(format!("{stem}-scale.svg")), plot::scale(&findings))?;
    if engine == Engine::MySql {
        return Ok(());
    }
    let readme = root.join("README.md");
    let text = std::fs::read_to_string(&readme)?;
    if let Some(text) = between(&text, &tables::short(&findings)) {
        std::fs::write(&readme, text)?;
    }
    Ok(())
}

fn between(text: &str, table: &str) -> Option<String> {
    let (head, rest) = text.split_once(MARKERS.0)?;
    let (_, tail) = rest.split_once(MARKERS.1)?;
    Some(format!("{head}{}\n{table}\n{}{tail}", MARKERS.0, MARKERS.1))
}

/// Installs the libraries of other languages; those of Rust are built with the duel.
fn install(root: &Path, signals: &Signals) -> io::Result<()> {
    let steps: [(&str, &str, &str, &[&str]); 3] = [
        ("Node's peers", "npm", "benches/doors/node", &["ci", "--no-audit", "--no-fund", "--ignore-scripts"]),
        ("Prisma", "node", "staka-node", &["test/prisma/prepare.mjs"]),
        ("Python's peers", "sh", "benches/doors/python", &["prepare.sh"]),
    ];
    for (name, program, folder, arguments) in steps {
        if signals.received().is_some() {
            break;
        }
        eprintln!("==> {name}");
        let mut command = Command::new(program);
        command.current_dir(root.join(folder)).args(arguments).stdout(Stdio::null());
        command.env("STAKA_LOCAL_DIR", process::local_dir(root));
        must(name, signals.run(command)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn the_table_between_the_markers_is_replaced() {
        let text = "a\n<!-- peers -->\nold\n<!-- /peers -->\nb\n";
        let new = "a\n<!-- peers -->\n\nnew\n\n<!-- /peers -->\nb\n";
        assert_eq!(between(text, "new\n").as_deref(), Some(new));
        assert_eq!(between(new, "new\n").as_deref(), Some(new));
        assert_eq!(between("no markers", "new"), None);
    }
}
