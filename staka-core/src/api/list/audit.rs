//! Who did what.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::Result;
use crate::model::AuditSeverity;
use crate::model::view::AuditLogEntry;
use crate::repo::audit_logs;

operations! {
    /// Who did what.
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
    }
}
