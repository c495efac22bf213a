//! Deletion of a file.

use serde_json::json;

use super::access::{check_may_remove, lock};
use crate::base::{Result, Timestamp};
use crate::db::Conn;
use crate::model::view::DeletedFile;
use crate::model::{CommandeId, FileId};
use crate::repo::files;
use crate::service::OpContext;
use crate::service::audit_trail::{self, Action};

/// Deletes a file and its attachments to messages, and returns where its bytes are stored, for the caller to delete
/// after the commit. For administrators, and for the uploader if the order, if any, is also theirs and the file is no
/// corrected document.
pub async fn delete(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &FileId,
    expected: Option<Timestamp>,
) -> Result<DeletedFile> {
    let row = lock(conn, ctx, id, expected).await?;
    check_may_remove(conn, ctx, &row).await?;
    if ctx.user() != Some(&row.uploaded_by_id) {
        let order = row.commande_id.as_ref().map(CommandeId::as_str);
        let details = json!({"uploadedBy": row.uploaded_by_id.as_str(), "commande": order, "size": row.size});
        audit_trail::write(conn, ctx, Action::FileDeleted, Some(id.as_str()), details).await?;
    }
    files::remove(conn, id).await?;
    Ok(DeletedFile { id: row.id, stored_name: row.stored_name, url: row.url })
}
