//! Uploaded files.

use staka_macros::table;

use super::id::{CommandeId, FileId, UserId};
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// What kind of file it is.
    pub enum FileType {
        /// PDF, DOCX, TXT.
        Document = "DOCUMENT",
        /// JPG, PNG, GIF.
        Image = "IMAGE",
        /// MP3, WAV.
        Audio = "AUDIO",
        /// MP4, AVI.
        Video = "VIDEO",
        /// ZIP, RAR.
        Archive = "ARCHIVE",
        /// Anything else.
        Other = "OTHER",
    }
}

/// What may be uploaded, and what kind of file it is. Nothing that a browser would run is among them: no HTML, no SVG.
pub const MIME_TYPES: [(&str, FileType); 22] = [
    ("application/pdf", FileType::Document),
    ("application/msword", FileType::Document),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", FileType::Document),
    ("application/vnd.oasis.opendocument.text", FileType::Document),
    ("application/rtf", FileType::Document),
    ("text/rtf", FileType::Document),
    ("text/plain", FileType::Document),
    ("text/markdown", FileType::Document),
    ("application/epub+zip", FileType::Document),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", FileType::Document),
    ("image/jpeg", FileType::Image),
    ("image/png", FileType::Image),
    ("image/gif", FileType::Image),
    ("image/webp", FileType::Image),
    ("audio/mpeg", FileType::Audio),
    ("audio/wav", FileType::Audio),
    ("audio/mp4", FileType::Audio),
    ("video/mp4", FileType::Video),
    ("video/x-msvideo", FileType::Video),
    ("application/zip", FileType::Archive),
    ("application/vnd.rar", FileType::Archive),
    ("application/x-7z-compressed", FileType::Archive),
];

/// What browsers call some of these.
const SAID_OTHERWISE: [(&str, &str); 6] = [
    ("application/x-zip-compressed", "application/zip"),
    ("application/x-rar-compressed", "application/vnd.rar"),
    ("audio/x-wav", "audio/wav"),
    ("audio/x-m4a", "audio/mp4"),
    ("audio/mp3", "audio/mpeg"),
    ("text/x-markdown", "text/markdown"),
];

/// The name of a MIME type among [`MIME_TYPES`]: lower case, without parameters; none if it may not be uploaded.
pub fn allowed_mime(said: &str) -> Option<&'static str> {
    let plain = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let named = SAID_OTHERWISE.iter().find(|(other, _)| *other == plain).map_or(&*plain, |(_, name)| name);
    MIME_TYPES.iter().map(|(name, _)| *name).find(|name| *name == named)
}

impl FileType {
    /// What kind of file a MIME type says it is; OTHER for formats that are none of the guide's.
    pub fn of_mime(mime: &str) -> Self {
        let mime = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if let Some((_, kind)) = MIME_TYPES.iter().find(|(name, _)| *name == mime) {
            return kind.clone();
        }
        let (family, format) = mime.split_once('/').unwrap_or((&mime, ""));
        match (family, format) {
            ("image", _) => Self::Image,
            ("audio", _) => Self::Audio,
            ("video", _) => Self::Video,
            ("text", _) => Self::Document,
            (_, "x-zip-compressed" | "x-rar-compressed" | "x-tar" | "gzip" | "x-gzip") => Self::Archive,
            (_, format) if format.contains("word") || format.contains("document") || format.contains("office") => {
                Self::Document
            }
            _ => Self::Other,
        }
    }
}

/// How the description of a document that the team sent back begins, as the existing backend tells it.
pub const CORRECTED: &str = "ADMIN_FILE:";

/// A file that somebody uploaded; the bytes lie elsewhere.
#[table("files")]
pub struct File {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: FileId,
    /// The name that the uploader gave.
    #[column(purpose = Service, keep = Account, erase = Row, see = Personal, export, chars = 255)]
    pub filename: String,
    /// The name under which it is stored.
    #[column(purpose = Service, keep = Account, erase = Row, see = Internal, private, chars = 255)]
    pub stored_name: String,
    /// MIME type.
    #[column(purpose = Service, keep = Account, erase = Row, see = Internal, export, chars = 100)]
    pub mime_type: String,
    /// Size in bytes, up to 2 147 483 647.
    #[column(purpose = Service, keep = Account, erase = Row, see = Internal, export)]
    pub size: i64,
    /// Where it lies: S3 or local.
    #[column(purpose = Service, keep = Account, erase = Row, see = Internal, export, chars = 500)]
    pub url: String,
    /// What kind of file it is.
    #[column(purpose = Service, keep = Account, erase = Row, see = Internal, export, default = FileType::Document, filter)]
    pub r#type: FileType,
    /// Who uploaded it.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, fixed, filter)]
    pub uploaded_by_id: UserId,
    /// The order it belongs to.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub commande_id: Option<CommandeId>,
    /// What the uploader says of it.
    #[column(purpose = Service, keep = Account, erase = Row, see = Personal, export, bytes = 65535)]
    pub description: Option<String>,
    /// Whether everybody may read it.
    #[column(purpose = Service, keep = Account, erase = Row, see = Internal, export, default = false)]
    pub is_public: bool,
    /// When the row was made, UTC.
    #[column(created, purpose = Record, keep = Account, erase = Keep, see = Internal, export, range)]
    pub created_at: Timestamp,
    /// When the row was last written, UTC; never twice the same, so it serves as the version.
    #[column(updated, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}

impl File {
    /// Whether it is what the team sent back: its author cannot change or remove it.
    pub fn is_corrected(&self) -> bool {
        self.description.as_deref().is_some_and(|description| description.starts_with(CORRECTED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_type() {
        for (mime, kind) in &MIME_TYPES {
            assert_eq!(FileType::of_mime(mime), *kind);
            assert_eq!(allowed_mime(mime), Some(*mime));
        }
        for (mime, kind) in [
            ("image/tiff", FileType::Image),
            ("AUDIO/FLAC", FileType::Audio),
            ("video/webm", FileType::Video),
            ("application/x-tar", FileType::Archive),
            ("application/gzip", FileType::Archive),
            ("application/vnd.ms-word", FileType::Document),
            ("text/csv; charset=utf-8", FileType::Document),
            ("font/otf", FileType::Other),
            ("", FileType::Other),
        ] {
            assert_eq!(FileType::of_mime(mime), kind, "{mime}");
        }
    }

    #[test]
    fn what_a_browser_would_run_is_not_taken() {
        for mime in ["text/html", "image/svg+xml", "application/javascript", "application/octet-stream", "", "/"] {
            assert_eq!(allowed_mime(mime), None, "{mime}");
        }
        assert_eq!(allowed_mime("Text/Plain; charset=utf-8"), Some("text/plain"));
        assert_eq!(allowed_mime("application/x-zip-compressed"), Some("application/zip"));
    }
}
