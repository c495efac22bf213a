//! The versions of the measured crates.

const LOCK: &str = include_str!("../Cargo.lock");
const NAMES: [&str; 5] = ["diesel", "diesel-async", "mysql_async", "sea-orm", "sqlx"];

/// Returns each crate as `name version`; a crate with two versions (Diesel has its own mysql_async) is listed twice.
pub(crate) fn rust() -> String {
    let mut names = LOCK.split("[[package]]").filter_map(|package| {
        let of = |key: &str| package.lines().find_map(|line| line.strip_prefix(key)?.strip_suffix('"'));
        let (name, version) = (of("name = \"")?, of("version = \"")?);
        NAMES.contains(&name).then(|| format!("{name} {version}"))
    });
    let first = names.next().unwrap_or_default();
    names.fold(first, |all, name| format!("{all}, {name}"))
}
