//! Support tickets.

use staka_macros::table;

use super::id::{SupportRequestId, UserId};
use crate::base::{Timestamp, text_enum};

text_enum! {
    /// The category of a ticket.
    pub enum SupportCategory {
        /// General questions.
        General = "GENERAL",
        /// Technical problems.
        Technique = "TECHNIQUE",
        /// Invoices and payments.
        Facturation = "FACTURATION",
        /// An order of the client.
        Commande = "COMMANDE",
        /// The client's account.
        Compte = "COMPTE",
        /// Other subjects.
        Autre = "AUTRE",
    }
}

text_enum! {
    /// The priority of a ticket, ordered from low to high.
    pub enum SupportPriority {
        /// Low priority.
        Faible = "FAIBLE",
        /// Normal priority.
        Normale = "NORMALE",
        /// High priority.
        Haute = "HAUTE",
        /// Urgent priority.
        Urgente = "URGENTE",
        /// Critical priority.
        Critique = "CRITIQUE",
    }
}

text_enum! {
    /// The status of a ticket.
    pub enum SupportRequestStatus {
        /// Open, not worked on yet.
        Ouvert = "OUVERT",
        /// In progress.
        EnCours = "EN_COURS",
        /// Waiting for the client.
        EnAttente = "EN_ATTENTE",
        /// Resolved.
        Resolu = "RESOLU",
        /// Closed.
        Ferme = "FERME",
        /// Cancelled.
        Annule = "ANNULE",
    }
}

impl SupportRequestStatus {
    /// Returns the statuses to which a ticket may change:
    ///
    /// | from | to |
    /// |---|---|
    /// | OUVERT | EN_COURS, EN_ATTENTE, RESOLU, ANNULE |
    /// | EN_COURS | EN_ATTENTE, RESOLU, ANNULE |
    /// | EN_ATTENTE | EN_COURS, RESOLU, FERME, ANNULE |
    /// | RESOLU | FERME |
    /// | FERME, ANNULE, a value that the schema does not know | none |
    ///
    /// A ticket that is RESOLU, FERME or ANNULE is resumed only by reopening it.
    pub fn next(&self) -> &'static [Self] {
        match self {
            Self::Ouvert => &[Self::EnCours, Self::EnAttente, Self::Resolu, Self::Annule],
            Self::EnCours => &[Self::EnAttente, Self::Resolu, Self::Annule],
            Self::EnAttente => &[Self::EnCours, Self::Resolu, Self::Ferme, Self::Annule],
            Self::Resolu => &[Self::Ferme],
            Self::Ferme | Self::Annule | Self::Unrecognised(_) => &[],
        }
    }

    /// Returns whether the ticket is neither resolved nor closed nor cancelled.
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::Resolu | Self::Ferme | Self::Annule)
    }

    /// Returns whether the ticket accepts no more replies.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Ferme | Self::Annule)
    }

    /// Returns whether the resolution clock runs: the ticket is open and does not wait for its client.
    pub fn runs(&self) -> bool {
        self.is_open() && *self != Self::EnAttente
    }
}

/// A support ticket.
#[table("support_requests")]
pub struct SupportRequest {
    /// Id, a UUID as text.
    #[column(id, purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub id: SupportRequestId,
    /// The client's user id.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191, fixed)]
    pub user_id: UserId,
    /// Title of the ticket.
    #[column(purpose = Support, keep = Account, erase = Replace(""), see = Personal, export, chars = 255)]
    pub title: String,
    /// Description of the problem.
    #[column(purpose = Support, keep = Account, erase = Replace(""), see = Personal, export, bytes = 65535)]
    pub description: String,
    /// Category of the ticket.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export, default = SupportCategory::General)]
    pub category: SupportCategory,
    /// Priority of the ticket.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export, default = SupportPriority::Normale)]
    pub priority: SupportPriority,
    /// Status of the ticket.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export, default = SupportRequestStatus::Ouvert)]
    pub status: SupportRequestStatus,
    /// The agent's user id; null if the ticket is unassigned.
    #[column(purpose = Key, keep = Account, erase = Keep, see = Internal, export, chars = 191)]
    pub assigned_to_id: Option<UserId>,
    /// Channel through which the ticket came, e.g. `web` or `email`.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export, chars = 100)]
    pub source: Option<String>,
    /// Tags, separated by commas.
    #[column(purpose = Support, keep = Account, erase = Null, see = Internal, export, bytes = 65535)]
    pub tags: Option<String>,
    /// Time of the first response, UTC; null if there is none yet.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export)]
    pub first_response_at: Option<Timestamp>,
    /// Time of the resolution, UTC; null while the ticket is unresolved.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export)]
    pub resolved_at: Option<Timestamp>,
    /// Time at which the ticket was closed or cancelled, UTC; null while it is neither.
    #[column(purpose = Support, keep = Account, erase = Keep, see = Internal, export)]
    pub closed_at: Option<Timestamp>,
    /// Time of the row's creation, UTC.
    #[column(created, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub created_at: Timestamp,
    /// Time of the row's last change, UTC. It grows with every change and serves as the row's version.
    #[column(updated, purpose = Record, keep = Account, erase = Keep, see = Internal, export)]
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::SupportRequestStatus;
    use crate::base::TextEnum;

    #[test]
    fn open_tickets_can_be_ended_and_closed_ones_have_no_transition() {
        for name in SupportRequestStatus::VALUES {
            let from = SupportRequestStatus::from_variant(name).unwrap();
            assert!(!from.next().contains(&from), "{name} has no transition to itself");
            assert_eq!(from.is_open(), from.next().contains(&SupportRequestStatus::Resolu), "{name}");
            assert_eq!(from.is_open(), from.next().contains(&SupportRequestStatus::Annule), "{name}");
            assert_eq!(from.is_closed(), from.next().is_empty(), "{name}");
            assert!(!from.is_closed() || !from.is_open(), "{name}");
            assert!(!from.next().contains(&SupportRequestStatus::Ouvert), "{name}: no ticket becomes untouched again");
        }
    }
}
