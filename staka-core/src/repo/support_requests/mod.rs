//! Support tickets.

mod lists;

use std::sync::LazyLock;

use staka_macros::Record;

use crate::base::{Args, Result, Table, Timestamp};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{TicketDetail, TicketTag, UserBrief};
use crate::model::{SupportRequest, SupportRequestId, Tags, UserId};
use crate::repo::table::{columns, part, verbs};

pub use lists::{TicketFilter, TicketSort, TicketSortKey, UserTicketFilter, count, list, list_by_user};

verbs!(SupportRequest, SupportRequestId, "support_requests": lookup, add, update);

const BY_KEY: &[Access] = &[Access::Index { table: "t", keys: &["PRIMARY"] }];

static LOCK: LazyLock<Statement> = LazyLock::new(|| {
    let columns = columns("t", SupportRequest::COLUMNS);
    Statement::fixed("support_requests.lock", "", BY_KEY)
        .with_text(format!("SELECT {columns} FROM support_requests t WHERE t.id = ? FOR UPDATE"))
});

/// Locks and returns a ticket, if it exists.
pub async fn lock(conn: &mut Conn, id: &SupportRequestId) -> Result<Option<SupportRequest>> {
    conn.optional(&LOCK, Args::new().with(id)).await
}

/// The client and the agent of a ticket; an agent who lost the role or the account does not count.
static SIDES: Statement = Statement::fixed(
    "support_requests.sides",
    "SELECT t.userId, a.id FROM support_requests t \
     LEFT JOIN users a ON a.id = t.assignedToId AND a.isActive = TRUE AND a.role IN ('ADMIN', 'CORRECTOR') WHERE t.id = ?",
    &[Access::Index { table: "t", keys: &["PRIMARY"] }, Access::Index { table: "a", keys: &["PRIMARY"] }],
);

/// The client and the agent of a ticket.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct Sides {
    /// The client's user id.
    pub client: UserId,
    /// The agent's user id, if the agent is still an active ADMIN or CORRECTOR.
    pub agent: Option<UserId>,
}

/// Returns the client and the agent of a ticket, if it exists.
pub async fn sides(conn: &mut Conn, id: &SupportRequestId) -> Result<Option<Sides>> {
    conn.optional(&SIDES, Args::new().with(id)).await
}

/// Returns whether the user is the ticket's client or agent.
pub async fn is_viewer(conn: &mut Conn, id: &SupportRequestId, user: &UserId) -> Result<bool> {
    Ok(sides(conn, id).await?.is_some_and(|sides| sides.client == *user || sides.agent.as_ref() == Some(user)))
}

/// Returns whether the user is the ticket's agent.
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
        "SELECT {}, {}, {}, \
         (SELECT COUNT(*) FROM staka_ticket_events e WHERE e.ticketId = t.id AND e.kind = 'REPLIED') \
         FROM support_requests t JOIN users u ON u.id = t.userId LEFT JOIN users a ON a.id = t.assignedToId \
         WHERE t.id = ?",
        columns("t", SupportRequest::COLUMNS),
        part::<UserBrief>("u"),
        part::<UserBrief>("a")
    ))
});

/// Returns a ticket with its client, its agent and its number of replies.
pub async fn get(conn: &mut Conn, id: &SupportRequestId) -> Result<Option<TicketDetail>> {
    conn.optional(&DETAIL, Args::new().with(id)).await
}

/// Maximum number of open tickets from which a queue is made.
pub const MAX_QUEUED: u32 = 1_000;

static QUEUE: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed(
        "tickets.list_queue",
        "",
        &[
            Access::Index { table: "t", keys: &["staka_tickets_queue"] },
            Access::Index { table: "u", keys: &["PRIMARY"] },
        ],
    )
    .with_text(format!(
        "SELECT {}, {} \
         FROM support_requests t FORCE INDEX (staka_tickets_queue) STRAIGHT_JOIN users u ON u.id = t.userId \
         WHERE t.assignedToId = ? AND t.status IN ('OUVERT', 'EN_COURS', 'EN_ATTENTE') \
         ORDER BY t.priority DESC, t.createdAt, t.id LIMIT {MAX_QUEUED}",
        columns("t", SupportRequest::COLUMNS),
        part::<UserBrief>("u")
    ))
});

/// A ticket in an agent's queue, with its client.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct QueuedRow {
    /// The ticket itself.
    #[record(nested)]
    pub ticket: SupportRequest,
    /// The client.
    #[record(nested)]
    pub user: UserBrief,
}

/// Returns the first 1,000 open tickets of an agent, by descending priority and then by age.
pub async fn list_queue(conn: &mut Conn, agent: &UserId) -> Result<Vec<QueuedRow>> {
    conn.all(&QUEUE, Args::new().with(agent)).await
}

static CREATED_BETWEEN: LazyLock<Statement> = LazyLock::new(|| {
    let access = &[Access::Index { table: "t", keys: &["support_requests_createdAt_idx"] }];
    Statement::fixed("support_requests.list_created_between", "", access).with_text(format!(
        "SELECT {} FROM support_requests t FORCE INDEX (support_requests_createdAt_idx) \
         WHERE t.createdAt >= ? AND t.createdAt < ? ORDER BY t.createdAt, t.id",
        // Statistics need no texts.
        columns("t", SupportRequest::COLUMNS)
            .replace("t.`title`, t.`description`", "'', ''")
            .replace("t.`tags`", "NULL")
    ))
});

/// Returns the tickets with `from ≤ createdAt < to`, without their texts and tags.
pub async fn list_created_between(conn: &mut Conn, from: Timestamp, to: Timestamp) -> Result<Vec<SupportRequest>> {
    conn.all(&CREATED_BETWEEN, Args::new().with(from).with(to)).await
}

static TAGS: Statement = Statement::fixed(
    "tickets.list_tags",
    "SELECT t.tags, COUNT(*) FROM support_requests t WHERE t.tags IS NOT NULL GROUP BY t.tags",
    &[Access::Scan {
        table: "t",
        reason: "any ticket may have tags; a TEXT has no index, and the list is rarely requested",
    }],
);

#[derive(Record)]
struct TagsRow {
    #[record(nested)]
    tags: Tags,
    count: i64,
}

/// Returns all tags in use, the most frequent first. Tags that differ only in case are counted as one.
pub async fn list_tags(conn: &mut Conn) -> Result<Vec<TicketTag>> {
    let mut counts: std::collections::BTreeMap<String, TicketTag> = std::collections::BTreeMap::new();
    conn.each(&TAGS, Args::new(), |row: TagsRow| {
        for tag in row.tags.iter() {
            let known = counts.entry(tag.to_lowercase()).or_insert_with(|| TicketTag { tag: tag.clone(), count: 0 });
            known.count += row.count;
            if *tag < known.tag {
                known.tag.clone_from(tag);
            }
        }
    })
    .await?;
    let mut tags: Vec<TicketTag> = counts.into_values().collect();
    tags.sort_by_key(|tag| std::cmp::Reverse(tag.count));
    Ok(tags)
}

pub(super) use lists::lists;

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&*LOCK, &SIDES, &*DETAIL, &*QUEUE, &*CREATED_BETWEEN, &TAGS]);
    all
}
