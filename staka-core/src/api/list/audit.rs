//! Who did what.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Cursor, Direction, Listing, Page, Result};
use crate::flow::audit;
use crate::model::view::{AuditLogEntry, AuditPurge, AuditStats, TextChunk};
use crate::model::{AuditLog, AuditLogId, AuditSeverity};
use crate::repo::audit_logs;
use crate::stats;

pub use crate::flow::audit::{AuditDraft, ExportFormat};
pub use crate::repo::audit_logs::{AuditSearch, AuditSort};

operations! {
    /// Who did what. Entries are added and read; nothing changes one, and only those past their retention are removed.
    audit_logs: AuditLogs {
        /// The newest entries of these severities, HIGH and CRITICAL unless named; 10 unless `limit` (1 to 100)
        /// says otherwise.
        read recent(
            /// Entries of these; HIGH and CRITICAL unless given.
            severities: Vec<AuditSeverity> = default,
            /// How many at the most, 1 to 100; 10 unless given.
            limit: Option<u32> = default,
        ) -> Vec<AuditLogEntry>,
            for admin() = |conn, _| audit_logs::recent(conn, severities, *limit);

        /// The entries that are wanted, the newest first unless `sort` and `direction` say otherwise. 50 a page, 100 at
        /// the most.
        read list(
            /// Which.
            filter: AuditSearch = default,
            /// By what they are sorted, then by id.
            sort: AuditSort = default,
            /// Which end comes first; `desc` unless given.
            direction: Option<Direction> = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<AuditLog>,
            for admin() = |conn, _| audit_logs::search(conn, filter, *sort, *direction, page);

        /// The whole entry; null when it is not there.
        read get(
            /// Which.
            id: AuditLogId,
        ) -> Option<AuditLog>,
            for admin() = |conn, _| audit_logs::lookup(conn, id);

        /// The log in figures: all entries, the last 24 hours, 7 and 30 days, by severity, the ten most frequent
        /// actions, and the last seven days one by one.
        read stats() -> AuditStats,
            for admin() = |conn, act| stats::audit_logs::figures(conn, act.now, act.zone);

        /// Adds an entry by hand, and gives it. Its author, moment and address are those of the call.
        act record(
            /// What it says.
            entry: AuditDraft,
        ) -> AuditLog,
            for admin() = |conn, act| audit::record(conn, act, entry);

        /// A piece of the log as text, by time: pieces one behind the other, each behind the `next` of the one before
        /// with the same filter, format and direction, are the whole. Its first piece leaves an entry
        /// `AUDIT_LOGS_EXPORTED`. A piece ends after `limit` entries, or some megabytes.
        act export(
            /// Which entries.
            filter: AuditSearch = default,
            /// How it is written.
            format: ExportFormat = default,
            /// Which end comes first; `desc` unless given.
            direction: Option<Direction> = default,
            /// The place to go on from: `next` of the piece before.
            after: Option<Cursor> = default,
            /// How many entries at the most, 1 to 10,000; 1,000 unless given.
            limit: Option<u32> = default,
        ) -> TextChunk,
            for admin() = |conn, act| audit::export(conn, act, filter, *format, *direction, after.as_ref(), *limit);

        /// Removes entries past their retention, the oldest first, and leaves an entry `AUDIT_LOGS_CLEANUP`. Call it
        /// again while `more` is true.
        act purge(
            /// Those older than so many days, 30 to 36,500; 90 unless given.
            days: Option<u32> = default,
            /// How many at the most, 1 to 50,000; 10,000 unless given.
            limit: Option<u32> = default,
        ) -> AuditPurge,
            for admin() = |conn, act| audit::purge(conn, act, *days, *limit);
    }
}
