//! What callers give: for each actor exactly the fields that it may set.

use serde::Deserialize;
use staka_macros::Described;

use crate::base::{Password, Patch};
use crate::model::Role;

/// Who wants an account.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct Registration {
    /// First name, 2 to 100 characters, trimmed.
    pub prenom: String,
    /// Family name, 2 to 100 characters, trimmed.
    pub nom: String,
    /// E-mail address, at most 255 characters, trimmed and lower-cased.
    pub email: String,
    /// Password: at least 12 characters, or 8 of three kinds.
    pub password: Password,
}

/// An account that an administrator makes.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct NewAccount {
    /// First name, 2 to 100 characters, trimmed.
    pub prenom: String,
    /// Family name, 2 to 100 characters, trimmed.
    pub nom: String,
    /// E-mail address, at most 255 characters, trimmed and lower-cased.
    pub email: String,
    /// Password: at least 12 characters, or 8 of three kinds.
    pub password: Password,
    /// What the account may do; USER unless given.
    pub role: Option<Role>,
    /// Whether it may sign in; true unless given.
    pub is_active: Option<bool>,
    /// Telephone number.
    pub telephone: Option<String>,
    /// Postal address.
    pub adresse: Option<String>,
}

/// What users change of themselves; what is left out stays. `null` clears what may be empty, and so does a blank text.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ProfileChange {
    /// First name, 2 to 100 characters, trimmed.
    pub prenom: Patch<String>,
    /// Family name, 2 to 100 characters, trimmed.
    pub nom: Patch<String>,
    /// Telephone number, at most 20 characters: digits, blanks and `+().-/`.
    pub telephone: Patch<Option<String>>,
    /// Postal address.
    pub adresse: Patch<Option<String>>,
    /// What the person says of themselves.
    pub bio: Patch<Option<String>>,
    /// Address of the portrait: `https://…`, `http://…` or a path of the site, at most 500 characters.
    pub avatar: Patch<Option<String>>,
}

/// What an administrator changes of an account; what is left out stays. `null` clears what may be empty, and so does a
/// blank text.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct UserChange {
    /// First name, 2 to 100 characters, trimmed.
    pub prenom: Patch<String>,
    /// Family name, 2 to 100 characters, trimmed.
    pub nom: Patch<String>,
    /// E-mail address, at most 255 characters, trimmed and lower-cased.
    pub email: Patch<String>,
    /// What the account may do.
    pub role: Patch<Role>,
    /// Whether it may sign in.
    pub is_active: Patch<bool>,
    /// Telephone number, at most 20 characters: digits, blanks and `+().-/`.
    pub telephone: Patch<Option<String>>,
    /// Postal address.
    pub adresse: Patch<Option<String>>,
    /// What the person says of themselves.
    pub bio: Patch<Option<String>>,
    /// Address of the portrait: `https://…`, `http://…` or a path of the site, at most 500 characters.
    pub avatar: Patch<Option<String>>,
}
