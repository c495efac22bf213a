//! Whether a database is sound, an adopted one included: what must hold, each with the query that shows where it does
//! not, and with what would mend it. Changes nothing.

mod orphans;
mod privacy;

use futures_util::future::BoxFuture;
use serde::Serialize;
use staka_macros::Record;

use crate::base::{Args, Result};
use crate::db::error::lacks_a_table;
use crate::db::{Conn, Statement};

/// Findings that are told one by one, of each check.
pub const TOLD: usize = 100;

/// Something that must hold.
#[derive(Clone, Copy)]
pub struct Check {
    /// Its name, `area.what`.
    pub name: &'static str,
    /// What must hold, as a sentence.
    pub says: &'static str,
    /// How bad it is where it does not.
    pub severity: Severity,
    /// How it is looked for.
    pub find: Find,
    /// What mends it: a command, an operation, or what to look at.
    pub mend: &'static str,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Somebody should decide.
    Warning,
    /// Wrong.
    Error,
}

/// How a check looks.
#[derive(Clone, Copy)]
pub enum Find {
    /// A query of two text columns: which row, and what is wrong with it. It is shown with the findings.
    Sql(&'static str),
    /// What no query can tell; the text says how to look.
    Steps(&'static str, Steps),
}

/// Looks by more than a query.
pub type Steps = for<'c> fn(&'c mut Conn) -> BoxFuture<'c, Result<Vec<Finding>>>;

/// Where something does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Which row: `table id`, or what names it best.
    pub subject: String,
    /// What is wrong with it.
    pub problem: String,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// The check's name.
    pub check: &'static str,
    /// What must hold.
    pub says: &'static str,
    /// How bad it is where it does not.
    pub severity: Severity,
    /// The query that shows it, to be run by hand.
    pub query: &'static str,
    /// What would mend it.
    pub mend: &'static str,
    /// In how many places it does not hold.
    pub found: u64,
    /// The first 100 of them.
    pub findings: Vec<Finding>,
    /// Why it was not looked for: a table of ours is not there.
    pub skipped: Option<String>,
}

/// All checks, an area after the other.
pub fn checks() -> Vec<&'static Check> {
    [orphans::CHECKS, privacy::CHECKS].into_iter().flatten().collect()
}

/// Looks for one thing.
pub async fn check(conn: &mut Conn, check: &'static Check) -> Result<Checked> {
    let (query, found) = match check.find {
        Find::Sql(sql) => {
            let statement = Statement::fixed("verify", "", &[]).with_text(sql);
            (sql, conn.all::<Finding>(&statement, Args::new()).await)
        }
        Find::Steps(query, steps) => (query, steps(conn).await),
    };
    let (mut findings, skipped) = match found {
        Ok(findings) => (findings, None),
        Err(error) if lacks_a_table(&error) => (Vec::new(), Some(error.to_string())),
        Err(error) => return Err(error),
    };
    let (name, says, severity, mend) = (check.name, check.says, check.severity, check.mend);
    let found = findings.len() as u64;
    findings.truncate(TOLD);
    Ok(Checked { check: name, says, severity, query, mend, found, findings, skipped })
}
