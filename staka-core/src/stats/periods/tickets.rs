//! Tickets opened, answered, resolved, closed and open, and their agents.

use staka_macros::Record;

use super::{Parts, Slot};
use crate::base::{Args, Day, Result, Timestamp, Zone};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{AgentLoad, TicketLoad, TicketsOfKind};

static OPENED: Statement = Statement::fixed(
    "stats.time_series/tickets_opened",
    "SELECT TO_SECONDS(s.createdAt) DIV ? AS slot, COUNT(*) FROM support_requests s FORCE INDEX (staka_tickets_load) \
     WHERE s.createdAt >= ? AND s.createdAt < ? GROUP BY slot",
    &[Access::Index { table: "s", keys: &["staka_tickets_load"] }],
);

static RESOLVED: Statement = Statement::fixed(
    "stats.time_series/tickets_resolved",
    "SELECT TO_SECONDS(s.resolvedAt) DIV ? AS slot, COUNT(*) FROM support_requests s FORCE INDEX (staka_tickets_resolved) \
     WHERE s.resolvedAt >= ? AND s.resolvedAt < ? GROUP BY slot",
    &[Access::Index { table: "s", keys: &["staka_tickets_resolved"] }],
);

/// Counts the tickets opened in each slot.
pub(super) async fn opened(conn: &mut Conn, parts: &Parts) -> Result<Vec<Slot>> {
    conn.all(&OPENED, parts.args()).await
}

/// Counts the tickets resolved in each slot.
pub(super) async fn resolved(conn: &mut Conn, parts: &Parts) -> Result<Vec<Slot>> {
    conn.all(&RESOLVED, parts.args()).await
}

/// Whether a ticket created earlier was still open at a time, which is bound twice.
macro_rules! open_at {
    () => {
        "COALESCE(s.resolvedAt >= ?, TRUE) AND COALESCE(s.closedAt >= ?, TRUE) AND NOT (\
         s.resolvedAt IS NULL AND s.closedAt IS NULL AND s.status IN ('RESOLU', 'FERME', 'ANNULE'))"
    };
}

/// All tickets opened before the range's end, read from the index alone.
static LOAD: Statement = Statement::fixed(
    "stats.ticket_load",
    concat!(
        "SELECT COUNT(CASE WHEN s.createdAt < ? AND ",
        open_at!(),
        " THEN 1 END), COUNT(CASE WHEN s.createdAt >= ? THEN 1 END), \
         COUNT(CASE WHEN s.firstResponseAt >= ? AND s.firstResponseAt < ? THEN 1 END), \
         COUNT(CASE WHEN s.resolvedAt >= ? AND s.resolvedAt < ? THEN 1 END), \
         COUNT(CASE WHEN s.closedAt >= ? AND s.closedAt < ? THEN 1 END), COUNT(CASE WHEN ",
        open_at!(),
        " THEN 1 END) FROM support_requests s FORCE INDEX (staka_tickets_load) WHERE s.createdAt < ?"
    ),
    &[Access::Index { table: "s", keys: &["staka_tickets_load"] }],
);

#[derive(Record)]
struct LoadRow {
    open_before: i64,
    opened: i64,
    answered: i64,
    resolved: i64,
    closed: i64,
    open_after: i64,
}

fn load_args(starts: Timestamp, ends: Timestamp) -> Args {
    let mut args = Args::new();
    let twice = [starts, ends];
    let values = [[starts; 2], [starts; 2], twice, twice, twice, [ends; 2]].concat();
    for time in values {
        args.push(time);
    }
    args.with(ends)
}

static KINDS: Statement = Statement::fixed(
    "stats.ticket_load/kinds",
    "SELECT s.category, s.priority, COUNT(*) FROM support_requests s FORCE INDEX (support_requests_createdAt_idx) \
     WHERE s.createdAt >= ? AND s.createdAt < ? GROUP BY s.category, s.priority ORDER BY s.category, s.priority",
    &[Access::Index { table: "s", keys: &["support_requests_createdAt_idx"] }],
);

static AGENTS: Statement = Statement::fixed(
    "stats.ticket_load/agents",
    "SELECT u.id, u.prenom, u.nom, CAST(SUM(x.live) AS SIGNED), CAST(SUM(x.resolved) AS SIGNED) FROM (\
       SELECT s.assignedToId AS agent, COUNT(*) AS live, 0 AS resolved FROM support_requests s FORCE INDEX (support_requests_status_idx) \
       WHERE s.status IN ('OUVERT', 'EN_COURS', 'EN_ATTENTE') AND s.assignedToId IS NOT NULL GROUP BY s.assignedToId \
       UNION ALL SELECT r.assignedToId, 0, COUNT(*) FROM support_requests r FORCE INDEX (staka_tickets_resolved) \
       WHERE r.resolvedAt >= ? AND r.resolvedAt < ? AND r.assignedToId IS NOT NULL GROUP BY r.assignedToId\
     ) x STRAIGHT_JOIN users u ON u.id = x.agent GROUP BY u.id, u.prenom, u.nom ORDER BY u.nom, u.prenom, u.id",
    &[
        Access::Index { table: "s", keys: &["support_requests_status_idx"] },
        Access::Index { table: "r", keys: &["staka_tickets_resolved"] },
        Access::Index { table: "u", keys: &["PRIMARY"] },
    ],
);

/// Returns the ticket load in `from ≤ date < to`. Fails with `Invalid` unless `from < to`.
pub async fn ticket_load(conn: &mut Conn, zone: Zone, from: Day, to: Day) -> Result<TicketLoad> {
    let parts = Parts::whole(zone, from, to)?;
    let (starts, ends) = (parts.starts(), parts.ends());
    let LoadRow { open_before, opened, answered, resolved, closed, open_after } =
        conn.one(&LOAD, load_args(starts, ends)).await?;
    let opened_by_kind: Vec<TicketsOfKind> = conn.all(&KINDS, Args::new().with(starts).with(ends)).await?;
    let agents: Vec<AgentLoad> = conn.all(&AGENTS, Args::new().with(starts).with(ends)).await?;
    Ok(TicketLoad { open_before, opened, answered, resolved, closed, open_after, opened_by_kind, agents })
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&OPENED, &RESOLVED, &LOAD, &KINDS, &AGENTS]
}
