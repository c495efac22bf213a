//! Checks of cards (`payment_methods`): every user with active cards has exactly one default card.

use super::{Check, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check::sql(
        "cards.several_defaults",
        Severity::Error,
        "A user has at most one default card.",
        "SELECT CONCAT('users ', p.userId), CONCAT(COUNT(*), ' default cards') FROM payment_methods p \
         WHERE p.isDefault AND p.isActive GROUP BY p.userId HAVING COUNT(*) > 1",
        "payment_methods.repair_defaults",
    ),
    Check::sql(
        "cards.no_default",
        Severity::Warning,
        "A user with active cards has a default card.",
        "SELECT CONCAT('users ', p.userId), CONCAT(COUNT(*), ' cards, none of them the default one') FROM payment_methods p \
         WHERE p.isActive GROUP BY p.userId HAVING SUM(p.isDefault) = 0",
        "payment_methods.repair_defaults",
    ),
    Check::sql(
        "cards.soft_delete",
        Severity::Warning,
        "A deactivated card is not the default card.",
        "SELECT CONCAT('payment_methods ', p.id), 'is deactivated and the default card' FROM payment_methods p WHERE p.isDefault AND NOT p.isActive",
        "payment_methods.repair_defaults",
    ),
    Check::sql(
        "cards.expiry",
        Severity::Error,
        "A card's expiry month is between 1 and 12 and its year between 2000 and 2100.",
        "SELECT CONCAT('payment_methods ', p.id), CONCAT('expires ', p.expYear, '-', p.expMonth) FROM payment_methods p \
         WHERE p.expMonth NOT BETWEEN 1 AND 12 OR p.expYear NOT BETWEEN 2000 AND 2100",
        "payment_methods.deactivate, then add the card again from Stripe",
    ),
];
