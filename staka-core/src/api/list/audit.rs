//! Declares the operations on the audit log.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Operations, Sink, rule};
use crate::base::{Bounds, Cursor, Direction, Page, PageRequest, Result, Violations};
use crate::model::view::{AuditLogEntry, AuditLogPurge, AuditLogStats, TextChunk};
use crate::model::{AuditLog, AuditLogId, AuditSeverity};
use crate::repo::audit_logs;
use crate::service::audit;
use crate::stats;

pub use crate::repo::audit_logs::{AuditLogFilter, AuditLogSort, AuditLogSortKey};
pub use crate::service::audit::{ExportFormat, NewAuditLog};

operations! {
    /// The audit log: who did what and when. Entries are only added; none is changed, and only those past their
    /// retention are deleted.
    audit_logs: AuditLogs {
        /// Returns the newest entries with certain severities, HIGH and CRITICAL by default.
        read list_recent(
            /// The severities to return; an empty list counts as the default.
            severities: Vec<AuditSeverity> = default where Bounds::items(0, 100).default_json("[\"HIGH\", \"CRITICAL\"]"),
            /// The maximum number of entries to return.
            limit: Option<u32> = default where Bounds::between(1, 100).default(10),
        ) -> Vec<AuditLogEntry>,
            for admin() = |conn, _| audit_logs::list_recent(conn, severities, *limit);

        /// Returns entries, newest first by default.
        read list(
            /// Which entries to return; all by default.
            filter: AuditLogFilter = default,
            /// How to sort the entries; newest first by default.
            sort: AuditLogSort = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(50, 100),
        ) -> Page<AuditLog>,
            for admin() = |conn, _| audit_logs::list(conn, filter, *sort, page);

        /// Returns an entry, or null if it does not exist.
        read get(
            /// The entry's id.
            id: AuditLogId,
        ) -> Option<AuditLog>,
            for admin() = |conn, _| audit_logs::lookup(conn, id);

        /// Returns statistics of the log.
        /// They cover all entries, the last 24 hours, 7 days and 30 days, the number per severity, the ten most
        /// frequent actions, and each of the last seven days.
        read stats() -> AuditLogStats,
            for admin() = |conn, ctx| stats::audit_logs::figures(conn, ctx.now, ctx.zone);

        /// Adds an entry by hand and returns it. Its author, time and IP address are those of the call.
        /// Fails with `INVALID`, which names every invalid field.
        atomic create(
            /// The entry to add.
            entry: NewAuditLog,
        ) -> AuditLog,
            for admin() = |conn, ctx| audit::create(conn, ctx, entry);

        /// Returns a chunk of the log as text, ordered by time.
        /// To export everything, pass each chunk's `next` as `after` of the following call, with the same filter,
        /// format and direction, and concatenate the texts. A chunk ends after `limit` entries or about 4 MiB. The
        /// first chunk adds an entry AUDIT_LOGS_EXPORTED to the log.
        atomic export(
            /// Which entries to export; all by default.
            filter: AuditLogFilter = default,
            /// The format of the text.
            format: ExportFormat = default,
            /// The sort direction.
            direction: Option<Direction> = default where Bounds::NONE.default_word("desc"),
            /// The `next` of the previous chunk; the first chunk by default.
            after: Option<Cursor> = default,
            /// The maximum number of entries in the chunk.
            limit: Option<u32> = default where Bounds::between(1, 10_000).default(1_000),
        ) -> TextChunk,
            for admin() = |conn, ctx| audit::export(conn, ctx, filter, *format, *direction, after.as_ref(), *limit);

        /// Deletes entries past their retention, oldest first, and adds an entry AUDIT_LOGS_CLEANUP to the log.
        /// Call it again while `more` is true.
        atomic purge(
            /// The age in days from which entries are deleted.
            days: Option<u32> = default where Bounds::between(30, 36_500).default(90),
            /// The maximum number of entries to delete.
            limit: Option<u32> = default where Bounds::between(1, 50_000).default(10_000),
        ) -> AuditLogPurge,
            for admin() = |conn, ctx| audit::purge(conn, ctx, *days, *limit);
    }
}
