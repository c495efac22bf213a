//! Checks the Cargo.toml files: no sqlx in an interface, the workspace's lints in every crate.

use toml::{Table, Value};

use super::Violation;
use super::rules::DOORS;
use super::tree::{File, Tree};

pub(crate) fn sqlx(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (file, manifest) in manifests(tree) {
        if !DOORS.contains(&file.package()) {
            continue;
        }
        if dependencies(&manifest).any(|(name, value)| is_sqlx(name, value)) {
            violations.push(Violation::error(
                &file.path,
                line_of(file, "sqlx"),
                format!("the interface `{}` depends on sqlx", file.package()),
                "interfaces depend only on staka-core, so that the driver can be replaced",
                "remove it, and add what is missing to staka_core::api",
            ));
        }
    }
    violations
}

pub(crate) fn lints(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    let root = tree.files.iter().find(|file| file.path == "Cargo.toml");
    let Some((root, workspace)) = root.and_then(|file| Some((file, file.text.parse::<Table>().ok()?))) else {
        return violations;
    };
    let workspace = workspace.get("workspace");
    if workspace.and_then(|workspace| workspace.get("lints")).is_none() {
        violations.push(Violation::error(
            &root.path,
            1,
            "the workspace has no lints",
            WHY_LINTS,
            "add [workspace.lints.rust] and [workspace.lints.clippy]",
        ));
    }
    let members = workspace.and_then(|workspace| workspace.get("members")?.as_array());
    for member in members.into_iter().flatten().filter_map(Value::as_str) {
        let path = format!("{member}/Cargo.toml");
        let Some(file) = tree.files.iter().find(|file| file.path == path) else {
            continue;
        };
        let inherits = file.text.parse::<Table>().is_ok_and(|manifest| {
            manifest.get("lints").and_then(|lints| lints.get("workspace")?.as_bool()) == Some(true)
        });
        if !inherits {
            violations.push(Violation::error(
                &file.path,
                line_of(file, "[lints"),
                format!("`{member}` does not inherit the workspace's lints"),
                WHY_LINTS,
                "add `[lints]` with `workspace = true`",
            ));
        }
    }
    violations
}

const WHY_LINTS: &str = "all crates must be checked by the same lints";

fn manifests(tree: &Tree) -> impl Iterator<Item = (&File, Table)> {
    let files = tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    files.filter_map(|file| Some((file, file.text.parse().ok()?)))
}

/// Returns all dependencies: normal, dev, build, and those of each target.
fn dependencies(manifest: &Table) -> impl Iterator<Item = (&String, &Value)> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let tables = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    tables.chain([manifest]).flat_map(|table| {
        let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
        kinds.into_iter().filter_map(|kind| table.get(kind)?.as_table()).flatten()
    })
}

fn is_sqlx(name: &str, value: &Value) -> bool {
    let package = value.get("package").and_then(Value::as_str).unwrap_or(name);
    package == "sqlx" || package.starts_with("sqlx-")
}

fn line_of(file: &File, text: &str) -> usize {
    file.text.lines().position(|line| line.contains(text)).map_or(1, |line| line + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(text: &str) -> Vec<usize> {
        sqlx(&Tree::of(&[("staka-http/Cargo.toml", text)])).iter().map(|v| v.line).collect()
    }

    #[test]
    fn an_interface_does_not_depend_on_sqlx() {
        assert_eq!(door("[package]\n[dependencies]\nsqlx.workspace = true\n"), [3]);
        assert_eq!(door("[dev-dependencies]\nsqlx-mysql = \"0.9\"\n"), [2]);
        assert_eq!(door("[target.'cfg(unix)'.dependencies]\ndb = { package = \"sqlx\" }\n"), [2]);
        assert_eq!(door("[dependencies.sqlx]\nversion = \"0.9\"\n"), [1]);
        assert!(door("[dependencies]\nstaka-core = \"1\" # not sqlx\n").is_empty());
        let core = [("staka-core/Cargo.toml", "[dependencies]\nsqlx = \"0.9\"\n")];
        assert!(sqlx(&Tree::of(&core)).is_empty());
    }

    #[test]
    fn every_member_inherits_the_lints() {
        let root = "[workspace]\nmembers = [\"a\", \"b\", \"c\"]\n[workspace.lints.rust]\n";
        let tree = Tree::of(&[
            ("Cargo.toml", root),
            ("a/Cargo.toml", "[lints]\nworkspace = true\n"),
            ("b/Cargo.toml", "lints.workspace = true\n"),
            ("c/Cargo.toml", "[package]\n[lints.rust]\n"),
        ]);
        let found: Vec<_> = lints(&tree).iter().map(|v| (v.file.clone(), v.line)).collect();
        assert_eq!(found, [("c/Cargo.toml".to_owned(), 2)]);
        assert_eq!(lints(&Tree::of(&[("Cargo.toml", "[workspace]\nmembers = []\n")])).len(), 1);
    }
}
