//! Checks for impossible times.

use super::{Check, Severity};

/// Defines checks for rows updated before their creation, or created in the future.
macro_rules! written {
    ($($table:literal),+) => {
        &[$(
            Check::sql(
                concat!("times.", $table, ".updatedAt"),
                Severity::Warning,
                concat!("No row of `", $table, "` was updated before it was created."),
                concat!("SELECT CONCAT('", $table, " ', t.id), CONCAT('created ', t.createdAt, ', updated ', t.updatedAt) FROM ", $table, " t WHERE t.updatedAt < t.createdAt"),
                "a clock was wrong, or an import kept only one of the two: nothing to do unless a list is sorted by updatedAt",
            ),
            Check::sql(
                concat!("times.", $table, ".createdAt"),
                Severity::Error,
                concat!("No row of `", $table, "` was created in the future."),
                concat!("SELECT CONCAT('", $table, " ', t.id), CONCAT('created ', t.createdAt) FROM ", $table, " t WHERE t.createdAt > UTC_TIMESTAMP(3) + INTERVAL 1 DAY"),
                "check the clock of the program that wrote it; lists by age show it first until then",
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
        "An order is not finished before it was created.",
        "SELECT CONCAT('commandes ', c.id), CONCAT('created ', c.createdAt, ', finished ', c.dateFinition) FROM commandes c \
         WHERE c.dateFinition < c.createdAt",
        "UPDATE commandes SET dateFinition, or set EN_COURS and TERMINE again with commandes.override_statut",
    ),
    Check::sql(
        "times.commandes.finished",
        Severity::Note,
        "A TERMINE order has a dateFinition.",
        "SELECT CONCAT('commandes ', c.id), 'TERMINE without dateFinition' FROM commandes c \
         WHERE c.statut = 'TERMINE' AND c.dateFinition IS NULL",
        "other programs leave it out, and completion times ignore such orders; setting EN_COURS and TERMINE again with commandes.override_statut sets it",
    ),
    // A payment may precede the issue: Stripe's invoices are issued once they are paid.
    Check::sql(
        "times.invoices.dueAt",
        Severity::Error,
        "An invoice is not due before it was issued.",
        "SELECT CONCAT('invoices ', i.number), CONCAT('issued ', i.issuedAt, ', due ', i.dueAt) FROM invoices i \
         WHERE i.dueAt < i.issuedAt",
        "find out which program wrote it: an invoice is never changed, so a wrong one needs a credit note",
    ),
    Check::sql(
        "times.notifications.expiresAt",
        Severity::Warning,
        "A notification does not expire before it was created.",
        "SELECT CONCAT('notifications ', n.id), CONCAT('created ', n.createdAt, ', expires ', n.expiresAt) FROM notifications n \
         WHERE n.expiresAt < n.createdAt",
        "it was never visible: notifications.purge_expired",
    ),
    Check::sql(
        "times.notifications.readAt",
        Severity::Note,
        "A notification has a readAt if and only if it is read.",
        "SELECT CONCAT('notifications ', n.id), IF(n.isRead, 'read without readAt', 'readAt without being read') FROM notifications n \
         WHERE n.isRead <> (n.readAt IS NOT NULL)",
        "nothing: no query uses readAt",
    ),
    Check::sql(
        "times.pages.publishedAt",
        Severity::Warning,
        "A PUBLISHED or SCHEDULED page has a publishedAt.",
        "SELECT CONCAT('pages ', p.slug), CONCAT(p.status, ' without publishedAt') FROM pages p \
         WHERE p.status IN ('PUBLISHED', 'SCHEDULED') AND p.publishedAt IS NULL",
        "pages.publish",
    ),
    Check::sql(
        "times.password_resets.expiresAt",
        Severity::Warning,
        "A password reset token expires within a day of its creation.",
        "SELECT CONCAT('password_resets ', r.id), CONCAT('created ', r.createdAt, ', expires ', r.expiresAt) FROM password_resets r \
         WHERE r.expiresAt < r.createdAt OR r.expiresAt > r.createdAt + INTERVAL 1 DAY",
        "password_resets.purge_expired once it has expired, or delete the row",
    ),
];

/// Joins the two lists.
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
