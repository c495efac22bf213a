//! Accounts.

use super::table::verbs;
use crate::db::Statement;
use crate::model::{User, UserFilter, UserId};

verbs!(User, UserId, UserFilter, "users");

pub(super) fn statements() -> Vec<&'static Statement> {
    verb_statements()
}
