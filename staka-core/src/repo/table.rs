//! The functions that tables have in common, written once; `verbs!` defines those that a table needs in its module.

use crate::base::{Args, Column, Error, ErrorKind, PatchedTable, Result, RowPatch, Table, TextId, Timestamp};
use crate::db::{Access, Conn, Statement};

const BY_KEY: &[Access] = &[Access::Index { table: "t", keys: &["PRIMARY"] }];

/// Returns the statement that reads a row by its id.
pub(super) fn lookup_statement<T: Table>(name: &'static str) -> Statement {
    Statement::fixed(name, "", BY_KEY)
        .with_text(format!("SELECT {} FROM `{}` t WHERE t.`id` = ?", T::SELECT, T::NAME))
}

/// Returns the statement that inserts rows, up to their values.
pub(super) fn add_statement<T: Table>(name: &'static str) -> Statement {
    Statement::fixed(name, "", &[]).with_text(format!("INSERT INTO `{}` ({}) VALUES ", T::NAME, T::SELECT))
}

/// Returns the statement that writes a patch.
pub(super) fn update_statement<T: PatchedTable>(name: &'static str) -> Statement {
    let version =
        if T::VERSIONED { ", `updatedAt` = GREATEST(?, `updatedAt` + INTERVAL 1000 MICROSECOND)" } else { "" };
    let expected = if T::VERSIONED { " AND (? IS NULL OR t.`updatedAt` = ?)" } else { "" };
    Statement::fixed(name, "", BY_KEY).with_text(format!(
        "UPDATE `{}` t SET {}{version} WHERE t.`id` = ?{expected}",
        T::NAME,
        <T::Patch as RowPatch>::SET
    ))
}

/// Returns the statement that deletes a row by its id.
pub(super) fn remove_statement<T: Table>(name: &'static str) -> Statement {
    Statement::fixed(name, "", BY_KEY).with_text(format!("DELETE t FROM `{}` t WHERE t.`id` = ?", T::NAME))
}

/// Returns the columns of a table prefixed with an alias, for statements with joins.
pub(super) fn columns(alias: &str, columns: &[Column]) -> String {
    columns.iter().map(|column| format!("{alias}.`{}`", column.name)).collect::<Vec<_>>().join(", ")
}

pub(super) async fn lookup<T: Table>(
    conn: &mut Conn,
    statement: &Statement,
    id: &impl TextId,
) -> Result<Option<T>> {
    conn.optional(statement, Args::new().with(id.as_str())).await
}

/// Inserts rows in chunks of powers of two, so that a table needs few statements however many rows there are.
pub(super) async fn add<T: Table>(conn: &mut Conn, statement: &Statement, rows: &[T]) -> Result<()> {
    // The protocol counts placeholders in 16 bits, which limits the rows of a statement.
    let max = (60_000 / T::COLUMNS.len()).min(512);
    let mut rest = rows;
    while !rest.is_empty() {
        let size = 1 << rest.len().min(max).ilog2();
        let (chunk, others) = rest.split_at(size);
        let one = format!("(?{})", ", ?".repeat(T::COLUMNS.len() - 1));
        let text = format!("{}{one}{}", statement.text(), format!(", {one}").repeat(size - 1));
        let mut args = Args::new();
        for row in chunk {
            row.bind(&mut args);
        }
        conn.execute(&statement.with_text(text), args).await?;
        rest = others;
    }
    Ok(())
}

/// Writes the fields the patch sets. Fails with `NotFound` if the row does not exist, and with `Precondition` if its
/// `updatedAt` is not `expected`.
pub(super) async fn update<T: PatchedTable>(
    conn: &mut Conn,
    [statement, lookup]: [&Statement; 2],
    id: &impl TextId,
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
    if conn.execute(statement, args).await? == 0 {
        return match self::lookup::<T>(conn, lookup, id).await? {
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

fn not_found<T: Table>(id: &impl TextId) -> Error {
    Error::new(ErrorKind::NotFound, format!("{} {} not found", noun(T::NAME), id.as_str()))
}

/// Deletes the row; fails with `NotFound` if it does not exist.
pub(super) async fn remove<T: Table>(conn: &mut Conn, statement: &Statement, id: &impl TextId) -> Result<()> {
    match conn.execute(statement, Args::new().with(id.as_str())).await? {
        0 => Err(not_found::<T>(id)),
        _ => Ok(()),
    }
}

/// Defines the named functions of a table: lookup, add, update (which needs lookup) and remove.
macro_rules! verbs {
    ($row:ident, $table:literal: add) => {
        $crate::repo::table::verbs!(@add $row, $row, $table);
        $crate::repo::table::verbs!(@all add);
    };
    ($row:ident, $id:ident, $table:literal: $($verb:ident),+) => {
        $($crate::repo::table::verbs!(@$verb $row, $id, $table);)+
        $crate::repo::table::verbs!(@all $($verb),+);
    };
    (@all $($verb:ident),+) => {
        fn verb_statements() -> Vec<&'static $crate::db::Statement> {
            vec![$($crate::repo::table::verbs!(@statement $verb)),+]
        }
    };
    (@statement lookup) => {
        &*LOOKUP_ROW
    };
    (@statement add) => {
        &*ADD_ROWS
    };
    (@statement update) => {
        &*UPDATE_ROW
    };
    (@statement remove) => {
        &*REMOVE_ROW
    };
    (@lookup $row:ident, $id:ident, $table:literal) => {
        static LOOKUP_ROW: std::sync::LazyLock<$crate::db::Statement> = std::sync::LazyLock::new(|| {
            $crate::repo::table::lookup_statement::<$row>(concat!($table, ".lookup"))
        });

        /// Returns the row with the id, if it exists.
        pub async fn lookup(conn: &mut $crate::db::Conn, id: &$id) -> $crate::base::Result<Option<$row>> {
            $crate::repo::table::lookup(conn, &LOOKUP_ROW, id).await
        }
    };
    (@add $row:ident, $id:ident, $table:literal) => {
        static ADD_ROWS: std::sync::LazyLock<$crate::db::Statement> = std::sync::LazyLock::new(|| {
            $crate::repo::table::add_statement::<$row>(concat!($table, ".add"))
        });

        /// Inserts rows, several per statement. Fails with `Conflict` if a key is taken; rows that the same call
        /// inserted before remain unless the caller rolls its transaction back.
        pub async fn add(conn: &mut $crate::db::Conn, rows: &[$row]) -> $crate::base::Result<()> {
            $crate::repo::table::add(conn, &ADD_ROWS, rows).await
        }
    };
    (@update $row:ident, $id:ident, $table:literal) => {
        static UPDATE_ROW: std::sync::LazyLock<$crate::db::Statement> = std::sync::LazyLock::new(|| {
            $crate::repo::table::update_statement::<$row>(concat!($table, ".update"))
        });

        /// Writes the fields the patch sets. Fails with `NotFound` if the row does not exist, and with `Precondition`
        /// if `expected` is given and differs from its `updatedAt`.
        pub async fn update(
            conn: &mut $crate::db::Conn,
            id: &$id,
            patch: &<$row as $crate::base::PatchedTable>::Patch,
            expected: Option<$crate::base::Timestamp>,
            now: $crate::base::Timestamp,
        ) -> $crate::base::Result<()> {
            $crate::repo::table::update::<$row>(conn, [&UPDATE_ROW, &LOOKUP_ROW], id, patch, expected, now).await
        }
    };
    (@remove $row:ident, $id:ident, $table:literal) => {
        static REMOVE_ROW: std::sync::LazyLock<$crate::db::Statement> = std::sync::LazyLock::new(|| {
            $crate::repo::table::remove_statement::<$row>(concat!($table, ".remove"))
        });

        /// Deletes the row, and the rows that foreign keys delete with it. Fails with `NotFound` if it does not exist.
        pub async fn remove(conn: &mut $crate::db::Conn, id: &$id) -> $crate::base::Result<()> {
            $crate::repo::table::remove::<$row>(conn, &REMOVE_ROW, id).await
        }
    };
}
pub(super) use verbs;
