//! The columns that a list is sorted by, and the position of a row among them.

use crate::base::{Cursor, Direction, Error, Predicate, Reader, Record, Result};

/// A column by which a list is sorted.
#[derive(Clone, Copy)]
pub(in crate::repo) struct SortColumn {
    sql: &'static str,
    descending: bool,
    nullable: bool,
    is_enum: bool,
}

impl SortColumn {
    /// Sorts ascending; NULL comes first.
    pub(in crate::repo) const fn asc(sql: &'static str) -> Self {
        Self { sql, descending: false, nullable: false, is_enum: false }
    }

    /// Sorts descending; NULL comes last.
    pub(in crate::repo) const fn desc(sql: &'static str) -> Self {
        Self { sql, descending: true, nullable: false, is_enum: false }
    }

    /// Declares that the column may be NULL.
    pub(in crate::repo) const fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// Declares that the column is an ENUM, which MySQL sorts by the ordinals of its values.
    pub(in crate::repo) const fn enum_ordinal(self) -> Self {
        Self { is_enum: true, ..self }
    }

    /// Sorts in this direction.
    pub(in crate::repo) const fn towards(self, direction: Direction) -> Self {
        Self { descending: matches!(direction, Direction::Desc), ..self }
    }

    /// Returns the direction.
    pub(in crate::repo) const fn direction(self) -> Direction {
        if self.descending { Direction::Desc } else { Direction::Asc }
    }

    /// Sorts rows with equal values by another column, in the same direction.
    pub(in crate::repo) fn then(self, next: Self) -> Vec<Self> {
        if self.sql == next.sql { vec![self] } else { vec![self, next.towards(self.direction())] }
    }

    /// Returns the name of the column, which is that of the sort key in JSON.
    pub(super) fn name(self) -> &'static str {
        self.sql.rsplit('.').next().unwrap_or(self.sql).trim_matches('`')
    }

    /// Returns whether the rows up to one can be selected by a range of this column.
    pub(super) const fn is_walkable(self) -> bool {
        !self.nullable && !self.is_enum
    }

    /// Returns the expression to compare: for an ENUM the ordinal, not the text.
    fn comparand(self) -> String {
        if self.is_enum { format!("({} + 0)", self.sql) } else { self.sql.to_owned() }
    }

    fn order_by(self) -> String {
        format!("{}{}", self.sql, if self.descending { " DESC" } else { "" })
    }
}

/// The sort order of a list: the columns, and then the unique key, in the direction of the last column, so that one
/// index serves both.
pub(super) struct Order {
    keys: Vec<SortColumn>,
    by: String,
    /// The name of the list and its order, for which alone a cursor is valid.
    name: String,
}

impl Order {
    pub(super) fn new(list: &str, id: &'static str, by: &[SortColumn]) -> Self {
        let descending = by.last().is_some_and(|last| last.descending);
        let mut keys = by.to_vec();
        keys.push(SortColumn { sql: id, descending, nullable: false, is_enum: false });
        let by = keys.iter().map(|key| key.order_by()).collect::<Vec<_>>().join(", ");
        let name = format!("{list} by {by}");
        Self { keys, by, name }
    }

    /// Returns the text after `ORDER BY`.
    pub(super) fn by(&self) -> &str {
        &self.by
    }

    /// Returns the keys as columns of text, from which [`Position::of`] takes them.
    pub(super) fn texts(&self) -> String {
        let texts: Vec<String> = self.keys.iter().map(|key| format!("CAST({} AS CHAR)", key.comparand())).collect();
        texts.join(", ")
    }

    /// Returns the column by which rows are sorted first.
    pub(super) fn first(&self) -> SortColumn {
        self.keys[0]
    }

    /// Returns whether rows are sorted by this column first.
    pub(super) fn begins_with(&self, column: &str) -> bool {
        self.keys[0].sql == column
    }

    pub(super) fn cursor(&self, position: &Position) -> Cursor {
        let keys: Vec<String> = position.0.iter().map(|key| encode_key(key.as_ref())).collect();
        Cursor::after_row(&self.name, &keys.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Returns the position of a cursor. Fails with `Invalid` if it is not one of this list in this order.
    pub(super) fn position(&self, cursor: &Cursor) -> Result<Position> {
        let texts = cursor.texts(&self.name, self.keys.len())?;
        let decoded = self.keys.iter().zip(&texts).map(|(key, text)| {
            let text = decode_key(text);
            match text.strip_prefix(VALUE) {
                Some(value) => Ok(Some(value.to_owned())),
                None if key.nullable && text == NULL => Ok(None),
                None => Err(invalid_cursor()),
            }
        });
        Ok(Position(decoded.collect::<Result<_>>()?))
    }

    /// Restricts the predicate to the rows after the one at this position: equal in the first keys, and after it in the
    /// next.
    pub(super) fn restrict_to_after(&self, predicate: &mut Predicate, position: &Position) {
        let mut alternatives = Vec::new();
        let mut bound: Vec<&str> = Vec::new();
        for (index, (key, value)) in self.keys.iter().zip(&position.0).enumerate() {
            let mut conditions: Vec<String> = Vec::new();
            let mut own_values: Vec<&str> = Vec::new();
            for (key, value) in self.keys.iter().zip(&position.0).take(index) {
                match value {
                    None => conditions.push(format!("{} IS NULL", key.sql)),
                    Some(value) => {
                        conditions.push(format!("{} = ?", key.comparand()));
                        own_values.push(value);
                    }
                }
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
    }

    /// Restricts the predicate to the rows up to the one at this position. The order must be walkable.
    pub(super) fn restrict_to_end(&self, predicate: &mut Predicate, position: &Position) {
        let ([first, id], [end, end_id]) = (&self.keys[..], &position.0[..]) else { return };
        let operator = if first.descending { ">" } else { "<" };
        let condition = if first.sql == id.sql {
            format!("{} {operator}= ?", id.sql)
        } else {
            format!("{0} {operator}= ? AND ({0} {operator} ? OR {1} {operator}= ?)", first.sql, id.sql)
        };
        let args = predicate.and(&condition);
        if first.sql != id.sql {
            args.push(end);
            args.push(end);
        }
        args.push(end_id);
    }
}

/// The position of a row in an order: its keys as text.
pub(super) struct Position(Vec<Option<String>>);

impl Position {
    /// Returns the position of a row whose keys were selected as [`Order::texts`].
    pub(super) fn of(keys: Vec<Option<String>>) -> Self {
        Self(keys)
    }

    /// Returns the first key.
    pub(super) fn first(&self) -> Option<&str> {
        self.0.first()?.as_deref()
    }
}

impl Record for Position {
    const WIDTH: usize = 0;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self(reader.rest()?))
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

/// Returns the error for a cursor that is not one of the list.
pub(super) fn invalid_cursor() -> Error {
    Error::invalid("after", "is not a cursor of this list")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "t.id";

    fn text(restrict: impl FnOnce(&mut Predicate)) -> String {
        let mut predicate = Predicate::default();
        restrict(&mut predicate);
        predicate.into_parts().unwrap().0
    }

    fn position(keys: &[Option<&str>]) -> Position {
        Position::of(keys.iter().map(|key| key.map(str::to_owned)).collect())
    }

    fn after(by: SortColumn, keys: &[Option<&str>]) -> String {
        text(|to| Order::new("l", ID, &[by]).restrict_to_after(to, &position(keys)))
    }

    #[test]
    fn a_position_survives_the_round_trip_through_a_cursor() {
        let order = Order::new("l", ID, &[SortColumn::asc("t.a"), SortColumn::asc("t.b").nullable()]);
        for key in ["", "-", "é", "\u{1e}", "\u{1f}", "a\u{1e}f\u{1f}e\u{1e}\u{1e}"] {
            let read = order.position(&order.cursor(&position(&[Some(key), None, Some("id")]))).unwrap();
            assert_eq!(read.0, [Some(key.to_owned()), None, Some("id".to_owned())]);
        }
        let null = order.cursor(&position(&[None, None, Some("id")]));
        assert!(order.position(&null).is_err(), "a column that is never NULL");
        let other = Order::new("l", ID, &[SortColumn::desc("t.a"), SortColumn::asc("t.b").nullable()]);
        assert!(other.position(&order.cursor(&position(&[Some("a"), None, Some("id")]))).is_err());
    }

    #[test]
    fn the_condition_selects_the_rows_after_a_row() {
        let due = SortColumn::desc("t.due").nullable();
        assert_eq!(
            after(due, &[Some("2026"), Some("a")]),
            "TRUE AND (((t.due < ? OR t.due IS NULL)) OR (t.due = ? AND t.id < ?))"
        );
        assert_eq!(after(due, &[None, Some("a")]), "TRUE AND ((t.due IS NULL AND t.id < ?))");
        let due = SortColumn::asc("t.due").nullable();
        assert_eq!(after(due, &[None, Some("a")]), "TRUE AND ((t.due IS NOT NULL) OR (t.due IS NULL AND t.id > ?))");
        assert_eq!(
            after(SortColumn::asc("t.status").enum_ordinal(), &[Some("2"), Some("a")]),
            "TRUE AND (((t.status + 0) > ?) OR ((t.status + 0) = ? AND t.id > ?))"
        );
    }

    #[test]
    fn the_condition_selects_the_rows_up_to_a_row() {
        let to_end = |by: SortColumn| {
            text(|to| Order::new("l", ID, &[by]).restrict_to_end(to, &position(&[Some("2026"), Some("a")])))
        };
        assert_eq!(to_end(SortColumn::desc("t.at")), "TRUE AND t.at >= ? AND (t.at > ? OR t.id >= ?)");
        assert_eq!(to_end(SortColumn::asc("t.at")), "TRUE AND t.at <= ? AND (t.at < ? OR t.id <= ?)");
        assert_eq!(to_end(SortColumn::asc(ID)), "TRUE AND t.id <= ?");
    }
}
