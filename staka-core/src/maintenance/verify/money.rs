//! Orders, payments and invoices that do not agree. What stands in invoices of ours is proven by its own documents.

use super::{Check, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check::sql(
        "money.commandes.amount",
        Severity::Error,
        "no order costs less than nothing",
        "SELECT CONCAT('commandes ', c.id), CONCAT('costs ', c.amount, ' centimes') FROM commandes c WHERE c.amount < 0",
        "billing.set_price; of one that is paid, UPDATE commandes SET amount for it",
    ),
    Check::sql(
        "money.commandes.paid",
        Severity::Warning,
        "an order that is paid has a price",
        "SELECT CONCAT('commandes ', c.id), 'paid, and no price' FROM commandes c \
         WHERE c.paymentStatus = 'paid' AND COALESCE(c.amount, 0) = 0",
        "look at Stripe what was paid, and UPDATE commandes SET amount for it; until then revenue lacks it",
    ),
    Check::sql(
        "money.commandes.invoiced",
        Severity::Note,
        "an order that is paid has an invoice",
        "SELECT CONCAT('commandes ', c.id), CONCAT('paid ', COALESCE(c.amount, 0), ' centimes, and no invoice') FROM commandes c \
         LEFT JOIN invoices i ON i.commandeId = c.id WHERE c.paymentStatus = 'paid' AND i.id IS NULL",
        "invoices.issue",
    ),
    Check::sql(
        "money.commandes.session",
        Severity::Error,
        "a Stripe session pays one order",
        "SELECT MIN(CONCAT('session ', c.stripeSessionId)), CONCAT(COUNT(*), ' orders, the first ', MIN(c.id)) FROM commandes c \
         WHERE c.stripeSessionId IS NOT NULL GROUP BY c.stripeSessionId HAVING COUNT(*) > 1",
        "look into Stripe which order it was made for; payments.record does not guess, and keeps such an event as UNMATCHED",
    ),
    Check::sql(
        "money.invoices.amount",
        Severity::Error,
        "no invoice is of less than nothing, and no tax exceeds what it is raised on",
        "SELECT CONCAT('invoices ', i.number), CONCAT('HT ', i.amount, ', tax ', i.taxAmount, ' centimes') FROM invoices i \
         WHERE i.amount < 0 OR i.taxAmount < 0 OR i.taxAmount > i.amount",
        "an invoice never changes: take it back by a credit note, if it is one of ours",
    ),
    Check::sql(
        "money.invoices.number",
        Severity::Warning,
        "each invoice has a number of the form FACT-<year>-<number>",
        "SELECT CONCAT('invoices ', i.number), CONCAT('of order ', i.commandeId) FROM invoices i \
         WHERE i.number NOT REGEXP '^FACT-[0-9]{4}-[0-9]{3,}$'",
        "another writer's: keep it; invoices.numbering lists it",
    ),
    Check::sql(
        "money.tarifs.prix",
        Severity::Error,
        "no tarif costs less than nothing",
        "SELECT CONCAT('tarifs ', t.id), CONCAT('costs ', t.prix, ' centimes') FROM tarifs t WHERE t.prix < 0",
        "tarifs.update",
    ),
];
