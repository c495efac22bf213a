//! How long things are kept.

use serde_json::json;

use crate::base::{Error, Faults, Result};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::view::{RetentionPurge, RetentionRule};
use crate::repo::privacy;

/// The most rows of one purge, and how many unless it says.
const MOST: u32 = 10_000;
const USUAL: u32 = 1_000;

/// Every rule, and how many rows are due by it.
pub async fn retention(conn: &mut Conn, act: &Act<'_>) -> Result<Vec<RetentionRule>> {
    let mut rules = Vec::new();
    for rule in privacy::rules() {
        let due = privacy::due(conn, rule, act.now).await?;
        rules.push(RetentionRule {
            rule: rule.name.to_owned(),
            table: rule.table.to_owned(),
            age: rule.age.to_owned(),
            days: rule.days,
            what: rule.what.to_owned(),
            reason: rule.reason.to_owned(),
            purges: rule.purges(),
            due,
        });
    }
    Ok(rules)
}

/// Does what a rule says to at most `limit` rows, the oldest first, and says how many are left.
pub async fn purge(conn: &mut Conn, act: &Act<'_>, name: &str, limit: Option<u32>) -> Result<RetentionPurge> {
    let limit = limit.unwrap_or(USUAL);
    let mut faults = Faults::default();
    if !(1..=MOST).contains(&limit) {
        faults.add("limit", format!("must be between 1 and {MOST}"));
    }
    let rule = privacy::rule(name);
    match rule {
        None => faults.add("rule", "is not a rule of privacy.retention"),
        Some(rule) if !rule.purges() => faults.add("rule", "only reports: somebody must decide"),
        Some(_) => {}
    }
    faults.into_result()?;
    let rule = rule.ok_or_else(|| Error::internal("a rule that was found is not there"))?;
    let privacy::Purged { purged } = privacy::purge(conn, rule, act.now, limit).await?;
    let left = privacy::due(conn, rule, act.now).await?.unwrap_or(0);
    if purged > 0 {
        let details = json!({"rule": rule.name, "purged": purged, "left": left});
        journal::write(conn, act, Action::RetentionPurged, None, details).await?;
    }
    Ok(RetentionPurge { rule: rule.name.to_owned(), purged, left })
}
