//! Pending password resets.

use staka_macros::table;

use super::id::{PasswordResetId, UserId};
use crate::base::{Secret, Timestamp};

/// A password reset that was requested and not yet used.
#[table("password_resets", fixed)]
pub struct PasswordReset {
    /// Primary key, a UUID as text.
    #[column(id, purpose = Key, keep = Expiry, erase = Keep, see = Internal, export, chars = 191)]
    pub id: PasswordResetId,
    /// Id of the user whose password may be reset.
    #[column(purpose = Key, keep = Expiry, erase = Row, see = Internal, private, chars = 191)]
    pub user_id: UserId,
    /// SHA-256 of the token, unique.
    #[column(purpose = Security, keep = Expiry, erase = Row, see = Secret, private, chars = 255)]
    pub token_hash: Secret,
    /// Time until which the token can be used, UTC.
    #[column(purpose = Security, keep = Expiry, erase = Row, see = Internal, private)]
    pub expires_at: Timestamp,
    /// Time of creation, UTC.
    #[column(created, purpose = Record, keep = Expiry, erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
}
