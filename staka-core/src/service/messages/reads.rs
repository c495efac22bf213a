//! Reads of messages, which do not mark them as read.

use super::status::administrator;
use crate::base::{Page, PageRequest, Result};
use crate::db::Conn;
use crate::model::view::{ConversationMessage, InboxThread, MessageDraft, MessageItem};
use crate::model::{ConversationId, MessageId, UserId};
use crate::repo::messages::{self, Correspondent, InboxFilter, MessageFilter, MessageSort, Viewer};
use crate::service::OpContext;

/// Returns for whom messages are read, which decides whose drafts are visible.
fn viewer<'a>(ctx: &'a OpContext<'_>) -> Viewer<'a> {
    match ctx.user() {
        Some(user) => Viewer::User(user),
        None if ctx.is_system() => Viewer::System,
        None => Viewer::Nobody,
    }
}

/// Returns the messages of a conversation, the oldest first.
pub async fn list_by_conversation(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &ConversationId,
    page: &PageRequest,
) -> Result<Page<ConversationMessage>> {
    messages::list_by_conversation(conn, id, viewer(ctx), page).await
}

/// Returns a message with its author and attachments.
pub async fn get(conn: &mut Conn, ctx: &OpContext<'_>, id: &MessageId) -> Result<Option<ConversationMessage>> {
    messages::get(conn, id, viewer(ctx)).await
}

/// Returns the replies to a message, the oldest first.
pub async fn list_replies(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &MessageId,
    page: &PageRequest,
) -> Result<Page<ConversationMessage>> {
    messages::list_replies(conn, id, viewer(ctx), page).await
}

/// Returns the threads of an administrator's inbox.
pub async fn list_inbox(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    filter: &InboxFilter,
    page: &PageRequest,
) -> Result<Page<InboxThread>> {
    let administrator = administrator(ctx, filter.administrator.as_ref())?;
    messages::list_inbox(conn, administrator, filter.unread_only, page).await
}

/// Returns the messages of an inbox thread, the oldest first.
pub async fn list_thread(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    key: &str,
    administrator_id: Option<&UserId>,
    page: &PageRequest,
) -> Result<Page<ConversationMessage>> {
    let administrator = administrator(ctx, administrator_id)?;
    messages::list_thread(conn, administrator, &Correspondent::from_key(key)?, viewer(ctx), page).await
}

/// Returns the messages that match the filter.
pub async fn list(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    filter: &MessageFilter,
    sort: MessageSort,
    page: &PageRequest,
) -> Result<Page<MessageItem>> {
    messages::list(conn, viewer(ctx), filter, sort, page).await
}

/// Returns how many messages match the filter.
pub async fn count(conn: &mut Conn, ctx: &OpContext<'_>, filter: &MessageFilter) -> Result<u64> {
    messages::count(conn, viewer(ctx), filter).await
}

/// Returns the caller's drafts.
pub async fn list_drafts(conn: &mut Conn, ctx: &OpContext<'_>, page: &PageRequest) -> Result<Page<MessageDraft>> {
    messages::list_drafts(conn, super::input::author(ctx)?, page).await
}
