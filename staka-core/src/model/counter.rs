//! The counter tables, which triggers maintain: statements only sum their rows.

use chrono::NaiveDate;
use staka_macros::{Record, table};

use super::id::{MessageId, UserId};
use crate::base::Timestamp;

/// Unread notifications of a user that expire on one day.
#[table("staka_notification_counts", owned, user = "userId")]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct NotificationCount {
    /// The user's id.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub user_id: UserId,
    /// The day on which they expire, UTC.
    #[column(purpose = Information, keep = Account, erase = Keep, see = Internal, export)]
    pub expires_on: NaiveDate,
    /// One of several rows that share the writes.
    #[column(purpose = Record, keep = Account, erase = Keep, see = Internal, private)]
    pub slot: u8,
    /// Number of notifications.
    #[column(purpose = Information, keep = Account, erase = Keep, see = Internal, export)]
    pub unread: i64,
}

/// A conversation of a user.
#[table("staka_conversations", owned, user = "userId")]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct ConversationCount {
    /// The user's id.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub user_id: UserId,
    /// Id of the conversation, compared byte by byte.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, bytes = 764)]
    pub conversation_id: Vec<u8>,
    /// Number of its messages that the user sees.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export)]
    pub messages: i64,
    /// Number of unread ones.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export)]
    pub unread: i64,
    /// Time of the newest message, UTC.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export)]
    pub newest_at: Timestamp,
    /// Id of the newest message.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub newest_id: MessageId,
}

/// A correspondent of a user.
#[table("staka_correspondents", owned, user = "userId")]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct CorrespondentCount {
    /// The user's id.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub user_id: UserId,
    /// A user's id or a visitor's address in lower case, compared byte by byte; empty for the platform. A zero byte and
    /// the id of a conversation for messages without receiver and address. The triggers change it with the address of the
    /// messages, when a visitor's data is erased.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Personal, private, bytes = 1020)]
    pub correspondent: Vec<u8>,
    /// Number of messages that no administrator soft-deleted.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export)]
    pub messages: i64,
    /// Number of those that the user has not read.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export)]
    pub unread: i64,
    /// Whether there are any unread ones.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export)]
    pub waiting: bool,
    /// Time of the newest message, UTC.
    #[column(purpose = Messaging, keep = Account, erase = Keep, see = Internal, export)]
    pub newest_at: Timestamp,
    /// Id of the newest message.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub newest_id: MessageId,
}

/// Messages written in one hour, without drafts.
#[table("staka_message_hours", owned)]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct MessageHour {
    /// Start of the hour, UTC.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub hour: Timestamp,
    /// One of several rows that share the writes.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub slot: u8,
    /// Number of messages.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub messages: i64,
}

/// Accounts of one role and state.
#[table("staka_user_counts", owned)]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct UserCount {
    /// The role.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private, chars = 191)]
    pub role: String,
    /// Whether they may sign in.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub is_active: bool,
    /// One of several rows that share the writes.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub slot: u8,
    /// Number of accounts.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub users: i64,
}

/// A counter table that was filled.
#[table("staka_counter_status", owned)]
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct FilledCounter {
    /// Name of the table.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private, chars = 64)]
    pub name: String,
    /// Time when it was filled, UTC.
    #[column(purpose = Record, keep = Content, erase = Keep, see = Internal, private)]
    pub filled_at: Timestamp,
}
