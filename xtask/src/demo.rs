//! `cargo xtask demo`: the command line's demo, from source, with its server in the checkout.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::process;

pub(crate) fn run(root: &Path, args: &[String]) -> io::Result<ExitCode> {
    // The user's folder stays the current one: a path among the arguments means what it says.
    let mut cargo = process::cargo(root);
    cargo.args(["run", "--package", "staka-cli", "--bin", "staka", "--", "demo"]).args(args);
    process::become_child(cargo)
}
