//! Support tickets.

use staka_macros::table;

use super::id::{SupportRequestId, UserId};
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// What a ticket is about.
    pub enum SupportCategory {
        /// Anything.
        General = "GENERAL",
        /// Something does not work.
        Technique = "TECHNIQUE",
        /// Invoices.
        Facturation = "FACTURATION",
        /// An order.
        Commande = "COMMANDE",
        /// The account.
        Compte = "COMPTE",
        /// Something else.
        Autre = "AUTRE",
    }
}

text_enum! {
    /// How urgent a ticket is; sorts from low to high.
    pub enum SupportPriority {
        /// Low.
        Faible = "FAIBLE",
        /// Normal.
        Normale = "NORMALE",
        /// High.
        Haute = "HAUTE",
        /// Urgent.
        Urgente = "URGENTE",
        /// Critical.
        Critique = "CRITIQUE",
    }
}

text_enum! {
    /// Where a ticket stands.
    pub enum SupportRequestStatus {
        /// Open.
        Ouvert = "OUVERT",
        /// Being worked on.
        EnCours = "EN_COURS",
        /// Waits for somebody.
        EnAttente = "EN_ATTENTE",
        /// Solved.
        Resolu = "RESOLU",
        /// Closed.
        Ferme = "FERME",
        /// Called off.
        Annule = "ANNULE",
    }
}

/// A ticket: somebody asks for help.
#[table("support_requests")]
pub struct SupportRequest {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: SupportRequestId,
    /// Who asks.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, fixed, filter)]
    pub user_id: UserId,
    /// Title.
    #[column(purpose = Support, keep = Account, erase = Replace(""), see = Personal, export, chars = 255)]
    pub title: String,
    /// What is wrong.
    #[column(purpose = Support, keep = Account, erase = Replace(""), see = Personal, export, bytes = 65535)]
    pub description: String,
    /// What it is about.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export, default = SupportCategory::General, filter)]
    pub category: SupportCategory,
    /// How urgent it is.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export, default = SupportPriority::Normale, filter)]
    pub priority: SupportPriority,
    /// Where it stands.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export, default = SupportRequestStatus::Ouvert, filter)]
    pub status: SupportRequestStatus,
    /// Who takes care of it.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub assigned_to_id: Option<UserId>,
    /// Where it came from: `web`, `email`.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export, chars = 100)]
    pub source: Option<String>,
    /// Tags, separated by commas.
    #[column(purpose = Support, keep = Account, erase = Null, see = Internal, export, bytes = 65535)]
    pub tags: Option<String>,
    /// First answer, UTC.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export)]
    pub first_response_at: Option<Timestamp>,
    /// When it was solved, UTC.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export)]
    pub resolved_at: Option<Timestamp>,
    /// When it was closed, UTC.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export)]
    pub closed_at: Option<Timestamp>,
    /// When the row was made, UTC.
    #[column(created, purpose = Record, keep = Account, erase = Keep, see = Internal, export, range)]
    pub created_at: Timestamp,
    /// When the row was last written, UTC; never twice the same, so it serves as the version.
    #[column(updated, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}
