//! Rights of the persons whose data the platform holds.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Operations, Sink, rule};
use crate::base::{Bounds, Cursor, Page, PageRequest, Result, Violations};
use crate::model::view::{
    ErasedMentions, ErasurePlan, ErasureRecord, ErasureReplay, ErasureResult, PersonalDataSummary, PrivacyCheck,
    PrivacyMentions, RetentionPurge, RetentionRule, TextChunk,
};
use crate::model::{AuditLogId, NotificationId, UserId};
use crate::repo::erasures;
use crate::service::privacy as service;
pub use crate::service::privacy::{ErasureInput, ErasureReason};

operations! {
    /// Personal data under the GDPR: access, export, erasure and retention. Every table takes part according to the
    /// declarations of its columns.
    privacy: Privacy {
        /// Exports all data held about a person as one JSON document, in pieces. The document has `person`,
        /// `exportedAt` and, in `tables`, each table's rows. Pass each piece's `next` as `after` of the next call; the
        /// pieces put together are the document. A piece ends after `limit` rows or about 4 MiB. Secrets are never
        /// included. Messages that a visitor wrote from the account's address are included once they were claimed
        /// (`messages.claim`), or if an administrator exports. The first piece writes the audit log entry
        /// `USER_DATA_EXPORTED`. Fails with `NOT_FOUND` if the user does not exist.
        atomic export(
            /// The user's id.
            user: UserId,
            /// The `next` of the previous piece; the first piece by default.
            after: Option<Cursor> = default,
            /// The maximum number of rows.
            limit: Option<u32> = default where Bounds::between(1, 10_000).default(1_000),
        ) -> TextChunk,
            for self_or_admin(user) = |conn, ctx| service::export(conn, ctx, user, after.as_ref(), *limit);

        /// Counts the rows that each table holds about a person, and names the columns that an export contains. Fails
        /// with `NOT_FOUND` if the user does not exist.
        read summary(
            /// The user's id.
            user: UserId,
        ) -> PersonalDataSummary,
            for self_or_admin(user) = |conn, _| service::summary(conn, user);

        /// Returns what `privacy.erase` would do, by table and column, without changing anything. It says which rows
        /// would be deleted, changed or kept and why, and which stored files the caller must delete afterwards. Fails
        /// with `NOT_FOUND` if the user does not exist.
        read plan_erasure(
            /// The user's id.
            user: UserId,
        ) -> ErasurePlan,
            for self_or_admin(user) = |conn, _| service::plan_erasure(conn, user);

        /// Erases a person's data as each column declares, and returns what was done. The account can no longer sign
        /// in, the audit log shows a pseudonym in the entries that the person wrote or is the target of, and invoices are
        /// kept. Mentions in rows about others stay (`privacy.list_mentions`). All happens in one transaction; called again, it
        /// erases what was added since. The caller must delete the stored files that the answer lists. Writes an
        /// erasure record and the audit log entry `USER_ERASED`. Fails with `NOT_FOUND`, and with `CONFLICT` for the
        /// last active administrator.
        atomic erase(
            /// The user's id.
            user: UserId,
            /// The reason for the erasure: `request` (the person asked for it), `inactivity` (the account was inactive
            /// for years), `restored` (a backup brought back a person who had been erased) or `other`.
            reason: ErasureReason = default,
        ) -> ErasureResult,
            for self_or_admin(user) = |conn, ctx| service::erase(conn, ctx, user, *reason);

        /// Searches the text columns of all tables for a person's identifiers, ignoring case and accents. Returns what
        /// an erasure missed, what the law requires to keep, what the platform wrote about others, and what belongs to or
        /// was written by others. One call searches about 60,000 rows for one identifier, and fewer for several: pass
        /// `next` as `after` of the next call until it is null, and add up what they found. The first call writes the
        /// audit log entry `PRIVACY_CHECKED`, without the identifiers.
        atomic check(
            /// The user's id; the account need not exist any more.
            user: UserId,
            /// The texts to search for, e.g. e-mail addresses, full names or telephone numbers. By default those of the
            /// account: its e-mail address and the visitors' addresses it claimed, its full name, telephone number and
            /// postal address. Required if the account does not exist or has none of them any more, or else the call
            /// fails with `INVALID`.
            identifiers: Vec<String> = default where Bounds::items(0, 10).and(Bounds::chars(3, 255).trimmed()),
            /// The `next` of the previous call; the start of the search by default.
            after: Option<Cursor> = default,
        ) -> PrivacyCheck,
            for admin() = |conn, ctx| service::check(conn, ctx, user, identifiers, after.as_ref());

        /// Returns the texts in which the platform mentions a person in rows about others, each with what would replace
        /// it: entries of the audit log that the person neither wrote nor is the target of, and notifications to others.
        /// An erasure leaves them alone, because a name or an address may be somebody else's too. Choose from them what
        /// `privacy.erase_mentions` shall rewrite. One call searches about 60,000 rows: pass `next` as `after` of the
        /// next call until it is null. The first call writes the audit log entry `PRIVACY_CHECKED`, without the
        /// identifiers.
        atomic list_mentions(
            /// The user's id; the account need not exist any more.
            user: UserId,
            /// The texts to search for, as for `privacy.check`; those of the account by default.
            identifiers: Vec<String> = default where Bounds::items(0, 10).and(Bounds::chars(3, 255).trimmed()),
            /// The `next` of the previous call; the start of the search by default.
            after: Option<Cursor> = default,
        ) -> PrivacyMentions,
            for admin() = |conn, ctx| service::list_mentions(conn, ctx, user, identifiers, after.as_ref());

        /// Replaces the mentions of a person in these rows, and returns how many rows it rewrote. Call it with the same
        /// identifiers and with ids that `privacy.list_mentions` returned. A row that does not mention the person stays
        /// as it is. Writes the audit log entry `MENTIONS_ERASED`.
        atomic erase_mentions(
            /// The user's id; the account need not exist any more.
            user: UserId,
            /// The texts to search for, as for `privacy.check`; those of the account by default.
            identifiers: Vec<String> = default where Bounds::items(0, 10).and(Bounds::chars(3, 255).trimmed()),
            /// Ids of the entries to rewrite; none by default.
            audit_entries: Vec<AuditLogId> = default where Bounds::items(0, 1_000),
            /// Ids of the notifications to rewrite; none by default.
            notifications: Vec<NotificationId> = default where Bounds::items(0, 1_000),
        ) -> ErasedMentions,
            for admin() = |conn, ctx| {
                service::erase_mentions(conn, ctx, user, identifiers, audit_entries, notifications)
            };

        /// Returns the erasure records, newest first. Keep them beside the backups, for `privacy.replay_erasures`.
        read list_erasures(
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(100, 1_000),
        ) -> Page<ErasureRecord>,
            for admin() = |conn, _| erasures::list(conn, page);

        /// Erases again the persons whom a restored backup brought back. It works on the database's own erasure
        /// records, or on up to 1,000 that were kept beside the backups, and keeps the first date of each record.
        atomic replay_erasures(
            /// The erasure records that were kept; those of the database by default.
            erasures: Option<Vec<ErasureInput>> = default where Bounds::items(0, 1_000),
        ) -> ErasureReplay,
            for admin() = |conn, ctx| service::replay_erasures(conn, ctx, erasures.as_ref());

        /// Returns the retention rules, each with the number of rows that are due now. They say how long rows are kept
        /// and why.
        read list_retention_rules() -> Vec<RetentionRule>,
            for admin() = |conn, ctx| service::list_retention_rules(conn, ctx);

        /// Applies a retention rule to the rows that are due, oldest first, and returns how many remain. Call it again
        /// while `remaining` is above 0. Writes the audit log entry `RETENTION_PURGED`. Fails with `INVALID` if the
        /// rule does not exist or only reports.
        atomic purge(
            /// The rule's name, as `privacy.list_retention_rules` returns it.
            rule: String where Bounds::chars(1, 100),
            /// The maximum number of rows.
            limit: Option<u32> = default where Bounds::between(1, 10_000).default(1_000),
        ) -> RetentionPurge,
            for admin() = |conn, ctx| service::purge(conn, ctx, rule, *limit);
    }
}
