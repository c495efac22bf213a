//! Checks what the workspace depends on: the licences, sources and duplicates that deny.toml allows, and that the addon
//! and the wheel are built from the same dependencies as the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;
use toml::{Table, Value};

use super::Violation;

/// The packages that are built alone, by npm and pip.
const BUILT_ALONE: [&str; 2] = ["staka-node", "staka-py"];

pub(super) fn check(root: &Path) -> io::Result<Vec<Violation>> {
    let rules: Table = std::fs::read_to_string(root.join("deny.toml"))?.parse().map_err(io::Error::other)?;
    let metadata = cargo(root, &["metadata", "--format-version", "1", "--locked"])?;
    let metadata: Json = serde_json::from_str(&metadata)?;
    let packages: Vec<Package> = metadata["packages"].as_array().into_iter().flatten().map(Package::of).collect();
    let mut violations = licences(&packages, &rules);
    violations.extend(duplicates(&packages, &rules));
    violations.extend(sources(&packages));

    let together = features(&tree(root, &["--workspace", "--edges", "normal,build,dev"])?);
    for package in BUILT_ALONE {
        let alone = features(&tree(root, &["--package", package, "--edges", "normal,build"])?);
        violations.extend(built_twice(package, &alone, &together));
    }
    Ok(violations)
}

fn cargo(root: &Path, arguments: &[&str]) -> io::Result<String> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(root)
        .args(arguments)
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    String::from_utf8(output.stdout).map_err(io::Error::other)
}

fn tree(root: &Path, which: &[&str]) -> io::Result<String> {
    cargo(root, &[&["tree", "--locked", "--prefix", "none", "--no-dedupe", "--format", "{p}\t{f}"], which].concat())
}

/// A package that is built in.
struct Package {
    name: String,
    version: String,
    licence: String,
    /// Where it comes from; none for a member of the workspace.
    source: Option<String>,
}

impl Package {
    fn of(package: &Json) -> Self {
        let text = |field: &str| package[field].as_str().map(str::to_owned);
        Self {
            name: text("name").unwrap_or_default(),
            version: text("version").unwrap_or_default(),
            licence: text("license").unwrap_or_default(),
            source: text("source"),
        }
    }
}

fn texts<'a>(rules: &'a Table, section: &str, list: &str) -> impl Iterator<Item = &'a Value> {
    rules.get(section).and_then(|section| section.get(list)?.as_array()).into_iter().flatten()
}

fn violation(what: String, fix: &str) -> Violation {
    Violation::error("deny.toml", 1, what, "users of Staka answer for what it brings", fix)
}

fn licences(packages: &[Package], rules: &Table) -> Vec<Violation> {
    let allowed: Vec<&str> = texts(rules, "licenses", "allow").filter_map(Value::as_str).collect();
    let refused = packages.iter().filter(|package| package.source.is_some() && !permits(&package.licence, &allowed));
    refused
        .map(|package| {
            let what = format!("{} {} has the licence {:?}", package.name, package.version, package.licence);
            violation(what, "use another package, or allow the licence")
        })
        .collect()
}

/// Returns whether a licence expression can be met by allowed licences. `AND` binds closer than `OR`; some packages still
/// write `/` for `OR`.
fn permits(expression: &str, allowed: &[&str]) -> bool {
    let expression = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = expression.split_whitespace().collect();
    let mut rest = words.as_slice();
    alternatives(&mut rest, allowed) == Some(true) && rest.is_empty()
}

/// Reads terms separated by `OR`. Each returns none if the expression is not one.
fn alternatives(rest: &mut &[&str], allowed: &[&str]) -> Option<bool> {
    let mut met = all(rest, allowed)?;
    while let ["OR", after @ ..] = *rest {
        *rest = after;
        met |= all(rest, allowed)?;
    }
    Some(met)
}

fn all(rest: &mut &[&str], allowed: &[&str]) -> Option<bool> {
    let mut met = licence(rest, allowed)?;
    while let ["AND", after @ ..] = *rest {
        *rest = after;
        met &= licence(rest, allowed)?;
    }
    Some(met)
}

fn licence(rest: &mut &[&str], allowed: &[&str]) -> Option<bool> {
    match *rest {
        ["(", after @ ..] => {
            *rest = after;
            let met = alternatives(rest, allowed)?;
            *rest = rest.strip_prefix(&[")"])?;
            Some(met)
        }
        [")" | "OR" | "AND" | "WITH", ..] | [] => None,
        [name, "WITH", exception, after @ ..] => {
            *rest = after;
            Some(allowed.contains(&format!("{name} WITH {exception}").as_str()))
        }
        [name, after @ ..] => {
            *rest = after;
            Some(allowed.contains(name))
        }
    }
}

fn duplicates(packages: &[Package], rules: &Table) -> Vec<Violation> {
    let skipped: BTreeSet<&str> = texts(rules, "bans", "skip").filter_map(|skip| skip.get("crate")?.as_str()).collect();
    let mut versions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for package in packages {
        versions.entry(&package.name).or_default().push(format!("{}@{}", package.name, package.version));
    }
    let mut violations = Vec::new();
    for ids in versions.values() {
        let counted: Vec<&str> = ids.iter().map(String::as_str).filter(|id| !skipped.contains(id)).collect();
        if counted.len() > 1 {
            violations.push(violation(
                format!("there are {}", counted.join(" and ")),
                "update who needs the older one, or skip it with the reason",
            ));
        }
    }
    let needless = |id: &&str| {
        let name = id.split('@').next().unwrap_or_default();
        versions.get(name).is_none_or(|ids| ids.len() == 1 || !ids.iter().any(|other| other == id))
    };
    violations.extend(
        skipped
            .iter()
            .copied()
            .filter(needless)
            .map(|id| violation(format!("{id} does not occur twice"), "remove the line")),
    );
    violations
}

/// All packages come from one registry, and none from elsewhere.
fn sources(packages: &[Package]) -> Vec<Violation> {
    let registries: BTreeSet<&str> = packages.iter().filter_map(|package| package.source.as_deref()).collect();
    let elsewhere = registries.iter().filter(|source| !source.starts_with("registry+"));
    let mut violations: Vec<Violation> = elsewhere
        .map(|source| violation(format!("a package comes from {source}"), "use a version from the registry"))
        .collect();
    if violations.is_empty() && registries.len() > 1 {
        violations.push(violation("packages come from several registries".to_owned(), "use one registry"));
    }
    violations
}

/// Reads the lines of `cargo tree`: a package with its version, and its features. One that is built several times, such
/// as for a macro and for the program, has several.
fn features(tree: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in tree.lines() {
        let (package, features) = line.split_once('\t').unwrap_or((line, ""));
        let id: Vec<&str> = package.split(' ').take(2).collect();
        found.entry(id.join(" ")).or_default().insert(features.trim_end_matches(" (*)").to_owned());
    }
    found
}

/// A package that has other features when its user is built alone would be compiled a second time.
fn built_twice(
    user: &str,
    alone: &BTreeMap<String, BTreeSet<String>>,
    together: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<Violation> {
    let differs = |(package, features): &(&String, &BTreeSet<String>)| {
        together.get(*package).is_none_or(|all| !features.is_subset(all))
    };
    alone
        .iter()
        .filter(differs)
        .map(|(package, features)| {
            let what = format!(
                "`{user}` alone builds {package} with {features:?}, the workspace with {:?}",
                together.get(package)
            );
            Violation::error(
                "staka-embed/Cargo.toml",
                1,
                what,
                "the addon and the wheel are built from the dependencies that the tests have built",
                "turn on what is missing",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(id: &str, licence: &str, source: Option<&str>) -> Package {
        let (name, version) = id.split_once('@').unwrap();
        Package {
            name: name.to_owned(),
            version: version.to_owned(),
            licence: licence.to_owned(),
            source: source.map(str::to_owned),
        }
    }

    fn whats(violations: &[Violation]) -> Vec<&str> {
        violations.iter().map(|violation| violation.what.as_str()).collect()
    }

    #[test]
    fn licence_expressions_are_read() {
        let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"];
        for permitted in [
            "MIT",
            "GPL-3.0 OR MIT",
            "GPL-3.0/MIT",
            "(GPL-3.0 OR MIT) AND Apache-2.0",
            "GPL-3.0 AND GPL-2.0 OR MIT",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(permits(permitted, &allowed), "{permitted}");
        }
        for refused in ["", "GPL-3.0", "MIT AND GPL-3.0", "MIT WITH GPL", "MIT MIT", "(MIT", "MIT)", "OR", "MIT OR"] {
            assert!(!permits(refused, &allowed), "{refused}");
        }
    }

    #[test]
    fn licences_sources_and_duplicates_are_checked() {
        let rules: Table =
            "[licenses]\nallow = [\"MIT\"]\n[bans]\nskip = [{ crate = \"b@1\" }, { crate = \"gone@1\" }]"
                .parse()
                .unwrap();
        let registry = Some("registry+r");
        let packages = [
            package("staka@1", "", None),
            package("a@1", "GPL-3.0", registry),
            package("a@2", "MIT", registry),
            package("b@1", "MIT", registry),
            package("b@2", "MIT", registry),
            package("c@1", "MIT", Some("git+g")),
        ];
        assert_eq!(whats(&licences(&packages, &rules)), ["a 1 has the licence \"GPL-3.0\""]);
        assert_eq!(whats(&duplicates(&packages, &rules)), ["there are a@1 and a@2", "gone@1 does not occur twice"]);
        assert_eq!(whats(&sources(&packages)), ["a package comes from git+g"]);
        assert!(sources(&packages[..5]).is_empty());
    }

    #[test]
    fn other_features_are_found() {
        let together = features("a v1\tstd,sync\na v1\tstd (*)\nb v1 (proc-macro)\t\n");
        assert!(built_twice("x", &features("a v1\tstd\nb v1 (proc-macro) (*)\t"), &together).is_empty());
        assert_eq!(built_twice("x", &features("a v1\tsync\nc v1\t"), &together).len(), 2);
    }
}
