//! Messages.
//!
//! What every statement here holds to:
//!
//! - *Unread* is a message that the user received, has not read and no administrator removed: in lists, counts and
//!   the badge. A draft has no receiver until it is sent, so it is nobody's unread message.
//! - A *draft* (`BROUILLON`) lies in a conversation of its own, `draft_` and the conversation it is meant for, which no
//!   list of conversations shows; threads show it to its author alone.
//! - Conversations are told apart by the bytes of their ids: any collation would take two for one.

mod conversations;
mod facts;
mod found;
mod inbox;
mod thread;
mod writes;

pub use conversations::{archived, conversations, unread_count};
pub use facts::{
    Party, Place, Turn, Visitor, first_visitor, is_participant, is_reader, last_turns, lock, place, visits,
};
pub use found::{MessageOrder, MessageSearch, drafts, number, search};
pub use inbox::{Correspondent, InboxList, correspondence, inbox, remove_correspondence};
pub use thread::{Viewer, conversation, detail, replies};
pub use writes::{archive, deliver, mark_read, unarchive};

use super::table::verbs;
use crate::db::Statement;
use crate::model::{Message, MessageFilter, MessageId};

verbs!(Message, MessageId, MessageFilter, "messages");

/// How the conversation of a draft begins.
pub const DRAFT: &str = "draft_";

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend(conversations::statements());
    all.extend(facts::statements());
    all.extend(inbox::statements());
    all.extend(thread::statements());
    all.extend(writes::statements());
    all
}
