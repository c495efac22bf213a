//! Checks of payments, refunds and payment events.

use super::{Check, Find, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "payments.refunds",
        rule: "A payment's refunds do not exceed its amount, and its status agrees with them.",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('staka_payments ', p.sessionId), CONCAT(p.refunded, ' of ', p.amount, ' centimes were refunded, and the status is ', p.status) \
             FROM staka_payments p WHERE p.refunded < 0 OR p.refunded > p.amount OR p.amount <= 0 \
             OR p.status <> IF(p.refunded = 0, 'paid', IF(p.refunded = p.amount, 'refunded', 'partially_refunded')) \
             ORDER BY p.sessionId",
        ),
        repair: "compare the session's events (payments.list_events) with Stripe",
    },
    Check {
        name: "payments.one_payment",
        rule: "An order has at most one payment that is not refunded.",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('commandes ', p.commandeId), CONCAT(COUNT(*), ' payments of ', SUM(p.amount - p.refunded), ' centimes') \
             FROM staka_payments p WHERE p.status <> 'refunded' GROUP BY p.commandeId HAVING COUNT(*) > 1 ORDER BY p.commandeId",
        ),
        repair: "refund one of them at Stripe",
    },
    Check {
        name: "payments.payment_status",
        rule: "An order with a payment is paid; an order whose payments are refunded is not.",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('commandes ', c.id), CONCAT('its payment is ', p.status, ', its paymentStatus is ', COALESCE(c.paymentStatus, 'NULL')) \
             FROM staka_payments p JOIN commandes c ON c.id = p.commandeId \
             WHERE (p.status <> 'refunded' AND NOT (c.paymentStatus <=> 'paid')) \
             OR (p.status = 'refunded' AND c.paymentStatus <=> 'paid' AND NOT EXISTS ( \
                 SELECT 1 FROM staka_payments o WHERE o.commandeId = p.commandeId AND o.status <> 'refunded')) \
             ORDER BY c.id",
        ),
        repair: "another program changed the order's paymentStatus: compare payments.list_by_commande, and set it",
    },
    Check {
        name: "payments.invoice_is_paid",
        rule: "A payment that is not refunded has a PAID invoice.",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('staka_payments ', p.sessionId), \
             IF(i.id IS NULL, 'it has no invoice', CONCAT('its invoice ', i.number, ' is ', i.status)) \
             FROM staka_payments p LEFT JOIN invoices i ON i.id = p.invoiceId \
             WHERE p.status = 'paid' AND NOT (i.status <=> 'PAID') AND EXISTS (SELECT 1 FROM commandes c WHERE c.id = p.commandeId) \
             ORDER BY p.sessionId",
        ),
        repair: "invoices.mark_paid, or refund what was credited",
    },
    Check {
        name: "payments.events_are_json",
        rule: "An event's payload is JSON, or empty after its retention.",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('staka_payment_events ', e.id), 'its payload is not JSON' FROM staka_payment_events e \
             WHERE e.payload <> '' AND NOT JSON_VALID(e.payload) ORDER BY e.id",
        ),
        repair: "fetch the event from Stripe again",
    },
    Check {
        name: "payments.times",
        rule: "No payment was made after it was recorded.",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('staka_payments ', p.sessionId), CONCAT('paid at ', p.paidAt, ', written at ', p.updatedAt) \
             FROM staka_payments p WHERE p.paidAt > p.updatedAt ORDER BY p.sessionId",
        ),
        repair: "the clocks of the servers differ",
    },
    Check {
        name: "payments.to_decide",
        rule: "No payment event needs a decision.",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('staka_payment_events ', e.id), CONCAT(e.outcome, ': ', COALESCE(e.detail, e.type)) \
             FROM staka_payment_events e WHERE e.outcome IN ('UNMATCHED', 'MISMATCH', 'SURPLUS') \
             AND e.type IN ('checkout.session.completed', 'checkout.session.async_payment_succeeded', 'charge.refunded') \
             AND NOT EXISTS (SELECT 1 FROM staka_payment_events r WHERE r.paymentIntent = e.paymentIntent \
                             AND r.type = 'charge.refunded' AND r.id <> e.id) ORDER BY e.receivedAt, e.id",
        ),
        repair: "payments.retry_event once the missing row exists, or a refund at Stripe",
    },
];
