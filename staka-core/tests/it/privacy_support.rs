//! A person with a row in every table, and a marker text in each text column.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AssertSqlSafe, MySqlConnection, Row};
use staka_core::model::{Link, PersonTable, UserId, personal_data_tables};

use crate::migrate_support::script;

/// The id of the person of these tests.
pub const PERSON: &str = "personne-0001";
/// The person's address.
pub const ADDRESS: &str = "q.marquee@exemple.fr";

/// A marker that was written into a column.
#[derive(Clone, Debug)]
pub struct Mark {
    pub table: &'static str,
    pub column: String,
    pub text: String,
}

/// A column, as the server describes it.
struct Column {
    name: String,
    r#type: String,
    full: String,
    nullable: bool,
    length: i64,
    /// The table and column that it refers to.
    refers: Option<(String, String)>,
}

pub async fn texts(conn: &mut MySqlConnection, sql: &str) -> Vec<Vec<Option<String>>> {
    let rows =
        sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(conn).await.unwrap_or_else(|e| panic!("{e}: {sql}"));
    rows.iter().map(|row| (0..row.len()).map(|place| row.try_get(place).unwrap()).collect()).collect()
}

async fn columns(conn: &mut MySqlConnection, table: &str) -> Vec<Column> {
    let sql = format!(
        "SELECT CAST(c.column_name AS CHAR), CAST(c.data_type AS CHAR), CAST(c.column_type AS CHAR), CAST(c.is_nullable AS CHAR), \
           CAST(COALESCE(c.character_maximum_length, 0) AS CHAR), \
           (SELECT CONCAT(k.referenced_table_name, '.', k.referenced_column_name) FROM information_schema.key_column_usage k \
            WHERE k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name \
              AND k.referenced_table_name IS NOT NULL LIMIT 1) \
         FROM information_schema.columns c WHERE c.table_schema = DATABASE() AND c.table_name = '{table}' ORDER BY c.ordinal_position"
    );
    let described = texts(conn, &sql).await;
    let column = |row: Vec<Option<String>>| {
        let mut row = row.into_iter();
        let mut next = || row.next().unwrap();
        Column {
            name: next().unwrap(),
            r#type: next().unwrap(),
            full: next().unwrap(),
            nullable: next().unwrap() == "YES",
            length: next().unwrap().parse().unwrap(),
            refers: next().map(|to| to.split_once('.').map(|(t, c)| (t.to_owned(), c.to_owned())).unwrap()),
        }
    };
    described.into_iter().map(column).collect()
}

/// Inserts the person into every table about persons, and returns the markers.
pub async fn fill(conn: &mut MySqlConnection) -> Vec<Mark> {
    let (mut marks, mut values): (Vec<Mark>, BTreeMap<(String, String), String>) = Default::default();
    // An administrator, since one must remain.
    script(conn, "INSERT INTO users (id, prenom, nom, email, password, role, updatedAt) VALUES ('chef', 'Agathe', 'Ferrand', 'chef@exemple.fr', 'x', 'ADMIN', UTC_TIMESTAMP(3))").await;
    // The person has no erasure record yet.
    for table in personal_data_tables().iter().filter(|table| !table.paths.is_empty() && table.name != "staka_erasures")
    {
        let described = columns(conn, table.name).await;
        assert!(!described.is_empty(), "{} is declared but does not exist", table.name);
        let (mut names, mut row) = (Vec::new(), Vec::new());
        for column in &described {
            let value = value(table, column, &values, &mut marks);
            if let Some(value) = &value {
                values.insert((table.name.to_owned(), column.name.clone()), value.clone());
            }
            names.push(format!("`{}`", column.name));
            row.push(value.map_or("NULL".to_owned(), |value| format!("'{value}'")));
        }
        script(conn, &format!("INSERT INTO `{}` ({}) VALUES ({})", table.name, names.join(", "), row.join(", "))).await;
    }
    marks
}

fn value(
    table: &'static PersonTable,
    column: &Column,
    values: &BTreeMap<(String, String), String>,
    marks: &mut Vec<Mark>,
) -> Option<String> {
    let link = table.paths.iter().map(|path| path.link).find(|link| match link {
        Link::User(name) | Link::Email(name) | Link::Of(name, _) => *name == column.name,
    });
    match link {
        Some(Link::User(_)) => return Some(PERSON.to_owned()),
        Some(Link::Email(_)) => return Some(ADDRESS.to_owned()),
        Some(Link::Of(name, parent)) => {
            let key = PersonTable::of(parent).unwrap().key_for(name);
            return values.get(&(parent.to_owned(), key.to_owned())).cloned();
        }
        None => {}
    }
    if let Some(referred) = &column.refers {
        let there = values.get(referred).cloned();
        return if column.nullable && there.is_none() { None } else { there };
    }
    if table.name == "users" && column.name == "email" {
        return Some(ADDRESS.to_owned());
    }
    if table.name == "users" && column.name == "role" {
        return Some("USER".to_owned());
    }
    let mark = format!("Q{:03}", marks.len());
    let marked = |marks: &mut Vec<Mark>| {
        marks.push(Mark { table: table.name, column: column.name.clone(), text: mark.clone() });
    };
    Some(match column.r#type.as_str() {
        "enum" => column.full.split('\'').nth(1).unwrap().to_owned(),
        "varchar" | "char" if column.length < 4 => "eur".to_owned(),
        "varchar" | "char" | "text" | "mediumtext" | "longtext" | "varbinary" if !is_json(table, column) => {
            marked(marks);
            mark
        }
        "json" | "text" | "longtext" => {
            marked(marks);
            format!("{{\"m\": \"{mark}\"}}")
        }
        "datetime" => "2026-02-03 04:05:06.789".to_owned(),
        "date" => "2026-02-03".to_owned(),
        _ => "1".to_owned(),
    })
}

/// Returns whether the column is JSON on both servers: MariaDB describes it as text.
fn is_json(table: &PersonTable, column: &Column) -> bool {
    matches!((table.name, column.name.as_str()), ("users", "preferences") | ("messages", "metadata"))
}

pub fn person() -> UserId {
    PERSON.parse().unwrap()
}

/// Returns every table's rows as text, for comparison.
pub async fn everything(conn: &mut MySqlConnection) -> BTreeMap<String, BTreeSet<String>> {
    let tables = "SELECT CAST(table_name AS CHAR) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'";
    let mut all = BTreeMap::new();
    for table in texts(conn, tables).await.into_iter().flatten().flatten() {
        let described = columns(conn, &table).await;
        let cells: Vec<String> =
            described.iter().map(|column| format!("COALESCE(CONVERT(`{}` USING utf8mb4), '∅')", column.name)).collect();
        let rows = texts(conn, &format!("SELECT CONCAT_WS('|', {}) FROM `{table}`", cells.join(", "))).await;
        all.insert(table, rows.into_iter().flatten().flatten().collect());
    }
    all
}
