//! Support tickets.

use super::table::verbs;
use crate::db::Statement;
use crate::model::{SupportRequest, SupportRequestFilter, SupportRequestId};

verbs!(SupportRequest, SupportRequestId, SupportRequestFilter, "support_requests");

pub(super) fn statements() -> Vec<&'static Statement> {
    verb_statements()
}
