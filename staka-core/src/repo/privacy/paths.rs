//! The SQL that follows the declared paths from a person to the rows of a table: one statement for a table, however many
//! rows there are.

use super::survey::Person;
use super::{Schema, SchemaColumn};
use crate::base::{Args, Timestamp};
use crate::model::{Link, PersonPath, PersonTable, Reach};

/// A value bound to a statement.
#[derive(Clone, Debug)]
enum Bound {
    Text(String),
    Time(Timestamp),
}

/// A part of a statement with its values, in the order of their placeholders.
#[derive(Clone, Debug, Default)]
pub(super) struct Sql {
    pub text: String,
    values: Vec<Bound>,
}

impl Sql {
    /// Appends text and values.
    fn add(&mut self, text: &str, values: &[&str]) {
        self.text.push_str(text);
        self.values.extend(values.iter().map(|value| Bound::Text((*value).to_owned())));
    }

    fn append(&mut self, other: Self) {
        self.text.push_str(&other.text);
        self.values.extend(other.values);
    }

    /// Returns the values as arguments of the statement.
    pub fn args(&self) -> Args {
        let mut args = Args::new();
        for value in &self.values {
            match value {
                Bound::Text(text) => args.push(text.as_str()),
                Bound::Time(time) => args.push(*time),
            }
        }
        args
    }
}

/// Which of a person's rows to find.
#[derive(Clone, Copy, Debug)]
pub enum Rows<'k> {
    /// All of them.
    All,
    /// Those that an erasure may write.
    Written,
    /// Those that an erasure may write, among the rows with these keys.
    WrittenAmong(&'k [&'k Vec<String>]),
    /// The first `limit` rows after a key, by key.
    After {
        /// The key; none for the first rows.
        key: Option<&'k Vec<String>>,
        /// The maximum number of rows.
        limit: usize,
    },
}

/// Follows the paths to a person.
pub(super) struct Finder<'a> {
    pub schema: &'a Schema,
    pub person: &'a Person,
}

/// Returns the columns of the primary key.
pub(super) fn primary_key(columns: &[SchemaColumn]) -> Vec<&SchemaColumn> {
    columns.iter().filter(|column| column.key).collect()
}

fn list(names: &[&str], alias: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("{alias}`{name}`")).collect();
    names.join(", ")
}

impl Finder<'_> {
    /// Returns a query for these columns of the person's rows, with a number `r`: twice the position of the closest
    /// path, plus 1 unless the row is the person's own. None if no path can lead to a row.
    pub(super) fn rows(&self, table: &'static PersonTable, selected: &[&str], rows: Rows<'_>) -> Option<Sql> {
        let members: Vec<Sql> = table
            .paths
            .iter()
            .enumerate()
            .filter_map(|(place, path)| self.member(table, selected, place, path, rows))
            .collect();
        let key = primary_key(self.schema.get(table.name)?);
        // By one path, a row is found once.
        let is_key = key.iter().all(|column| selected.contains(&column.name.as_str()));
        if members.len() < 2 && is_key {
            return members.into_iter().next();
        }
        let mut all = Sql::default();
        for (place, member) in members.into_iter().enumerate() {
            all.add(if place == 0 { "(" } else { ") UNION ALL (" }, &[]);
            all.append(member);
        }
        if all.text.is_empty() {
            return None;
        }
        let names = list(selected, "g.");
        all.text = format!("SELECT {names}, MIN(g.`r`) AS `r` FROM ({})) g GROUP BY {names}", all.text);
        if let Rows::After { limit, .. } = rows {
            all.add(&format!(" ORDER BY {names} LIMIT {limit}"), &[]);
        }
        Some(all)
    }

    /// Returns the query of one path.
    fn member(
        &self,
        table: &'static PersonTable,
        selected: &[&str],
        place: usize,
        path: &'static PersonPath,
        rows: Rows<'_>,
    ) -> Option<Sql> {
        let columns = self.schema.get(table.name)?;
        let key = primary_key(columns);
        let (Link::User(name) | Link::Email(name) | Link::Of(name, _)) = path.link;
        let Some(column) = columns.iter().find(|column| column.name == name).filter(|_| !key.is_empty()) else {
            tracing::warn!(
                table = table.name,
                column = name,
                "the column does not exist: its rows are attributed to nobody"
            );
            return None;
        };
        let written = matches!(rows, Rows::Written | Rows::WrittenAmong(_));
        if (path.clients_only && !self.person.is_client) || (written && path.reach == Reach::Part(&[])) {
            return None;
        }
        let (own, other) = (2 * place, 2 * place + 1);
        let direct = if path.reach == Reach::Own { own } else { other };
        let (names, table_name) = (list(selected, "t."), table.name);
        let mut sql = Sql::default();
        match path.link {
            Link::User(_) => sql.add(
                &format!("SELECT {names}, {direct} AS `r` FROM `{table_name}` t WHERE t.`{name}` = ?"),
                &[self.person.id.as_str()],
            ),
            Link::Email(_) => {
                let signed_in = table.name == "audit_logs";
                let addresses = if signed_in { &self.person.signed_in_as } else { &self.person.addresses };
                let mut texts: Vec<&str> = addresses.iter().map(String::as_str).collect();
                let last = *texts.last()?;
                // Few statements serve all numbers of addresses.
                texts.resize(texts.len().next_power_of_two(), last);
                let places = vec!["?"; texts.len()].join(", ");
                sql.add(
                    &format!("SELECT {names}, {direct} AS `r` FROM `{table_name}` t WHERE t.`{name}` IN ({places})"),
                    &texts,
                );
                // Addresses that differ by an accent are different, whatever the collation says.
                let places = vec!["CAST(? AS BINARY)"; texts.len()].join(", ");
                sql.add(&format!(" AND CAST(LOWER(t.`{name}`) AS BINARY) IN ({places})"), &texts);
                if signed_in {
                    // Earlier entries under the address are somebody else's; a pseudonym is nobody else's.
                    sql.add(&format!(" AND (t.`{name}` = ? OR t.`timestamp` >= ?)"), &[&self.person.pseudonym]);
                    sql.values.push(Bound::Time(self.person.since));
                }
            }
            Link::Of(_, parent) => {
                let parent = PersonTable::of(parent)?;
                let referred = parent.key_for(name);
                self.schema.get(parent.name)?.iter().find(|column| column.name == referred)?;
                let inner = if written { Rows::Written } else { Rows::All };
                let inner = self.rows(parent, &[referred], inner)?;
                let rank = match path.reach {
                    Reach::Own => format!("IF(v.`r` % 2 = 0, {own}, {other})"),
                    Reach::Part(_) => other.to_string(),
                };
                sql.add(&format!("SELECT {names}, {rank} AS `r` FROM ("), &[]);
                sql.append(inner);
                // The parent's collation may differ in an adopted database; the index of this table serves its own.
                let value = match column.collation.as_deref() {
                    Some(collation) => {
                        let charset = collation.split('_').next().unwrap_or("utf8mb4");
                        format!("CONVERT(v.`{referred}` USING {charset}) COLLATE {collation}")
                    }
                    None => format!("v.`{referred}`"),
                };
                sql.add(&format!(") v STRAIGHT_JOIN `{table_name}` t ON t.`{name}` = {value} WHERE TRUE"), &[]);
            }
        }
        if !path.condition.is_empty() {
            sql.add(&format!(" AND {}", path.condition), &[]);
        }
        match rows {
            Rows::All | Rows::Written => {}
            Rows::WrittenAmong(keys) => {
                let (condition, values) = among(&key, keys);
                sql.add(&condition, &values);
            }
            Rows::After { key: after, limit } => {
                if let Some(after) = after {
                    let (condition, values) = follows(&key, after);
                    sql.add(&format!(" AND {condition}"), &values);
                }
                sql.add(&format!(" ORDER BY {names} LIMIT {limit}"), &[]);
            }
        }
        Some(sql)
    }
}

/// Returns a condition for rows of `t` with one of these keys.
fn among<'k>(key: &[&SchemaColumn], keys: &[&'k Vec<String>]) -> (String, Vec<&'k str>) {
    let names: Vec<String> = key.iter().map(|column| format!("t.`{}`", column.name)).collect();
    let one = format!("({})", vec!["?"; names.len()].join(", "));
    let text = format!(" AND ({}) IN ({})", names.join(", "), vec![one.as_str(); keys.len()].join(", "));
    (text, keys.iter().flat_map(|key| key.iter().map(String::as_str)).collect())
}

/// Returns a condition for rows of `t` whose key follows another: a later first part, or the same one and a later second
/// part, and so on.
pub(super) fn follows<'k>(key: &[&SchemaColumn], after: &'k [String]) -> (String, Vec<&'k str>) {
    let (mut ways, mut values) = (Vec::new(), Vec::new());
    for (place, column) in key.iter().enumerate() {
        let mut way: Vec<String> = key[..place].iter().map(|same| format!("t.`{}` = ?", same.name)).collect();
        way.push(format!("t.`{}` > ?", column.name));
        ways.push(format!("({})", way.join(" AND ")));
        values.extend(after.iter().take(place + 1).map(String::as_str));
    }
    let first = format!("t.`{}` >= ?", key[0].name);
    let mut all = vec![after.first().map_or("", String::as_str)];
    all.extend(values);
    (format!("{first} AND ({})", ways.join(" OR ")), all)
}
