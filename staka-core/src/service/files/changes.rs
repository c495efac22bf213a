//! Changes of a file and of the order that it belongs to.

use serde_json::json;

use super::access::{check_may_remove, lock, target_order};
use super::corrected::{CORRECTED_TAKES, announce_corrected, as_corrected, check_description};
use super::input::{FileUpdate, MOST_IN_PROJECT};
use crate::base::{Error, ErrorKind, Patch, Result, RowPatch, Timestamp, Violations};
use crate::db::Conn;
use crate::model::{CORRECTED, CommandeId, File, FileId, FilePatch};
use crate::repo::files;
use crate::service::OpContext;
use crate::service::audit_trail::{self, Action};

async fn write(conn: &mut Conn, ctx: &OpContext<'_>, row: File, patch: &FilePatch) -> Result<File> {
    if patch.is_empty() {
        return Ok(row);
    }
    if ctx.user() != Some(&row.uploaded_by_id) {
        let fields: Vec<&str> = [
            ("description", patch.description.as_set().is_some()),
            ("isPublic", patch.is_public.as_set().is_some()),
            ("commandeId", patch.commande_id.as_set().is_some()),
        ]
        .into_iter()
        .filter_map(|(name, set)| set.then_some(name))
        .collect();
        let details = json!({"uploadedBy": row.uploaded_by_id.as_str(), "fields": fields});
        audit_trail::write(conn, ctx, Action::FileUpdated, Some(row.id.as_str()), details).await?;
    }
    files::update(conn, &row.id, patch, None, ctx.now).await.map_err(|error| match error.key() {
        Some("files_commandeId_fkey") => Error::new(ErrorKind::NotFound, "the order no longer exists"),
        _ => error,
    })?;
    let written = files::lookup(conn, &row.id).await?;
    written.ok_or_else(|| Error::internal(format!("file {} disappeared while it was locked", row.id)))
}

/// Changes a file's description and whether it is public; for its uploader and administrators.
pub async fn update(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &FileId,
    update: &FileUpdate,
    expected: Option<Timestamp>,
) -> Result<File> {
    let row = lock(conn, ctx, id, expected).await?;
    let corrected = row.is_corrected();
    if corrected && !ctx.is_admin() {
        return Err(ctx.denied(CORRECTED_TAKES));
    }
    let description = match &update.description {
        Patch::Set(text) if corrected => Patch::Set(Some(as_corrected(text.as_deref(), &row.filename))),
        other => other.clone(),
    };
    let mut violations = Violations::default();
    if let Patch::Set(Some(text)) = &description {
        check_description(&mut violations, text, corrected);
    }
    violations.into_result()?;
    let patch = FilePatch { description, is_public: update.is_public.clone(), ..FilePatch::default() };
    write(conn, ctx, row, &patch).await
}

/// Adds a file to an order; for the uploader who owns the order, and for administrators. A file in an order of another
/// user than its uploader becomes a corrected document. Fails with `Conflict` if the file already belongs to an order
/// or is too large for one.
pub async fn attach_to_commande(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &FileId,
    commande: &CommandeId,
    expected: Option<Timestamp>,
) -> Result<File> {
    let row = lock(conn, ctx, id, expected).await?;
    let order = target_order(conn, ctx, commande).await?;
    if let Some(other) = &row.commande_id {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("the file belongs to order {other} and must be detached before it can be attached to {commande}"),
        ));
    }
    if row.size > MOST_IN_PROJECT {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("the file has {} bytes; a file in an order may have at most {MOST_IN_PROJECT}", row.size),
        ));
    }
    let corrected = order.user_id != row.uploaded_by_id;
    let description = if corrected {
        Patch::Set(Some(as_corrected(row.description.as_deref(), &row.filename)))
    } else {
        Patch::Absent
    };
    let patch = FilePatch { commande_id: Patch::Set(Some(order.id.clone())), description, ..FilePatch::default() };
    let row = write(conn, ctx, row, &patch).await?;
    if corrected {
        announce_corrected(conn, ctx, &row, &order).await?;
    }
    Ok(row)
}

/// Removes a file from its order; for the uploader who owns the order, and for administrators. A corrected document
/// loses its prefix. Fails with `Conflict` if the file belongs to no order.
pub async fn detach_from_commande(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &FileId,
    expected: Option<Timestamp>,
) -> Result<File> {
    let row = lock(conn, ctx, id, expected).await?;
    check_may_remove(conn, ctx, &row).await?;
    if row.commande_id.is_none() {
        return Err(Error::new(ErrorKind::Conflict, "the file belongs to no order, so it cannot be detached"));
    }
    let description = match row.description.as_deref().and_then(|text| text.strip_prefix(CORRECTED)) {
        Some(rest) => Patch::Set(Some(rest.to_owned())),
        None => Patch::Absent,
    };
    let patch = FilePatch { commande_id: Patch::Set(None), description, ..FilePatch::default() };
    write(conn, ctx, row, &patch).await
}
