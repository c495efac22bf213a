//! The functions that every table has, written once; `verbs!` defines them in each table's module.

use crate::base::{
    Args, Column, Cursor, Error, ErrorKind, Page, PageRequest, Predicate, Result, RowPatch, Table, TextId, Timestamp,
};
use crate::db::{Access, Conn, Statement};

/// The statements of these functions for one table.
pub(super) struct Verbs {
    pub(super) lookup: Statement,
    pub(super) add: Statement,
    pub(super) update: Statement,
    pub(super) remove: Statement,
    list: Statement,
    count: Statement,
}

const BY_KEY: &[Access] = &[Access::Index { table: "t", keys: &["PRIMARY"] }];

impl Verbs {
    /// Builds the statements; `names` are those of lookup, add, update, remove, list and count.
    pub(super) fn of<T: Table>(names: [&'static str; 6]) -> Self {
        let (table, select, set) = (T::NAME, T::SELECT, <T::Patch as RowPatch>::SET);
        let version =
            if T::VERSIONED { ", `updatedAt` = GREATEST(?, `updatedAt` + INTERVAL 1000 MICROSECOND)" } else { "" };
        let expected = if T::VERSIONED { " AND (? IS NULL OR t.`updatedAt` = ?)" } else { "" };
        let statement = |name, access, text: String| Statement::fixed(name, "", access).with_text(text);
        Self {
            lookup: statement(names[0], BY_KEY, format!("SELECT {select} FROM `{table}` t WHERE t.`id` = ?")),
            add: statement(names[1], &[], format!("INSERT INTO `{table}` ({select}) VALUES ")),
            update: statement(
                names[2],
                BY_KEY,
                format!("UPDATE `{table}` t SET {set}{version} WHERE t.`id` = ?{expected}"),
            ),
            remove: statement(names[3], BY_KEY, format!("DELETE t FROM `{table}` t WHERE t.`id` = ?")),
            list: statement(names[4], &[], format!("SELECT {select} FROM `{table}` WHERE ")),
            count: statement(names[5], &[], format!("SELECT COUNT(*) FROM `{table}` WHERE ")),
        }
    }
}

/// Returns the columns of a table prefixed with an alias, for statements with joins.
pub(super) fn columns(alias: &str, columns: &[Column]) -> String {
    columns.iter().map(|column| format!("{alias}.`{}`", column.name)).collect::<Vec<_>>().join(", ")
}

pub(super) async fn lookup<T: Table>(conn: &mut Conn, verbs: &Verbs, id: &T::Id) -> Result<Option<T>> {
    conn.optional(&verbs.lookup, Args::new().with(id.as_str())).await
}

pub(super) async fn list<T: Table>(
    conn: &mut Conn,
    verbs: &Verbs,
    filter: &T::Filter,
    page: &PageRequest,
) -> Result<Page<T>> {
    let window = page.window(20, 500)?;
    let (mut sql, mut args) = Predicate::of(filter).into_parts()?;
    if let Some(after) = &page.after {
        let [id] = after.keys::<1>(T::NAME)?;
        sql.push_str(" AND `id` > ?");
        args.push(id);
    }
    let text = format!("{}{sql} ORDER BY `id` LIMIT ? OFFSET ?", verbs.list.text());
    args.push(window.limit + 1);
    args.push(window.offset);
    let rows = conn.all(&verbs.list.with_text(text), args).await?;
    Ok(Page::from_extra_row(rows, window.limit, |row: &T| Cursor::after_row(T::NAME, &[row.id().as_str()])))
}

pub(super) async fn count<T: Table>(conn: &mut Conn, verbs: &Verbs, filter: &T::Filter) -> Result<u64> {
    let (sql, args) = Predicate::of(filter).into_parts()?;
    let count: i64 = conn.one(&verbs.count.with_text(format!("{}{sql}", verbs.count.text())), args).await?;
    Ok(count.unsigned_abs())
}

/// Inserts rows in chunks of powers of two, so that a table needs few statements however many rows there are.
pub(super) async fn add<T: Table>(conn: &mut Conn, verbs: &Verbs, rows: &[T]) -> Result<()> {
    // The protocol counts placeholders in 16 bits, which limits the rows of a statement.
    let max = (60_000 / T::COLUMNS.len()).min(512);
    let mut rest = rows;
    while !rest.is_empty() {
        let size = 1 << rest.len().min(max).ilog2();
        let (chunk, others) = rest.split_at(size);
        let one = format!("(?{})", ", ?".repeat(T::COLUMNS.len() - 1));
        let text = format!("{}{one}{}", verbs.add.text(), format!(", {one}").repeat(size - 1));
        let mut args = Args::new();
        for row in chunk {
            row.bind(&mut args);
        }
        conn.execute(&verbs.add.with_text(text), args).await?;
        rest = others;
    }
    Ok(())
}

/// Writes the fields the patch sets. Fails with `NotFound` if the row does not exist, and with `Precondition` if its
/// `updatedAt` is not `expected`.
pub(super) async fn update<T: Table>(
    conn: &mut Conn,
    verbs: &Verbs,
    id: &T::Id,
    patch: &T::Patch,
    expected: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    let mut violations = crate::base::Violations::default();
    patch.check(&mut violations);
    violations.into_result()?;
    let mut args = Args::new();
    patch.bind(&mut args);
    if T::VERSIONED {
        args.push(now);
    }
    args.push(id.as_str());
    if T::VERSIONED {
        args.push(expected);
        args.push(expected);
    }
    if conn.execute(&verbs.update, args).await? == 0 {
        return match lookup::<T>(conn, verbs, id).await? {
            None => Err(not_found::<T>(id)),
            Some(_) => {
                let message = format!("{} {} was changed meanwhile", noun(T::NAME), id.as_str());
                Err(Error::new(ErrorKind::Precondition, message))
            }
        };
    }
    Ok(())
}

/// Returns what errors call a row of a table, e.g. "user" or "payment method".
fn noun(table: &str) -> String {
    match table {
        "commandes" => "order".to_owned(),
        "faqs" => "question".to_owned(),
        "support_requests" => "ticket".to_owned(),
        _ => table.strip_suffix('s').unwrap_or(table).replace('_', " "),
    }
}

fn not_found<T: Table>(id: &T::Id) -> Error {
    Error::new(ErrorKind::NotFound, format!("{} {} not found", noun(T::NAME), id.as_str()))
}

/// Deletes the row; fails with `NotFound` if it does not exist.
pub(super) async fn remove<T: Table>(conn: &mut Conn, verbs: &Verbs, id: &T::Id) -> Result<()> {
    match conn.execute(&verbs.remove, Args::new().with(id.as_str())).await? {
        0 => Err(not_found::<T>(id)),
        _ => Ok(()),
    }
}

/// Defines a table's functions: lookup, list, count, add, update and remove. With `fixed`, rows cannot be updated; with
/// `append`, they can only be added.
macro_rules! verbs {
    ($row:ident, $id:ident, $filter:ident, $table:literal) => {
        $crate::repo::table::verbs!($row, $id, $filter, $table, append);
        $crate::repo::table::verbs!(@update $row, $id);
        $crate::repo::table::verbs!(@remove $row, $id);

        fn verb_statements() -> Vec<&'static $crate::db::Statement> {
            vec![&VERBS.lookup, &VERBS.add, &VERBS.update, &VERBS.remove]
        }
    };
    ($row:ident, $id:ident, $filter:ident, $table:literal, fixed) => {
        $crate::repo::table::verbs!($row, $id, $filter, $table, append);
        $crate::repo::table::verbs!(@remove $row, $id);

        fn verb_statements() -> Vec<&'static $crate::db::Statement> {
            vec![&VERBS.lookup, &VERBS.add, &VERBS.remove]
        }
    };
    ($row:ident, $id:ident, $filter:ident, $table:literal, append) => {
        static VERBS: std::sync::LazyLock<$crate::repo::table::Verbs> = std::sync::LazyLock::new(|| {
            $crate::repo::table::Verbs::of::<$row>([
                concat!($table, ".lookup"),
                concat!($table, ".add"),
                concat!($table, ".update"),
                concat!($table, ".remove"),
                concat!($table, ".list"),
                concat!($table, ".count"),
            ])
        });

        /// Returns the row with the id, if it exists.
        pub async fn lookup(conn: &mut $crate::db::Conn, id: &$id) -> $crate::base::Result<Option<$row>> {
            $crate::repo::table::lookup(conn, &VERBS, id).await
        }

        /// Returns the rows that match the filter, by id; 20 per page by default, at most 500.
        pub async fn list(conn: &mut $crate::db::Conn, filter: &$filter, page: &$crate::base::PageRequest) -> $crate::base::Result<$crate::base::Page<$row>> {
            $crate::repo::table::list(conn, &VERBS, filter, page).await
        }

        /// Returns the number of rows that match the filter.
        pub async fn count(conn: &mut $crate::db::Conn, filter: &$filter) -> $crate::base::Result<u64> {
            $crate::repo::table::count::<$row>(conn, &VERBS, filter).await
        }

        /// Inserts rows, several per statement. Fails with `Conflict` if a key is taken; rows that the same call
        /// inserted before remain unless the caller rolls its transaction back.
        pub async fn add(conn: &mut $crate::db::Conn, rows: &[$row]) -> $crate::base::Result<()> {
            $crate::repo::table::add(conn, &VERBS, rows).await
        }

        // Every table has the functions, also where only the tests and the demo data call them.
        const _: () = _ = (lookup, list, count, add);
    };
    (@update $row:ident, $id:ident) => {
        /// Writes the fields the patch sets. Fails with `NotFound` if the row does not exist, and with `Precondition`
        /// if `expected` is given and differs from its `updatedAt`.
        pub async fn update(
            conn: &mut $crate::db::Conn,
            id: &$id,
            patch: &<$row as $crate::base::Table>::Patch,
            expected: Option<$crate::base::Timestamp>,
            now: $crate::base::Timestamp,
        ) -> $crate::base::Result<()> {
            $crate::repo::table::update::<$row>(conn, &VERBS, id, patch, expected, now).await
        }

        const _: () = _ = update;
    };
    (@remove $row:ident, $id:ident) => {
        /// Deletes the row, and the rows that foreign keys delete with it. Fails with `NotFound` if it does not exist.
        pub async fn remove(conn: &mut $crate::db::Conn, id: &$id) -> $crate::base::Result<()> {
            $crate::repo::table::remove::<$row>(conn, &VERBS, id).await
        }

        const _: () = _ = remove;
    };
}
pub(super) use verbs;
