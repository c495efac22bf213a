//! The search for texts in every column of a table, a part of its rows at a time.

use super::paths::{follows, primary_key};
use super::survey::{Texts, contains_pattern};
use super::{Schema, SchemaColumn};
use crate::base::{Args, Result};
use crate::db::{Conn, Statement};

/// An occurrence of one of the texts in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Primary key of the row.
    pub key: Vec<String>,
    /// Name of the column.
    pub column: String,
    /// Index of the text, from 0.
    pub text: usize,
    /// Whether the accents match; without matching accents it may be another text.
    pub exact: bool,
}

/// Returns a condition that ignores case but not accents.
fn exactly(column: &SchemaColumn) -> String {
    format!("LOWER(CONVERT(`{}` USING utf8mb4)) COLLATE utf8mb4_bin LIKE ? ESCAPE '!'", column.name)
}

/// The part of a table that was searched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// The occurrences.
    pub hits: Vec<Hit>,
    /// Number of rows that were searched.
    pub rows: usize,
    /// Key of the last row that was searched; none if the table ended.
    pub last: Option<Vec<String>>,
}

/// Returns the number of rows after a key, at most `limit`, and the key of the last of them if there are that many.
async fn extent(
    conn: &mut Conn,
    table: &str,
    keys: &[&SchemaColumn],
    after: &[String],
    limit: usize,
) -> Result<(usize, Option<Vec<String>>)> {
    let (condition, values) = if after.is_empty() { ("TRUE".to_owned(), Vec::new()) } else { follows(keys, after) };
    let bind = || {
        let mut args = Args::new();
        values.iter().for_each(|value| args.push(*value));
        args
    };
    let text = format!("SELECT COUNT(*) FROM (SELECT 1 FROM `{table}` t WHERE {condition} LIMIT ?) r");
    let statement = Statement::fixed("privacy.extent", "", &[]).with_text(text);
    let rows = usize::try_from(conn.one::<i64>(&statement, bind().with(limit as u64)).await?).unwrap_or(0);
    if rows < limit {
        return Ok((rows, None));
    }
    let shown: Vec<String> = keys.iter().map(|key| key.as_text()).collect();
    let order: Vec<String> = keys.iter().map(|key| format!("t.`{}`", key.name)).collect();
    let text = format!(
        "SELECT {} FROM `{table}` t WHERE {condition} ORDER BY {} LIMIT 1 OFFSET ?",
        shown.join(", "),
        order.join(", ")
    );
    let statement = Statement::fixed("privacy.last", "", &[]).with_text(text);
    let last: Option<Texts> = conn.optional(&statement, bind().with(limit as u64 - 1)).await?;
    Ok((rows, last.map(|row| row.0.into_iter().map(Option::unwrap_or_default).collect())))
}

/// Returns the occurrences of the texts in the text columns of a table, ignoring case and accents. Reads all rows after
/// a key, at most `limit`; a table without a primary key is read at once.
pub async fn search(
    conn: &mut Conn,
    schema: &Schema,
    table: &str,
    texts: &[String],
    after: &[String],
    limit: usize,
) -> Result<Searched> {
    let columns: &[SchemaColumn] = schema.get(table).map_or(&[], Vec::as_slice);
    let searched: Vec<&SchemaColumn> = columns.iter().filter(|column| column.kind.is_text()).collect();
    if searched.is_empty() || texts.is_empty() {
        return Ok(Searched::default());
    }
    let mut keys = primary_key(columns);
    let (mut part, mut bounds, mut done) = ("TRUE".to_owned(), Vec::new(), Searched::default());
    if keys.is_empty() {
        // All its columns then serve as the key.
        keys = columns.iter().collect();
    } else {
        (done.rows, done.last) = extent(conn, table, &keys, after, limit).await?;
        if done.rows == 0 {
            return Ok(done);
        }
        if !after.is_empty() {
            (part, bounds) = follows(&keys, after);
        }
        if let Some(last) = &done.last {
            let (beyond, values) = follows(&keys, last);
            part = format!("{part} AND t.`{}` <= ? AND NOT ({beyond})", keys[0].name);
            bounds.push(&last[0]);
            bounds.extend(values);
        }
    }
    let like = |column: &SchemaColumn| {
        format!("CONVERT(`{}` USING utf8mb4) COLLATE utf8mb4_unicode_ci LIKE ? ESCAPE '!'", column.name)
    };
    let shown: Vec<String> = keys.iter().map(|key| key.as_text()).collect();
    let flags: Vec<String> = searched
        .iter()
        .flat_map(|column| {
            texts
                .iter()
                .map(move |_| format!("CAST(COALESCE({}, 0) + COALESCE({}, 0) AS CHAR)", like(column), exactly(column)))
        })
        .collect();
    let any: Vec<String> =
        searched.iter().flat_map(|column| texts.iter().map(move |_| format!("({})", like(column)))).collect();
    let text = format!(
        "SELECT {}, {} FROM `{table}` t WHERE {part} AND ({})",
        shown.join(", "),
        flags.join(", "),
        any.join(" OR ")
    );
    let mut args = Args::new();
    let like_args = |args: &mut Args, flagged: bool| {
        for _ in &searched {
            for text in texts {
                args.push(contains_pattern(text));
                if flagged {
                    args.push(contains_pattern(&text.to_lowercase()));
                }
            }
        }
    };
    like_args(&mut args, true);
    for bound in &bounds {
        args.push(*bound);
    }
    like_args(&mut args, false);
    let hits = &mut done.hits;
    let statement = Statement::fixed("privacy.search", "", &[]).with_text(text);
    conn.each(&statement, args, |Texts(mut row)| {
        let flags = row.split_off(keys.len());
        let key: Vec<String> = row.into_iter().map(Option::unwrap_or_default).collect();
        for (place, flag) in flags.iter().enumerate() {
            if let Some(how @ ("1" | "2")) = flag.as_deref() {
                let (column, text) = (searched[place / texts.len()].name.clone(), place % texts.len());
                hits.push(Hit { key: key.clone(), column, text, exact: how == "2" });
            }
        }
    })
    .await?;
    Ok(done)
}
