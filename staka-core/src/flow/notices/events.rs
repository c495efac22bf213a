//! The table of events: to whom, of which type and priority, with which text and link.

use crate::model::{NotificationPriority, NotificationType};

/// Whom a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Every administrator who may sign in.
    Admins,
    /// The client concerned.
    Client,
}

/// One notification of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Whom it tells.
    pub to: To,
    /// Its type.
    pub r#type: NotificationType,
    /// Its priority.
    pub priority: NotificationPriority,
    /// Its title; words stand in braces.
    pub title: &'static str,
    /// Its text, likewise.
    pub message: &'static str,
    /// The address to go to, likewise; empty where there is none.
    pub link: &'static str,
}

macro_rules! events {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident = $word:literal {
            $($to:ident, $type:ident, $priority:ident, $title:literal, $message:literal, $link:literal;)+
        }
    )+) => {
        /// Something that somebody should know.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Event {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Event {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its word in a notification's data.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// Its notifications.
            pub fn lines(self) -> &'static [Line] {
                match self {
                    $(Self::$name => const { &[$(Line {
                        to: To::$to,
                        r#type: NotificationType::$type,
                        priority: NotificationPriority::$priority,
                        title: $title,
                        message: $message,
                        link: $link,
                    }),+] },)+
                }
            }
        }
    };
}

events! {
    /// Somebody registered. Words: `prenom`, `nom`, `email`, `id`.
    Registration = "registration" {
        Admins, Info, Normale, "Nouvelle inscription", "{prenom} {nom} ({email}) vient de s’inscrire.", "/admin/users";
    }
    /// A visitor wrote. Words: `nom`, `email`, `apercu`, `id` (the conversation).
    VisitorMessage = "visitor_message" {
        Admins, Message, Normale, "Message d’un visiteur", "{nom} ({email}) : {apercu}", "/admin/messagerie";
    }
    /// A client wrote, first or in reply. Words: `nom`, `apercu`, `id` (the conversation).
    ClientMessage = "client_message" {
        Admins, Message, Normale, "Nouveau message", "{nom} : {apercu}", "/admin/messagerie";
    }
    /// An administrator wrote to a client. Words: `nom`, `apercu`, `id` (the conversation).
    AdminMessage = "admin_message" {
        Client, Message, Normale, "Nouveau message", "{nom} : {apercu}", "/app/messages";
    }
    /// An order was paid. Words: `titre`, `montant`, `id`.
    Payment = "payment" {
        Client, Payment, Haute, "Paiement reçu", "Votre paiement pour « {titre} » a été reçu.", "/app/billing";
        Admins, Payment, Haute, "Paiement reçu", "« {titre} » a été payé ({montant}).", "/admin/factures";
    }
    /// A payment failed, or its session went by. Words: `titre`, `id`.
    PaymentFailed = "payment_failed" {
        Client, Payment, Haute, "Paiement non abouti", "Le paiement de « {titre} » n’a pas abouti.", "/app/billing";
    }
    /// Money went back to the client. Words: `titre`, `montant`, `id`.
    PaymentRefunded = "payment_refunded" {
        Client, Payment, Haute, "Remboursement", "{montant} vous sont remboursés pour « {titre} ».", "/app/billing";
        Admins, Payment, Haute, "Remboursement", "{montant} remboursés pour « {titre} ».", "/admin/factures";
    }
    /// Money came, or went back, that fits no order. Words: `montant`, `raison`, `id` (the event).
    PaymentUnclear = "payment_unclear" {
        Admins, Warning, Urgente, "Paiement à vérifier", "{montant} : {raison}", "/admin/factures";
    }
    /// An order was made. Words: `titre`, `id`.
    OrderCreated = "order_created" {
        Admins, Order, Haute, "Nouvelle commande", "« {titre} » attend d’être prise en charge.", "/admin/commandes?id={id}";
        Client, Success, Haute, "Commande enregistrée", "Votre commande « {titre} » est enregistrée.", "/app/projects/{id}";
    }
    /// An order waits for its payment. Words: `titre`, `id`.
    OrderAwaitsPayment = "order_awaits_payment" {
        Admins, Warning, Haute, "Commande en attente de paiement", "« {titre} » n’est pas encore payée.", "/admin/commandes?id={id}";
    }
    /// An order went on. Words: `titre`, `statut`, `id`.
    StatusChanged = "status_changed" {
        Client, Order, Normale, "Votre commande avance", "« {titre} » : {statut}.", "/app/projects/{id}";
    }
    /// A consultation was asked for. Words: `nom`, `email`, `date`, `id` (the message).
    Consultation = "consultation" {
        Admins, Consultation, Haute, "Demande de consultation", "{nom} ({email}) demande une consultation le {date}.", "/admin/messagerie";
    }
    /// A request for a consultation was answered. Words: `date`, `statut`, `id` (the message).
    ConsultationProcessed = "consultation_processed" {
        Client, Consultation, Normale, "Votre demande de consultation", "Consultation du {date} : {statut}.", "/app/messages";
    }
    /// A corrected file lies ready. Words: `fichier`, `titre`, `id` (the order).
    CorrectedFile = "corrected_file" {
        Client, Success, Haute, "Document corrigé disponible", "« {fichier} » est disponible pour « {titre} ».", "/dashboard/commandes/{id}";
    }
    /// A visitor asked for a free sample. Words: `nom`, `email`, `id` (the conversation).
    FreeSample = "free_sample" {
        Admins, Message, Normale, "Demande d’échantillon gratuit", "{nom} ({email}) demande un échantillon gratuit.", "/admin/messagerie";
    }
    /// Somebody used the contact form. Words: `nom`, `email`, `sujet`, `apercu`.
    Contact = "contact" {
        Admins, Message, Normale, "Formulaire de contact", "{nom} ({email}), {sujet} : {apercu}", "/admin/messagerie";
    }
    /// Somebody asked for help. Words: `titre`, `id` (the ticket).
    TicketOpened = "ticket_opened" {
        Admins, Info, Haute, "Nouvelle demande d’aide", "« {titre} » attend une réponse.", "/admin/support/{id}";
        Client, Success, Normale, "Demande enregistrée", "Votre demande « {titre} » est enregistrée.", "/app/support/{id}";
    }
    /// A ticket was given to somebody of the team, who is the client here. Words: `titre`, `priorite`, `id` (the ticket).
    TicketAssigned = "ticket_assigned" {
        Client, Info, Haute, "Une demande vous est confiée", "« {titre} » ({priorite}).", "/admin/support/{id}";
    }
    /// The team wrote into a ticket. Words: `titre`, `apercu`, `id` (the ticket).
    TicketReplied = "ticket_replied" {
        Client, Message, Normale, "Réponse à votre demande", "« {titre} » : {apercu}", "/app/support/{id}";
    }
    /// Who asked wrote into a ticket that somebody takes care of, who is the client here. Words: `titre`, `apercu`, `id`
    /// (the ticket).
    TicketClientReplied = "ticket_client_replied" {
        Client, Message, Normale, "Nouveau message dans une demande", "« {titre} » : {apercu}", "/admin/support/{id}";
    }
    /// The same where nobody takes care of it.
    TicketClientWaits = "ticket_client_waits" {
        Admins, Message, Normale, "Nouveau message dans une demande", "« {titre} » : {apercu}", "/admin/support/{id}";
    }
    /// The team moved a ticket. Words: `titre`, `statut`, `id` (the ticket).
    TicketMoved = "ticket_moved" {
        Client, Info, Normale, "Votre demande avance", "« {titre} » : {statut}.", "/app/support/{id}";
    }
    /// Who asked closed a ticket or called it off; told to who takes care of it. Words: `titre`, `statut`, `id` (the
    /// ticket).
    TicketEnded = "ticket_ended" {
        Client, Info, Normale, "Demande close", "« {titre} » : {statut}.", "/admin/support/{id}";
    }
    /// Who asked took a ticket up again; told to who takes care of it. Words: `titre`, `statut`, `id` (the ticket).
    TicketReopened = "ticket_reopened" {
        Client, Warning, Haute, "Demande rouverte", "« {titre} » est rouverte.", "/admin/support/{id}";
    }
    /// The same where nobody takes care of it.
    TicketWaits = "ticket_waits" {
        Admins, Warning, Haute, "Demande rouverte", "« {titre} » est rouverte.", "/admin/support/{id}";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Event, To};
    use crate::base::TextEnum;

    /// What the existing platform tells whom, by hand from its rules: event, to whom, type, priority, link. Its guest
    /// orders, and accounts that are activated by a link, come with their tables.
    const WRITTEN: [(&str, To, &str, &str, &str); 12] = [
        ("registration", To::Admins, "INFO", "NORMALE", "/admin/users"),
        ("visitor_message", To::Admins, "MESSAGE", "NORMALE", "/admin/messagerie"),
        ("client_message", To::Admins, "MESSAGE", "NORMALE", "/admin/messagerie"),
        ("admin_message", To::Client, "MESSAGE", "NORMALE", "/app/messages"),
        ("payment", To::Client, "PAYMENT", "HAUTE", "/app/billing"),
        ("payment", To::Admins, "PAYMENT", "HAUTE", "/admin/factures"),
        ("order_created", To::Admins, "ORDER", "HAUTE", "/admin/commandes?id={id}"),
        ("order_created", To::Client, "SUCCESS", "HAUTE", "/app/projects/{id}"),
        ("order_awaits_payment", To::Admins, "WARNING", "HAUTE", "/admin/commandes?id={id}"),
        ("consultation", To::Admins, "CONSULTATION", "HAUTE", "/admin/messagerie"),
        ("corrected_file", To::Client, "SUCCESS", "HAUTE", "/dashboard/commandes/{id}"),
        // Written there, and never called.
        ("status_changed", To::Client, "ORDER", "NORMALE", "/app/projects/{id}"),
    ];

    #[test]
    fn the_table_is_the_platforms() {
        let declared: Vec<(&str, To, &str, &str, &str)> = Event::ALL
            .iter()
            .flat_map(|event| event.lines().iter().map(|line| (event.word(), line)))
            .map(|(word, line)| (word, line.to, line.r#type.as_str(), line.priority.as_str(), line.link))
            .collect();
        for line in WRITTEN {
            assert!(declared.contains(&line), "{line:?}");
        }
        // What else there is, the platform told in no notification or by e-mail alone.
        let known: BTreeSet<&str> = WRITTEN.iter().map(|line| line.0).collect();
        let added: BTreeSet<&str> = declared.iter().map(|line| line.0).filter(|word| !known.contains(word)).collect();
        let support: BTreeSet<&str> = added.iter().copied().filter(|word| word.starts_with("ticket_")).collect();
        assert_eq!(support.len(), 9);
        let added: BTreeSet<&str> = added.difference(&support).copied().collect();
        assert_eq!(
            added,
            BTreeSet::from([
                "consultation_processed",
                "contact",
                "free_sample",
                "payment_failed",
                "payment_refunded",
                "payment_unclear"
            ])
        );
        // Of a refund both sides are told, and of one step of a ticket.
        assert_eq!(declared.len(), WRITTEN.len() + added.len() + support.len() + 2);
    }

    #[test]
    fn words_are_different_texts_fit_and_braces_are_closed() {
        let words: BTreeSet<&str> = Event::ALL.iter().map(|event| event.word()).collect();
        assert_eq!(words.len(), Event::ALL.len());
        for line in Event::ALL.iter().flat_map(|event| event.lines()) {
            assert!(!line.title.contains('{') && line.title.chars().count() <= 255, "{}", line.title);
            assert!(line.link.is_empty() || line.link.starts_with('/'), "{}", line.link);
            for text in [line.message, line.link] {
                let names = text.split('{').skip(1).map(|rest| rest.split_once('}').map(|(name, _)| name));
                for name in names {
                    let name = name.unwrap_or_default();
                    assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()), "{text}");
                }
            }
        }
    }
}
