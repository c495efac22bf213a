//! Support tickets as both sides see them.

use staka_macros::{Output, Record};

use super::commande::ClientBrief;
use super::message::UserBrief;
use crate::base::Timestamp;
use crate::model::{
    Percentiles, SupportCategory, SupportEventKind, SupportPriority, SupportRequest, SupportRequestId,
    SupportRequestStatus, Tags, UserId,
};

/// A ticket, its tags as a list.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct SupportTicket {
    /// The key.
    pub id: SupportRequestId,
    /// Who asks.
    pub user_id: UserId,
    /// Title.
    pub title: String,
    /// What is wrong.
    pub description: String,
    /// What it is about.
    pub category: SupportCategory,
    /// How urgent it is.
    pub priority: SupportPriority,
    /// Where it stands.
    pub status: SupportRequestStatus,
    /// Who takes care of it.
    pub assigned_to_id: Option<UserId>,
    /// Where it came from: `web`, `email`.
    pub source: Option<String>,
    /// Tags.
    #[record(nested)]
    pub tags: Tags,
    /// The first reply by the team, UTC.
    pub first_response_at: Option<Timestamp>,
    /// When it was solved, UTC; null once it is taken up again.
    pub resolved_at: Option<Timestamp>,
    /// When it was closed or called off, UTC; likewise.
    pub closed_at: Option<Timestamp>,
    /// When it was opened, UTC.
    pub created_at: Timestamp,
    /// When it was last written, UTC: its version.
    pub updated_at: Timestamp,
}

impl From<SupportRequest> for SupportTicket {
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

/// A ticket with both sides.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct SupportTicketDetail {
    /// The ticket.
    #[output(flatten)]
    #[record(nested)]
    pub ticket: SupportTicket,
    /// Who asks.
    #[record(nested)]
    pub user: UserBrief,
    /// Who takes care of it.
    #[record(nested)]
    pub assigned_to: Option<UserBrief>,
    /// How many replies it has, of both sides.
    pub replies: i64,
}

/// A ticket as administrators list it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct SupportTicketWithClient {
    /// The ticket.
    #[output(flatten)]
    #[record(nested)]
    pub ticket: SupportTicket,
    /// Who asks.
    #[record(nested)]
    pub user: ClientBrief,
}

/// A ticket in an agent's queue.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct QueuedTicket {
    /// The ticket.
    #[output(flatten)]
    pub ticket: SupportTicket,
    /// Who asks.
    pub user: UserBrief,
    /// What is due next, UTC: the first response, else the solution; null while the client is waited for.
    pub due_at: Option<Timestamp>,
    /// Whether a promise is broken.
    pub breached: bool,
}

/// Something that happened to a ticket.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct SupportHistoryEvent {
    /// Which of the ticket's events, from 1; a client does not see all of them.
    pub place: i64,
    /// What happened.
    pub kind: SupportEventKind,
    /// When, UTC.
    pub at: Timestamp,
    /// Whether who asks did it.
    pub from_client: bool,
    /// The word before: a status, a priority, a category, an agent's id.
    pub before: Option<String>,
    /// The word since.
    pub after: Option<String>,
    /// What was written; the tags of TAGS.
    pub body: Option<String>,
    /// Who did it; null for the program itself, for accounts that are gone, and where nobody recorded it.
    #[record(nested)]
    pub actor: Option<UserBrief>,
}

/// A tag and how many tickets bear it.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct SupportTag {
    /// The tag.
    pub tag: String,
    /// How many tickets bear it.
    pub count: i64,
}

/// Tickets of one status.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct SupportByStatus {
    /// The status.
    pub status: SupportRequestStatus,
    /// How many.
    pub count: i64,
}

/// Tickets of one priority.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct SupportByPriority {
    /// The priority.
    pub priority: SupportPriority,
    /// How many.
    pub count: i64,
}

/// Tickets of one category.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct SupportByCategory {
    /// The category.
    pub category: SupportCategory,
    /// How many.
    pub count: i64,
}

/// The support's figures for the tickets made within a window.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct SupportStats {
    /// How many tickets.
    pub total: i64,
    /// Those that are neither solved nor closed nor called off.
    pub open: i64,
    /// Those that were taken up again at least once.
    pub reopened: i64,
    /// By where they stand: each of the guide's words, then what others the database holds.
    pub by_status: Vec<SupportByStatus>,
    /// By how urgent they are, likewise.
    pub by_priority: Vec<SupportByPriority>,
    /// By what they are about, likewise.
    pub by_category: Vec<SupportByCategory>,
    /// Business minutes from the opening to the first response, of those that have one.
    pub first_response: Percentiles,
    /// Those whose first response came too late, or is late now.
    pub first_response_breached: i64,
    /// Business minutes of work to the solution, of those that are solved.
    pub resolution: Percentiles,
    /// Those of which more minutes were or are worked than promised.
    pub resolution_breached: i64,
}
