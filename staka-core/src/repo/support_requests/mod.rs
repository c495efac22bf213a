//! Support tickets.

mod lists;

use std::sync::LazyLock;

use staka_macros::Record;

use crate::base::{Args, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{SupportTag, SupportTicketDetail, UserBrief};
use crate::model::{SupportRequest, SupportRequestFilter, SupportRequestId, Tags, UserId};
use crate::repo::table::{columns, verbs};

pub use lists::{TicketList, TicketOrder, TicketSearch, TicketSort, matching, of_user, search};

verbs!(SupportRequest, SupportRequestId, SupportRequestFilter, "support_requests");

const BY_KEY: &[Access] = &[Access::Index { table: "t", keys: &["PRIMARY"] }];

static LOCKED: LazyLock<Statement> = LazyLock::new(|| {
    let columns = columns("t", SupportRequest::COLUMNS);
    Statement::fixed("support_requests.locked", "", BY_KEY)
        .with_text(format!("SELECT {columns} FROM support_requests t WHERE t.id = ? FOR UPDATE"))
});

/// The ticket as it is now, and as nobody else changes it until the transaction ends.
pub async fn locked(conn: &mut Conn, id: &SupportRequestId) -> Result<Option<SupportRequest>> {
    conn.optional(&LOCKED, Args::new().with(id)).await
}

/// Whose ticket it is, and who takes care of it as somebody of the team: whoever lost the role or the account is nobody.
static SIDES: Statement = Statement::fixed(
    "support_requests.sides",
    "SELECT t.userId, a.id FROM support_requests t \
     LEFT JOIN users a ON a.id = t.assignedToId AND a.isActive = TRUE AND a.role IN ('ADMIN', 'CORRECTOR') WHERE t.id = ?",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }, Access::Index { table: "a", keys: &["PRIMARY"] }],
);

/// The two sides of a ticket.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct Sides {
    /// Who asks for help.
    pub client: UserId,
    /// Who takes care of it and may.
    pub agent: Option<UserId>,
}

/// The two sides of a ticket; none when it is not there.
pub async fn sides(conn: &mut Conn, id: &SupportRequestId) -> Result<Option<Sides>> {
    conn.optional(&SIDES, Args::new().with(id)).await
}

/// Whether the user asks for help in it, or takes care of it.
pub async fn is_viewer(conn: &mut Conn, id: &SupportRequestId, user: &UserId) -> Result<bool> {
    Ok(sides(conn, id).await?.is_some_and(|sides| sides.client == *user || sides.agent.as_ref() == Some(user)))
}

/// Whether the user takes care of it.
pub async fn is_agent(conn: &mut Conn, id: &SupportRequestId, user: &UserId) -> Result<bool> {
    Ok(sides(conn, id).await?.is_some_and(|sides| sides.agent.as_ref() == Some(user)))
}

static DETAIL: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed(
        "support_requests.get",
        "",
        &[
            Access::Index { table: "t", keys: &["PRIMARY"] },
            Access::Index { table: "u", keys: &["PRIMARY"] },
            Access::Index { table: "a", keys: &["PRIMARY"] },
            Access::Index { table: "e", keys: &["PRIMARY"] },
        ],
    )
    .with_text(format!(
        "SELECT {}, u.id, u.prenom, u.nom, u.avatar, u.role, a.id, a.prenom, a.nom, a.avatar, a.role, \
         (SELECT COUNT(*) FROM staka_support_events e WHERE e.ticketId = t.id AND e.kind = 'REPLIED') \
         FROM support_requests t JOIN users u ON u.id = t.userId LEFT JOIN users a ON a.id = t.assignedToId \
         WHERE t.id = ?",
        columns("t", SupportRequest::COLUMNS)
    ))
});

/// A ticket with both sides, and how many replies it has.
pub async fn detail(conn: &mut Conn, id: &SupportRequestId) -> Result<Option<SupportTicketDetail>> {
    conn.optional(&DETAIL, Args::new().with(id)).await
}

/// Open tickets of an agent, as far as a queue is made of them.
pub const MOST_QUEUED: u32 = 1_000;

static QUEUE: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed(
        "support_requests.queue",
        "",
        &[
            Access::Index { table: "t", keys: &["staka_support_queue"] },
            Access::Index { table: "u", keys: &["PRIMARY"] },
        ],
    )
    .with_text(format!(
        "SELECT {}, u.id, u.prenom, u.nom, u.avatar, u.role \
         FROM support_requests t FORCE INDEX (staka_support_queue) STRAIGHT_JOIN users u ON u.id = t.userId \
         WHERE t.assignedToId = ? AND t.status IN ('OUVERT', 'EN_COURS', 'EN_ATTENTE') \
         ORDER BY t.priority DESC, t.createdAt, t.id LIMIT {MOST_QUEUED}",
        columns("t", SupportRequest::COLUMNS)
    ))
});

/// A ticket in a queue, with who asks.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct Queued {
    /// The ticket.
    #[record(nested)]
    pub ticket: SupportRequest,
    /// Who asks.
    #[record(nested)]
    pub user: UserBrief,
}

/// An agent's open tickets: the most urgent, and of these the oldest, first; the first 1,000.
pub async fn queue(conn: &mut Conn, agent: &UserId) -> Result<Vec<Queued>> {
    conn.all(&QUEUE, Args::new().with(agent)).await
}

static OF_WINDOW: LazyLock<Statement> = LazyLock::new(|| {
    let access = &[Access::Index { table: "t", keys: &["support_requests_createdAt_idx"] }];
    Statement::fixed("support_requests.of_window", "", access).with_text(format!(
        "SELECT {} FROM support_requests t FORCE INDEX (support_requests_createdAt_idx) \
         WHERE t.createdAt >= ? AND t.createdAt < ? ORDER BY t.createdAt, t.id",
        // What was written is not read for figures.
        columns("t", SupportRequest::COLUMNS)
            .replace("t.`title`, t.`description`", "'', ''")
            .replace("t.`tags`", "NULL")
    ))
});

/// The tickets made in `from ≤ createdAt < to`, without their texts and tags.
pub async fn of_window(conn: &mut Conn, from: Timestamp, to: Timestamp) -> Result<Vec<SupportRequest>> {
    conn.all(&OF_WINDOW, Args::new().with(from).with(to)).await
}

static TAGS: Statement = Statement::fixed(
    "support_requests.tags",
    "SELECT t.tags, COUNT(*) FROM support_requests t WHERE t.tags IS NOT NULL GROUP BY t.tags",
    &[Access::Scan { table: "t", reason: "any ticket may bear a tag; a TEXT has no index, and few ask" }],
);

#[derive(Record)]
struct Tagged {
    #[record(nested)]
    tags: Tags,
    count: i64,
}

/// The tags that tickets bear, the most frequent first. Those that only case tells apart are one, by how the first is
/// written.
pub async fn tags(conn: &mut Conn) -> Result<Vec<SupportTag>> {
    let mut counts: std::collections::BTreeMap<String, SupportTag> = std::collections::BTreeMap::new();
    conn.each(&TAGS, Args::new(), |row: Tagged| {
        for tag in row.tags.iter() {
            let known = counts.entry(tag.to_lowercase()).or_insert_with(|| SupportTag { tag: tag.clone(), count: 0 });
            known.count += row.count;
            if *tag < known.tag {
                known.tag.clone_from(tag);
            }
        }
    })
    .await?;
    let mut tags: Vec<SupportTag> = counts.into_values().collect();
    tags.sort_by_key(|tag| std::cmp::Reverse(tag.count));
    Ok(tags)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&*LOCKED, &SIDES, &*DETAIL, &*QUEUE, &*OF_WINDOW, &TAGS]);
    all
}
