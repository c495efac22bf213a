//! The search for texts in every column of a table.

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

/// Returns every occurrence of the texts in the text columns of a table, ignoring case and accents. Reads the whole
/// table, row by row.
pub async fn search(conn: &mut Conn, schema: &Schema, table: &str, texts: &[String]) -> Result<Vec<Hit>> {
    let columns: &[SchemaColumn] = schema.get(table).map_or(&[], Vec::as_slice);
    let searched: Vec<&SchemaColumn> = columns.iter().filter(|column| column.kind.is_text()).collect();
    if searched.is_empty() || texts.is_empty() {
        return Ok(Vec::new());
    }
    // A table without a primary key is searched too: all its columns then serve as the key.
    let mut keys: Vec<&SchemaColumn> = columns.iter().filter(|column| column.key).collect();
    if keys.is_empty() {
        keys = columns.iter().collect();
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
    let text = format!("SELECT {}, {} FROM `{table}` WHERE {}", shown.join(", "), flags.join(", "), any.join(" OR "));
    let mut args = Args::new();
    for flagged in [true, false] {
        for _ in &searched {
            for text in texts {
                args.push(contains_pattern(text));
                if flagged {
                    args.push(contains_pattern(&text.to_lowercase()));
                }
            }
        }
    }
    let mut hits = Vec::new();
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
    Ok(hits)
}
