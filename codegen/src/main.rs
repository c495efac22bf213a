//! Generates the files of the other languages from the list of operations. `cargo xtask codegen` runs it.
//!
//! With `--check` it writes nothing, and fails with the names of the files that are not up to date.

mod access;
mod examples;
mod files;
mod layout;
mod node;
mod openapi;
mod python;
#[cfg(test)]
mod sample;

use std::process::ExitCode;

use staka_core::{Operation, OperationDoc};

fn main() -> ExitCode {
    let check = std::env::args().skip(1).any(|argument| argument == "--check");
    let mut operations: Vec<OperationDoc> = Operation::all().iter().map(Operation::describe).collect();
    // The library has the examples of its last build.
    examples::update(&mut operations);
    let generated = [
        vec![examples::file(&operations)],
        openapi::files(&operations),
        node::files(&operations),
        python::files(&operations),
    ]
    .concat();
    println!("{} operations, {} files", operations.len(), generated.len());
    match files::write(&generated, check) {
        Ok(different) if check && !different.is_empty() => {
            eprintln!("these files are not up to date; run `cargo xtask codegen`:");
            different.iter().for_each(|path| eprintln!("  {path}"));
            ExitCode::FAILURE
        }
        Ok(different) => {
            different.iter().for_each(|path| println!("  {path}"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("codegen: {error}");
            ExitCode::FAILURE
        }
    }
}
