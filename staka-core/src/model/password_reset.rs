//! Password resets under way.

use staka_macros::table;

use super::id::{PasswordResetId, UserId};
use crate::base::{Secret, Timestamp};

/// A reset that was asked for and not yet used.
#[table("password_resets")]
pub struct PasswordReset {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Expiry, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: PasswordResetId,
    /// Whose password.
    #[column(purpose = Key, keep = Expiry, erase = Row, see = Internal, private, chars = 191, fixed, filter)]
    pub user_id: UserId,
    /// SHA-256 of the token, unique.
    #[column(purpose = Security, keep = Expiry, erase = Row, see = Secret, private, chars = 255, fixed)]
    pub token_hash: Secret,
    /// Until when it may be used, UTC.
    #[column(purpose = Security, keep = Expiry, erase = Row, see = Internal, private, fixed, range)]
    pub expires_at: Timestamp,
    /// When the row was made, UTC.
    #[column(created, purpose = Record, keep = Expiry, erase = Keep, see = Internal, export, range)]
    pub created_at: Timestamp,
}
