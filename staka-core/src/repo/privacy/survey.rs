//! The rows that concern a person.

use std::collections::BTreeMap;

use super::paths::{Finder, Rows, primary_key};
use super::{Schema, SchemaColumn};
use crate::base::{Args, Reader, Record, Result, Timestamp};
use crate::db::{Access, Conn, Optional, Statement};
use crate::model::{PersonPath, PersonTable, Reach, UserId, personal_data_tables};

/// A person, as rows refer to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Id of the account.
    pub id: UserId,
    /// E-mail addresses of the person, in lower case.
    pub addresses: Vec<String>,
    /// Addresses under which the person signed in, in lower case, as the audit log names them.
    pub signed_in_as: Vec<String>,
    /// The address that replaces the person's after an erasure.
    pub pseudonym: String,
    /// Time since which the account has its address, UTC; earlier entries under the address are somebody else's.
    pub since: Timestamp,
    /// Whether the account is a client's, and not one of the team.
    pub is_client: bool,
}

/// The rows of one table that concern a person.
#[derive(Clone, Debug)]
pub struct Located<'s> {
    /// The table and its paths to persons.
    pub table: &'static PersonTable,
    /// Its columns in this database.
    pub columns: &'s [SchemaColumn],
    /// The columns of its primary key.
    pub keys: Vec<&'s SchemaColumn>,
    /// The rows, by primary key.
    pub person_rows: Vec<PersonRow>,
}

/// A row that concerns a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// Its primary key, as text.
    pub key: Vec<String>,
    /// Whether the row is the person's own.
    pub own: bool,
    /// The path on which it was found.
    pub path: &'static PersonPath,
}

impl PersonRow {
    /// Returns the columns that an erasure changes in a row that is not the person's own.
    pub fn part(&self) -> &'static [&'static str] {
        part(self.path)
    }
}

fn part(path: &PersonPath) -> &'static [&'static str] {
    match path.reach {
        Reach::Part(columns) => columns,
        // Found through somebody else's row.
        Reach::Own => &[],
    }
}

/// A row whose values are read as texts.
pub(super) struct Texts(pub Vec<Option<String>>);

impl Record for Texts {
    const WIDTH: usize = 1;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        reader.rest().map(Self)
    }
}

const CLAIMS: Optional = Optional::tables(&["staka_claims"], "the person has the account's address only");

static CLAIMED: Statement = Statement::fixed(
    "privacy.claimed",
    "SELECT c.visitorEmail FROM staka_claims c FORCE INDEX (staka_claims_userId) WHERE c.userId = ? AND c.undoneAt IS NULL",
    &[Access::Index { table: "c", keys: &["staka_claims_userId"] }],
);

/// Returns the visitors' addresses whose conversations the account has claimed.
pub async fn addresses(conn: &mut Conn, user: &UserId) -> Result<Vec<String>> {
    let rows: Vec<Texts> = CLAIMS.or_none(conn.all(&CLAIMED, Args::new().with(user)).await)?.unwrap_or_default();
    let claimed = rows.into_iter().filter_map(|row| row.0.into_iter().next().flatten());
    Ok(claimed.map(|address| address.to_lowercase()).collect())
}

/// The numbers of placeholders that statements are made for.
/// MariaDB turns longer lists into a temporary table.
pub(super) const BATCH_SIZES: [usize; 3] = [16, 128, 1_000];

/// Splits the values into batches, each with the number of placeholders of its statement: the last value fills the
/// remaining placeholders.
pub(super) fn batches<T>(values: &[T]) -> impl Iterator<Item = (&[T], usize)> {
    let size = BATCH_SIZES.into_iter().find(|size| values.len() <= *size).unwrap_or(BATCH_SIZES[2]);
    values.chunks(size).map(move |batch| (batch, size))
}

pub(super) fn placeholders(number: usize) -> String {
    vec!["?"; number].join(", ")
}

/// Returns a `LIKE` pattern, with `!` as escape character, for texts that contain `text`.
pub(super) fn contains_pattern(text: &str) -> String {
    format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

/// Returns a condition over the primary key, for this number of keys.
pub(super) fn by_key(keys: &[&SchemaColumn], number: usize) -> String {
    let names: Vec<String> = keys.iter().map(|key| format!("`{}`", key.name)).collect();
    if names.len() == 1 {
        return format!("{} IN ({})", names[0], placeholders(number));
    }
    let one = format!("({})", placeholders(names.len()));
    format!("({}) IN ({})", names.join(", "), vec![one.as_str(); number].join(", "))
}

/// Binds keys; the last one fills the remaining placeholders.
pub(super) fn bind_keys(mut args: Args, keys: &[&Vec<String>], number: usize) -> Args {
    for place in 0..number {
        for part in keys[place.min(keys.len() - 1)] {
            args.push(part.as_str());
        }
    }
    args
}

impl Located<'_> {
    /// Returns the keys of the person's own rows.
    pub fn own_keys(&self) -> Vec<&Vec<String>> {
        self.person_rows.iter().filter(|row| row.own).map(|row| &row.key).collect()
    }
}

/// Returns the tables of this database that may hold rows about persons, in the order of [`personal_data_tables`], and
/// the names of missing tables.
pub fn tables_here(schema: &Schema) -> (Vec<&'static PersonTable>, Vec<&'static str>) {
    let (here, absent): (Vec<_>, Vec<_>) =
        personal_data_tables().iter().partition(|table| schema.contains_key(table.name));
    (here, absent.into_iter().map(|table| table.name).collect())
}

/// Returns the person's rows of one table, by one statement; none if the table is missing.
pub async fn locate<'s>(
    conn: &mut Conn,
    schema: &'s Schema,
    person: &Person,
    table: &'static PersonTable,
    rows: Rows<'_>,
) -> Result<Option<Located<'s>>> {
    let Some(columns) = schema.get(table.name) else { return Ok(None) };
    let keys = primary_key(columns);
    let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
    let mut located = Located { table, columns, keys, person_rows: Vec::new() };
    let Some(found) = (Finder { schema, person }).rows(table, &names, rows) else { return Ok(Some(located)) };
    let shown: Vec<String> = located.keys.iter().map(|key| key.as_text()).collect();
    let order = match rows {
        Rows::After { .. } => {
            let names: Vec<String> = names.iter().map(|name| format!("k.`{name}`")).collect();
            format!(" ORDER BY {}", names.join(", "))
        }
        _ => String::new(),
    };
    let text = format!("SELECT {}, CAST(`r` AS CHAR) FROM ({}) k{order}", shown.join(", "), found.text);
    let statement = Statement::fixed("privacy.survey", "", &[]).with_text(text);
    let person_rows = &mut located.person_rows;
    conn.each(&statement, found.args(), |Texts(mut row)| {
        let rank: usize = row.pop().flatten().and_then(|rank| rank.parse().ok()).unwrap_or_default();
        let key = row.into_iter().map(Option::unwrap_or_default).collect();
        person_rows.push(PersonRow { key, own: rank.is_multiple_of(2), path: &table.paths[rank / 2] });
    })
    .await?;
    if !matches!(rows, Rows::After { .. }) {
        located.person_rows.sort_by(|one, other| one.key.cmp(&other.key));
    }
    Ok(Some(located))
}

/// Returns those of the rows with these keys that an erasure of the person may write.
pub async fn locate_among(
    conn: &mut Conn,
    schema: &Schema,
    person: &Person,
    table: &'static PersonTable,
    keys: &[&Vec<String>],
) -> Result<BTreeMap<Vec<String>, PersonRow>> {
    let mut rows = BTreeMap::new();
    for (batch, size) in batches(keys) {
        let mut batch = batch.to_vec();
        batch.resize(size, batch[batch.len() - 1]);
        if let Some(located) = locate(conn, schema, person, table, Rows::WrittenAmong(&batch)).await? {
            rows.extend(located.person_rows.into_iter().map(|row| (row.key.clone(), row)));
        }
    }
    Ok(rows)
}

/// The number of rows of a table that were found on one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The path.
    pub path: &'static PersonPath,
    /// Whether the rows are the person's own.
    pub own: bool,
    /// Number of rows.
    pub rows: u64,
}

impl Tally {
    /// Returns the columns that an erasure changes in rows that are not the person's own.
    pub fn part(&self) -> &'static [&'static str] {
        if self.own { &[] } else { part(self.path) }
    }
}

/// Counts the person's rows of one table by the closest path on which they are found, by one statement.
pub async fn tally(
    conn: &mut Conn,
    schema: &Schema,
    person: &Person,
    table: &'static PersonTable,
) -> Result<Vec<Tally>> {
    let Some(counts) = (Finder { schema, person }).counts(table) else { return Ok(Vec::new()) };
    let statement = Statement::fixed("privacy.tally", "", &[]).with_text(counts.text.as_str());
    let rows: Vec<Texts> = conn.all(&statement, counts.args()).await?;
    let tally = |Texts(row): Texts| {
        let mut numbers = row.into_iter().map(|text| text.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0));
        let rank = numbers.next().unwrap_or(0) as usize;
        Tally { path: &table.paths[rank / 2], own: rank.is_multiple_of(2), rows: numbers.next().unwrap_or(0) }
    };
    Ok(rows.into_iter().map(tally).filter(|tally| tally.rows > 0).collect())
}

/// Returns the values of these columns, as text, in the person's own rows of one table, by one statement. A column that
/// this database does not have is null.
pub async fn own_texts(
    conn: &mut Conn,
    schema: &Schema,
    person: &Person,
    table: &'static PersonTable,
    columns: &[&str],
) -> Result<Vec<Vec<Option<String>>>> {
    let Some(known) = schema.get(table.name) else { return Ok(Vec::new()) };
    let find = |name: &&str| known.iter().find(|column| column.name == *name);
    let mut names: Vec<&str> = columns.iter().filter(|name| find(name).is_some()).copied().collect();
    // Every row once, whatever the columns say.
    names.extend(primary_key(known).iter().map(|key| key.name.as_str()).filter(|key| !columns.contains(key)));
    let Some(found) = (Finder { schema, person }).rows(table, &names, Rows::Written) else { return Ok(Vec::new()) };
    let shown: Vec<String> =
        columns.iter().map(|name| find(name).map_or("NULL".to_owned(), SchemaColumn::as_text)).collect();
    let text = format!("SELECT {} FROM ({}) k WHERE k.`r` % 2 = 0", shown.join(", "), found.text);
    let statement = Statement::fixed("privacy.own_texts", "", &[]).with_text(text);
    let rows: Vec<Texts> = conn.all(&statement, found.args()).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Returns the values of these columns as text, by the rows' keys.
pub async fn read(
    conn: &mut Conn,
    located: &Located<'_>,
    columns: &[&SchemaColumn],
    keys: &[&Vec<String>],
) -> Result<BTreeMap<Vec<String>, Vec<Option<String>>>> {
    let mut rows = BTreeMap::new();
    let predicate: Vec<String> = located.keys.iter().chain(columns).map(|column| column.as_text()).collect();
    for (batch, size) in batches(keys) {
        let text = format!(
            "SELECT {} FROM `{}` FORCE INDEX (PRIMARY) WHERE {}",
            predicate.join(", "),
            located.table.name,
            by_key(&located.keys, size)
        );
        let statement = Statement::fixed("privacy.read", "", &[]).with_text(text);
        let found: Vec<Texts> = conn.all(&statement, bind_keys(Args::new(), batch, size)).await?;
        for Texts(mut row) in found {
            let values = row.split_off(located.keys.len());
            rows.insert(row.into_iter().map(Option::unwrap_or_default).collect(), values);
        }
    }
    Ok(rows)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&CLAIMED]
}
