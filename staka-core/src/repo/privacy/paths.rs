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
    Number(u64),
}

/// A part of a statement with its values, in the order of their placeholders.
#[derive(Clone, Debug, Default)]
pub(super) struct Sql {
    pub(super) text: String,
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
    pub(super) fn args(&self) -> Args {
        let mut args = Args::new();
        for value in &self.values {
            match value {
                Bound::Text(text) => args.push(text.as_str()),
                Bound::Time(time) => args.push(*time),
                Bound::Number(number) => args.push(*number),
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
    pub(super) schema: &'a Schema,
    pub(super) person: &'a Person,
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
        let key = primary_key(self.schema.get(table.name)?);
        let is_key = key.iter().all(|column| selected.contains(&column.name.as_str()));
        let (members, once) = self.members(table, selected, rows)?;
        let alone = members.len() == 1;
        let names = list(selected, "g.");
        let mut all = Sql::default();
        if alone && once && is_key {
            return members.into_iter().next();
        }
        let (shown, group) =
            if once && is_key { ("g.`r`", String::new()) } else { ("MIN(g.`r`) AS `r`", format!(" GROUP BY {names}")) };
        all.add(&format!("SELECT {names}, {shown} FROM ("), &[]);
        for (place, member) in members.into_iter().enumerate() {
            all.add(if place == 0 { "(" } else { " UNION ALL (" }, &[]);
            all.append(member);
            all.add(")", &[]);
        }
        all.add(&format!(") g{group}"), &[]);
        if let Rows::After { limit, .. } = rows {
            all.add(&format!(" ORDER BY {names} LIMIT ?"), &[]);
            all.values.push(Bound::Number(limit as u64));
        }
        Some(all)
    }

    /// Returns a query for the number of rows for each `r`, as [`Finder::rows`] has it.
    pub(super) fn counts(&self, table: &'static PersonTable) -> Option<Sql> {
        let names: Vec<&str> = primary_key(self.schema.get(table.name)?).iter().map(|key| key.name.as_str()).collect();
        let (members, _) = self.members(table, &names, Rows::All)?;
        let mut all = Sql::default();
        if !is_direct(table) {
            let rows = self.rows(table, &names, Rows::All)?;
            all.add("SELECT CAST(k.`r` AS CHAR), CAST(COUNT(*) AS CHAR) FROM (", &[]);
            all.append(rows);
            all.add(") k GROUP BY k.`r`", &[]);
            return Some(all);
        }
        // Without the columns, the server counts entries of an index.
        for (place, mut member) in members.into_iter().enumerate() {
            let (head, rest) = member.text.split_once(" FROM ")?;
            let rank = head.rsplit_once(", ")?.1.trim_end_matches(" AS `r`");
            member.text = format!("SELECT CAST({rank} AS CHAR), CAST(COUNT(*) AS CHAR) FROM {rest}");
            all.add(if place == 0 { "(" } else { " UNION ALL (" }, &[]);
            all.append(member);
            all.add(")", &[]);
        }
        Some(all)
    }

    /// Returns the query of each path, and whether each row is found by one of them alone. None if there is no path.
    fn members(&self, table: &'static PersonTable, selected: &[&str], rows: Rows<'_>) -> Option<(Vec<Sql>, bool)> {
        let members: Vec<Sql> =
            (0..table.paths.len()).filter_map(|place| self.member(table, selected, place, rows)).collect();
        let once = is_direct(table) || members.len() == 1;
        (!members.is_empty()).then_some((members, once))
    }

    /// Returns the condition over `t` of a path that leads to the person directly; none if it leads to no row.
    fn condition(&self, table: &'static PersonTable, path: &'static PersonPath) -> Option<Sql> {
        let mut sql = Sql::default();
        if path.clients_only && !self.person.is_client {
            return None;
        }
        match path.link {
            Link::User(name) => sql.add(&format!("t.`{name}` = ?"), &[self.person.id.as_str()]),
            Link::Email(name) => {
                let signed_in = table.name == "audit_logs";
                let addresses = if signed_in { &self.person.signed_in_as } else { &self.person.addresses };
                let mut texts: Vec<&str> = addresses.iter().map(String::as_str).collect();
                let last = *texts.last()?;
                // Few statements serve all numbers of addresses.
                texts.resize(texts.len().next_power_of_two(), last);
                sql.add(&format!("t.`{name}` IN ({})", vec!["?"; texts.len()].join(", ")), &texts);
                // Addresses that differ by an accent are different, whatever the collation says.
                let places = vec!["CAST(? AS BINARY)"; texts.len()].join(", ");
                sql.add(&format!(" AND CAST(LOWER(t.`{name}`) AS BINARY) IN ({places})"), &texts);
                if signed_in {
                    // Earlier entries under the address are somebody else's; a pseudonym is nobody else's.
                    sql.add(&format!(" AND (t.`{name}` = ? OR t.`timestamp` >= ?)"), &[&self.person.pseudonym]);
                    sql.values.push(Bound::Time(self.person.since));
                }
            }
            Link::Of(..) => return None,
        }
        if !path.condition.is_empty() {
            sql.add(&format!(" AND {}", path.condition), &[]);
        }
        Some(sql)
    }

    /// Returns the query of one path.
    fn member(&self, table: &'static PersonTable, selected: &[&str], place: usize, rows: Rows<'_>) -> Option<Sql> {
        let path = &table.paths[place];
        let columns = self.schema.get(table.name)?;
        let key = primary_key(columns);
        let column_of = |path: &PersonPath| {
            let (Link::User(name) | Link::Email(name) | Link::Of(name, _)) = path.link;
            (name, columns.iter().find(|column| column.name == name))
        };
        let (name, column) = column_of(path);
        let Some(column) = column.filter(|_| !key.is_empty()) else {
            tracing::warn!(
                table = table.name,
                column = name,
                "the column does not exist: its rows are attributed to nobody"
            );
            return None;
        };
        let written = matches!(rows, Rows::Written | Rows::WrittenAmong(_));
        if written && path.reach == Reach::Part(&[]) {
            return None;
        }
        let (own, other) = (2 * place, 2 * place + 1);
        let (names, table_name) = (list(selected, "t."), table.name);
        let mut sql = Sql::default();
        if let Link::Of(_, parent) = path.link {
            let parent = PersonTable::of(parent)?;
            let referred = parent.key_for(name);
            let there = self.schema.get(parent.name)?.iter().find(|column| column.name == referred)?;
            let inner = self.rows(parent, &[referred], if written { Rows::Written } else { Rows::All })?;
            let rank = match path.reach {
                Reach::Own => format!("IF(v.`r` % 2 = 0, {own}, {other})"),
                Reach::Part(_) => other.to_string(),
            };
            sql.add(&format!("SELECT {names}, {rank} AS `r` FROM ("), &[]);
            sql.append(inner);
            // Collations differ between tables of some adopted databases; the index of this table serves its own.
            let value = match column.collation.as_deref().filter(|_| column.collation != there.collation) {
                Some(collation) => {
                    let charset = collation.split('_').next().unwrap_or("utf8mb4");
                    format!("CONVERT(v.`{referred}` USING {charset}) COLLATE {collation}")
                }
                None => format!("v.`{referred}`"),
            };
            sql.add(&format!(") v JOIN `{table_name}` t ON t.`{name}` = {value} WHERE TRUE"), &[]);
            if !path.condition.is_empty() {
                sql.add(&format!(" AND {}", path.condition), &[]);
            }
        } else {
            let rank = if path.reach == Reach::Own { own } else { other };
            sql.add(&format!("SELECT {names}, {rank} AS `r` FROM `{table_name}` t WHERE "), &[]);
            sql.append(self.condition(table, path)?);
            // A row belongs to the closest path.
            for closer in table.paths[..place].iter().filter(|closer| column_of(closer).1.is_some()) {
                if let Some(condition) = self.condition(table, closer) {
                    sql.add(" AND (", &[]);
                    sql.append(condition);
                    sql.add(") IS NOT TRUE", &[]);
                }
            }
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
                sql.add(&format!(" ORDER BY {names} LIMIT ?"), &[]);
                sql.values.push(Bound::Number(limit as u64));
            }
        }
        Some(sql)
    }
}

/// Returns whether all paths lead to the person without another table.
fn is_direct(table: &PersonTable) -> bool {
    table.paths.iter().all(|path| !matches!(path.link, Link::Of(..)))
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
