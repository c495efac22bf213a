//! Claims of visitors' conversations.

use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{ClaimId, ClaimRow, UserId};

/// The assignment of a visitor's conversations to an account.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[record(part_of = ClaimRow)]
#[non_exhaustive]
pub struct Claim {
    /// The claim's id.
    pub id: ClaimId,
    /// The visitor's e-mail address, in lower case.
    pub visitor_email: String,
    /// The id of the user to whose account the conversations were assigned.
    pub user_id: UserId,
    /// The id of the user who made the claim; null for the system.
    pub claimed_by_id: Option<UserId>,
    /// Time of the claim, UTC.
    pub claimed_at: Timestamp,
    /// The id of the user who undid the claim; null while it is in force, and for the system.
    pub undone_by_id: Option<UserId>,
    /// Time at which the claim was undone, UTC; null while it is in force.
    pub undone_at: Option<Timestamp>,
    /// How many messages the claim assigned to the account.
    #[record(computed)]
    #[output(bounds = Bounds::at_least(0))]
    pub message_count: i64,
}
