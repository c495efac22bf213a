//! The messages that an administrator exchanged with one correspondent: those of their common conversations.
//!
//! Which conversations these are is read first. A page of few conversations reads as many messages of each as it has
//! rows. For many, the oldest message of each decides which of them can be on the page.

use std::sync::LazyLock;

use staka_macros::Record;

use super::thread::{MAX_PAGE, VISIBLE, Viewer, add_attachments, cursor_position, total_of, with_sender};
use crate::base::{Args, Cursor, Error, Page, PageRequest, Record, Result, Timestamp};
use crate::db::{Access, Conn, Counter, Statement};
use crate::model::UserId;
use crate::model::view::ConversationMessage;

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
}

/// How the common conversations are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// By a user's conversations that the triggers maintain.
    Maintained,
    /// By all messages of a user.
    Counted,
    /// By all messages of a visitor.
    Visitor,
}

const SOURCES: [Source; 3] = [Source::Maintained, Source::Counted, Source::Visitor];

impl Source {
    /// Returns a query for the ids of the common conversations, compared byte by byte.
    fn conversations(self) -> String {
        match self {
            Self::Maintained => {
                let exchanged = |alias: &str| {
                    format!(
                        "(SELECT {alias}.conversationId FROM messages {alias} FORCE INDEX (staka_messages_sent) \
                          WHERE {alias}.senderId = ? AND {alias}.receiverId = ? \
                          AND {alias}.conversationId = CAST(o.conversationId AS CHAR(191) CHARACTER SET utf8mb4) COLLATE utf8mb4_unicode_ci \
                          AND CAST({alias}.conversationId AS BINARY) = o.conversationId \
                          AND {alias}.statut <> 'BROUILLON' AND {alias}.visitorEmail IS NULL LIMIT 1)"
                    )
                };
                format!(
                    "SELECT COALESCE({}, {}) AS id FROM staka_conversations o FORCE INDEX (PRIMARY) \
                     STRAIGHT_JOIN staka_conversations a FORCE INDEX (PRIMARY) ON a.userId = ? AND a.conversationId = o.conversationId \
                     WHERE o.userId = ? AND EXISTS (SELECT 1 FROM staka_counter_status d WHERE d.name = 'staka_conversations') \
                     HAVING id IS NOT NULL",
                    exchanged("own"),
                    exchanged("other")
                )
            }
            Self::Counted => "SELECT MIN(p.conversationId) AS id FROM (\
                   SELECT own.conversationId FROM messages own FORCE INDEX (staka_messages_sent) \
                   WHERE own.senderId = ? AND own.receiverId = ? AND own.visitorEmail IS NULL AND own.statut <> 'BROUILLON' \
                   UNION ALL \
                   SELECT other.conversationId FROM messages other FORCE INDEX (staka_messages_received) \
                   WHERE other.receiverId = ? AND other.senderId = ? AND other.visitorEmail IS NULL AND other.statut <> 'BROUILLON'\
                 ) p GROUP BY CAST(p.conversationId AS BINARY)"
                .to_owned(),
            Self::Visitor => "SELECT MIN(c.conversationId) AS id FROM messages c FORCE INDEX (messages_visitorEmail_idx) \
                 WHERE c.visitorEmail = ? AND CAST(LOWER(c.visitorEmail) AS BINARY) = CAST(? AS BINARY) \
                 AND (c.receiverId = ? OR c.senderId = ?) AND c.statut <> 'BROUILLON' GROUP BY CAST(c.conversationId AS BINARY)"
                .to_owned(),
        }
    }

    /// Binds the parameters of [`Source::conversations`].
    fn bind(self, args: Args, administrator: &UserId, with: &str) -> Args {
        match self {
            Self::Maintained => {
                let args = args.with(with).with(administrator).with(administrator).with(with);
                args.with(administrator).with(with)
            }
            Self::Counted => args.with(with).with(administrator).with(with).with(administrator),
            Self::Visitor => args.with(with).with(with).with(administrator).with(administrator),
        }
    }

    /// Returns the indexes of [`Source::conversations`], of the messages in them, and of those that are changed.
    const fn access(self) -> &'static [Access] {
        const MESSAGES: Access = Access::Index { table: "m", keys: &["staka_messages_thread"] };
        const FIRST: Access = Access::Index { table: "e", keys: &["staka_messages_thread"] };
        const CHANGED: Access = Access::Index { table: "n", keys: &["PRIMARY"] };
        const SENDER: Access = Access::Index { table: "s", keys: &["PRIMARY"] };
        match self {
            Self::Maintained => &[
                Access::Index { table: "own", keys: &["staka_messages_sent"] },
                Access::Index { table: "other", keys: &["staka_messages_sent"] },
                Access::Index { table: "o", keys: &["PRIMARY"] },
                Access::Index { table: "a", keys: &["PRIMARY"] },
                Access::Index { table: "d", keys: &["PRIMARY"] },
                MESSAGES,
                FIRST,
                SENDER,
            ],
            Self::Counted => &[
                Access::Index { table: "own", keys: &["staka_messages_sent"] },
                Access::Index { table: "other", keys: &["staka_messages_received"] },
                MESSAGES,
                FIRST,
                CHANGED,
                SENDER,
            ],
            Self::Visitor => {
                &[Access::Index { table: "c", keys: &["messages_visitorEmail_idx"] }, MESSAGES, FIRST, CHANGED, SENDER]
            }
        }
    }

    /// Returns a `FROM` clause for the messages in these conversations.
    fn messages(self) -> String {
        format!("({}) k STRAIGHT_JOIN {}", self.conversations(), in_conversation("k"))
    }
}

/// Joins the messages of a conversation.
fn in_conversation(of: &str) -> String {
    format!(
        "messages m FORCE INDEX (staka_messages_thread) \
         ON m.conversationId = {of}.id AND CAST(m.conversationId AS BINARY) = CAST({of}.id AS BINARY)"
    )
}

/// The most conversations whose messages are read one conversation at a time.
const FEW: usize = 8;

/// The ids of the common conversations, one more than [`FEW`] at most.
static CONVERSATIONS: LazyLock<[Statement; 3]> = LazyLock::new(|| {
    SOURCES.map(|source| {
        Statement::fixed("messages.list_thread/conversations", "", source.access()).with_text(format!(
            "{} LIMIT {}",
            source.conversations(),
            FEW + 1
        ))
    })
});

/// Condition on a message, and the position after which a page begins.
fn condition(alias: &str, after: bool) -> String {
    let cursor = if after { " AND m.createdAt >= ? AND (m.createdAt > ? OR m.id > ?)" } else { "" };
    format!("m.deletedByAdmin = FALSE AND {VISIBLE}{cursor}").replace("m.", &format!("{alias}."))
}

/// Without and with a cursor: the messages of one conversation.
static OF_ONE: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        Statement::fixed(
            "messages.list_thread",
            "",
            &[
                Access::Index { table: "m", keys: &["staka_messages_thread"] },
                Access::Index { table: "s", keys: &["PRIMARY"] },
            ],
        )
        .with_text(format!(
            "SELECT {} FROM messages m FORCE INDEX (staka_messages_thread) LEFT JOIN users s ON s.id = m.senderId \
             WHERE m.conversationId = ? AND CAST(m.conversationId AS BINARY) = CAST(? AS BINARY) AND {} \
             ORDER BY m.createdAt, m.id LIMIT ? OFFSET ?",
            with_sender(),
            condition("m", after)
        ))
    })
});

/// Without and with a cursor: the messages of [`FEW`] conversations, each read in order and no further than the page.
static OF_FEW: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [false, true].map(|after| {
        let one = format!(
            "(SELECT e.id, e.createdAt FROM messages e FORCE INDEX (staka_messages_thread) \
              WHERE e.conversationId = ? AND CAST(e.conversationId AS BINARY) = CAST(? AS BINARY) AND {} \
              ORDER BY e.createdAt, e.id LIMIT ?)",
            condition("e", after)
        );
        Statement::fixed(
            "messages.list_thread",
            "",
            &[
                Access::Index { table: "e", keys: &["staka_messages_thread"] },
                Access::Index { table: "m", keys: &["PRIMARY"] },
                Access::Index { table: "s", keys: &["PRIMARY"] },
            ],
        )
        .with_text(format!(
            "SELECT {} FROM (SELECT u.id FROM ({}) u ORDER BY u.createdAt, u.id LIMIT ? OFFSET ?) t \
             STRAIGHT_JOIN messages m FORCE INDEX (PRIMARY) ON m.id = t.id LEFT JOIN users s ON s.id = m.senderId \
             ORDER BY m.createdAt, m.id",
            with_sender(),
            vec![one; FEW].join(" UNION ALL ")
        ))
    })
});

/// For each source, without and with a cursor: the messages of many conversations. A conversation can only be on the
/// page if its oldest message is among as many as the page has rows.
///
/// Without the derived table around `w`, MariaDB 10.11 does not find `k.id` when it runs a prepared statement again
/// (error 1054).
static OF_MANY: LazyLock<[[Statement; 2]; 3]> = LazyLock::new(|| {
    SOURCES.map(|source| {
        [false, true].map(|after| {
            Statement::fixed("messages.list_thread", "", source.access()).with_text(format!(
                "SELECT {} FROM (\
                   SELECT f.id FROM (\
                     SELECT k.id, (SELECT CONCAT(e.createdAt, e.id) FROM messages e FORCE INDEX (staka_messages_thread) \
                       WHERE e.conversationId = k.id AND CAST(e.conversationId AS BINARY) = CAST(k.id AS BINARY) AND {} \
                       ORDER BY e.createdAt, e.id LIMIT 1) AS oldest FROM (SELECT w.id FROM ({}) w WHERE w.id IS NOT NULL) k\
                   ) f WHERE f.oldest IS NOT NULL ORDER BY f.oldest LIMIT ?\
                 ) g STRAIGHT_JOIN {} LEFT JOIN users s ON s.id = m.senderId \
                 WHERE {} ORDER BY m.createdAt, m.id LIMIT ? OFFSET ?",
                with_sender(),
                condition("e", after),
                source.conversations(),
                in_conversation("g"),
                condition("m", after),
            ))
        })
    })
});

/// The totals for each source; no row if the conversations are not maintained.
static TOTAL: LazyLock<[Statement; 3]> = LazyLock::new(|| {
    SOURCES.map(|source| {
        let counted = format!("SELECT COUNT(*) FROM {} WHERE {}", source.messages(), condition("m", false));
        Statement::fixed("messages.list_thread/total", "", source.access()).with_text(match source {
            Source::Maintained => {
                format!("SELECT ({counted}) FROM staka_counter_status d WHERE d.name = 'staka_conversations'")
            }
            Source::Counted | Source::Visitor => counted,
        })
    })
});

/// A common conversation.
#[derive(Record)]
struct Common {
    id: String,
}

/// An administrator's correspondence: with whom, and how its conversations are found.
struct Correspondence<'a> {
    administrator: &'a UserId,
    with: &'a str,
    source: Source,
    viewer: Viewer<'a>,
}

impl Correspondence<'_> {
    fn bind(&self, args: Args) -> Args {
        self.source.bind(args, self.administrator, self.with)
    }

    /// Returns the rows of a statement of this source; `None` if it reads what is not maintained.
    async fn rows<T: Record + Send>(
        &self,
        conn: &mut Conn,
        statement: &Statement,
        args: Args,
    ) -> Result<Option<Vec<T>>> {
        match self.source {
            Source::Maintained => conn.counters(Counter::Conversations, statement, || args).await,
            Source::Counted | Source::Visitor => conn.all(statement, args).await.map(Some),
        }
    }

    /// Returns the total, if the page requests it.
    async fn total(&self, conn: &mut Conn, page: &PageRequest) -> Result<Option<Option<u64>>> {
        let (statement, args) = (&TOTAL[self.source as usize], self.viewer.bind(self.bind(Args::new())));
        if !page.total || self.source != Source::Maintained {
            return total_of(conn, page, statement, &args).await.map(Some);
        }
        let rows: Option<Vec<i64>> = self.rows(conn, statement, args).await?;
        Ok(rows.and_then(|rows| rows.into_iter().next()).map(|total| Some(total.unsigned_abs())))
    }

    /// Returns a page; `None` if the source is not maintained.
    async fn page(&self, conn: &mut Conn, page: &PageRequest) -> Result<Option<Page<ConversationMessage>>> {
        const NAME: &str = "messages.list_thread";
        let window = page.window(50, MAX_PAGE)?;
        let after: Option<(Timestamp, String)> =
            page.after.as_ref().map(|after| cursor_position(after, NAME)).transpose()?;
        let statement = &CONVERSATIONS[self.source as usize];
        let Some(ids) = self.rows::<Common>(conn, statement, self.bind(Args::new())).await? else { return Ok(None) };
        let Some(total) = self.total(conn, page).await? else { return Ok(None) };
        let (continued, rows) = (usize::from(after.is_some()), u64::from(window.limit) + 1);
        // Binds the parameters of `condition`.
        let condition = |args: Args| {
            let args = self.viewer.bind(args);
            match &after {
                None => args,
                Some((time, id)) => args.with(*time).with(*time).with(id),
            }
        };
        let rows = match ids.as_slice() {
            [] => Some(Vec::new()),
            [one] => {
                let args = condition(Args::new().with(&one.id).with(&one.id)).with(rows).with(window.offset);
                Some(conn.all(&OF_ONE[continued], args).await?)
            }
            few if few.len() <= FEW => {
                let args = (0..FEW).fold(Args::new(), |args, index| {
                    let id = few.get(index).map(|common| common.id.as_str());
                    condition(args.with(id).with(id)).with(window.offset + rows)
                });
                Some(conn.all(&OF_FEW[continued], args.with(rows).with(window.offset)).await?)
            }
            _ => {
                let args = self.bind(condition(Args::new())).with(window.offset + rows);
                let args = condition(args).with(rows).with(window.offset);
                self.rows(conn, &OF_MANY[self.source as usize][continued], args).await?
            }
        };
        let Some(rows) = rows else { return Ok(None) };
        let mut listing = Page::from_extra_row(rows, window.limit, |last: &ConversationMessage| {
            Cursor::after_row(NAME, &[&last.message.created_at.to_string(), last.message.id.as_str()])
        })
        .with_total(total);
        add_attachments(conn, &mut listing.items).await?;
        Ok(Some(listing))
    }
}

/// Returns the messages that an administrator exchanged with a correspondent, the oldest first, without soft-deleted
/// ones; 50 per page by default, at most 100. Takes three statements, whatever the number of messages, and one for the
/// total.
pub async fn list_thread(
    conn: &mut Conn,
    administrator: &UserId,
    with: &Correspondent,
    viewer: Viewer<'_>,
    page: &PageRequest,
) -> Result<Page<ConversationMessage>> {
    let by = |source, with| Correspondence { administrator, with, source, viewer };
    let found = match with {
        Correspondent::Visitor(email) => by(Source::Visitor, email.as_str()).page(conn, page).await?,
        Correspondent::User(user) => match by(Source::Maintained, user.as_str()).page(conn, page).await? {
            Some(listing) => Some(listing),
            None => by(Source::Counted, user.as_str()).page(conn, page).await?,
        },
    };
    Ok(found.unwrap_or(Page { items: Vec::new(), next: None, total: None }))
}

/// For a user and for a visitor. The oldest messages are changed first, so that the triggers need not look for another
/// newest message each time.
static SOFT_DELETE: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    [Source::Counted, Source::Visitor].map(|source| {
        Statement::fixed("messages.soft_delete_correspondence", "", source.access()).with_text(format!(
            "UPDATE (SELECT m.id FROM {} \
               WHERE m.deletedByAdmin = FALSE AND m.statut <> 'BROUILLON' \
               ORDER BY m.createdAt, m.id LIMIT 18446744073709551615) wanted \
             STRAIGHT_JOIN messages n FORCE INDEX (PRIMARY) ON n.id = wanted.id \
             SET n.deletedByAdmin = TRUE, n.updatedAt = GREATEST(?, n.updatedAt + INTERVAL 1000 MICROSECOND) \
             WHERE n.deletedByAdmin = FALSE",
            source.messages(),
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
    let (statement, args) = match with {
        Correspondent::User(user) => (&SOFT_DELETE[0], Source::Counted.bind(Args::new(), administrator, user.as_str())),
        Correspondent::Visitor(email) => (&SOFT_DELETE[1], Source::Visitor.bind(Args::new(), administrator, email)),
    };
    conn.execute(statement, args.with(now)).await
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let pages = OF_ONE.iter().chain(OF_FEW.iter()).chain(OF_MANY.iter().flatten());
    pages.chain(CONVERSATIONS.iter()).chain(TOTAL.iter()).chain(SOFT_DELETE.iter()).collect()
}
