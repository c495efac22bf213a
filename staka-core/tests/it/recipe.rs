//! Tests that docs/recipe.md shows the lines in the files it names, and that no other file needs a change.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Paths of files that mention the operation without being part of it.
const EXCLUDED: &[&str] =
    &["/tests/", "/test/", "/bench", "benches/", "crossing.rs", "docs/", "README.md", "CHANGELOG.md", "words.rs"];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Returns the files the recipe names, each with the lines it shows.
fn steps(recipe: &str) -> Vec<(&str, String)> {
    recipe
        .split("\n   ```text\n")
        .collect::<Vec<_>>()
        .windows(2)
        .map(|pair| {
            let heading = pair[0].rsplit(". **").next().unwrap();
            let file = heading.split('`').nth(1).unwrap();
            let code = pair[1].split("\n   ```").next().unwrap();
            (file, code.lines().map(|line| line.strip_prefix("   ").unwrap_or(line)).collect::<Vec<_>>().join("\n"))
        })
        .collect()
}

fn unindented(text: &str) -> String {
    text.lines().map(str::trim_start).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_recipe_shows_and_counts_the_lines_of_the_files() {
    let recipe = include_str!("../../../docs/recipe.md");
    let steps = steps(recipe);
    assert_eq!(steps.len(), 5);
    for (file, code) in &steps {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        assert!(unindented(&text).contains(&unindented(code)), "{file} does not hold\n{code}");
    }
    let count = |code: &String| code.lines().filter(|line| !line.trim().is_empty()).count();
    let (all, function) = (steps.iter().map(|(_, code)| count(code)).sum::<usize>(), count(&steps[1].1));
    let expected = format!("is {all} lines in five places, {function} of them its SQL and function");
    assert!(recipe.contains(&expected), "the recipe should say: {expected}");
}

#[test]
fn no_other_file_needs_a_change() {
    let listed = Command::new("git")
        .args(["grep", "-l", "-E", r"stats\.message_records\b|MessageRecord\b|/v1/stats/message-records\b"])
        .current_dir(root())
        .output();
    let Some(listed) = listed.ok().filter(|output| output.status.success()) else {
        return staka_cases::skip("git lists no files");
    };
    let listed = String::from_utf8(listed.stdout).unwrap();
    let is_generated = |path: &str| {
        let text = std::fs::read_to_string(root().join(path)).unwrap_or_default();
        ["staka-http/openapi.json", "staka-core/src/api/examples.json"].contains(&path)
            || text.lines().take(5).any(|line| line.contains("cargo xtask codegen"))
    };
    let by_hand: BTreeSet<&str> =
        listed.lines().filter(|path| !EXCLUDED.iter().any(|part| path.contains(part)) && !is_generated(path)).collect();
    let mut expected: BTreeSet<&str> =
        steps(include_str!("../../../docs/recipe.md")).into_iter().map(|(file, _)| file).collect();
    // The module that re-exports the row.
    expected.insert("staka-core/src/model/view/mod.rs");
    assert_eq!(by_hand, expected);
}
