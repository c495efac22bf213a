//! Creation of a ticket.

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::super::OpContext;
use super::super::audit_trail::{self, Action};
use super::super::notify::{self, Event};
use super::locked::event;
use crate::base::input_text::{optional, required};
use crate::base::{Error, ErrorKind, Result, Table, TextEnum, Violations};
use crate::db::Conn;
use crate::model::view::Ticket;
use crate::model::{
    SupportCategory, SupportPriority, SupportRequest, SupportRequestStatus, TicketEventKind, TicketFact, UserId,
};
use crate::repo::{support_requests, ticket_events};

/// A support ticket to create.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct NewTicket {
    /// Title of the ticket.
    #[described(bounds = Bounds::chars(3, 255).trimmed())]
    pub title: String,
    /// Description of the problem.
    #[described(bounds = Bounds::bytes(65_535).not_blank())]
    pub description: String,
    /// Category of the ticket.
    #[described(bounds = Bounds::NONE.default_word("GENERAL"))]
    pub category: Option<SupportCategory>,
    /// Priority of the ticket. Only administrators and the system may set one above HAUTE.
    #[described(bounds = Bounds::NONE.default_word("NORMALE"))]
    pub priority: Option<SupportPriority>,
    /// Channel through which the ticket came, e.g. `web` or `email`.
    #[described(bounds = Bounds::chars(0, 100).trimmed())]
    pub source: Option<String>,
}

/// Creates a ticket for the caller, or for the user whom an administrator names. Notifies the administrators and the
/// client.
pub async fn create(conn: &mut Conn, ctx: &OpContext<'_>, new: &NewTicket, user: Option<&UserId>) -> Result<Ticket> {
    let client = match (user, ctx.user()) {
        (None, Some(actor)) => actor,
        (Some(user), actor) if ctx.is_admin() || actor == Some(user) => user,
        (Some(_), _) => return Err(ctx.denied("the user concerned or an administrator")),
        (None, None) => return Err(Error::invalid("user", "is required, because no user is signed in")),
    };
    let mut violations = Violations::default();
    let title = new.title.trim().to_owned();
    match title.chars().count() {
        0..3 => violations.add("title", "must be at least 3 characters"),
        _ => violations.check(SupportRequest::column("title"), &title),
    }
    let description = required("description", &new.description, &mut violations);
    violations.check(SupportRequest::column("description"), &description);
    let source = optional(new.source.as_deref());
    violations.check(SupportRequest::column("source"), &source);
    let category = new.category.clone().unwrap_or(SupportCategory::General);
    violations.check(SupportRequest::column("category"), &category);
    let priority = new.priority.clone().unwrap_or(SupportPriority::Normale);
    violations.check(SupportRequest::column("priority"), &priority);
    if priority > SupportPriority::Haute && priority.is_recognised() && !ctx.is_admin() {
        violations.add("priority", "must not be above HAUTE, except for administrators");
    }
    violations.into_result()?;
    let row = SupportRequest {
        id: ctx.new_id(),
        user_id: client.clone(),
        title,
        description,
        category,
        priority,
        status: SupportRequestStatus::Ouvert,
        assigned_to_id: None,
        source,
        tags: None,
        first_response_at: None,
        resolved_at: None,
        closed_at: None,
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    // The foreign key reports a missing user without a race.
    support_requests::add(conn, std::slice::from_ref(&row)).await.map_err(|error| match error.key() {
        Some("support_requests_userId_fkey") => Error::new(ErrorKind::NotFound, format!("user {client} not found")),
        _ => error,
    })?;
    let opened = TicketFact {
        kind: TicketEventKind::Opened,
        at: ctx.now,
        from_client: ctx.user() == Some(client),
        after: Some(row.priority.as_str().to_owned()),
    };
    ticket_events::add(conn, &[event(&row.id, 1, opened, ctx.user(), None, None)]).await?;
    notify::announce(conn, ctx, Event::TicketOpened, Some(client), &[("titre", &row.title), ("id", row.id.as_str())])
        .await?;
    if ctx.user() != Some(client) {
        let details = json!({"client": client.as_str()});
        audit_trail::write(conn, ctx, Action::TicketOpened, Some(row.id.as_str()), details).await?;
    }
    Ok(row.into())
}
