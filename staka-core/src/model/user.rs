//! Accounts.

use serde_json::Value;
use staka_macros::table;

use super::id::UserId;
use crate::base::{Secret, Timestamp, text_enum};

text_enum! {
    /// What an account may do.
    pub enum Role {
        /// An author.
        User = "USER",
        /// Runs the platform.
        Admin = "ADMIN",
        /// Corrects manuscripts.
        Corrector = "CORRECTOR",
    }
}

/// An account of the platform: an author, a corrector or an administrator.
#[table("users")]
pub struct User {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: UserId,
    /// First name.
    #[column(purpose = Identity, keep = Account, erase = Replace("Utilisateur"), see = Personal, export, chars = 100)]
    pub prenom: String,
    /// Family name.
    #[column(purpose = Identity, keep = Account, erase = Replace("Supprimé"), see = Personal, export, chars = 100)]
    pub nom: String,
    /// E-mail address, unique without regard to case or accents.
    #[column(purpose = Contact, keep = Account, erase = Pseudonym, see = Personal, export, chars = 255, filter)]
    pub email: String,
    /// Hash of the password.
    #[column(purpose = Security, keep = Account, erase = Replace(""), see = Secret, private, chars = 255)]
    pub password: Secret,
    /// What the account may do.
    #[column(purpose = Security, keep = Account, erase = Keep, see = Internal, export, default = Role::User, filter)]
    pub role: Role,
    /// Whether the account may sign in.
    #[column(purpose = Security, keep = Account, erase = Keep, see = Internal, export, default = true, filter)]
    pub is_active: bool,
    /// When the row was made, UTC.
    #[column(created, purpose = Record, keep = Account, erase = Keep, see = Internal, export, range)]
    pub created_at: Timestamp,
    /// When the row was last written, UTC; never twice the same, so it serves as the version.
    #[column(updated, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
    /// Postal address.
    #[column(purpose = Billing, keep = Account, erase = Null, see = Personal, export, bytes = 65535)]
    pub adresse: Option<String>,
    /// Address of the portrait.
    #[column(purpose = Identity, keep = Account, erase = Null, see = Internal, export, chars = 500)]
    pub avatar: Option<String>,
    /// Telephone number.
    #[column(purpose = Contact, keep = Account, erase = Null, see = Personal, export, chars = 20)]
    pub telephone: Option<String>,
    /// What the person says of themselves.
    #[column(purpose = Identity, keep = Account, erase = Null, see = Internal, export, bytes = 65535)]
    pub bio: Option<String>,
    /// Settings: notifications, privacy.
    #[column(purpose = Preference, keep = Account, erase = Null, see = Personal, export, bytes = 4294967295)]
    pub preferences: Option<Value>,
}
