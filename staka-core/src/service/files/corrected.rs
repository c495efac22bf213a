//! Corrected documents: files that the team adds to an order, recognised by the prefix of their description.

use serde_json::json;

use crate::base::{Result, Table, Violations};
use crate::db::Conn;
use crate::model::{CORRECTED, Commande, File};
use crate::service::OpContext;
use crate::service::audit_trail::{self, Action};
use crate::service::notify::{self, Event};

/// Who may change a document that the team sent back.
pub(super) const CORRECTED_TAKES: &str = "an administrator, because the team sent the document back";

/// Returns whether a description begins with the prefix of corrected documents, ignoring case.
fn looks_corrected(description: &str) -> bool {
    description.get(..CORRECTED.len()).is_some_and(|start| start.eq_ignore_ascii_case(CORRECTED))
}

/// Returns the description of a corrected document: with the prefix by which it is recognised, followed by the file
/// name if there is no description.
pub(super) fn as_corrected(description: Option<&str>, filename: &str) -> String {
    match description {
        Some(text) if text.starts_with(CORRECTED) => text.to_owned(),
        text => format!("{CORRECTED}{}", text.unwrap_or(filename)),
    }
}

/// Checks the description of a file: only that of a corrected document may begin with the prefix.
pub(super) fn check_description(violations: &mut Violations, description: &str, is_corrected: bool) {
    if !is_corrected && looks_corrected(description) {
        violations.add("description", format!("must not begin with {CORRECTED}"));
    }
    violations.check(File::column("description"), description);
}

/// Notifies the author of a corrected document, and records the upload in the audit log.
pub(super) async fn announce_corrected(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    file: &File,
    order: &Commande,
) -> Result<()> {
    let values = [("fichier", &*file.filename), ("titre", &*order.titre), ("id", order.id.as_str())];
    notify::announce(conn, ctx, Event::CorrectedFile, Some(&order.user_id), &values).await?;
    let details = json!({"commande": order.id.as_str(), "client": order.user_id.as_str(), "size": file.size});
    audit_trail::write(conn, ctx, Action::FileAdded, Some(file.id.as_str()), details).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corrected_document_is_recognised_by_its_description() {
        assert_eq!(as_corrected(None, "a.pdf"), "ADMIN_FILE:a.pdf");
        assert_eq!(as_corrected(Some("lu"), "a.pdf"), "ADMIN_FILE:lu");
        assert_eq!(as_corrected(Some("ADMIN_FILE:lu"), "a.pdf"), "ADMIN_FILE:lu");
        assert!(looks_corrected("admin_file:x") && looks_corrected(CORRECTED));
        assert!(!looks_corrected("ADMIN_FIL") && !looks_corrected("ééééééé") && !looks_corrected(" ADMIN_FILE:"));
    }
}
