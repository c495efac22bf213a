//! What is promised, and how it was kept.

use std::collections::HashMap;
use std::hash::Hash;

use serde_json::json;

use super::super::Act;
use super::super::journal::{self, Action};
use super::reading::timeline;
use crate::base::{Error, Faults, Result, TextEnum, Timestamp};
use crate::db::Conn;
use crate::model::view::{SupportByCategory, SupportByPriority, SupportByStatus, SupportStats};
use crate::model::{
    Percentiles, SupportCategory, SupportFact, SupportPriority, SupportRequestId, SupportRequestStatus, SupportTargets,
};
use crate::repo::{support_events, support_requests, support_targets};

/// The most minutes that may be promised: some two years of business days.
const LONGEST: i64 = 270_000;

/// What is promised, for each priority.
pub async fn policy(conn: &mut Conn) -> Result<Vec<SupportTargets>> {
    Ok(support_targets::policy(conn).await?.lines().to_vec())
}

/// Sets what is promised for a priority, in business minutes; what was kept or broken before is told by it too. Nothing is
/// written, nor told to the audit log, when it is so already.
pub async fn set_targets(
    conn: &mut Conn,
    act: &Act<'_>,
    priority: &SupportPriority,
    first_response: i64,
    resolution: i64,
) -> Result<Vec<SupportTargets>> {
    let mut faults = Faults::default();
    if !priority.is_recognised() {
        faults.add("priority", "must be a word of SupportPriority");
    }
    if !(1..=LONGEST).contains(&first_response) {
        faults.add("firstResponse", format!("must be between 1 and {LONGEST}"));
    }
    if !(1..=LONGEST).contains(&resolution) {
        faults.add("resolution", format!("must be between 1 and {LONGEST}"));
    } else if resolution < first_response {
        faults.add("resolution", "must not be below firstResponse: a solution is a response");
    }
    faults.into_result()?;
    let policy = support_targets::policy(conn).await?;
    let wanted = SupportTargets { priority: priority.clone(), first_response, resolution };
    let before = policy.of(priority).clone();
    if before != wanted {
        support_targets::set(conn, &wanted, act.now).await?;
        let words = |it: &SupportTargets| json!({"firstResponse": it.first_response, "resolution": it.resolution});
        let details = json!({"from": words(&before), "to": words(&wanted)});
        journal::write(conn, act, Action::SupportTargetsChanged, Some(priority.as_str()), details).await?;
    }
    Ok(policy.with(wanted).lines().to_vec())
}

/// How many of each: the guide's words in its order, then what others there are.
fn counted<T: TextEnum + Eq + Hash + Ord>(words: impl Iterator<Item = T>) -> Vec<(T, i64)> {
    let mut counts: HashMap<T, i64> = HashMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let known = T::VALUES.iter().filter_map(|word| T::from_word(word));
    let mut all: Vec<(T, i64)> = known.map(|word| (word.clone(), counts.remove(&word).unwrap_or_default())).collect();
    let mut others: Vec<(T, i64)> = counts.into_iter().collect();
    others.sort();
    all.extend(others);
    all
}

/// The figures of the tickets made in `from ≤ createdAt < to`, as they stand now.
pub async fn stats(conn: &mut Conn, act: &Act<'_>, from: Timestamp, to: Timestamp) -> Result<SupportStats> {
    if from >= to {
        return Err(Error::invalid("to", "must be after from"));
    }
    let tickets = support_requests::of_window(conn, from, to).await?;
    let mut facts: HashMap<SupportRequestId, Vec<SupportFact>> = HashMap::new();
    for of in support_events::facts_of_window(conn, from, to).await? {
        facts.entry(of.ticket).or_default().push(of.fact);
    }
    let policy = support_targets::policy(conn).await?;
    let clocks: Vec<_> = tickets
        .iter()
        .filter_map(|row| timeline(row, facts.get(&row.id).map_or(&[][..], Vec::as_slice)))
        .map(|timeline| timeline.clock(&policy, act.zone, act.now))
        .collect();
    let status = counted::<SupportRequestStatus>(tickets.iter().map(|row| row.status.clone()));
    let priority = counted::<SupportPriority>(tickets.iter().map(|row| row.priority.clone()));
    let category = counted::<SupportCategory>(tickets.iter().map(|row| row.category.clone()));
    Ok(SupportStats {
        total: tickets.len() as i64,
        open: tickets.iter().filter(|row| row.status.is_open()).count() as i64,
        reopened: clocks.iter().filter(|clock| clock.reopened > 0).count() as i64,
        by_status: status.into_iter().map(|(status, count)| SupportByStatus { status, count }).collect(),
        by_priority: priority.into_iter().map(|(priority, count)| SupportByPriority { priority, count }).collect(),
        by_category: category.into_iter().map(|(category, count)| SupportByCategory { category, count }).collect(),
        first_response: Percentiles::of(clocks.iter().filter_map(|clock| clock.first_response_minutes).collect()),
        first_response_breached: clocks.iter().filter(|clock| clock.first_response_breached).count() as i64,
        resolution: Percentiles::of(clocks.iter().filter_map(|clock| clock.resolution_minutes).collect()),
        resolution_breached: clocks.iter().filter(|clock| clock.resolution_breached).count() as i64,
    })
}
