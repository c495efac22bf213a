//! Files attached to messages.

use std::sync::LazyLock;

use staka_macros::Record;

use super::table::verbs;
use crate::base::{Args, Result};
use crate::db::{Access, Conn, Statement};
use crate::model::{
    FileId, FileType, MessageAttachment, MessageAttachmentFilter, MessageAttachmentId, MessageId, UserId,
};

verbs!(MessageAttachment, MessageAttachmentId, MessageAttachmentFilter, "message_attachments", fixed);

/// The most files of a message.
pub const MOST: usize = 10;

/// A file, as far as it decides whether a message may carry it.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct Candidate {
    /// The file.
    pub id: FileId,
    /// Who uploaded it.
    pub uploaded_by_id: UserId,
    /// What kind of file it is.
    pub r#type: FileType,
    /// Size in bytes.
    pub size: i64,
}

/// Locked, so that none of them goes before the message stands.
static CANDIDATES: LazyLock<Statement> = LazyLock::new(|| {
    Statement::fixed("message_attachments.candidates", "", &[Access::Index { table: "f", keys: &["PRIMARY"] }])
        .with_text(format!(
            "SELECT f.id, f.uploadedById, f.type, f.size FROM files f FORCE INDEX (PRIMARY) WHERE f.id IN (?{}) LOCK IN SHARE MODE",
            ", ?".repeat(MOST - 1)
        ))
});

/// Those of at most [`MOST`] files that are there.
pub async fn candidates(conn: &mut Conn, files: &[FileId]) -> Result<Vec<Candidate>> {
    let Some(last) = files.last() else { return Ok(Vec::new()) };
    let args = (0..MOST).fold(Args::new(), |args, place| args.with(files.get(place).unwrap_or(last)));
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

/// Takes all files off a message; returns how many there were.
pub async fn detach(conn: &mut Conn, message: &MessageId) -> Result<u64> {
    conn.execute(&DETACH, Args::new().with(message)).await
}

static NUMBER: Statement = Statement::fixed(
    "message_attachments.number",
    "SELECT COUNT(*) FROM message_attachments a WHERE a.messageId = ?",
    &[Access::Index {
        table: "a",
        keys: &["message_attachments_messageId_fileId_key", "message_attachments_messageId_idx"],
    }],
);

/// How many files a message has.
pub async fn number(conn: &mut Conn, message: &MessageId) -> Result<u64> {
    Ok(conn.one::<i64>(&NUMBER, Args::new().with(message)).await?.unsigned_abs())
}

pub(super) fn statements() -> Vec<&'static Statement> {
    let mut all = verb_statements();
    all.extend([&*CANDIDATES, &DETACH, &NUMBER]);
    all
}
