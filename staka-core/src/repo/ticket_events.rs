//! Events of support tickets: an append-only table owned by Staka.

use std::sync::LazyLock;

use staka_macros::Record;

use super::ids;
use super::table::{part, verbs};
use crate::base::{Args, Cursor, Error, Page, PageRequest, Result, Timestamp};
use crate::db::{Access, Conn, Optional, Statement};
use crate::model::view::TicketHistoryEvent;
use crate::model::{SupportRequestId, TicketEvent, TicketFact, UserId};

const BY_TICKET: &[Access] = &[Access::Index { table: "e", keys: &["PRIMARY"] }];

static FACTS: LazyLock<Statement> = LazyLock::new(|| {
    let columns = part::<TicketFact>("e");
    let text = format!("SELECT {columns} FROM staka_ticket_events e WHERE e.ticketId = ? ORDER BY e.place");
    Statement::fixed("ticket_events.facts", "", BY_TICKET).with_text(text)
});

/// Returns the facts of a ticket in their order; none if Staka has recorded no events for it.
pub async fn facts(conn: &mut Conn, ticket: &SupportRequestId) -> Result<Vec<TicketFact>> {
    conn.all(&FACTS, Args::new().with(ticket)).await
}

/// A fact with its ticket.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct TicketFactRow {
    /// The ticket's id.
    pub ticket: SupportRequestId,
    /// The fact itself.
    #[record(nested)]
    pub fact: TicketFact,
}

static FACTS_OF: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    let columns = part::<TicketFact>("e");
    ids::statements("ticket_events.facts_of_tickets", BY_TICKET, |places| {
        format!(
            "SELECT e.ticketId, {columns} FROM staka_ticket_events e \
             WHERE e.ticketId IN ({places}) ORDER BY e.ticketId, e.place"
        )
    })
});

/// Returns the facts of at most 1,000 tickets, those of each ticket in their order.
pub async fn facts_of_tickets(conn: &mut Conn, tickets: &[SupportRequestId]) -> Result<Vec<TicketFactRow>> {
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let (statement, args) = ids::bind(&FACTS_OF, tickets, Args::new());
    conn.all(statement, args).await
}

static FACTS_CREATED_BETWEEN: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed(
        "ticket_events.facts_created_between",
        "",
        &[
            Access::Index { table: "t", keys: &["support_requests_createdAt_idx"] },
            Access::Index { table: "e", keys: &["PRIMARY"] },
        ],
    )
    .with_text(format!(
        "SELECT e.ticketId, {columns} \
         FROM support_requests t FORCE INDEX (support_requests_createdAt_idx) \
         STRAIGHT_JOIN staka_ticket_events e FORCE INDEX (PRIMARY) ON e.ticketId = t.id \
         WHERE t.createdAt >= ? AND t.createdAt < ? ORDER BY t.createdAt, t.id, e.place",
        columns = part::<TicketFact>("e")
    ))
});

/// Returns the facts of the tickets with `from ≤ createdAt < to`.
pub async fn facts_created_between(conn: &mut Conn, from: Timestamp, to: Timestamp) -> Result<Vec<TicketFactRow>> {
    conn.all(&FACTS_CREATED_BETWEEN, Args::new().with(from).with(to)).await
}

verbs!(TicketEvent, "ticket_events": add);

/// The events that the client may see; all events for the team.
static LIST: Statement = Statement::fixed(
    LIST_NAME,
    "SELECT e.`place`, e.`kind`, e.`at`, e.`fromClient`, e.`before`, e.`after`, e.`body`, \
       u.id, u.prenom, u.nom, u.avatar, u.role \
     FROM staka_ticket_events e LEFT JOIN users u ON u.id = e.actorId \
     WHERE e.ticketId = ? AND e.place > ? AND (? OR e.`kind` IN ('OPENED', 'REPLIED', 'STATUS', 'REOPENED')) \
     ORDER BY e.place LIMIT ? OFFSET ?",
    &[Access::Index { table: "e", keys: &["PRIMARY"] }, Access::Index { table: "u", keys: &["PRIMARY"] }],
);

static LIST_TOTAL: Statement = Statement::fixed(
    "tickets.list_events/total",
    "SELECT COUNT(*) FROM staka_ticket_events e \
     WHERE e.ticketId = ? AND (? OR e.`kind` IN ('OPENED', 'REPLIED', 'STATUS', 'REOPENED'))",
    BY_TICKET,
);

/// The list's name in its cursors.
pub const LIST_NAME: &str = "tickets.list_events";

/// Returns the place after which a page begins; 0 without a cursor.
pub fn place_of_cursor(page: &PageRequest) -> Result<i64> {
    let Some(after) = &page.after else { return Ok(0) };
    let [place] = after.keys::<1>(LIST_NAME)?;
    place.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))
}

/// Returns the events of a ticket in their order, all of them for the team; 50 per page by default, at most 200.
pub async fn list(
    conn: &mut Conn,
    ticket: &SupportRequestId,
    team: bool,
    page: &PageRequest,
) -> Result<Page<TicketHistoryEvent>> {
    let window = page.window(50, 200)?;
    let place = place_of_cursor(page)?;
    let total: Option<i64> = match page.total {
        true => Some(conn.one(&LIST_TOTAL, Args::new().with(ticket).with(team)).await?),
        false => None,
    };
    let args = Args::new().with(ticket).with(place).with(team).with(window.limit + 1).with(window.offset);
    let rows = conn.all(&LIST, args).await?;
    let listing = Page::from_extra_row(rows, window.limit, |last: &TicketHistoryEvent| {
        Cursor::after_row(LIST_NAME, &[&last.place.to_string()])
    });
    Ok(listing.with_total(total.map(i64::unsigned_abs)))
}

const TABLE: Optional = Optional::tables(&["staka_ticket_events"], "there are no events to delete");

static DELETE_BY_USER: Statement = Statement::fixed(
    "ticket_events.delete_by_user",
    "DELETE e FROM support_requests s FORCE INDEX (support_requests_userId_idx) \
     STRAIGHT_JOIN staka_ticket_events e FORCE INDEX (PRIMARY) ON e.ticketId = s.id WHERE s.userId = ?",
    &[
        Access::Index { table: "s", keys: &["support_requests_userId_idx"] },
        Access::Index { table: "e", keys: &["PRIMARY"] },
    ],
);

/// Deletes the events of a user's tickets, before the tickets are deleted. Does nothing if the table does not exist
/// (`prisma db push` drops it).
pub async fn delete_by_user(conn: &mut Conn, user: &UserId) -> Result<()> {
    TABLE.or_none(conn.execute(&DELETE_BY_USER, Args::new().with(user)).await).map(drop)
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&*FACTS, &*FACTS_CREATED_BETWEEN, &LIST, &LIST_TOTAL, &DELETE_BY_USER]);
    all.extend(FACTS_OF.iter());
    all
}
