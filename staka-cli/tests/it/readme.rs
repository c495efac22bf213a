//! Tests that the commands printed in README.md, CONTRIBUTING.md and docs/ exist, with their options.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value};
use staka_core::Operation;

use crate::support::done;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Returns the pages whose commands are checked; none if the crate is out of its repository.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"]
        .into_iter()
        .chain(["staka-node/README.md", "staka-py/README.md"])
        .map(|name| root().join(name))
        .collect();
    let docs = std::fs::read_dir(root().join("docs")).into_iter().flatten();
    pages.extend(docs.map(|entry| entry.unwrap().path()));
    pages.retain(|path| path.is_file() && path.extension().is_some_and(|end| end == "md"));
    pages.sort();
    pages
}

/// Returns the command lines of a page: the lines of its ```sh blocks, lines after a prompt, and inline code.
fn command_lines(text: &str) -> Vec<String> {
    let (mut lines, mut prose, mut block) = (Vec::new(), String::new(), None);
    for line in text.lines() {
        let fence = line.trim_start().strip_prefix("```");
        match (&block, fence) {
            (None, Some(info)) => block = Some(info.trim().to_owned()),
            (Some(_), Some(_)) => block = None,
            (None, None) => prose.extend([line.trim_start(), "\n"]),
            (Some(info), None) => {
                let shown = if info == "sh" { Some(line) } else { line.trim_start().strip_prefix("$ ") };
                lines.extend(shown.map(str::to_owned));
            }
        }
    }
    // Inline code may continue on the next line, but not in the next paragraph.
    for paragraph in prose.split("\n\n") {
        lines.extend(paragraph.split('`').skip(1).step_by(2).map(|code| code.replace('\n', " ")));
    }
    lines
}

/// Splits a line into words as a shell does, up to a comment, a redirection or the next command. Assignments before the
/// command are left out.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote, mut begun) = (String::new(), None, false);
    for letter in line.chars().chain([' ']) {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (Some(_), letter) => word.push(letter),
            (None, '\'' | '"') => (quote, begun) = (Some(letter), true),
            (None, letter) if letter.is_whitespace() => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (None, '#' | '>' | '|' | ';' | '&') if !begun => break,
            (None, ';') => {
                words.push(word);
                break;
            }
            (None, letter) => {
                begun = true;
                word.push(letter);
            }
        }
    }
    let assignments = words.iter().take_while(|word| word.split_once('=').is_some_and(|(name, _)| is_variable(name)));
    let first = assignments.count();
    words.split_off(first)
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
}

/// The help of a command.
struct Help {
    subcommands: Vec<String>,
    /// The options, and whether each takes a value.
    options: BTreeMap<String, bool>,
    /// The number of positional arguments.
    positionals: usize,
}

impl Help {
    fn parse(text: &str) -> Self {
        let mut help = Self { subcommands: Vec::new(), options: BTreeMap::new(), positionals: 0 };
        let mut section = "";
        for line in text.lines() {
            let (indent, line) = (line.len() - line.trim_start().len(), line.trim());
            if let Some(usage) = line.strip_prefix("Usage:") {
                let is_positional = |word: &&str| word.starts_with(['<', '[']);
                let named = usage.split_whitespace().filter(is_positional);
                help.positionals = named.filter(|word| !["[OPTIONS]", "[COMMAND]", "<COMMAND>"].contains(word)).count();
            }
            if indent == 0 && !line.is_empty() {
                section = line;
            } else if section == "Commands:" && indent == 2 {
                help.subcommands.extend(line.split_whitespace().next().map(str::to_owned));
            } else if line.starts_with('-') {
                let option = line.split([' ', ',']).find(|word| word.starts_with("--"));
                let value = line.split("  ").next().is_some_and(|names| names.contains('<'));
                help.options.extend(option.map(|option| (option.to_owned(), value)));
            }
        }
        help
    }
}

/// Returns the subcommands that `words` begin with, or what is wrong with the options and arguments after them.
fn check(words: &[String], help_of: &dyn Fn(&[String]) -> Help) -> Result<Vec<String>, String> {
    let mut path: Vec<String> = Vec::new();
    let mut help = help_of(&path);
    let mut rest = words.iter();
    let mut positionals = 0;
    while let Some(word) = rest.next() {
        if let Some(name) = word.strip_prefix("--").map(|name| name.split('=').next().unwrap_or_default()) {
            let takes_value =
                help.options.get(&format!("--{name}")).ok_or_else(|| format!("--{name} does not exist"))?;
            if *takes_value && !word.contains('=') {
                rest.next().ok_or_else(|| format!("--{name} needs a value"))?;
            }
        } else if help.subcommands.contains(word) {
            path.push(word.clone());
            help = help_of(&path);
        } else if positionals == help.positionals {
            return Err(format!("{word} is neither a subcommand nor an argument"));
        } else {
            positionals += 1;
        }
    }
    Ok(path)
}

/// Returns what is wrong with the operation or the arguments of `staka call`.
fn check_call(words: &[String]) -> Result<(), String> {
    let Some(name) = words.get(1) else { return Ok(()) };
    let operation = Operation::find(name).ok_or_else(|| format!("{name} is not an operation"))?;
    let json = words.get(2).map_or("{}", String::as_str);
    let arguments: Map<String, Value> = serde_json::from_str(json).map_err(|error| format!("{json}: {error}"))?;
    let known: Vec<String> = operation.describe().parameters.iter().map(|field| field.name.to_owned()).collect();
    match arguments.keys().find(|name| !known.contains(name)) {
        Some(name) => Err(format!("{name} is not a parameter of {}", operation.name)),
        None => Ok(()),
    }
}

fn staka_help(path: &[String]) -> Help {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    Help::parse(&done(&arguments))
}

/// Returns the commands of all pages that begin with `prefix`, without it: the place and the words.
fn commands(prefix: &[&str]) -> Vec<(String, Vec<String>)> {
    let mut commands = Vec::new();
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for line in command_lines(&text) {
            let words = words(&line);
            if words.len() > prefix.len() && words.iter().zip(prefix).all(|(word, expected)| word == expected) {
                commands.push((format!("{}: {line}", page.display()), words[prefix.len()..].to_vec()));
            }
        }
    }
    commands
}

#[test]
fn every_staka_command_in_the_documentation_exists() {
    if !root().join("README.md").is_file() {
        return staka_cases::skip("there is no README.md");
    }
    let commands = commands(&["staka"]);
    for command in ["migrate", "verify", "ledger", "vat", "invoices", "erasures", "counters", "call", "serve"] {
        assert!(commands.iter().any(|(_, words)| words[0] == command), "staka {command} is not documented");
    }
    let problems: Vec<String> = commands
        .iter()
        .filter_map(|(place, words)| {
            let problem = check(words, &staka_help).and_then(|path| match path.first().map(String::as_str) {
                None => Err("there is no subcommand".to_owned()),
                Some("call") => check_call(words),
                Some(_) => Ok(()),
            });
            problem.err().map(|problem| format!("{place}\n    {problem}"))
        })
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_xtask_command_in_the_documentation_exists() {
    if !root().join("README.md").is_file() {
        return staka_cases::skip("there is no README.md");
    }
    // The binary beside this test's own: `cargo xtask test` builds it, `cargo test -p staka-cli` does not.
    let program = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("xtask");
    if !program.is_file() {
        return staka_cases::skip(&format!("{} does not exist", program.display()));
    }
    let help_of = |path: &[String]| {
        // `cargo xtask demo` passes its options to `staka demo`.
        if path.first().is_some_and(|word| word == "demo") {
            return staka_help(path);
        }
        let output = Command::new(&program).args(path).arg("--help").output().unwrap();
        assert!(output.status.success(), "{path:?}");
        Help::parse(&String::from_utf8(output.stdout).unwrap())
    };
    let commands = commands(&["cargo", "xtask"]);
    for command in ["demo", "test", "tidy", "codegen", "bench", "new-operation"] {
        assert!(commands.iter().any(|(_, words)| words[0] == command), "cargo xtask {command} is not documented");
    }
    let problems: Vec<String> = commands
        .iter()
        .filter_map(|(place, words)| {
            let problem = check(words, &help_of).and_then(|path| match path.is_empty() {
                true => Err("there is no subcommand".to_owned()),
                false => Ok(()),
            });
            problem.err().map(|problem| format!("{place}\n    {problem}"))
        })
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn commands_are_found_and_checked() {
    let text = "`staka vat` and `staka\nledger`.\n\n```sh\nJWT_SECRET=… staka serve --x 1 # y\nstaka erasures > kept.json\n```\n\n```text\n$ staka call a.b '{\"c\": \"d e\"}'\nstaka no\n```\n";
    let found: Vec<Vec<String>> = command_lines(text).iter().map(|line| words(line)).collect();
    let found: Vec<String> = found.iter().map(|words| words.join("/")).collect();
    assert_eq!(
        found,
        ["staka/serve/--x/1", "staka/erasures", "staka/call/a.b/{\"c\": \"d e\"}", "staka/vat", "staka/ledger"]
    );
    let help = |_: &[String]| {
        Help::parse(
            "Usage: staka [OPTIONS] <NAME>\n\nCommands:\n  go  Go\n\nOptions:\n      --to <DAY>  Day\n      --all\n          All <days>\n",
        )
    };
    let problem = |line: &str| check(&words(line), &help).err();
    assert_eq!(problem("go --to 1 --all name"), None);
    assert_eq!(problem("go --from 1").unwrap(), "--from does not exist");
    assert_eq!(problem("go --to").unwrap(), "--to needs a value");
    assert_eq!(problem("go name other").unwrap(), "other is neither a subcommand nor an argument");
}
