//! Orders: a manuscript to correct.

use staka_macros::table;

use super::id::{CommandeId, UserId};
use crate::base::{TextEnum, Timestamp, choice, text_enum};

choice! {
    /// Which of their projects people look at.
    pub enum ProjectStatus {
        /// Every one.
        All = "all",
        /// Being corrected.
        Active = "active",
        /// Waiting.
        Pending = "pending",
        /// Done.
        Completed = "completed",
    }
}

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

/// What the existing backend's later words for waiting are, which the guide does not know.
const ALSO_WAITING: [&str; 3] = ["EN_ATTENTE_VERIFICATION", "EN_ATTENTE_CONSULTATION", "ESTIMATION_ENVOYEE"];

/// Its word for an order that was paid and is to be taken up.
const ALSO_ACTIVE: &str = "PAYEE";

impl StatutCommande {
    /// Where an order may go from here in the ordinary way of things:
    ///
    /// | from | to |
    /// |---|---|
    /// | EN_ATTENTE | EN_COURS, SUSPENDUE, ANNULEE |
    /// | EN_COURS | TERMINE, SUSPENDUE, ANNULEE |
    /// | SUSPENDUE | EN_COURS, EN_ATTENTE, ANNULEE |
    /// | TERMINE | EN_COURS: taken up again |
    /// | ANNULEE | EN_ATTENTE: ordered again |
    /// | a word that the guide does not know | nowhere |
    ///
    /// Everything else takes an administrator's override, which is audited.
    pub fn next(&self) -> &'static [Self] {
        match self {
            Self::EnAttente => &[Self::EnCours, Self::Suspendue, Self::Annulee],
            Self::EnCours => &[Self::Termine, Self::Suspendue, Self::Annulee],
            Self::Suspendue => &[Self::EnCours, Self::EnAttente, Self::Annulee],
            Self::Termine => &[Self::EnCours],
            Self::Annulee => &[Self::EnAttente],
            Self::Unrecognised(_) => &[],
        }
    }

    /// How far the work is, in percent, 0 to 100: what a project's bar shows.
    pub fn progress(&self) -> i64 {
        match self.as_str() {
            "EN_ATTENTE_VERIFICATION" => 10,
            "EN_ATTENTE_CONSULTATION" => 20,
            "ESTIMATION_ENVOYEE" | "SUSPENDUE" => 25,
            "PAYEE" => 30,
            "EN_COURS" => 50,
            "TERMINE" => 100,
            _ => 0,
        }
    }
}

impl ProjectStatus {
    /// The words of the statuts that it stands for, the existing backend's later ones among them; none for all.
    pub fn words(self) -> &'static [&'static str] {
        const WAITING: [&str; 4] = ["EN_ATTENTE", ALSO_WAITING[0], ALSO_WAITING[1], ALSO_WAITING[2]];
        match self {
            Self::All => &[],
            Self::Active => &["EN_COURS", ALSO_ACTIVE],
            Self::Pending => &WAITING,
            Self::Completed => &["TERMINE"],
        }
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
    /// Stripe’s word: `paid`, `unpaid`, `pending`, `failed`, and `refunded` once all of it went back; NULL before any payment.
    #[column(purpose = Payment, keep = Account, erase = Keep, see = Internal, export, chars = 50, filter)]
    pub payment_status: Option<String>,
    /// Stripe checkout session, `cs_…`.
    #[column(purpose = Payment, keep = Account, erase = Null, see = Internal, export, chars = 255, filter)]
    pub stripe_session_id: Option<String>,
    /// Price in centimes, ±2 147 483 647.
    #[column(purpose = Payment, keep = Account, erase = Keep, see = Internal, export)]
    pub amount: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statut_never_leads_to_itself_and_all_can_be_reached() {
        let all: Vec<StatutCommande> =
            StatutCommande::VALUES.iter().filter_map(|word| StatutCommande::from_word(word)).collect();
        for from in &all {
            assert!(!from.next().contains(from), "{from}");
            assert!(!from.next().is_empty(), "{from}");
            assert!(all.iter().any(|other| other.next().contains(from)), "{from}");
        }
    }

    #[test]
    fn a_statut_is_of_one_group_at_the_most_and_progress_is_what_the_backend_shows() {
        use ProjectStatus::{Active, Completed, Pending};
        for word in StatutCommande::VALUES.iter().chain(&ALSO_WAITING).chain(&[ALSO_ACTIVE]) {
            let groups = [Active, Pending, Completed].into_iter().filter(|group| group.words().contains(word)).count();
            assert_eq!(groups, usize::from(!["ANNULEE", "SUSPENDUE"].contains(word)), "{word}");
        }
        let progress: Vec<i64> = StatutCommande::VALUES
            .iter()
            .filter_map(|word| StatutCommande::from_word(word))
            .map(|statut| statut.progress())
            .collect();
        assert_eq!(progress, [0, 50, 100, 0, 25]);
    }
}
