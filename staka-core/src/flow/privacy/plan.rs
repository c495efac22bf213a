//! What is held, and what erasing would do: nothing is changed.

use super::mentions::{audit_changes, notice_changes};
use super::{gone, out_of_scope, person};
use crate::base::{Erasure, Purpose, Result, Retention};
use crate::db::Conn;
use crate::model::view::{ErasurePlan, PersonRows, PersonSummary, PlannedColumn, PlannedTable, StoredFile};
use crate::model::{OurColumn, PersonTable, UserId};
use crate::repo::privacy::{self, Located};
use crate::repo::{tombstones, users};

/// How many rows each table holds about the person, and which of its columns an export carries.
pub async fn summary(conn: &mut Conn, user: &UserId) -> Result<PersonSummary> {
    let user = users::lookup(conn, user).await?.ok_or_else(|| gone(user))?;
    let (person, _) = person(conn, &user).await?;
    let schema = privacy::schema(conn).await?;
    let (found, absent) = privacy::survey(conn, &schema, &person).await?;
    let exported = |table: &PersonTable| {
        let columns = table.columns.iter().filter(|column| super::export::carries(column));
        columns.map(|column| column.name.to_owned()).collect()
    };
    let here = found.iter().filter(|located| !located.table.ways.is_empty()).map(|located| PersonRows {
        table: located.table.name.to_owned(),
        rows: Some(located.spots.len() as u64),
        exported: exported(located.table),
    });
    let missing = absent.iter().filter_map(|name| PersonTable::of(name)).map(|table| PersonRows {
        table: table.name.to_owned(),
        rows: None,
        exported: exported(table),
    });
    let tables: Vec<PersonRows> = here.chain(missing).collect();
    Ok(PersonSummary { user_id: user.id, rows: tables.iter().filter_map(|table| table.rows).sum(), tables })
}

/// What erasing the person would do, table by table and column by column.
pub async fn plan(conn: &mut Conn, user: &UserId) -> Result<ErasurePlan> {
    let row = users::lookup(conn, user).await?.ok_or_else(|| gone(user))?;
    let (person, identity) = person(conn, &row).await?;
    let schema = privacy::schema(conn).await?;
    let (found, absent) = privacy::survey(conn, &schema, &person).await?;
    let erased_at = match schema.contains_key("staka_tombstones") {
        true => tombstones::lookup(conn, user).await?.map(|tombstone| tombstone.erased_at),
        false => None,
    };
    let tables = found.iter().filter(|located| !located.spots.is_empty()).map(planned).collect();
    let audit_entries = audit_changes(conn, &row.id, &identity).await?.len() as u64;
    let notifications_to_others = notice_changes(conn, &row, &found, &identity).await?.count();
    let stored_files = stored_files(conn, &found).await?;
    Ok(ErasurePlan {
        user_id: row.id,
        pseudonym: identity.pseudonym,
        erased_at,
        tables,
        audit_entries,
        notifications_to_others,
        stored_files,
        absent: absent.into_iter().map(str::to_owned).collect(),
        out_of_scope: out_of_scope(),
    })
}

fn planned(located: &Located<'_>) -> PlannedTable {
    let own = located.spots.iter().filter(|spot| spot.own).count() as u64;
    let rows = located.spots.len() as u64;
    let removed = if located.goes() { own } else { 0 };
    let writes = |column: &OurColumn| column.erasure != Erasure::Keep;
    let own_changed = if !located.goes() && located.table.columns.iter().any(writes) { own } else { 0 };
    let parted = located.spots.iter().filter(|spot| !spot.own && !spot.part().is_empty()).count() as u64;
    let changed = own_changed + parted;
    let columns = located.table.columns.iter().filter(|column| located.has(column.name)).map(|column| {
        let parted = located.spots.iter().filter(|spot| !spot.own && spot.part().contains(&column.name)).count() as u64;
        let (effect, rows) = match column.erasure {
            _ if located.goes() => ("row", own),
            Erasure::Keep => ("keep", rows),
            Erasure::Null | Erasure::Row => ("null", own + parted),
            Erasure::Replace(_) => ("replace", own + parted),
            Erasure::Pseudonym => ("pseudonym", own + parted),
        };
        PlannedColumn {
            column: column.name.to_owned(),
            effect: effect.to_owned(),
            rows,
            why: why(column, effect).to_owned(),
        }
    });
    let columns = columns.collect();
    PlannedTable {
        table: located.table.name.to_owned(),
        rows,
        removed,
        changed,
        kept: rows - removed - changed,
        columns,
    }
}

fn why(column: &OurColumn, effect: &str) -> &'static str {
    match (effect, column.retention, column.purpose) {
        ("keep", Retention::Accounting, _) => {
            "kept for ten years: code de commerce, art. L123-22 (RGPD, art. 17 (3) b)"
        }
        ("keep", _, Purpose::Key) => "names a row, and says nothing of the person",
        ("keep", Retention::Days(_), _) => "kept until its own retention ends, without what leads to the person",
        ("keep", ..) => "says nothing of the person without the rest of the row",
        ("row", ..) => "the row is about the person alone",
        ("pseudonym", ..) => "the row must tell authors apart; the pseudonym leads back to nobody",
        _ => "personal: RGPD, art. 17 (1)",
    }
}

/// What the rows name outside of the database: files, and the addresses of manuscripts and portraits.
pub(super) async fn stored_files(conn: &mut Conn, found: &[Located<'_>]) -> Result<Vec<StoredFile>> {
    let mut files = Vec::new();
    for located in found {
        let columns: &[&str] = match located.table.name {
            "files" => &["storedName", "url"],
            "commandes" => &["fichierUrl"],
            "users" => &["avatar"],
            _ => continue,
        };
        for row in privacy::stored(conn, located, columns).await? {
            let mut row = row.into_iter().map(|text| text.filter(|text| !text.is_empty()));
            let stored_name = if columns.len() == 2 { row.next().flatten() } else { None };
            let url = row.next().flatten();
            if stored_name.is_some() || url.is_some() {
                files.push(StoredFile { stored_name, url });
            }
        }
    }
    Ok(files)
}
