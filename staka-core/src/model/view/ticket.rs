//! Support tickets as the client and the team see them.

use staka_macros::{Output, Record};

use super::commande::ClientBrief;
use super::message::UserBrief;
use crate::base::Timestamp;
use crate::model::{
    Percentiles, SupportCategory, SupportPriority, SupportRequest, SupportRequestId, SupportRequestStatus, Tags,
    TicketEventKind, UserId,
};

/// A support ticket.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct Ticket {
    /// The ticket's id.
    pub id: SupportRequestId,
    /// The client's user id.
    pub user_id: UserId,
    /// Title of the ticket.
    pub title: String,
    /// Description of the problem.
    pub description: String,
    /// Category of the ticket.
    pub category: SupportCategory,
    /// Priority of the ticket.
    pub priority: SupportPriority,
    /// Status of the ticket.
    pub status: SupportRequestStatus,
    /// The agent's user id; null if the ticket is unassigned.
    pub assigned_to_id: Option<UserId>,
    /// Channel through which the ticket came, e.g. `web` or `email`.
    pub source: Option<String>,
    /// Tags of the ticket.
    #[record(nested)]
    pub tags: Tags,
    /// Time of the first reply by the team, UTC; null if there is none yet.
    pub first_response_at: Option<Timestamp>,
    /// Time of the resolution, UTC; null if the ticket is unresolved or was reopened.
    pub resolved_at: Option<Timestamp>,
    /// Time at which the ticket was closed or cancelled, UTC; null if it is neither or was reopened.
    pub closed_at: Option<Timestamp>,
    /// Time of the ticket's creation, UTC.
    pub created_at: Timestamp,
    /// Time of the ticket's last change, UTC; for `expectedUpdatedAt`.
    pub updated_at: Timestamp,
}

impl From<SupportRequest> for Ticket {
    fn from(row: SupportRequest) -> Self {
        let SupportRequest { id, user_id, title, description, category, priority, status, assigned_to_id, .. } = row;
        let SupportRequest { source, tags, first_response_at, resolved_at, closed_at, created_at, updated_at, .. } =
            row;
        Self {
            id,
            user_id,
            title,
            description,
            category,
            priority,
            status,
            assigned_to_id,
            source,
            tags: Tags::from_column(tags.as_deref()),
            first_response_at,
            resolved_at,
            closed_at,
            created_at,
            updated_at,
        }
    }
}

/// A ticket with its client, its agent and its number of replies.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct TicketDetail {
    /// The ticket itself.
    #[output(flatten)]
    #[record(nested)]
    pub ticket: Ticket,
    /// The client.
    #[record(nested)]
    pub user: UserBrief,
    /// The agent; null if the ticket is unassigned.
    #[record(nested)]
    pub assigned_to: Option<UserBrief>,
    /// How many replies the ticket has, by both sides.
    #[output(bounds = Bounds::at_least(0))]
    pub replies: i64,
}

/// A ticket with its client.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct TicketWithClient {
    /// The ticket itself.
    #[output(flatten)]
    #[record(nested)]
    pub ticket: Ticket,
    /// The client.
    #[record(nested)]
    pub user: ClientBrief,
}

/// A ticket in an agent's queue.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct QueuedTicket {
    /// The ticket itself.
    #[output(flatten)]
    pub ticket: Ticket,
    /// The client.
    pub user: UserBrief,
    /// Time at which the first response is due or, if there is one, the resolution, UTC; null while the ticket waits
    /// for its client after the first response.
    pub due_at: Option<Timestamp>,
    /// Whether an SLA target is missed.
    pub breached: bool,
}

/// An event of a ticket.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct TicketHistoryEvent {
    /// Position among the ticket's events, from 1; for a client some are missing.
    #[output(bounds = Bounds::at_least(1))]
    pub place: i64,
    /// Kind of the event.
    pub kind: TicketEventKind,
    /// Time of the event, UTC.
    pub at: Timestamp,
    /// Whether the client caused it.
    pub from_client: bool,
    /// Value before the change: a status, priority, category or agent's id; null if the event has none.
    pub before: Option<String>,
    /// Value after the change: a status, priority, category or agent's id; null if the event has none.
    pub after: Option<String>,
    /// Text of a reply or note, or the new tags; null for other events.
    pub body: Option<String>,
    /// The user who caused it; null for the system, for deleted accounts, and if it was not recorded.
    #[record(nested)]
    pub actor: Option<UserBrief>,
}

/// A tag and its number of tickets.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct TicketTag {
    /// The tag's text.
    pub tag: String,
    /// Number of tickets with this tag.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// The number of tickets with one status.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct TicketsByStatus {
    /// Status of the tickets.
    pub status: SupportRequestStatus,
    /// Number of tickets.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// The number of tickets with one priority.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct TicketsByPriority {
    /// Priority of the tickets.
    pub priority: SupportPriority,
    /// Number of tickets.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// The number of tickets of one category.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct TicketsByCategory {
    /// Category of the tickets.
    pub category: SupportCategory,
    /// Number of tickets.
    #[output(bounds = Bounds::at_least(0))]
    pub count: i64,
}

/// Statistics of the tickets created in a period.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct TicketStats {
    /// Number of tickets.
    #[output(bounds = Bounds::at_least(0))]
    pub total: i64,
    /// Number of tickets that are neither resolved nor closed nor cancelled.
    #[output(bounds = Bounds::at_least(0))]
    pub open: i64,
    /// Number of tickets that were reopened at least once.
    #[output(bounds = Bounds::at_least(0))]
    pub reopened: i64,
    /// Numbers by status: all statuses of the schema, then any others in the database.
    pub by_status: Vec<TicketsByStatus>,
    /// Numbers by priority: all priorities of the schema, then any others in the database.
    pub by_priority: Vec<TicketsByPriority>,
    /// Numbers by category: all categories of the schema, then any others in the database.
    pub by_category: Vec<TicketsByCategory>,
    /// Business minutes from the creation to the first response, of the tickets that have one.
    pub first_response: Percentiles,
    /// Number of tickets whose first response came too late or is overdue now.
    #[output(bounds = Bounds::at_least(0))]
    pub first_response_breached: i64,
    /// Business minutes of work until the resolution, of the resolved tickets.
    pub resolution: Percentiles,
    /// Number of tickets whose minutes of work exceed the resolution target.
    #[output(bounds = Bounds::at_least(0))]
    pub resolution_breached: i64,
}
