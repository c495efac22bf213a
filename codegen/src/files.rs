//! Writes generated files, or checks that they are up to date.

use std::path::Path;
use std::{fs, io};

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GeneratedFile {
    /// The path, relative to the root of the checkout.
    pub(crate) path: &'static str,
    pub(crate) text: String,
}

/// Writes the files that differ and returns their paths; with `check` it only returns the paths.
pub(crate) fn write(files: &[GeneratedFile], check: bool) -> io::Result<Vec<&'static str>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let mut different = Vec::new();
    for GeneratedFile { path, text } in files {
        let absolute = root.join(path);
        if fs::read_to_string(&absolute).is_ok_and(|current| current == *text) {
            continue;
        }
        if !check {
            fs::write(&absolute, text)?;
        }
        different.push(*path);
    }
    Ok(different)
}
