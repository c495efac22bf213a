//! The rows that concern a person.

use std::collections::{BTreeMap, BTreeSet};

use super::{Schema, SchemaColumn};
use crate::base::{Args, Reader, Record, Result, Timestamp};
use crate::db::{Access, Conn, Optional, Statement};
use crate::model::{Link, PersonPath, PersonTable, Reach, UserId, personal_data_tables};

/// A person, as rows refer to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Id of the account.
    pub id: UserId,
    /// E-mail addresses of the person, in lower case.
    pub addresses: Vec<String>,
    /// Addresses under which the person signed in, in lower case, as the audit log names them.
    pub signed_in_as: Vec<String>,
    /// Time when the account was created, UTC; earlier entries under its address are somebody else's.
    pub since: Timestamp,
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
    /// The columns that other tables refer to.
    joins: Vec<&'static str>,
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
    joins: Vec<Option<String>>,
}

impl PersonRow {
    /// Returns the columns that an erasure changes in a row that is not the person's own.
    pub fn part(&self) -> &'static [&'static str] {
        match self.path.reach {
            Reach::Part(columns) => columns,
            // Found through somebody else's row.
            Reach::Own => &[],
        }
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
pub(super) const BATCH_SIZES: [usize; 2] = [16, 500];

/// Splits the values into batches, each with the number of placeholders of its statement: the last value fills the
/// remaining placeholders.
pub(super) fn batches<T>(values: &[T]) -> impl Iterator<Item = (&[T], usize)> {
    let size = if values.len() <= BATCH_SIZES[0] { BATCH_SIZES[0] } else { BATCH_SIZES[1] };
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

/// Returns the columns of `table` that other tables refer to.
fn joins(table: &'static PersonTable) -> Vec<&'static str> {
    let mut joins = BTreeSet::new();
    for other in personal_data_tables() {
        for path in &other.paths {
            if let Link::Of(column, parent) = path.link
                && parent == table.name
            {
                joins.insert(table.key_for(column));
            }
        }
    }
    // Notifications to others name a conversation.
    joins.extend(table.columns.iter().filter(|column| column.name == "conversationId").map(|column| column.name));
    joins.into_iter().collect()
}

impl Located<'_> {
    /// Returns the distinct values of a column that other tables refer to, in the person's own rows or in the others.
    pub fn values(&self, column: &str, own: bool) -> Vec<&str> {
        let Some(place) = self.joins.iter().position(|join| *join == column) else { return Vec::new() };
        let person_rows = self.person_rows.iter().filter(|person_row| person_row.own == own);
        let values: BTreeSet<&str> = person_rows.filter_map(|person_row| person_row.joins[place].as_deref()).collect();
        values.into_iter().collect()
    }

    /// Returns whether the table has the column in this database.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known.name == column)
    }
}

/// Returns every row that concerns the person, in the order of [`personal_data_tables`], and the names of missing
/// tables.
pub async fn survey<'s>(
    conn: &mut Conn,
    schema: &'s Schema,
    person: &Person,
) -> Result<(Vec<Located<'s>>, Vec<&'static str>)> {
    let (mut found, mut absent): (Vec<Located<'s>>, _) = (Vec::new(), Vec::new());
    for table in personal_data_tables() {
        let Some(columns) = schema.get(table.name) else {
            absent.push(table.name);
            continue;
        };
        let located = locate(conn, table, columns, person, &found).await?;
        found.push(located);
    }
    Ok((found, absent))
}

async fn locate<'s>(
    conn: &mut Conn,
    table: &'static PersonTable,
    columns: &'s [SchemaColumn],
    person: &Person,
    parents: &[Located<'s>],
) -> Result<Located<'s>> {
    let keys: Vec<&SchemaColumn> = columns.iter().filter(|column| column.key).collect();
    let mut located = Located { table, columns, keys, person_rows: Vec::new(), joins: joins(table) };
    located.joins.retain(|join| columns.iter().any(|column| column.name == *join));
    let mut person_rows: BTreeMap<Vec<String>, PersonRow> = BTreeMap::new();
    for path in &table.paths {
        let column = match path.link {
            Link::User(column) | Link::Email(column) | Link::Of(column, _) => column,
        };
        if !located.has(column) || located.keys.is_empty() {
            tracing::warn!(table = table.name, column, "the column does not exist: its rows are attributed to nobody");
            continue;
        }
        match path.link {
            Link::User(_) => {
                follow_path(conn, &located, path, &[person.id.as_str()], true, None, &mut person_rows).await?;
            }
            Link::Email(_) => {
                let signed_in = table.name == "audit_logs";
                let addresses = if signed_in { &person.signed_in_as } else { &person.addresses };
                let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
                follow_path(
                    conn,
                    &located,
                    path,
                    &addresses,
                    true,
                    signed_in.then_some(person.since),
                    &mut person_rows,
                )
                .await?;
            }
            Link::Of(column, parent) => {
                let Some(parent) = parents.iter().find(|known| known.table.name == parent) else { continue };
                for own in [true, false] {
                    let values = parent.values(parent.table.key_for(column), own);
                    follow_path(conn, &located, path, &values, own, None, &mut person_rows).await?;
                }
            }
        }
    }
    located.person_rows = person_rows.into_values().collect();
    Ok(located)
}

/// Follows one path: finds the rows whose column holds one of the values. A row already found on a closer path keeps
/// it.
async fn follow_path(
    conn: &mut Conn,
    located: &Located<'_>,
    path: &'static PersonPath,
    values: &[&str],
    own: bool,
    since: Option<Timestamp>,
    person_rows: &mut BTreeMap<Vec<String>, PersonRow>,
) -> Result<()> {
    let name = located.table.name;
    let (column, exact) = match path.link {
        Link::Email(column) => (column, true),
        Link::User(column) | Link::Of(column, _) => (column, false),
    };
    let columns = located.keys.iter().map(|key| key.as_text());
    let joined = located.joins.iter().map(|join| format!("CAST(`{join}` AS CHAR)"));
    let columns = columns.chain(joined).collect::<Vec<_>>().join(", ");
    let mut condition = if path.condition.is_empty() { String::new() } else { format!(" AND {}", path.condition) };
    if since.is_some() {
        condition.push_str(" AND t.`timestamp` >= ?");
    }
    for (batch, size) in batches(values) {
        let placeholders = placeholders(size);
        // Addresses that differ by an accent are different, whatever the collation says.
        let alike =
            format!(" AND CAST(LOWER(t.`{column}`) AS BINARY) IN ({})", vec!["CAST(? AS BINARY)"; size].join(", "));
        let text = format!(
            "SELECT {columns} FROM `{name}` t WHERE t.`{column}` IN ({placeholders}){}{condition}",
            if exact { &*alike } else { "" }
        );
        let mut args = Args::new();
        for _ in 0..=usize::from(exact) {
            for place in 0..size {
                args.push(batch[place.min(batch.len() - 1)]);
            }
        }
        if let Some(since) = since {
            args.push(since);
        }
        let width = located.keys.len();
        let statement = Statement::fixed("privacy.survey", "", &[]).with_text(text);
        let rows: Vec<Texts> = conn.all(&statement, args).await?;
        for Texts(mut row) in rows {
            let joins = row.split_off(width);
            let key: Vec<String> = row.into_iter().map(Option::unwrap_or_default).collect();
            let own = own && path.reach == Reach::Own;
            person_rows.entry(key.clone()).or_insert(PersonRow { key, own, path, joins });
        }
    }
    Ok(())
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
            "SELECT {} FROM `{}` WHERE {}",
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
