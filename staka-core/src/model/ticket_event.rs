//! Events of support tickets: a table owned by Staka, from which the times in the ticket's row are derived.

use staka_macros::Record;

use super::id::{SupportRequestId, UserId};
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// The kind of a ticket's event.
    pub enum TicketEventKind {
        /// The ticket was created; `after` is its priority.
        Opened = "OPENED",
        /// The ticket was assigned; `before` and `after` are the ids of the agents.
        Assigned = "ASSIGNED",
        /// The agent was removed; `before` is the agent's id.
        Unassigned = "UNASSIGNED",
        /// A reply, visible to both sides; `body` is its text.
        Replied = "REPLIED",
        /// A note, visible to the team only; `body` is its text.
        Noted = "NOTED",
        /// The status changed from `before` to `after`.
        Status = "STATUS",
        /// The ticket was reopened; its status changed from `before` to `after`.
        Reopened = "REOPENED",
        /// The priority changed from `before` to `after`.
        Priority = "PRIORITY",
        /// The category changed from `before` to `after`.
        Category = "CATEGORY",
        /// The tags changed; `body` is the new list, separated by commas.
        Tags = "TAGS",
    }
}

/// An event of a ticket. It is never changed, and deleted with the ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketEvent {
    /// The ticket's id.
    pub ticket_id: SupportRequestId,
    /// Position among the ticket's events, from 1.
    pub place: i64,
    /// Time of the event, UTC; never earlier than the previous event's.
    pub at: Timestamp,
    /// The user who caused it; none for the system and for events derived from the ticket's row.
    pub actor_id: Option<UserId>,
    /// Kind of the event.
    pub kind: TicketEventKind,
    /// Whether the ticket's client caused it.
    pub from_client: bool,
    /// Value before the change.
    pub before: Option<String>,
    /// Value after the change.
    pub after: Option<String>,
    /// Text of a reply or note; the only column that may contain personal data.
    pub body: Option<String>,
}

/// The part of an event on which the ticket's times depend.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct TicketFact {
    /// Kind of the event.
    pub kind: TicketEventKind,
    /// Time of the event, UTC.
    pub at: Timestamp,
    /// Whether the ticket's client caused it.
    pub from_client: bool,
    /// Value after the change.
    pub after: Option<String>,
}
