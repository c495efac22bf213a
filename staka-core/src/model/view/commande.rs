//! Orders with what hangs on them.

use staka_macros::{Output, Record};

use super::file::FileItem;
use super::message::UserBrief;
use crate::base::Timestamp;
use crate::model::{Commande, CommandeId, FileId, InvoiceId, InvoiceStatus, Priorite, StatutCommande, UserId};

/// An order and its invoices.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct CommandeWithInvoices {
    /// The order.
    #[output(flatten)]
    #[record(nested)]
    pub commande: Commande,
    /// Its invoices, oldest first.
    #[record(filled)]
    pub invoices: Vec<InvoiceBrief>,
}

/// An invoice, as far as its order's list shows it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct InvoiceBrief {
    /// The key.
    pub id: InvoiceId,
    /// Number, `FACT-2025-001`.
    pub number: String,
    /// Amount before tax (HT) in centimes.
    pub amount: i64,
    /// Where it stands.
    pub status: InvoiceStatus,
    /// Where the PDF lies; empty until there is one.
    pub pdf_url: String,
}

/// An order with what hangs on it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct CommandeDetail {
    /// The order.
    #[output(flatten)]
    #[record(nested)]
    pub commande: Commande,
    /// Whose it is.
    #[record(nested)]
    pub user: UserBrief,
    /// How many files it has, those too that are not listed here.
    pub file_count: i64,
    /// How many invoices, likewise.
    pub invoice_count: i64,
    /// Its files, the newest first; 100 at the most.
    #[record(filled)]
    pub files: Vec<FileItem>,
    /// Its invoices, the oldest first; 100 at the most.
    #[record(filled)]
    pub invoices: Vec<InvoiceBrief>,
}

/// An order as its author's list of projects shows it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct Project {
    /// The key.
    pub id: CommandeId,
    /// Title of the manuscript.
    pub titre: String,
    /// What the author asks for.
    pub description: Option<String>,
    /// Where the order stands.
    pub statut: StatutCommande,
    /// How urgent it is.
    pub priorite: Priorite,
    /// When it is due, UTC.
    pub date_echeance: Option<Timestamp>,
    /// When it was finished, UTC.
    pub date_finition: Option<Timestamp>,
    /// When the order was made, UTC.
    pub created_at: Timestamp,
    /// When it was last written, UTC.
    pub updated_at: Timestamp,
    /// Stripe’s word: `paid`, `unpaid`, `pending`, `failed`; null before any payment.
    pub payment_status: Option<String>,
    /// Price in centimes.
    pub amount: Option<i64>,
    /// How many files it has.
    pub file_count: i64,
    /// How many of them the team sent back.
    pub corrected_count: i64,
    /// How far the work is, in percent, by the statut alone.
    #[record(filled)]
    pub progress: i64,
}

/// How many projects somebody has, by where they stand. What is called off or on hold counts in `all` alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Output)]
pub struct ProjectCounts {
    /// All of them.
    pub all: i64,
    /// Being corrected, or paid and about to be.
    pub active: i64,
    /// Waiting.
    pub pending: i64,
    /// Done.
    pub completed: i64,
}

/// Whose order it is, for administrators alone: by this address they are written to.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct ClientBrief {
    /// The key.
    pub id: UserId,
    /// First name.
    pub prenom: String,
    /// Family name.
    pub nom: String,
    /// E-mail address.
    pub email: String,
    /// Whether the account may sign in.
    pub is_active: bool,
}

/// An order as administrators list it.
#[derive(Clone, Debug, PartialEq, Record, Output)]
pub struct CommandeWithClient {
    /// The order.
    #[output(flatten)]
    #[record(nested)]
    pub commande: Commande,
    /// Whose it is.
    #[record(nested)]
    pub user: ClientBrief,
}

/// Where the bytes of a file lay whose row is gone: for the caller to delete.
#[derive(Clone, Debug, PartialEq, Eq, Record, Output)]
pub struct RemovedFile {
    /// The key that it had.
    pub id: FileId,
    /// The name under which it is stored.
    pub stored_name: String,
    /// Where it lies: S3 or local.
    pub url: String,
}

/// An order that was removed, and the files that went with it.
#[derive(Clone, Debug, PartialEq, Eq, Output)]
pub struct RemovedCommande {
    /// The key that it had.
    pub id: CommandeId,
    /// Its files, whose bytes the caller deletes now.
    pub files: Vec<RemovedFile>,
}
