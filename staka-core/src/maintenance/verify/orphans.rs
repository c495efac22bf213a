//! Rows that refer to what is not there. Foreign keys prevent them where they stand; adopted databases, restored ones and
//! `FOREIGN_KEY_CHECKS = 0` have them all the same.

use super::{Check, Severity};

/// Each reference: its column, and the table in which its row must be.
macro_rules! orphans {
    ($($severity:ident $table:literal . $column:literal -> $to:literal, $key:literal, $mend:literal;)+) => {
        pub(super) const CHECKS: &[Check] = &[$(Check::sql(
            concat!("orphans.", $table, ".", $column),
            Severity::$severity,
            concat!("`", $table, ".", $column, "` names a row of `", $to, "`"),
            concat!(
                "SELECT CONCAT('", $table, " ', t.", $key, "), CONCAT('", $column, " ', t.", $column, ", ' is not in ", $to, "') \
                 FROM ", $table, " t LEFT JOIN ", $to, " o ON o.id = t.", $column, " WHERE t.", $column, " IS NOT NULL AND o.id IS NULL"
            ),
            $mend,
        )),+];
    };
}

orphans! {
    Error "commandes"."userId" -> "users", "id", "restore the account, or remove the order by commandes.remove";
    Error "files"."commandeId" -> "commandes", "id", "detach the file by files.detach";
    Error "files"."uploadedById" -> "users", "id", "restore the account, or remove the file by files.remove";
    Error "messages"."parentId" -> "messages", "id", "UPDATE messages SET parentId = NULL for it";
    Error "messages"."receiverId" -> "users", "id", "UPDATE messages SET receiverId = NULL for it";
    Error "messages"."senderId" -> "users", "id", "restore the account, or remove the message";
    Error "message_attachments"."fileId" -> "files", "id", "remove the attachment";
    Error "message_attachments"."messageId" -> "messages", "id", "remove the attachment";
    Error "payment_methods"."userId" -> "users", "id", "remove the card";
    Error "invoices"."commandeId" -> "commandes", "id", "restore the order: the law wants the invoice kept";
    Error "notifications"."userId" -> "users", "id", "remove the notification";
    Error "support_requests"."userId" -> "users", "id", "restore the account, or remove the ticket";
    Error "support_requests"."assignedToId" -> "users", "id", "UPDATE support_requests SET assignedToId = NULL for it";
    Error "password_resets"."userId" -> "users", "id", "remove it, by password_resets.purge_expired when it has expired";
    Warning "staka_claims"."userId" -> "users", "id", "remove the claim";
    Warning "staka_claimed_messages"."messageId" -> "messages", "messageId", "remove the row";
    Warning "staka_claimed_messages"."claimId" -> "staka_claims", "messageId", "remove the row";
    Warning "staka_consultation_bookings"."messageId" -> "messages", "messageId", "remove the booking: its slot is free again";
    Warning "staka_consultation_bookings"."slotId" -> "staka_consultation_slots", "messageId", "remove the booking";
}
