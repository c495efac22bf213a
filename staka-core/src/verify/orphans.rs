//! Checks for rows that refer to missing rows. Foreign keys prevent them, except in adopted or restored databases and
//! with `FOREIGN_KEY_CHECKS = 0`.

use super::{Check, Severity};

/// Defines a check for each reference: its column, and the table that must contain the row.
macro_rules! orphans {
    ($($severity:ident $table:literal . $column:literal -> $to:literal, $key:literal, $repair:literal;)+) => {
        pub(super) const CHECKS: &[Check] = &[$(Check::sql(
            concat!("orphans.", $table, ".", $column),
            Severity::$severity,
            concat!("`", $table, ".", $column, "` refers to an existing row of `", $to, "`."),
            concat!(
                "SELECT CONCAT('", $table, " ', t.", $key, "), CONCAT('", $column, " ', t.", $column, ", ' is not in ", $to, "') \
                 FROM ", $table, " t LEFT JOIN ", $to, " o ON o.id = t.", $column, " WHERE t.", $column, " IS NOT NULL AND o.id IS NULL"
            ),
            $repair,
        )),+];
    };
}

orphans! {
    Error "commandes"."userId" -> "users", "id", "restore the account, or delete the order with commandes.delete";
    Error "files"."commandeId" -> "commandes", "id", "files.detach_from_commande";
    Error "files"."uploadedById" -> "users", "id", "restore the account, or delete the file with files.delete";
    Error "messages"."parentId" -> "messages", "id", "UPDATE messages SET parentId = NULL";
    Error "messages"."receiverId" -> "users", "id", "UPDATE messages SET receiverId = NULL";
    Error "messages"."senderId" -> "users", "id", "restore the account, or delete the message";
    Error "message_attachments"."fileId" -> "files", "id", "delete the attachment";
    Error "message_attachments"."messageId" -> "messages", "id", "delete the attachment";
    Error "payment_methods"."userId" -> "users", "id", "delete the card";
    Error "invoices"."commandeId" -> "commandes", "id", "restore the order: the law requires the invoice to be kept";
    Error "notifications"."userId" -> "users", "id", "delete the notification";
    Error "support_requests"."userId" -> "users", "id", "restore the account, or delete the ticket";
    Error "support_requests"."assignedToId" -> "users", "id", "UPDATE support_requests SET assignedToId = NULL";
    Error "password_resets"."userId" -> "users", "id", "delete it, or run password_resets.purge_expired once it has expired";
    Warning "staka_claims"."userId" -> "users", "id", "delete the claim";
    Warning "staka_claimed_messages"."messageId" -> "messages", "messageId", "delete the row";
    Warning "staka_claimed_messages"."claimId" -> "staka_claims", "messageId", "delete the row";
    Warning "staka_consultation_bookings"."messageId" -> "messages", "messageId", "delete the booking, which frees its slot";
    Warning "staka_consultation_bookings"."slotId" -> "staka_consultation_slots", "messageId", "delete the booking";
}
