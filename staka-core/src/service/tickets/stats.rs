//! SLA targets and the statistics of tickets.

use std::collections::HashMap;
use std::hash::Hash;

use serde_json::json;

use super::super::OpContext;
use super::super::audit_trail::{self, Action};
use super::reads::timeline;
use crate::base::{Error, Result, TextEnum, Timestamp, Violations};
use crate::db::Conn;
use crate::model::view::{TicketStats, TicketsByCategory, TicketsByPriority, TicketsByStatus};
use crate::model::{
    Percentiles, SupportCategory, SupportPriority, SupportRequestId, SupportRequestStatus, TicketFact, TicketSlaTargets,
};
use crate::repo::{support_requests, ticket_events, ticket_sla_targets};

/// Largest target, in business minutes: about two years of business days.
const MAX_TARGET: i64 = 270_000;

/// Returns the SLA targets of all priorities.
pub async fn list_sla_targets(conn: &mut Conn) -> Result<Vec<TicketSlaTargets>> {
    Ok(ticket_sla_targets::policy(conn).await?.targets().to_vec())
}

/// Sets the SLA targets of a priority, in business minutes; they apply to existing tickets too. Writes nothing, not
/// even to the audit log, if these are the targets already.
pub async fn set_sla_targets(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    priority: &SupportPriority,
    first_response: i64,
    resolution: i64,
) -> Result<Vec<TicketSlaTargets>> {
    let mut violations = Violations::default();
    if !priority.is_recognised() {
        violations.add("priority", "must be one of the priorities");
    }
    if !(1..=MAX_TARGET).contains(&first_response) {
        violations.add("firstResponse", format!("must be between 1 and {MAX_TARGET}"));
    }
    if !(1..=MAX_TARGET).contains(&resolution) {
        violations.add("resolution", format!("must be between 1 and {MAX_TARGET}"));
    } else if resolution < first_response {
        violations.add("resolution", "must not be less than firstResponse");
    }
    violations.into_result()?;
    let policy = ticket_sla_targets::policy(conn).await?;
    let targets = TicketSlaTargets { priority: priority.clone(), first_response, resolution };
    let before = policy.of(priority).clone();
    if before != targets {
        ticket_sla_targets::set(conn, &targets, ctx.now).await?;
        let minutes = |it: &TicketSlaTargets| json!({"firstResponse": it.first_response, "resolution": it.resolution});
        let details = json!({"from": minutes(&before), "to": minutes(&targets)});
        audit_trail::write(conn, ctx, Action::SupportTargetsChanged, Some(priority.as_str()), details).await?;
    }
    Ok(policy.with(targets).targets().to_vec())
}

/// Counts values: first those of the schema in its order, then any others.
fn counted<T: TextEnum + Eq + Hash + Ord>(values: impl Iterator<Item = T>) -> Vec<(T, i64)> {
    let mut counts: HashMap<T, i64> = HashMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let known = T::VALUES.iter().filter_map(|variant| T::from_variant(variant));
    let mut all: Vec<(T, i64)> =
        known.map(|value| (value.clone(), counts.remove(&value).unwrap_or_default())).collect();
    let mut others: Vec<(T, i64)> = counts.into_iter().collect();
    others.sort();
    all.extend(others);
    all
}

/// Returns the statistics of the tickets with `from ≤ createdAt < to`, as they are now.
pub async fn stats(conn: &mut Conn, ctx: &OpContext<'_>, from: Timestamp, to: Timestamp) -> Result<TicketStats> {
    if from >= to {
        return Err(Error::invalid("to", "must be after from"));
    }
    let tickets = support_requests::list_created_between(conn, from, to).await?;
    let mut facts: HashMap<SupportRequestId, Vec<TicketFact>> = HashMap::new();
    for row in ticket_events::facts_created_between(conn, from, to).await? {
        facts.entry(row.ticket).or_default().push(row.fact);
    }
    let policy = ticket_sla_targets::policy(conn).await?;
    let clocks: Vec<_> = tickets
        .iter()
        .filter_map(|row| timeline(row, facts.get(&row.id).map_or(&[][..], Vec::as_slice)))
        .map(|timeline| timeline.clock(&policy, ctx.zone, ctx.now))
        .collect();
    let status = counted::<SupportRequestStatus>(tickets.iter().map(|row| row.status.clone()));
    let priority = counted::<SupportPriority>(tickets.iter().map(|row| row.priority.clone()));
    let category = counted::<SupportCategory>(tickets.iter().map(|row| row.category.clone()));
    Ok(TicketStats {
        total: tickets.len() as i64,
        open: tickets.iter().filter(|row| row.status.is_open()).count() as i64,
        reopened: clocks.iter().filter(|clock| clock.reopened > 0).count() as i64,
        by_status: status.into_iter().map(|(status, count)| TicketsByStatus { status, count }).collect(),
        by_priority: priority.into_iter().map(|(priority, count)| TicketsByPriority { priority, count }).collect(),
        by_category: category.into_iter().map(|(category, count)| TicketsByCategory { category, count }).collect(),
        first_response: Percentiles::of(clocks.iter().filter_map(|clock| clock.first_response_minutes).collect()),
        first_response_breached: clocks.iter().filter(|clock| clock.first_response_breached).count() as i64,
        resolution: Percentiles::of(clocks.iter().filter_map(|clock| clock.resolution_minutes).collect()),
        resolution_breached: clocks.iter().filter(|clock| clock.resolution_breached).count() as i64,
    })
}
