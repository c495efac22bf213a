//! Support requests: opened, answered, resolved, closed, open; and whose they are.

use staka_macros::Record;

use super::{Parts, Slot};
use crate::base::{Args, Day, Result, Zone};
use crate::db::{Access, Conn, Statement};
use crate::model::view::{AgentLoad, SupportLoad, TicketsOfKind};

static OPENED: Statement = Statement::fixed(
    "stats.series/tickets_opened",
    "SELECT TO_SECONDS(s.createdAt) DIV ? AS slot, COUNT(*) FROM support_requests s FORCE INDEX (staka_support_load) \
     WHERE s.createdAt >= ? AND s.createdAt < ? GROUP BY slot",
    &[Access::Index { table: "s", keys: &["staka_support_load"] }],
);

static RESOLVED: Statement = Statement::fixed(
    "stats.series/tickets_resolved",
    "SELECT TO_SECONDS(s.resolvedAt) DIV ? AS slot, COUNT(*) FROM support_requests s FORCE INDEX (staka_support_resolved) \
     WHERE s.resolvedAt >= ? AND s.resolvedAt < ? GROUP BY slot",
    &[Access::Index { table: "s", keys: &["staka_support_resolved"] }],
);

/// How many were opened in each slot.
pub(super) async fn opened(conn: &mut Conn, parts: &Parts) -> Result<Vec<Slot>> {
    conn.all(&OPENED, parts.args()).await
}

/// How many were resolved in each slot.
pub(super) async fn resolved(conn: &mut Conn, parts: &Parts) -> Result<Vec<Slot>> {
    conn.all(&RESOLVED, parts.args()).await
}

/// Everything that was opened before the range's end, read in the index alone.
static FLOW: Statement = Statement::fixed(
    "stats.support_load",
    "SELECT COUNT(CASE WHEN x.createdAt < x.f AND x.done >= x.f THEN 1 END), COUNT(CASE WHEN x.createdAt >= x.f THEN 1 END), \
       COUNT(CASE WHEN x.firstResponseAt >= x.f AND x.firstResponseAt < x.t THEN 1 END), \
       COUNT(CASE WHEN x.resolvedAt >= x.f AND x.resolvedAt < x.t THEN 1 END), \
       COUNT(CASE WHEN x.closedAt >= x.f AND x.closedAt < x.t THEN 1 END), COUNT(CASE WHEN x.done >= x.t THEN 1 END) FROM (\
       SELECT s.createdAt, s.firstResponseAt, s.resolvedAt, s.closedAt, b.f, b.t, \
         CASE WHEN s.resolvedAt IS NOT NULL AND s.closedAt IS NOT NULL THEN LEAST(s.resolvedAt, s.closedAt) \
           WHEN s.resolvedAt IS NOT NULL THEN s.resolvedAt WHEN s.closedAt IS NOT NULL THEN s.closedAt \
           WHEN s.status IN ('RESOLU', 'FERME', 'ANNULE') THEN s.createdAt ELSE b.never END AS done \
       FROM (SELECT CAST(? AS DATETIME(3)) AS f, CAST(? AS DATETIME(3)) AS t, CAST('9999-12-31 23:59:59.999' AS DATETIME(3)) AS never) b \
       STRAIGHT_JOIN support_requests s FORCE INDEX (staka_support_load) WHERE s.createdAt < ?\
     ) x",
    &[Access::Index { table: "s", keys: &["staka_support_load"] }],
);

#[derive(Record)]
struct FlowRow {
    open_before: i64,
    opened: i64,
    answered: i64,
    resolved: i64,
    closed: i64,
    open_after: i64,
}

static KINDS: Statement = Statement::fixed(
    "stats.support_load/kinds",
    "SELECT s.category, s.priority, COUNT(*) FROM support_requests s FORCE INDEX (support_requests_createdAt_idx) \
     WHERE s.createdAt >= ? AND s.createdAt < ? GROUP BY s.category, s.priority ORDER BY s.category, s.priority",
    &[Access::Index { table: "s", keys: &["support_requests_createdAt_idx"] }],
);

static AGENTS: Statement = Statement::fixed(
    "stats.support_load/agents",
    "SELECT u.id, u.prenom, u.nom, CAST(SUM(x.live) AS SIGNED), CAST(SUM(x.resolved) AS SIGNED) FROM (\
       SELECT s.assignedToId AS agent, COUNT(*) AS live, 0 AS resolved FROM support_requests s FORCE INDEX (support_requests_status_idx) \
       WHERE s.status IN ('OUVERT', 'EN_COURS', 'EN_ATTENTE') AND s.assignedToId IS NOT NULL GROUP BY s.assignedToId \
       UNION ALL SELECT r.assignedToId, 0, COUNT(*) FROM support_requests r FORCE INDEX (staka_support_resolved) \
       WHERE r.resolvedAt >= ? AND r.resolvedAt < ? AND r.assignedToId IS NOT NULL GROUP BY r.assignedToId\
     ) x STRAIGHT_JOIN users u ON u.id = x.agent GROUP BY u.id, u.prenom, u.nom ORDER BY u.nom, u.prenom, u.id",
    &[
        Access::Index { table: "s", keys: &["support_requests_status_idx"] },
        Access::Index { table: "r", keys: &["staka_support_resolved"] },
        Access::Index { table: "u", keys: &["PRIMARY"] },
    ],
);

/// What the support had to do in `from ≤ date < to`. `Invalid` unless `from < to`.
pub async fn support_load(conn: &mut Conn, zone: Zone, from: Day, to: Day) -> Result<SupportLoad> {
    let parts = Parts::whole(zone, from, to)?;
    let (starts, ends) = (parts.starts(), parts.ends());
    let FlowRow { open_before, opened, answered, resolved, closed, open_after } =
        conn.one(&FLOW, Args::new().with(starts).with(ends).with(ends)).await?;
    let opened_by_kind: Vec<TicketsOfKind> = conn.all(&KINDS, Args::new().with(starts).with(ends)).await?;
    let agents: Vec<AgentLoad> = conn.all(&AGENTS, Args::new().with(starts).with(ends)).await?;
    Ok(SupportLoad { open_before, opened, answered, resolved, closed, open_after, opened_by_kind, agents })
}

pub(super) fn statements() -> Vec<&'static Statement> {
    vec![&OPENED, &RESOLVED, &FLOW, &KINDS, &AGENTS]
}
