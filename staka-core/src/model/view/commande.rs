//! Orders with their client, files and invoices.

use staka_macros::{Output, Record};

use super::file::FileItem;
use super::message::UserBrief;
use crate::base::Timestamp;
use crate::model::{Commande, CommandeId, FileId, InvoiceId, InvoiceStatus, Priorite, StatutCommande, UserId};

/// An order with its invoices.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct CommandeWithInvoices {
    /// The order.
    #[output(flatten)]
    #[record(nested)]
    pub commande: Commande,
    /// Invoices of the order, oldest first.
    #[record(filled)]
    pub invoices: Vec<InvoiceBrief>,
}

/// An invoice in the list of its order.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct InvoiceBrief {
    /// The invoice's id.
    pub id: InvoiceId,
    /// Invoice number, e.g. `FACT-2025-001`.
    pub number: String,
    /// Amount excluding tax (HT), in centimes.
    #[output(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub amount: i64,
    /// Status of the invoice.
    pub status: InvoiceStatus,
    /// Address (URL) of the PDF; empty until there is one.
    pub pdf_url: String,
}

/// An order with its client, files and invoices.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct CommandeDetail {
    /// The order.
    #[output(flatten)]
    #[record(nested)]
    pub commande: Commande,
    /// The client who placed the order.
    #[record(nested)]
    pub user: UserBrief,
    /// Number of files of the order, including those not listed here.
    #[output(bounds = Bounds::at_least(0))]
    pub file_count: i64,
    /// Number of invoices of the order, including those not listed here.
    #[output(bounds = Bounds::at_least(0))]
    pub invoice_count: i64,
    /// Files of the order, newest first; at most 100.
    #[record(filled)]
    pub files: Vec<FileItem>,
    /// Invoices of the order, oldest first; at most 100.
    #[record(filled)]
    pub invoices: Vec<InvoiceBrief>,
}

/// An order as a project in its author's list.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct Project {
    /// The order's id.
    pub id: CommandeId,
    /// Title of the manuscript.
    pub titre: String,
    /// Description of what the author asks for; null for none.
    pub description: Option<String>,
    /// Statut of the order.
    pub statut: StatutCommande,
    /// Priority of the order.
    pub priorite: Priorite,
    /// Due date, UTC; null for none.
    pub date_echeance: Option<Timestamp>,
    /// Time the statut became TERMINE, UTC; null in any other statut.
    pub date_finition: Option<Timestamp>,
    /// Time the order was created, UTC.
    pub created_at: Timestamp,
    /// Time of the last change, UTC.
    pub updated_at: Timestamp,
    /// Payment status: `paid`, `unpaid`, `pending`, `failed` or `refunded`; null before any payment.
    pub payment_status: Option<String>,
    /// Price in centimes; null until it is set.
    #[output(bounds = Bounds::between(i32::MIN as i64, i32::MAX as i64))]
    pub amount: Option<i64>,
    /// Number of files of the order.
    #[output(bounds = Bounds::at_least(0))]
    pub file_count: i64,
    /// Number of those files that are corrected documents.
    #[output(bounds = Bounds::at_least(0))]
    pub corrected_count: i64,
    /// Progress in percent, which follows from the statut alone: 0 for EN_ATTENTE and ANNULEE, 25 for SUSPENDUE, 50 for
    /// EN_COURS and 100 for TERMINE. Of the values that the existing backend added, EN_ATTENTE_VERIFICATION is 10,
    /// EN_ATTENTE_CONSULTATION 20, ESTIMATION_ENVOYEE 25 and PAYEE 30; any other is 0.
    #[record(filled)]
    #[output(bounds = Bounds::between(0, 100))]
    pub progress: i64,
}

/// Numbers of a user's projects. Cancelled and suspended ones are counted in `all` only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct ProjectCounts {
    /// Number of projects of any statut.
    #[output(bounds = Bounds::at_least(0))]
    pub all: i64,
    /// Number of projects with statut EN_COURS or PAYEE (paid and about to be started).
    #[output(bounds = Bounds::at_least(0))]
    pub active: i64,
    /// Number of projects waiting to be started: with statut EN_ATTENTE, EN_ATTENTE_VERIFICATION,
    /// EN_ATTENTE_CONSULTATION or ESTIMATION_ENVOYEE.
    #[output(bounds = Bounds::at_least(0))]
    pub pending: i64,
    /// Number of completed projects, with statut TERMINE.
    #[output(bounds = Bounds::at_least(0))]
    pub completed: i64,
}

/// The client of an order, with contact data for administrators only.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct ClientBrief {
    /// The client's user id.
    pub id: UserId,
    /// First name of the client.
    pub prenom: String,
    /// Family name of the client.
    pub nom: String,
    /// E-mail address of the client.
    pub email: String,
    /// Whether the client's account may sign in.
    pub is_active: bool,
}

/// An order with its client, as administrators list it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
#[non_exhaustive]
pub struct CommandeWithClient {
    /// The order.
    #[output(flatten)]
    #[record(nested)]
    pub commande: Commande,
    /// The client who placed the order.
    #[record(nested)]
    pub user: ClientBrief,
}

/// Where the bytes of a deleted file are stored, so that the caller can delete them.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
#[non_exhaustive]
pub struct DeletedFile {
    /// Id of the deleted file.
    pub id: FileId,
    /// Name under which the bytes are stored.
    pub stored_name: String,
    /// Address of the bytes, a URL or a local path.
    pub url: String,
}

/// A deleted order, with the files that were deleted with it.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
#[non_exhaustive]
pub struct DeletedCommande {
    /// Id of the deleted order.
    pub id: CommandeId,
    /// Deleted files, whose bytes the caller has yet to delete.
    pub files: Vec<DeletedFile>,
}
