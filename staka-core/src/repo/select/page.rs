//! Pages, totals and counts of a list.
//!
//! A page reads few rows if an index finds the rows of its filter and has them in order. Otherwise the number of rows
//! that it reads is limited: see [`Reach`].

use std::borrow::Cow;

use super::order::{Order, Position, SortColumn, invalid_cursor};
use super::{By, List};
use crate::base::{Cursor, Error, ErrorKind, Page, PageRequest, Predicate, Reader, Record, Result, Timestamp, Window};
use crate::db::{Access, Conn, Statement};

/// The number of rows that a page or a total reads at most where no index finds the rows of the filter.
pub(in crate::repo) const MAX_READ: u64 = 100_000;

/// The number of rows that a page reads at first. Most pages are full by then.
const FIRST_READ: u64 = 2_000;

/// How far a page has to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// An index finds the rows of a field of the filter, or no field is given and an index has the order.
    Index,
    /// An index has the order, but none finds the rows of the filter: rows are read in order until the page is full.
    /// After [`MAX_READ`] rows the page ends, and its cursor continues there.
    Walk,
    /// No index has the order: all rows are read and sorted. Tables with more rows are refused.
    All,
}

impl List {
    /// Returns how the rows are found by a field of the filter or a sort key.
    fn access(&self, wanted: impl Fn(&By) -> bool) -> Option<Access> {
        self.paths.iter().find(|path| wanted(&path.by)).map(|path| path.access)
    }

    fn access_by_field(&self, field: &str) -> Option<Access> {
        self.access(|by| matches!(by, By::Filter(fields) if fields.contains(&field)))
    }

    fn access_by_order(&self, first: SortColumn) -> Option<Access> {
        self.access(|by| matches!(by, By::Sort(keys) if keys.contains(&first.name())))
            .or_else(|| self.access(|by| *by == By::Default))
    }

    /// Returns the indexes that have the order; none if all rows must be sorted.
    fn ordered_by(&self, by: &[SortColumn]) -> Option<&'static [&'static str]> {
        match self.access_by_order(*by.first()?)? {
            Access::Index { keys, .. } => Some(keys),
            Access::Scan { .. } => None,
        }
    }

    /// Returns whether an index finds the rows of a field, rather than having the order of the list.
    fn is_found_by(&self, field: &str, order: &[&str]) -> bool {
        match self.access_by_field(field) {
            Some(Access::Index { keys, .. }) => !keys.iter().any(|key| order.contains(key)),
            // A field without a declared path belongs to a list whose rows are found by its owner.
            None => true,
            Some(Access::Scan { .. }) => false,
        }
    }

    fn reach(&self, predicate: &Predicate, by: &[SortColumn]) -> Reach {
        let default = match self.access(|it| *it == By::Default) {
            Some(Access::Index { keys, .. }) => keys,
            // The whole table has few rows, or the filter must be given.
            Some(Access::Scan { .. }) | None => return Reach::Index,
        };
        let ordered = self.ordered_by(by);
        if predicate.fields().iter().any(|field| self.is_found_by(field, ordered.unwrap_or(default))) {
            return Reach::Index;
        }
        let is_scanned = |field: &&str| matches!(self.access_by_field(field), Some(Access::Scan { .. }));
        match ordered {
            None => Reach::All,
            Some(_) if !predicate.fields().iter().any(is_scanned) => Reach::Index,
            Some(_) if matches!(by, [only] if only.is_walkable()) => Reach::Walk,
            Some(_) => Reach::All,
        }
    }

    /// Returns the table of the rows, and after it the joined ones.
    fn tables(&self) -> (&'static str, &'static str) {
        let joins = [" LEFT JOIN ", " STRAIGHT_JOIN ", " JOIN "];
        let end = joins.iter().filter_map(|join| self.from.find(join)).min();
        self.from.split_at(end.unwrap_or(self.from.len()))
    }

    /// Returns the table with a hint for the index that has the order, if there is one. Servers would read and sort the
    /// whole table for rows far from the first.
    fn table_in_order(&self, order: &Order) -> Cow<'static, str> {
        let table = self.tables().0;
        match self.access_by_order(order.first()) {
            Some(Access::Index { table: alias, keys })
                if !self.from.contains("FORCE INDEX") && table.ends_with(&format!(" {alias}")) =>
            {
                format!("{table} FORCE INDEX ({})", keys.join(", ")).into()
            }
            _ => table.into(),
        }
    }

    /// Returns the `FROM` clause of a page, with that hint if the page walks along the order, or if nothing restricts the
    /// rows but a range of it.
    fn from(&self, predicate: &Predicate, order: &Order, reach: Reach) -> String {
        let (table, joined) = self.tables();
        let range = predicate.range().filter(|(_, column, _)| order.begins_with(column)).map(|(field, ..)| field);
        let is_in_order = reach == Reach::Walk || predicate.fields().iter().all(|field| Some(*field) == range);
        let table = if is_in_order { self.table_in_order(order) } else { table.into() };
        format!("{table}{joined}")
    }

    /// Returns whether the table has more than [`MAX_READ`] rows, within the range of the filter if an index has it.
    async fn is_large(&self, conn: &mut Conn, predicate: &Predicate) -> Result<bool> {
        let range =
            predicate.range().filter(|(field, ..)| matches!(self.access_by_field(field), Some(Access::Index { .. })));
        let (condition, args) = range.map_or_else(Predicate::default, |(.., range)| range).into_parts()?;
        let text = format!("SELECT 1 FROM {} WHERE {condition} LIMIT 1 OFFSET {MAX_READ}", self.tables().0);
        Ok(conn.optional::<i64>(&Statement::fixed(self.name, "", &[]).with_text(text), args).await?.is_some())
    }

    /// Returns the error for a page that would have to sort more than [`MAX_READ`] rows.
    fn too_large(&self, predicate: &Predicate) -> Error {
        let order = match self.access(|it| *it == By::Default) {
            Some(Access::Index { keys, .. }) => keys,
            _ => &[],
        };
        let fields = self.paths.iter().filter_map(|path| match path.by {
            By::Filter(fields) => Some(fields),
            By::Default | By::Sort(_) => None,
        });
        let mut helpful: Vec<&str> = fields.flatten().copied().filter(|field| self.is_found_by(field, order)).collect();
        helpful.extend(predicate.range().map(|(field, ..)| field));
        let hint = if helpful.is_empty() { String::new() } else { format!("; filter by {}", helpful.join(" or ")) };
        Error::invalid("sort", format!("cannot be used for more than {MAX_READ} rows: no index has this order{hint}"))
    }
}

/// A row, followed by its sort keys as text.
struct Keyed<T> {
    row: T,
    position: Position,
}

impl<T: Record> Record for Keyed<T> {
    const WIDTH: usize = T::WIDTH;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { row: T::read(reader)?, position: Position::of(reader.rest()?) })
    }
}

/// Returns a page of a list, by one statement, and a second one if the total is requested. A page whose filter or order
/// no index has takes up to three more.
pub(in crate::repo) async fn page<T: Record + Send>(
    conn: &mut Conn,
    list: &List,
    predicate: Predicate,
    by: &[SortColumn],
    page: &PageRequest,
    default: u32,
    max: u32,
) -> Result<Page<T>> {
    let window = page.window(default, max)?;
    if window.offset > MAX_READ {
        return Err(Error::invalid("page", format!("must not begin after more than {MAX_READ} rows; use after")));
    }
    let order = Order::new(list.name, list.id, by);
    let after = page.after.as_ref().map(|after| order.position(after)).transpose()?;
    let reach = list.reach(&predicate, by);
    if reach == Reach::All && list.is_large(conn, &predicate).await? {
        return Err(list.too_large(&predicate));
    }
    let total = if page.total { total_of(conn, list, predicate.clone(), reach).await? } else { None };
    let query = Query { list, order: &order, after: after.as_ref(), window, reach };
    let found = match reach {
        Reach::Index | Reach::All => query.rows(conn, predicate).await?,
        Reach::Walk => query.walk(conn, &predicate).await?,
    };
    Ok(found.with_total(total))
}

/// A page of a list.
struct Query<'a> {
    list: &'a List,
    order: &'a Order,
    after: Option<&'a Position>,
    window: Window,
    reach: Reach,
}

impl Query<'_> {
    /// Returns the page of the rows that match.
    async fn rows<T: Record + Send>(&self, conn: &mut Conn, mut predicate: Predicate) -> Result<Page<T>> {
        let Self { list, order, after, window, reach } = self;
        let from = list.from(&predicate, order, *reach);
        if let Some(after) = after {
            order.restrict_to_after(&mut predicate, after);
        }
        let (condition, mut args) = predicate.into_parts()?;
        let text = format!(
            "SELECT {}, {} FROM {from} WHERE {condition} ORDER BY {} LIMIT ? OFFSET ?",
            list.columns,
            order.texts(),
            order.by(),
        );
        args.push(window.limit + 1);
        args.push(window.offset);
        let rows = conn.all(&Statement::fixed(list.name, "", &[]).with_text(text), args).await;
        let rows: Vec<Keyed<T>> = rows.map_err(|error| self.of_cursor(error))?;
        let found = Page::from_extra_row(rows, window.limit, |last: &Keyed<T>| order.cursor(&last.position));
        Ok(Page { items: found.items.into_iter().map(|keyed| keyed.row).collect(), next: found.next, total: None })
    }

    /// Returns the page of the rows that match among the next ones in order.
    async fn walk<T: Record + Send>(&self, conn: &mut Conn, predicate: &Predicate) -> Result<Page<T>> {
        for read in [FIRST_READ, MAX_READ] {
            let Some(end) = self.row_at(conn, predicate, read).await? else { break };
            let mut within = predicate.clone();
            self.order.restrict_to_end(&mut within, &end);
            let found = self.rows(conn, within).await?;
            if found.next.is_some() {
                return Ok(found);
            }
            if read == MAX_READ {
                if self.window.offset > 0 {
                    let message = format!("is beyond the first {MAX_READ} rows, which this filter reads; use after");
                    return Err(Error::invalid("page", message));
                }
                return Ok(Page { next: Some(self.order.cursor(&end)), ..found });
            }
        }
        self.rows(conn, predicate.clone()).await
    }

    /// Returns the position of the last row among as many that come next, whether they match or not; none if there are
    /// not more.
    async fn row_at(&self, conn: &mut Conn, predicate: &Predicate, rows: u64) -> Result<Option<Position>> {
        let Self { list, order, after, .. } = self;
        let range = predicate.range().filter(|(_, column, _)| order.begins_with(column));
        let mut next = range.map_or_else(Predicate::default, |(.., range)| range);
        if let Some(after) = after {
            order.restrict_to_after(&mut next, after);
        }
        let (condition, args) = next.into_parts()?;
        let text = format!(
            "SELECT {} FROM {} WHERE {condition} ORDER BY {} LIMIT 1 OFFSET {rows}",
            order.texts(),
            list.table_in_order(order),
            order.by(),
        );
        let row = conn.optional(&Statement::fixed(list.name, "", &[]).with_text(text), args).await;
        row.map_err(|error| self.of_cursor(error))
    }

    /// All values except the cursor's have been checked already.
    fn of_cursor(&self, error: Error) -> Error {
        match (error.kind(), self.after) {
            (ErrorKind::Invalid, Some(_)) => invalid_cursor().with_source(error),
            _ => error,
        }
    }
}

/// Returns the number of rows of a list that is sorted by `by`; none if there are more than [`MAX_READ`], or if counting
/// them would read more rows.
pub(in crate::repo) async fn total(
    conn: &mut Conn,
    list: &List,
    predicate: Predicate,
    by: &[SortColumn],
) -> Result<Option<u64>> {
    let reach = list.reach(&predicate, by);
    total_of(conn, list, predicate, reach).await
}

/// Returns the time in the first key of a cursor. Fails with `Invalid` if it is not one of this list in this order.
pub(in crate::repo) fn first_time(list: &List, by: &[SortColumn], after: &Cursor) -> Result<Timestamp> {
    let order = Order::new(list.name, list.id, by);
    let position = order.position(after)?;
    let time = position.first().map(|time| format!("{}Z", time.replacen(' ', "T", 1)));
    time.and_then(|time| time.parse().ok()).ok_or_else(invalid_cursor)
}

async fn total_of(conn: &mut Conn, list: &List, predicate: Predicate, reach: Reach) -> Result<Option<u64>> {
    if reach == Reach::Walk && list.is_large(conn, &predicate).await? {
        return Ok(None);
    }
    let (condition, args) = predicate.into_parts()?;
    let text =
        format!("SELECT COUNT(*) FROM (SELECT 1 FROM {} WHERE {condition} LIMIT {}) counted", list.from, MAX_READ + 1);
    let counted: i64 = conn.one(&Statement::fixed(list.name, "", &[]).with_text(text), args).await?;
    Ok(Some(counted.unsigned_abs()).filter(|counted| *counted <= MAX_READ))
}

/// Returns the exact number of rows of the list, however many there are.
pub(in crate::repo) async fn count(conn: &mut Conn, list: &List, predicate: Predicate) -> Result<u64> {
    let (condition, args) = predicate.into_parts()?;
    let text = format!("SELECT COUNT(*) FROM {} WHERE {condition}", list.from);
    let count: i64 = conn.one(&Statement::fixed(list.name, "", &[]).with_text(text), args).await?;
    Ok(count.unsigned_abs())
}
