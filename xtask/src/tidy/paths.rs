//! Forbids absolute paths of one machine.

use super::Violation;
use super::rules::PRIVATE_FOLDERS;
use super::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &tree.files {
        for (number, line) in file.text.lines().enumerate() {
            if let Some(path) = private_path(line) {
                violations.push(Violation::error(
                    &file.path,
                    number + 1,
                    format!("the absolute path `{path}`"),
                    "it exists on one machine only",
                    "start from the workspace, an environment variable or a temporary folder",
                ));
            }
        }
    }
    violations
}

/// Returns the first private path of a line. A path must start there: in `https://a/home/b` and
/// `${x}/home/y` the slash continues another text.
fn private_path(line: &str) -> Option<&str> {
    line.match_indices('/').find_map(|(at, _)| {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || "_-.~/}$)]>*".contains(c)) {
            return None;
        }
        let (folder, inside) = line[at + 1..].split_once('/')?;
        let length = inside.find(|c: char| !(c.is_alphanumeric() || "_-.+/".contains(c))).unwrap_or(inside.len());
        let found = PRIVATE_FOLDERS.contains(&folder) && length > 0;
        found.then(|| &line[at..at + 1 + folder.len() + 1 + length])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_one_machine_are_found() {
        for folder in PRIVATE_FOLDERS {
            for (before, after) in [("", "a"), ("cd ", "a/b.c x"), ("\"", "x\""), ("A=", "x"), ("file:", "x")] {
                let line = format!("{before}/{folder}/{after}");
                assert!(private_path(&line).is_some(), "{line}");
            }
            for (before, after) in [("https://a.b", "c"), ("${x}", "y"), ("..", "x"), ("", ""), ("", "…"), ("a", "b")]
            {
                let line = format!("{before}/{folder}/{after}");
                assert!(private_path(&line).is_none(), "{line}");
            }
        }
        assert!(private_path("/usr/share/x /var/lib /homework/x").is_none());
        let text = format!("ok\n# /{}/me/x\n", PRIVATE_FOLDERS[1]);
        let violations = check(&Tree::of(&[("a/README.md", &text)]));
        assert_eq!(violations.iter().map(|v| v.line).collect::<Vec<_>>(), [2]);
    }
}
