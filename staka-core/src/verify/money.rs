//! Checks of amounts of orders, invoices and tarifs. `invoices.rs` checks the invoices issued by Staka.

use super::{Check, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check::sql(
        "money.commandes.amount",
        Severity::Error,
        "An order's amount is not negative.",
        "SELECT CONCAT('commandes ', c.id), CONCAT('costs ', c.amount, ' centimes') FROM commandes c WHERE c.amount < 0",
        "billing.set_price; if the order is paid, UPDATE commandes SET amount",
    ),
    Check::sql(
        "money.commandes.paid",
        Severity::Warning,
        "A paid order has an amount.",
        "SELECT CONCAT('commandes ', c.id), 'paid without an amount' FROM commandes c \
         WHERE c.paymentStatus = 'paid' AND COALESCE(c.amount, 0) = 0",
        "look up the payment at Stripe and UPDATE commandes SET amount; until then revenue does not include it",
    ),
    Check::sql(
        "money.commandes.invoiced",
        Severity::Note,
        "A paid order has an invoice.",
        "SELECT CONCAT('commandes ', c.id), CONCAT('paid ', COALESCE(c.amount, 0), ' centimes, without an invoice') FROM commandes c \
         LEFT JOIN invoices i ON i.commandeId = c.id WHERE c.paymentStatus = 'paid' AND i.id IS NULL",
        "invoices.issue",
    ),
    Check::sql(
        "money.commandes.session",
        Severity::Error,
        "A Stripe session belongs to one order.",
        "SELECT MIN(CONCAT('session ', c.stripeSessionId)), CONCAT(COUNT(*), ' orders, the first ', MIN(c.id)) FROM commandes c \
         WHERE c.stripeSessionId IS NOT NULL GROUP BY c.stripeSessionId HAVING COUNT(*) > 1",
        "look up at Stripe which order the session was opened for; payments.record_event records such an event as UNMATCHED",
    ),
    Check::sql(
        "money.invoices.amount",
        Severity::Error,
        "An invoice's amount and tax are not negative, and the tax does not exceed the amount.",
        "SELECT CONCAT('invoices ', i.number), CONCAT('HT ', i.amount, ', tax ', i.taxAmount, ' centimes') FROM invoices i \
         WHERE i.amount < 0 OR i.taxAmount < 0 OR i.taxAmount > i.amount",
        "an invoice is never changed: cancel it with a credit note, if Staka issued it",
    ),
    Check::sql(
        "money.invoices.number",
        Severity::Warning,
        "An invoice's number has the form FACT-<year>-<number>.",
        "SELECT CONCAT('invoices ', i.number), CONCAT('of order ', i.commandeId) FROM invoices i \
         WHERE i.number NOT REGEXP '^FACT-[0-9]{4}-[0-9]{3,}$'",
        "created by another program: keep it; invoices.get_numbering lists it",
    ),
    Check::sql(
        "money.tarifs.prix",
        Severity::Error,
        "A tarif's price is not negative.",
        "SELECT CONCAT('tarifs ', t.id), CONCAT('costs ', t.prix, ' centimes') FROM tarifs t WHERE t.prix < 0",
        "tarifs.update",
    ),
];
