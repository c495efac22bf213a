//! `cargo xtask new-operation`: writes the skeleton of an operation into every file that it takes.
//!
//! The skeleton compiles and passes the tests. Every place that a person must fill in has a mark, which
//! `cargo xtask tidy` refuses.

mod groups;
mod imports;
mod insert;
mod skeleton;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use clap::{Args, ValueEnum};
use serde_json::Value;

use groups::{GROUPS, Group, Rows};
use skeleton::Skeleton;

/// Marks what a person must fill in; a colon follows it.
pub(crate) const MARK: &str = "TODO(new-operation)";

const CORE: &str = "staka-core/src";
const LIST: &str = "staka-core/src/api/list";
const SUITE: &str = "cases/suite";
const MATRIX: &str = "staka-core/tests/data/matrix.txt";

#[derive(Args)]
pub(crate) struct NewOperation {
    /// The operation's name, `group.verb`, e.g. `faqs.archive`. docs/recipe.md shows a finished one.
    name: String,
    /// How much it writes: nothing, one statement, or several in a transaction with audit log and notification.
    #[arg(long, value_enum, default_value = "read")]
    kind: Kind,
    /// Write nothing; only print the files and places.
    #[arg(long)]
    dry_run: bool,
}

/// How much an operation writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// It reads.
    Read,
    /// It writes by a single statement.
    Write,
    /// It writes more, in one transaction, with audit log and notifications.
    Atomic,
}

pub(crate) fn run(root: &Path, args: &NewOperation) -> io::Result<ExitCode> {
    let mut files = Files::new(root);
    if let Err(problem) = plan(&mut files, &args.name, args.kind) {
        eprintln!("new-operation: {problem}");
        return Ok(ExitCode::FAILURE);
    }
    files.format()?;
    if !args.dry_run {
        files.write()?;
    }
    print!("{}", files.report());
    if args.dry_run {
        println!("Nothing was written.");
    } else {
        println!(
            "Fill in each place above and remove its mark. By hand come its input, the texts of new placeholders, and"
        );
        println!("its own test (docs/recipe.md). Then run `cargo xtask codegen`, and the tests.");
    }
    Ok(ExitCode::SUCCESS)
}

/// The files to change, with their texts before and after.
struct Files {
    root: PathBuf,
    texts: BTreeMap<String, Text>,
}

struct Text {
    before: String,
    now: String,
}

impl Files {
    fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), texts: BTreeMap::new() }
    }

    /// Returns a file's text as changed so far.
    fn text(&mut self, path: &str) -> Result<&mut String, String> {
        match self.texts.entry(path.to_owned()) {
            Entry::Occupied(entry) => Ok(&mut entry.into_mut().now),
            Entry::Vacant(entry) => {
                let before =
                    std::fs::read_to_string(self.root.join(path)).map_err(|error| format!("{path}: {error}"))?;
                Ok(&mut entry.insert(Text { now: before.clone(), before }).now)
            }
        }
    }

    /// Returns the paths of a folder's files with this extension, in order.
    fn list(&self, folder: &str, extension: &str) -> Result<Vec<String>, String> {
        let entries = std::fs::read_dir(self.root.join(folder)).map_err(|error| format!("{folder}: {error}"))?;
        let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut paths: Vec<String> =
            names.filter(|name| name.ends_with(extension)).map(|name| format!("{folder}/{name}")).collect();
        paths.sort();
        Ok(paths)
    }

    /// Returns the file of a module such as `repo::faqs`.
    fn file_of(&self, module: &str) -> Result<String, String> {
        let base = format!("{CORE}/{}", module.replace("::", "/"));
        let paths = [format!("{base}.rs"), format!("{base}/mod.rs")];
        paths.into_iter().find(|path| self.root.join(path).is_file()).ok_or_else(|| format!("{module} has no file"))
    }

    fn changed(&self) -> impl Iterator<Item = (&String, &Text)> {
        self.texts.iter().filter(|(_, text)| text.now != text.before)
    }

    /// Formats the Rust files as rustfmt does, which sorts the new imports.
    fn format(&mut self) -> io::Result<()> {
        for (path, text) in &mut self.texts {
            if path.ends_with(".rs") && text.now != text.before {
                text.now = formatted(&self.root, &text.now)?;
            }
        }
        Ok(())
    }

    fn write(&self) -> io::Result<()> {
        self.changed().try_for_each(|(path, text)| std::fs::write(self.root.join(path), &text.now))
    }

    /// Returns each changed file with the line of its first place to fill in, or else its first new line, and the places.
    fn report(&self) -> String {
        let mut report = String::new();
        for (path, text) in self.changed() {
            let same = text.before.lines().zip(text.now.lines()).take_while(|(before, now)| before == now).count();
            let mark = text.now.lines().position(|line| line.contains(MARK));
            report.push_str(&format!("{path}:{}\n", mark.unwrap_or(same) + 1));
            for (at, line) in text.now.lines().enumerate() {
                if let Some((_, what)) = line.split_once(&format!("{MARK}: ")) {
                    let what = what.split_once('"').map_or(what, |(what, _)| what).trim_end_matches(['|', ' ']);
                    report.push_str(&format!("    {}: {what}\n", at + 1));
                }
            }
        }
        report
    }
}

/// Returns a Rust text as rustfmt formats it.
fn formatted(root: &Path, text: &str) -> io::Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(io::Error::other("rustfmt refused a skeleton"));
    }
    String::from_utf8(output.stdout).map_err(io::Error::other)
}

/// Changes the texts; fails if the name is taken or cannot be used.
fn plan(files: &mut Files, name: &str, kind: Kind) -> Result<(), String> {
    let (group, verb) = name.split_once('.').ok_or_else(|| format!("{name} is not of the form group.verb"))?;
    let Some(group) = GROUPS.iter().find(|known| known.name == group) else {
        let names: Vec<&str> = GROUPS.iter().map(|group| group.name).collect();
        return Err(format!("there is no group {group}; the groups are {}", names.join(", ")));
    };
    let is_name = verb.starts_with(|c: char| c.is_ascii_lowercase())
        && verb.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        && verb.split('_').all(|part| !part.is_empty());
    if !is_name || syn::parse_str::<syn::Ident>(verb).is_err() {
        return Err(format!("{verb} must be lower-case letters and underscores, and no keyword of Rust"));
    }
    if group.service.is_none() && kind != Kind::Read {
        return Err(format!("the group {} only reads", group.name));
    }
    let list = list_file(files, group, verb)?;
    let demo_row = demo_row(files, group.rows)?;
    let matrix_row = matrix_row(files.text(MATRIX)?, group.rows)?;
    let skeleton = Skeleton { group, verb, kind, demo_row, matrix_row };
    declare(files, &skeleton, &list)?;
    add_statements(files, &skeleton)?;
    if kind == Kind::Atomic {
        add_service(files, &skeleton)?;
        let found =
            insert::item(
                files.text("staka-core/src/service/audit_trail/actions.rs")?,
                "actions! {",
                &skeleton.action(),
            ) && insert::item(files.text("staka-core/src/service/notify/events.rs")?, "events! {", &skeleton.event());
        check(found, "the list of actions or of events")?;
    }
    let of_group = format!("\"{}.", group.name);
    let routes = files.text("staka-http/src/routes.rs")?;
    let is_route = |line: &str| line.trim_end().ends_with("),") && line.contains(&of_group);
    check(insert::after_last(routes, is_route, &skeleton.route()), "a route of the group")?;
    let suite = suite_file(files, group)?;
    check(insert::cases(files.text(&suite)?, group.name, &skeleton.cases()), "a case of the group")?;
    let of_group = format!("{}.", group.name);
    let line = skeleton.matrix_line();
    check(insert::after_last(files.text(MATRIX)?, |it| it.starts_with(&of_group), &line), "a line of the matrix")?;
    let of_group = format!("`{}.", group.name);
    let is_row = |line: &str| line.starts_with('|') && line.contains(&of_group);
    let coverage = files.text("docs/coverage.md")?;
    check(insert::after_last(coverage, is_row, &skeleton.coverage()), "a row of docs/coverage.md")?;
    check(insert::section(files.text("CHANGELOG.md")?, "### Added", &skeleton.change()), "a section of CHANGELOG.md")
}

fn check(found: bool, what: &str) -> Result<(), String> {
    if found { Ok(()) } else { Err(format!("{what} was not found, so the skeleton has no place")) }
}

/// Returns the file that declares the group; fails if the operation exists.
fn list_file(files: &mut Files, group: &Group, verb: &str) -> Result<String, String> {
    let mut found = None;
    for path in files.list(LIST, ".rs")? {
        let declared = insert::declared(files.text(&path)?);
        let mut of_group = declared.iter().filter(|it| it.group == group.name).peekable();
        if of_group.peek().is_some() {
            if of_group.any(|it| it.verb == verb) {
                return Err(format!("the operation {}.{verb} exists, in {path}", group.name));
            }
            found = Some(path);
        }
    }
    found.ok_or_else(|| format!("no file of {LIST} declares the group {}", group.name))
}

/// Returns the id of a row of the demo data: that of an operation's example.
fn demo_row(files: &mut Files, rows: &Rows) -> Result<String, String> {
    for path in files.list(SUITE, ".json")? {
        let cases: Vec<Value> = serde_json::from_str(files.text(&path)?).map_err(|error| format!("{path}: {error}"))?;
        let example = cases.iter().find(|case| case["operation"] == rows.example && case["example"] == true);
        if let Some(id) = example.and_then(|case| case["input"]["id"].as_str()) {
            return Ok(id.to_owned());
        }
    }
    Err(format!("the case suite has no example of {}", rows.example))
}

/// Returns the id of a row of the access rights' database: one that an administrator finds.
fn matrix_row(matrix: &str, rows: &Rows) -> Result<String, String> {
    let of_operation = matrix.lines().filter(|line| line.split_whitespace().next() == Some(rows.example));
    of_operation
        .filter(|line| line.split_whitespace().nth(5) == Some("ok"))
        .find_map(|line| {
            let input: Value = serde_json::from_str(&line[line.find('{')?..]).ok()?;
            input["id"].as_str().map(str::to_owned)
        })
        .ok_or_else(|| format!("{MATRIX} has no row of {}", rows.example))
}

/// Returns the file of the case suite with most cases of the group, or the one that has its name.
fn suite_file(files: &mut Files, group: &Group) -> Result<String, String> {
    let of_group = format!("\"operation\": \"{}.", group.name);
    let mut best = (0, String::new());
    for path in files.list(SUITE, ".json")? {
        let cases = files.text(&path)?.matches(&of_group).count();
        let named = path.ends_with(&format!("/{}.json", group.name));
        let rank = if named && cases > 0 { usize::MAX } else { cases };
        if rank > best.0 {
            best = (rank, path);
        }
    }
    if best.0 == 0 { Err(format!("no file of {SUITE} has a case of {}", group.name)) } else { Ok(best.1) }
}

/// Writes the declaration and the imports that it needs.
fn declare(files: &mut Files, skeleton: &Skeleton<'_>, list: &str) -> Result<(), String> {
    let module = match (skeleton.kind, skeleton.group.service) {
        (Kind::Atomic, Some(service)) => service,
        _ => skeleton.group.rows.module,
    };
    let (path, verb) = (modules_of(list), skeleton.verb);
    let text = files.text(list)?;
    imports::name_of(text, &path, &format!("crate::model::{}", skeleton.group.rows.id))?;
    let function = format!("{}::{verb}", imports::name_of(text, &path, &format!("crate::{module}"))?);
    check(insert::declaration(text, skeleton.group.name, &skeleton.declaration(&function)), "the group's end")
}

/// Writes the statements with their functions into the table's file.
fn add_statements(files: &mut Files, skeleton: &Skeleton<'_>) -> Result<(), String> {
    let file = files.file_of(skeleton.group.rows.module)?;
    let id = format!("crate::model::{}", skeleton.group.rows.id);
    let mut names = vec!["crate::base::Args", "crate::base::Result"];
    if skeleton.kind != Kind::Read {
        names.push("crate::base::Timestamp");
    }
    names.extend(["crate::db::Access", "crate::db::Conn", "crate::db::Statement", id.as_str()]);
    let text = files.text(&file)?;
    for function in skeleton.statements() {
        refuse_second(text, &file, &function)?;
    }
    for name in names {
        imports::name_of(text, &modules_of(&file), name)?;
    }
    check(insert::statements(text, &skeleton.statements(), &skeleton.functions()), "the list of statements")
}

/// Writes the service function of an atomic operation.
fn add_service(files: &mut Files, skeleton: &Skeleton<'_>) -> Result<(), String> {
    let Some(service) = skeleton.group.service else { return Ok(()) };
    let file = files.file_of(service)?;
    let id = format!("crate::model::{}", skeleton.group.rows.id);
    let text = files.text(&file)?;
    refuse_second(text, &file, skeleton.verb)?;
    let path = modules_of(&file);
    for name in [
        "crate::service::audit_trail",
        "crate::service::audit_trail::Action",
        "crate::service::context::OpContext",
        "crate::service::notify",
        "crate::service::notify::Event",
        "crate::base::Error",
        "crate::base::ErrorKind",
        "crate::base::Result",
        "crate::db::Conn",
        id.as_str(),
        "serde_json::json",
    ] {
        imports::name_of(text, &path, name)?;
    }
    let rows = imports::name_of(text, &path, &format!("crate::{}", skeleton.group.rows.module))?;
    insert::function(text, &skeleton.service(&rows));
    Ok(())
}

/// Fails if a file has a function, or exports one, with this name already.
fn refuse_second(text: &str, file: &str, function: &str) -> Result<(), String> {
    // The macro `verbs!` defines these.
    let generic = text.contains("verbs!(") && ["add", "lookup", "remove", "update"].contains(&function);
    if generic || imports::defines(text, function)? {
        return Err(format!("{file} has a function {function} already; choose another verb"));
    }
    Ok(())
}

/// Returns the path of modules of a file of `staka-core/src`.
fn modules_of(path: &str) -> Vec<String> {
    let inside = path.strip_prefix(CORE).unwrap_or(path).trim_start_matches('/').trim_end_matches(".rs");
    let mut parts: Vec<String> = inside.split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}
