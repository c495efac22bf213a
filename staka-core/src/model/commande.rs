//! The table `commandes`: orders, each for the correction of one manuscript.

use staka_macros::table;

use super::id::{CommandeId, UserId};
use crate::base::{TextEnum, Timestamp, string_enum, text_enum};

string_enum! {
    /// A group of statuts by which authors filter their projects.
    pub enum ProjectStatus {
        /// Projects of every statut.
        All = "all",
        /// In progress.
        Active = "active",
        /// Waiting to be started.
        Pending = "pending",
        /// Completed.
        Completed = "completed",
    }
}

text_enum! {
    /// The statut (status) of an order.
    pub enum StatutCommande {
        /// Waiting to be started.
        EnAttente = "EN_ATTENTE",
        /// In progress.
        EnCours = "EN_COURS",
        /// Completed.
        Termine = "TERMINE",
        /// Cancelled.
        Annulee = "ANNULEE",
        /// On hold.
        Suspendue = "SUSPENDUE",
    }
}

/// Values for "waiting" that the existing backend added later; the Prisma schema does not have them.
const BACKEND_WAITING: [&str; 3] = ["EN_ATTENTE_VERIFICATION", "EN_ATTENTE_CONSULTATION", "ESTIMATION_ENVOYEE"];

/// The value it added for an order that is paid and about to be started.
const BACKEND_PAID: &str = "PAYEE";

impl StatutCommande {
    /// Returns the statuts an order with this statut may change to without an override:
    ///
    /// | from | to |
    /// |---|---|
    /// | EN_ATTENTE | EN_COURS, SUSPENDUE, ANNULEE |
    /// | EN_COURS | TERMINE, SUSPENDUE, ANNULEE |
    /// | SUSPENDUE | EN_COURS, EN_ATTENTE, ANNULEE |
    /// | TERMINE | EN_COURS (resumed) |
    /// | ANNULEE | EN_ATTENTE (ordered again) |
    /// | a value the Prisma schema does not have | none |
    ///
    /// Any other change takes an administrator's override, which is recorded in the audit log.
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

    /// Returns the progress of the work in percent, 0 to 100, for a project's progress bar.
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
    /// Returns the values of the statuts in this group, including those the existing backend added later; empty for
    /// `All`.
    pub fn statut_values(self) -> &'static [&'static str] {
        const WAITING: [&str; 4] = ["EN_ATTENTE", BACKEND_WAITING[0], BACKEND_WAITING[1], BACKEND_WAITING[2]];
        match self {
            Self::All => &[],
            Self::Active => &["EN_COURS", BACKEND_PAID],
            Self::Pending => &WAITING,
            Self::Completed => &["TERMINE"],
        }
    }
}

text_enum! {
    /// The priority of an order; sorts from low to high.
    pub enum Priorite {
        /// Low priority.
        Faible = "FAIBLE",
        /// Normal priority.
        Normale = "NORMALE",
        /// High priority.
        Haute = "HAUTE",
        /// Urgent priority.
        Urgente = "URGENTE",
    }
}

/// An order for the correction of one manuscript, with its statut and payment.
#[table("commandes")]
pub struct Commande {
    /// The order's id, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub id: CommandeId,
    /// The id of the user who placed the order.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, fixed)]
    pub user_id: UserId,
    /// Title of the manuscript.
    #[column(purpose = Service, keep = Account, erase = Replace("Commande"), see = Personal, export, chars = 255)]
    pub titre: String,
    /// Description of what the author asks for; null for none.
    #[column(purpose = Service, keep = Account, erase = Null, see = Personal, export, bytes = 65535)]
    pub description: Option<String>,
    /// Address (URL) of the manuscript, for older orders; null for none. Newer orders have files.
    #[column(purpose = Service, keep = Account, erase = Null, see = Personal, export, chars = 500)]
    pub fichier_url: Option<String>,
    /// Statut of the order.
    #[column(purpose = Service, keep = Account, erase = Keep, see = Internal, export, default = StatutCommande::EnAttente)]
    pub statut: StatutCommande,
    /// Note of the author; null for none.
    #[column(purpose = Service, keep = Account, erase = Null, see = Personal, export, bytes = 65535)]
    pub note_client: Option<String>,
    /// Note of the corrector, visible to the author; null for none.
    #[column(purpose = Service, keep = Account, erase = Null, see = Internal, export, bytes = 65535)]
    pub note_correcteur: Option<String>,
    /// Priority of the order.
    #[column(purpose = Service, keep = Account, erase = Keep, see = Internal, export, default = Priorite::Normale)]
    pub priorite: Priorite,
    /// Due date, UTC; null for none.
    #[column(purpose = Service, keep = Account, erase = Keep, see = Internal, export)]
    pub date_echeance: Option<Timestamp>,
    /// Time the statut became TERMINE, UTC; null in any other statut.
    #[column(purpose = Service, keep = Account, erase = Keep, see = Internal, export)]
    pub date_finition: Option<Timestamp>,
    /// Time the row was created, UTC.
    #[column(created, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
    /// Time of the last change, UTC; increases with every change, so it serves as the row's version.
    #[column(updated, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
    /// Payment status: `paid`, `unpaid`, `pending`, `failed`, or `refunded` after a full refund; null before any
    /// payment.
    #[column(purpose = Payment, keep = Account, erase = Keep, see = Internal, export, chars = 50)]
    pub payment_status: Option<String>,
    /// Id of the Stripe checkout session, `cs_…`; null for none.
    #[column(purpose = Payment, keep = Account, erase = Null, see = Internal, export, chars = 255)]
    pub stripe_session_id: Option<String>,
    /// Price in centimes, within ±2,147,483,647; null until it is set.
    #[column(purpose = Payment, keep = Account, erase = Keep, see = Internal, export)]
    pub amount: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statut_never_changes_to_itself_and_each_can_be_reached() {
        let all: Vec<StatutCommande> =
            StatutCommande::VALUES.iter().filter_map(|value| StatutCommande::from_variant(value)).collect();
        for from in &all {
            assert!(!from.next().contains(from), "{from}");
            assert!(!from.next().is_empty(), "{from}");
            assert!(all.iter().any(|other| other.next().contains(from)), "{from}");
        }
    }

    #[test]
    fn a_statut_is_in_at_most_one_group_and_progress_is_that_of_the_backend() {
        use ProjectStatus::{Active, Completed, Pending};
        for value in StatutCommande::VALUES.iter().chain(&BACKEND_WAITING).chain(&[BACKEND_PAID]) {
            let groups =
                [Active, Pending, Completed].into_iter().filter(|group| group.statut_values().contains(value)).count();
            assert_eq!(groups, usize::from(!["ANNULEE", "SUSPENDUE"].contains(value)), "{value}");
        }
        let progress: Vec<i64> = StatutCommande::VALUES
            .iter()
            .filter_map(|value| StatutCommande::from_variant(value))
            .map(|statut| statut.progress())
            .collect();
        assert_eq!(progress, [0, 50, 100, 0, 25]);
    }
}
