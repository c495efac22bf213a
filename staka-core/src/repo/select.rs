//! Lists with a filter and a sort order chosen by the caller; turns both into SQL for pages, cursors and counts.

use crate::base::{Cursor, Direction, Error, ErrorKind, Page, PageRequest, Predicate, Reader, Record, Result};
use crate::db::{Access, Conn, Statement};

/// A list whose filter and sort order the caller chooses: its columns, the tables they come from, and the indexes that
/// its rows are found by.
pub struct List {
    /// The name of its statements, which is also part of its cursors: the operation's, and after a slash what
    /// distinguishes this list from others of the operation.
    pub(super) name: &'static str,
    /// The columns, in the order in which the row type reads them.
    pub(super) columns: &'static str,
    /// The `FROM` clause.
    pub(super) from: &'static str,
    /// The unique key column, which the list is sorted by last.
    pub(super) id: &'static str,
    /// How the rows of joined tables are accessed.
    pub(super) joined: &'static [Access],
    /// How the rows are found.
    pub(super) paths: &'static [Path],
}

impl List {
    /// Returns the name of its statements.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns how the rows of joined tables are accessed.
    pub const fn joined(&self) -> &'static [Access] {
        self.joined
    }

    /// Returns how the rows are found, for each choice of the caller.
    pub const fn paths(&self) -> &'static [Path] {
        self.paths
    }
}

/// How a list finds its rows, verified by the tests: every field of a filter and every sort key needs one.
#[derive(Clone, Copy, Debug)]
pub struct Path {
    /// What the caller chooses.
    pub by: By,
    /// How the rows are accessed then. An index is used by the page and by the count.
    pub access: Access,
}

// The tests compare these with the plans.
const _: fn(&Path) -> (&By, &Access) = |path| (&path.by, &path.access);

impl Path {
    /// The rows are found through one of these indexes.
    pub(super) const fn index(by: By, table: &'static str, keys: &'static [&'static str]) -> Self {
        Self { by, access: Access::Index { table, keys } }
    }

    /// The rows are found by reading all rows, in any order, until the page is full.
    pub(super) const fn scan(by: By, table: &'static str, reason: &'static str) -> Self {
        Self { by, access: Access::Scan { table, reason } }
    }
}

/// What the caller of a list chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Nothing: no filter, and the default order.
    Default,
    /// One of these fields of the filter, by their names in JSON.
    Filter(&'static [&'static str]),
    /// One of these sort keys, by their names in JSON.
    Sort(&'static [&'static str]),
}

/// Why a search reads all rows.
pub(super) const SEARCHED: &str = "a text is searched anywhere in its columns, which no index can do";

/// Why a sort order reads all rows.
pub(super) const UNSORTED: &str = "no index is sorted by this key, and administrators rarely sort by it";

/// Why a field of a filter is no reason to use an index.
pub(super) const UNINDEXED: &str = "no index has this column: rows are read in the list's order until the page is full";

/// A column by which a list is sorted.
#[derive(Clone, Copy)]
pub(super) struct SortColumn {
    sql: &'static str,
    descending: bool,
    nullable: bool,
    is_enum: bool,
}

impl SortColumn {
    /// Sorts ascending; NULL comes first.
    pub(super) const fn asc(sql: &'static str) -> Self {
        Self { sql, descending: false, nullable: false, is_enum: false }
    }

    /// Sorts descending; NULL comes last.
    pub(super) const fn desc(sql: &'static str) -> Self {
        Self { sql, descending: true, nullable: false, is_enum: false }
    }

    /// Declares that the column may be NULL.
    pub(super) const fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// Declares that the column is an ENUM, which MySQL sorts by the ordinals of its values.
    pub(super) const fn enum_ordinal(self) -> Self {
        Self { is_enum: true, ..self }
    }

    /// Sorts in this direction.
    pub(super) const fn towards(self, direction: Direction) -> Self {
        Self { descending: matches!(direction, Direction::Desc), ..self }
    }

    /// Returns the direction.
    pub(super) const fn direction(self) -> Direction {
        if self.descending { Direction::Desc } else { Direction::Asc }
    }

    /// Sorts rows with equal values by another column, in the same direction.
    pub(super) fn then(self, next: Self) -> Vec<Self> {
        if self.sql == next.sql { vec![self] } else { vec![self, next.towards(self.direction())] }
    }

    /// Returns the expression to compare: for an ENUM the ordinal, not the text.
    fn comparand(self) -> String {
        if self.is_enum { format!("({} + 0)", self.sql) } else { self.sql.to_owned() }
    }

    fn order_by(self) -> String {
        format!("{}{}", self.sql, if self.descending { " DESC" } else { "" })
    }
}

/// A row, followed by its sort keys as text.
struct Keyed<T> {
    row: T,
    keys: Vec<Option<String>>,
}

impl<T: Record> Record for Keyed<T> {
    const WIDTH: usize = T::WIDTH;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { row: T::read(reader)?, keys: reader.rest()? })
    }
}

/// The prefixes of a key in a cursor, which distinguish NULL from an empty text.
const NULL: &str = "-";
const VALUE: char = '+';

/// Encodes a key for a cursor, escaping the separators used there.
fn encode_key(key: Option<&String>) -> String {
    key.map_or(NULL.to_owned(), |key| {
        format!("{VALUE}{}", key.replace('\u{1e}', "\u{1e}e").replace('\u{1f}', "\u{1e}f"))
    })
}

fn decode_key(key: &str) -> String {
    key.replace("\u{1e}f", "\u{1f}").replace("\u{1e}e", "\u{1e}")
}

/// Returns a page of a list, by one statement and a second one if the total is requested.
pub(super) async fn page<T: Record + Send>(
    conn: &mut Conn,
    list: &List,
    predicate: Predicate,
    by: &[SortColumn],
    page: &PageRequest,
    default: u32,
    max: u32,
) -> Result<Page<T>> {
    let window = page.window(default, max)?;
    let total = if page.total { Some(count(conn, list, predicate.clone()).await?) } else { None };
    let mut keys = by.to_vec();
    // The unique key has the direction of the last sort column, so that one index serves both.
    let descending = by.last().is_some_and(|last| last.descending);
    keys.push(SortColumn { sql: list.id, descending, nullable: false, is_enum: false });
    let mut predicate = predicate;
    // A cursor is valid for one sort order of one list only.
    let order = keys.iter().map(|key| key.order_by()).collect::<Vec<_>>().join(", ");
    let name = format!("{} by {order}", list.name);
    if let Some(after) = &page.after {
        let values: Vec<String> = after.texts(&name, keys.len())?.iter().map(|key| decode_key(key)).collect();
        restrict_to_after(&mut predicate, &keys, &values)?;
    }
    let (condition, mut args) = predicate.into_parts()?;
    let texts: Vec<String> = keys.iter().map(|key| format!("CAST({} AS CHAR)", key.comparand())).collect();
    let text = format!(
        "SELECT {}, {} FROM {} WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?",
        list.columns,
        texts.join(", "),
        list.from,
    );
    args.push(window.limit + 1);
    args.push(window.offset);
    let rows = conn.all(&Statement::fixed(list.name, "", &[]).with_text(text), args).await;
    // All values except the cursor's have been checked already.
    let rows: Vec<Keyed<T>> = rows.map_err(|error| match (error.kind(), &page.after) {
        (ErrorKind::Invalid, Some(_)) => invalid_cursor().with_source(error),
        _ => error,
    })?;
    let found = Page::from_extra_row(rows, window.limit, |last: &Keyed<T>| {
        let keys: Vec<String> = last.keys.iter().map(|key| encode_key(key.as_ref())).collect();
        Cursor::after_row(&name, &keys.iter().map(String::as_str).collect::<Vec<_>>())
    });
    Ok(Page { items: found.items.into_iter().map(|keyed| keyed.row).collect(), next: found.next, total })
}

/// Returns the number of rows of the list.
pub(super) async fn count(conn: &mut Conn, list: &List, predicate: Predicate) -> Result<u64> {
    let (condition, args) = predicate.into_parts()?;
    let text = format!("SELECT COUNT(*) FROM {} WHERE {condition}", list.from);
    let count: i64 = conn.one(&Statement::fixed(list.name, "", &[]).with_text(text), args).await?;
    Ok(count.unsigned_abs())
}

/// Restricts the predicate to the rows after the one with these keys: equal in the first keys, and after it in the
/// next.
fn restrict_to_after(predicate: &mut Predicate, keys: &[SortColumn], values: &[String]) -> Result<()> {
    let mut alternatives = Vec::new();
    let mut bound: Vec<&str> = Vec::new();
    for index in 0..keys.len() {
        let mut conditions: Vec<String> = Vec::new();
        let mut own_values: Vec<&str> = Vec::new();
        for (key, value) in keys.iter().zip(values).take(index) {
            match value.strip_prefix(VALUE) {
                None => conditions.push(format!("{} IS NULL", key.sql)),
                Some(value) => {
                    conditions.push(format!("{} = ?", key.comparand()));
                    own_values.push(value);
                }
            }
        }
        let (key, value) = (keys[index], values[index].strip_prefix(VALUE));
        if value.is_none() && (!key.nullable || values[index] != NULL) {
            return Err(invalid_cursor());
        }
        let beyond = match (value, key.descending) {
            // NULL comes first in ascending and last in descending order.
            (None, false) => format!("{} IS NOT NULL", key.sql),
            (None, true) => continue,
            (Some(value), descending) => {
                own_values.push(value);
                let operator = if descending { "<" } else { ">" };
                let compared = format!("{} {operator} ?", key.comparand());
                if descending && key.nullable { format!("({compared} OR {} IS NULL)", key.sql) } else { compared }
            }
        };
        conditions.push(beyond);
        alternatives.push(format!("({})", conditions.join(" AND ")));
        bound.extend(own_values);
    }
    let args = predicate.and(&format!("({})", alternatives.join(" OR ")));
    for value in bound {
        args.push(value);
    }
    Ok(())
}

fn invalid_cursor() -> Error {
    Error::invalid("after", "is not a cursor of this list")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(keys: &[SortColumn], values: &[&str]) -> String {
        let mut predicate = Predicate::default();
        restrict_to_after(&mut predicate, keys, &values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>()).unwrap();
        predicate.into_parts().unwrap().0
    }

    #[test]
    fn keys_survive_the_round_trip_through_a_cursor() {
        for key in ["", "-", "é", "\u{1e}", "\u{1f}", "a\u{1e}f\u{1f}e\u{1e}\u{1e}"] {
            let cursor = Cursor::after_row("l", &[&encode_key(Some(&key.to_owned())), NULL, "+id"]);
            let keys = cursor.texts("l", 3).unwrap();
            assert_eq!(decode_key(&keys[0]).strip_prefix(VALUE), Some(key));
            assert_eq!(keys[1..], [NULL, "+id"]);
        }
    }

    #[test]
    fn the_condition_selects_the_rows_after_a_row() {
        let (due, id) = (SortColumn::desc("t.due").nullable(), SortColumn::desc("t.id"));
        assert_eq!(
            after(&[due, id], &["+2026", "+a"]),
            "TRUE AND (((t.due < ? OR t.due IS NULL)) OR (t.due = ? AND t.id < ?))"
        );
        assert_eq!(after(&[due, id], &["-", "+a"]), "TRUE AND ((t.due IS NULL AND t.id < ?))");
        let (due, id) = (SortColumn::asc("t.due").nullable(), SortColumn::asc("t.id"));
        assert_eq!(after(&[due, id], &["-", "+a"]), "TRUE AND ((t.due IS NOT NULL) OR (t.due IS NULL AND t.id > ?))");
        let status = SortColumn::asc("t.status").enum_ordinal();
        assert_eq!(
            after(&[status, id], &["+2", "+a"]),
            "TRUE AND (((t.status + 0) > ?) OR ((t.status + 0) = ? AND t.id > ?))"
        );
        assert!(restrict_to_after(&mut Predicate::default(), &[status, id], &["-".into(), "+a".into()]).is_err());
    }
}
