//! Rows that refer to what is not there: foreign keys prevent them, where they stand.

use super::{Check, Find, Severity};

pub(super) const CHECKS: &[Check] = &[Check {
    name: "orphans.commandes",
    says: "each order is somebody's",
    severity: Severity::Error,
    find: Find::Sql(
        "SELECT CONCAT('commandes ', c.id), CONCAT('no user ', c.userId) FROM commandes c \
         LEFT JOIN users u ON u.id = c.userId WHERE u.id IS NULL ORDER BY c.id",
    ),
    mend: "restore the account, or remove the order by commandes.remove",
}];
