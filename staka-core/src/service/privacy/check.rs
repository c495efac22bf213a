//! The search for a person's remaining data, in every column of every table, a part of them with each call.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::identity::pseudonym;
use super::person;
use super::scan::{MAX_ROWS, Place};
use crate::base::{Cursor, Erasure, Error, Length, Result, Retention, Timestamp, Validate, Violations};
use crate::db::Conn;
use crate::model::view::{PrivacyCheck, PrivacyFinding};
use crate::model::{PersonTable, UserId};
use crate::repo::privacy::{self, Person, PersonRow};
use crate::repo::users;
use crate::service::audit_trail::{self, Action};
use crate::service::context::OpContext;

/// The maximum number of identifiers of one search.
const MAX_IDENTIFIERS: usize = 10;

/// Tables that only the system writes: nothing in them is a person's own words.
const WRITTEN_BY_THE_PLATFORM: [&str; 2] = ["audit_logs", "notifications"];

/// The name of the list that its cursors belong to.
const CURSOR: &str = "privacy.check";

/// Searches the text columns of all tables for the person's identifiers, ignoring case and accents, a part of them with
/// each call. Without given identifiers, it searches for those of the account. The first call writes an audit log entry
/// that does not contain them.
pub async fn check(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    user: &UserId,
    given: &[String],
    after: Option<&Cursor>,
) -> Result<PrivacyCheck> {
    let place = after.map(|cursor| Place::read(CURSOR, cursor)).transpose()?;
    let (person, texts) = identifiers(conn, user, given, ctx.now).await?;
    let schema = privacy::schema(conn).await?;
    if place.as_ref().is_some_and(|place| !schema.contains_key(&place.table)) {
        return Err(Error::invalid("after", "is not a cursor of this list"));
    }
    // One finding for each kind, table, column and identifier.
    let mut groups: BTreeMap<(FindingKind, String, String, usize), (u64, String)> = BTreeMap::new();
    let (mut left, mut next, mut tables, mut columns) = (MAX_ROWS / texts.len(), None, 0, 0);
    for (table, described) in &schema {
        let key = match &place {
            Some(place) if *table < place.table => continue,
            Some(place) if *table == place.table => place.key.as_slice(),
            _ => &[],
        };
        if left == 0 {
            next = Some(Place::cursor(CURSOR, table, key));
            break;
        }
        let searched = privacy::search(conn, &schema, table, &texts, key, left).await?;
        left = left.saturating_sub(searched.rows);
        tables += 1;
        columns += described.iter().filter(|column| column.kind.is_text()).count() as u64;
        let declared = PersonTable::of(table);
        let person_rows = match declared.filter(|_| !searched.hits.is_empty()) {
            Some(declared) => {
                let keys: BTreeSet<&Vec<String>> = searched.hits.iter().map(|hit| &hit.key).collect();
                let keys: Vec<&Vec<String>> = keys.into_iter().collect();
                privacy::locate_among(conn, &schema, &person, declared, &keys).await?
            }
            None => BTreeMap::new(),
        };
        for hit in searched.hits {
            let kind = kind_of(declared, person_rows.get(&hit.key), &hit);
            let (rows, _) = groups
                .entry((kind, table.clone(), hit.column, hit.text))
                .or_insert_with(|| (0, hit.key.join(" ").chars().take(191).collect()));
            *rows += 1;
        }
        if let Some(last) = searched.last {
            next = Some(Place::cursor(CURSOR, table, &last));
            break;
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
    if place.is_none() {
        let details = json!({"identifiers": texts.len()});
        audit_trail::write(conn, ctx, Action::PrivacyChecked, Some(user.as_str()), details).await?;
    }
    Ok(PrivacyCheck { findings, missed, tables, columns, next })
}

/// Returns the person and the texts to search for: the given ones, or those of the account.
pub(super) async fn identifiers(
    conn: &mut Conn,
    user: &UserId,
    given: &[String],
    now: Timestamp,
) -> Result<(Person, Vec<String>)> {
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
            let person = Person {
                id: user.clone(),
                addresses: Vec::new(),
                signed_in_as: Vec::new(),
                pseudonym: pseudonym(user),
                since: now,
                is_client: true,
            };
            (person, texts)
        }
    };
    if texts.is_empty() {
        return Err(Error::invalid("identifiers", "must be given: the account has none any more"));
    }
    Ok((person, texts))
}

/// What a finding means, the most serious first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum FindingKind {
    Missed,
    Mentioned,
    Undeclared,
    Kept,
    Others,
}

impl FindingKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Mentioned => "mentioned",
            Self::Undeclared => "undeclared",
            Self::Kept => "kept",
            Self::Others => "others",
        }
    }
}

fn kind_of(table: Option<&PersonTable>, row: Option<&PersonRow>, hit: &privacy::Hit) -> FindingKind {
    let Some(table) = table else { return FindingKind::Undeclared };
    let Some(column) = table.column(&hit.column) else { return FindingKind::Undeclared };
    let theirs = row.is_some_and(|row| row.own || row.part().contains(&column.name));
    match (column.erasure, column.retention) {
        (Erasure::Keep, Retention::Accounting) if theirs => FindingKind::Kept,
        _ if theirs => FindingKind::Missed,
        // Without matching accents it may be somebody else's.
        _ if hit.exact && WRITTEN_BY_THE_PLATFORM.contains(&table.name) => FindingKind::Mentioned,
        _ => FindingKind::Others,
    }
}
