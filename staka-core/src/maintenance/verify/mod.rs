//! Whether a database is sound, an adopted one included: what must hold, each with the query that shows where it does
//! not, and with what would mend it. Changes nothing.

mod cards;
mod counters;
mod invoices;
mod money;
mod orphans;
mod payments;
mod privacy;
mod support;
mod texts;
mod times;

use std::borrow::Cow;

use futures_util::future::BoxFuture;
use serde::Serialize;
use staka_macros::Record;

use crate::base::{Args, Error, ErrorKind, Result};
use crate::db::error::lacks_a_table;
use crate::db::{Conn, Pool, Statement};

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
    pub check: Cow<'static, str>,
    /// What must hold.
    pub says: &'static str,
    /// How bad it is where it does not.
    pub severity: Severity,
    /// The query that shows it, to be run by hand.
    pub query: Cow<'static, str>,
    /// What would mend it.
    pub mend: &'static str,
    /// In how many places it does not hold.
    pub found: u64,
    /// The first 100 of them.
    pub findings: Vec<Finding>,
    /// Why it was not looked for: a table of ours is not there.
    pub skipped: Option<String>,
}

impl Check {
    /// One that a query makes.
    const fn sql(
        name: &'static str,
        severity: Severity,
        says: &'static str,
        query: &'static str,
        mend: &'static str,
    ) -> Self {
        Self { name, says, severity, find: Find::Sql(query), mend }
    }
}

/// All checks, an area after the other.
pub fn checks() -> Vec<&'static Check> {
    let areas = [
        orphans::CHECKS,
        times::CHECKS,
        texts::CHECKS,
        money::CHECKS,
        invoices::CHECKS,
        payments::CHECKS,
        cards::CHECKS,
        support::CHECKS,
        privacy::CHECKS,
    ];
    areas.into_iter().flatten().collect()
}

/// Looks for everything, the tables that triggers maintain first, or for what `only` names: an area (`money`) or the
/// beginning of a check's name; `on_check` hears of each check before it runs. Reads every table, some of them several
/// times: give the pool no time limit for a statement. `Invalid` where `only` names nothing.
pub async fn verify(pool: &Pool, only: Option<&str>, on_check: &mut (dyn FnMut(&str) + Send)) -> Result<Vec<Checked>> {
    let wanted = |name: &str| only.is_none_or(|only| name.starts_with(only));
    let (mut all, chosen) = (Vec::new(), checks().into_iter().filter(|check| wanted(check.name)));
    if only.is_none_or(|only| "counters.".starts_with(only) || only.starts_with("counters")) {
        on_check("counters");
        all = counters::recount(pool).await?;
        all.retain(|checked| wanted(&checked.check));
    }
    let mut conn = pool.acquire().await?;
    for one in chosen {
        on_check(one.name);
        all.push(check(&mut conn, one).await?);
    }
    if all.is_empty() && only.is_some() {
        return Err(Error::invalid("only", "names no check"));
    }
    Ok(all)
}

/// Looks for one thing.
pub async fn check(conn: &mut Conn, check: &'static Check) -> Result<Checked> {
    let (query, found) = match check.find {
        Find::Sql(query) => (query, of_query(conn, query).await),
        Find::Steps(query, steps) => {
            let found = steps(conn).await;
            (query, found.map(|findings| (findings.len() as u64, findings)))
        }
    };
    let ((found, mut findings), skipped) = match found {
        Ok(found) => (found, None),
        // A table that is not there; columns that an adopted database compares by two collations.
        Err(error) if lacks_a_table(&error) || error.kind() == ErrorKind::Internal => {
            ((0, Vec::new()), Some(error.message().to_owned()))
        }
        Err(error) => return Err(error),
    };
    findings.truncate(TOLD);
    let (says, severity, mend) = (check.says, check.severity, check.mend);
    let (check, query) = (Cow::Borrowed(check.name), Cow::Borrowed(query));
    Ok(Checked { check, says, severity, query, mend, found, findings, skipped })
}

/// How many rows a query gives, and the first of them.
async fn of_query(conn: &mut Conn, query: &str) -> Result<(u64, Vec<Finding>)> {
    let counted = format!(
        "WITH f (subject, problem) AS ({query}) \
         SELECT CAST(f.subject AS CHAR), CAST(f.problem AS CHAR), COUNT(*) OVER () FROM f ORDER BY 1 LIMIT {TOLD}"
    );
    let statement = Statement::fixed("verify", "", &[]).with_text(counted);
    let rows: Vec<Counted> = conn.all(&statement, Args::new()).await?;
    let found = rows.first().map_or(0, |row| row.all.unsigned_abs());
    Ok((found, rows.into_iter().map(|row| row.finding).collect()))
}

#[derive(Record)]
struct Counted {
    #[record(nested)]
    finding: Finding,
    all: i64,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::checks;

    #[test]
    fn each_check_has_a_name_of_its_own_a_sentence_and_something_to_do() {
        let all = checks();
        assert_eq!(all.iter().map(|check| check.name).collect::<BTreeSet<_>>().len(), all.len());
        for check in all {
            let (area, what) = check.name.split_once('.').unwrap_or_default();
            assert!(!area.is_empty() && !what.is_empty(), "{}", check.name);
            assert!(!check.says.is_empty() && !check.mend.is_empty(), "{}", check.name);
        }
    }
}
