//! Password resets under way.

use super::table::verbs;
use crate::db::Statement;
use crate::model::{PasswordReset, PasswordResetFilter, PasswordResetId};

verbs!(PasswordReset, PasswordResetId, PasswordResetFilter, "password_resets", fixed);

pub(super) fn statements() -> Vec<&'static Statement> {
    verb_statements()
}
