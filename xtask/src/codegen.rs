//! `cargo xtask codegen`: runs the package that writes other languages' files, which knows the core.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::process;

pub(crate) fn run(root: &Path, check: bool) -> io::Result<ExitCode> {
    let mut cargo = process::cargo(root);
    cargo.current_dir(root).args(["run", "--quiet", "-p", "staka-codegen", "--"]);
    if check {
        cargo.arg("--check");
    }
    process::become_child(cargo)
}
