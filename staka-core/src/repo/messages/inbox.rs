//! An administrator's inbox: one thread for each correspondent, who is a visitor's e-mail address or a user.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::conversations::packed;
use super::thread::{VISIBLE, Viewer, cursor_position, list_page, total_of, with_sender};
use crate::base::{Args, Cursor, Error, Page, PageRequest, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::UserId;
use crate::model::view::{ConversationMessage, InboxThread, UserBrief};
use crate::repo::table::part;

/// Filter of an inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct InboxFilter {
    /// The id of the administrator whose inbox it is; the caller by default.
    pub administrator: Option<UserId>,
    /// Whether to return only threads with unread messages.
    pub unread_only: bool,
}

/// For all and for unread threads, each without and with a cursor.
///
/// Older programs stored no receiver or address on messages to a visitor; these belong to the visitor of their
/// conversation.
static INBOX: LazyLock<[[Statement; 2]; 2]> =
    LazyLock::new(|| [false, true].map(|unread| [false, true].map(|after| inbox_statement(unread, after))));

/// The indexes of [`correspondents`], then those of each thread's newest message.
const CORRESPONDENTS: &[Access] = &[
    Access::Index { table: "received", keys: &["staka_messages_inbox_received"] },
    Access::Index { table: "sent", keys: &["staka_messages_inbox_sent"] },
    Access::Index { table: "lost", keys: &["staka_messages_inbox_sent"] },
    Access::Index { table: "v", keys: &["staka_messages_thread"] },
    Access::Index { table: "m", keys: &["PRIMARY"] },
    Access::Index { table: "c", keys: &["PRIMARY"] },
];

fn inbox_statement(unread: bool, after: bool) -> Statement {
    let having = match (unread, after) {
        (false, false) => "",
        (false, true) => "HAVING newest < ?",
        (true, false) => "HAVING unread > 0",
        (true, true) => "HAVING unread > 0 AND newest < ?",
    };
    Statement::fixed("messages.list_inbox", "", CORRESPONDENTS).with_text(format!(
        "SELECT t.correspondent, t.messages, t.unread, m.visitorEmail, m.visitorName, {}, \
           m.id, m.conversationId, m.senderId, m.type, m.subject, m.content, m.isArchived, m.createdAt FROM (\
           {} ORDER BY newest DESC LIMIT ? OFFSET ?\
         ) t JOIN messages m ON m.id = SUBSTRING(t.newest, 24) \
         LEFT JOIN users c ON c.id = IF(m.senderId = ?, m.receiverId, m.senderId) ORDER BY t.newest DESC",
        part::<UserBrief>("c"),
        correspondents(having)
    ))
}

/// Returns a query with one row for each correspondent.
fn correspondents(having: &str) -> String {
    format!(
        "SELECT MIN(x.correspondent) AS correspondent, MAX(CONCAT(x.createdAt, x.id)) AS newest, COUNT(*) AS messages, \
          CAST(SUM(x.unread) AS SIGNED) AS unread FROM (\
          SELECT COALESCE(received.visitorEmail, received.senderId, '') AS correspondent, received.createdAt, received.id, (received.isRead = FALSE) AS unread \
          FROM messages received FORCE INDEX (staka_messages_inbox_received) WHERE received.receiverId = ? AND received.deletedByAdmin = FALSE \
          UNION ALL \
          SELECT COALESCE(sent.visitorEmail, sent.receiverId), sent.createdAt, sent.id, FALSE \
          FROM messages sent FORCE INDEX (staka_messages_inbox_sent) WHERE sent.senderId = ? AND sent.deletedByAdmin = FALSE \
          AND sent.statut <> 'BROUILLON' AND (sent.visitorEmail IS NOT NULL OR sent.receiverId <> sent.senderId) \
          UNION ALL \
          SELECT COALESCE((SELECT v.visitorEmail FROM messages v FORCE INDEX (staka_messages_thread) \
            WHERE v.conversationId = lost.conversationId AND v.visitorEmail IS NOT NULL ORDER BY v.createdAt, v.id LIMIT 1), ''), \
            lost.createdAt, lost.id, FALSE \
          FROM messages lost FORCE INDEX (staka_messages_inbox_sent) WHERE lost.senderId = ? AND lost.deletedByAdmin = FALSE \
          AND lost.visitorEmail IS NULL AND lost.receiverId IS NULL AND lost.statut <> 'BROUILLON'\
        ) x GROUP BY CAST(LOWER(x.correspondent) AS BINARY) {having}"
    )
}

/// The totals of all and of unread threads.
static INBOX_TOTAL: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ["", "HAVING unread > 0"].map(|having| {
        Statement::fixed("messages.list_inbox/total", "", CORRESPONDENTS)
            .with_text(format!("SELECT COUNT(*) FROM ({}) t", correspondents(having)))
    })
});

/// Returns the threads of an administrator's inbox, the most recently active first, without soft-deleted messages.
/// Takes one statement, whatever the number of threads, and one for the total.
pub async fn list_inbox(
    conn: &mut Conn,
    administrator: &UserId,
    unread_only: bool,
    page: &PageRequest,
) -> Result<Page<InboxThread>> {
    let window = page.window(20, 100)?;
    let mut args = Args::new().with(administrator).with(administrator).with(administrator);
    let total = total_of(conn, page, &INBOX_TOTAL[usize::from(unread_only)], &args).await?;
    if let Some(after) = &page.after {
        let (time, id): (Timestamp, String) = cursor_position(after, "messages.list_inbox")?;
        args.push(packed(time, &id));
    }
    args = args.with(window.limit + 1).with(window.offset).with(administrator);
    let statement = &INBOX[usize::from(unread_only)][usize::from(page.after.is_some())];
    let rows = conn.all(statement, args).await?;
    let listing = Page::from_extra_row(rows, window.limit, |last: &InboxThread| {
        let newest = &last.last_message;
        Cursor::after_row("messages.list_inbox", &[&newest.created_at.to_string(), newest.id.as_str()])
    });
    Ok(listing.with_total(total))
}

/// The other party of an inbox thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correspondent {
    /// A visitor, by e-mail address in lower case.
    Visitor(String),
    /// A user, by id.
    User(UserId),
}

impl Correspondent {
    /// Returns the correspondent of an inbox thread's key. Fails with `Invalid` if it is not a valid key.
    pub fn from_key(key: &str) -> Result<Self> {
        if key.contains('@') {
            return Ok(Self::Visitor(key.to_lowercase()));
        }
        key.parse()
            .map(Self::User)
            .map_err(|_| Error::invalid("key", "must be a user's id or a visitor's e-mail address"))
    }

    fn is_visitor(&self) -> bool {
        matches!(self, Self::Visitor(_))
    }

    /// Binds the parameters of [`conversations_with`].
    fn bind(&self, administrator: &UserId) -> Args {
        let args = Args::new();
        match self {
            Self::Visitor(email) => args.with(email).with(email).with(administrator).with(administrator),
            Self::User(user) => args.with(user).with(administrator).with(administrator).with(user),
        }
    }
}

/// Returns a query for the conversations of an administrator with a user or a visitor, compared byte by byte.
fn conversations_with(visitor: bool) -> &'static str {
    if visitor {
        "SELECT MIN(c.conversationId) AS id FROM messages c FORCE INDEX (messages_visitorEmail_idx) \
         WHERE c.visitorEmail = ? AND CAST(LOWER(c.visitorEmail) AS BINARY) = CAST(? AS BINARY) \
         AND (c.receiverId = ? OR c.senderId = ?) AND c.statut <> 'BROUILLON' GROUP BY CAST(c.conversationId AS BINARY)"
    } else {
        "SELECT MIN(p.conversationId) AS id FROM (\
           SELECT own.conversationId FROM messages own FORCE INDEX (staka_messages_sent) \
           WHERE own.senderId = ? AND own.receiverId = ? AND own.visitorEmail IS NULL AND own.statut <> 'BROUILLON' \
           UNION ALL \
           SELECT other.conversationId FROM messages other FORCE INDEX (staka_messages_sent) \
           WHERE other.senderId = ? AND other.receiverId = ? AND other.visitorEmail IS NULL AND other.statut <> 'BROUILLON'\
         ) p GROUP BY CAST(p.conversationId AS BINARY)"
    }
}

/// Returns a `FROM` clause for the messages in these conversations.
fn messages_with(visitor: bool) -> String {
    format!(
        "({}) k STRAIGHT_JOIN messages m FORCE INDEX (staka_messages_thread) \
           ON m.conversationId = k.id AND CAST(m.conversationId AS BINARY) = CAST(k.id AS BINARY)",
        conversations_with(visitor)
    )
}

/// The indexes of [`conversations_with`], then those of the messages in them.
const WITHIN: &[Access] = &[
    Access::Index { table: "c", keys: &["messages_visitorEmail_idx"] },
    Access::Index { table: "own", keys: &["staka_messages_sent"] },
    Access::Index { table: "other", keys: &["staka_messages_sent"] },
    Access::Index { table: "m", keys: &["staka_messages_thread"] },
    Access::Index { table: "n", keys: &["PRIMARY"] },
    Access::Index { table: "s", keys: &["PRIMARY"] },
];

/// For a user and for a visitor, each without and with a cursor.
static CORRESPONDENCE: LazyLock<[[Statement; 2]; 2]> = LazyLock::new(|| {
    [false, true].map(|visitor| {
        [false, true].map(|after| {
            let cursor = if after { " AND (m.createdAt > ? OR (m.createdAt = ? AND m.id > ?))" } else { "" };
            Statement::fixed("messages.list_thread", "", WITHIN).with_text(format!(
                "SELECT {} FROM {} LEFT JOIN users s ON s.id = m.senderId \
                 WHERE m.deletedByAdmin = FALSE AND {VISIBLE}{cursor} ORDER BY m.createdAt, m.id LIMIT ? OFFSET ?",
                with_sender(),
                messages_with(visitor),
            ))
        })
    })
});

/// The totals for a user and for a visitor.
static CORRESPONDENCE_TOTAL: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|visitor| {
        Statement::fixed("messages.list_thread/total", "", WITHIN).with_text(format!(
            "SELECT COUNT(*) FROM {} WHERE m.deletedByAdmin = FALSE AND {VISIBLE}",
            messages_with(visitor)
        ))
    })
});

/// Returns the messages that an administrator exchanged with a correspondent, the oldest first, without soft-deleted
/// ones; 50 per page by default, at most 100. Takes two statements, whatever the number of messages.
pub async fn list_thread(
    conn: &mut Conn,
    administrator: &UserId,
    with: &Correspondent,
    viewer: Viewer<'_>,
    page: &PageRequest,
) -> Result<Page<ConversationMessage>> {
    let index = usize::from(with.is_visitor());
    let args = viewer.bind(with.bind(administrator));
    let total = &CORRESPONDENCE_TOTAL[index];
    list_page(conn, &CORRESPONDENCE[index], total, "messages.list_thread", args, page).await
}

/// For a user and for a visitor.
static SOFT_DELETE: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|visitor| {
        Statement::fixed("messages.soft_delete_correspondence", "", WITHIN).with_text(format!(
            "UPDATE (SELECT DISTINCT m.id FROM {} \
               WHERE m.deletedByAdmin = FALSE AND m.statut <> 'BROUILLON') wanted \
             STRAIGHT_JOIN messages n FORCE INDEX (PRIMARY) ON n.id = wanted.id \
             SET n.deletedByAdmin = TRUE, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
             WHERE n.deletedByAdmin = FALSE",
            messages_with(visitor),
        ))
    })
});

/// Soft-deletes the messages that an administrator exchanged with a correspondent, for all administrators in these
/// conversations; returns how many messages were soft-deleted.
pub async fn soft_delete_correspondence(
    conn: &mut Conn,
    administrator: &UserId,
    with: &Correspondent,
    now: Timestamp,
) -> Result<u64> {
    conn.execute(&SOFT_DELETE[usize::from(with.is_visitor())], with.bind(administrator).with(now)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let pages = INBOX.iter().chain(CORRESPONDENCE.iter()).flatten();
    pages.chain(INBOX_TOTAL.iter()).chain(CORRESPONDENCE_TOTAL.iter()).chain(SOFT_DELETE.iter()).collect()
}
