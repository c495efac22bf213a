//! Claims of visitors' conversations.

use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{ClaimId, UserId};

/// An account took the conversations that a visitor of some address had begun.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct Claim {
    /// The key.
    pub id: ClaimId,
    /// The visitor's address, in small letters.
    pub visitor_email: String,
    /// Whose the conversations are since.
    pub user_id: UserId,
    /// Who decided; null for the program itself.
    pub claimed_by_id: Option<UserId>,
    /// When, UTC.
    pub claimed_at: Timestamp,
    /// Who took them back; null while the claim stands, and for the program itself.
    pub undone_by_id: Option<UserId>,
    /// When they were taken back, UTC; null while the claim stands.
    pub undone_at: Option<Timestamp>,
    /// How many messages it gave to the account.
    pub message_count: i64,
}
