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
