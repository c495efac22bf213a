//! Checks of texts with a format: JSON, enum values, addresses, hashes.

use super::{Check, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check::sql(
        "texts.notifications.data",
        Severity::Warning,
        "`notifications.data` is JSON.",
        "SELECT CONCAT('notifications ', n.id), CONCAT('is not JSON: ', LEFT(n.data, 60)) FROM notifications n \
         WHERE n.data IS NOT NULL AND NOT JSON_VALID(n.data)",
        "another program truncated it, and it is shown as text: delete the notification, or set data to NULL",
    ),
    Check::sql(
        "texts.audit_logs.details",
        Severity::Warning,
        "`audit_logs.details` is JSON.",
        "SELECT CONCAT('audit_logs ', a.id), CONCAT('is not JSON: ', LEFT(a.details, 60)) FROM audit_logs a \
         WHERE a.details IS NOT NULL AND NOT JSON_VALID(a.details)",
        "nothing: an audit entry is never changed, and this one is shown as text",
    ),
    Check::sql(
        "texts.messages.metadata",
        Severity::Warning,
        "`messages.metadata` is an object, not a string that contains one.",
        "SELECT CONCAT('messages ', m.id), CONCAT('encoded twice: ', LEFT(m.metadata, 60)) FROM messages m \
         WHERE CASE WHEN m.metadata IS NULL OR NOT JSON_VALID(m.metadata) THEN FALSE ELSE JSON_TYPE(m.metadata) = 'STRING' END",
        "UPDATE messages SET metadata = JSON_UNQUOTE(metadata)",
    ),
    Check::sql(
        "texts.users.preferences",
        Severity::Warning,
        "`users.preferences` is an object.",
        "SELECT CONCAT('users ', u.id), CONCAT('is a ', JSON_TYPE(u.preferences)) FROM users u \
         WHERE CASE WHEN u.preferences IS NULL OR NOT JSON_VALID(u.preferences) THEN FALSE ELSE JSON_TYPE(u.preferences) NOT IN ('OBJECT', 'NULL') END",
        "it is read as no preferences; accounts.update_preferences replaces it",
    ),
    Check::sql(
        "texts.commandes.statut",
        Severity::Note,
        "An order's statut is a value of the Prisma schema.",
        "SELECT CONCAT('commandes ', c.id), CONCAT(c.statut, ' is not a known statut') FROM commandes c \
         WHERE c.statut NOT IN ('EN_ATTENTE', 'EN_COURS', 'TERMINE', 'ANNULEE', 'SUSPENDUE')",
        "commandes.override_statut, if the program that wrote it is no longer used",
    ),
    Check::sql(
        "texts.commandes.paymentStatus",
        Severity::Note,
        "An order's payment status is a known value.",
        "SELECT CONCAT('commandes ', c.id), CONCAT('paymentStatus ', c.paymentStatus) FROM commandes c \
         WHERE c.paymentStatus NOT IN ('unpaid', 'pending', 'paid', 'failed', 'refunded', 'partially_refunded')",
        "nothing: such an order counts as not paid",
    ),
    Check::sql(
        "texts.users.email",
        Severity::Warning,
        "An e-mail address is valid, in lower case and without surrounding spaces.",
        "SELECT CONCAT('users ', u.id), 'its e-mail address is invalid, not in lower case, or has surrounding spaces' FROM users u \
         WHERE BINARY u.email <> BINARY LOWER(TRIM(u.email)) OR u.email NOT LIKE '_%@_%'",
        "users.update writes it in lower case; signing in works either way",
    ),
    Check::sql(
        "texts.users.administrator",
        Severity::Warning,
        "An active account has the role ADMIN.",
        "SELECT 'users', 'no ADMIN is active' FROM (SELECT 1) one WHERE NOT EXISTS \
         (SELECT 1 FROM users u WHERE u.role = 'ADMIN' AND u.isActive) AND EXISTS (SELECT 1 FROM users)",
        "users.set_role, as the system",
    ),
    Check::sql(
        "texts.users.password",
        Severity::Note,
        "An active account has a password hash that can be verified.",
        "SELECT CONCAT('users ', u.id), 'its password is not a bcrypt or Argon2 hash' FROM users u \
         WHERE u.isActive AND u.password NOT LIKE '$2_$%' AND u.password NOT LIKE '$argon2%'",
        "the account cannot sign in by password: password_resets.request",
    ),
];
