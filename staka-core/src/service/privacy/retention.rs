//! Retention rules and purges.

use serde_json::json;

use crate::base::{Error, Result, Violations};
use crate::db::Conn;
use crate::model::view::{RetentionPurge, RetentionRule};
use crate::repo::privacy;
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// The maximum number of rows of one purge, and the default.
const MAX_LIMIT: u32 = 10_000;
const DEFAULT_LIMIT: u32 = 1_000;

/// Returns every rule and the number of rows that are due.
pub async fn list_retention_rules(conn: &mut Conn, ctx: &OpContext<'_>) -> Result<Vec<RetentionRule>> {
    let mut rules = Vec::new();
    for rule in privacy::rules() {
        let due = privacy::due(conn, rule, ctx.now).await?;
        rules.push(RetentionRule {
            rule: rule.name.to_owned(),
            table: rule.table.to_owned(),
            age_column: rule.age_column.to_owned(),
            days: rule.days,
            effect: rule.effect.to_owned(),
            reason: rule.reason.to_owned(),
            purgeable: rule.is_purgeable(),
            due,
        });
    }
    Ok(rules)
}

/// Applies a rule to at most `limit` rows, oldest first, and returns how many remain.
pub async fn purge(conn: &mut Conn, ctx: &OpContext<'_>, name: &str, limit: Option<u32>) -> Result<RetentionPurge> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    let mut violations = Violations::default();
    if !(1..=MAX_LIMIT).contains(&limit) {
        violations.add("limit", format!("must be between 1 and {MAX_LIMIT}"));
    }
    let rule = privacy::rule(name);
    match rule {
        None => violations.add("rule", "is not a rule of privacy.list_retention_rules"),
        Some(rule) if !rule.is_purgeable() => violations.add("rule", "only reports: the rows must be handled by hand"),
        Some(_) => {}
    }
    violations.into_result()?;
    let rule = rule.ok_or_else(|| Error::internal("the rule was not found"))?;
    let privacy::Purged { purged } = privacy::purge(conn, rule, ctx.now, limit).await?;
    let remaining = privacy::due(conn, rule, ctx.now).await?.unwrap_or(0);
    if purged > 0 {
        let details = json!({"rule": rule.name, "purged": purged, "left": remaining});
        audit_trail::write(conn, ctx, Action::RetentionPurged, None, details).await?;
    }
    Ok(RetentionPurge { rule: rule.name.to_owned(), purged, remaining })
}
