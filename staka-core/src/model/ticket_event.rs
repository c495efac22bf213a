//! Events of support tickets: a table owned by Staka, from which the times in the ticket's row are derived.

use staka_macros::{Record, table};

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
#[table("staka_ticket_events", owned, of("ticketId", "support_requests"))]
#[derive(Clone, Debug, PartialEq, Record)]
pub struct TicketEvent {
    /// The ticket's id.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub ticket_id: SupportRequestId,
    /// Position among the ticket's events, from 1.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export)]
    pub place: i64,
    /// Kind of the event.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export, chars = 32)]
    pub kind: TicketEventKind,
    /// Time of the event, UTC; never earlier than the previous event's.
    #[column(purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub at: Timestamp,
    /// The user who caused it; none for the system and for events derived from the ticket's row.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub actor_id: Option<UserId>,
    /// Whether the ticket's client caused it.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export)]
    pub from_client: bool,
    /// Value before the change.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub before: Option<String>,
    /// Value after the change.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub after: Option<String>,
    /// Text of a reply or note; the only column that may contain personal data.
    #[column(purpose = Support, keep = Account, erase = Null, see = Personal, export, bytes = 65_535)]
    pub body: Option<String>,
}

/// The part of an event on which the ticket's times depend.
#[derive(Clone, Debug, PartialEq, Record)]
#[record(part_of = TicketEvent)]
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
