//! Files: their rows. The bytes lie elsewhere; whoever removes a row is told where.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::{FileType, Role};
//! use staka_core::{Ctx, ErrorKind, FileUpload};
//!
//! let zoe = staka_examples::person(&staka, "Zoé", Role::User, 0).await?;
//! let author = staka.as_actor(Ctx::user(zoe.id, Role::User));
//! let file = FileUpload::new("marees.pdf", "application/pdf", 480_000, "https://files.example.org/marees");
//! let file = author.files().create(file, None).await?;
//! assert_eq!(file.r#type, FileType::Document);
//! let other = staka_examples::person(&staka, "Ana", Role::User, 0).await?;
//! let denied = staka.as_actor(Ctx::user(other.id, Role::User)).files().get(&file.id).await.unwrap_err();
//! assert_eq!(denied.kind(), ErrorKind::Denied);
//! // Whoever removes the row is told which bytes go with it.
//! assert_eq!(author.files().remove(&file.id, None).await?.stored_name, file.stored_name);
//! # Ok(()) }
//! ```

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::Act;
use super::journal::{self, Action};
use super::notices::{self, Event};
use crate::base::{
    Column, Error, ErrorKind, Faults, Patch, Result, RowPatch, Table, Timestamp, address_fault, new_id_text,
};
use crate::db::Conn;
use crate::model::view::RemovedFile;
use crate::model::{CORRECTED, Commande, CommandeId, File, FileId, FilePatch, FileType, UserId, allowed_mime};
use crate::repo::{commandes, files};

/// The most bytes of a file of an order: 20 MiB.
pub const MOST_IN_PROJECT: i64 = 20 << 20;

/// The most bytes of a file that goes with a message: 50 MiB.
pub const MOST_IN_MESSAGE: i64 = 50 << 20;

/// A file whose bytes were stored, or are about to be.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct FileUpload {
    /// The name that the uploader gave: 1 to 255 characters, without `/`, `\` and control characters.
    pub filename: String,
    /// The name under which it is stored, up to 255 characters, of which none leads to another folder; a new one unless
    /// given.
    pub stored_name: Option<String>,
    /// MIME type, one of those that may be uploaded.
    pub mime_type: String,
    /// Size in bytes, from 1; up to 20 MiB for a file of an order, up to 50 MiB without one, for messages.
    pub size: i64,
    /// Where it lies, up to 500 characters: `https:`, `http:`, `s3:` or a path.
    pub url: String,
    /// The order it belongs to; none for a file that goes with a message.
    pub commande_id: Option<CommandeId>,
    /// What the uploader says of it, up to 65,535 bytes. Only what the team sends back may begin with `ADMIN_FILE:`.
    pub description: Option<String>,
    /// Whether everybody may read it; false unless said otherwise.
    pub is_public: Option<bool>,
}

/// What may be changed of a file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FileChange {
    /// What the uploader says of it, up to 65,535 bytes. That of a document which the team sent back keeps its
    /// `ADMIN_FILE:`.
    pub description: Patch<Option<String>>,
    /// Whether everybody may read it.
    pub is_public: Patch<bool>,
}

fn column(name: &str) -> &'static Column {
    File::COLUMNS.iter().find(|column| column.name == name).expect("a column of files")
}

/// What is wrong with a name that becomes one part of a path, if anything.
fn name_fault(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("must not be empty")
    } else if name.contains(['/', '\\']) || name.chars().any(char::is_control) {
        Some("must not contain slashes or control characters")
    } else if name == "." || name == ".." {
        Some("must be a name")
    } else {
        None
    }
}

/// A name to store a file under that tells nothing but its format.
fn new_stored_name(act: &Act<'_>, filename: &str) -> String {
    let id = new_id_text(act.clock);
    match filename.rsplit_once('.') {
        Some((_, format)) if (1..=10).contains(&format.len()) && format.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            format!("{id}.{}", format.to_ascii_lowercase())
        }
        _ => id,
    }
}

/// Whether a description begins as those of corrected documents do, in whatever case.
fn looks_corrected(description: &str) -> bool {
    description.get(..CORRECTED.len()).is_some_and(|start| start.eq_ignore_ascii_case(CORRECTED))
}

/// The description of a document that the team sends back: with the start by which it is told, and the file's name
/// where nothing is said.
fn as_corrected(description: Option<&str>, filename: &str) -> String {
    match description {
        Some(said) if said.starts_with(CORRECTED) => said.to_owned(),
        said => format!("{CORRECTED}{}", said.unwrap_or(filename)),
    }
}

/// Checks a file's fields, all at once, and gives the MIME type by its name.
fn check(upload: &FileUpload, description: Option<&str>, corrected: bool) -> Result<&'static str> {
    let mut faults = Faults::default();
    match name_fault(&upload.filename) {
        Some(problem) => faults.add("filename", problem),
        None => faults.check(column("filename"), &upload.filename),
    }
    if let Some(stored) = &upload.stored_name {
        match name_fault(stored) {
            Some(problem) => faults.add("storedName", problem),
            None if stored.contains("..") || stored.starts_with('.') => {
                faults.add("storedName", "must not contain .. or begin with a dot");
            }
            None => faults.check(column("storedName"), stored),
        }
    }
    let mime = allowed_mime(&upload.mime_type);
    if mime.is_none() {
        faults.add("mimeType", "must be a type that may be uploaded");
    }
    let most = if upload.commande_id.is_some() { MOST_IN_PROJECT } else { MOST_IN_MESSAGE };
    if !(1..=most).contains(&upload.size) {
        faults.add("size", format!("must be between 1 and {most} bytes"));
    }
    match address_fault(&upload.url) {
        Some(problem) => faults.add("url", problem),
        None => faults.check(column("url"), &upload.url),
    }
    if let Some(description) = description {
        if !corrected && looks_corrected(description) {
            faults.add("description", format!("must not begin with {CORRECTED}"));
        }
        faults.check(column("description"), description);
    }
    faults.into_result()?;
    mime.ok_or_else(|| Error::internal("a type passed that is none"))
}

/// Adds a file. Into an order: its author may, and an administrator, whose file is a corrected document then and is
/// announced to the author. Without an order: whoever is signed in. `uploader` is another user for whom an
/// administrator or the program acts.
pub async fn create(conn: &mut Conn, act: &Act<'_>, upload: &FileUpload, uploader: Option<&UserId>) -> Result<File> {
    let by = match (uploader, act.user()) {
        (None, Some(actor)) => actor,
        (Some(user), actor) if act.is_admin() || actor == Some(user) => user,
        (Some(_), _) => return Err(denied()),
        (None, None) => return Err(Error::invalid("uploader", "must be given: nobody is signed in")),
    };
    let order = match &upload.commande_id {
        None => None,
        Some(id) => Some(target(conn, act, id).await?),
    };
    let corrected = order.as_ref().is_some_and(|order| order.user_id != *by);
    let description = match corrected {
        true => Some(as_corrected(upload.description.as_deref(), &upload.filename)),
        false => upload.description.clone(),
    };
    let mime = check(upload, description.as_deref(), corrected)?;
    let row = File {
        id: act.new_id(),
        filename: upload.filename.clone(),
        stored_name: upload.stored_name.clone().unwrap_or_else(|| new_stored_name(act, &upload.filename)),
        mime_type: mime.to_owned(),
        size: upload.size,
        url: upload.url.clone(),
        r#type: FileType::of_mime(mime),
        uploaded_by_id: by.clone(),
        commande_id: upload.commande_id.clone(),
        description,
        is_public: upload.is_public.unwrap_or(false),
        created_at: act.now,
        updated_at: act.now,
    };
    files::add(conn, std::slice::from_ref(&row)).await.map_err(|error| match (error.key(), &row.commande_id) {
        (Some("files_uploadedById_fkey"), _) => gone("users", by.as_str()),
        (Some("files_commandeId_fkey"), Some(order)) => gone("commandes", order.as_str()),
        _ => error,
    })?;
    if let Some(order) = order.filter(|_| corrected) {
        sent_back(conn, act, &row, &order).await?;
    }
    Ok(row)
}

/// The order into which the actor puts a file: `Denied` unless it is the actor's or an administrator acts.
async fn target(conn: &mut Conn, act: &Act<'_>, id: &CommandeId) -> Result<Commande> {
    match commandes::lookup(conn, id).await? {
        Some(order) if act.is_admin() || act.user() == Some(&order.user_id) => Ok(order),
        None if act.is_admin() => Err(gone("commandes", id.as_str())),
        _ => Err(denied()),
    }
}

/// Tells the author that a corrected document lies ready, and the audit log who put it there.
async fn sent_back(conn: &mut Conn, act: &Act<'_>, file: &File, order: &Commande) -> Result<()> {
    let words = [("fichier", &*file.filename), ("titre", &*order.titre), ("id", order.id.as_str())];
    notices::announce(conn, act, Event::CorrectedFile, Some(&order.user_id), &words).await?;
    let details = json!({"commande": order.id.as_str(), "client": order.user_id.as_str(), "size": file.size});
    journal::write(conn, act, Action::FileAdded, Some(file.id.as_str()), details).await
}

/// The file, held, for its uploader or an administrator; `Precondition` when it is not at `expected` any more.
async fn held(conn: &mut Conn, act: &Act<'_>, id: &FileId, expected: Option<Timestamp>) -> Result<File> {
    let row = match files::locked(conn, id).await? {
        Some(row) if act.is_admin() || act.user() == Some(&row.uploaded_by_id) => row,
        None if act.is_admin() => return Err(gone("files", id.as_str())),
        _ => return Err(denied()),
    };
    match expected {
        Some(expected) if expected != row.updated_at => {
            Err(Error::new(ErrorKind::Precondition, format!("files {id} was changed meanwhile")))
        }
        _ => Ok(row),
    }
}

/// Whether the actor may take a held file out of its order, or away: an administrator, or who uploaded it and owns the
/// order too; what the team sent back stays.
async fn must_be_owner_too(conn: &mut Conn, act: &Act<'_>, row: &File) -> Result<()> {
    if act.is_admin() {
        return Ok(());
    }
    if row.is_corrected() {
        return Err(denied());
    }
    match &row.commande_id {
        Some(order) if commandes::owner(conn, order).await?.as_ref() != act.user() => Err(denied()),
        _ => Ok(()),
    }
}

async fn write(conn: &mut Conn, act: &Act<'_>, row: File, patch: &FilePatch) -> Result<File> {
    if patch.is_empty() {
        return Ok(row);
    }
    if act.user() != Some(&row.uploaded_by_id) {
        let fields: Vec<&str> = [
            ("description", patch.description.as_set().is_some()),
            ("isPublic", patch.is_public.as_set().is_some()),
            ("commandeId", patch.commande_id.as_set().is_some()),
        ]
        .into_iter()
        .filter_map(|(name, set)| set.then_some(name))
        .collect();
        let details = json!({"uploadedBy": row.uploaded_by_id.as_str(), "fields": fields});
        journal::write(conn, act, Action::FileUpdated, Some(row.id.as_str()), details).await?;
    }
    files::update(conn, &row.id, patch, None, act.now).await.map_err(|error| match error.key() {
        Some("files_commandeId_fkey") => Error::new(ErrorKind::NotFound, "the order is not there any more"),
        _ => error,
    })?;
    let written = files::lookup(conn, &row.id).await?;
    written.ok_or_else(|| Error::internal(format!("files {} is gone while it is held", row.id)))
}

/// Changes what is said of a file, and whether everybody may read it: its uploader, or an administrator.
pub async fn update(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &FileId,
    change: &FileChange,
    expected: Option<Timestamp>,
) -> Result<File> {
    let row = held(conn, act, id, expected).await?;
    let corrected = row.is_corrected();
    if corrected && !act.is_admin() {
        return Err(denied());
    }
    let description = match &change.description {
        Patch::Set(said) if corrected => Patch::Set(Some(as_corrected(said.as_deref(), &row.filename))),
        other => other.clone(),
    };
    let mut faults = Faults::default();
    if let Patch::Set(Some(said)) = &description {
        if !corrected && looks_corrected(said) {
            faults.add("description", format!("must not begin with {CORRECTED}"));
        }
        faults.check(column("description"), said);
    }
    faults.into_result()?;
    let patch = FilePatch { description, is_public: change.is_public.clone(), ..FilePatch::default() };
    write(conn, act, row, &patch).await
}

/// Puts a file into an order: who uploaded it and owns the order, or an administrator, whose own file is a corrected
/// document from then on. `Conflict` when it belongs to one already, or is larger than an order's files may be.
pub async fn attach_to_commande(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &FileId,
    commande: &CommandeId,
    expected: Option<Timestamp>,
) -> Result<File> {
    let row = held(conn, act, id, expected).await?;
    let order = target(conn, act, commande).await?;
    if let Some(other) = &row.commande_id {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("the file belongs to order {other} and was to go to {commande}: detach it first"),
        ));
    }
    if row.size > MOST_IN_PROJECT {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("the file has {} bytes, an order's may have {MOST_IN_PROJECT}", row.size),
        ));
    }
    let corrected = order.user_id != row.uploaded_by_id;
    let description = if corrected {
        Patch::Set(Some(as_corrected(row.description.as_deref(), &row.filename)))
    } else {
        Patch::Absent
    };
    let patch = FilePatch { commande_id: Patch::Set(Some(order.id.clone())), description, ..FilePatch::default() };
    let row = write(conn, act, row, &patch).await?;
    if corrected {
        sent_back(conn, act, &row, &order).await?;
    }
    Ok(row)
}

/// Takes a file out of its order: who uploaded it and owns the order, or an administrator; a corrected document is
/// none any more then. `Conflict` when it belongs to none.
pub async fn detach(conn: &mut Conn, act: &Act<'_>, id: &FileId, expected: Option<Timestamp>) -> Result<File> {
    let row = held(conn, act, id, expected).await?;
    must_be_owner_too(conn, act, &row).await?;
    if row.commande_id.is_none() {
        return Err(Error::new(ErrorKind::Conflict, "the file belongs to no order and cannot be detached from one"));
    }
    let description = match row.description.as_deref().and_then(|said| said.strip_prefix(CORRECTED)) {
        Some(rest) => Patch::Set(Some(rest.to_owned())),
        None => Patch::Absent,
    };
    let patch = FilePatch { commande_id: Patch::Set(None), description, ..FilePatch::default() };
    write(conn, act, row, &patch).await
}

/// Removes a file, from the messages too that it is attached to: an administrator, or its uploader, who must own the
/// order too if it belongs to one; what the team sent back stays. Gives where the bytes lie, for the caller to delete
/// once the transaction is kept.
pub async fn remove(conn: &mut Conn, act: &Act<'_>, id: &FileId, expected: Option<Timestamp>) -> Result<RemovedFile> {
    let row = held(conn, act, id, expected).await?;
    must_be_owner_too(conn, act, &row).await?;
    if act.user() != Some(&row.uploaded_by_id) {
        let order = row.commande_id.as_ref().map(CommandeId::as_str);
        let details = json!({"uploadedBy": row.uploaded_by_id.as_str(), "commande": order, "size": row.size});
        journal::write(conn, act, Action::FileDeleted, Some(id.as_str()), details).await?;
    }
    files::remove(conn, id).await?;
    Ok(RemovedFile { id: row.id, stored_name: row.stored_name, url: row.url })
}

fn gone(table: &str, id: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("{table} {id} is not there"))
}

fn denied() -> Error {
    Error::new(ErrorKind::Denied, "the actor may not do this")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_to_another_folder() {
        for wrong in ["", "  ", ".", "..", "a/b", "a\\b", "a\0b", "a\nb", "/etc/passwd", "..\\x"] {
            assert!(name_fault(wrong).is_some(), "{wrong:?}");
        }
        for right in ["manuscrit.docx", "رواية البحر.pdf", "couverture 📚.png", "...", ".env"] {
            assert_eq!(name_fault(right), None, "{right}");
        }
    }

    #[test]
    fn a_corrected_document_is_told_by_its_description() {
        assert_eq!(as_corrected(None, "a.pdf"), "ADMIN_FILE:a.pdf");
        assert_eq!(as_corrected(Some("lu"), "a.pdf"), "ADMIN_FILE:lu");
        assert_eq!(as_corrected(Some("ADMIN_FILE:lu"), "a.pdf"), "ADMIN_FILE:lu");
        assert!(looks_corrected("admin_file:x") && looks_corrected(CORRECTED));
        assert!(!looks_corrected("ADMIN_FIL") && !looks_corrected("ééééééé") && !looks_corrected(" ADMIN_FILE:"));
    }
}
