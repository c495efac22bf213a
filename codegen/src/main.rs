//! Writes the files that other languages need, from the list of operations. `cargo xtask codegen` runs it.
//!
//! With `--check` nothing is written: it fails, and names the files, where one differs from what would be written.

mod files;
mod node;
mod openapi;
mod python;
#[cfg(test)]
mod sample;

use std::process::ExitCode;

use staka_core::{Operation, OperationDoc};

fn main() -> ExitCode {
    let check = std::env::args().skip(1).any(|argument| argument == "--check");
    let operations: Vec<OperationDoc> = Operation::all().iter().map(Operation::describe).collect();
    let made = [openapi::files(), node::files(&operations), python::files(&operations)].concat();
    println!("{} operations, {} files", operations.len(), made.len());
    match files::put(&made, check) {
        Ok(different) if check && !different.is_empty() => {
            eprintln!("not what the list of operations gives; run `cargo xtask codegen`:");
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
