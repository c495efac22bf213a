//! Creation of a file.

use super::access::{not_found, target_order};
use super::corrected::{announce_corrected, as_corrected};
use super::input::{self, NewFile};
use crate::base::{Error, Result, new_id_text};
use crate::db::Conn;
use crate::model::{File, FileType, UserId};
use crate::repo::files;
use crate::service::OpContext;

/// Returns a new stored name, which reveals only the file's extension.
fn new_stored_name(ctx: &OpContext<'_>, filename: &str) -> String {
    let id = new_id_text(ctx.clock);
    match filename.rsplit_once('.') {
        Some((_, format)) if (1..=10).contains(&format.len()) && format.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            format!("{id}.{}", format.to_ascii_lowercase())
        }
        _ => id,
    }
}

/// Creates a file. Users may add files to their own orders and files without an order. A file that an administrator
/// adds to another user's order is a corrected document, and the author is notified. Administrators and the system may
/// name another user as `uploader`.
pub async fn create(conn: &mut Conn, ctx: &OpContext<'_>, upload: &NewFile, uploader: Option<&UserId>) -> Result<File> {
    let by = match (uploader, ctx.user()) {
        (None, Some(actor)) => actor,
        (Some(user), actor) if ctx.is_admin() || actor == Some(user) => user,
        (Some(_), _) => return Err(ctx.denied("the user concerned or an administrator")),
        (None, None) => return Err(Error::invalid("uploader", "is required, because no user is signed in")),
    };
    let order = match &upload.commande_id {
        None => None,
        Some(id) => Some(target_order(conn, ctx, id).await?),
    };
    let corrected = order.as_ref().is_some_and(|order| order.user_id != *by);
    let description = match corrected {
        true => Some(as_corrected(upload.description.as_deref(), &upload.filename)),
        false => upload.description.clone(),
    };
    let mime = input::check(upload, description.as_deref(), corrected)?;
    let row = File {
        id: ctx.new_id(),
        filename: upload.filename.clone(),
        stored_name: upload.stored_name.clone().unwrap_or_else(|| new_stored_name(ctx, &upload.filename)),
        mime_type: mime.to_owned(),
        size: upload.size,
        url: upload.url.clone(),
        r#type: FileType::of_mime(mime),
        uploaded_by_id: by.clone(),
        commande_id: upload.commande_id.clone(),
        description,
        is_public: upload.is_public.unwrap_or(false),
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    files::add(conn, std::slice::from_ref(&row)).await.map_err(|error| match (error.key(), &row.commande_id) {
        (Some("files_uploadedById_fkey"), _) => not_found("user", by.as_str()),
        (Some("files_commandeId_fkey"), Some(order)) => not_found("order", order.as_str()),
        _ => error,
    })?;
    if let Some(order) = order.filter(|_| corrected) {
        announce_corrected(conn, ctx, &row, &order).await?;
    }
    Ok(row)
}
