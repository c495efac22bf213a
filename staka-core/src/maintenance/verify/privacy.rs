//! Whom the tombstones name is erased.

use super::{Check, Find, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "privacy.erased",
        says: "who has a tombstone is erased",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('users ', t.userId), CONCAT('erased on ', t.erasedAt, ', and back') FROM staka_tombstones t \
             WHERE EXISTS (SELECT 1 FROM users u WHERE CAST(u.id AS BINARY) = CAST(t.userId AS BINARY) \
               AND (u.isActive = TRUE OR u.password <> '' OR u.email NOT LIKE 'effacé-%@efface.invalid')) ORDER BY t.userId",
        ),
        mend: "privacy.replay",
    },
    Check {
        name: "privacy.overdue",
        says: "what is past its retention is purged",
        severity: Severity::Note,
        find: Find::Sql(
            "SELECT CAST('password_resets' AS CHAR), CONCAT(COUNT(*), ' expired more than a week ago') FROM password_resets r \
             WHERE r.expiresAt < UTC_TIMESTAMP(3) - INTERVAL 7 DAY HAVING COUNT(*) > 0",
        ),
        mend: "privacy.purge with the rules of privacy.retention",
    },
];
