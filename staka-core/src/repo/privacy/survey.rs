//! Which rows concern a person.

use std::collections::{BTreeMap, BTreeSet};

use super::{Schema, SchemaColumn};
use crate::base::{Args, Reader, Record, Result, Timestamp};
use crate::db::error::lacks_a_table;
use crate::db::{Access, Conn, Statement};
use crate::model::{Link, PersonTable, Reach, UserId, Way, person_tables};

/// Somebody, as rows know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub id: UserId,
    /// Addresses that are theirs, in lower case.
    pub addresses: Vec<String>,
    /// Addresses under which they signed in, in lower case: the audit log's are of these.
    pub signed_in_as: Vec<String>,
    /// Since when the account is there, UTC: what was done under its address before was somebody else's doing.
    pub since: Timestamp,
}

/// The rows of one table that concern a person.
#[derive(Clone, Debug)]
pub struct Located<'s> {
    /// The table.
    pub table: &'static PersonTable,
    /// Its columns in this database.
    pub columns: &'s [SchemaColumn],
    /// Those of its primary key.
    pub keys: Vec<&'s SchemaColumn>,
    /// The rows, by key.
    pub spots: Vec<Spot>,
    /// The columns that other tables lead to.
    joins: Vec<&'static str>,
}

/// One row that concerns a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Its primary key, as text.
    pub key: Vec<String>,
    /// Whether it is the person's own.
    pub own: bool,
    /// On which way it was found.
    pub way: &'static Way,
    joins: Vec<Option<String>>,
}

impl Spot {
    /// The columns that erasing touches, of a row that is not the person's own.
    pub fn part(&self) -> &'static [&'static str] {
        match self.way.reach {
            Reach::Part(columns) => columns,
            // Found over somebody else's row.
            Reach::Own => &[],
        }
    }
}

/// A row as texts.
pub struct Texts(pub Vec<Option<String>>);

impl Record for Texts {
    const WIDTH: usize = 1;

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        reader.rest().map(Self)
    }
}

static CLAIMED: Statement = Statement::fixed(
    "privacy.claimed",
    "SELECT c.visitorEmail FROM staka_claims c FORCE INDEX (staka_claims_userId) WHERE c.userId = ? AND c.undoneAt IS NULL",
    &[Access::Index { table: "c", keys: &["staka_claims_userId"] }],
);

/// The visitors' addresses whose conversations the account took, and still has.
pub async fn addresses(conn: &mut Conn, user: &UserId) -> Result<Vec<String>> {
    let rows: Vec<Texts> = match conn.all(&CLAIMED, Args::new().with(user)).await {
        Err(lost) if lacks_a_table(&lost) => Vec::new(),
        rows => rows?,
    };
    let claimed = rows.into_iter().filter_map(|row| row.0.into_iter().next().flatten());
    Ok(claimed.map(|address| address.to_lowercase()).collect())
}

/// Values of one statement, few or many.
pub(super) const PLACES: [usize; 2] = [16, 500];

/// The next of `values` that one statement takes, and for how many places its text is made: the last value fills those
/// that are left.
pub(super) fn portions<T>(values: &[T]) -> impl Iterator<Item = (&[T], usize)> {
    let size = if values.len() <= PLACES[0] { PLACES[0] } else { PLACES[1] };
    values.chunks(size).map(move |portion| (portion, size))
}

pub(super) fn places(number: usize) -> String {
    vec!["?"; number].join(", ")
}

/// A `LIKE` pattern, to be escaped by `!`, of which only the ends are open.
pub(super) fn within(text: &str) -> String {
    format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

/// A condition over the primary key, for so many keys.
pub(super) fn by_key(keys: &[&SchemaColumn], number: usize) -> String {
    let names: Vec<String> = keys.iter().map(|key| format!("`{}`", key.name)).collect();
    if names.len() == 1 {
        return format!("{} IN ({})", names[0], places(number));
    }
    let one = format!("({})", places(names.len()));
    format!("({}) IN ({})", names.join(", "), vec![one.as_str(); number].join(", "))
}

/// Binds keys, the last one as often as there are places left.
pub(super) fn bind_keys(mut args: Args, keys: &[&Vec<String>], number: usize) -> Args {
    for place in 0..number {
        for part in keys[place.min(keys.len() - 1)] {
            args.push(part.as_str());
        }
    }
    args
}

/// The columns of `table` that other tables lead to.
fn joins(table: &'static PersonTable) -> Vec<&'static str> {
    let mut joins = BTreeSet::new();
    for other in person_tables() {
        for way in &other.ways {
            if let Link::Of(column, parent) = way.link
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
    /// The different values of a column that other tables lead to, of the person's own rows or of the others.
    pub fn values(&self, column: &str, own: bool) -> Vec<&str> {
        let Some(place) = self.joins.iter().position(|join| *join == column) else { return Vec::new() };
        let spots = self.spots.iter().filter(|spot| spot.own == own);
        let values: BTreeSet<&str> = spots.filter_map(|spot| spot.joins[place].as_deref()).collect();
        values.into_iter().collect()
    }

    /// Whether the table has the column, in this database.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known.name == column)
    }
}

/// Every row that concerns the person, in the order of [`person_tables`], and the tables that are not there.
pub async fn survey<'s>(
    conn: &mut Conn,
    schema: &'s Schema,
    person: &Person,
) -> Result<(Vec<Located<'s>>, Vec<&'static str>)> {
    let (mut found, mut absent): (Vec<Located<'s>>, _) = (Vec::new(), Vec::new());
    for table in person_tables() {
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
    let mut located = Located { table, columns, keys, spots: Vec::new(), joins: joins(table) };
    located.joins.retain(|join| columns.iter().any(|column| column.name == *join));
    let mut spots: BTreeMap<Vec<String>, Spot> = BTreeMap::new();
    for way in &table.ways {
        let column = match way.link {
            Link::User(column) | Link::Email(column) | Link::Of(column, _) => column,
        };
        if !located.has(column) || located.keys.is_empty() {
            tracing::warn!(table = table.name, column, "is not there: its rows lead to nobody");
            continue;
        }
        match way.link {
            Link::User(_) => walk(conn, &located, way, &[person.id.as_str()], true, None, &mut spots).await?,
            Link::Email(_) => {
                let signed_in = table.name == "audit_logs";
                let addresses = if signed_in { &person.signed_in_as } else { &person.addresses };
                let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
                walk(conn, &located, way, &addresses, true, signed_in.then_some(person.since), &mut spots).await?;
            }
            Link::Of(column, parent) => {
                let Some(parent) = parents.iter().find(|known| known.table.name == parent) else { continue };
                for own in [true, false] {
                    let values = parent.values(parent.table.key_for(column), own);
                    walk(conn, &located, way, &values, own, None, &mut spots).await?;
                }
            }
        }
    }
    located.spots = spots.into_values().collect();
    Ok(located)
}

/// Follows one way: the rows whose column holds one of the values. A row that was found on a closer way stays there.
async fn walk(
    conn: &mut Conn,
    located: &Located<'_>,
    way: &'static Way,
    values: &[&str],
    own: bool,
    since: Option<Timestamp>,
    spots: &mut BTreeMap<Vec<String>, Spot>,
) -> Result<()> {
    let name = located.table.name;
    let (column, exact) = match way.link {
        Link::Email(column) => (column, true),
        Link::User(column) | Link::Of(column, _) => (column, false),
    };
    let columns = located.keys.iter().map(|key| key.as_text());
    let joined = located.joins.iter().map(|join| format!("CAST(`{join}` AS CHAR)"));
    let columns = columns.chain(joined).collect::<Vec<_>>().join(", ");
    let mut when = if way.when.is_empty() { String::new() } else { format!(" AND {}", way.when) };
    if since.is_some() {
        when.push_str(" AND t.`timestamp` >= ?");
    }
    for (portion, size) in portions(values) {
        let places = places(size);
        // Two addresses that differ by an accent are two, whatever the collation says.
        let alike =
            format!(" AND CAST(LOWER(t.`{column}`) AS BINARY) IN ({})", vec!["CAST(? AS BINARY)"; size].join(", "));
        let text = format!(
            "SELECT {columns} FROM `{name}` t WHERE t.`{column}` IN ({places}){}{when}",
            if exact { &*alike } else { "" }
        );
        let mut args = Args::new();
        for _ in 0..=usize::from(exact) {
            for place in 0..size {
                args.push(portion[place.min(portion.len() - 1)]);
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
            let own = own && way.reach == Reach::Own;
            spots.entry(key.clone()).or_insert(Spot { key, own, way, joins });
        }
    }
    Ok(())
}

/// The values of these columns in rows with these keys, each as text behind its row's key.
pub async fn read(
    conn: &mut Conn,
    located: &Located<'_>,
    columns: &[&SchemaColumn],
    keys: &[&Vec<String>],
) -> Result<BTreeMap<Vec<String>, Vec<Option<String>>>> {
    let mut rows = BTreeMap::new();
    let wanted: Vec<String> = located.keys.iter().chain(columns).map(|column| column.as_text()).collect();
    for (portion, size) in portions(keys) {
        let text =
            format!("SELECT {} FROM `{}` WHERE {}", wanted.join(", "), located.table.name, by_key(&located.keys, size));
        let statement = Statement::fixed("privacy.read", "", &[]).with_text(text);
        let found: Vec<Texts> = conn.all(&statement, bind_keys(Args::new(), portion, size)).await?;
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
