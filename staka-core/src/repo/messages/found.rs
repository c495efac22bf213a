//! Messages by what they are: what an administrator searches, and an author's drafts.

use serde::Deserialize;
use staka_macros::Described;

use super::thread::{MOST, Viewer, attachments};
use crate::base::{Between, Direction, Listing, Match, Page, Result, Timestamp, Where, choice};
use crate::db::Conn;
use crate::model::view::{Draft, FoundMessage};
use crate::model::{ConversationId, MessageStatut, MessageType, UserId};
use crate::repo::select::{self, By, List};

choice! {
    /// By what messages are sorted.
    pub enum MessageOrder {
        /// When they were written.
        CreatedAt = "createdAt",
        /// When they were last changed.
        UpdatedAt = "updatedAt",
        /// Their type, in the order of its words.
        Type = "type",
        /// Their statut, in the order of its words.
        Statut = "statut",
        /// The visitor's address; NULL comes first going up, last coming down.
        VisitorEmail = "visitorEmail",
    }
}

/// Which messages are wanted: every field that is given must match. The newest first unless `sort` and `direction` say
/// otherwise.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MessageSearch {
    /// What kind of message.
    pub r#type: Match<MessageType>,
    /// How far it has come.
    pub statut: Match<MessageStatut>,
    /// When it was written, `from ≤ createdAt < to`.
    pub created_at: Between<Timestamp>,
    /// A visitor's address.
    pub visitor_email: Match<String>,
    /// The conversation.
    pub conversation_id: Match<ConversationId>,
    /// Who wrote it; `null` for visitors and the platform.
    pub sender_id: Match<UserId>,
    /// To whom; `null` where nobody in particular is meant.
    pub receiver_id: Match<UserId>,
    /// Whether a visitor wrote it.
    pub is_from_visitor: Match<bool>,
    /// Whether the receiver has read it.
    pub is_read: Match<bool>,
    /// Whether it is put away.
    pub is_archived: Match<bool>,
    /// Whether it is pinned.
    pub is_pinned: Match<bool>,
    /// Whether an administrator removed it.
    pub deleted_by_admin: Match<bool>,
    /// A part of subject or text, without regard to case and accents; at most 255 characters.
    pub search: Option<String>,
    /// By what they are sorted.
    pub sort: MessageOrder,
    /// Which end comes first: `desc`, the newest, unless given.
    pub direction: Option<Direction>,
}

static FOUND: List = List {
    name: "messages.search",
    columns: "t.`id`, t.`conversationId`, t.`senderId`, t.`receiverId`, t.`visitorEmail`, t.`visitorName`, t.`isFromVisitor`, \
              t.`subject`, t.`content`, t.`type`, t.`statut`, t.`isRead`, t.`isArchived`, t.`isPinned`, t.`deletedByAdmin`, \
              t.`parentId`, t.`createdAt`, t.`updatedAt`, s.`id`, s.`prenom`, s.`nom`, s.`avatar`, s.`role`, \
              r.`id`, r.`prenom`, r.`nom`, r.`avatar`, r.`role`",
    from: "messages t LEFT JOIN users s ON s.id = t.senderId LEFT JOIN users r ON r.id = t.receiverId",
    id: "t.`id`",
};

fn wanted(filter: &MessageSearch, viewer: Viewer<'_>) -> Where {
    let mut wanted = Where::default();
    wanted.matches("t.`type`", &filter.r#type);
    wanted.matches("t.`statut`", &filter.statut);
    wanted.between("t.`createdAt`", &filter.created_at);
    wanted.matches("t.`visitorEmail`", &filter.visitor_email);
    wanted.matches("t.`conversationId`", &filter.conversation_id);
    wanted.matches("t.`senderId`", &filter.sender_id);
    wanted.matches("t.`receiverId`", &filter.receiver_id);
    wanted.matches("t.`isFromVisitor`", &filter.is_from_visitor);
    wanted.matches("t.`isRead`", &filter.is_read);
    wanted.matches("t.`isArchived`", &filter.is_archived);
    wanted.matches("t.`isPinned`", &filter.is_pinned);
    wanted.matches("t.`deletedByAdmin`", &filter.deleted_by_admin);
    wanted.contains(&["t.`subject`", "t.`content`"], filter.search.as_deref());
    match viewer {
        Viewer::Program => {}
        Viewer::User(user) => wanted.and("(t.`statut` <> 'BROUILLON' OR t.`senderId` = ?)").push(user),
        Viewer::Nobody => {
            wanted.and("t.`statut` <> 'BROUILLON'");
        }
    }
    wanted
}

/// The messages that the filter wants and `viewer` may see, with briefs of sender and receiver; 20 unless the page says
/// otherwise, 100 at the most.
pub async fn search(
    conn: &mut Conn,
    filter: &MessageSearch,
    viewer: Viewer<'_>,
    page: &Page,
) -> Result<Listing<FoundMessage>> {
    let by = |ascending: By, descending: By| match filter.direction {
        Some(Direction::Asc) => ascending,
        Some(Direction::Desc) | None => descending,
    };
    let created = by(By::asc("t.`createdAt`"), By::desc("t.`createdAt`"));
    let first = match filter.sort {
        MessageOrder::CreatedAt => None,
        MessageOrder::UpdatedAt => Some(by(By::asc("t.`updatedAt`"), By::desc("t.`updatedAt`"))),
        MessageOrder::Type => Some(by(By::asc("t.`type`").word(), By::desc("t.`type`").word())),
        MessageOrder::Statut => Some(by(By::asc("t.`statut`").word(), By::desc("t.`statut`").word())),
        MessageOrder::VisitorEmail => {
            Some(by(By::asc("t.`visitorEmail`").nullable(), By::desc("t.`visitorEmail`").nullable()))
        }
    };
    let keys: Vec<By> = first.into_iter().chain([created]).collect();
    select::page(conn, &FOUND, wanted(filter, viewer), &keys, page, 20, 100).await
}

/// How many messages the filter wants and `viewer` may see.
pub async fn number(conn: &mut Conn, filter: &MessageSearch, viewer: Viewer<'_>) -> Result<u64> {
    select::count(conn, &FOUND, wanted(filter, viewer)).await
}

static DRAFTS: List = List {
    name: "messages.drafts",
    columns: "t.`id`, IF(CAST(LEFT(t.`conversationId`, 6) AS BINARY) = 'draft_', SUBSTRING(t.`conversationId`, 7), t.`conversationId`), t.`subject`, t.`content`, t.`parentId`, t.`createdAt`, t.`updatedAt`",
    from: "messages t",
    id: "t.`id`",
};

/// A user's drafts with their attachments, the one that was changed last first; 20 unless the page says otherwise, 100 at
/// the most. Two statements whatever their number.
pub async fn drafts(conn: &mut Conn, user: &UserId, page: &Page) -> Result<Listing<Draft>> {
    let mut wanted = Where::default();
    wanted.and("t.`senderId` = ? AND t.`statut` = 'BROUILLON'").push(user);
    let mut listing: Listing<Draft> =
        select::page(conn, &DRAFTS, wanted, &[By::desc("t.`updatedAt`")], page, 20, MOST).await?;
    let ids: Vec<_> = listing.items.iter().map(|draft| draft.id.clone()).collect();
    for attachment in attachments(conn, &ids.iter().collect::<Vec<_>>()).await? {
        if let Some(draft) = listing.items.iter_mut().find(|draft| draft.id == attachment.message_id) {
            draft.attachments.push(attachment);
        }
    }
    Ok(listing)
}
