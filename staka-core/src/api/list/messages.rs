//! Messages.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Listing, Page, Result};
use crate::model::view::{Conversation, ConversationMessage};
use crate::model::{ConversationId, UserId};
use crate::repo::messages;

operations! {
    /// Messages between clients, staff and visitors.
    messages: Messages {
        /// The conversations in which the user wrote or was written to, each with its newest message, their number
        /// and how many are unread; the one with the newest message first. 50 a page, 100 at the most.
        read conversations(
            /// Whose.
            user: UserId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Conversation>,
            for self_or_admin(user) = |conn, _| messages::conversations(conn, user, page);

        /// The messages of a conversation, the oldest first, with author and attachments. 1000 a page, which is the
        /// most.
        read conversation(
            /// The conversation's key.
            id: ConversationId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<ConversationMessage>,
            for participant_or_admin(id) = |conn, _| messages::conversation(conn, id, page);
    }
}
