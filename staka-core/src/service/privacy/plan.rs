//! Summaries of a person's data and plans of an erasure. Nothing is changed.

use super::mentions::{audit_changes, notification_changes};
use super::{not_found, out_of_scope, person};
use crate::base::{Column, Erasure, Purpose, Result, Retention};
use crate::db::Conn;
use crate::model::view::{
    ErasurePlan, PersonalDataSummary, PersonalDataTable, PlannedColumn, PlannedTable, StoredFile,
};
use crate::model::{PersonTable, UserId};
use crate::repo::privacy::{self, Person, Schema, SchemaColumn, Tally};
use crate::repo::{erasures, users};

/// Counts the rows that each table holds about the person, and names the columns that an export contains.
pub async fn summary(conn: &mut Conn, user: &UserId) -> Result<PersonalDataSummary> {
    let user = users::lookup(conn, user).await?.ok_or_else(|| not_found(user))?;
    let (person, _) = person(conn, &user).await?;
    let schema = privacy::schema(conn).await?;
    let (here, absent) = privacy::tables_here(&schema);
    let exported = |table: &PersonTable| {
        let columns = table.columns.iter().filter(|column| super::export::carries(column));
        columns.map(|column| column.name.to_owned()).collect()
    };
    let mut tables = Vec::new();
    for table in here.into_iter().filter(|table| !table.paths.is_empty()) {
        let tallies = privacy::tally(conn, &schema, &person, table).await?;
        tables.push(PersonalDataTable {
            table: table.name.to_owned(),
            rows: Some(tallies.iter().map(|tally| tally.rows).sum()),
            exported: exported(table),
        });
    }
    tables.extend(absent.iter().filter_map(|name| PersonTable::of(name)).map(|table| PersonalDataTable {
        table: table.name.to_owned(),
        rows: None,
        exported: exported(table),
    }));
    Ok(PersonalDataSummary { user_id: user.id, rows: tables.iter().filter_map(|table| table.rows).sum(), tables })
}

/// Returns what erasing the person would do, by table and column.
pub async fn plan_erasure(conn: &mut Conn, user: &UserId) -> Result<ErasurePlan> {
    let row = users::lookup(conn, user).await?.ok_or_else(|| not_found(user))?;
    let (person, identity) = person(conn, &row).await?;
    let schema = privacy::schema(conn).await?;
    let (here, absent) = privacy::tables_here(&schema);
    let erased_at = erasures::lookup(conn, user).await?.map(|erasure| erasure.erased_at);
    let mut tables = Vec::new();
    for table in here {
        let tallies = privacy::tally(conn, &schema, &person, table).await?;
        if !tallies.is_empty() {
            tables.push(planned(table, schema.get(table.name).map_or(&[], Vec::as_slice), &tallies));
        }
    }
    let audit_entries = audit_changes(conn, &person, &identity).await?.len() as u64;
    let notifications_to_others = notification_changes(conn, &schema, &person, &identity).await?.count();
    let stored_files = stored_files(conn, &schema, &person).await?;
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

fn planned(table: &PersonTable, here: &[SchemaColumn], tallies: &[Tally]) -> PlannedTable {
    let sum = |predicate: &dyn Fn(&Tally) -> bool| -> u64 {
        tallies.iter().filter(|tally| predicate(tally)).map(|tally| tally.rows).sum()
    };
    let (own, rows) = (sum(&|tally| tally.own), sum(&|_| true));
    let deletes_rows = table.columns.iter().any(|column| column.erasure == Erasure::Row);
    let removed = if deletes_rows { own } else { 0 };
    let writes = |column: &Column| column.erasure != Erasure::Keep;
    let own_changed = if !deletes_rows && table.columns.iter().any(writes) { own } else { 0 };
    let changed = own_changed + sum(&|tally| !tally.part().is_empty());
    let has = |column: &Column| here.iter().any(|known| known.name == column.name);
    let columns = table.columns.iter().filter(|column| has(column)).map(|column| {
        let partial = sum(&|tally| tally.part().contains(&column.name));
        let (effect, rows) = match column.erasure {
            _ if deletes_rows => ("row", own),
            Erasure::Keep => ("keep", rows),
            Erasure::Null | Erasure::Row => ("null", own + partial),
            Erasure::Replace(_) => ("replace", own + partial),
            Erasure::Pseudonym => ("pseudonym", own + partial),
        };
        PlannedColumn {
            column: column.name.to_owned(),
            effect: effect.to_owned(),
            rows,
            reason: reason(column, effect).to_owned(),
        }
    });
    let columns = columns.collect();
    PlannedTable { table: table.name.to_owned(), rows, removed, changed, kept: rows - removed - changed, columns }
}

fn reason(column: &Column, effect: &str) -> &'static str {
    match (effect, column.retention, column.purpose) {
        ("keep", Retention::Accounting, _) => {
            "kept for ten years: code de commerce, art. L123-22 (RGPD, art. 17 (3) b)"
        }
        ("keep", _, Purpose::Key) => "identifies a row and contains nothing personal",
        ("keep", Retention::Days(_), _) => "kept until its own retention ends, without a link to the person",
        ("keep", ..) => "contains nothing personal without the rest of the row",
        ("row", ..) => "the row is about the person alone",
        ("pseudonym", ..) => "the row must distinguish its authors; the pseudonym cannot be traced back",
        _ => "personal: RGPD, art. 17 (1)",
    }
}

/// Returns the files outside of the database that the rows refer to, and the addresses of manuscripts and portraits.
pub(super) async fn stored_files(conn: &mut Conn, schema: &Schema, person: &Person) -> Result<Vec<StoredFile>> {
    let mut files = Vec::new();
    let sources: [(&str, &[&str]); 3] =
        [("users", &["avatar"]), ("commandes", &["fichierUrl"]), ("files", &["storedName", "url"])];
    for (name, columns) in sources {
        let Some(table) = PersonTable::of(name) else { continue };
        let mut rows = privacy::own_texts(conn, schema, person, table, columns).await?;
        rows.sort();
        for row in rows {
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
