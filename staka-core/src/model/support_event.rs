//! What happens to a support ticket: a table of ours, of which the times in the ticket's own row are made.

use staka_macros::Record;

use super::id::{SupportRequestId, UserId};
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// What happened to a ticket.
    pub enum SupportEventKind {
        /// It was opened; with its priority.
        Opened = "OPENED",
        /// Somebody takes care of it; with whom before and whom since.
        Assigned = "ASSIGNED",
        /// Nobody does any more; with whom before.
        Unassigned = "UNASSIGNED",
        /// Somebody wrote, for both sides to read.
        Replied = "REPLIED",
        /// Somebody of the team wrote, for the team alone.
        Noted = "NOTED",
        /// It went on; with its status before and since.
        Status = "STATUS",
        /// It was taken up again; likewise.
        Reopened = "REOPENED",
        /// How urgent it is was changed.
        Priority = "PRIORITY",
        /// What it is about was changed.
        Category = "CATEGORY",
        /// Its tags were changed; what they are since is the text.
        Tags = "TAGS",
    }
}

/// Something that happened to a ticket. Never changed; gone with the ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct SupportEvent {
    /// The ticket.
    pub ticket_id: SupportRequestId,
    /// Which of the ticket's events, from 1: their order.
    pub place: i64,
    /// When, UTC; never before the one in front.
    pub at: Timestamp,
    /// Who did it; none for the program itself, and where another writer left only the ticket's row.
    pub actor_id: Option<UserId>,
    /// What happened, as far as times depend on it.
    pub kind: SupportEventKind,
    /// Whether who asked for help did it.
    pub from_client: bool,
    /// The word before.
    pub before: Option<String>,
    /// The word since.
    pub after: Option<String>,
    /// What was written, the one part that may say something of a person.
    pub body: Option<String>,
}

/// An event as far as the ticket's times depend on it.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct SupportFact {
    /// What happened.
    pub kind: SupportEventKind,
    /// When, UTC.
    pub at: Timestamp,
    /// Whether who asked for help did it.
    pub from_client: bool,
    /// The word since.
    pub after: Option<String>,
}
