//! The orders and files that a caller may change.

use super::corrected::CORRECTED_TAKES;
use crate::base::{Error, ErrorKind, Result, Timestamp};
use crate::db::Conn;
use crate::model::{Commande, CommandeId, File, FileId};
use crate::repo::{commandes, files};
use crate::service::OpContext;

/// Returns the order to add a file to. Fails with `Denied` unless the order belongs to the caller or the caller is an
/// administrator.
pub(super) async fn target_order(conn: &mut Conn, ctx: &OpContext<'_>, id: &CommandeId) -> Result<Commande> {
    match commandes::lookup(conn, id).await? {
        Some(order) if ctx.is_admin() || ctx.user() == Some(&order.user_id) => Ok(order),
        None if ctx.is_admin() => Err(not_found("order", id.as_str())),
        _ => Err(ctx.denied("the order's owner or an administrator")),
    }
}

/// Locks the file's row for its uploader or an administrator and returns it. Fails with `Precondition` if its
/// `updatedAt` is not `expected`.
pub(super) async fn lock(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &FileId,
    expected: Option<Timestamp>,
) -> Result<File> {
    let row = match files::lock(conn, id).await? {
        Some(row) if ctx.is_admin() || ctx.user() == Some(&row.uploaded_by_id) => row,
        None if ctx.is_admin() => return Err(not_found("file", id.as_str())),
        _ => return Err(ctx.denied("the file's uploader or an administrator")),
    };
    match expected {
        Some(expected) if expected != row.updated_at => {
            Err(Error::new(ErrorKind::Precondition, format!("file {id} was changed meanwhile")))
        }
        _ => Ok(row),
    }
}

/// Checks that the caller may detach or delete a locked file: an administrator, or the uploader if the order, if any,
/// is also theirs and the file is no corrected document.
pub(super) async fn check_may_remove(conn: &mut Conn, ctx: &OpContext<'_>, row: &File) -> Result<()> {
    if ctx.is_admin() {
        return Ok(());
    }
    if row.is_corrected() {
        return Err(ctx.denied(CORRECTED_TAKES));
    }
    match &row.commande_id {
        Some(order) if commandes::owner(conn, order).await?.as_ref() != ctx.user() => {
            Err(ctx.denied("the order's owner or an administrator"))
        }
        _ => Ok(()),
    }
}

pub(super) fn not_found(what: &str, id: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("{what} {id} not found"))
}
