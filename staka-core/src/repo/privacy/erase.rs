//! Erasure of rows, as each column declares it.

use super::survey::{batches, bind_keys, by_key};
use super::{Kind, Located, SchemaColumn};
use crate::base::{Args, Erasure, Result, Timestamp};
use crate::db::{Conn, Statement};

/// The number of rows that an erasure deleted and changed in a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Number of rows deleted.
    pub removed: u64,
    /// Number of rows changed.
    pub changed: u64,
}

/// The new value of a column.
struct ColumnChange<'s> {
    column: &'s SchemaColumn,
    /// The new value; none for NULL.
    text: Option<String>,
    /// Whether NULL stays NULL.
    keep_null: bool,
}

impl Located<'_> {
    /// Returns whether the person's own rows are deleted.
    pub fn deletes_rows(&self) -> bool {
        self.table.columns.iter().any(|column| column.erasure == Erasure::Row)
    }

    /// Returns the new values of the columns that `predicate` selects.
    fn changes(&self, pseudonym: &str, predicate: impl Fn(&str) -> bool) -> Vec<ColumnChange<'_>> {
        let mut all = Vec::new();
        for declared in self.table.columns.iter().filter(|column| predicate(column.name)) {
            let Some(column) = self.columns.iter().find(|column| column.name == declared.name) else { continue };
            let (text, keep_null) = match declared.erasure {
                Erasure::Keep => continue,
                Erasure::Null | Erasure::Row => (None, false),
                Erasure::Replace(text) => (Some(text.to_owned()), false),
                Erasure::Pseudonym => (Some(pseudonym.to_owned()), true),
            };
            // A column may be NOT NULL although the Prisma schema allows null.
            let text = match (text, column.nullable, column.kind) {
                (None, true, _) => None,
                (None, false, Kind::Json) => Some("{}".to_owned()),
                (None, false, _) => Some(String::new()),
                (Some(text), ..) if column.kind == Kind::Text => Some(text.chars().take(column.length).collect()),
                (Some(text), ..) => Some(text),
            };
            all.push(ColumnChange { column, text, keep_null });
        }
        all
    }
}

/// Erases the located rows as their columns declare: the person's own rows are deleted or lose their personal data,
/// rows of others lose the person's part. Rows that are erased already are not written.
pub async fn apply(conn: &mut Conn, located: &Located<'_>, pseudonym: &str, now: Timestamp) -> Result<Erased> {
    let mut done = Erased::default();
    let own = located.own_keys();
    if located.deletes_rows() {
        for (batch, size) in batches(&own) {
            let text = format!(
                "DELETE t FROM `{}` t FORCE INDEX (PRIMARY) WHERE {}",
                located.table.name,
                by_key(&located.keys, size)
            );
            let statement = Statement::fixed("privacy.delete", "", &[]).with_text(text);
            done.removed += conn.execute(&statement, bind_keys(Args::new(), batch, size)).await?;
        }
    } else {
        done.changed += write(conn, located, &own, &located.changes(pseudonym, |_| true), now).await?;
    }
    let parts: std::collections::BTreeSet<&'static [&'static str]> =
        located.person_rows.iter().filter(|person_row| !person_row.own).map(super::PersonRow::part).collect();
    for part in parts {
        let person_rows = located.person_rows.iter().filter(|person_row| !person_row.own && person_row.part() == part);
        let keys: Vec<&Vec<String>> = person_rows.map(|person_row| &person_row.key).collect();
        done.changed +=
            write(conn, located, &keys, &located.changes(pseudonym, |name| part.contains(&name)), now).await?;
    }
    Ok(done)
}

async fn write(
    conn: &mut Conn,
    located: &Located<'_>,
    keys: &[&Vec<String>],
    changes: &[ColumnChange<'_>],
    now: Timestamp,
) -> Result<u64> {
    if changes.is_empty() {
        return Ok(0);
    }
    let (mut set, mut same) = (Vec::new(), Vec::new());
    for ColumnChange { column, keep_null, .. } in changes {
        let name = &column.name;
        if *keep_null {
            set.push(format!("`{name}` = IF(`{name}` IS NULL, NULL, ?)"));
            same.push(format!("(`{name}` IS NULL OR `{name}` = ?)"));
        } else {
            set.push(format!("`{name}` = ?"));
            same.push(format!("`{name}` <=> ?"));
        }
    }
    if located.table.name == "users" {
        // The account can no longer sign in.
        set.push("`isActive` = FALSE".to_owned());
        same.push("`isActive` = FALSE".to_owned());
    }
    let versioned = located.columns.iter().any(|column| column.name == "updatedAt" && column.kind == Kind::DateTime);
    if versioned {
        set.push("`updatedAt` = GREATEST(?, `updatedAt` + INTERVAL 1000 MICROSECOND)".to_owned());
    }
    let mut changed = 0;
    for (batch, size) in batches(keys) {
        let text = format!(
            "UPDATE `{}` FORCE INDEX (PRIMARY) SET {} WHERE {} AND NOT ({})",
            located.table.name,
            set.join(", "),
            by_key(&located.keys, size),
            same.join(" AND ")
        );
        let mut args = Args::new();
        for ColumnChange { text, .. } in changes {
            args.push(text.as_deref());
        }
        if versioned {
            args.push(now);
        }
        args = bind_keys(args, batch, size);
        for ColumnChange { text, .. } in changes {
            args.push(text.as_deref());
        }
        changed += conn.execute(&Statement::fixed("privacy.anonymise", "", &[]).with_text(text), args).await?;
    }
    Ok(changed)
}
