//! A ticket is opened.

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::super::Act;
use super::super::journal::{self, Action};
use super::super::notices::{self, Event};
use super::held::{denied, event};
use crate::base::given::{optional, required};
use crate::base::{Column, Error, ErrorKind, Faults, Result, Table, TextEnum};
use crate::db::Conn;
use crate::model::view::SupportTicket;
use crate::model::{
    SupportCategory, SupportEventKind, SupportFact, SupportPriority, SupportRequest, SupportRequestStatus, UserId,
};
use crate::repo::{support_events, support_requests};

/// What somebody asks help for.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TicketDraft {
    /// Title: 3 to 255 characters without the spaces around it.
    pub title: String,
    /// What is wrong, up to 65,535 bytes; not blank.
    pub description: String,
    /// What it is about; GENERAL unless said otherwise.
    pub category: Option<SupportCategory>,
    /// How urgent it is; NORMALE unless said otherwise. Above HAUTE, the team decides.
    pub priority: Option<SupportPriority>,
    /// Where it comes from, up to 100 characters: `web`, `email`.
    pub source: Option<String>,
}

pub(super) fn column(name: &str) -> &'static Column {
    SupportRequest::COLUMNS.iter().find(|column| column.name == name).expect("a column of support_requests")
}

/// Opens a ticket for the user who acts, or for the one whom an administrator names. Tells administrators and client.
pub async fn open(conn: &mut Conn, act: &Act<'_>, draft: &TicketDraft, user: Option<&UserId>) -> Result<SupportTicket> {
    let client = match (user, act.user()) {
        (None, Some(actor)) => actor,
        (Some(user), actor) if act.is_admin() || actor == Some(user) => user,
        (Some(_), _) => return Err(denied()),
        (None, None) => return Err(Error::invalid("user", "must be given: nobody is signed in")),
    };
    let mut faults = Faults::default();
    let title = draft.title.trim().to_owned();
    match title.chars().count() {
        0..3 => faults.add("title", "must be at least 3 characters"),
        _ => faults.check(column("title"), &title),
    }
    let description = required("description", &draft.description, &mut faults);
    faults.check(column("description"), &description);
    let source = optional(draft.source.as_deref());
    faults.check(column("source"), &source);
    let category = draft.category.clone().unwrap_or(SupportCategory::General);
    faults.check(column("category"), &category);
    let priority = draft.priority.clone().unwrap_or(SupportPriority::Normale);
    faults.check(column("priority"), &priority);
    if priority > SupportPriority::Haute && priority.is_recognised() && !act.is_admin() {
        faults.add("priority", "above HAUTE is for the team to decide");
    }
    faults.into_result()?;
    let row = SupportRequest {
        id: act.new_id(),
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
        created_at: act.now,
        updated_at: act.now,
    };
    // The foreign key says whether the client is there, at the moment that counts.
    support_requests::add(conn, std::slice::from_ref(&row)).await.map_err(|error| match error.key() {
        Some("support_requests_userId_fkey") => Error::new(ErrorKind::NotFound, format!("users {client} is not there")),
        _ => error,
    })?;
    let opened = SupportFact {
        kind: SupportEventKind::Opened,
        at: act.now,
        from_client: act.user() == Some(client),
        after: Some(row.priority.as_str().to_owned()),
    };
    support_events::add(conn, &[event(&row.id, 1, opened, act.user(), None, None)]).await?;
    notices::announce(conn, act, Event::TicketOpened, Some(client), &[("titre", &row.title), ("id", row.id.as_str())])
        .await?;
    if act.user() != Some(client) {
        let details = json!({"client": client.as_str()});
        journal::write(conn, act, Action::TicketOpened, Some(row.id.as_str()), details).await?;
    }
    Ok(row.into())
}
