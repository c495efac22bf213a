//! What triggers keep, beside what is counted anew.

use std::borrow::Cow;

use super::{Checked, Finding, Severity};
use crate::base::Result;
use crate::db::{Difference, Pool};

/// Each maintained table as a check of its own.
pub(super) async fn recount(pool: &Pool) -> Result<Vec<Checked>> {
    let all = pool.migrator().await?.recount().await?;
    let checked = |table: crate::db::Recount| Checked {
        check: Cow::Owned(format!("counters.{}", table.table)),
        says: "what triggers keep is what counting anew gives",
        severity: Severity::Error,
        query: Cow::Owned(table.query),
        mend: "staka recount --mend",
        found: table.differing,
        findings: table.differences.into_iter().map(finding).collect(),
        skipped: None,
    };
    Ok(all.into_iter().map(checked).collect())
}

fn finding(difference: Difference) -> Finding {
    let said = |side: Option<String>| side.unwrap_or_else(|| "nothing".to_owned());
    let problem = format!("{}; should be {}", said(difference.kept), said(difference.counted));
    Finding { subject: difference.entry, problem }
}
