//! Orders: a manuscript to correct.

use staka_macros::table;

use super::id::{CommandeId, UserId};
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// Where an order stands.
    pub enum StatutCommande {
        /// Waits to be taken up.
        EnAttente = "EN_ATTENTE",
        /// Being corrected.
        EnCours = "EN_COURS",
        /// Done.
        Termine = "TERMINE",
        /// Called off.
        Annulee = "ANNULEE",
        /// On hold.
        Suspendue = "SUSPENDUE",
    }
}

text_enum! {
    /// How urgent an order is; sorts from low to high.
    pub enum Priorite {
        /// Low.
        Faible = "FAIBLE",
        /// Normal.
        Normale = "NORMALE",
        /// High.
        Haute = "HAUTE",
        /// Urgent.
        Urgente = "URGENTE",
    }
}

/// An order: one manuscript, its state and its payment.
#[table("commandes")]
pub struct Commande {
    /// The key, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, filter)]
    pub id: CommandeId,
    /// Whose order it is.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, fixed, filter)]
    pub user_id: UserId,
    /// Title of the manuscript.
    #[column(purpose = Service, keep = Account, erase = Replace("Commande"), see = Personal, export, chars = 255)]
    pub titre: String,
    /// What the author asks for.
    #[column(purpose = Service, keep = Account, erase = Null, see = Personal, export, bytes = 65535)]
    pub description: Option<String>,
    /// Address of the manuscript, kept for older orders.
    #[column(purpose = Service, keep = Account, erase = Null, see = Personal, export, chars = 500)]
    pub fichier_url: Option<String>,
    /// Where the order stands.
    #[column(purpose = Service, keep = Account, erase = Keep, see = Internal, export, default = StatutCommande::EnAttente, filter)]
    pub statut: StatutCommande,
    /// The author's note.
    #[column(purpose = Service, keep = Account, erase = Null, see = Personal, export, bytes = 65535)]
    pub note_client: Option<String>,
    /// The corrector's note.
    #[column(purpose = Service, keep = Account, erase = Null, see = Internal, export, bytes = 65535)]
    pub note_correcteur: Option<String>,
    /// How urgent it is.
    #[column(purpose = Service, keep = Account, erase = Keep, see = Internal, export, default = Priorite::Normale, filter)]
    pub priorite: Priorite,
    /// When it is due, UTC.
    #[column(purpose = Service, keep = Account, erase = Keep, see = Internal, export)]
    pub date_echeance: Option<Timestamp>,
    /// When it was finished, UTC.
    #[column(purpose = Service, keep = Account, erase = Keep, see = Internal, export)]
    pub date_finition: Option<Timestamp>,
    /// When the row was made, UTC.
    #[column(created, purpose = Record, keep = Account, erase = Keep, see = Internal, export, range)]
    pub created_at: Timestamp,
    /// When the row was last written, UTC; never twice the same, so it serves as the version.
    #[column(updated, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
    /// Stripe’s word: `paid`, `unpaid`, `pending`, `failed`; NULL before any payment.
    #[column(purpose = Payment, keep = Account, erase = Keep, see = Internal, export, chars = 50, filter)]
    pub payment_status: Option<String>,
    /// Stripe checkout session, `cs_…`.
    #[column(purpose = Payment, keep = Account, erase = Null, see = Internal, export, chars = 255, filter)]
    pub stripe_session_id: Option<String>,
    /// Price in centimes, ±2 147 483 647.
    #[column(purpose = Payment, keep = Account, erase = Keep, see = Internal, export)]
    pub amount: Option<i64>,
}
