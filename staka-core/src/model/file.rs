//! The table `files`: uploaded files.

use staka_macros::table;

use super::id::{CommandeId, FileId, UserId};
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// The type of a file.
    pub enum FileType {
        /// A document, e.g. PDF, DOCX or TXT.
        Document = "DOCUMENT",
        /// An image, e.g. JPG, PNG or GIF.
        Image = "IMAGE",
        /// An audio file, e.g. MP3 or WAV.
        Audio = "AUDIO",
        /// A video, e.g. MP4 or AVI.
        Video = "VIDEO",
        /// An archive, e.g. ZIP or RAR.
        Archive = "ARCHIVE",
        /// A file of any other type.
        Other = "OTHER",
    }
}

/// The MIME types that may be uploaded, with their file types. None of them is executed by browsers: no HTML, no SVG.
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

/// Other names that browsers use for some of these types.
const MIME_ALIASES: [(&str, &str); 6] = [
    ("application/x-zip-compressed", "application/zip"),
    ("application/x-rar-compressed", "application/vnd.rar"),
    ("audio/x-wav", "audio/wav"),
    ("audio/x-m4a", "audio/mp4"),
    ("audio/mp3", "audio/mpeg"),
    ("text/x-markdown", "text/markdown"),
];

/// Returns the name of a MIME type in [`MIME_TYPES`], in lower case and without parameters, or `None` if it may not be
/// uploaded.
pub fn allowed_mime(mime: &str) -> Option<&'static str> {
    let plain = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let named = MIME_ALIASES.iter().find(|(other, _)| *other == plain).map_or(&*plain, |(_, name)| name);
    MIME_TYPES.iter().map(|(name, _)| *name).find(|name| *name == named)
}

impl FileType {
    /// Returns the file type for a MIME type; OTHER for formats that fit no other type.
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

/// The prefix of a corrected document's description, by which the existing backend recognises it.
pub const CORRECTED: &str = "ADMIN_FILE:";

/// An uploaded file; its bytes are stored elsewhere.
#[table("files")]
pub struct File {
    /// The file's id, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub id: FileId,
    /// File name the uploader chose.
    #[column(purpose = Service, keep = Account, erase = Row, see = Personal, export, chars = 255)]
    pub filename: String,
    /// Name under which the bytes are stored.
    #[column(purpose = Service, keep = Account, erase = Row, see = Internal, private, chars = 255)]
    pub stored_name: String,
    /// MIME type of the file.
    #[column(purpose = Service, keep = Account, erase = Row, see = Internal, export, chars = 100)]
    pub mime_type: String,
    /// Size in bytes.
    #[column(purpose = Service, keep = Account, erase = Row, see = Internal, export, bounds = Bounds::between(0, i32::MAX as i64))]
    pub size: i64,
    /// Address of the bytes, a URL or a local path.
    #[column(purpose = Service, keep = Account, erase = Row, see = Internal, export, chars = 500)]
    pub url: String,
    /// Type of the file.
    #[column(purpose = Service, keep = Account, erase = Row, see = Internal, export, default = FileType::Document)]
    pub r#type: FileType,
    /// The id of the user who uploaded the file.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, fixed)]
    pub uploaded_by_id: UserId,
    /// The id of the order the file belongs to; null for none.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub commande_id: Option<CommandeId>,
    /// Description by the uploader; null for none. That of a corrected document begins with `ADMIN_FILE:`.
    #[column(purpose = Service, keep = Account, erase = Row, see = Personal, export, bytes = 65535)]
    pub description: Option<String>,
    /// Whether everybody may read the file.
    #[column(purpose = Service, keep = Account, erase = Row, see = Internal, export, default = false)]
    pub is_public: bool,
    /// Time the row was created, UTC.
    #[column(created, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
    /// Time of the last change, UTC; increases with every change, so it serves as the row's version.
    #[column(updated, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}

impl File {
    /// Returns whether this is a corrected document, which its author can neither change nor delete.
    pub fn is_corrected(&self) -> bool {
        self.description.as_deref().is_some_and(|description| description.starts_with(CORRECTED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_types_follow_from_mime_types() {
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
    fn types_that_browsers_execute_are_refused() {
        for mime in ["text/html", "image/svg+xml", "application/javascript", "application/octet-stream", "", "/"] {
            assert_eq!(allowed_mime(mime), None, "{mime}");
        }
        assert_eq!(allowed_mime("Text/Plain; charset=utf-8"), Some("text/plain"));
        assert_eq!(allowed_mime("application/x-zip-compressed"), Some("application/zip"));
    }
}
