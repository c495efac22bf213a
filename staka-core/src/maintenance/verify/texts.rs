//! Texts that stand for something else: JSON, enums, lists, addresses.

use super::{Check, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check::sql(
        "texts.notifications.data",
        Severity::Warning,
        "`notifications.data` is JSON",
        "SELECT CONCAT('notifications ', n.id), CONCAT('is no JSON: ', LEFT(n.data, 60)) FROM notifications n \
         WHERE n.data IS NOT NULL AND NOT JSON_VALID(n.data)",
        "another writer cut it off: it is shown as text; remove the notification, or set data to NULL",
    ),
    Check::sql(
        "texts.audit_logs.details",
        Severity::Warning,
        "`audit_logs.details` is JSON",
        "SELECT CONCAT('audit_logs ', a.id), CONCAT('is no JSON: ', LEFT(a.details, 60)) FROM audit_logs a \
         WHERE a.details IS NOT NULL AND NOT JSON_VALID(a.details)",
        "nothing: an audit entry never changes, and is shown as text",
    ),
    Check::sql(
        "texts.messages.metadata",
        Severity::Warning,
        "`messages.metadata` is an object, not a text that holds one",
        "SELECT CONCAT('messages ', m.id), CONCAT('encoded twice: ', LEFT(m.metadata, 60)) FROM messages m \
         WHERE CASE WHEN m.metadata IS NULL OR NOT JSON_VALID(m.metadata) THEN FALSE ELSE JSON_TYPE(m.metadata) = 'STRING' END",
        "UPDATE messages SET metadata = JSON_UNQUOTE(metadata) for it",
    ),
    Check::sql(
        "texts.users.preferences",
        Severity::Warning,
        "`users.preferences` is an object",
        "SELECT CONCAT('users ', u.id), CONCAT('is a ', JSON_TYPE(u.preferences)) FROM users u \
         WHERE CASE WHEN u.preferences IS NULL OR NOT JSON_VALID(u.preferences) THEN FALSE ELSE JSON_TYPE(u.preferences) NOT IN ('OBJECT', 'NULL') END",
        "it counts as no choice; accounts.update_preferences writes it anew",
    ),
    Check::sql(
        "texts.commandes.statut",
        Severity::Note,
        "each order's statut is a word of the guide",
        "SELECT CONCAT('commandes ', c.id), CONCAT(c.statut, ' is a word of another revision') FROM commandes c \
         WHERE c.statut NOT IN ('EN_ATTENTE', 'EN_COURS', 'TERMINE', 'ANNULEE', 'SUSPENDUE')",
        "commandes.override_statut, when its backend is gone",
    ),
    Check::sql(
        "texts.commandes.paymentStatus",
        Severity::Note,
        "each order's payment status is a word that is known",
        "SELECT CONCAT('commandes ', c.id), CONCAT('paymentStatus ', c.paymentStatus) FROM commandes c \
         WHERE c.paymentStatus NOT IN ('unpaid', 'pending', 'paid', 'failed', 'refunded', 'partially_refunded')",
        "such an order counts as not paid",
    ),
    Check::sql(
        "texts.users.email",
        Severity::Warning,
        "each address is one, in lower case and without blanks around it",
        "SELECT CONCAT('users ', u.id), 'its e-mail address is not as it should be' FROM users u \
         WHERE BINARY u.email <> BINARY LOWER(TRIM(u.email)) OR u.email NOT LIKE '_%@_%'",
        "users.update writes it in lower case; signing in finds it either way",
    ),
    Check::sql(
        "texts.users.administrator",
        Severity::Warning,
        "somebody administers the platform",
        "SELECT 'users', 'no ADMIN may sign in' FROM (SELECT 1) one WHERE NOT EXISTS \
         (SELECT 1 FROM users u WHERE u.role = 'ADMIN' AND u.isActive) AND EXISTS (SELECT 1 FROM users)",
        "users.set_role, as the program itself",
    ),
    Check::sql(
        "texts.users.password",
        Severity::Note,
        "each account that may sign in has a hash that can be verified",
        "SELECT CONCAT('users ', u.id), 'its password is no bcrypt or Argon2 hash' FROM users u \
         WHERE u.isActive AND u.password NOT LIKE '$2_$%' AND u.password NOT LIKE '$argon2%'",
        "nobody signs in by it: password_resets.request",
    ),
];
