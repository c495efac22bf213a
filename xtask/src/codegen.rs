//! `cargo xtask codegen`: runs the package that generates the files of the other languages.

use std::io;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};

use crate::process;

pub(crate) fn run(root: &Path, check: bool) -> io::Result<ExitCode> {
    let mut cargo = process::cargo(root);
    cargo.current_dir(root).args(["run", "--quiet", "-p", "staka-codegen", "--"]);
    if check {
        cargo.arg("--check");
    }
    process::become_child(cargo)
}

/// Compares the generated files with what would be written. Under CI, which has just built the workspace, the program
/// beside this one is run: `cargo run` would build it again with other features.
pub(crate) fn check(root: &Path) -> io::Result<ExitStatus> {
    let built = std::env::current_exe()?.with_file_name("staka-codegen");
    let mut command = if std::env::var_os("CI").is_some() && built.exists() {
        Command::new(built)
    } else {
        let mut cargo = process::cargo(root);
        cargo.args(["run", "--quiet", "-p", "staka-codegen", "--"]);
        cargo
    };
    command.current_dir(root).arg("--check").status()
}
