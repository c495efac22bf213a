//! Checks of tickets and their events.

use futures_util::future::BoxFuture;
use staka_macros::Record;

use super::{Check, Find, Finding, Severity};
use crate::base::{Args, Result, TextEnum, Timestamp};
use crate::db::{Conn, Statement};
use crate::model::{SupportRequestId, SupportRequestStatus, TicketFact, Timeline};

const EVENTS: &str = "SELECT t.id, t.status, t.firstResponseAt, t.resolvedAt, t.closedAt, e.`kind`, e.`at`, e.`fromClient`, e.`after` \
     FROM staka_ticket_events e JOIN support_requests t ON t.id = e.ticketId ORDER BY e.ticketId, e.place";

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "tickets.timestamps",
        rule: "A ticket's firstResponseAt, resolvedAt and closedAt follow from its events.",
        severity: Severity::Error,
        find: Find::Steps(EVENTS, timestamps),
        repair: "any operation on the ticket recomputes them, e.g. tickets.add_note; values written by other programs are lost",
    },
    Check {
        name: "tickets.order",
        rule: "A ticket's times are not before its opening, and it is not closed before it is resolved.",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('support_requests ', t.id), CONCAT('opened ', t.createdAt, ', first answered ', \
             COALESCE(t.firstResponseAt, 'never'), ', solved ', COALESCE(t.resolvedAt, 'never'), ', closed ', \
             COALESCE(t.closedAt, 'never')) FROM support_requests t \
             WHERE t.firstResponseAt < t.createdAt OR t.resolvedAt < t.createdAt OR t.closedAt < t.createdAt \
             OR t.closedAt < t.resolvedAt ORDER BY t.id",
        ),
        repair: "find out which program wrote them and correct them by SQL; Staka never writes such times",
    },
    Check {
        name: "tickets.ended",
        rule: "A RESOLU ticket has a resolvedAt, a FERME or ANNULE ticket a closedAt.",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('support_requests ', t.id), CONCAT('is ', t.status, ' without the time') \
             FROM support_requests t WHERE (t.status = 'RESOLU' AND t.resolvedAt IS NULL) \
             OR (t.status IN ('FERME', 'ANNULE') AND t.closedAt IS NULL) ORDER BY t.id",
        ),
        repair: "any operation on the ticket, e.g. tickets.add_note, sets it to the ticket's updatedAt",
    },
    Check {
        name: "tickets.events",
        rule: "A ticket's events are numbered from 1 without gaps, and the first is OPENED.",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('support_requests ', e.ticketId), CONCAT(COUNT(*), ' events up to place ', MAX(e.place)) \
             FROM staka_ticket_events e GROUP BY e.ticketId HAVING COUNT(*) <> MAX(e.place) OR MIN(e.place) <> 1 \
             OR SUM(e.place = 1 AND e.kind = 'OPENED') <> 1 ORDER BY e.ticketId",
        ),
        repair: "Staka never deletes single events: restore them from a backup",
    },
    Check {
        name: "tickets.orphans",
        rule: "An event belongs to an existing ticket.",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT DISTINCT CONCAT('staka_ticket_events ', e.ticketId), 'its ticket does not exist' \
             FROM staka_ticket_events e LEFT JOIN support_requests t ON t.id = e.ticketId WHERE t.id IS NULL",
        ),
        repair: "another program deleted the ticket: DELETE FROM staka_ticket_events WHERE ticketId = …",
    },
    Check {
        name: "tickets.agents",
        rule: "The assignee of an open ticket is an active ADMIN or CORRECTOR.",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('support_requests ', t.id), CONCAT('is assigned to ', u.id, ', ', u.role, IF(u.isActive, '', ', inactive')) \
             FROM support_requests t JOIN users u ON u.id = t.assignedToId \
             WHERE t.status IN ('OUVERT', 'EN_COURS', 'EN_ATTENTE') AND (u.isActive = FALSE OR u.role = 'USER') ORDER BY t.id",
        ),
        repair: "tickets.assign to another account, or tickets.unassign",
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
    fact: TicketFact,
}

/// Compares a ticket's times with its events. If another program changed the status, its times are accepted.
fn compared(row: &Row, timeline: &Timeline) -> Option<Finding> {
    if row.status != timeline.status {
        return None;
    }
    let actual = (row.first_response_at, row.resolved_at, row.closed_at);
    let expected = (timeline.first_response_at, timeline.resolved_at, timeline.closed_at);
    let shown = |(first, resolved, closed): (Option<Timestamp>, Option<Timestamp>, Option<Timestamp>)| {
        let time = |at: Option<Timestamp>| at.map_or("never".to_owned(), |at| at.to_string());
        format!("first answered {}, resolved {}, closed {}", time(first), time(resolved), time(closed))
    };
    (actual != expected).then(|| Finding {
        subject: format!("support_requests {}", row.ticket),
        problem: format!("{}: {}; by its events: {}", row.status.as_str(), shown(actual), shown(expected)),
    })
}

fn timestamps(conn: &mut Conn) -> BoxFuture<'_, Result<Vec<Finding>>> {
    Box::pin(async move {
        let statement = Statement::fixed("verify", EVENTS, &[]);
        let mut findings = Vec::new();
        let mut ticket: Option<(Row, Timeline)> = None;
        let done = |ticket: &Option<(Row, Timeline)>, findings: &mut Vec<Finding>| {
            findings.extend(ticket.as_ref().and_then(|(row, timeline)| compared(row, timeline)));
        };
        conn.each(&statement, Args::new(), |row: Row| match &mut ticket {
            Some((known, timeline)) if known.ticket == row.ticket => timeline.record_event(&row.fact),
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
