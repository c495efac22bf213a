//! Orders and their files.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Session, Sink, rule};
use crate::base::{Listing, Page, Result, Timestamp};
use crate::flow;
use crate::model::view::{
    CommandeDetail, CommandeWithClient, CommandeWithInvoices, CommandesByStatut, FileDetail, FileItem, Project,
    ProjectCounts, PublicFile, RemovedCommande, RemovedFile,
};
use crate::model::{Commande, CommandeId, File, FileId, StatutCommande, UserId};
use crate::repo::{commandes, files};

pub use crate::flow::commandes::{CommandeChange, CommandeDraft, CommandeManagement};
pub use crate::flow::files::{FileChange, FileUpload};
pub use crate::repo::commandes::{CommandeList, CommandeOrder, CommandeSearch, CommandeSort, ProjectList};
pub use crate::repo::files::{FileList, FileOrder, FileScope, FileSearch, FileSort};

operations! {
    /// Orders. A user in the role CORRECTOR is an ordinary user here: no column says whose work an order is.
    commandes: Commandes {
        /// Makes an order, for oneself; an administrator may name another user, and the program must. It is EN_ATTENTE,
        /// and administrators and client are told. `NotFound` when that user is not there.
        act create(
            /// What is ordered.
            commande: CommandeDraft,
            /// For whom; for who calls unless given.
            user: Option<UserId> = default,
        ) -> Commande,
            for signed_in() = |conn, act| flow::commandes::create(conn, act, commande, user.as_ref());

        /// A user's orders, the newest first. 10 a page, 100 at the most.
        read list(
            /// Whose.
            user: UserId,
            /// Which.
            options: CommandeList = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Commande>,
            for self_or_admin(user) = |conn, _| commandes::of_user(conn, user, options, page);

        /// A user's orders, the newest first, each with its invoices. 100 a page, 500 at the most.
        read list_with_invoices(
            /// Whose.
            user: UserId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<CommandeWithInvoices>,
            for self_or_admin(user) = |conn, _| commandes::list_with_invoices(conn, user, page);

        /// An order with its author, and up to 100 of its files (the newest first) and invoices (the oldest first).
        read get(
            /// Which.
            id: CommandeId,
        ) -> Option<CommandeDetail>,
            for owner_or_admin(id) = |conn, _| flow::commandes::detail(conn, id);

        /// A user's projects: what is due last first, what has no date last, the newest first among the same; each with
        /// its progress by the statut alone and how many files it has. 10 a page, 100 at the most.
        read projects(
            /// Whose.
            user: UserId,
            /// Which.
            options: ProjectList = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<Project>,
            for self_or_admin(user) = |conn, _| commandes::projects(conn, user, options, page);

        /// How many projects a user has, by where they stand.
        read project_counts(
            /// Whose.
            user: UserId,
        ) -> ProjectCounts,
            for self_or_admin(user) = |conn, _| commandes::project_counts(conn, user);

        /// The orders that match, each with its client: the newest first unless said otherwise. 10 a page, 100 at the
        /// most.
        read search(
            /// Which; all of them unless given.
            filter: CommandeSearch = default,
            /// In which order.
            order: CommandeOrder = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<CommandeWithClient>,
            for admin() = |conn, _| commandes::search(conn, filter, order, page);

        /// How many orders match.
        read count(
            /// Which; all of them unless given.
            filter: CommandeSearch = default,
        ) -> u64,
            for admin() = |conn, _| commandes::matching(conn, filter);

        /// How many orders match, by where they stand: each of the guide's statuts, those without any too.
        read count_by_statut(
            /// Which; all of them unless given.
            filter: CommandeSearch = default,
        ) -> Vec<CommandesByStatut>,
            for admin() = |conn, _| commandes::count_by_statut(conn, filter);

        /// Changes what the author says of an order. The author may while it is EN_ATTENTE (`Conflict` then), an
        /// administrator at any time. `Precondition` when it is not at `expected` any more.
        act update(
            /// Which.
            id: CommandeId,
            /// What to change.
            change: CommandeChange,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> Commande,
            for owner_or_admin(id) = |conn, act| flow::commandes::update(conn, act, id, change, *expected);

        /// Changes what the team decides about an order: priority, date, the corrector's note. `Precondition` when it is
        /// not at `expected` any more.
        act manage(
            /// Which.
            id: CommandeId,
            /// What to change.
            management: CommandeManagement,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> Commande,
            for admin() = |conn, act| flow::commandes::manage(conn, act, id, management, *expected);

        /// Moves an order on: EN_ATTENTE to EN_COURS, SUSPENDUE or ANNULEE; EN_COURS to TERMINE, SUSPENDUE or ANNULEE;
        /// SUSPENDUE to EN_COURS, EN_ATTENTE or ANNULEE; TERMINE to EN_COURS; ANNULEE to EN_ATTENTE. `Conflict` for all
        /// else. `dateFinition` is set at TERMINE and cleared behind it; the client is told.
        act change_statut(
            /// Which.
            id: CommandeId,
            /// Where it goes.
            statut: StatutCommande,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> Commande,
            for admin() = |conn, act| flow::commandes::change_statut(conn, act, id, statut, *expected);

        /// Sets an order to any statut, wherever it stands, for a reason that the audit log keeps. `Conflict` when it
        /// stands there already.
        act override_statut(
            /// Which.
            id: CommandeId,
            /// Where it goes.
            statut: StatutCommande,
            /// Why: 3 to 500 characters.
            reason: String,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> Commande,
            for admin() = |conn, act| flow::commandes::override_statut(conn, act, id, statut, reason, *expected);

        /// Calls an order off: ANNULEE. `Conflict` unless it is EN_ATTENTE and neither paid nor about to be.
        act cancel(
            /// Which.
            id: CommandeId,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> Commande,
            for owner_or_admin(id) = |conn, act| flow::commandes::cancel(conn, act, id, *expected);

        /// Removes an order with its files, and says where their bytes lie, for the caller to delete. `Conflict` when it
        /// has invoices.
        act remove(
            /// Which.
            id: CommandeId,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> RemovedCommande,
            for admin() = |conn, act| flow::commandes::remove(conn, act, id, *expected);
    }

    /// Uploaded files: their rows; the bytes lie elsewhere.
    files: Files {
        /// Adds a file: into an order of one's own, or into none, for messages. An administrator may put one into
        /// anybody's order: it is a corrected document then, and the author is told.
        act create(
            /// What is uploaded.
            file: FileUpload,
            /// Who uploads it; who calls unless an administrator or the program says otherwise.
            uploader: Option<UserId> = default,
        ) -> File,
            for signed_in() = |conn, act| flow::files::create(conn, act, file, uploader.as_ref());

        /// A file with who uploaded it, the name under which it is stored, and how many messages it is attached to.
        read get(
            /// Which.
            id: FileId,
        ) -> Option<FileDetail>,
            for file_viewer(id) = |conn, _| files::detail(conn, id);

        /// A file that everybody may read; null for any other.
        read get_public(
            /// Which.
            id: FileId,
        ) -> Option<PublicFile>,
            for anyone() = |conn, _| files::public(conn, id);

        /// The files of an order, the newest first, corrected documents among them. 20 a page, 100 at the most.
        read list_by_commande(
            /// Which order.
            commande: CommandeId,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<FileItem>,
            for owner_or_admin(commande) = |conn, _| files::of_commande(conn, commande, page);

        /// A user's files, the newest first: what the user uploaded, or what belongs to the user's orders. 20 a page,
        /// 100 at the most.
        read list_mine(
            /// Whose.
            user: UserId,
            /// Which.
            options: FileList = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<FileItem>,
            for self_or_admin(user) = |conn, _| files::of_user(conn, user, options, page);

        /// The files that match, the newest first unless said otherwise. 20 a page, 100 at the most.
        read search(
            /// Which; all of them unless given.
            filter: FileSearch = default,
            /// In which order.
            order: FileOrder = default,
            /// Which part of the list.
            page: Page = default,
        ) -> Listing<FileItem>,
            for admin() = |conn, _| files::search(conn, filter, order, page);

        /// How many files match.
        read count(
            /// Which; all of them unless given.
            filter: FileSearch = default,
        ) -> u64,
            for admin() = |conn, _| files::matching(conn, filter);

        /// Changes what is said of a file, and whether everybody may read it. A corrected document is the
        /// administrators' alone. `Precondition` when it is not at `expected` any more.
        act update(
            /// Which.
            id: FileId,
            /// What to change.
            change: FileChange,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> File,
            for file_uploader(id) = |conn, act| flow::files::update(conn, act, id, change, *expected);

        /// Puts a file into an order: who uploaded it and owns the order, or an administrator. `Conflict` when it belongs
        /// to one already, or has more than 20 MiB.
        act attach_to_commande(
            /// Which file.
            id: FileId,
            /// Into which order.
            commande: CommandeId,
            /// The `updatedAt` that the file must have.
            expected: Option<Timestamp> = default,
        ) -> File,
            for file_uploader(id) = |conn, act| flow::files::attach_to_commande(conn, act, id, commande, *expected);

        /// Takes a file out of its order: who uploaded it and owns the order, or an administrator. `Conflict` when it
        /// belongs to none.
        act detach(
            /// Which.
            id: FileId,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> File,
            for file_uploader(id) = |conn, act| flow::files::detach(conn, act, id, *expected);

        /// Removes a file, from messages too, and says where its bytes lie, for the caller to delete. Its uploader may,
        /// who must own the order too if it belongs to one, and an administrator; corrected documents are theirs alone.
        act remove(
            /// Which.
            id: FileId,
            /// The `updatedAt` that it must have.
            expected: Option<Timestamp> = default,
        ) -> RemovedFile,
            for file_uploader(id) = |conn, act| flow::files::remove(conn, act, id, *expected);
    }
}
