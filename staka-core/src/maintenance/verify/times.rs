//! Moments that cannot be.

use super::{Check, Severity};

/// A row that was written before it was made, or made tomorrow.
macro_rules! written {
    ($($table:literal),+) => {
        &[$(
            Check::sql(
                concat!("times.", $table, ".updatedAt"),
                Severity::Warning,
                concat!("no row of `", $table, "` was written before it was made"),
                concat!("SELECT CONCAT('", $table, " ', t.id), CONCAT('made ', t.createdAt, ', written ', t.updatedAt) FROM ", $table, " t WHERE t.updatedAt < t.createdAt"),
                "a clock was wrong, or an import kept one of both: nothing to do unless a list is sorted by updatedAt",
            ),
            Check::sql(
                concat!("times.", $table, ".createdAt"),
                Severity::Error,
                concat!("no row of `", $table, "` is of a time to come"),
                concat!("SELECT CONCAT('", $table, " ', t.id), CONCAT('made ', t.createdAt) FROM ", $table, " t WHERE t.createdAt > UTC_TIMESTAMP(3) + INTERVAL 1 DAY"),
                "look at the clock of who wrote it; lists by age show it first until then",
            ),
        )+]
    };
}

const WRITTEN: &[Check] = written!(
    "users",
    "commandes",
    "files",
    "messages",
    "payment_methods",
    "invoices",
    "notifications",
    "pages",
    "faqs",
    "tarifs",
    "support_requests"
);

const ORDERED: &[Check] = &[
    Check::sql(
        "times.commandes.dateFinition",
        Severity::Error,
        "no order is finished before it was made",
        "SELECT CONCAT('commandes ', c.id), CONCAT('made ', c.createdAt, ', finished ', c.dateFinition) FROM commandes c \
         WHERE c.dateFinition < c.createdAt",
        "UPDATE commandes SET dateFinition for it, or take it up and finish it again by commandes.override_statut",
    ),
    Check::sql(
        "times.commandes.finished",
        Severity::Note,
        "an order that is TERMINE says since when",
        "SELECT CONCAT('commandes ', c.id), 'TERMINE without dateFinition' FROM commandes c \
         WHERE c.statut = 'TERMINE' AND c.dateFinition IS NULL",
        "other writers leave it out: times to completion do not count such orders; taking it up and finishing it again by commandes.override_statut sets it",
    ),
    // A payment may come first: Stripe's invoices are issued once they are paid.
    Check::sql(
        "times.invoices.dueAt",
        Severity::Error,
        "no invoice is due before it was issued",
        "SELECT CONCAT('invoices ', i.number), CONCAT('issued ', i.issuedAt, ', due ', i.dueAt) FROM invoices i \
         WHERE i.dueAt < i.issuedAt",
        "ask who wrote it: an invoice never changes, so a wrong one takes a credit note",
    ),
    Check::sql(
        "times.notifications.expiresAt",
        Severity::Warning,
        "no notification expires before it was made",
        "SELECT CONCAT('notifications ', n.id), CONCAT('made ', n.createdAt, ', expires ', n.expiresAt) FROM notifications n \
         WHERE n.expiresAt < n.createdAt",
        "nobody ever saw it: notifications.purge_expired",
    ),
    Check::sql(
        "times.notifications.readAt",
        Severity::Note,
        "a notification that was read says since when",
        "SELECT CONCAT('notifications ', n.id), IF(n.isRead, 'read without readAt', 'readAt without being read') FROM notifications n \
         WHERE n.isRead <> (n.readAt IS NOT NULL)",
        "nothing: no query asks for readAt",
    ),
    Check::sql(
        "times.pages.publishedAt",
        Severity::Warning,
        "a page that is PUBLISHED or SCHEDULED says since when",
        "SELECT CONCAT('pages ', p.slug), CONCAT(p.status, ' without publishedAt') FROM pages p \
         WHERE p.status IN ('PUBLISHED', 'SCHEDULED') AND p.publishedAt IS NULL",
        "pages.publish shows it",
    ),
    Check::sql(
        "times.password_resets.expiresAt",
        Severity::Warning,
        "a token to reset a password lives for an hour",
        "SELECT CONCAT('password_resets ', r.id), CONCAT('made ', r.createdAt, ', expires ', r.expiresAt) FROM password_resets r \
         WHERE r.expiresAt < r.createdAt OR r.expiresAt > r.createdAt + INTERVAL 1 DAY",
        "password_resets.purge_expired, once it has expired; until then remove the row",
    ),
];

/// The two lists as one.
const fn joined<const N: usize>(lists: [&'static [Check]; 2]) -> [Check; N] {
    let mut all = [lists[0][0]; N];
    let mut place = 0;
    while place < N {
        all[place] = if place < lists[0].len() { lists[0][place] } else { lists[1][place - lists[0].len()] };
        place += 1;
    }
    all
}

pub(super) const CHECKS: &[Check] = &joined::<{ WRITTEN.len() + ORDERED.len() }>([WRITTEN, ORDERED]);
