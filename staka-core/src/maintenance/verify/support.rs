//! Support tickets: their times are what their events give.

use futures_util::future::BoxFuture;
use staka_macros::Record;

use super::{Check, Find, Finding, Severity};
use crate::base::{Args, Result, TextEnum, Timestamp};
use crate::db::{Conn, Statement};
use crate::model::{SupportFact, SupportRequestId, SupportRequestStatus, Timeline};

const RECOUNT: &str = "SELECT t.id, t.status, t.firstResponseAt, t.resolvedAt, t.closedAt, e.`kind`, e.`at`, e.`fromClient`, e.`after` \
     FROM staka_support_events e JOIN support_requests t ON t.id = e.ticketId ORDER BY e.ticketId, e.place";

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "support.timestamps",
        says: "a ticket's firstResponseAt, resolvedAt and closedAt are what its events give",
        severity: Severity::Error,
        find: Find::Steps(RECOUNT, timestamps),
        mend: "any act on the ticket writes them anew, e.g. support.note; what others wrote there is lost with it",
    },
    Check {
        name: "support.order",
        says: "a ticket's times are possible: none lies before its opening, none in the future",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('support_requests ', t.id), CONCAT('opened ', t.createdAt, ', first answered ', \
             COALESCE(t.firstResponseAt, 'never'), ', solved ', COALESCE(t.resolvedAt, 'never'), ', closed ', \
             COALESCE(t.closedAt, 'never')) FROM support_requests t \
             WHERE t.firstResponseAt < t.createdAt OR t.resolvedAt < t.createdAt OR t.closedAt < t.createdAt \
             OR t.closedAt < t.resolvedAt ORDER BY t.id",
        ),
        mend: "look where they come from, and set them by SQL; Staka's own acts never write such",
    },
    Check {
        name: "support.ended",
        says: "a ticket that is RESOLU says when it was solved, one that is FERME or ANNULE when it was closed",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('support_requests ', t.id), CONCAT('is ', t.status, ' and does not say since when') \
             FROM support_requests t WHERE (t.status = 'RESOLU' AND t.resolvedAt IS NULL) \
             OR (t.status IN ('FERME', 'ANNULE') AND t.closedAt IS NULL) ORDER BY t.id",
        ),
        mend: "any act on the ticket takes its last writing as the moment, e.g. support.note",
    },
    Check {
        name: "support.events",
        says: "a ticket's events are numbered from 1 without a gap, and the first is its opening",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('support_requests ', e.ticketId), CONCAT(COUNT(*), ' events up to place ', MAX(e.place)) \
             FROM staka_support_events e GROUP BY e.ticketId HAVING COUNT(*) <> MAX(e.place) OR MIN(e.place) <> 1 \
             OR SUM(e.place = 1 AND e.kind = 'OPENED') <> 1 ORDER BY e.ticketId",
        ),
        mend: "events are never removed one by one: restore them from a backup",
    },
    Check {
        name: "support.orphans",
        says: "each event is a ticket's",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT DISTINCT CONCAT('staka_support_events ', e.ticketId), 'its ticket is not there' \
             FROM staka_support_events e LEFT JOIN support_requests t ON t.id = e.ticketId WHERE t.id IS NULL",
        ),
        mend: "another program removed the ticket: DELETE FROM staka_support_events WHERE ticketId = …",
    },
    Check {
        name: "support.agents",
        says: "who takes care of an open ticket is an active ADMIN or CORRECTOR",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('support_requests ', t.id), CONCAT('is with ', u.id, ', ', u.role, IF(u.isActive, '', ', inactive')) \
             FROM support_requests t JOIN users u ON u.id = t.assignedToId \
             WHERE t.status IN ('OUVERT', 'EN_COURS', 'EN_ATTENTE') AND (u.isActive = FALSE OR u.role = 'USER') ORDER BY t.id",
        ),
        mend: "support.assign to somebody else, or support.unassign",
    },
];

#[derive(Record)]
struct Row {
    ticket: SupportRequestId,
    status: SupportRequestStatus,
    first_response_at: Option<Timestamp>,
    resolved_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    #[record(nested)]
    fact: SupportFact,
}

/// Where another program has moved the ticket meanwhile, its times are that program's until the next act.
fn compared(row: &Row, timeline: &Timeline) -> Option<Finding> {
    if row.status != timeline.status {
        return None;
    }
    let said = (row.first_response_at, row.resolved_at, row.closed_at);
    let given = (timeline.first_response_at, timeline.resolved_at, timeline.closed_at);
    let words = |(first, solved, closed): (Option<Timestamp>, Option<Timestamp>, Option<Timestamp>)| {
        let word = |at: Option<Timestamp>| at.map_or("never".to_owned(), |at| at.to_string());
        format!("first answered {}, solved {}, closed {}", word(first), word(solved), word(closed))
    };
    (said != given).then(|| Finding {
        subject: format!("support_requests {}", row.ticket),
        problem: format!("{}: {}; its events: {}", row.status.as_str(), words(said), words(given)),
    })
}

fn timestamps(conn: &mut Conn) -> BoxFuture<'_, Result<Vec<Finding>>> {
    Box::pin(async move {
        let statement = Statement::fixed("verify", RECOUNT, &[]);
        let mut findings = Vec::new();
        let mut ticket: Option<(Row, Timeline)> = None;
        let done = |ticket: &Option<(Row, Timeline)>, findings: &mut Vec<Finding>| {
            findings.extend(ticket.as_ref().and_then(|(row, timeline)| compared(row, timeline)));
        };
        conn.each(&statement, Args::new(), |row: Row| match &mut ticket {
            Some((known, timeline)) if known.ticket == row.ticket => timeline.happens(&row.fact),
            _ => {
                done(&ticket, &mut findings);
                ticket = Timeline::of([&row.fact]).map(|timeline| (row, timeline));
            }
        })
        .await?;
        done(&ticket, &mut findings);
        Ok(findings)
    })
}
