//! Tests that the recipe shows the lines in the files it names, and that it names every file that takes part.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const RECIPE: &str = include_str!("../../../docs/recipe.md");

/// The names of the operation that the recipe shows: in the interfaces, of its input, of its action and event, and of
/// its own statement.
const OPERATION: &str = r#"consultations\.decide\b|consultations\(\)\.decide\b|consultations/requests/\{id\}"|ConsultationDecision\b|ConsultationProcessed\b|CONSULTATION_PROCESSED|consultation_processed|"consultations\.free"|consultations::free\b"#;

/// The name of the owned table that the recipe shows.
const TABLE: &str = "staka_notification_keys";

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// A step of the recipe: the paths it names, of which the first is the file that it shows, and the lines.
struct Step {
    paths: Vec<&'static str>,
    code: Option<String>,
}

/// Returns the numbered steps below a heading.
fn steps(heading: &str) -> Vec<Step> {
    let (_, section) = RECIPE.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let mut steps: Vec<Step> = Vec::new();
    let mut block: Option<Vec<&str>> = None;
    for line in section.lines() {
        let (number, text) = line.split_once(". **").unwrap_or_default();
        if block.is_none() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
            assert_eq!(number, (steps.len() + 1).to_string(), "{text}");
            steps.push(Step { paths: Vec::new(), code: None });
        }
        let Some(step) = steps.last_mut() else { continue };
        match (&mut block, line.trim()) {
            (None, "```text") => block = Some(Vec::new()),
            (Some(lines), "```") => {
                step.code = Some(lines.join("\n"));
                block = None;
            }
            (Some(lines), line) => lines.push(line),
            (None, line) => step.paths.extend(line.split('`').skip(1).step_by(2).filter(|code| is_path(code))),
        }
    }
    steps
}

fn is_path(code: &str) -> bool {
    ["cases/", "docs/", "staka-"].iter().any(|folder| code.starts_with(folder)) && root().join(code).exists()
}

/// Returns the files by hand that `pattern` occurs in. Documentation is left out, except for the table of what the
/// existing backend does, and so is the list of renamed words.
fn mentions(pattern: &str) -> Option<BTreeSet<String>> {
    let listed = Command::new("git").args(["grep", "-l", "-E", pattern]).current_dir(root()).output();
    let listed = String::from_utf8(listed.ok().filter(|output| output.status.success())?.stdout).unwrap();
    let is_generated = |path: &str| {
        let text = std::fs::read_to_string(root().join(path)).unwrap_or_default();
        ["staka-http/openapi.json", "staka-core/src/api/examples.json"].contains(&path)
            || text.lines().take(5).any(|line| line.contains("cargo xtask codegen"))
    };
    let is_documentation = |path: &str| path.ends_with(".md") && path != "docs/coverage.md";
    let this = "staka-core/tests/it/recipe.rs";
    let by_hand = listed.lines().filter(|path| {
        !is_documentation(path) && !is_generated(path) && ![this, "xtask/src/tidy/words.rs"].contains(path)
    });
    Some(by_hand.map(str::to_owned).collect())
}

/// Checks that a file has the lines, in which `…` stands for others.
fn check_quote(file: &str, code: &str) {
    let text = std::fs::read_to_string(root().join(file)).unwrap();
    let text = text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let mut rest = text.as_str();
    for part in code.split('\n').collect::<Vec<_>>().split(|line| *line == "…").map(|lines| lines.join("\n")) {
        let (_, after) =
            rest.split_once(&part).unwrap_or_else(|| panic!("{file} does not have, in this order,\n{part}"));
        rest = after;
    }
}

#[test]
fn the_recipe_shows_every_file_of_an_operation() {
    let steps = steps("An operation that writes two tables");
    let mut files = BTreeSet::new();
    for step in &steps {
        let file = step.paths[0];
        check_quote(file, step.code.as_deref().unwrap());
        assert!(files.insert(file.to_owned()), "{file} has two steps");
    }
    let Some(mentions) = mentions(OPERATION) else { return staka_cases::skip("git lists no files") };
    assert_eq!(mentions, files);
}

#[test]
fn the_recipe_shows_every_file_of_an_owned_table() {
    let steps = steps("An owned table");
    for step in &steps {
        if let Some(code) = &step.code {
            check_quote(step.paths[0], code);
        }
    }
    let Some(mentions) = mentions(TABLE) else { return staka_cases::skip("git lists no files") };
    let paths: Vec<&str> = steps.iter().flat_map(|step| step.paths.iter().copied()).collect();
    for path in &paths {
        assert!(mentions.iter().any(|file| file.starts_with(path)), "nothing in {path} names {TABLE}");
    }
    let unnamed: Vec<&String> =
        mentions.iter().filter(|file| !paths.iter().any(|path| file.starts_with(path))).collect();
    assert!(unnamed.is_empty(), "the recipe does not name {unnamed:?}");
}
