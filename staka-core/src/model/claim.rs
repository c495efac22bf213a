//! Claims of visitors' conversations, as Staka's own tables store them.

use staka_macros::{Record, table};

use super::id::{ClaimId, MessageId, UserId};
use crate::base::Timestamp;

/// The assignment of a visitor's conversations to an account.
#[table("staka_claims", owned, user = "userId", email = "visitorEmail")]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct ClaimRow {
    /// The claim's id.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub id: ClaimId,
    /// The visitor's e-mail address, in lower case.
    #[column(purpose = Contact, keep = Account, erase = Row, see = Personal, export, chars = 255)]
    pub visitor_email: String,
    /// The same address while the claim is in force, compared byte by byte; its index is unique.
    #[column(purpose = Contact, keep = Account, erase = Row, see = Personal, private, bytes = 1020)]
    pub open_email: Option<Vec<u8>>,
    /// The user to whom the conversations were assigned.
    #[column(purpose = Key, keep = Account, erase = Row, see = Internal, export, chars = 191)]
    pub user_id: UserId,
    /// The user who made the claim; none for the system.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub claimed_by_id: Option<UserId>,
    /// Time of the claim, UTC.
    #[column(purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub claimed_at: Timestamp,
    /// The user who undid it; none while it is in force, and for the system.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub undone_by_id: Option<UserId>,
    /// Time at which it was undone, UTC; none while it is in force.
    #[column(purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub undone_at: Option<Timestamp>,
}

/// A message that a claim assigned to an account.
#[table("staka_claimed_messages", owned, of("claimId", "staka_claims"))]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct ClaimedMessage {
    /// The claim's id.
    #[column(purpose = Key, keep = Account, erase = Row, see = Internal, export, chars = 191)]
    pub claim_id: ClaimId,
    /// The message's id.
    #[column(purpose = Key, keep = Account, erase = Row, see = Internal, export, chars = 191)]
    pub message_id: MessageId,
    /// Whether the visitor wrote the message, and did not receive it.
    #[column(purpose = Record, keep = Account, erase = Row, see = Internal, export)]
    pub as_sender: bool,
}
