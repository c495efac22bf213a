//! Uploaded files. Only their rows are managed here; their bytes are stored elsewhere, and deleting a row returns
//! where.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::{FileType, Role};
//! use staka_core::{Caller, ErrorKind, NewFile};
//!
//! let zoe = staka_examples::create_user(&staka, "Zoé", Role::User, 0).await?;
//! let author = staka.as_caller(Caller::user(zoe.id, Role::User));
//! let file = NewFile::new("marees.pdf", "application/pdf", 480_000, "https://files.example.org/marees");
//! let file = author.files().create(file, None).await?;
//! assert_eq!(file.r#type, FileType::Document);
//! let other = staka_examples::create_user(&staka, "Ana", Role::User, 0).await?;
//! let denied = staka.as_caller(Caller::user(other.id, Role::User)).files().get(&file.id).await.unwrap_err();
//! assert_eq!(denied.kind(), ErrorKind::Denied);
//! // Deleting the row returns where the bytes are stored.
//! assert_eq!(author.files().delete(&file.id, None).await?.stored_name, file.stored_name);
//! # Ok(()) }
//! ```

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::OpContext;
use super::audit_trail::{self, Action};
use super::notify::{self, Event};
use crate::base::{
    Error, ErrorKind, Patch, Result, RowPatch, Table, Timestamp, Violations, address_problem, new_id_text,
};
use crate::db::Conn;
use crate::model::view::DeletedFile;
use crate::model::{CORRECTED, Commande, CommandeId, File, FileId, FilePatch, FileType, UserId, allowed_mime};
use crate::repo::{commandes, files};

/// The maximum size of a file in an order, in bytes: 20 MiB.
pub const MOST_IN_PROJECT: i64 = 20 << 20;

/// The maximum size of a file without an order, for messages, in bytes: 50 MiB.
pub const MOST_IN_MESSAGE: i64 = 50 << 20;

/// A new file, whose bytes the caller stores.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct NewFile {
    /// File name the uploader chose, without `/`, `\` and control characters.
    #[described(bounds = Bounds::chars(1, 255))]
    pub filename: String,
    /// Name under which the bytes are stored, without `/`, `\`, `..` and a leading dot; a new unique name by default.
    #[described(bounds = Bounds::chars(1, 255))]
    pub stored_name: Option<String>,
    /// MIME type of the file. Accepted are documents (PDF, DOC, DOCX, ODT, RTF, TXT, Markdown, EPUB, XLSX), images
    /// (JPEG, PNG, GIF, WebP), audio (MP3, WAV, M4A), video (MP4, AVI) and archives (ZIP, RAR, 7z). Case and parameters
    /// such as `charset` are ignored.
    #[described(bounds = Bounds::chars(1, 100))]
    pub mime_type: String,
    /// Size in bytes; at most 20 MiB for a file in an order, and 50 MiB for one without, for messages.
    #[described(bounds = Bounds::between(1, MOST_IN_MESSAGE))]
    pub size: i64,
    /// Address of the bytes: an `https:`, `http:` or `s3:` URL, or a path.
    #[described(bounds = Bounds::chars(1, 500))]
    pub url: String,
    /// The id of the order the file belongs to; null, the default, for a file for messages.
    pub commande_id: Option<CommandeId>,
    /// Description of the file; null for none. Only that of a corrected document may begin with `ADMIN_FILE:`.
    #[described(bounds = Bounds::bytes(65_535))]
    pub description: Option<String>,
    /// Whether everybody may read the file.
    #[described(bounds = Bounds::NONE.default_json("false"))]
    pub is_public: Option<bool>,
}

/// Changes to a file; omitted fields keep their values.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct FileUpdate {
    /// Description of the file; null for none. That of a corrected document keeps its prefix `ADMIN_FILE:`.
    #[described(bounds = Bounds::bytes(65_535))]
    pub description: Patch<Option<String>>,
    /// Whether everybody may read the file.
    pub is_public: Patch<bool>,
}

/// Returns what is wrong with a name that becomes part of a path, if anything.
fn name_fault(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("must not be empty")
    } else if name.contains(['/', '\\']) || name.chars().any(char::is_control) {
        Some("must not contain slashes or control characters")
    } else if name == "." || name == ".." {
        Some("must be a file name")
    } else {
        None
    }
}

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

/// Returns whether a description begins with the prefix of corrected documents, ignoring case.
fn looks_corrected(description: &str) -> bool {
    description.get(..CORRECTED.len()).is_some_and(|start| start.eq_ignore_ascii_case(CORRECTED))
}

/// Returns the description of a corrected document: with the prefix by which it is recognised, followed by the file
/// name if there is no description.
fn as_corrected(description: Option<&str>, filename: &str) -> String {
    match description {
        Some(text) if text.starts_with(CORRECTED) => text.to_owned(),
        text => format!("{CORRECTED}{}", text.unwrap_or(filename)),
    }
}

/// Checks all fields of a file at once and returns the name of the MIME type.
fn check(upload: &NewFile, description: Option<&str>, corrected: bool) -> Result<&'static str> {
    let mut violations = Violations::default();
    match name_fault(&upload.filename) {
        Some(problem) => violations.add("filename", problem),
        None => violations.check(File::column("filename"), &upload.filename),
    }
    if let Some(stored) = &upload.stored_name {
        match name_fault(stored) {
            Some(problem) => violations.add("storedName", problem),
            None if stored.contains("..") || stored.starts_with('.') => {
                violations.add("storedName", "must not contain .. or begin with a dot");
            }
            None => violations.check(File::column("storedName"), stored),
        }
    }
    let mime = allowed_mime(&upload.mime_type);
    if mime.is_none() {
        violations.add("mimeType", "must be a MIME type that may be uploaded");
    }
    let max = if upload.commande_id.is_some() { MOST_IN_PROJECT } else { MOST_IN_MESSAGE };
    if !(1..=max).contains(&upload.size) {
        violations.add("size", format!("must be between 1 and {max} bytes"));
    }
    match address_problem(&upload.url) {
        Some(problem) => violations.add("url", problem),
        None => violations.check(File::column("url"), &upload.url),
    }
    if let Some(description) = description {
        if !corrected && looks_corrected(description) {
            violations.add("description", format!("must not begin with {CORRECTED}"));
        }
        violations.check(File::column("description"), description);
    }
    violations.into_result()?;
    mime.ok_or_else(|| Error::internal("an invalid MIME type passed the checks"))
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
    let mime = check(upload, description.as_deref(), corrected)?;
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

/// Returns the order to add a file to. Fails with `Denied` unless the order belongs to the caller or the caller is an
/// administrator.
async fn target_order(conn: &mut Conn, ctx: &OpContext<'_>, id: &CommandeId) -> Result<Commande> {
    match commandes::lookup(conn, id).await? {
        Some(order) if ctx.is_admin() || ctx.user() == Some(&order.user_id) => Ok(order),
        None if ctx.is_admin() => Err(not_found("order", id.as_str())),
        _ => Err(ctx.denied("the order's owner or an administrator")),
    }
}

/// Notifies the author of a corrected document, and records the upload in the audit log.
async fn announce_corrected(conn: &mut Conn, ctx: &OpContext<'_>, file: &File, order: &Commande) -> Result<()> {
    let values = [("fichier", &*file.filename), ("titre", &*order.titre), ("id", order.id.as_str())];
    notify::announce(conn, ctx, Event::CorrectedFile, Some(&order.user_id), &values).await?;
    let details = json!({"commande": order.id.as_str(), "client": order.user_id.as_str(), "size": file.size});
    audit_trail::write(conn, ctx, Action::FileAdded, Some(file.id.as_str()), details).await
}

/// Locks the file's row for its uploader or an administrator and returns it. Fails with `Precondition` if its
/// `updatedAt` is not `expected`.
async fn lock(conn: &mut Conn, ctx: &OpContext<'_>, id: &FileId, expected: Option<Timestamp>) -> Result<File> {
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
async fn check_may_remove(conn: &mut Conn, ctx: &OpContext<'_>, row: &File) -> Result<()> {
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
        if !corrected && looks_corrected(text) {
            violations.add("description", format!("must not begin with {CORRECTED}"));
        }
        violations.check(File::column("description"), text);
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

/// Who may change a document that the team sent back.
const CORRECTED_TAKES: &str = "an administrator, because the team sent the document back";

fn not_found(what: &str, id: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("{what} {id} not found"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_point_to_another_folder() {
        for wrong in ["", "  ", ".", "..", "a/b", "a\\b", "a\0b", "a\nb", "/etc/passwd", "..\\x"] {
            assert!(name_fault(wrong).is_some(), "{wrong:?}");
        }
        for right in ["manuscrit.docx", "رواية البحر.pdf", "couverture 📚.png", "...", ".env"] {
            assert_eq!(name_fault(right), None, "{right}");
        }
    }

    #[test]
    fn a_corrected_document_is_recognised_by_its_description() {
        assert_eq!(as_corrected(None, "a.pdf"), "ADMIN_FILE:a.pdf");
        assert_eq!(as_corrected(Some("lu"), "a.pdf"), "ADMIN_FILE:lu");
        assert_eq!(as_corrected(Some("ADMIN_FILE:lu"), "a.pdf"), "ADMIN_FILE:lu");
        assert!(looks_corrected("admin_file:x") && looks_corrected(CORRECTED));
        assert!(!looks_corrected("ADMIN_FIL") && !looks_corrected("ééééééé") && !looks_corrected(" ADMIN_FILE:"));
    }
}
