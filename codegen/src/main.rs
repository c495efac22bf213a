//! Writes the files that other languages need, from the list of operations.

fn main() {
    println!("{} operations", staka_core::Operation::all().len());
}
