//! What the law gives to those whom the platform knows.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Cursor, Listing, Page, Result};
pub use crate::flow::privacy::{Buried, ErasureReason};
use crate::flow::privacy as flow;
use crate::model::UserId;
use crate::model::view::{
    Erased, ErasurePlan, PersonSummary, PrivacyCheck, Replayed, RetentionPurge, RetentionRule, TextChunk, Tombstone,
};
use crate::repo::tombstones;

operations! {
    /// What the law gives to those whom the platform knows (RGPD): to see, to take along, to be erased; and how long things
    /// are kept. Every table takes part by what its columns declare.
    privacy: Privacy {
        /// A piece of all that is held about the person, as one JSON document: `person`, `exportedAt`, and in `tables` each
        /// table's rows. Pieces one behind the other, each behind the `next` of the one before, are the whole. Secrets are
        /// never in it. What a visitor wrote from the account's own address is in it once it was claimed
        /// (`messages.claim`), and whenever an administrator exports. Its first piece leaves an entry
        /// `USER_DATA_EXPORTED`. A piece ends after `limit` rows, or some megabytes.
        act export(
            /// Who.
            user: UserId,
            /// The place to go on from: `next` of the piece before.
            after: Option<Cursor> = default,
            /// How many rows at the most, 1 to 10,000; 1,000 unless given.
            limit: Option<u32> = default,
        ) -> TextChunk,
            for self_or_admin(user) = |conn, act| flow::export(conn, act, user, after.as_ref(), *limit);

        /// How many rows each table holds about the person, and which columns an export carries.
        read summary(
            /// Who.
            user: UserId,
        ) -> PersonSummary,
            for self_or_admin(user) = |conn, _| flow::summary(conn, user);

        /// What `privacy.erase` would do, table by table and column by column: what goes, what becomes of the rest, what is
        /// kept and why, and which stored files the caller must remove then. Changes nothing.
        read plan(
            /// Who.
            user: UserId,
        ) -> ErasurePlan,
            for self_or_admin(user) = |conn, _| flow::plan(conn, user);

        /// Erases the person: every column does what it declares, the account lets nobody in any more, the audit log bears a
        /// pseudonym, invoices stay. One transaction; done again, it does what came since. The answer names the stored files
        /// that must be removed now. Leaves a tombstone and an entry `USER_ERASED`. `Conflict` for the last administrator.
        act erase(
            /// Who.
            user: UserId,
            /// Why; they asked for it unless given.
            reason: ErasureReason = default,
        ) -> Erased,
            for self_or_admin(user) = |conn, act| flow::erase(conn, act, user, *reason);

        /// Where a person's identifiers stand, in every column of text of every table, without regard to case and accents:
        /// what an erasure missed, what the law keeps, what belongs to others or was written by others. Reads all tables, and
        /// leaves an entry `PRIVACY_CHECKED` without the identifiers.
        act check(
            /// Who; the account may be gone.
            user: UserId,
            /// E-mail addresses, full names, telephone numbers: at most 10, each of 3 to 255 characters. Those that the
            /// account tells unless given.
            identifiers: Vec<String> = default,
        ) -> PrivacyCheck,
            for admin() = |conn, act| flow::check(conn, act, user, identifiers);

        /// Who was erased, the latest first: to be kept beside the backups. 100 a page, 1,000 at the most.
        read tombstones(
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Tombstone>,
            for admin() = |conn, _| tombstones::list(conn, page);

        /// Erases everybody again whom a restored backup brought back, and keeps the tombstones with their first date. Those
        /// of the database itself, or up to 1,000 that were kept beside the backups.
        act replay(
            /// The tombstones that were kept; the database's own unless given.
            tombstones: Option<Vec<Buried>> = default,
        ) -> Replayed,
            for admin() = |conn, act| flow::replay(conn, act, tombstones.as_ref());

        /// How long things are kept, by which law, and how many rows are due now.
        read retention() -> Vec<RetentionRule>,
            for admin() = |conn, act| flow::retention(conn, act);

        /// Does what a rule of `privacy.retention` says to the rows that are due, the oldest first, and says how many are
        /// left: call it again until none is. Leaves an entry `RETENTION_PURGED`.
        act purge(
            /// The rule's name.
            rule: String,
            /// How many rows at the most, 1 to 10,000; 1,000 unless given.
            limit: Option<u32> = default,
        ) -> RetentionPurge,
            for admin() = |conn, act| flow::purge(conn, act, rule, *limit);
    }
}
