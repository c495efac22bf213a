//! Lists whose filter and order the caller chooses: one place that turns both into SQL, for page, cursor and count.

use crate::base::{Cursor, Error, ErrorKind, Listing, Page, Reader, Record, Result, Where};
use crate::db::{Conn, Statement};

/// What a list reads: its columns, and the tables that they come from.
pub(super) struct List {
    /// The statement's name, `table.verb`, which its cursors bear too.
    pub(super) name: &'static str,
    /// The columns, as the row's type reads them.
    pub(super) columns: &'static str,
    /// What stands behind `FROM`.
    pub(super) from: &'static str,
    /// The key that no two rows share: the last by which the list is sorted.
    pub(super) id: &'static str,
}

/// One key by which a list is sorted.
#[derive(Clone, Copy)]
pub(super) struct By {
    sql: &'static str,
    descending: bool,
    nullable: bool,
    word: bool,
}

impl By {
    /// From small to large; NULL comes first.
    pub(super) const fn asc(sql: &'static str) -> Self {
        Self { sql, descending: false, nullable: false, word: false }
    }

    /// From large to small; NULL comes last.
    pub(super) const fn desc(sql: &'static str) -> Self {
        Self { sql, descending: true, nullable: false, word: false }
    }

    /// The column admits NULL.
    pub(super) const fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// The column is an ENUM, which sorts by the place of its words.
    pub(super) const fn word(self) -> Self {
        Self { word: true, ..self }
    }

    /// What is compared: the place of a word, not its text.
    fn compared(self) -> String {
        if self.word { format!("({} + 0)", self.sql) } else { self.sql.to_owned() }
    }

    fn order(self) -> String {
        format!("{}{}", self.sql, if self.descending { " DESC" } else { "" })
    }
}

/// A row, and behind it the keys by which it was sorted, as text.
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

/// Tells a key that is NULL from one that is an empty text.
const NULL: &str = "-";
const VALUE: char = '+';

/// Keys as a cursor holds them: what separates them there must not stand within.
fn packed(key: Option<&String>) -> String {
    key.map_or(NULL.to_owned(), |key| {
        format!("{VALUE}{}", key.replace('\u{1e}', "\u{1e}e").replace('\u{1f}', "\u{1e}f"))
    })
}

fn unpacked(key: &str) -> String {
    key.replace("\u{1e}f", "\u{1f}").replace("\u{1e}e", "\u{1e}")
}

/// One page of a list: one statement, and one more where the page wants the total.
pub(super) async fn page<T: Record + Send>(
    conn: &mut Conn,
    list: &List,
    wanted: Where,
    by: &[By],
    page: &Page,
    default: u32,
    max: u32,
) -> Result<Listing<T>> {
    let window = page.window(default, max)?;
    let total = if page.total { Some(count(conn, list, wanted.clone()).await?) } else { None };
    let mut keys = by.to_vec();
    // The key goes the way of the rest, so that one index serves all.
    let descending = by.last().is_some_and(|last| last.descending);
    keys.push(By { sql: list.id, descending, nullable: false, word: false });
    let mut wanted = wanted;
    // A cursor belongs to one order of one list.
    let order = keys.iter().map(|key| key.order()).collect::<Vec<_>>().join(", ");
    let name = format!("{} by {order}", list.name);
    if let Some(after) = &page.after {
        let values: Vec<String> = after.texts(&name, keys.len())?.iter().map(|key| unpacked(key)).collect();
        behind(&mut wanted, &keys, &values)?;
    }
    let (condition, mut args) = wanted.into_parts()?;
    let texts: Vec<String> = keys.iter().map(|key| format!("CAST({} AS CHAR)", key.compared())).collect();
    let text = format!(
        "SELECT {}, {} FROM {} WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?",
        list.columns,
        texts.join(", "),
        list.from,
    );
    args.push(window.limit + 1);
    args.push(window.offset);
    let rows = conn.all(&Statement::fixed(list.name, "", &[]).with_text(text), args).await;
    // All values but the cursor's were checked before.
    let rows: Vec<Keyed<T>> = rows.map_err(|error| match (error.kind(), &page.after) {
        (ErrorKind::Invalid, Some(_)) => not_ours().with_source(error),
        _ => error,
    })?;
    let listing = Listing::from_overfull(rows, window.limit, |last: &Keyed<T>| {
        let keys: Vec<String> = last.keys.iter().map(|key| packed(key.as_ref())).collect();
        Cursor::behind(&name, &keys.iter().map(String::as_str).collect::<Vec<_>>())
    });
    Ok(Listing { items: listing.items.into_iter().map(|keyed| keyed.row).collect(), next: listing.next, total })
}

/// How many rows the list has.
pub(super) async fn count(conn: &mut Conn, list: &List, wanted: Where) -> Result<u64> {
    let (condition, args) = wanted.into_parts()?;
    let text = format!("SELECT COUNT(*) FROM {} WHERE {condition}", list.from);
    let count: i64 = conn.one(&Statement::fixed(list.name, "", &[]).with_text(text), args).await?;
    Ok(count.unsigned_abs())
}

/// The rows behind the one with these keys: alike in the first keys, and behind it in the next.
fn behind(wanted: &mut Where, keys: &[By], values: &[String]) -> Result<()> {
    let mut ways = Vec::new();
    let mut bound: Vec<&str> = Vec::new();
    for place in 0..keys.len() {
        let mut alike: Vec<String> = Vec::new();
        let mut values_of_way: Vec<&str> = Vec::new();
        for (key, value) in keys.iter().zip(values).take(place) {
            match value.strip_prefix(VALUE) {
                None => alike.push(format!("{} IS NULL", key.sql)),
                Some(value) => {
                    alike.push(format!("{} = ?", key.compared()));
                    values_of_way.push(value);
                }
            }
        }
        let (key, value) = (keys[place], values[place].strip_prefix(VALUE));
        if value.is_none() && (!key.nullable || values[place] != NULL) {
            return Err(not_ours());
        }
        let beyond = match (value, key.descending) {
            // NULL comes first going up, last coming down.
            (None, false) => format!("{} IS NOT NULL", key.sql),
            (None, true) => continue,
            (Some(value), descending) => {
                values_of_way.push(value);
                let operator = if descending { "<" } else { ">" };
                let compared = format!("{} {operator} ?", key.compared());
                if descending && key.nullable { format!("({compared} OR {} IS NULL)", key.sql) } else { compared }
            }
        };
        alike.push(beyond);
        ways.push(format!("({})", alike.join(" AND ")));
        bound.extend(values_of_way);
    }
    let args = wanted.and(&format!("({})", ways.join(" OR ")));
    for value in bound {
        args.push(value);
    }
    Ok(())
}

fn not_ours() -> Error {
    Error::invalid("after", "is not a cursor of this list")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(keys: &[By], values: &[&str]) -> String {
        let mut wanted = Where::default();
        behind(&mut wanted, keys, &values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>()).unwrap();
        wanted.into_parts().unwrap().0
    }

    #[test]
    fn keys_come_out_as_they_went_in() {
        for key in ["", "-", "é", "\u{1e}", "\u{1f}", "a\u{1e}f\u{1f}e\u{1e}\u{1e}"] {
            let cursor = Cursor::behind("l", &[&packed(Some(&key.to_owned())), NULL, "+id"]);
            let keys = cursor.texts("l", 3).unwrap();
            assert_eq!(unpacked(&keys[0]).strip_prefix(VALUE), Some(key));
            assert_eq!(keys[1..], [NULL, "+id"]);
        }
    }

    #[test]
    fn what_is_behind_a_row() {
        let (due, id) = (By::desc("t.due").nullable(), By::desc("t.id"));
        assert_eq!(
            after(&[due, id], &["+2026", "+a"]),
            "TRUE AND (((t.due < ? OR t.due IS NULL)) OR (t.due = ? AND t.id < ?))"
        );
        assert_eq!(after(&[due, id], &["-", "+a"]), "TRUE AND ((t.due IS NULL AND t.id < ?))");
        let (due, id) = (By::asc("t.due").nullable(), By::asc("t.id"));
        assert_eq!(after(&[due, id], &["-", "+a"]), "TRUE AND ((t.due IS NOT NULL) OR (t.due IS NULL AND t.id > ?))");
        let word = By::asc("t.word").word();
        assert_eq!(
            after(&[word, id], &["+2", "+a"]),
            "TRUE AND (((t.word + 0) > ?) OR ((t.word + 0) = ? AND t.id > ?))"
        );
        assert!(behind(&mut Where::default(), &[word, id], &["-".into(), "+a".into()]).is_err());
    }
}
