//! Accounts as operations return them. None of these types has a field for the password hash.

use std::fmt;

use serde_json::Value;
use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{Role, User, UserId};

/// An account without its password hash.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct Profile {
    /// The user's id.
    pub id: UserId,
    /// First name of the user.
    pub prenom: String,
    /// Family name of the user.
    pub nom: String,
    /// E-mail address, lower-cased.
    pub email: String,
    /// Role of the account.
    pub role: Role,
    /// Whether the user may sign in.
    pub is_active: bool,
    /// Time of creation, UTC.
    pub created_at: Timestamp,
    /// Time of the last change, UTC; the account's version.
    pub updated_at: Timestamp,
    /// Postal address; null if there is none.
    pub adresse: Option<String>,
    /// Address of the portrait, a URL or a path of the site; null if there is none.
    pub avatar: Option<String>,
    /// Telephone number; null if there is none.
    pub telephone: Option<String>,
    /// The user's self-description; null if there is none.
    pub bio: Option<String>,
}

impl From<User> for Profile {
    fn from(user: User) -> Self {
        let User { id, prenom, nom, email, role, is_active, created_at, updated_at, .. } = user;
        let User { adresse, avatar, telephone, bio, .. } = user;
        Self { id, prenom, nom, email, role, is_active, created_at, updated_at, adresse, avatar, telephone, bio }
    }
}

/// An account with the numbers of its related rows.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct UserDetail {
    /// The account itself.
    #[output(flatten)]
    #[record(nested)]
    pub profile: Profile,
    /// Number of orders; 1,000 stands for that many or more, here and in the other numbers.
    #[output(bounds = Bounds::between(0, 1_000))]
    pub commandes: i64,
    /// Number of messages sent by the user.
    #[output(bounds = Bounds::between(0, 1_000))]
    pub sent_messages: i64,
    /// Number of messages received by the user.
    #[output(bounds = Bounds::between(0, 1_000))]
    pub received_messages: i64,
    /// Number of notifications, including read and soft-deleted ones.
    #[output(bounds = Bounds::between(0, 1_000))]
    pub notifications: i64,
}

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct UserItem {
    /// The user's id.
    pub id: UserId,
    /// First name of the user.
    pub prenom: String,
    /// Family name of the user.
    pub nom: String,
    /// E-mail address, lower-cased.
    pub email: String,
    /// Role of the account.
    pub role: Role,
    /// Whether the user may sign in.
    pub is_active: bool,
    /// Time of creation, UTC.
    pub created_at: Timestamp,
    /// Time of the last change, UTC; the account's version.
    pub updated_at: Timestamp,
    /// Address of the portrait, a URL or a path of the site; null if there is none.
    pub avatar: Option<String>,
    /// Telephone number; null if there is none.
    pub telephone: Option<String>,
}

/// Numbers of accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct UserStats {
    /// Number of all accounts.
    #[output(bounds = Bounds::at_least(0))]
    pub total: i64,
    /// Number of active accounts, whose users may sign in.
    #[output(bounds = Bounds::at_least(0))]
    pub actifs: i64,
    /// Number of deactivated accounts.
    #[output(bounds = Bounds::at_least(0))]
    pub inactifs: i64,
    /// Number of accounts with the role ADMIN.
    #[output(bounds = Bounds::at_least(0))]
    pub admin: i64,
    /// Number of accounts with the role CORRECTOR.
    #[output(bounds = Bounds::at_least(0))]
    pub correctors: i64,
    /// Number of accounts with any other role, the authors.
    #[output(bounds = Bounds::at_least(0))]
    pub users: i64,
    /// Number of accounts created in the last 30 days.
    #[output(bounds = Bounds::at_least(0))]
    pub recents: i64,
}

/// A user's orders in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
#[non_exhaustive]
pub struct AccountStats {
    /// The user's id.
    pub id: UserId,
    /// Number of orders placed.
    #[output(bounds = Bounds::at_least(0))]
    pub commandes: i64,
    /// Number of orders with statut TERMINE.
    #[output(bounds = Bounds::at_least(0))]
    pub termine: i64,
    /// Whether ten or more orders have statut TERMINE.
    pub is_vip: bool,
}

/// A user's preferences: the stored values merged over the defaults.
#[derive(Clone, Debug, PartialEq, Output)]
#[non_exhaustive]
pub struct Preferences {
    /// An object with `notifications` (by default `email: true`, `push: true`, `sms: false`), `notificationTypes`
    /// (`projects: true`, `messages: true`, `invoices: true`, `promos: false`) and `privacy` (`publicProfile: false`,
    /// `analytics: true`); once the preferences were changed, also `updatedAt`, the time of the change, UTC; and any
    /// other names that were stored.
    pub preferences: Value,
    /// Time of the account's last change, UTC; the account's version.
    pub version: Timestamp,
}

/// The result of deleting an account.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct DeletedUser {
    /// The user's id.
    pub id: UserId,
    /// Number of deleted orders.
    pub commandes: u64,
    /// Number of deleted messages, sent or received by the user.
    pub messages: u64,
    /// `storedName` of each file whose row was deleted. The calling program must delete their contents itself.
    pub stored_names: Vec<String>,
}

/// The account that a password reset token was created for.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct ResetRecipient {
    /// The user's id.
    pub id: UserId,
    /// First name of the user.
    pub prenom: String,
    /// Family name of the user.
    pub nom: String,
    /// E-mail address as it is stored. Mail the token to this address, not to the one that was typed.
    pub email: String,
}

/// A password reset token to be mailed, or none if no active account has the address.
#[derive(Clone, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct ResetRequest {
    /// The token, 43 characters of base64url; null if none was created. It cannot be read again: the database stores
    /// only its SHA-256.
    pub token: Option<String>,
    /// The account to mail the token to; null if no token was created.
    pub user: Option<ResetRecipient>,
    /// Time until which the token can be used, UTC.
    pub expires_at: Timestamp,
}

impl fmt::Debug for ResetRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = self.token.as_ref().map(|_| "…");
        f.debug_struct("ResetRequest").field("token", &token).field("user", &self.user).finish_non_exhaustive()
    }
}
