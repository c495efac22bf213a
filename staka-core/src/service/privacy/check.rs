//! The search for a person's remaining data, in every column of every table.

use std::collections::BTreeMap;

use serde_json::json;

use super::person;
use crate::base::{Erasure, Error, Length, Result, Retention, Validate, Violations};
use crate::db::Conn;
use crate::model::UserId;
use crate::model::view::{PrivacyCheck, PrivacyFinding};
use crate::repo::privacy::{self, Located, Person};
use crate::repo::users;
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// The maximum number of identifiers of one search.
const MAX_IDENTIFIERS: usize = 10;

/// Tables that only the system writes: nothing in them is a person's own words.
const WRITTEN_BY_THE_PLATFORM: [&str; 2] = ["audit_logs", "notifications"];

/// Searches every text column of every table for the person's identifiers, ignoring case and accents. Without given
/// identifiers, it searches for those of the account. Writes an audit log entry that does not contain them.
pub async fn check(conn: &mut Conn, ctx: &OpContext<'_>, user: &UserId, given: &[String]) -> Result<PrivacyCheck> {
    let texts: Vec<String> = given.iter().map(|text| text.trim().to_owned()).collect();
    let mut violations = Violations::default();
    if texts.len() > MAX_IDENTIFIERS {
        violations.add("identifiers", format!("must be at most {MAX_IDENTIFIERS}"));
    }
    if texts.iter().any(|text| text.chars().count() < 3 || text.problem(Length::Chars(255)).is_some()) {
        violations.add("identifiers", "must be 3 to 255 characters each, none of them NUL");
    }
    violations.into_result()?;
    let account = users::lookup(conn, user).await?;
    let (person, texts) = match &account {
        Some(account) => {
            let (person, identity) = person(conn, account).await?;
            let known =
                identity.texts().into_iter().filter(|text| *text != identity.pseudonym).take(MAX_IDENTIFIERS).collect();
            (person, if texts.is_empty() { known } else { texts })
        }
        None => {
            let (addresses, signed_in_as, since) = (Vec::new(), Vec::new(), ctx.now);
            (Person { id: user.clone(), addresses, signed_in_as, since }, texts)
        }
    };
    if texts.is_empty() {
        return Err(Error::invalid("identifiers", "must be given: the account has none any more"));
    }
    let schema = privacy::schema(conn).await?;
    let (found, _) = privacy::survey(conn, &schema, &person).await?;
    // One finding for each kind, table, column and identifier.
    let mut groups: BTreeMap<(FindingKind, String, String, usize), (u64, String)> = BTreeMap::new();
    for table in schema.keys() {
        let located = found.iter().find(|located| located.table.name == table);
        for hit in privacy::search(conn, &schema, table, &texts).await? {
            let kind = kind_of(located, &hit);
            let (rows, _) = groups
                .entry((kind, table.clone(), hit.column, hit.text))
                .or_insert_with(|| (0, hit.key.join(" ").chars().take(191).collect()));
            *rows += 1;
        }
    }
    let findings = groups.into_iter().map(|((kind, table, column, text), (rows, example))| PrivacyFinding {
        kind: kind.as_str().to_owned(),
        table,
        column,
        identifier: u32::try_from(text + 1).unwrap_or(u32::MAX),
        rows,
        example,
    });
    let findings: Vec<PrivacyFinding> = findings.collect();
    let missed: u64 = findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::Missed.as_str())
        .map(|finding| finding.rows)
        .sum();
    let details = json!({"identifiers": texts.len(), "missed": missed});
    audit_trail::write(conn, ctx, Action::PrivacyChecked, Some(user.as_str()), details).await?;
    let columns = schema.values().flatten().filter(|column| column.kind.is_text()).count() as u64;
    Ok(PrivacyCheck { findings, missed, tables: schema.len() as u64, columns })
}

/// What a finding means, the most serious first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum FindingKind {
    Missed,
    Undeclared,
    Kept,
    Others,
}

impl FindingKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Undeclared => "undeclared",
            Self::Kept => "kept",
            Self::Others => "others",
        }
    }
}

fn kind_of(located: Option<&Located<'_>>, hit: &privacy::Hit) -> FindingKind {
    let Some(located) = located else { return FindingKind::Undeclared };
    let Some(column) = located.table.column(&hit.column) else { return FindingKind::Undeclared };
    let person_row =
        located.person_rows.binary_search_by(|row| row.key.cmp(&hit.key)).ok().map(|place| &located.person_rows[place]);
    let theirs = person_row.is_some_and(|row| row.own || row.part().contains(&column.name));
    match (column.erasure, column.retention) {
        (Erasure::Keep, Retention::Accounting) if theirs => FindingKind::Kept,
        _ if theirs => FindingKind::Missed,
        // Without matching accents it may be somebody else's.
        _ if hit.exact && WRITTEN_BY_THE_PLATFORM.contains(&located.table.name) => FindingKind::Missed,
        _ => FindingKind::Others,
    }
}
