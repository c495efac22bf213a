//! Long texts as they come.

use futures_util::stream::{self, Stream};

use super::{AuditSearch, ExportFormat, Session};
use crate::base::{Cursor, Result};
use crate::model::UserId;

/// How far an export has come.
enum At {
    Start,
    Behind(Cursor),
    End,
}

impl Session {
    /// The audit log as text, the newest entry first, a piece at a time: at no moment is more than a piece in memory,
    /// and none is asked for before the one before was taken. It ends after the first error.
    ///
    /// ```no_run
    /// use futures_util::TryStreamExt;
    /// use staka_core::{AuditSearch, ExportFormat};
    /// # async fn example(db: staka_core::Session) -> staka_core::Result<()> {
    /// let mut pieces = std::pin::pin!(db.audit_export(AuditSearch::default(), ExportFormat::Csv));
    /// while let Some(piece) = pieces.try_next().await? {
    ///     print!("{piece}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn audit_export(
        &self,
        filter: AuditSearch,
        format: ExportFormat,
    ) -> impl Stream<Item = Result<String>> + Send + use<> {
        let session = self.clone();
        stream::try_unfold(At::Start, move |at| {
            let (session, filter) = (session.clone(), filter.clone());
            async move {
                let after = match at {
                    At::Start => None,
                    At::Behind(place) => Some(place),
                    At::End => return Ok(None),
                };
                let piece = session.audit_logs().export(filter, format, None, after, None).await?;
                Ok(Some((piece.text, piece.next.map_or(At::End, At::Behind))))
            }
        })
    }

    /// All that is held about a person as one JSON document, a piece at a time, likewise.
    pub fn privacy_export(&self, user: UserId) -> impl Stream<Item = Result<String>> + Send + use<> {
        let session = self.clone();
        stream::try_unfold(At::Start, move |at| {
            let (session, user) = (session.clone(), user.clone());
            async move {
                let after = match at {
                    At::Start => None,
                    At::Behind(place) => Some(place),
                    At::End => return Ok(None),
                };
                let piece = session.privacy().export(&user, after, None).await?;
                Ok(Some((piece.text, piece.next.map_or(At::End, At::Behind))))
            }
        })
    }
}
