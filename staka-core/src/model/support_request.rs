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

impl SupportRequestStatus {
    /// Where a ticket may go from here:
    ///
    /// | from | to |
    /// |---|---|
    /// | OUVERT | EN_COURS, EN_ATTENTE, RESOLU, ANNULE |
    /// | EN_COURS | EN_ATTENTE, RESOLU, ANNULE |
    /// | EN_ATTENTE | EN_COURS, RESOLU, FERME, ANNULE |
    /// | RESOLU | FERME |
    /// | FERME, ANNULE, a word that the guide does not know | nowhere |
    ///
    /// From RESOLU, FERME and ANNULE a ticket comes back by being reopened alone.
    pub fn next(&self) -> &'static [Self] {
        match self {
            Self::Ouvert => &[Self::EnCours, Self::EnAttente, Self::Resolu, Self::Annule],
            Self::EnCours => &[Self::EnAttente, Self::Resolu, Self::Annule],
            Self::EnAttente => &[Self::EnCours, Self::Resolu, Self::Ferme, Self::Annule],
            Self::Resolu => &[Self::Ferme],
            Self::Ferme | Self::Annule | Self::Unrecognised(_) => &[],
        }
    }

    /// Whether somebody has still to do something: neither solved nor closed nor called off.
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::Resolu | Self::Ferme | Self::Annule)
    }

    /// Whether nothing more is said in it.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Ferme | Self::Annule)
    }

    /// Whether the team's time runs: it does not while the client is waited for.
    pub fn runs(&self) -> bool {
        self.is_open() && *self != Self::EnAttente
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

#[cfg(test)]
mod tests {
    use super::SupportRequestStatus;
    use crate::base::TextEnum;

    #[test]
    fn every_open_ticket_can_be_ended_and_no_ended_one_goes_on_by_the_table() {
        for word in SupportRequestStatus::VALUES {
            let from = SupportRequestStatus::from_word(word).unwrap();
            assert!(!from.next().contains(&from), "{word} does not lead to itself");
            assert_eq!(from.is_open(), from.next().contains(&SupportRequestStatus::Resolu), "{word}");
            assert_eq!(from.is_open(), from.next().contains(&SupportRequestStatus::Annule), "{word}");
            assert_eq!(from.is_closed(), from.next().is_empty(), "{word}");
            assert!(!from.is_closed() || !from.is_open(), "{word}");
            assert!(!from.next().contains(&SupportRequestStatus::Ouvert), "{word}: what was taken up is not untouched");
        }
    }
}
