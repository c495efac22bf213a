//! Inputs of files, and the check of a new one.

use serde::Deserialize;
use staka_macros::Described;

use super::corrected::check_description;
use crate::base::{Error, Patch, Result, Table, Violations, address_problem};
use crate::model::{CommandeId, File, allowed_mime};

/// The maximum size of a file in an order, in bytes: 20 MiB.
pub(super) const MOST_IN_PROJECT: i64 = 20 << 20;

/// The maximum size of a file without an order, for messages, in bytes: 50 MiB.
pub(super) const MOST_IN_MESSAGE: i64 = 50 << 20;

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

/// Checks all fields of a file at once and returns the name of the MIME type.
pub(super) fn check(upload: &NewFile, description: Option<&str>, is_corrected: bool) -> Result<&'static str> {
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
        check_description(&mut violations, description, is_corrected);
    }
    violations.into_result()?;
    mime.ok_or_else(|| Error::internal("an invalid MIME type passed the checks"))
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
}
