//! Cards: one of those that may be charged is charged unless another is chosen.

use super::{Check, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check::sql(
        "cards.several_defaults",
        Severity::Error,
        "nobody has two default cards",
        "SELECT CONCAT('users ', p.userId), CONCAT(COUNT(*), ' default cards') FROM payment_methods p \
         WHERE p.isDefault AND p.isActive GROUP BY p.userId HAVING COUNT(*) > 1",
        "payment_methods.mend",
    ),
    Check::sql(
        "cards.no_default",
        Severity::Warning,
        "whoever has cards has a default one",
        "SELECT CONCAT('users ', p.userId), CONCAT(COUNT(*), ' cards, none of them the default one') FROM payment_methods p \
         WHERE p.isActive GROUP BY p.userId HAVING SUM(p.isDefault) = 0",
        "payment_methods.mend",
    ),
    Check::sql(
        "cards.put_away",
        Severity::Warning,
        "no card that was taken away is the default one",
        "SELECT CONCAT('payment_methods ', p.id), 'taken away, and the default one' FROM payment_methods p WHERE p.isDefault AND NOT p.isActive",
        "payment_methods.mend",
    ),
    Check::sql(
        "cards.expiry",
        Severity::Error,
        "a card's month is one",
        "SELECT CONCAT('payment_methods ', p.id), CONCAT('expires ', p.expYear, '-', p.expMonth) FROM payment_methods p \
         WHERE p.expMonth NOT BETWEEN 1 AND 12 OR p.expYear NOT BETWEEN 2000 AND 2100",
        "payment_methods.remove, and add it anew from Stripe",
    ),
];
