//! French labels of enum values, and phrases for use in a sentence, in one table. A value without a label does not
//! compile; a value that this version does not know is made readable.

use std::borrow::Cow;

use super::view::ConsultationStatus;
use super::{
    AuditSeverity, AuditTargetType, BillingKind, FileType, InvoiceStatus, MessageStatut, MessageType,
    NotificationPriority, NotificationType, PageStatus, PageType, PaymentOutcome, PaymentStatus, Priorite, Role,
    StatutCommande, SupportCategory, SupportPriority, SupportRequestStatus,
};
use crate::base::{TaxRegime, format_percent};

/// Defines the text for each value of a database enum. After `or` come values of newer versions, and the text for any
/// other value.
macro_rules! of_text_enum {
    ($name:ident.$method:ident, $doc:literal: {
        $($variant:ident => $text:literal,)+
    } or { $($later:literal => $later_text:literal,)* $other:ident => $readable:expr }) => {
        impl $name {
            #[doc = $doc]
            pub fn $method(&self) -> Cow<'_, str> {
                match self {
                    $(Self::$variant => Cow::Borrowed($text),)+
                    Self::Unrecognised(unrecognised) => match unrecognised.as_str() {
                        $($later => Cow::Borrowed($later_text),)*
                        $other => Cow::Owned($readable),
                    },
                }
            }
        }
    };
    ($name:ident.$method:ident, $doc:literal: { $($variant:ident => $text:literal,)+ }) => {
        of_text_enum! { $name.$method, $doc: { $($variant => $text,)+ } or { value => readable(value) } }
    };
}

/// Defines the text for each value of a closed enum.
macro_rules! of_choice {
    ($name:ident.$method:ident, $doc:literal: { $($variant:ident => $text:literal,)+ }) => {
        impl $name {
            #[doc = $doc]
            pub const fn $method(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

/// Returns a value without a label in lower case, with spaces for underscores.
fn readable(value: &str) -> String {
    value.replace('_', " ").trim().to_lowercase()
}

/// Returns the phrase for a status without a phrase of its own.
fn has_status(value: &str) -> String {
    format!("a le statut «\u{a0}{}\u{a0}»", readable(value))
}

of_text_enum! {
    StatutCommande.label, "Returns the French label of the statut, for a list or a badge: `En cours de correction`.": {
        EnAttente => "En attente",
        EnCours => "En cours de correction",
        Termine => "Terminée",
        Annulee => "Annulée",
        Suspendue => "Suspendue",
    } or {
        "EN_ATTENTE_VERIFICATION" => "En attente de vérification",
        "EN_ATTENTE_CONSULTATION" => "En attente de consultation",
        "ESTIMATION_ENVOYEE" => "Estimation envoyée",
        "PAYEE" => "Payée",
        value => readable(value)
    }
}

of_text_enum! {
    StatutCommande.phrase, "Returns the phrase after the order's title in a sentence: `est en cours de correction`.": {
        EnAttente => "est en attente",
        EnCours => "est en cours de correction",
        Termine => "est terminée",
        Annulee => "est annulée",
        Suspendue => "est suspendue",
    } or {
        "EN_ATTENTE_VERIFICATION" => "est en attente de vérification",
        "EN_ATTENTE_CONSULTATION" => "est en attente de consultation",
        "ESTIMATION_ENVOYEE" => "a fait l’objet d’une estimation",
        "PAYEE" => "est payée",
        value => has_status(value)
    }
}

of_text_enum! {
    Priorite.label, "Returns the French label of an order's priority: `Haute`.": {
        Faible => "Faible",
        Normale => "Normale",
        Haute => "Haute",
        Urgente => "Urgente",
    }
}

of_text_enum! {
    InvoiceStatus.label, "Returns the French label of the invoice's status: `Payée`.": {
        Generated => "Émise",
        Sent => "Envoyée",
        Paid => "Payée",
        Overdue => "En retard",
        Cancelled => "Annulée",
    }
}

of_text_enum! {
    PaymentStatus.label, "Returns the French label of the payment's status: `Remboursé en partie`.": {
        Paid => "Payé",
        PartiallyRefunded => "Remboursé en partie",
        Refunded => "Remboursé",
    }
}

of_text_enum! {
    PaymentOutcome.label, "Returns the French label of a payment event's outcome: `Montant à vérifier`.": {
        Applied => "Appliqué",
        Duplicate => "Déjà connu",
        Ignored => "Ignoré",
        Stale => "Dépassé",
        Mismatch => "Montant à vérifier",
        Unmatched => "Commande inconnue",
        Surplus => "Paiement en trop",
        Deferred => "En attente du paiement",
    }
}

of_text_enum! {
    PaymentOutcome.phrase, "Returns the reason for the outcome, without a full stop: `la commande était déjà payée`.": {
        Applied => "l’événement a été appliqué",
        Duplicate => "le paiement était déjà enregistré",
        Ignored => "l’événement ne concerne pas la plateforme",
        Stale => "l’événement est dépassé",
        Mismatch => "le montant n’est pas celui qui est dû",
        Unmatched => "aucune commande ne correspond",
        Surplus => "la commande était déjà payée",
        Deferred => "le paiement à rembourser n’est pas encore connu",
    }
}

of_text_enum! {
    MessageStatut.label, "Returns the French label of the message's statut: `Lu`.": {
        Brouillon => "Brouillon",
        Envoye => "Envoyé",
        Delivre => "Distribué",
        Lu => "Lu",
        Archive => "Archivé",
    }
}

of_text_enum! {
    MessageType.label, "Returns the French label of the message's type: `Demande de consultation`.": {
        UserMessage => "Message d’un client",
        SystemMessage => "Message automatique",
        Notification => "Notification",
        SupportMessage => "Message de l’assistance",
        AdminMessage => "Message de l’équipe",
        ConsultationRequest => "Demande de consultation",
    }
}

of_text_enum! {
    NotificationType.label, "Returns the French label of the notification's type: `Paiement`.": {
        Info => "Information",
        Success => "Succès",
        Warning => "Avertissement",
        Error => "Erreur",
        Payment => "Paiement",
        Order => "Commande",
        Message => "Message",
        System => "Système",
        Consultation => "Consultation",
    }
}

of_text_enum! {
    NotificationPriority.label, "Returns the French label of the notification's priority: `Haute`.": {
        Faible => "Faible",
        Normale => "Normale",
        Haute => "Haute",
        Urgente => "Urgente",
    }
}

of_text_enum! {
    SupportCategory.label, "Returns the French label of the ticket's category: `Problème technique`.": {
        General => "Question générale",
        Technique => "Problème technique",
        Facturation => "Facturation",
        Commande => "Commande",
        Compte => "Compte",
        Autre => "Autre",
    }
}

of_text_enum! {
    SupportPriority.label, "Returns the French label of the ticket's priority: `Haute`.": {
        Faible => "Faible",
        Normale => "Normale",
        Haute => "Haute",
        Urgente => "Urgente",
        Critique => "Critique",
    }
}

of_text_enum! {
    SupportPriority.phrase, "Returns the phrase for the ticket's priority in a sentence: `de priorité haute`.": {
        Faible => "de priorité faible",
        Normale => "de priorité normale",
        Haute => "de priorité haute",
        Urgente => "de priorité urgente",
        Critique => "de priorité critique",
    } or {
        value => format!("de priorité «\u{a0}{}\u{a0}»", readable(value))
    }
}

of_text_enum! {
    SupportRequestStatus.label, "Returns the French label of the ticket's status: `En cours de traitement`.": {
        Ouvert => "Ouverte",
        EnCours => "En cours de traitement",
        EnAttente => "En attente",
        Resolu => "Résolue",
        Ferme => "Fermée",
        Annule => "Annulée",
    }
}

of_text_enum! {
    SupportRequestStatus.phrase, "Returns the phrase that follows the ticket's title in a sentence: `est résolue`.": {
        Ouvert => "est ouverte",
        EnCours => "est en cours de traitement",
        EnAttente => "est en attente",
        Resolu => "est résolue",
        Ferme => "est fermée",
        Annule => "est annulée",
    } or {
        value => has_status(value)
    }
}

of_text_enum! {
    Role.label, "Returns the French label of the role: `Correcteur`.": {
        User => "Auteur",
        Admin => "Administrateur",
        Corrector => "Correcteur",
    }
}

of_text_enum! {
    FileType.label, "Returns the French label of the file's type: `Vidéo`.": {
        Document => "Document",
        Image => "Image",
        Audio => "Audio",
        Video => "Vidéo",
        Archive => "Archive",
        Other => "Autre",
    }
}

of_text_enum! {
    PageType.label, "Returns the French label of the CMS page's type: `Article de blog`.": {
        Page => "Page",
        Faq => "Foire aux questions",
        Blog => "Article de blog",
        Legal => "Texte légal",
        Help => "Aide",
        Landing => "Page de présentation",
    }
}

of_text_enum! {
    PageStatus.label, "Returns the French label of the CMS page's status: `Publiée`.": {
        Draft => "Brouillon",
        Published => "Publiée",
        Archived => "Archivée",
        Scheduled => "Planifiée",
    }
}

of_text_enum! {
    AuditSeverity.label, "Returns the French label of the audit entry's severity: `Élevée`.": {
        Low => "Faible",
        Medium => "Moyenne",
        High => "Élevée",
        Critical => "Critique",
    }
}

of_text_enum! {
    AuditTargetType.label, "Returns the French label of an audit entry's target type: `Facture`.": {
        User => "Compte",
        Command => "Commande",
        Invoice => "Facture",
        Payment => "Paiement",
        File => "Fichier",
        Auth => "Connexion",
        System => "Système",
    }
}

of_choice! {
    ConsultationStatus.label, "Returns the French label of the consultation's status: `Confirmée`.": {
        Pending => "En attente",
        Confirmed => "Confirmée",
        Refused => "Refusée",
        Cancelled => "Annulée",
        Done => "Terminée",
    }
}

of_choice! {
    ConsultationStatus.phrase, "Returns the phrase that follows the consultation's date in a sentence: `est confirmée`.": {
        Pending => "attend une réponse",
        Confirmed => "est confirmée",
        Refused => "est refusée",
        Cancelled => "est annulée",
        Done => "a eu lieu",
    }
}

of_choice! {
    BillingKind.label, "Returns the French label of the document's kind: `Avoir`.": {
        Invoice => "Facture",
        CreditNote => "Avoir",
    }
}

of_choice! {
    TaxRegime.label, "Returns the French label of the VAT regime: `TVA incluse`.": {
        Franchise => "Franchise en base de TVA",
        Exclusive => "TVA en sus",
        Inclusive => "TVA incluse",
    }
}

/// Returns how VAT is charged, as an accountant reads it: `TVA 20 % incluse`. `rate` is in basis points. Without a
/// regime, as on external invoices, the text names the rate alone.
pub fn vat_label(regime: Option<TaxRegime>, rate: i64) -> String {
    let rate = format_percent(rate);
    match regime {
        Some(TaxRegime::Franchise) => TaxRegime::Franchise.label().to_owned(),
        Some(TaxRegime::Exclusive) => format!("TVA {rate} en sus"),
        Some(TaxRegime::Inclusive) => format!("TVA {rate} incluse"),
        None => format!("TVA {rate}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::de::DeserializeOwned;

    use super::*;
    use crate::base::{TextEnum, Unrecognised};

    /// Returns the enum value of a text.
    fn of<T: DeserializeOwned>(value: &str) -> T {
        serde_json::from_value(value.into()).unwrap()
    }

    /// Returns each enum's name and, for each of its values, the text that `method` returns.
    macro_rules! texts {
        ($method:ident: $($name:ident),+) => {
            [$((stringify!($name), $name::VALUES.iter().map(|value| {
                (*value, of::<$name>(value).$method().to_string())
            }).collect::<Vec<(&str, String)>>())),+]
        };
    }

    fn labels() -> Vec<(&'static str, Vec<(&'static str, String)>)> {
        texts!(label:
            AuditSeverity, AuditTargetType, BillingKind, ConsultationStatus, FileType, InvoiceStatus, MessageStatut,
            MessageType, NotificationPriority, NotificationType, PageStatus, PageType, PaymentOutcome, PaymentStatus,
            Priorite, Role, StatutCommande, SupportCategory, SupportPriority, SupportRequestStatus, TaxRegime)
        .into()
    }

    fn phrases() -> Vec<(&'static str, Vec<(&'static str, String)>)> {
        texts!(phrase: ConsultationStatus, PaymentOutcome, StatutCommande, SupportPriority, SupportRequestStatus).into()
    }

    #[test]
    fn every_value_has_a_distinct_readable_text() {
        for (name, texts) in labels().into_iter().chain(phrases()) {
            let words: Vec<&str> = texts.iter().map(|(value, _)| *value).collect();
            for (value, text) in &texts {
                assert!(!text.trim().is_empty() && !text.contains('_'), "{name} {value}: {text}");
                let raw = text.split(|c: char| !c.is_alphanumeric()).find(|part| words.contains(part));
                assert_eq!(raw, None, "{name} {value}: {text}");
            }
            let different: BTreeSet<&str> = texts.iter().map(|(_, text)| &**text).collect();
            assert_eq!(different.len(), texts.len(), "{name}: {texts:?}");
        }
    }

    #[test]
    fn a_label_begins_with_a_capital_and_a_phrase_does_not() {
        for (text, capital) in labels()
            .into_iter()
            .map(|of| (of, true))
            .chain(phrases().into_iter().map(|of| (of, false)))
            .flat_map(|((_, texts), capital)| texts.into_iter().map(move |(_, text)| (text, capital)))
        {
            assert_eq!(text.starts_with(char::is_uppercase), capital, "{text}");
            assert!(!text.ends_with('.'), "{text}");
        }
    }

    #[test]
    fn unknown_values_are_made_readable() {
        let statut = |value: &str| StatutCommande::Unrecognised(Unrecognised::from_column(value));
        for (value, label, phrase) in [
            ("PAYEE", "Payée", "est payée"),
            ("EN_ATTENTE_VERIFICATION", "En attente de vérification", "est en attente de vérification"),
            ("EN_ATTENTE_CONSULTATION", "En attente de consultation", "est en attente de consultation"),
            ("ESTIMATION_ENVOYEE", "Estimation envoyée", "a fait l’objet d’une estimation"),
            ("EN_RELECTURE", "en relecture", "a le statut «\u{a0}en relecture\u{a0}»"),
        ] {
            assert!(!statut(value).is_recognised());
            assert_eq!((&*statut(value).label(), &*statut(value).phrase()), (label, phrase));
        }
        let role = Role::Unrecognised(Unrecognised::from_column("_SUPER_ADMIN"));
        assert_eq!(role.label(), "super admin");
    }

    #[test]
    fn a_vat_label_names_the_rate() {
        let labels = [
            (Some(TaxRegime::Inclusive), 2_000, "TVA 20\u{a0}% incluse"),
            (Some(TaxRegime::Exclusive), 550, "TVA 5,5\u{a0}% en sus"),
            (Some(TaxRegime::Franchise), 0, "Franchise en base de TVA"),
            (None, 1_000, "TVA 10\u{a0}%"),
        ];
        for (regime, rate, text) in labels {
            assert_eq!(vat_label(regime, rate), text);
        }
    }
}
