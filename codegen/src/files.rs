//! Files as they should be, beside files as they are.

use std::path::Path;
use std::{fs, io};

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    /// From the checkout's root.
    pub(crate) path: &'static str,
    pub(crate) text: String,
}

/// Writes those that differ, unless it is only to be checked; names them.
pub(crate) fn put(made: &[Made], check: bool) -> io::Result<Vec<&'static str>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let mut different = Vec::new();
    for Made { path, text } in made {
        let place = root.join(path);
        if fs::read_to_string(&place).is_ok_and(|there| there == *text) {
            continue;
        }
        if !check {
            fs::write(&place, text)?;
        }
        different.push(*path);
    }
    Ok(different)
}
