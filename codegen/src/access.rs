//! Describes access rules in words.

/// Returns who an access rule admits. The system may call every operation.
pub(crate) fn phrase(rule: &str) -> &str {
    match rule {
        "anyone" => "everyone",
        "signed_in" => "signed-in users",
        "admin" => "administrators",
        "system" => "the system only",
        "self_or_admin" => "the user and administrators",
        "owner_or_admin" => "the owner of the order and administrators",
        "invoice_owner_or_admin" => "the owner of the invoiced order and administrators",
        "file_viewer" => {
            "the uploader, the owner of the file's order, participants of a message with the file, administrators, and \
             signed-in users if the file is public"
        }
        "file_uploader" => "the uploader of the file and administrators",
        "participant_or_admin" => "participants of the conversation and administrators",
        "addressee_or_admin" => "the user whose notification it is and administrators",
        "reader_or_admin" => {
            "participants of the message's conversation (of a draft only its author) and administrators"
        }
        "ticket_viewer" => "the ticket's author, its assignee and administrators",
        "ticket_agent" => "the ticket's assignee and administrators",
        other => other,
    }
}
