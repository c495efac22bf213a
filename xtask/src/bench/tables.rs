//! Formats the lines of a run as tables: docs/figures.md.

use std::fmt::Write as _;
use std::io;

use serde_json::Value;

const HEAD: &str = "# Measurements of the language interfaces

For people who work on the Node and Python interfaces. [doors.md](doors.md) explains the figures and the choices made by them.

Written by `cargo xtask bench --doors`. Medians with their 95 % intervals (bootstrap), in milliseconds; the libraries are
called in turn. A ratio is the other library's time divided by Staka's: above 1, Staka is faster. CPU is the client's: all
threads, user and system.
";

pub(super) fn document(lines: &str) -> io::Result<String> {
    let lines: Vec<Value> = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let of = |script: &str| lines.iter().filter(|line| line["script"] == script).collect::<Vec<_>>();
    let mut out = HEAD.to_owned();
    for place in of("place") {
        let _ = write!(out, "\n{}, {} cores; scale medium.\n", text(&place["server"]), place["cores"]);
    }
    for (language, door) in [("Node", "node"), ("Python", "python")] {
        let script = |what: &str| of(&format!("{what}-{door}"));
        section(
            &mut out,
            &format!("{language}: how values cross"),
            &script("crossing"),
            &[
                ("answer", |it| text(&it["what"])),
                ("how", |it| text(&it["how"])),
                ("ms", median),
                ("n", |it| it["n"].to_string()),
            ],
        );
        section(
            &mut out,
            &format!("{language}: beside its peers"),
            &script("peers"),
            &[
                ("query", |it| text(&it["query"])),
                ("user", |it| text(&it["subject"])),
                ("by", |it| text(&it["peer"])),
                ("ms", median),
                ("ratio", |it| with_interval(&it["ratio"], &it["ratio_ci95"])),
                ("CPU ms", |it| with_interval(&it["cpu_ms"], &it["cpu_ci95"])),
                ("CPU ratio", |it| with_interval(&it["cpu_ratio"], &it["cpu_ratio_ci95"])),
            ],
        );
        section(
            &mut out,
            &format!("{language}: the event loop under 100,000 rows"),
            &script("loop"),
            &[
                ("by", |it| text(&it["peer"])),
                ("delay p50", |it| number(&it["p50_ms"])),
                ("p99", |it| number(&it["p99_ms"])),
                ("max", |it| number(&it["max_ms"])),
                ("whole", |it| number(&it["total_ms"])),
            ],
        );
        section(
            &mut out,
            &format!("{language}: awaited calls"),
            &script("awaited"),
            &[
                ("what", |it| text(&it["what"])),
                ("ms", median),
                ("ratio", |it| with_interval(&it["ratio"], &it["ratio_ci95"])),
            ],
        );
        section(
            &mut out,
            &format!("{language}: from start to first answer"),
            &script("startup"),
            &[
                ("by", |it| text(&it["peer"])),
                ("import to answer", median),
                ("whole process", |it| with_interval(&it["process_ms"], &it["process_ci95"])),
            ],
        );
    }
    Ok(out)
}

type Column = (&'static str, fn(&Value) -> String);

fn section(out: &mut String, title: &str, lines: &[&Value], columns: &[Column]) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(out, "\n## {title}\n\n");
    out.push_str(&row(&columns.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>()));
    out.push_str(&row(&vec!["---".to_owned(); columns.len()]));
    for line in lines {
        out.push_str(&row(&columns.iter().map(|(_, cell)| cell(line)).collect::<Vec<_>>()));
    }
    let mut notes: Vec<String> = lines.iter().map(|line| text(&line["note"])).filter(|note| !note.is_empty()).collect();
    notes.sort();
    notes.dedup();
    for note in notes {
        let _ = write!(out, "\n{note}\n");
    }
}

/// Formats a row of a table.
pub(super) fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(super) fn number(value: &Value) -> String {
    value.as_f64().map_or_else(String::new, |number| match number {
        n if n >= 100.0 => format!("{n:.0}"),
        n if n >= 10.0 => format!("{n:.1}"),
        n if n >= 1.0 => format!("{n:.2}"),
        n if n >= 0.01 => format!("{n:.3}"),
        n => format!("{n:.5}"),
    })
}

fn with_interval(value: &Value, interval: &Value) -> String {
    match (number(value), interval.as_array().map(Vec::as_slice)) {
        (value, Some([low, high])) if !value.is_empty() => format!("{value} ({}–{})", number(low), number(high)),
        (value, _) => value,
    }
}

fn median(line: &Value) -> String {
    with_interval(&line["median_ms"], &line["ci95"])
}

#[cfg(test)]
mod tests {
    use super::document;

    #[test]
    fn lines_become_tables() {
        let lines = r#"{"script":"place","server":"MariaDB 10","cores":2}
{"script":"peers-node","peer":"prisma","query":"tarifs.list_active","subject":"all","median_ms":0.7,"ci95":[0.6,0.81],"cpu_ms":12.0,"ratio":5.25,"ratio_ci95":[5,6],"note":"a note"}
"#;
        let out = document(lines).unwrap();
        assert!(out.contains("MariaDB 10, 2 cores"), "{out}");
        let row = "| tarifs.list_active | all | prisma | 0.700 (0.600–0.810) | 5.25 (5.00–6.00) | 12.0 |  |";
        assert!(out.contains(row) && out.contains("\na note\n"), "{out}");
        assert!(!out.contains("Python:"), "{out}");
        assert!(document("no json").is_err());
    }
}
