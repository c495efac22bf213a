//! Accounts, as their owners and administrators get them: none of these can carry a hash.

use std::fmt;

use serde_json::Value;
use staka_macros::{Output, Record};

use crate::base::Timestamp;
use crate::model::{Role, User, UserId};

/// An account without its hash.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct Profile {
    /// The key.
    pub id: UserId,
    /// First name.
    pub prenom: String,
    /// Family name.
    pub nom: String,
    /// E-mail address.
    pub email: String,
    /// What the account may do.
    pub role: Role,
    /// Whether it may sign in.
    pub is_active: bool,
    /// When it was made, UTC.
    pub created_at: Timestamp,
    /// When it was last written, UTC: its version.
    pub updated_at: Timestamp,
    /// Postal address.
    pub adresse: Option<String>,
    /// Address of the portrait.
    pub avatar: Option<String>,
    /// Telephone number.
    pub telephone: Option<String>,
    /// What the person says of themselves.
    pub bio: Option<String>,
}

impl From<User> for Profile {
    fn from(user: User) -> Self {
        let User { id, prenom, nom, email, role, is_active, created_at, updated_at, .. } = user;
        let User { adresse, avatar, telephone, bio, .. } = user;
        Self { id, prenom, nom, email, role, is_active, created_at, updated_at, adresse, avatar, telephone, bio }
    }
}

/// An account with how much hangs on it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct UserDetail {
    /// The account.
    #[output(flatten)]
    #[record(nested)]
    pub profile: Profile,
    /// Its orders.
    pub commandes: i64,
    /// Messages that it sent.
    pub sent_messages: i64,
    /// Messages that it received.
    pub received_messages: i64,
    /// Its notifications, read and put away ones too.
    pub notifications: i64,
}

/// An account in the list of them.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct UserItem {
    /// The key.
    pub id: UserId,
    /// First name.
    pub prenom: String,
    /// Family name.
    pub nom: String,
    /// E-mail address.
    pub email: String,
    /// What the account may do.
    pub role: Role,
    /// Whether it may sign in.
    pub is_active: bool,
    /// When it was made, UTC.
    pub created_at: Timestamp,
    /// When it was last written, UTC: its version.
    pub updated_at: Timestamp,
    /// Address of the portrait.
    pub avatar: Option<String>,
    /// Telephone number.
    pub telephone: Option<String>,
}

/// How many accounts there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Output)]
pub struct UserStats {
    /// All of them.
    pub total: i64,
    /// Those that may sign in.
    pub actifs: i64,
    /// Those that may not.
    pub inactifs: i64,
    /// Administrators.
    pub admin: i64,
    /// Correctors.
    pub correctors: i64,
    /// Authors: neither of these.
    pub users: i64,
    /// Made in the last 30 days.
    pub recents: i64,
}

/// What a user has made of the platform.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
pub struct AccountStats {
    /// The user.
    pub id: UserId,
    /// Orders.
    pub commandes: i64,
    /// Those that are finished.
    pub termine: i64,
    /// Whether ten or more are.
    pub is_vip: bool,
}

/// A user's preferences: what was stored, over the defaults.
#[derive(Clone, Debug, PartialEq, Output)]
pub struct Preferences {
    /// `notifications`, `notificationTypes`, `privacy`, `updatedAt` (when they were last changed), and whatever else was
    /// stored.
    pub preferences: Value,
    /// When the account was last written, UTC: its version.
    pub version: Timestamp,
}

/// What went with an account.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct RemovedUser {
    /// The account.
    pub id: UserId,
    /// Its orders.
    pub commandes: u64,
    /// Messages that it sent or received.
    pub messages: u64,
    /// Under which names the files lie (`storedName`) whose rows are gone: what holds their bytes is the caller's.
    pub stored_names: Vec<String>,
}

/// To whom a token goes.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct ResetRecipient {
    /// The account.
    pub id: UserId,
    /// First name.
    pub prenom: String,
    /// Family name.
    pub nom: String,
    /// E-mail address, as it is stored: write there, not to what was typed.
    pub email: String,
}

/// A token to be mailed, or none where nobody may have one.
#[derive(Clone, PartialEq, Eq, Output)]
pub struct ResetRequest {
    /// The token, 43 characters of base64url: only here and only now, the database holds its SHA-256.
    pub token: Option<String>,
    /// To whom it goes.
    pub user: Option<ResetRecipient>,
    /// Until when it may be used, UTC.
    pub expires_at: Timestamp,
}

impl fmt::Debug for ResetRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = self.token.as_ref().map(|_| "…");
        f.debug_struct("ResetRequest").field("token", &token).field("user", &self.user).finish_non_exhaustive()
    }
}
