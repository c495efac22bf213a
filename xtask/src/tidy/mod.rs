//! `cargo xtask tidy`: the project's rules that neither rustc nor clippy checks.
//!
//! Each rule is a function from the [`Tree`] to violations, so that a test can pass a tree of two lines.
//! The rules themselves are data, in [`rules`].

mod bans;
mod imports;
mod language;
mod manifests;
mod migrations;
mod openapi;
mod packaged;
mod packages;
mod paths;
mod rules;
mod size;
mod sql;
mod tokens;
mod tree;
mod unfinished;
mod words;

use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use tree::Tree;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Warning,
    Error,
}

/// A line of a file that breaks a rule.
#[derive(Debug)]
pub(crate) struct Violation {
    pub(crate) level: Level,
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) what: String,
    pub(crate) why: &'static str,
    pub(crate) fix: String,
}

impl Violation {
    fn error(file: &str, line: usize, what: impl Into<String>, why: &'static str, fix: impl Into<String>) -> Self {
        Self { level: Level::Error, file: file.to_owned(), line, what: what.into(), why, fix: fix.into() }
    }

    fn into_warning(mut self) -> Self {
        self.level = Level::Warning;
        self
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Warning => "warning: ",
            Level::Error => "",
        };
        write!(f, "{}:{}: {level}{}\n    why: {}\n    fix: {}", self.file, self.line, self.what, self.why, self.fix)
    }
}

/// All rules.
const RULES: &[fn(&Tree) -> Vec<Violation>] = &[
    tree::unparsed,
    imports::check,
    bans::sqlx,
    bans::unsafe_code,
    bans::transactions,
    size::check,
    migrations::check,
    packaged::check,
    paths::check,
    language::retired,
    language::operations,
    openapi::check,
    unfinished::check,
    manifests::sqlx,
    manifests::lints,
];

pub(crate) fn run(root: &Path) -> io::Result<ExitCode> {
    let tree = Tree::read(root)?;
    let mut violations: Vec<Violation> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    violations.extend(packages::check(root)?);
    violations.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    for violation in &violations {
        eprintln!("{violation}");
    }
    let errors = violations.iter().filter(|violation| violation.level == Level::Error).count();
    eprintln!("tidy: {} files, {errors} violations, {} warnings", tree.files.len(), violations.len() - errors);
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
