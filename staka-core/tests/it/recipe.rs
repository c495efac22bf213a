//! The recipe of the crate's documentation is what stands in the files, all of it and nothing more.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Lines that say or show the operation without being part of it.
const BESIDES: &[&str] = &["/tests/", "/test/", "/bench", "benches/", "crossing.rs", "docs/", "RECIPE.md", "README.md"];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The files that the recipe names, each with the lines it shows of it.
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
fn the_recipe_shows_the_lines_that_stand_and_counts_them() {
    let recipe = include_str!("../../RECIPE.md");
    let steps = steps(recipe);
    assert_eq!(steps.len(), 5);
    for (file, code) in &steps {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        assert!(unindented(&text).contains(&unindented(code)), "{file} does not hold\n{code}");
    }
    let count = |code: &String| code.lines().filter(|line| !line.trim().is_empty()).count();
    let (all, function) = (steps.iter().map(|(_, code)| count(code)).sum::<usize>(), count(&steps[1].1));
    let said = format!("is {all} lines in five places, {function} of them its SQL and function");
    assert!(recipe.contains(&said), "the recipe should say: {said}");
}

#[test]
fn no_other_file_needed_a_line() {
    let listed = Command::new("git")
        .args(["grep", "-l", "-E", r"stats\.messages\b|MessageRecord|/v1/stats/messages\b"])
        .current_dir(root())
        .output();
    // A crate out of its repository has nothing to compare with.
    let Some(listed) = listed.ok().filter(|output| output.status.success()) else { return };
    let listed = String::from_utf8(listed.stdout).unwrap();
    let is_generated = |path: &str| {
        let text = std::fs::read_to_string(root().join(path)).unwrap_or_default();
        path == "staka-http/openapi.json" || text.lines().take(5).any(|line| line.contains("cargo xtask codegen"))
    };
    let by_hand: BTreeSet<&str> =
        listed.lines().filter(|path| !BESIDES.iter().any(|part| path.contains(part)) && !is_generated(path)).collect();
    let mut expected: BTreeSet<&str> =
        steps(include_str!("../../RECIPE.md")).into_iter().map(|(file, _)| file).collect();
    // The list of names beside the row.
    expected.insert("staka-core/src/model/view/mod.rs");
    assert_eq!(by_hand, expected);
}
