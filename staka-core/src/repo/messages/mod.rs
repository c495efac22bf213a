//! Messages.
//!
//! Rules that all statements follow:
//!
//! - A message is *unread* if the user received it, has not read it and no administrator soft-deleted it. A draft has
//!   no receiver until it is sent, so it is never unread.
//! - A *draft* (`BROUILLON`) is stored in a separate conversation, `draft_` and the id of the conversation it is meant
//!   for, which no list of conversations shows. Only its author sees it.
//! - Conversation ids are compared byte by byte, because any collation would treat some different ids as equal.

mod conversations;
mod correspondence;
mod inbox;
mod list;
mod participants;
mod thread;
mod writes;

pub use conversations::{list_archived_conversations, list_conversations, unread_count};
pub use correspondence::{Correspondent, list_thread, soft_delete_correspondence};
pub use inbox::{InboxFilter, list_inbox};
pub use list::{MessageFilter, MessageSort, MessageSortKey, count, list, list_drafts};
pub use participants::{
    Exchange, Participant, Visitor, first_visitor, has_visitor, is_participant, is_reader, last_exchanges, location,
    lock,
};
pub use thread::{Viewer, get, list_by_conversation, list_replies};
pub use writes::{archive, mark_read, send_draft, unarchive};

use super::table::verbs;
use crate::db::Statement;
use crate::model::{Message, MessageId};

verbs!(Message, MessageId, "messages": lookup, add, update, remove);

/// Prefix of the conversation id of a draft.
pub const DRAFT_PREFIX: &str = "draft_";

pub(super) use list::lists;

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend(conversations::statements());
    all.extend(correspondence::statements());
    all.extend(inbox::statements());
    all.extend(participants::statements());
    all.extend(thread::statements());
    all.extend(writes::statements());
    all
}
