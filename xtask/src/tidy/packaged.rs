//! Finds `include_str!` and `include_bytes!` of files that are not in the package: it contains only the files below its
//! own folder.

use super::Violation;
use super::rules::PACKAGED;
use super::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &tree.files {
        let below = PACKAGED.iter().find_map(|folder| file.path.strip_prefix(folder)?.strip_prefix('/'));
        // The tests of the core are a package of their own.
        let Some(below) = below.filter(|path| !path.starts_with("tests/")) else { continue };
        for (number, line) in file.text.lines().enumerate() {
            if let Some(path) = included(line).filter(|path| leaves(below, path)) {
                violations.push(Violation::error(
                    &file.path,
                    number + 1,
                    format!("includes `{path}`"),
                    "the file is not in the package, so it does not compile there",
                    "move the file into the crate, or the line into a crate that is not published",
                ));
            }
        }
    }
    violations
}

/// Returns the path of an `include_str!` or `include_bytes!` in a line.
fn included(line: &str) -> Option<&str> {
    let (_, path) = line.split_once("include_str!(\"").or_else(|| line.split_once("include_bytes!(\""))?;
    path.split_once('"').map(|(path, _)| path)
}

/// Returns whether a path that is relative to a file leaves the folder that the file's own path is relative to.
fn leaves(file: &str, path: &str) -> bool {
    let mut depth = file.matches('/').count();
    for part in path.split('/') {
        match part {
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            "." => {}
            _ => depth += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_included_file_outside_of_the_package_is_found() {
        let folder = PACKAGED[0];
        for (path, wrong) in [("../a.sql", false), ("../../README.md", true), ("x/../../../README.md", true)] {
            let file = (format!("{folder}/src/lib.rs"), format!("\n#[doc = include_str!(\"{path}\")]\n"));
            let found = check(&Tree::of(&[(&file.0, &file.1)]));
            assert_eq!(found.iter().map(|violation| violation.line).collect::<Vec<_>>(), vec![2; usize::from(wrong)]);
        }
        for other in ["examples/a.rs", "staka-core/tests/it/a.rs"] {
            assert!(check(&Tree::of(&[(other, "include_str!(\"../../../../README.md\")")])).is_empty());
        }
    }
}
