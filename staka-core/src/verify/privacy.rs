//! Checks of erasures and retention.

use super::{Check, Find, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "privacy.erased",
        rule: "An account with an erasure record is erased.",
        severity: Severity::Error,
        find: Find::Sql(
            "SELECT CONCAT('users ', t.userId), CONCAT('erased on ', t.erasedAt, ', but the account is back') FROM staka_erasures t \
             WHERE EXISTS (SELECT 1 FROM users u WHERE CAST(u.id AS BINARY) = CAST(t.userId AS BINARY) \
               AND (u.isActive = TRUE OR u.password <> '' OR u.email NOT LIKE 'effacé-%@efface.invalid')) ORDER BY t.userId",
        ),
        repair: "privacy.replay_erasures",
    },
    Check {
        name: "privacy.overdue",
        rule: "Rows past their retention are purged.",
        severity: Severity::Note,
        find: Find::Sql(
            "SELECT CAST('password_resets' AS CHAR), CONCAT(COUNT(*), ' expired more than a week ago') FROM password_resets r \
             WHERE r.expiresAt < UTC_TIMESTAMP(3) - INTERVAL 7 DAY HAVING COUNT(*) > 0",
        ),
        repair: "privacy.purge with the rules that privacy.list_retention_rules returns",
    },
];
