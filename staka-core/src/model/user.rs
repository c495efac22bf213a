//! Accounts, stored in `users`.

use serde_json::Value;
use staka_macros::table;

use super::id::UserId;
use crate::base::{Secret, Timestamp, text_enum};

text_enum! {
    /// Role of an account, which decides what its user may do.
    pub enum Role {
        /// An author, who places orders.
        User = "USER",
        /// An administrator of the platform.
        Admin = "ADMIN",
        /// A corrector of manuscripts.
        Corrector = "CORRECTOR",
    }
}

/// An account of the platform, belonging to an author, a corrector or an administrator.
#[table("users")]
pub struct User {
    /// Primary key, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub id: UserId,
    /// First name of the user.
    #[column(purpose = Identity, keep = Account, erase = Replace("Utilisateur"), see = Personal, export, chars = 100)]
    pub prenom: String,
    /// Family name of the user.
    #[column(purpose = Identity, keep = Account, erase = Replace("Supprimé"), see = Personal, export, chars = 100)]
    pub nom: String,
    /// E-mail address, unique without regard to case or accents.
    #[column(purpose = Contact, keep = Account, erase = Pseudonym, see = Personal, export, chars = 255)]
    pub email: String,
    /// Hash of the password.
    #[column(purpose = Security, keep = Account, erase = Replace(""), see = Secret, private, chars = 255)]
    pub password: Secret,
    /// Role of the account.
    #[column(purpose = Security, keep = Account, erase = Keep, see = Internal, export, default = Role::User)]
    pub role: Role,
    /// Whether the user may sign in.
    #[column(purpose = Security, keep = Account, erase = Keep, see = Internal, export, default = true)]
    pub is_active: bool,
    /// Time of creation, UTC.
    #[column(created, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
    /// Time of the last change, UTC. Each change sets a later time, so it serves as the version.
    #[column(updated, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
    /// Postal address; null if there is none.
    #[column(purpose = Billing, keep = Account, erase = Null, see = Personal, export, bytes = 65535)]
    pub adresse: Option<String>,
    /// Address of the portrait, a URL or a path of the site; null if there is none.
    #[column(purpose = Identity, keep = Account, erase = Null, see = Internal, export, chars = 500)]
    pub avatar: Option<String>,
    /// Telephone number; null if there is none.
    #[column(purpose = Contact, keep = Account, erase = Null, see = Personal, export, chars = 20)]
    pub telephone: Option<String>,
    /// The user's self-description; null if there is none.
    #[column(purpose = Identity, keep = Account, erase = Null, see = Internal, export, bytes = 65535)]
    pub bio: Option<String>,
    /// Preferences for notifications and privacy, a JSON object; null if none were stored.
    #[column(purpose = Preference, keep = Account, erase = Null, see = Personal, export, bytes = 4294967295)]
    pub preferences: Option<Value>,
}
