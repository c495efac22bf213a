//! Checks the migrations: 0001 is Prisma's schema, and each later one adds one object owned by Staka.

use super::Violation;
use super::rules::{MAY_CREATE, MIGRATIONS, OWNED_TABLES};
use super::sql::{self, Statement};
use super::tree::{File, Tree};

const WHY_OWNED: &str = "Prisma's tables must stay unchanged so that `migrate deploy` keeps working, \
                        and Staka's objects are recognised by their names";

pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut files: Vec<(&str, &File)> = tree
        .files
        .iter()
        .filter_map(|file| Some((file.path.strip_prefix(MIGRATIONS)?, file)))
        .filter(|(name, _)| name.ends_with(".sql"))
        .collect();
    files.sort_by_key(|&(name, _)| name);
    for (number, (name, file)) in (1..).zip(&files) {
        if !numbered(name, number) {
            violations.push(Violation::error(
                &file.path,
                1,
                format!("migration {number} is not named {number:04}_lower_case_name.sql"),
                "migrations are applied in the order of their numbers, so numbers must be unique and without gaps",
                "number them from 0001 without gaps",
            ));
        }
        if number > 1 && !name.starts_with("0001_") {
            violations.extend(added(file));
        }
    }
    violations
}

fn numbered(name: &str, number: usize) -> bool {
    let title =
        name.strip_prefix(&format!("{number:04}_")).and_then(|rest| rest.strip_suffix(".sql")).unwrap_or_default();
    !title.is_empty() && title.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_'))
}

fn added(file: &File) -> Vec<Violation> {
    let mut violations = Vec::new();
    if sql::first_comment(&file.text).split_whitespace().count() < 3 {
        violations.push(Violation::error(
            &file.path,
            1,
            "the file does not start with a comment that names the query that it serves",
            "an index or a table that no query uses only slows down writes",
            "start it with `-- ` and the operation or query, e.g. `-- Serves repo::x::list: …`",
        ));
    }
    let statements = sql::statements(&file.text);
    if statements.len() != 1 {
        violations.push(Violation::error(
            &file.path,
            statements.get(1).map_or(1, |second| second.line),
            format!("{} statements", statements.len()),
            "DDL commits implicitly, so a file with several statements cannot be repeated after an error",
            "write one statement in each file; a trigger's BEGIN … END body belongs to it",
        ));
    }
    violations.extend(statements.iter().filter_map(|statement| refused(file, statement)));
    violations
}

fn refused(file: &File, statement: &Statement) -> Option<Violation> {
    let words: Vec<&str> = statement.words.iter().map(String::as_str).collect();
    let error = |what: String, fix: &str| Some(Violation::error(&file.path, statement.line, what, WHY_OWNED, fix));
    if words.contains(&"DROP") {
        return error("the migration drops an object".into(), "keep it; an unused object costs little");
    }
    let mut rest = match words.split_first() {
        Some((&"CREATE", rest)) => rest,
        Some((&first, _)) => {
            return error(
                format!("a {first} statement"),
                "a migration creates one object owned by Staka and changes no data",
            );
        }
        None => return None,
    };
    if let ["UNIQUE" | "FULLTEXT" | "SPATIAL", after @ ..] = rest {
        rest = after;
    }
    let (kind, mut rest) = match rest.split_first() {
        Some((kind, rest)) if MAY_CREATE.contains(kind) => (*kind, rest),
        _ => {
            let kind = rest.first().copied().unwrap_or_default();
            let fix = format!("create only {}", MAY_CREATE.join(", "));
            return error(format!("the migration creates a {kind}"), &fix);
        }
    };
    if let ["IF", "NOT", "EXISTS", after @ ..] = rest {
        rest = after;
    }
    let name = rest.first().copied().unwrap_or_default().to_lowercase();
    if name.starts_with(OWNED_TABLES) {
        return None;
    }
    error(
        format!("the name of {kind} `{name}` does not start with {OWNED_TABLES}"),
        &format!("name it {OWNED_TABLES}…"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE users (id INT); ALTER TABLE users ADD x INT;";
    const WHY: &str = "-- Serves repo::users::list, newest first.\n";

    fn found(files: &[(&str, &str)]) -> usize {
        let files: Vec<(String, String)> =
            files.iter().map(|(name, text)| (format!("{MIGRATIONS}{name}"), text.to_string())).collect();
        check(&Tree::new(files)).len()
    }

    fn second(statement: &str) -> usize {
        found(&[("0001_prisma.sql", FIRST), ("0002_ours.sql", &format!("{WHY}{statement}"))])
    }

    #[test]
    fn numbers_have_no_gaps() {
        let index = format!("{WHY}CREATE INDEX staka_a ON users (x);");
        assert_eq!(found(&[("0001_prisma.sql", FIRST), ("0002_a.sql", &index)]), 0);
        assert_eq!(found(&[("0001_prisma.sql", FIRST), ("0003_a.sql", &index)]), 1);
        assert_eq!(found(&[("0002_a.sql", &index)]), 1);
        assert_eq!(found(&[("0001_prisma.sql", FIRST), ("0001_a.sql", &index)]), 1);
        assert_eq!(found(&[("1_prisma.sql", FIRST)]), 1);
        assert_eq!(found(&[("0001_Prisma schema.sql", FIRST)]), 1);
    }

    #[test]
    fn each_names_its_query() {
        let text = "CREATE INDEX staka_a ON users (x);";
        assert_eq!(found(&[("0001_prisma.sql", FIRST), ("0002_a.sql", text)]), 1);
        let text = "-- index\nCREATE INDEX staka_a ON users (x);";
        assert_eq!(found(&[("0001_prisma.sql", FIRST), ("0002_a.sql", text)]), 1);
    }

    #[test]
    fn each_creates_one_owned_object() {
        assert_eq!(second("CREATE UNIQUE INDEX `staka_a` ON users (x)"), 0);
        assert_eq!(second("create table if not exists staka_a (x int);"), 0);
        let trigger = "AFTER INSERT ON users FOR EACH ROW BEGIN SET @a = 1; SET @b = 2; END;";
        assert_eq!(second(&format!("CREATE TRIGGER staka_a {trigger}")), 0);
        assert_eq!(second(&format!("CREATE TRIGGER users_a {trigger}")), 1);
        assert_eq!(second("CREATE INDEX users_x ON users (x)"), 1);
        assert_eq!(second("CREATE TABLE counters (x INT)"), 1);
        assert_eq!(second("CREATE VIEW staka_v AS SELECT 1"), 1);
        assert_eq!(second("ALTER TABLE users ADD COLUMN x INT"), 1);
        assert_eq!(second("UPDATE users SET x = 1"), 1);
        assert_eq!(second("DROP TABLE staka_a"), 1);
        assert_eq!(second("-- nothing"), 1);
        assert_eq!(second("CREATE INDEX staka_a ON u (x); CREATE INDEX staka_b ON u (x)"), 1);
    }
}
