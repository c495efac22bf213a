//! What the team says of a ticket: how urgent it is, what it is about, its tags.

use serde_json::json;

use super::super::Act;
use super::super::journal::Action;
use super::held::Held;
use super::opening::column;
use crate::base::{Error, Faults, Fits, Length, Patch, Result, TextEnum, Timestamp};
use crate::db::Conn;
use crate::model::view::SupportTicket;
use crate::model::{SupportCategory, SupportEventKind, SupportPriority, SupportRequestId, Tags};

/// The most characters of a tag.
const LONGEST_TAG: u32 = 50;
/// The most tags of a ticket.
const MOST_TAGS: usize = 20;

/// Sets how urgent a ticket is; nothing happens where it is so already. What is promised changes with it, but for what was
/// kept before.
pub async fn set_priority(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &SupportRequestId,
    priority: &SupportPriority,
    expected: Option<Timestamp>,
) -> Result<SupportTicket> {
    let mut faults = Faults::default();
    faults.check(column("priority"), priority);
    faults.into_result()?;
    let mut held = Held::of(conn, act, id, expected).await?;
    let before = held.timeline.priority.clone();
    if before == *priority {
        return Ok(held.row.into());
    }
    held.happens(act, SupportEventKind::Priority, Some(before.as_str()), Some(priority.as_str()), None);
    let details = json!({"priority": {"from": before.as_str(), "to": priority.as_str()}});
    held.note(conn, act, Action::TicketUpdated, details).await?;
    held.write(conn, act).await
}

/// Sets what a ticket is about; nothing happens where it is so already.
pub async fn set_category(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &SupportRequestId,
    category: &SupportCategory,
    expected: Option<Timestamp>,
) -> Result<SupportTicket> {
    let mut faults = Faults::default();
    faults.check(column("category"), category);
    faults.into_result()?;
    let mut held = Held::of(conn, act, id, expected).await?;
    let before = held.row.category.clone();
    if before == *category {
        return Ok(held.row.into());
    }
    held.happens(act, SupportEventKind::Category, Some(before.as_str()), Some(category.as_str()), None);
    held.patch.category = Patch::Set(category.clone());
    let details = json!({"category": {"from": before.as_str(), "to": category.as_str()}});
    held.note(conn, act, Action::TicketUpdated, details).await?;
    held.write(conn, act).await
}

/// Sets a ticket's tags: 20 at the most, each 1 to 50 characters without a comma. Nothing happens where they are these
/// already.
pub async fn set_tags(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &SupportRequestId,
    tags: &[String],
    expected: Option<Timestamp>,
) -> Result<SupportTicket> {
    let wanted = Tags::new(tags).map_err(|problem| Error::invalid("tags", problem))?;
    if wanted.len() > MOST_TAGS {
        return Err(Error::invalid("tags", format!("must be at most {MOST_TAGS}")));
    }
    if let Some(problem) = wanted.iter().find_map(|tag| tag.fault(Length::Chars(LONGEST_TAG))) {
        return Err(Error::invalid("tags", format!("each {problem}")));
    }
    let mut held = Held::of(conn, act, id, expected).await?;
    if Tags::from_column(held.row.tags.as_deref()) == wanted {
        return Ok(held.row.into());
    }
    let text = wanted.to_column();
    held.happens(act, SupportEventKind::Tags, None, None, text.as_deref());
    held.patch.tags = Patch::Set(text);
    held.note(conn, act, Action::TicketUpdated, json!({"tags": wanted.len()})).await?;
    held.write(conn, act).await
}
