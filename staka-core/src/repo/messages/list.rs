//! Filtered lists of messages: those of administrators, and an author's drafts.

use serde::Deserialize;
use staka_macros::Described;

use super::thread::{MAX_PAGE, Viewer, attachments};
use crate::base::{Between, Match, Page, PageRequest, Predicate, Result, Timestamp};
use crate::db::{Access, Conn};
use crate::model::view::{MessageDraft, MessageItem};
use crate::model::{ConversationId, MessageStatut, MessageType, UserId};
use crate::repo::select::{self, By, List, Path, SEARCHED, SortColumn, UNINDEXED, UNSORTED};
use crate::repo::sort::sort_order;

sort_order! {
    /// Order of a list of messages; equal ones are sorted by the time of sending, then by id.
    pub struct MessageSort by
    /// The key by which messages are sorted.
    MessageSortKey {
        /// Time of sending.
        CreatedAt = "createdAt" => SortColumn::desc("t.`createdAt`"),
        /// Time of the last change.
        UpdatedAt = "updatedAt" => SortColumn::desc("t.`updatedAt`"),
        /// Type, in the order of the schema.
        Type = "type" => SortColumn::desc("t.`type`").enum_ordinal(),
        /// Statut, in the order of the schema.
        Statut = "statut" => SortColumn::desc("t.`statut`").enum_ordinal(),
        /// The visitor's e-mail address; null sorts first in ascending order.
        VisitorEmail = "visitorEmail" => SortColumn::desc("t.`visitorEmail`").nullable(),
    }
}

/// Filter of a list of messages. A message must match every field given; fields left out match all.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct MessageFilter {
    /// Type of the message.
    pub r#type: Match<MessageType>,
    /// Delivery status of the message.
    pub statut: Match<MessageStatut>,
    /// Time of sending, UTC: `from ≤ createdAt < to`.
    pub created_at: Between<Timestamp>,
    /// The visitor's e-mail address.
    #[described(bounds = Bounds::chars(0, 255))]
    pub visitor_email: Match<String>,
    /// The conversation's id.
    pub conversation_id: Match<ConversationId>,
    /// The sender's user id; null for visitors and the platform.
    pub sender_id: Match<UserId>,
    /// The receiver's user id; null if no particular user is meant.
    pub receiver_id: Match<UserId>,
    /// Whether a visitor sent the message.
    pub is_from_visitor: Match<bool>,
    /// Whether the receiver has read the message.
    pub is_read: Match<bool>,
    /// Whether the message is archived.
    pub is_archived: Match<bool>,
    /// Whether the message is pinned.
    pub is_pinned: Match<bool>,
    /// Whether an administrator soft-deleted the message.
    pub deleted_by_admin: Match<bool>,
    /// Text that the subject or the content must contain, ignoring case and accents.
    #[described(bounds = Bounds::chars(0, 255).trimmed())]
    pub search: Option<String>,
}

static LIST: List = List {
    name: "messages.list",
    columns: "t.`id`, t.`conversationId`, t.`senderId`, t.`receiverId`, t.`visitorEmail`, t.`visitorName`, t.`isFromVisitor`, \
              t.`subject`, t.`content`, t.`type`, t.`statut`, t.`isRead`, t.`isArchived`, t.`isPinned`, t.`deletedByAdmin`, \
              t.`parentId`, t.`createdAt`, t.`updatedAt`, s.`id`, s.`prenom`, s.`nom`, s.`avatar`, s.`role`, \
              r.`id`, r.`prenom`, r.`nom`, r.`avatar`, r.`role`",
    from: "messages t LEFT JOIN users s ON s.id = t.senderId LEFT JOIN users r ON r.id = t.receiverId",
    id: "t.`id`",
    joined: &[Access::Index { table: "s", keys: &["PRIMARY"] }, Access::Index { table: "r", keys: &["PRIMARY"] }],
    paths: &[
        Path::index(By::Default, "t", &["messages_createdAt_idx"]),
        Path::index(By::Filter(&["type"]), "t", &["messages_type_idx", "messages_createdAt_idx"]),
        Path::index(By::Filter(&["createdAt"]), "t", &["messages_createdAt_idx", "staka_messages_period"]),
        Path::index(By::Filter(&["visitorEmail"]), "t", &["messages_visitorEmail_idx"]),
        Path::index(By::Filter(&["conversationId"]), "t", &["staka_messages_thread", "messages_conversationId_idx"]),
        Path::index(By::Filter(&["senderId"]), "t", &["staka_messages_sent", "messages_senderId_idx"]),
        Path::index(By::Filter(&["receiverId"]), "t", &["staka_messages_received", "messages_receiverId_idx"]),
        Path::index(By::Filter(&["isRead"]), "t", &["messages_isRead_idx", "messages_createdAt_idx"]),
        Path::scan(
            By::Filter(&["statut", "isFromVisitor", "isArchived", "isPinned", "deletedByAdmin"]),
            "t",
            UNINDEXED,
        ),
        Path::scan(By::Filter(&["search"]), "t", SEARCHED),
        Path::index(By::Sort(&["createdAt"]), "t", &["messages_createdAt_idx"]),
        Path::scan(By::Sort(&["updatedAt", "type", "statut", "visitorEmail"]), "t", UNSORTED),
    ],
};

fn predicate(filter: &MessageFilter, viewer: Viewer<'_>) -> Predicate {
    let mut predicate = Predicate::default();
    predicate.matches("t.`type`", &filter.r#type);
    predicate.matches("t.`statut`", &filter.statut);
    predicate.between("t.`createdAt`", &filter.created_at);
    predicate.matches("t.`visitorEmail`", &filter.visitor_email);
    predicate.matches("t.`conversationId`", &filter.conversation_id);
    predicate.matches("t.`senderId`", &filter.sender_id);
    predicate.matches("t.`receiverId`", &filter.receiver_id);
    predicate.matches("t.`isFromVisitor`", &filter.is_from_visitor);
    predicate.matches("t.`isRead`", &filter.is_read);
    predicate.matches("t.`isArchived`", &filter.is_archived);
    predicate.matches("t.`isPinned`", &filter.is_pinned);
    predicate.matches("t.`deletedByAdmin`", &filter.deleted_by_admin);
    predicate.contains(&["t.`subject`", "t.`content`"], filter.search.as_deref());
    match viewer {
        Viewer::System => {}
        Viewer::User(user) => predicate.and("(t.`statut` <> 'BROUILLON' OR t.`senderId` = ?)").push(user),
        Viewer::Nobody => {
            predicate.and("t.`statut` <> 'BROUILLON'");
        }
    }
    predicate
}

/// Returns the messages that match the filter and that `viewer` may see, with sender and receiver; 20 per page by
/// default, at most 100.
pub async fn list(
    conn: &mut Conn,
    viewer: Viewer<'_>,
    filter: &MessageFilter,
    sort: MessageSort,
    page: &PageRequest,
) -> Result<Page<MessageItem>> {
    let by = sort.column().then(SortColumn::desc("t.`createdAt`"));
    let predicate = predicate(filter, viewer);
    let rows = page.clone().total(false);
    let listing: Page<MessageItem> = select::page(conn, &LIST, predicate.clone(), &by, &rows, 20, 100).await?;
    let total = if page.total { select::total(conn, &TOTAL, predicate, &by).await? } else { None };
    Ok(listing.with_total(total))
}

/// Without the users, whom no condition names: MySQL would look them up for every counted message.
static TOTAL: List = List { from: "messages t", joined: &[], ..LIST };
static COUNT: List = List { name: "messages.count", ..TOTAL };

/// Returns how many messages match the filter and are visible to `viewer`.
pub async fn count(conn: &mut Conn, viewer: Viewer<'_>, filter: &MessageFilter) -> Result<u64> {
    select::count(conn, &COUNT, predicate(filter, viewer)).await
}

static DRAFTS: List = List {
    name: "messages.list_drafts",
    columns: "t.`id`, IF(CAST(LEFT(t.`conversationId`, 6) AS BINARY) = 'draft_', SUBSTRING(t.`conversationId`, 7), t.`conversationId`), t.`subject`, t.`content`, t.`parentId`, t.`createdAt`, t.`updatedAt`",
    // MySQL reads all messages for an account that sends many; this index has the statut too.
    from: "messages t FORCE INDEX (staka_messages_sent)",
    id: "t.`id`",
    joined: &[],
    paths: &[Path::index(By::Default, "t", &["staka_messages_sent"])],
};

/// Returns a user's drafts with their attachments, the most recently changed first; 20 per page by default, at most
/// 100. Takes two statements, whatever the number of drafts.
pub async fn list_drafts(conn: &mut Conn, user: &UserId, page: &PageRequest) -> Result<Page<MessageDraft>> {
    let mut predicate = Predicate::default();
    predicate.and("t.`senderId` = ? AND t.`statut` = 'BROUILLON'").push(user);
    let mut listing: Page<MessageDraft> =
        select::page(conn, &DRAFTS, predicate, &[SortColumn::desc("t.`updatedAt`")], page, 20, MAX_PAGE).await?;
    let ids: Vec<_> = listing.items.iter().map(|draft| draft.id.clone()).collect();
    for attachment in attachments(conn, &ids.iter().collect::<Vec<_>>()).await? {
        if let Some(draft) = listing.items.iter_mut().find(|draft| draft.id == attachment.message_id) {
            draft.attachments.push(attachment);
        }
    }
    Ok(listing)
}

/// Returns the lists of this module.
pub(in crate::repo) fn lists() -> Vec<&'static List> {
    vec![&LIST, &COUNT, &DRAFTS]
}
