//! What is left of a person, in every column of every table.

use std::collections::BTreeMap;

use serde_json::json;

use super::person;
use crate::base::{Erasure, Error, Faults, Fits, Length, Result, Retention};
use crate::db::Conn;
use crate::flow::act::Act;
use crate::flow::journal::{self, Action};
use crate::model::UserId;
use crate::model::view::{PrivacyCheck, PrivacyFinding};
use crate::repo::privacy::{self, Located, Person};
use crate::repo::users;

/// The most texts of one search.
const MOST: usize = 10;

/// What the platform itself writes of people: nothing there is anybody's own words.
const WRITTEN_BY_THE_PLATFORM: [&str; 2] = ["audit_logs", "notifications"];

/// Where the person's identifiers stand, in every column of text of every table, ours, the guide's or anybody's, without
/// regard to case and accents. Without any given, those that the account still tells. Leaves an entry that does not say
/// what was searched for.
pub async fn check(conn: &mut Conn, act: &Act<'_>, user: &UserId, given: &[String]) -> Result<PrivacyCheck> {
    let texts: Vec<String> = given.iter().map(|text| text.trim().to_owned()).collect();
    let mut faults = Faults::default();
    if texts.len() > MOST {
        faults.add("identifiers", format!("must be at most {MOST}"));
    }
    if texts.iter().any(|text| text.chars().count() < 3 || text.fault(Length::Chars(255)).is_some()) {
        faults.add("identifiers", "must be 3 to 255 characters each, none of them NUL");
    }
    faults.into_result()?;
    let account = users::lookup(conn, user).await?;
    let (person, texts) = match &account {
        Some(account) => {
            let (person, identity) = person(conn, account).await?;
            let known = identity.texts().into_iter().filter(|text| *text != identity.pseudonym).take(MOST).collect();
            (person, if texts.is_empty() { known } else { texts })
        }
        None => {
            let (addresses, signed_in_as, since) = (Vec::new(), Vec::new(), act.now);
            (Person { id: user.clone(), addresses, signed_in_as, since }, texts)
        }
    };
    if texts.is_empty() {
        return Err(Error::invalid("identifiers", "must be given: the account tells none any more"));
    }
    let schema = privacy::schema(conn).await?;
    let (found, _) = privacy::survey(conn, &schema, &person).await?;
    // One finding for each place, table, column and text.
    let mut places: BTreeMap<(Place, String, String, usize), (u64, String)> = BTreeMap::new();
    for table in schema.keys() {
        let located = found.iter().find(|located| located.table.name == table);
        for hit in privacy::search(conn, &schema, table, &texts).await? {
            let place = place(located, &hit);
            let (rows, _) = places
                .entry((place, table.clone(), hit.column, hit.text))
                .or_insert_with(|| (0, hit.key.join(" ").chars().take(191).collect()));
            *rows += 1;
        }
    }
    let findings = places.into_iter().map(|((place, table, column, text), (rows, example))| PrivacyFinding {
        place: place.word().to_owned(),
        table,
        column,
        identifier: u32::try_from(text + 1).unwrap_or(u32::MAX),
        rows,
        example,
    });
    let findings: Vec<PrivacyFinding> = findings.collect();
    let missed: u64 =
        findings.iter().filter(|finding| finding.place == Place::Missed.word()).map(|finding| finding.rows).sum();
    let details = json!({"identifiers": texts.len(), "missed": missed});
    journal::write(conn, act, Action::PrivacyChecked, Some(user.as_str()), details).await?;
    let columns = schema.values().flatten().filter(|column| column.kind.is_text()).count() as u64;
    Ok(PrivacyCheck { findings, missed, tables: schema.len() as u64, columns })
}

/// What a finding means, the gravest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Missed,
    Undeclared,
    Kept,
    Others,
}

impl Place {
    const fn word(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Undeclared => "undeclared",
            Self::Kept => "kept",
            Self::Others => "others",
        }
    }
}

fn place(located: Option<&Located<'_>>, hit: &privacy::Hit) -> Place {
    let Some(located) = located else { return Place::Undeclared };
    let Some(column) = located.table.column(&hit.column) else { return Place::Undeclared };
    let spot = located.spots.binary_search_by(|spot| spot.key.cmp(&hit.key)).ok().map(|place| &located.spots[place]);
    let theirs = spot.is_some_and(|spot| spot.own || spot.part().contains(&column.name));
    match (column.erasure, column.retention) {
        (Erasure::Keep, Retention::Accounting) if theirs => Place::Kept,
        _ if theirs => Place::Missed,
        // Without its accents it may be somebody else's.
        _ if hit.exact && WRITTEN_BY_THE_PLATFORM.contains(&located.table.name) => Place::Missed,
        _ => Place::Others,
    }
}
