//! Refuses the marks that `cargo xtask new-operation` leaves at the places to fill in.

use super::Violation;
use super::tree::Tree;
use crate::new_operation::MARK;

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let mark = format!("{MARK}:");
    let mut violations = Vec::new();
    for file in &tree.files {
        for (number, line) in file.text.lines().enumerate().filter(|(_, line)| line.contains(&mark)) {
            violations.push(Violation::error(
                &file.path,
                number + 1,
                line.trim(),
                "the skeleton of an operation is not finished here",
                "fill it in and remove the mark",
            ));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_refused_in_any_file() {
        for path in ["staka-core/src/repo/faqs.rs", "cases/suite/faqs.json", "docs/coverage.md"] {
            let text = format!("// a\n// {MARK}: the statement.\n// {MARK} is described elsewhere\n");
            let found = check(&Tree::of(&[(path, &text)]));
            assert_eq!(found.iter().map(|violation| violation.line).collect::<Vec<_>>(), [2], "{path}");
        }
    }
}
