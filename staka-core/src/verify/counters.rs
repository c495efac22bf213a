//! Checks of the counter tables against their sources.

use std::borrow::Cow;

use super::{Checked, Finding, Severity};
use crate::base::Result;
use crate::db::{Difference, Pool};

/// Returns a check for each counter table.
pub(super) async fn checks(pool: &Pool) -> Result<Vec<Checked>> {
    let all = pool.migrator().await?.check_counters().await?;
    let checked = |table: crate::db::CounterCheck| Checked {
        check: Cow::Owned(format!("counters.{}", table.table)),
        rule: "A counter table agrees with the rows that it counts.",
        severity: Severity::Error,
        query: Cow::Owned(table.query),
        repair: "staka counters --repair",
        found: table.differing,
        findings: table.differences.into_iter().map(finding).collect(),
        skipped: None,
    };
    Ok(all.into_iter().map(checked).collect())
}

fn finding(difference: Difference) -> Finding {
    let shown = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
    let problem = format!("{}; should be {}", shown(difference.kept), shown(difference.counted));
    Finding { subject: difference.entry, problem }
}
