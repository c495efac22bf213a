//! Money that came and went, and cards.

use super::{Check, Find, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "payments.one_default_card",
        says: "no user has two default cards, or one that was removed",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('users ', p.userId), CONCAT(SUM(p.isActive = TRUE), ' cards, ', \
             SUM(p.isActive = TRUE AND p.isDefault = TRUE), ' of them the default, and ', \
             SUM(p.isActive = FALSE AND p.isDefault = TRUE), ' removed ones that are called so') \
             FROM payment_methods p GROUP BY p.userId \
             HAVING SUM(p.isActive = FALSE AND p.isDefault = TRUE) > 0 \
             OR SUM(p.isActive = TRUE AND p.isDefault = TRUE) > 1 ORDER BY p.userId",
        ),
        mend: "payment_methods.mend",
    },
    Check {
        name: "payments.a_default_card",
        says: "each user who has cards has a default",
        // The existing backend removes a default without a successor: nothing is charged wrongly.
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('users ', p.userId), CONCAT(SUM(p.isActive = TRUE), ' cards, none of them the default') \
             FROM payment_methods p GROUP BY p.userId \
             HAVING SUM(p.isActive = TRUE) > 0 AND SUM(p.isActive = TRUE AND p.isDefault = TRUE) = 0 ORDER BY p.userId",
        ),
        mend: "payment_methods.mend",
    },
    Check {
        name: "payments.refunds",
        says: "no more went back than came, and a payment's status says how much",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('staka_payments ', p.sessionId), CONCAT(p.refunded, ' of ', p.amount, ' centimes went back, and it is ', p.status) \
             FROM staka_payments p WHERE p.refunded < 0 OR p.refunded > p.amount OR p.amount <= 0 \
             OR p.status <> IF(p.refunded = 0, 'paid', IF(p.refunded = p.amount, 'refunded', 'partially_refunded')) \
             ORDER BY p.sessionId",
        ),
        mend: "look at the session's events (payments.events) and at Stripe",
    },
    Check {
        name: "payments.one_payment",
        says: "no order is paid by two payments that stand",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('commandes ', p.commandeId), CONCAT(COUNT(*), ' payments of ', SUM(p.amount - p.refunded), ' centimes') \
             FROM staka_payments p WHERE p.status <> 'refunded' GROUP BY p.commandeId HAVING COUNT(*) > 1 ORDER BY p.commandeId",
        ),
        mend: "refund one of them at Stripe",
    },
    Check {
        name: "payments.order_says_paid",
        says: "an order whose money is here is paid, one whose money went back is not",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('commandes ', c.id), CONCAT('its payment is ', p.status, ', and it is ', COALESCE(c.paymentStatus, 'NULL')) \
             FROM staka_payments p JOIN commandes c ON c.id = p.commandeId \
             WHERE (p.status <> 'refunded' AND NOT (c.paymentStatus <=> 'paid')) \
             OR (p.status = 'refunded' AND c.paymentStatus <=> 'paid' AND NOT EXISTS ( \
                 SELECT 1 FROM staka_payments o WHERE o.commandeId = p.commandeId AND o.status <> 'refunded')) \
             ORDER BY c.id",
        ),
        mend: "somebody else wrote the order's paymentStatus: see payments.of_commande, and set it",
    },
    Check {
        name: "payments.invoice_is_paid",
        says: "a payment that stands has an invoice that is PAID",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('staka_payments ', p.sessionId), \
             IF(i.id IS NULL, 'it has no invoice', CONCAT('its invoice ', i.number, ' is ', i.status)) \
             FROM staka_payments p LEFT JOIN invoices i ON i.id = p.invoiceId \
             WHERE p.status = 'paid' AND NOT (i.status <=> 'PAID') AND EXISTS (SELECT 1 FROM commandes c WHERE c.id = p.commandeId) \
             ORDER BY p.sessionId",
        ),
        mend: "invoices.mark_paid, or a refund of what was credited",
    },
    Check {
        name: "payments.events_are_json",
        says: "each event's text is the JSON that came, or empty once its retention is over",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('staka_payment_events ', e.id), 'its text is no JSON' FROM staka_payment_events e \
             WHERE e.payload <> '' AND NOT JSON_VALID(e.payload) ORDER BY e.id",
        ),
        mend: "fetch the event from Stripe again",
    },
    Check {
        name: "payments.times",
        says: "nothing was paid before its session was opened, nor after it was recorded",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('staka_payments ', p.sessionId), CONCAT('paid at ', p.paidAt, ', written at ', p.updatedAt) \
             FROM staka_payments p WHERE p.paidAt > p.updatedAt ORDER BY p.sessionId",
        ),
        mend: "the clocks of the servers disagree",
    },
    Check {
        name: "payments.to_decide",
        says: "no money waits for a decision",
        severity: Severity::Warning,
        find: Find::Sql(
            "SELECT CONCAT('staka_payment_events ', e.id), CONCAT(e.outcome, ': ', COALESCE(e.detail, e.type)) \
             FROM staka_payment_events e WHERE e.outcome IN ('UNMATCHED', 'MISMATCH', 'SURPLUS') \
             AND e.type IN ('checkout.session.completed', 'checkout.session.async_payment_succeeded', 'charge.refunded') \
             AND NOT EXISTS (SELECT 1 FROM staka_payment_events r WHERE r.paymentIntent = e.paymentIntent \
                             AND r.type = 'charge.refunded' AND r.id <> e.id) ORDER BY e.receivedAt, e.id",
        ),
        mend: "payments.retry once what it lacked is there, or a refund at Stripe",
    },
];
