//! Files as lists show them, and with what hangs on them.

use staka_macros::{Output, Record};

use super::message::UserBrief;
use crate::base::Timestamp;
use crate::model::{CORRECTED, CommandeId, FileId, FileType, UserId};

/// A file as a list shows it: without the name under which it is stored.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct FileItem {
    /// The key.
    pub id: FileId,
    /// The name that the uploader gave.
    pub filename: String,
    /// MIME type.
    pub mime_type: String,
    /// Size in bytes.
    pub size: i64,
    /// Where it lies: S3 or local.
    pub url: String,
    /// What kind of file it is.
    pub r#type: FileType,
    /// Who uploaded it.
    pub uploaded_by_id: UserId,
    /// The order it belongs to.
    pub commande_id: Option<CommandeId>,
    /// What the uploader says of it; that of a document which the team sent back begins with `ADMIN_FILE:`.
    pub description: Option<String>,
    /// Whether everybody may read it.
    pub is_public: bool,
    /// When the row was made, UTC.
    pub created_at: Timestamp,
    /// When the row was last written, UTC.
    pub updated_at: Timestamp,
    /// Who uploaded it.
    #[record(nested)]
    pub uploaded_by: UserBrief,
    /// Whether it is what the team sent back.
    #[record(filled)]
    pub corrected: bool,
}

impl FileItem {
    /// Says whether it is what the team sent back.
    pub(crate) fn told(mut self) -> Self {
        self.corrected = self.description.as_deref().is_some_and(|description| description.starts_with(CORRECTED));
        self
    }
}

/// A file with the name under which it is stored, for whoever delivers it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct FileDetail {
    /// The file.
    #[output(flatten)]
    #[record(nested)]
    pub file: FileItem,
    /// The name under which it is stored.
    pub stored_name: String,
    /// How many messages it is attached to.
    pub attachment_count: i64,
}

/// A file that everybody may read, as somebody gets it who may know no more.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct PublicFile {
    /// The key.
    pub id: FileId,
    /// The name that the uploader gave.
    pub filename: String,
    /// MIME type.
    pub mime_type: String,
    /// Size in bytes.
    pub size: i64,
    /// Where it lies: S3 or local.
    pub url: String,
    /// What kind of file it is.
    pub r#type: FileType,
}
