//! `cargo xtask demo`: runs `staka demo` from source, with its server in the checkout.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::process;

pub(crate) fn run(root: &Path, args: &[String]) -> io::Result<ExitCode> {
    // The current folder is not changed, so that relative paths in the arguments stay valid.
    let mut cargo = process::cargo(root);
    cargo.args(["run", "--package", "staka-cli", "--bin", "staka", "--", "demo"]).args(args);
    process::become_child(cargo)
}
