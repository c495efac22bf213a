//! Inputs of the operations on accounts: for each role, exactly the fields it may set.

use serde::Deserialize;
use staka_macros::Described;

use crate::base::{Password, Patch};
use crate::model::Role;

/// A registration of a new author.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct Registration {
    /// First name of the user, trimmed.
    #[described(bounds = Bounds::chars(2, 100).trimmed())]
    pub prenom: String,
    /// Family name of the user, trimmed.
    #[described(bounds = Bounds::chars(2, 100).trimmed())]
    pub nom: String,
    /// E-mail address, trimmed and lower-cased.
    #[described(bounds = Bounds::chars(5, 255).trimmed())]
    pub email: String,
    /// Password: at least 12 characters, or at least 8 from three of the classes upper case, lower case, digits and
    /// others; at most 72 bytes if the password scheme is `bcrypt_compat`.
    #[described(bounds = Bounds::chars(8, 1_024).and(Bounds::bytes(1_024)))]
    pub password: Password,
}

/// An account that an administrator creates.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct NewUser {
    /// First name of the user, trimmed.
    #[described(bounds = Bounds::chars(2, 100).trimmed())]
    pub prenom: String,
    /// Family name of the user, trimmed.
    #[described(bounds = Bounds::chars(2, 100).trimmed())]
    pub nom: String,
    /// E-mail address, trimmed and lower-cased.
    #[described(bounds = Bounds::chars(5, 255).trimmed())]
    pub email: String,
    /// Password: at least 12 characters, or at least 8 from three of the classes upper case, lower case, digits and
    /// others; at most 72 bytes if the password scheme is `bcrypt_compat`.
    #[described(bounds = Bounds::chars(8, 1_024).and(Bounds::bytes(1_024)))]
    pub password: Password,
    /// Role of the account.
    #[described(bounds = Bounds::NONE.default_word("USER"))]
    pub role: Option<Role>,
    /// Whether the user may sign in.
    #[described(bounds = Bounds::NONE.default_json("true"))]
    pub is_active: Option<bool>,
    /// Telephone number of digits, blanks and `+().-/`, trimmed; none by default.
    #[described(bounds = Bounds::chars(0, 20).trimmed())]
    pub telephone: Option<String>,
    /// Postal address, trimmed; none by default.
    #[described(bounds = Bounds::bytes(65_535).trimmed())]
    pub adresse: Option<String>,
}

/// Changes that users make to their own profiles. Fields left out keep their values; nullable ones are cleared by
/// `null` or a blank text.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ProfileUpdate {
    /// First name of the user, trimmed.
    #[described(bounds = Bounds::chars(2, 100).trimmed())]
    pub prenom: Patch<String>,
    /// Family name of the user, trimmed.
    #[described(bounds = Bounds::chars(2, 100).trimmed())]
    pub nom: Patch<String>,
    /// Telephone number of digits, blanks and `+().-/`, trimmed; null clears it.
    #[described(bounds = Bounds::chars(0, 20).trimmed())]
    pub telephone: Patch<Option<String>>,
    /// Postal address, trimmed; null clears it.
    #[described(bounds = Bounds::bytes(65_535).trimmed())]
    pub adresse: Patch<Option<String>>,
    /// The user's self-description, trimmed; null clears it.
    #[described(bounds = Bounds::bytes(65_535).trimmed())]
    pub bio: Patch<Option<String>>,
    /// Address of the portrait: `https://…`, `http://…` or a path of the site beginning with `/`; null clears it.
    #[described(bounds = Bounds::chars(0, 500).trimmed())]
    pub avatar: Patch<Option<String>>,
}

/// Changes that an administrator makes to an account. Fields left out keep their values; nullable ones are cleared by
/// `null` or a blank text.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct UserUpdate {
    /// First name of the user, trimmed.
    #[described(bounds = Bounds::chars(2, 100).trimmed())]
    pub prenom: Patch<String>,
    /// Family name of the user, trimmed.
    #[described(bounds = Bounds::chars(2, 100).trimmed())]
    pub nom: Patch<String>,
    /// E-mail address, trimmed and lower-cased.
    #[described(bounds = Bounds::chars(5, 255).trimmed())]
    pub email: Patch<String>,
    /// Role of the account.
    pub role: Patch<Role>,
    /// Whether the user may sign in.
    pub is_active: Patch<bool>,
    /// Telephone number of digits, blanks and `+().-/`, trimmed; null clears it.
    #[described(bounds = Bounds::chars(0, 20).trimmed())]
    pub telephone: Patch<Option<String>>,
    /// Postal address, trimmed; null clears it.
    #[described(bounds = Bounds::bytes(65_535).trimmed())]
    pub adresse: Patch<Option<String>>,
    /// The user's self-description, trimmed; null clears it.
    #[described(bounds = Bounds::bytes(65_535).trimmed())]
    pub bio: Patch<Option<String>>,
    /// Address of the portrait: `https://…`, `http://…` or a path of the site beginning with `/`; null clears it.
    #[described(bounds = Bounds::chars(0, 500).trimmed())]
    pub avatar: Patch<Option<String>>,
}
