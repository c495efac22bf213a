//! An administrator's inbox: a row for each correspondent, who is a visitor's e-mail address or a user.

use std::sync::LazyLock;

use serde::Deserialize;
use staka_macros::Described;

use super::conversations::packed;
use super::thread::{VISIBLE, Viewer, listed, place_of, total_of, with_sender};
use crate::base::{Args, Cursor, Error, Listing, Page, Result, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::UserId;
use crate::model::view::{ConversationMessage, InboxThread};

/// Which part of an inbox is shown: 20 rows unless `limit` says otherwise, 100 at the most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct InboxList {
    /// Whose inbox; the caller's own unless given.
    pub administrator: Option<UserId>,
    /// Only correspondents of whom something is unread.
    pub unread_only: bool,
}

/// From the start or behind a cursor, all or unread.
///
/// What was written to a visitor without saying to whom (older writers did) belongs to the visitor of its conversation.
static INBOX: LazyLock<[[Statement; 2]; 2]> =
    LazyLock::new(|| [false, true].map(|unread| [false, true].map(|after| inbox_statement(unread, after))));

/// The indexes of [`correspondents`], then those of what is shown of each.
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
    Statement::fixed("messages.inbox", "", CORRESPONDENTS).with_text(format!(
        "SELECT t.correspondent, t.messages, t.unread, m.visitorEmail, m.visitorName, c.id, c.prenom, c.nom, c.avatar, c.role, \
           m.id, m.conversationId, m.senderId, m.type, m.subject, m.content, m.isArchived, m.createdAt FROM (\
           {} ORDER BY newest DESC LIMIT ? OFFSET ?\
         ) t JOIN messages m ON m.id = SUBSTRING(t.newest, 24) \
         LEFT JOIN users c ON c.id = IF(m.senderId = ?, m.receiverId, m.senderId) ORDER BY t.newest DESC",
        correspondents(having)
    ))
}

/// A row for each correspondent.
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

/// All or unread.
static INBOX_TOTAL: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ["", "HAVING unread > 0"].map(|having| {
        Statement::fixed("messages.inbox/total", "", CORRESPONDENTS)
            .with_text(format!("SELECT COUNT(*) FROM ({}) t", correspondents(having)))
    })
});

/// An administrator's correspondents, the one with the newest message first, without what administrators removed:
/// each with the newest message, the number of messages and how many of those to the administrator are unread. One
/// statement whatever their number, and one for the total.
pub async fn inbox(
    conn: &mut Conn,
    administrator: &UserId,
    unread_only: bool,
    page: &Page,
) -> Result<Listing<InboxThread>> {
    let window = page.window(20, 100)?;
    let mut args = Args::new().with(administrator).with(administrator).with(administrator);
    let total = total_of(conn, page, &INBOX_TOTAL[usize::from(unread_only)], &args).await?;
    if let Some(after) = &page.after {
        let (moment, id): (Timestamp, String) = place_of(after, "messages.inbox")?;
        args.push(packed(moment, &id));
    }
    args = args.with(window.limit + 1).with(window.offset).with(administrator);
    let statement = &INBOX[usize::from(unread_only)][usize::from(page.after.is_some())];
    let rows = conn.all(statement, args).await?;
    let listing = Listing::from_overfull(rows, window.limit, |last: &InboxThread| {
        let newest = &last.last_message;
        Cursor::behind("messages.inbox", &[&newest.created_at.to_string(), newest.id.as_str()])
    });
    Ok(listing.with_total(total))
}

/// Somebody with whom administrators correspond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correspondent {
    /// A visitor, by the e-mail address in small letters.
    Visitor(String),
    /// A user.
    User(UserId),
}

impl Correspondent {
    /// By the key of an inbox's row. `Invalid` for what is no key.
    pub fn of_key(key: &str) -> Result<Self> {
        if key.contains('@') {
            return Ok(Self::Visitor(key.to_lowercase()));
        }
        key.parse().map(Self::User).map_err(|_| Error::invalid("key", "must be a user's id or a visitor's e-mail"))
    }

    fn is_visitor(&self) -> bool {
        matches!(self, Self::Visitor(_))
    }

    /// Binds what [`conversations_with`] asks.
    fn bind(&self, administrator: &UserId) -> Args {
        let args = Args::new();
        match self {
            Self::Visitor(email) => args.with(email).with(email).with(administrator).with(administrator),
            Self::User(user) => args.with(user).with(administrator).with(administrator).with(user),
        }
    }
}

/// The conversations of an administrator with a user or a visitor, each told by its bytes.
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

/// The messages within them.
fn messages_with(visitor: bool) -> String {
    format!(
        "({}) k STRAIGHT_JOIN messages m FORCE INDEX (staka_messages_thread) \
           ON m.conversationId = k.id AND CAST(m.conversationId AS BINARY) = CAST(k.id AS BINARY)",
        conversations_with(visitor)
    )
}

/// The indexes of [`conversations_with`], then those of the messages within.
const WITHIN: &[Access] = &[
    Access::Index { table: "c", keys: &["messages_visitorEmail_idx"] },
    Access::Index { table: "own", keys: &["staka_messages_sent"] },
    Access::Index { table: "other", keys: &["staka_messages_sent"] },
    Access::Index { table: "m", keys: &["staka_messages_thread"] },
    Access::Index { table: "n", keys: &["PRIMARY"] },
    Access::Index { table: "s", keys: &["PRIMARY"] },
];

/// With a user and with a visitor, each from the start and behind a cursor.
static CORRESPONDENCE: LazyLock<[[Statement; 2]; 2]> = LazyLock::new(|| {
    [false, true].map(|visitor| {
        [false, true].map(|after| {
            let behind = if after { " AND (m.createdAt > ? OR (m.createdAt = ? AND m.id > ?))" } else { "" };
            Statement::fixed("messages.correspondence", "", WITHIN).with_text(format!(
                "SELECT {} FROM {} LEFT JOIN users s ON s.id = m.senderId \
                 WHERE m.deletedByAdmin = FALSE AND {VISIBLE}{behind} ORDER BY m.createdAt, m.id LIMIT ? OFFSET ?",
                with_sender(),
                messages_with(visitor),
            ))
        })
    })
});

/// With a user and with a visitor.
static CORRESPONDENCE_TOTAL: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|visitor| {
        Statement::fixed("messages.correspondence/total", "", WITHIN).with_text(format!(
            "SELECT COUNT(*) FROM {} WHERE m.deletedByAdmin = FALSE AND {VISIBLE}",
            messages_with(visitor)
        ))
    })
});

/// All messages of the conversations of an administrator with somebody, the oldest first, without what administrators
/// removed; 50 unless the page says otherwise, 100 at the most. Two statements whatever their number.
pub async fn correspondence(
    conn: &mut Conn,
    administrator: &UserId,
    with: &Correspondent,
    viewer: Viewer<'_>,
    page: &Page,
) -> Result<Listing<ConversationMessage>> {
    let which = usize::from(with.is_visitor());
    let args = viewer.bind(with.bind(administrator));
    let total = &CORRESPONDENCE_TOTAL[which];
    listed(conn, &CORRESPONDENCE[which], total, "messages.correspondence", args, page).await
}

/// With a user, and with a visitor.
static REMOVE: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|visitor| {
        Statement::fixed("messages.remove_correspondence", "", WITHIN).with_text(format!(
            "UPDATE (SELECT DISTINCT m.id FROM {} \
               WHERE m.deletedByAdmin = FALSE AND m.statut <> 'BROUILLON') wanted \
             STRAIGHT_JOIN messages n FORCE INDEX (PRIMARY) ON n.id = wanted.id \
             SET n.deletedByAdmin = TRUE, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
             WHERE n.deletedByAdmin = FALSE",
            messages_with(visitor),
        ))
    })
});

/// Removes the conversations of an administrator with somebody from the inbox of every administrator who takes part in
/// them; returns how many messages that were not removed before.
pub async fn remove_correspondence(
    conn: &mut Conn,
    administrator: &UserId,
    with: &Correspondent,
    now: Timestamp,
) -> Result<u64> {
    conn.execute(&REMOVE[usize::from(with.is_visitor())], with.bind(administrator).with(now)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let pages = INBOX.iter().chain(CORRESPONDENCE.iter()).flatten();
    pages.chain(INBOX_TOTAL.iter()).chain(CORRESPONDENCE_TOTAL.iter()).chain(REMOVE.iter()).collect()
}
