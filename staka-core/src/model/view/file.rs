//! Files as lists show them, with their uploader and attachments.

use staka_macros::{Output, Record};

use super::message::UserBrief;
use crate::base::Timestamp;
use crate::model::{CORRECTED, CommandeId, FileId, FileType, UserId};

/// A file as lists show it, without its stored name.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct FileItem {
    /// The file's id.
    pub id: FileId,
    /// File name the uploader chose.
    pub filename: String,
    /// MIME type of the file.
    pub mime_type: String,
    /// Size of the file in bytes.
    #[output(bounds = Bounds::between(0, i32::MAX as i64))]
    pub size: i64,
    /// Address of the bytes, a URL or a local path.
    pub url: String,
    /// Type of the file.
    pub r#type: FileType,
    /// The id of the user who uploaded the file.
    pub uploaded_by_id: UserId,
    /// The id of the order the file belongs to; null for none.
    pub commande_id: Option<CommandeId>,
    /// Description by the uploader; null for none. That of a corrected document begins with `ADMIN_FILE:`.
    pub description: Option<String>,
    /// Whether everybody may read the file.
    pub is_public: bool,
    /// Time the row was created, UTC.
    pub created_at: Timestamp,
    /// Time of the last change, UTC.
    pub updated_at: Timestamp,
    /// The user who uploaded the file.
    #[record(nested)]
    pub uploaded_by: UserBrief,
    /// Whether the file is a corrected document.
    #[record(filled)]
    pub corrected: bool,
}

impl FileItem {
    /// Sets `corrected`, which follows from the description.
    pub(crate) fn with_corrected(mut self) -> Self {
        self.corrected = self.description.as_deref().is_some_and(|description| description.starts_with(CORRECTED));
        self
    }
}

/// A file with its stored name, for delivering its bytes.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct FileDetail {
    /// The file with its uploader.
    #[output(flatten)]
    #[record(nested)]
    pub file: FileItem,
    /// Name under which the bytes are stored.
    pub stored_name: String,
    /// Number of messages the file is attached to.
    #[output(bounds = Bounds::at_least(0))]
    pub attachment_count: i64,
}

/// A public file, with only the fields that everybody may see.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct PublicFile {
    /// The file's id.
    pub id: FileId,
    /// File name the uploader chose.
    pub filename: String,
    /// MIME type of the file.
    pub mime_type: String,
    /// Size of the file in bytes.
    #[output(bounds = Bounds::between(0, i32::MAX as i64))]
    pub size: i64,
    /// Address of the bytes, a URL or a local path.
    pub url: String,
    /// Type of the file.
    pub r#type: FileType,
}
