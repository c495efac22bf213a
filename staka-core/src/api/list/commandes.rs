//! Operations on orders and their files.

use futures_util::future::BoxFuture;

use super::super::call::Call;
use super::super::operation::{arguments, operations};
use super::super::{Kind, Operation, Operations, Sink, rule};
use crate::base::{Bounds, Page, PageRequest, Result, Timestamp, Violations};
use crate::model::view::{
    CommandeDetail, CommandeWithClient, CommandeWithInvoices, CommandesByStatut, DeletedCommande, DeletedFile,
    FileDetail, FileItem, Project, ProjectCounts, PublicFile,
};
use crate::model::{Commande, CommandeId, File, FileId, StatutCommande, UserId};
use crate::repo::{commandes, files};
use crate::service;

pub use crate::repo::commandes::{CommandeFilter, CommandeSort, CommandeSortKey, ProjectFilter, UserCommandeFilter};
pub use crate::repo::files::{FileFilter, FileScope, FileSort, FileSortKey, UserFileFilter};
pub use crate::service::commandes::{CommandeAdminUpdate, CommandeUpdate, NewCommande};
pub use crate::service::files::{FileUpdate, NewFile};

operations! {
    /// Orders (`commandes`) placed by authors. A user with role CORRECTOR has the rights of an ordinary user here.
    commandes: Commandes {
        /// Creates an order with statut EN_ATTENTE and notifies the administrators and the client.
        /// Fails with `DENIED` if a user who is no administrator names another user, and with `NOT_FOUND` if the user
        /// does not exist.
        atomic create(
            /// The order to create.
            commande: NewCommande,
            /// The id of the user who orders; the caller by default. Required if the system calls.
            user: Option<UserId> = default,
        ) -> Commande,
            for signed_in() = |conn, ctx| service::commandes::create(conn, ctx, commande, user.as_ref());

        /// Returns a user's orders, newest first.
        read list_by_user(
            /// The user's id.
            user: UserId,
            /// Which orders to return; all by default.
            filter: UserCommandeFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(10, 100),
        ) -> Page<Commande>,
            for self_or_admin(user) = |conn, _| commandes::list_by_user(conn, user, filter, page);

        /// Returns a user's orders, newest first, each with its invoices.
        read list_with_invoices(
            /// The user's id.
            user: UserId,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(100, 500),
        ) -> Page<CommandeWithInvoices>,
            for self_or_admin(user) = |conn, _| commandes::list_with_invoices(conn, user, page);

        /// Returns an order with its client, files and invoices, or null if it does not exist.
        /// Up to 100 files (newest first) and 100 invoices (oldest first) are included.
        read get(
            /// The order's id.
            id: CommandeId,
        ) -> Option<CommandeDetail>,
            for owner_or_admin(id) = |conn, _| service::commandes::get(conn, id);

        /// Returns a user's orders as projects with their progress, latest due date first.
        /// Projects without a due date come last; projects with the same due date are sorted newest first.
        read list_projects(
            /// The user's id.
            user: UserId,
            /// Which projects to return; all by default.
            filter: ProjectFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(10, 100),
        ) -> Page<Project>,
            for self_or_admin(user) = |conn, _| commandes::list_projects(conn, user, filter, page);

        /// Returns the number of a user's projects, in total and by project status.
        read count_projects(
            /// The user's id.
            user: UserId,
        ) -> ProjectCounts,
            for self_or_admin(user) = |conn, _| commandes::count_projects(conn, user);

        /// Returns orders of all users, each with its client; newest first by default.
        read list(
            /// Which orders to return; all by default.
            filter: CommandeFilter = default,
            /// How to sort the orders; newest first by default.
            sort: CommandeSort = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(10, 100),
        ) -> Page<CommandeWithClient>,
            for admin() = |conn, _| commandes::list(conn, filter, *sort, page);

        /// Returns the number of orders that match a filter.
        read count(
            /// Which orders to count; all by default.
            filter: CommandeFilter = default,
        ) -> u64,
            for admin() = |conn, _| commandes::count(conn, filter);

        /// Returns the number of orders that match a filter, by statut.
        /// Each statut of the Prisma schema is included, with 0 if no order has it.
        read count_by_statut(
            /// Which orders to count; all by default.
            filter: CommandeFilter = default,
        ) -> Vec<CommandesByStatut>,
            for admin() = |conn, _| commandes::count_by_statut(conn, filter);

        /// Changes the title, description, manuscript address or client's note of an order.
        /// The order's author may do so while its statut is EN_ATTENTE and gets `CONFLICT` afterwards; administrators
        /// may at any time.
        atomic update(
            /// The order's id.
            id: CommandeId,
            /// The fields to change; omitted fields keep their values.
            update: CommandeUpdate,
            /// The `updatedAt` the order must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Commande,
            for owner_or_admin(id) = |conn, ctx| service::commandes::update(conn, ctx, id, update, *expected_updated_at);

        /// Changes the priority, due date or corrector's note of an order.
        /// Fails with `NOT_FOUND` if the order does not exist.
        atomic update_as_admin(
            /// The order's id.
            id: CommandeId,
            /// The fields to change; omitted fields keep their values.
            update: CommandeAdminUpdate,
            /// The `updatedAt` the order must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Commande,
            for admin() = |conn, ctx| service::commandes::update_as_admin(conn, ctx, id, update, *expected_updated_at);

        /// Changes the statut of an order along the permitted transitions and notifies the client.
        /// Permitted are EN_ATTENTE to EN_COURS, SUSPENDUE or ANNULEE; EN_COURS to TERMINE, SUSPENDUE or ANNULEE;
        /// SUSPENDUE to EN_COURS, EN_ATTENTE or ANNULEE; TERMINE to EN_COURS; ANNULEE to EN_ATTENTE. Any other change
        /// fails with `CONFLICT`. `dateFinition` is set when the statut becomes TERMINE and cleared when it changes
        /// again.
        atomic set_statut(
            /// The order's id.
            id: CommandeId,
            /// The new statut.
            statut: StatutCommande,
            /// The `updatedAt` the order must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Commande,
            for admin() = |conn, ctx| service::commandes::set_statut(conn, ctx, id, statut, *expected_updated_at);

        /// Sets an order to any statut, whatever its current one, and notifies the client.
        /// The reason is kept in the audit log. Fails with `CONFLICT` if the order already has the statut.
        atomic override_statut(
            /// The order's id.
            id: CommandeId,
            /// The new statut.
            statut: StatutCommande,
            /// The reason for the change, for the audit log.
            reason: String where Bounds::chars(3, 500).trimmed(),
            /// The `updatedAt` the order must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Commande,
            for admin() = |conn, ctx| service::commandes::override_statut(conn, ctx, id, statut, reason, *expected_updated_at);

        /// Cancels an order, which sets its statut to ANNULEE.
        /// Fails with `CONFLICT` unless the statut is EN_ATTENTE and the order is neither paid nor being paid.
        atomic cancel(
            /// The order's id.
            id: CommandeId,
            /// The `updatedAt` the order must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> Commande,
            for owner_or_admin(id) = |conn, ctx| service::commandes::cancel(conn, ctx, id, *expected_updated_at);

        /// Deletes an order and the rows of its files, and returns where the files' bytes are stored.
        /// The caller deletes the bytes once the call has succeeded. Fails with `CONFLICT` if the order has invoices,
        /// and with `NOT_FOUND` if it does not exist.
        atomic delete(
            /// The order's id.
            id: CommandeId,
            /// The `updatedAt` the order must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> DeletedCommande,
            for admin() = |conn, ctx| service::commandes::delete(conn, ctx, id, *expected_updated_at);
    }

    /// Uploaded files (`files`): only their rows; their bytes are stored elsewhere.
    files: Files {
        /// Creates the row of an uploaded file, in an order or, for messages, without one. Users may add files to their
        /// own orders. A file that an administrator adds to another user's order is a corrected document, and the
        /// author is notified. Fails with `INVALID` if the MIME type is not accepted, or if the file is larger than 20
        /// MiB in an order or 50 MiB without one; with `DENIED` for another user's order or uploader; and with
        /// `NOT_FOUND` if the order or the uploader does not exist.
        atomic create(
            /// The uploaded file.
            file: NewFile,
            /// The id of the user who uploads the file; the caller by default. Only administrators and the system may
            /// name another user.
            uploader: Option<UserId> = default,
        ) -> File,
            for signed_in() = |conn, ctx| service::files::create(conn, ctx, file, uploader.as_ref());

        /// Returns a file with its uploader, stored name and number of attachments, or null if it does not exist.
        read get(
            /// The file's id.
            id: FileId,
        ) -> Option<FileDetail>,
            for file_viewer(id) = |conn, _| files::get(conn, id);

        /// Returns a public file, or null if the file is not public or does not exist.
        read get_public(
            /// The file's id.
            id: FileId,
        ) -> Option<PublicFile>,
            for anyone() = |conn, _| files::get_public(conn, id);

        /// Returns the files of an order, including corrected documents, newest first.
        read list_by_commande(
            /// The order's id.
            commande: CommandeId,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<FileItem>,
            for owner_or_admin(commande) = |conn, _| files::list_by_commande(conn, commande, page);

        /// Returns a user's files, newest first.
        /// By default these are the files the user uploaded; `scope` selects the files of the user's orders instead.
        read list_by_user(
            /// The user's id.
            user: UserId,
            /// Which files to return; all that the user uploaded by default.
            filter: UserFileFilter = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<FileItem>,
            for self_or_admin(user) = |conn, _| files::list_by_user(conn, user, filter, page);

        /// Returns files of all users; newest first by default.
        read list(
            /// Which files to return; all by default.
            filter: FileFilter = default,
            /// How to sort the files; newest first by default.
            sort: FileSort = default,
            /// The part of the list to return.
            page: PageRequest = default where Bounds::page(20, 100),
        ) -> Page<FileItem>,
            for admin() = |conn, _| files::list(conn, filter, *sort, page);

        /// Returns the number of files that match a filter.
        read count(
            /// Which files to count; all by default.
            filter: FileFilter = default,
        ) -> u64,
            for admin() = |conn, _| files::count(conn, filter);

        /// Changes a file's description and whether it is public.
        /// Corrected documents may be changed by administrators only; others get `DENIED`.
        atomic update(
            /// The file's id.
            id: FileId,
            /// The fields to change; omitted fields keep their values.
            update: FileUpdate,
            /// The `updatedAt` the file must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> File,
            for file_uploader(id) = |conn, ctx| service::files::update(conn, ctx, id, update, *expected_updated_at);

        /// Adds an uploaded file to an order.
        /// The uploader may do so if the order is also theirs; administrators always may. Fails with `CONFLICT` if the
        /// file already belongs to an order or is larger than 20 MiB.
        atomic attach_to_commande(
            /// The file's id.
            id: FileId,
            /// The order's id.
            commande: CommandeId,
            /// The `updatedAt` the file must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> File,
            for file_uploader(id) = |conn, ctx| service::files::attach_to_commande(conn, ctx, id, commande, *expected_updated_at);

        /// Removes a file from its order without deleting it.
        /// The uploader may do so if the order is also theirs and the file is no corrected document; administrators
        /// always may. Fails with `CONFLICT` if the file belongs to no order.
        atomic detach_from_commande(
            /// The file's id.
            id: FileId,
            /// The `updatedAt` the file must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> File,
            for file_uploader(id) = |conn, ctx| service::files::detach_from_commande(conn, ctx, id, *expected_updated_at);

        /// Deletes a file's row and its attachments to messages, and returns where its bytes are stored.
        /// The caller deletes the bytes once the call has succeeded. The uploader may delete the file if its order, if
        /// any, is also theirs and it is no corrected document; administrators always may.
        atomic delete(
            /// The file's id.
            id: FileId,
            /// The `updatedAt` the file must still have; if it differs, the call fails with `PRECONDITION`. Not
            /// checked by default.
            expected_updated_at: Option<Timestamp> = default,
        ) -> DeletedFile,
            for file_uploader(id) = |conn, ctx| service::files::delete(conn, ctx, id, *expected_updated_at);
    }
}
