//! Measures every operation with the busiest arguments: runs `benches/operations`, makes tables of its lines, and writes
//! the slowest calls into docs/figures.md.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use serde_json::Value;

use super::must;
use super::tables::{number, row, text};
use crate::process::{self, Signals};

/// The markers around the section in docs/figures.md.
const MARKERS: (&str, &str) = ("<!-- operations -->\n", "<!-- /operations -->\n");
/// The calls of each scale that the document shows.
const SHOWN: usize = 30;

const HEAD: &str = "## The slowest operations

Written by `cargo xtask bench --operations --write`: every operation with the busiest arguments of the demo data, lists also
with each field of their filter, each sort key and each kind of page. Pages have 20 rows unless the choice says otherwise.
Time is the median in milliseconds, \"read\" the rows that the server reads for each returned row (`Handler_read_*`), trips are
round trips. The class is the time that the operation may take; it is held if both servers hold it. Writes were rolled back.
";

pub(super) struct Options<'a> {
    pub(super) quick: bool,
    pub(super) only: &'a str,
    /// The only scale to measure.
    pub(super) scale: Option<&'static str>,
}

/// Runs the measurements and returns their lines; `None` if a signal ended the run.
pub(super) fn measure(root: &Path, options: &Options<'_>, signals: &Signals) -> io::Result<Option<String>> {
    let mut program = process::cargo(root);
    program.current_dir(root).args(["run", "--profile", "bench", "--quiet", "-p", "staka-operations", "--"]);
    program.args(options.quick.then_some("--quick")).args(["--only", options.only]);
    program.args(options.scale.map(|scale| ["--scale", scale]).into_iter().flatten());
    let (status, lines) = signals.output(program)?;
    // Written before anything can fail, because a run takes minutes.
    let kept = process::target_dir(root).join("operations.jsonl");
    std::fs::write(&kept, &lines)?;
    eprintln!("The lines are in {}.", kept.display());
    if signals.received().is_some() {
        return Ok(None);
    }
    must("the operations", status)?;
    Ok(Some(lines))
}

/// Writes the slowest calls into docs/figures.md and keeps the rest of it.
pub(super) fn write(root: &Path, lines: &str) -> io::Result<()> {
    let file = root.join("docs/figures.md");
    let text = std::fs::read_to_string(&file)?;
    let section = format!("{}{}\n{}", MARKERS.0, document(lines, Some(SHOWN))?, MARKERS.1);
    std::fs::write(file, with_section(&text, &section))
}

/// Returns the section of an earlier document with its markers, if it has one.
pub(super) fn section(document: &str) -> Option<&str> {
    let start = document.find(MARKERS.0)?;
    let end = start + document[start..].find(MARKERS.1)? + MARKERS.1.len();
    Some(&document[start..end])
}

/// Returns the document with this section, in the place of an earlier one or at the end.
pub(super) fn with_section(document: &str, new: &str) -> String {
    match section(document) {
        Some(old) => document.replacen(old, new, 1),
        None => format!("{}\n\n{new}", document.trim_end()),
    }
}

/// The measurements of one call, by server.
#[derive(Default)]
struct Call<'l>(BTreeMap<&'l str, &'l Value>);

impl Call<'_> {
    /// Returns the time on the slower server; a call that failed comes first.
    fn slowest(&self) -> f64 {
        self.0.values().map(|line| line["ms"].as_f64().unwrap_or(f64::INFINITY)).fold(0.0, f64::max)
    }

    fn failed(&self) -> bool {
        self.0.values().any(|line| !line["error"].is_null())
    }

    fn holds(&self) -> bool {
        self.0.values().all(|line| line["ms"].as_f64() < line["class"].as_f64())
    }
}

/// Returns a table for each scale, the slowest call first, with at most `shown` calls, and a list of those that failed.
pub(super) fn document(lines: &str, shown: Option<usize>) -> io::Result<String> {
    let lines: Vec<Value> = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let mut out = HEAD.to_owned();
    for scale in ["small", "medium", "large"] {
        let of = |what: &'static str| lines.iter().filter(move |line| line["what"] == what && line["scale"] == scale);
        let places: Vec<&Value> = of("place").collect();
        let Some(first) = places.first() else { continue };
        let servers: Vec<String> =
            places.iter().map(|place| format!("{} {}", text(&place["engine"]), text(&place["version"]))).collect();
        let engines: Vec<String> = places.iter().map(|place| text(&place["engine"])).collect();
        let mut calls: BTreeMap<(&str, &str), Call<'_>> = BTreeMap::new();
        let mut errors: BTreeMap<(&str, &str), String> = BTreeMap::new();
        for line in of("call") {
            let key = (line["operation"].as_str().unwrap_or_default(), line["choice"].as_str().unwrap_or_default());
            if let Some(error) = line["error"].as_str() {
                let input = line["input"].as_str().unwrap_or_default();
                errors.entry(key).or_insert_with(|| format!("{error} ({input}, {})", text(&line["engine"])));
            }
            let call = calls.entry(key).or_default();
            // A choice has a line for each input that failed, before that of the slowest.
            call.0.insert(line["engine"].as_str().unwrap_or_default(), line);
        }
        let operations = calls.keys().map(|(operation, _)| operation).collect::<std::collections::BTreeSet<_>>().len();
        let missed = calls.values().filter(|call| !call.failed() && !call.holds()).count();
        let _ = write!(
            out,
            "\n### Scale {scale}\n\n{}; {} cores; {}{}. {} calls of {operations} operations, {missed} of them above their class.\n\n",
            servers.join(", "),
            first["cores"],
            text(&first["date"]),
            if first["quick"] == true { ", a quick run" } else { "" },
            calls.len(),
        );
        let mut rows: Vec<(&(&str, &str), &Call<'_>)> = calls.iter().filter(|(_, call)| !call.failed()).collect();
        rows.sort_by(|one, other| other.1.slowest().total_cmp(&one.1.slowest()));
        let mut titles = vec!["operation".to_owned(), "choice".to_owned()];
        for engine in &engines {
            titles.extend(["ms", "read", "trips", "rows"].map(|title| format!("{engine} {title}")));
        }
        titles.extend(["class".to_owned(), "held".to_owned()]);
        out.push_str(&row(&titles));
        out.push_str(&row(&vec!["---".to_owned(); titles.len()]));
        for ((operation, choice), call) in rows.into_iter().take(shown.unwrap_or(usize::MAX)) {
            let mut cells = vec![(*operation).to_owned(), (*choice).to_owned()];
            for engine in &engines {
                match call.0.get(engine.as_str()) {
                    Some(line) => cells.extend(measured(line)),
                    None => cells.extend(std::iter::repeat_n("–".to_owned(), 4)),
                }
            }
            let class = call.0.values().next().map_or(String::new(), |line| line["class"].to_string());
            cells.extend([class, if call.holds() { "yes" } else { "**no**" }.to_owned()]);
            out.push_str(&row(&cells));
        }
        if !errors.is_empty() {
            let _ = write!(out, "\nNot measured, or not with every argument:\n\n");
            for ((operation, choice), error) in errors {
                let _ = writeln!(out, "- `{operation}` {choice}: {error}");
            }
        }
    }
    Ok(out)
}

/// Returns time, rows read for each returned row, round trips and returned rows.
fn measured(line: &Value) -> [String; 4] {
    let rows = line["rows"].as_f64().unwrap_or_default();
    let read = line["read"].as_f64().unwrap_or_default() / rows.max(1.0);
    [number(&line["ms"]), number(&read.into()), line["trips"].to_string(), line["rows"].to_string()]
}

#[cfg(test)]
mod tests {
    use super::{document, section, with_section};

    const LINES: &str = r#"{"what":"place","engine":"MariaDB","version":"10.11","scale":"small","date":"2026-01-01","cores":2,"quick":false}
{"what":"place","engine":"MySQL","version":"9.7","scale":"small","date":"2026-01-01","cores":2,"quick":false}
{"what":"call","engine":"MariaDB","scale":"small","operation":"a.get","choice":"","class":5,"ms":1.5,"read":3,"rows":1,"trips":1}
{"what":"call","engine":"MySQL","scale":"small","operation":"a.get","choice":"","class":5,"ms":2.5,"read":4,"rows":1,"trips":1}
{"what":"call","engine":"MariaDB","scale":"small","operation":"a.list","choice":"sort.x","class":50,"ms":10,"read":4000,"rows":20,"trips":2}
{"what":"call","engine":"MySQL","scale":"small","operation":"a.list","choice":"sort.x","class":50,"ms":60,"read":4000,"rows":20,"trips":2}
{"what":"call","engine":"MySQL","scale":"small","operation":"a.add","choice":"","class":50,"error":"no","input":"{}"}
"#;

    #[test]
    fn the_slowest_comes_first_and_what_failed_is_listed() {
        let out = document(LINES, None).unwrap();
        let list = out.find("| a.list | sort.x | 10.0 | 200 | 2 | 20 | 60.0 | 200 | 2 | 20 | 50 | **no** |").unwrap();
        let get = out.find("| a.get |  | 1.50 | 3.00 | 1 | 1 | 2.50 | 4.00 | 1 | 1 | 5 | yes |").unwrap();
        assert!(list < get, "{out}");
        assert!(out.contains("- `a.add` : no ({}, MySQL)"), "{out}");
        assert!(
            out.contains("MariaDB 10.11, MySQL 9.7; 2 cores; 2026-01-01. 3 calls of 3 operations, 1 of them"),
            "{out}"
        );
        assert!(!document(LINES, Some(1)).unwrap().contains("a.get"));
    }

    #[test]
    fn the_section_is_replaced_and_the_rest_kept() {
        let new = "<!-- operations -->\nnew\n<!-- /operations -->\n";
        let added = with_section("# Title\n", new);
        assert_eq!(added, format!("# Title\n\n{new}"));
        assert_eq!(with_section(&added, &new.replace("new", "newer")), added.replace("new", "newer"));
        assert_eq!(section(&added), Some(new));
        assert_eq!(section("# Title\n"), None);
    }
}
