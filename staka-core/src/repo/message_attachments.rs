//! Files attached to messages.

use super::table::verbs;
use crate::db::Statement;
use crate::model::{MessageAttachment, MessageAttachmentFilter, MessageAttachmentId};

verbs!(MessageAttachment, MessageAttachmentId, MessageAttachmentFilter, "message_attachments", fixed);

pub(super) fn statements() -> Vec<&'static Statement> {
    verb_statements()
}
