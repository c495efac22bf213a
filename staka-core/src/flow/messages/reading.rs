//! Messages are read: nothing is marked by that.

use super::marks::administrator;
use crate::base::{Listing, Page, Result};
use crate::db::Conn;
use crate::flow::Act;
use crate::model::view::{ConversationMessage, Draft, FoundMessage, InboxThread};
use crate::model::{ConversationId, MessageId, UserId};
use crate::repo::messages::{self, Correspondent, InboxList, MessageSearch, Viewer};

/// For whom the act reads: it decides whose drafts are seen.
fn viewer<'a>(act: &'a Act<'_>) -> Viewer<'a> {
    match act.user() {
        Some(user) => Viewer::User(user),
        None if act.is_system() => Viewer::Program,
        None => Viewer::Nobody,
    }
}

/// The messages of a conversation.
pub async fn conversation(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &ConversationId,
    page: &Page,
) -> Result<Listing<ConversationMessage>> {
    messages::conversation(conn, id, viewer(act), page).await
}

/// One message.
pub async fn get(conn: &mut Conn, act: &Act<'_>, id: &MessageId) -> Result<Option<ConversationMessage>> {
    messages::detail(conn, id, viewer(act)).await
}

/// What was answered to a message.
pub async fn replies(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &MessageId,
    page: &Page,
) -> Result<Listing<ConversationMessage>> {
    messages::replies(conn, id, viewer(act), page).await
}

/// An administrator's inbox.
pub async fn inbox(conn: &mut Conn, act: &Act<'_>, options: &InboxList, page: &Page) -> Result<Listing<InboxThread>> {
    let administrator = administrator(act, options.administrator.as_ref())?;
    messages::inbox(conn, administrator, options.unread_only, page).await
}

/// A thread of an inbox.
pub async fn thread(
    conn: &mut Conn,
    act: &Act<'_>,
    key: &str,
    named: Option<&UserId>,
    page: &Page,
) -> Result<Listing<ConversationMessage>> {
    let administrator = administrator(act, named)?;
    messages::correspondence(conn, administrator, &Correspondent::of_key(key)?, viewer(act), page).await
}

/// The messages that a filter wants.
pub async fn search(
    conn: &mut Conn,
    act: &Act<'_>,
    filter: &MessageSearch,
    page: &Page,
) -> Result<Listing<FoundMessage>> {
    messages::search(conn, filter, viewer(act), page).await
}

/// How many messages a filter wants.
pub async fn count(conn: &mut Conn, act: &Act<'_>, filter: &MessageSearch) -> Result<u64> {
    messages::number(conn, filter, viewer(act)).await
}

/// The actor's drafts.
pub async fn drafts(conn: &mut Conn, act: &Act<'_>, page: &Page) -> Result<Listing<Draft>> {
    messages::drafts(conn, super::input::author(act)?, page).await
}
