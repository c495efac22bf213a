//! The events that users are notified of, each with the templates of its notifications.

use crate::model::{NotificationPriority, NotificationType};

/// Who receives a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Every active administrator.
    Admins,
    /// The user concerned.
    Client,
}

/// The template of a notification.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// Who receives the notification.
    pub audience: Audience,
    /// Type of the notification.
    pub r#type: NotificationType,
    /// Priority of the notification.
    pub priority: NotificationPriority,
    /// Title; placeholders stand in braces.
    pub title: &'static str,
    /// Text; placeholders stand in braces. They are replaced by French labels, not by values of enums.
    pub message: &'static str,
    /// Address that a click opens; placeholders stand in braces. Empty if there is none.
    pub link: &'static str,
}

macro_rules! events {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident = $key:literal {
            $($audience:ident, $type:ident, $priority:ident, $title:literal, $message:literal, $link:literal;)+
        }
    )+) => {
        /// An event that users are notified of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Event {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Event {
            /// All events, in the order of declaration.
            #[cfg(test)]
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns the key by which a notification's data names the event.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)+ }
            }

            /// Returns the templates of the event's notifications.
            pub fn templates(self) -> &'static [Template] {
                match self {
                    $(Self::$name => const { &[$(Template {
                        audience: Audience::$audience,
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
    /// A user registered. Placeholders: `prenom`, `nom`, `email`, `id`.
    Registration = "registration" {
        Admins, Info, Normale, "Nouvelle inscription", "{prenom} {nom} ({email}) vient de s’inscrire.", "/admin/users";
    }
    /// A visitor sent a message. Placeholders: `nom`, `email`, `apercu`, `id` (the conversation).
    VisitorMessage = "visitor_message" {
        Admins, Message, Normale, "Message d’un visiteur", "{nom} ({email}) : {apercu}", "/admin/messagerie";
    }
    /// A client sent a message or a reply. Placeholders: `nom`, `apercu`, `id` (the conversation).
    ClientMessage = "client_message" {
        Admins, Message, Normale, "Nouveau message", "{nom} : {apercu}", "/admin/messagerie";
    }
    /// An administrator sent a message to a client. Placeholders: `nom`, `apercu`, `id` (the conversation).
    AdminMessage = "admin_message" {
        Client, Message, Normale, "Nouveau message", "{nom} : {apercu}", "/app/messages";
    }
    /// An order was paid. Placeholders: `titre`, `montant`, `id`.
    Payment = "payment" {
        Client, Payment, Haute, "Paiement reçu", "Votre paiement pour « {titre} » a été reçu.", "/app/billing";
        Admins, Payment, Haute, "Paiement reçu", "La commande « {titre} » a été payée ({montant}).", "/admin/factures";
    }
    /// A payment failed, or its checkout session expired. Placeholders: `titre`, `id`.
    PaymentFailed = "payment_failed" {
        Client, Payment, Haute, "Paiement non abouti", "Le paiement de « {titre} » n’a pas abouti.", "/app/billing";
    }
    /// A payment was refunded to the client. Placeholders: `titre`, `montant`, `id`.
    PaymentRefunded = "payment_refunded" {
        Client, Payment, Haute, "Remboursement", "Un remboursement de {montant} vous a été versé pour « {titre} ».", "/app/billing";
        Admins, Payment, Haute, "Remboursement", "Un remboursement de {montant} a été versé pour « {titre} ».", "/admin/factures";
    }
    /// A payment or refund could not be matched to an order. Placeholders: `montant`, `raison` (shown as a label), `id`
    /// (the event).
    PaymentUnclear = "payment_unclear" {
        Admins, Warning, Urgente, "Paiement à vérifier", "{montant} : {raison}.", "/admin/factures";
    }
    /// An order was created. Placeholders: `titre`, `id`.
    OrderCreated = "order_created" {
        Admins, Order, Haute, "Nouvelle commande", "La commande « {titre} » attend d’être prise en charge.", "/admin/commandes?id={id}";
        Client, Success, Haute, "Commande enregistrée", "Votre commande « {titre} » est enregistrée.", "/app/projects/{id}";
    }
    /// An order waits for its payment. Placeholders: `titre`, `id`.
    OrderAwaitsPayment = "order_awaits_payment" {
        Admins, Warning, Haute, "Commande en attente de paiement", "La commande « {titre} » n’est pas encore payée.", "/admin/commandes?id={id}";
    }
    /// An order's statut changed. Placeholders: `titre`, `statut` (shown as a label), `id`.
    StatusChanged = "status_changed" {
        Client, Order, Normale, "Votre commande avance", "Votre commande « {titre} » {statut}.", "/app/projects/{id}";
    }
    /// A consultation was requested. Placeholders: `nom`, `email`, `date`, `id` (the message).
    Consultation = "consultation" {
        Admins, Consultation, Haute, "Demande de consultation", "{nom} ({email}) demande une consultation le {date}.", "/admin/messagerie";
    }
    /// A request for a consultation was answered. Placeholders: `date` (shown after ` du `, or as nothing if unknown),
    /// `statut` (shown as a label), `id` (the message).
    ConsultationProcessed = "consultation_processed" {
        Client, Consultation, Normale, "Votre demande de consultation", "Votre consultation{date} {statut}.", "/app/messages";
    }
    /// A corrected file is available. Placeholders: `fichier`, `titre`, `id` (the order).
    CorrectedFile = "corrected_file" {
        Client, Success, Haute, "Document corrigé disponible", "« {fichier} » est disponible pour « {titre} ».", "/dashboard/commandes/{id}";
    }
    /// A visitor requested a free sample. Placeholders: `nom`, `email`, `id` (the conversation).
    FreeSample = "free_sample" {
        Admins, Message, Normale, "Demande d’échantillon gratuit", "{nom} ({email}) demande un échantillon gratuit.", "/admin/messagerie";
    }
    /// The contact form was sent. Placeholders: `nom`, `email`, `sujet`, `apercu`.
    Contact = "contact" {
        Admins, Message, Normale, "Formulaire de contact", "{nom} ({email}), {sujet} : {apercu}", "/admin/messagerie";
    }
    /// A ticket was opened. Placeholders: `titre`, `id` (the ticket).
    TicketOpened = "ticket_opened" {
        Admins, Info, Haute, "Nouvelle demande d’aide", "La demande « {titre} » attend une réponse.", "/admin/support/{id}";
        Client, Success, Normale, "Demande enregistrée", "Votre demande « {titre} » est enregistrée.", "/app/support/{id}";
    }
    /// A ticket was assigned to a member of the team, who is the `Client` here. Placeholders: `titre`, `priorite`
    /// (shown as a label), `id` (the ticket).
    TicketAssigned = "ticket_assigned" {
        Client, Info, Haute, "Une demande vous est confiée", "« {titre} » est une demande {priorite}.", "/admin/support/{id}";
    }
    /// The team replied to a ticket. Placeholders: `titre`, `apercu`, `id` (the ticket).
    TicketReplied = "ticket_replied" {
        Client, Message, Normale, "Réponse à votre demande", "« {titre} » : {apercu}", "/app/support/{id}";
    }
    /// The requester replied to an assigned ticket, whose assignee is the `Client` here. Placeholders: `titre`,
    /// `apercu`, `id` (the ticket).
    TicketClientReplied = "ticket_client_replied" {
        Client, Message, Normale, "Nouveau message dans une demande", "« {titre} » : {apercu}", "/admin/support/{id}";
    }
    /// The requester replied to an unassigned ticket. Placeholders: `titre`, `apercu`, `id` (the ticket).
    TicketClientRepliedUnassigned = "ticket_client_waits" {
        Admins, Message, Normale, "Nouveau message dans une demande", "« {titre} » : {apercu}", "/admin/support/{id}";
    }
    /// The team changed a ticket's status. Placeholders: `titre`, `statut` (shown as a label), `id` (the ticket).
    TicketStatusChanged = "ticket_moved" {
        Client, Info, Normale, "Votre demande avance", "Votre demande « {titre} » {statut}.", "/app/support/{id}";
    }
    /// The requester closed or cancelled an assigned ticket, whose assignee is the `Client` here. Placeholders:
    /// `titre`, `statut` (shown as a label), `id` (the ticket).
    TicketClosedByClient = "ticket_ended" {
        Client, Info, Normale, "Demande close", "La demande « {titre} » {statut}.", "/admin/support/{id}";
    }
    /// The requester reopened an assigned ticket, whose assignee is the `Client` here. Placeholders: `titre`, `statut`,
    /// `id` (the ticket).
    TicketReopened = "ticket_reopened" {
        Client, Warning, Haute, "Demande rouverte", "La demande « {titre} » est rouverte.", "/admin/support/{id}";
    }
    /// The requester reopened an unassigned ticket. Placeholders: `titre`, `statut`, `id` (the ticket).
    TicketReopenedUnassigned = "ticket_waits" {
        Admins, Warning, Haute, "Demande rouverte", "La demande « {titre} » est rouverte.", "/admin/support/{id}";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Audience, Event};
    use crate::base::TextEnum;

    /// The notifications of the existing platform, copied by hand from its rules: event, audience, type, priority,
    /// link. Those of guest orders and of accounts activated by a link are missing, because their tables are. The
    /// platform sends the others by e-mail only, or not at all.
    const EXISTING: [(&str, Audience, &str, &str, &str); 12] = [
        ("registration", Audience::Admins, "INFO", "NORMALE", "/admin/users"),
        ("visitor_message", Audience::Admins, "MESSAGE", "NORMALE", "/admin/messagerie"),
        ("client_message", Audience::Admins, "MESSAGE", "NORMALE", "/admin/messagerie"),
        ("admin_message", Audience::Client, "MESSAGE", "NORMALE", "/app/messages"),
        ("payment", Audience::Client, "PAYMENT", "HAUTE", "/app/billing"),
        ("payment", Audience::Admins, "PAYMENT", "HAUTE", "/admin/factures"),
        ("order_created", Audience::Admins, "ORDER", "HAUTE", "/admin/commandes?id={id}"),
        ("order_created", Audience::Client, "SUCCESS", "HAUTE", "/app/projects/{id}"),
        ("order_awaits_payment", Audience::Admins, "WARNING", "HAUTE", "/admin/commandes?id={id}"),
        ("consultation", Audience::Admins, "CONSULTATION", "HAUTE", "/admin/messagerie"),
        ("corrected_file", Audience::Client, "SUCCESS", "HAUTE", "/dashboard/commandes/{id}"),
        // Defined there, but never sent.
        ("status_changed", Audience::Client, "ORDER", "NORMALE", "/app/projects/{id}"),
    ];

    #[test]
    fn the_notifications_of_the_existing_platform_are_declared() {
        let declared: Vec<(&str, Audience, &str, &str, &str)> = Event::ALL
            .iter()
            .flat_map(|event| event.templates().iter().map(|it| (event.key(), it)))
            .map(|(key, it)| (key, it.audience, it.r#type.as_str(), it.priority.as_str(), it.link))
            .collect();
        for notification in EXISTING {
            assert!(declared.contains(&notification), "{notification:?}");
        }
    }

    #[test]
    fn keys_are_distinct_and_templates_are_well_formed() {
        let keys: BTreeSet<&str> = Event::ALL.iter().map(|event| event.key()).collect();
        assert_eq!(keys.len(), Event::ALL.len());
        for template in Event::ALL.iter().flat_map(|event| event.templates()) {
            assert!(!template.title.contains('{') && template.title.chars().count() <= 255, "{}", template.title);
            assert!(template.link.is_empty() || template.link.starts_with('/'), "{}", template.link);
            for text in [template.message, template.link] {
                let names = text.split('{').skip(1).map(|rest| rest.split_once('}').map(|(name, _)| name));
                for name in names {
                    let name = name.unwrap_or_default();
                    assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()), "{text}");
                }
            }
        }
    }
}
