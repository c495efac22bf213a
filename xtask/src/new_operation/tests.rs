//! Plans operations on the texts of the real files, which stay as they are.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::*;

const ROUTES: &str = "staka-http/src/routes.rs";
const ACTIONS: &str = "staka-core/src/service/audit_trail/actions.rs";
const EVENTS: &str = "staka-core/src/service/notify/events.rs";

fn files() -> Files {
    Files::new(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")))
}

fn planned(operations: &[(&str, Kind)]) -> Files {
    let mut files = files();
    for (name, kind) in operations {
        plan(&mut files, name, *kind).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    }
    files
}

fn refusal(name: &str, kind: Kind) -> String {
    plan(&mut files(), name, kind).expect_err(name)
}

fn now<'a>(files: &'a Files, path: &str) -> &'a str {
    &files.texts[path].now
}

fn changed(files: &Files) -> BTreeSet<&str> {
    files.changed().map(|(path, _)| path.as_str()).collect()
}

/// Returns the lines that a file gained, with the line before and the line after.
fn gained(files: &Files, path: &str) -> (String, String, String) {
    let Text { before, now } = &files.texts[path];
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), now.lines().collect());
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let end = same + new.len() - old.len();
    assert_eq!(old[same..], new[end..], "{path} gained lines in several places");
    (new[same - 1].to_owned(), new[same..end].join("\n"), new.get(end).copied().unwrap_or_default().to_owned())
}

#[test]
fn the_groups_are_those_that_are_declared() {
    let mut files = files();
    let mut declared = BTreeSet::new();
    for path in files.list(LIST, ".rs").unwrap() {
        declared.extend(insert::declared(files.text(&path).unwrap()).into_iter().map(|it| it.group));
    }
    let known: BTreeSet<String> = GROUPS.iter().map(|group| group.name.to_owned()).collect();
    assert_eq!(known, declared);
}

#[test]
fn every_group_takes_an_operation_of_every_kind() {
    for group in GROUPS {
        for kind in [Kind::Read, Kind::Write, Kind::Atomic] {
            if group.service.is_none() && kind != Kind::Read {
                continue;
            }
            let name = format!("{}.try_out", group.name);
            let files = planned(&[(&name, kind)]);
            let changed = changed(&files);
            assert_eq!(changed.len(), if kind == Kind::Atomic { 10 } else { 7 }, "{name}: {changed:?}");
            for (path, text) in files.changed() {
                let text = &text.now;
                assert!(text.contains(&format!("{MARK}: ")), "{path} has no mark for {name}");
                if path.ends_with(".rs") {
                    assert!(syn::parse_file(text).is_ok(), "{path} with {name}");
                }
                if path.ends_with(".json") {
                    let cases: Vec<Value> = serde_json::from_str(text).unwrap();
                    let of: Vec<&Value> = cases.iter().filter(|case| case["operation"] == name).collect();
                    assert_eq!(of.iter().filter(|case| case["example"] == true).count(), 1);
                    assert_eq!(of.len(), 2);
                }
            }
            let in_list = |path: &str| {
                let declared = insert::declared(now(&files, path));
                declared.iter().any(|it| it.group == group.name && it.verb == "try_out")
            };
            assert!(
                changed.iter().any(|path| path.starts_with(LIST) && in_list(path)),
                "{name} is declared in its group"
            );
        }
    }
}

#[test]
fn a_read_stands_at_the_end_of_its_group_and_of_the_other_lists() {
    let files = planned(&[("faqs.is_known", Kind::Read)]);
    let list = "staka-core/src/api/list/catalogue.rs";
    let (before, block, after) = gained(&files, list);
    assert_eq!(
        (before.trim(), after.as_str()),
        ("for admin() = |conn, ctx| service::faqs::delete(conn, ctx, id);", "    }")
    );
    assert!(block.ends_with(
        "        /// Returns whether the question exists.\n        read is_known(\n            /// The question's id.\n            \
         id: FaqId,\n        ) -> bool,\n            for admin() = |conn, _| faqs::is_known(conn, id);"
    ));
    let repo = now(&files, "staka-core/src/repo/faqs.rs");
    assert!(repo.contains("all.extend([&IS_KNOWN, &COUNT_BY_CATEGORIE, &*LOCK]);"));
    assert!(repo.contains("static IS_KNOWN: Statement = Statement::fixed(\n    \"faqs.is_known\",\n    \"SELECT EXISTS (SELECT 1 FROM faqs t WHERE t.id = ?)\",\n"));
    assert!(repo.contains("pub async fn is_known(conn: &mut Conn, id: &FaqId) -> Result<bool> {\n"));
    let (before, block, _) = gained(&files, ROUTES);
    assert!(before.ends_with("\"faqs.delete\"),"));
    assert!(block.ends_with("    get(\"/v1/admin/faqs/{id}/is-known\", \"faqs.is_known\"),"));
    let (before, block, _) = gained(&files, MATRIX);
    assert!(before.starts_with("faqs.delete "));
    let line = block.lines().last().unwrap();
    assert_eq!(
        line.split_whitespace().take(8).collect::<Vec<_>>().join(" "),
        "faqs.is_known 401 403 403 403 ok 403 ok"
    );
    assert_eq!(line.find('{'), before.find('{'), "the columns are aligned");
    let (before, block, _) = gained(&files, "docs/coverage.md");
    assert!(before.contains("`faqs.delete`") && block.contains("| `faqs.is_known` |"));
    assert!(gained(&files, "CHANGELOG.md").1.contains("`faqs.is_known`"));
}

#[test]
fn an_atomic_operation_has_two_writes_an_action_and_an_event() {
    let files = planned(&[("tickets.escalate", Kind::Atomic)]);
    let service = now(&files, "staka-core/src/service/tickets/mod.rs");
    for part in [
        "use super::audit_trail::{self, Action};\n",
        "use super::notify::{self, Event};\n",
        "use crate::repo::support_requests;\n",
        "support_requests::escalate_first(conn, id, ctx.now).await?",
        "support_requests::escalate_second(conn, id, ctx.now).await?;",
        "notify::announce(conn, ctx, Event::TicketsEscalate, ",
        "audit_trail::write(conn, ctx, Action::TicketsEscalate, ",
    ] {
        assert!(service.contains(part), "no {part} in\n{service}");
    }
    let repo = now(&files, "staka-core/src/repo/support_requests/mod.rs");
    assert!(repo.contains("all.extend([&ESCALATE_FIRST, &ESCALATE_SECOND, "));
    assert!(repo.contains("\"tickets.escalate/first\"") && repo.contains("\"tickets.escalate/second\""));
    let (_, block, after) = gained(&files, ACTIONS);
    assert!(block.ends_with("TicketsEscalate = \"TICKETS_ESCALATE\", System, Low;"));
    assert_eq!(after, "}");
    let (_, block, after) = gained(&files, EVENTS);
    assert!(block.contains("    TicketsEscalate = \"tickets_escalate\" {\n        Admins, Info, Normale, "));
    assert_eq!(after, "}");
    assert!(gained(&files, ROUTES).1.contains("post(\"/v1/admin/tickets/{id}/escalate\", \"tickets.escalate\")"));
}

#[test]
fn two_operations_of_a_group_stand_one_after_the_other() {
    let files = planned(&[("consultations.move_on", Kind::Atomic), ("consultations.is_late", Kind::Read)]);
    let list = insert::declared(now(&files, "staka-core/src/api/list/messages.rs"));
    let of_group: Vec<&str> = list.iter().filter(|it| it.group == "consultations").map(|it| it.verb.as_str()).collect();
    assert_eq!(of_group[of_group.len() - 2..], ["move_on", "is_late"]);
    let cases: Vec<Value> = serde_json::from_str(now(&files, "cases/suite/consultations.json")).unwrap();
    let last: Vec<&str> = cases[cases.len() - 4..].iter().map(|case| case["operation"].as_str().unwrap()).collect();
    assert_eq!(
        last,
        ["consultations.move_on", "consultations.move_on", "consultations.is_late", "consultations.is_late"]
    );
    let report = files.report();
    for path in changed(&files) {
        assert!(report.contains(&format!("{path}:")), "{report}");
    }
    let marks = files.changed().map(|(_, text)| text.now.matches(&format!("{MARK}: ")).count()).sum::<usize>();
    assert_eq!(report.lines().filter(|line| line.starts_with("    ")).count(), marks);
}

#[test]
fn a_name_that_cannot_be_used_is_refused() {
    assert_eq!(
        refusal("faq.close", Kind::Read),
        format!(
            "there is no group faq; the groups are {}",
            GROUPS.iter().map(|group| group.name).collect::<Vec<_>>().join(", ")
        )
    );
    assert_eq!(refusal("faqs", Kind::Read), "faqs is not of the form group.verb");
    assert!(refusal("faqs.create", Kind::Atomic).starts_with("the operation faqs.create exists, in "));
    assert!(refusal("faqs.update", Kind::Write).contains("exists"));
    assert!(refusal("faqs.lookup", Kind::Read).ends_with("has a function lookup already; choose another verb"));
    assert!(refusal("tarifs.is_name_taken", Kind::Read).contains("has a function is_name_taken already"));
    assert_eq!(refusal("stats.close", Kind::Write), "the group stats only reads");
    for verb in ["", "Close", "close2", "_close", "close_", "close__it", "move", "close-it"] {
        assert!(refusal(&format!("faqs.{verb}"), Kind::Read).contains("must be lower-case letters"), "{verb}");
    }
    let mut files = planned(&[("faqs.close", Kind::Atomic)]);
    assert!(plan(&mut files, "faqs.close", Kind::Atomic).unwrap_err().starts_with("the operation faqs.close exists"));
}
