//! What happened to support tickets: a table of ours, to which rows are added.

use std::sync::LazyLock;

use staka_macros::Record;

use super::ids;
use crate::base::{Args, Cursor, Error, Listing, Page, Result, Timestamp};
use crate::db::error::lacks_a_table;
use crate::db::{Access, Conn, Statement};
use crate::model::view::SupportHistoryEvent;
use crate::model::{SupportEvent, SupportFact, SupportRequestId, UserId};

const BY_TICKET: &[Access] = &[Access::Index { table: "e", keys: &["PRIMARY"] }];

static FACTS: Statement = Statement::fixed(
    "support_events.facts",
    "SELECT e.`kind`, e.`at`, e.`fromClient`, e.`after` FROM staka_support_events e WHERE e.ticketId = ? ORDER BY e.place",
    BY_TICKET,
);

/// What a ticket's times depend on, in its order; nothing for one that no operation has touched.
pub async fn facts(conn: &mut Conn, ticket: &SupportRequestId) -> Result<Vec<SupportFact>> {
    conn.all(&FACTS, Args::new().with(ticket)).await
}

/// A ticket's fact.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct FactOf {
    /// The ticket.
    pub ticket: SupportRequestId,
    /// What happened.
    #[record(nested)]
    pub fact: SupportFact,
}

static FACTS_OF: LazyLock<[Statement; 2]> = LazyLock::new(|| {
    ids::statements("support_events.facts_of", BY_TICKET, |places| {
        format!(
            "SELECT e.ticketId, e.`kind`, e.`at`, e.`fromClient`, e.`after` FROM staka_support_events e \
             WHERE e.ticketId IN ({places}) ORDER BY e.ticketId, e.place"
        )
    })
});

/// The same of several tickets, 1,000 at the most, each one's in its order.
pub async fn facts_of(conn: &mut Conn, tickets: &[SupportRequestId]) -> Result<Vec<FactOf>> {
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let (statement, args) = ids::bound(&FACTS_OF, tickets, Args::new());
    conn.all(statement, args).await
}

static FACTS_OF_WINDOW: Statement = Statement::fixed(
    "support_events.facts_of_window",
    "SELECT e.ticketId, e.`kind`, e.`at`, e.`fromClient`, e.`after` \
     FROM support_requests t FORCE INDEX (support_requests_createdAt_idx) \
     STRAIGHT_JOIN staka_support_events e FORCE INDEX (PRIMARY) ON e.ticketId = t.id \
     WHERE t.createdAt >= ? AND t.createdAt < ? ORDER BY t.createdAt, t.id, e.place",
    &[
        Access::Index { table: "t", keys: &["support_requests_createdAt_idx"] },
        Access::Index { table: "e", keys: &["PRIMARY"] },
    ],
);

/// The same of the tickets made in `from ≤ createdAt < to`.
pub async fn facts_of_window(conn: &mut Conn, from: Timestamp, to: Timestamp) -> Result<Vec<FactOf>> {
    conn.all(&FACTS_OF_WINDOW, Args::new().with(from).with(to)).await
}

/// How many rows go with one statement: a text for each power of two.
const MOST: usize = 16;

static ADD: LazyLock<Vec<Statement>> = LazyLock::new(|| {
    (0..=MOST.ilog2())
        .map(|power| {
            let rows = vec!["(?, ?, ?, ?, ?, ?, ?, ?, ?)"; 1 << power].join(", ");
            Statement::fixed("support_events.add", "", &[]).with_text(format!(
                "INSERT INTO staka_support_events \
                 (`ticketId`, `place`, `kind`, `at`, `actorId`, `fromClient`, `before`, `after`, `body`) VALUES {rows}"
            ))
        })
        .collect()
});

/// Adds events. `Conflict` where the ticket has one at that place.
pub async fn add(conn: &mut Conn, events: &[SupportEvent]) -> Result<()> {
    let mut rest = events;
    while !rest.is_empty() {
        let power = rest.len().min(MOST).ilog2();
        let (chunk, others) = rest.split_at(1 << power);
        let mut args = Args::new();
        for event in chunk {
            let SupportEvent { ticket_id, place, at, actor_id, kind, from_client, before, after, body } = event;
            args = args.with(ticket_id).with(*place).with(kind).with(*at).with(actor_id.as_ref().map(UserId::as_str));
            args = args.with(*from_client).with(before).with(after).with(body);
        }
        conn.execute(&ADD[power as usize], args).await?;
        rest = others;
    }
    Ok(())
}

/// What both sides see; the team sees all.
static HISTORY: Statement = Statement::fixed(
    "support_events.history",
    "SELECT e.`place`, e.`kind`, e.`at`, e.`fromClient`, e.`before`, e.`after`, e.`body`, \
       u.id, u.prenom, u.nom, u.avatar, u.role \
     FROM staka_support_events e LEFT JOIN users u ON u.id = e.actorId \
     WHERE e.ticketId = ? AND e.place > ? AND (? OR e.`kind` IN ('OPENED', 'REPLIED', 'STATUS', 'REOPENED')) \
     ORDER BY e.place LIMIT ? OFFSET ?",
    &[Access::Index { table: "e", keys: &["PRIMARY"] }, Access::Index { table: "u", keys: &["PRIMARY"] }],
);

static HISTORY_LENGTH: Statement = Statement::fixed(
    "support_events.history/total",
    "SELECT COUNT(*) FROM staka_support_events e \
     WHERE e.ticketId = ? AND (? OR e.`kind` IN ('OPENED', 'REPLIED', 'STATUS', 'REOPENED'))",
    BY_TICKET,
);

/// The name that the history's cursors bear.
pub const HISTORY_LIST: &str = "support.history";

/// What a cursor of the history says: the place behind which it goes on.
pub fn behind(page: &Page) -> Result<i64> {
    let Some(after) = &page.after else { return Ok(0) };
    let [place] = after.keys::<1>(HISTORY_LIST)?;
    place.parse().map_err(|_| Error::invalid("after", "is not a cursor of this list"))
}

/// The events of a ticket in their order, all of them for the team; 50 a page, 200 at the most.
pub async fn history(
    conn: &mut Conn,
    ticket: &SupportRequestId,
    team: bool,
    page: &Page,
) -> Result<Listing<SupportHistoryEvent>> {
    let window = page.window(50, 200)?;
    let place = behind(page)?;
    let total: Option<i64> = match page.total {
        true => Some(conn.one(&HISTORY_LENGTH, Args::new().with(ticket).with(team)).await?),
        false => None,
    };
    let args = Args::new().with(ticket).with(place).with(team).with(window.limit + 1).with(window.offset);
    let rows = conn.all(&HISTORY, args).await?;
    let listing = Listing::from_overfull(rows, window.limit, |last: &SupportHistoryEvent| {
        Cursor::behind(HISTORY_LIST, &[&last.place.to_string()])
    });
    Ok(listing.with_total(total.map(i64::unsigned_abs)))
}

static FORGET: Statement = Statement::fixed(
    "support_events.forget",
    "DELETE e FROM support_requests s FORCE INDEX (support_requests_userId_idx) \
     STRAIGHT_JOIN staka_support_events e FORCE INDEX (PRIMARY) ON e.ticketId = s.id WHERE s.userId = ?",
    &[
        Access::Index { table: "s", keys: &["support_requests_userId_idx"] },
        Access::Index { table: "e", keys: &["PRIMARY"] },
    ],
);

/// Removes what happened to a user's tickets, before these go. Where our table is not there (`prisma db push` drops it)
/// there is nothing to remove.
pub async fn forget(conn: &mut Conn, user: &UserId) -> Result<()> {
    match conn.execute(&FORGET, Args::new().with(user)).await {
        Err(lost) if lacks_a_table(&lost) => {
            tracing::warn!("the table of support events is missing: run `staka migrate`");
            Ok(())
        }
        done => done.map(drop),
    }
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = vec![&FACTS, &FACTS_OF_WINDOW, &HISTORY, &HISTORY_LENGTH, &FORGET];
    all.extend(FACTS_OF.iter().chain(ADD.iter()));
    all
}
