//! Consistency checks of a database, which may be an adopted one. Each check has a rule, a query that finds the rows
//! that violate it, and a proposed repair. Nothing is changed.

mod cards;
mod counters;
mod invoices;
mod money;
mod orphans;
mod payments;
mod privacy;
mod texts;
mod tickets;
mod times;

use std::borrow::Cow;

use futures_util::future::BoxFuture;
use serde::Serialize;
use staka_macros::Record;

use crate::base::{Args, Error, ErrorKind, Result};
use crate::db::{Conn, Pool, Statement};

/// The most findings of a check that are listed.
pub const MAX_FINDINGS: usize = 100;

/// A consistency check.
#[derive(Clone, Copy)]
pub struct Check {
    /// The name, `area.name`.
    pub name: &'static str,
    /// The rule that must hold, as a sentence.
    pub rule: &'static str,
    /// The severity of a violation.
    pub severity: Severity,
    /// How violations are found.
    pub find: Find,
    /// How to repair a violation: a command, an operation, or a hint.
    pub repair: &'static str,
}

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// For information; nothing is wrong.
    Note,
    /// A person should look at it.
    Warning,
    /// The data is wrong.
    Error,
}

/// How a check finds violations.
#[derive(Clone, Copy)]
pub enum Find {
    /// A query with two text columns, the row and its problem. It is shown with the findings.
    Sql(&'static str),
    /// A function, for what no query can find; the text describes it.
    Steps(&'static str, Steps),
}

/// A function that finds violations.
pub type Steps = for<'c> fn(&'c mut Conn) -> BoxFuture<'c, Result<Vec<Finding>>>;

/// A violation of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The row: `table id`, or another name.
    pub subject: String,
    /// What is wrong with the row.
    pub problem: String,
}

/// The result of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// The check's name.
    pub check: Cow<'static, str>,
    /// The rule that must hold.
    pub rule: &'static str,
    /// The severity of a violation.
    pub severity: Severity,
    /// The query that finds violations, to be run by hand.
    pub query: Cow<'static, str>,
    /// How to repair a violation.
    pub repair: &'static str,
    /// The number of violations.
    pub found: u64,
    /// The first 100 of them.
    pub findings: Vec<Finding>,
    /// Why the check was skipped, e.g. a table of Staka does not exist.
    pub skipped: Option<String>,
}

impl Check {
    /// Creates a check by a query.
    const fn sql(
        name: &'static str,
        severity: Severity,
        rule: &'static str,
        query: &'static str,
        repair: &'static str,
    ) -> Self {
        Self { name, rule, severity, find: Find::Sql(query), repair }
    }
}

/// Returns all checks by area.
pub fn checks() -> Vec<&'static Check> {
    let areas = [
        orphans::CHECKS,
        times::CHECKS,
        texts::CHECKS,
        money::CHECKS,
        invoices::CHECKS,
        payments::CHECKS,
        cards::CHECKS,
        tickets::CHECKS,
        privacy::CHECKS,
    ];
    areas.into_iter().flatten().collect()
}

/// Runs all checks, counter tables first, or those whose name begins with `only`, e.g. an area (`money`). `on_check` is
/// called before each check. Every table is read, some several times, so the pool should have no statement timeout.
/// Fails with `Invalid` if no check matches `only`.
pub async fn verify(pool: &Pool, only: Option<&str>, on_check: &mut (dyn FnMut(&str) + Send)) -> Result<Vec<Checked>> {
    let selected = |name: &str| only.is_none_or(|only| name.starts_with(only));
    let (mut all, chosen) = (Vec::new(), checks().into_iter().filter(|check| selected(check.name)));
    if only.is_none_or(|only| "counters.".starts_with(only) || only.starts_with("counters")) {
        on_check("counters");
        all = counters::checks(pool).await?;
        all.retain(|checked| selected(&checked.check));
    }
    let mut conn = pool.acquire().await?;
    for one in chosen {
        on_check(one.name);
        all.push(check(&mut conn, one).await?);
    }
    if all.is_empty() && only.is_some() {
        return Err(Error::invalid("only", "must be the beginning of a check's name"));
    }
    Ok(all)
}

/// Runs a check.
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
        // A missing table, or columns with different collations in an adopted database.
        Err(error) if error.kind() == ErrorKind::Internal => ((0, Vec::new()), Some(error.message().to_owned())),
        Err(error) => return Err(error),
    };
    findings.truncate(MAX_FINDINGS);
    let (rule, severity, repair) = (check.rule, check.severity, check.repair);
    let (check, query) = (Cow::Borrowed(check.name), Cow::Borrowed(query));
    Ok(Checked { check, rule, severity, query, repair, found, findings, skipped })
}

/// Returns the number of rows of a query, and the first of them.
async fn of_query(conn: &mut Conn, query: &str) -> Result<(u64, Vec<Finding>)> {
    let counted = format!(
        "WITH f (subject, problem) AS ({query}) \
         SELECT CAST(f.subject AS CHAR), CAST(f.problem AS CHAR), COUNT(*) OVER () FROM f ORDER BY 1 LIMIT {MAX_FINDINGS}"
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
    fn every_check_has_a_unique_name_a_rule_and_a_repair() {
        let all = checks();
        assert_eq!(all.iter().map(|check| check.name).collect::<BTreeSet<_>>().len(), all.len());
        for check in all {
            let (area, what) = check.name.split_once('.').unwrap_or_default();
            assert!(!area.is_empty() && !what.is_empty(), "{}", check.name);
            assert!(!check.rule.is_empty() && !check.repair.is_empty(), "{}", check.name);
        }
    }
}
