//! Files attached to messages.

use std::sync::LazyLock;

use staka_macros::Record;

use super::table::verbs;
use crate::base::{Args, Result};
use crate::db::{Access, Conn, Statement};
use crate::model::{FileId, FileType, MessageAttachment, MessageId, UserId};

verbs!(MessageAttachment, "message_attachments": add);

/// Maximum number of files of a message.
pub const MAX_FILES: usize = 10;

/// The part of a file that decides whether it may be attached to a message.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct Candidate {
    /// The file's id.
    pub id: FileId,
    /// The user who uploaded the file.
    pub uploaded_by_id: UserId,
    /// Type of the file.
    pub r#type: FileType,
    /// Size of the file in bytes.
    pub size: i64,
}

/// Locks the files, so that none is deleted before the message is written.
static CANDIDATES: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed("message_attachments.lock_candidates", "", &[Access::Index { table: "f", keys: &["PRIMARY"] }])
        .with_text(format!(
            "SELECT f.id, f.uploadedById, f.type, f.size FROM files f FORCE INDEX (PRIMARY) WHERE f.id IN (?{}) LOCK IN SHARE MODE",
            ", ?".repeat(MAX_FILES - 1)
        ))
});

/// Locks and returns those of at most [`MAX_FILES`] files that exist.
pub async fn lock_candidates(conn: &mut Conn, files: &[FileId]) -> Result<Vec<Candidate>> {
    let Some(last) = files.last() else { return Ok(Vec::new()) };
    let args = (0..MAX_FILES).fold(Args::new(), |args, index| args.with(files.get(index).unwrap_or(last)));
    conn.all(&CANDIDATES, args).await
}

static DETACH: Statement = Statement::fixed(
    "message_attachments.detach",
    "DELETE a FROM message_attachments a WHERE a.messageId = ?",
    &[Access::Index {
        table: "a",
        keys: &["message_attachments_messageId_fileId_key", "message_attachments_messageId_idx"],
    }],
);

/// Deletes all attachments of a message; returns how many there were.
pub async fn detach(conn: &mut Conn, message: &MessageId) -> Result<u64> {
    conn.execute(&DETACH, Args::new().with(message)).await
}

static COUNT_BY_MESSAGE: Statement = Statement::fixed(
    "message_attachments.count_by_message",
    "SELECT COUNT(*) FROM message_attachments a WHERE a.messageId = ?",
    &[Access::Index {
        table: "a",
        keys: &["message_attachments_messageId_fileId_key", "message_attachments_messageId_idx"],
    }],
);

/// Returns how many files are attached to a message.
pub async fn count_by_message(conn: &mut Conn, message: &MessageId) -> Result<u64> {
    Ok(conn.one::<i64>(&COUNT_BY_MESSAGE, Args::new().with(message)).await?.unsigned_abs())
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&*CANDIDATES, &DETACH, &COUNT_BY_MESSAGE]);
    all
}
