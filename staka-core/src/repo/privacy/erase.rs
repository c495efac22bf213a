//! Erasing, as each column declares it.

use super::survey::{bind_keys, by_key, portions};
use super::{Kind, Located, SchemaColumn, read};
use crate::base::{Args, Erasure, Result, Timestamp};
use crate::db::{Conn, Statement};

/// What was done to a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Rows that were removed.
    pub removed: u64,
    /// Rows that were changed.
    pub changed: u64,
}

/// What a column becomes.
struct Becomes<'s> {
    column: &'s SchemaColumn,
    /// None for NULL.
    text: Option<String>,
    /// NULL stays NULL.
    unless_null: bool,
}

impl Located<'_> {
    /// Whether a row of the person's own goes as a whole.
    pub fn goes(&self) -> bool {
        self.table.columns.iter().any(|column| column.erasure == Erasure::Row)
    }

    /// What is written into a row of which `wanted` says which columns are touched.
    fn becomes(&self, pseudonym: &str, wanted: impl Fn(&str) -> bool) -> Vec<Becomes<'_>> {
        let mut all = Vec::new();
        for declared in self.table.columns.iter().filter(|column| wanted(column.name)) {
            let Some(column) = self.columns.iter().find(|column| column.name == declared.name) else { continue };
            let (text, unless_null) = match declared.erasure {
                Erasure::Keep => continue,
                Erasure::Null | Erasure::Row => (None, false),
                Erasure::Replace(text) => (Some(text.to_owned()), false),
                Erasure::Pseudonym => (Some(pseudonym.to_owned()), true),
            };
            // A database may demand what the guide does not.
            let text = match (text, column.nullable, column.kind) {
                (None, true, _) => None,
                (None, false, Kind::Json) => Some("{}".to_owned()),
                (None, false, _) => Some(String::new()),
                (Some(text), ..) if column.kind == Kind::Text => Some(text.chars().take(column.length).collect()),
                (Some(text), ..) => Some(text),
            };
            all.push(Becomes { column, text, unless_null });
        }
        all
    }
}

/// Does to the located rows what their columns declare: the person's own go or lose what is personal, others lose their
/// part. What is so already is not written.
pub async fn apply(conn: &mut Conn, located: &Located<'_>, pseudonym: &str, now: Timestamp) -> Result<Done> {
    let mut done = Done::default();
    let own: Vec<&Vec<String>> = located.spots.iter().filter(|spot| spot.own).map(|spot| &spot.key).collect();
    if located.goes() {
        for (portion, size) in portions(&own) {
            let text = format!("DELETE FROM `{}` WHERE {}", located.table.name, by_key(&located.keys, size));
            let statement = Statement::fixed("privacy.remove", "", &[]).with_text(text);
            done.removed += conn.execute(&statement, bind_keys(Args::new(), portion, size)).await?;
        }
    } else {
        done.changed += write(conn, located, &own, &located.becomes(pseudonym, |_| true), now).await?;
    }
    let parts: std::collections::BTreeSet<&'static [&'static str]> =
        located.spots.iter().filter(|spot| !spot.own).map(super::Spot::part).collect();
    for part in parts {
        let spots = located.spots.iter().filter(|spot| !spot.own && spot.part() == part);
        let keys: Vec<&Vec<String>> = spots.map(|spot| &spot.key).collect();
        done.changed +=
            write(conn, located, &keys, &located.becomes(pseudonym, |name| part.contains(&name)), now).await?;
    }
    Ok(done)
}

async fn write(
    conn: &mut Conn,
    located: &Located<'_>,
    keys: &[&Vec<String>],
    becomes: &[Becomes<'_>],
    now: Timestamp,
) -> Result<u64> {
    if becomes.is_empty() {
        return Ok(0);
    }
    let (mut set, mut same) = (Vec::new(), Vec::new());
    for Becomes { column, unless_null, .. } in becomes {
        let name = &column.name;
        if *unless_null {
            set.push(format!("`{name}` = IF(`{name}` IS NULL, NULL, ?)"));
            same.push(format!("(`{name}` IS NULL OR `{name}` = ?)"));
        } else {
            set.push(format!("`{name}` = ?"));
            same.push(format!("`{name}` <=> ?"));
        }
    }
    if located.table.name == "users" {
        // Nobody signs in by it any more.
        set.push("`isActive` = FALSE".to_owned());
        same.push("`isActive` = FALSE".to_owned());
    }
    let versioned = located.columns.iter().any(|column| column.name == "updatedAt" && column.kind == Kind::Moment);
    if versioned {
        set.push("`updatedAt` = GREATEST(?, `updatedAt` + INTERVAL 1000 MICROSECOND)".to_owned());
    }
    let mut changed = 0;
    for (portion, size) in portions(keys) {
        let text = format!(
            "UPDATE `{}` SET {} WHERE {} AND NOT ({})",
            located.table.name,
            set.join(", "),
            by_key(&located.keys, size),
            same.join(" AND ")
        );
        let mut args = Args::new();
        for Becomes { text, .. } in becomes {
            args.push(text.as_deref());
        }
        if versioned {
            args.push(now);
        }
        args = bind_keys(args, portion, size);
        for Becomes { text, .. } in becomes {
            args.push(text.as_deref());
        }
        changed += conn.execute(&Statement::fixed("privacy.anonymise", "", &[]).with_text(text), args).await?;
    }
    Ok(changed)
}

/// What the person's own rows name outside of the database, in these columns.
pub async fn stored(conn: &mut Conn, located: &Located<'_>, columns: &[&str]) -> Result<Vec<Vec<Option<String>>>> {
    let columns: Vec<&SchemaColumn> =
        columns.iter().filter_map(|name| located.columns.iter().find(|column| column.name == *name)).collect();
    let own: Vec<&Vec<String>> = located.spots.iter().filter(|spot| spot.own).map(|spot| &spot.key).collect();
    Ok(read(conn, located, &columns, &own).await?.into_values().collect())
}
