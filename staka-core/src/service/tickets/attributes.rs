//! Priority, category and tags of a ticket, which the team sets.

use serde_json::json;

use super::super::OpContext;
use super::super::audit_trail::Action;
use super::locked::LockedTicket;
use crate::base::{Error, Length, Patch, Result, Table, TextEnum, Timestamp, Validate, Violations};
use crate::db::Conn;
use crate::model::view::Ticket;
use crate::model::{SupportCategory, SupportPriority, SupportRequest, SupportRequestId, Tags, TicketEventKind};

/// Maximum length of a tag, in characters.
const MAX_TAG_CHARS: u32 = 50;
/// Maximum number of tags of a ticket.
const MAX_TAGS: usize = 20;

/// Sets the priority of a ticket; does nothing if it has that priority already. The SLA targets change with it, except
/// for a response or a resolution that was already given.
pub async fn set_priority(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &SupportRequestId,
    priority: &SupportPriority,
    expected: Option<Timestamp>,
) -> Result<Ticket> {
    let mut violations = Violations::default();
    violations.check(SupportRequest::column("priority"), priority);
    violations.into_result()?;
    let mut locked = LockedTicket::lock(conn, ctx, id, expected).await?;
    let before = locked.timeline.priority.clone();
    if before == *priority {
        return Ok(locked.row.into());
    }
    locked.record_event(ctx, TicketEventKind::Priority, Some(before.as_str()), Some(priority.as_str()), None);
    let details = json!({"priority": {"from": before.as_str(), "to": priority.as_str()}});
    locked.write_audit(conn, ctx, Action::TicketUpdated, details).await?;
    locked.write(conn, ctx).await
}

/// Sets the category of a ticket; does nothing if it has that category already.
pub async fn set_category(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &SupportRequestId,
    category: &SupportCategory,
    expected: Option<Timestamp>,
) -> Result<Ticket> {
    let mut violations = Violations::default();
    violations.check(SupportRequest::column("category"), category);
    violations.into_result()?;
    let mut locked = LockedTicket::lock(conn, ctx, id, expected).await?;
    let before = locked.row.category.clone();
    if before == *category {
        return Ok(locked.row.into());
    }
    locked.record_event(ctx, TicketEventKind::Category, Some(before.as_str()), Some(category.as_str()), None);
    locked.patch.category = Patch::Set(category.clone());
    let details = json!({"category": {"from": before.as_str(), "to": category.as_str()}});
    locked.write_audit(conn, ctx, Action::TicketUpdated, details).await?;
    locked.write(conn, ctx).await
}

/// Replaces the tags of a ticket: at most 20, each of 1 to 50 characters without a comma. Does nothing if the ticket
/// has these tags already.
pub async fn set_tags(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &SupportRequestId,
    tags: &[String],
    expected: Option<Timestamp>,
) -> Result<Ticket> {
    let tags = Tags::new(tags).map_err(|problem| Error::invalid("tags", problem))?;
    if tags.len() > MAX_TAGS {
        return Err(Error::invalid("tags", format!("must contain at most {MAX_TAGS} tags")));
    }
    if let Some(problem) = tags.iter().find_map(|tag| tag.problem(Length::Chars(MAX_TAG_CHARS))) {
        return Err(Error::invalid("tags", format!("each {problem}")));
    }
    let mut locked = LockedTicket::lock(conn, ctx, id, expected).await?;
    if Tags::from_column(locked.row.tags.as_deref()) == tags {
        return Ok(locked.row.into());
    }
    let text = tags.to_column();
    locked.record_event(ctx, TicketEventKind::Tags, None, None, text.as_deref());
    locked.patch.tags = Patch::Set(text);
    locked.write_audit(conn, ctx, Action::TicketUpdated, json!({"tags": tags.len()})).await?;
    locked.write(conn, ctx).await
}
