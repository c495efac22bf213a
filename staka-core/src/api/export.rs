//! Exports as streams of text pieces.

use futures_util::stream::{self, Stream};

use super::{AuditLogFilter, ExportFormat, Operations};
use crate::base::{Cursor, Result};
use crate::model::UserId;

/// The position of an export.
enum Position {
    Start,
    After(Cursor),
    End,
}

impl Operations {
    /// Exports the audit log as text, newest entry first, in pieces. Only one piece is in memory, and the next is read
    /// once the previous was taken. The stream ends after the first error.
    ///
    /// ```no_run
    /// use futures_util::TryStreamExt;
    /// use staka_core::{AuditLogFilter, ExportFormat};
    /// # async fn example(db: staka_core::Session) -> staka_core::Result<()> {
    /// let mut pieces = std::pin::pin!(db.audit_export(AuditLogFilter::default(), ExportFormat::Csv));
    /// while let Some(piece) = pieces.try_next().await? {
    ///     print!("{piece}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn audit_export(
        &self,
        filter: AuditLogFilter,
        format: ExportFormat,
    ) -> impl Stream<Item = Result<String>> + Send + use<> {
        let operations = self.clone();
        stream::try_unfold(Position::Start, move |position| {
            let (operations, filter) = (operations.clone(), filter.clone());
            async move {
                let after = match position {
                    Position::Start => None,
                    Position::After(cursor) => Some(cursor),
                    Position::End => return Ok(None),
                };
                let piece = operations.audit_logs().export(filter, format, None, after, None).await?;
                Ok(Some((piece.text, piece.next.map_or(Position::End, Position::After))))
            }
        })
    }

    /// Exports all data about a person as a JSON document, in pieces. Only one piece is in memory, and the stream ends
    /// after the first error.
    pub fn privacy_export(&self, user: UserId) -> impl Stream<Item = Result<String>> + Send + use<> {
        let operations = self.clone();
        stream::try_unfold(Position::Start, move |position| {
            let (operations, user) = (operations.clone(), user.clone());
            async move {
                let after = match position {
                    Position::Start => None,
                    Position::After(cursor) => Some(cursor),
                    Position::End => return Ok(None),
                };
                let piece = operations.privacy().export(&user, after, None).await?;
                Ok(Some((piece.text, piece.next.map_or(Position::End, Position::After))))
            }
        })
    }
}
