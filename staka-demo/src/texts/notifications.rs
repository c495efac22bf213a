//! Notifications as the platform writes them. `{id}`, `{titre}`, `{montant}`, `{nom}` and `{date}` are replaced by the
//! caller.

use super::NotificationText;

const fn note(
    kind: &'static str,
    title: &'static str,
    message: &'static str,
    action_url: Option<&'static str>,
) -> NotificationText {
    NotificationText { kind, title, message, action_url }
}

pub(crate) const NOTIFICATIONS: [NotificationText; 42] = [
    note("INFO", "Nouvelle inscription", "{nom} vient de créer un compte.", Some("/admin/users")),
    note("INFO", "Compte activé", "{nom} a confirmé son adresse et activé son compte.", Some("/admin/users")),
    note(
        "INFO",
        "Bienvenue sur Staka",
        "Votre espace est prêt. Complétez votre profil, puis déposez votre premier \
         manuscrit : les dix premières pages sont offertes.",
        Some("/app/profile"),
    ),
    note("INFO", "Horaires d’été", "Du 1er au 21 août, l’équipe répond sous trois jours ouvrés au lieu d’un.", None),
    note(
        "INFO",
        "Nouvel article",
        "« Le point-virgule n’est pas mort » vient de paraître sur le blog.",
        Some("/blog/point-virgule"),
    ),
    note(
        "SUCCESS",
        "Projet enregistré",
        "Votre projet « {titre} » est bien arrivé. Nous l’examinons sous un jour ouvré.",
        Some("/app/projects/{id}"),
    ),
    note(
        "SUCCESS",
        "Correction terminée",
        "La version corrigée de « {titre} » vous attend dans vos fichiers.",
        Some("/dashboard/commandes/{id}"),
    ),
    note(
        "SUCCESS",
        "Document corrigé disponible",
        "Votre correcteur a déposé un nouveau document pour « {titre} ».",
        Some("/dashboard/commandes/{id}"),
    ),
    note(
        "SUCCESS",
        "Mot de passe modifié",
        "Votre mot de passe a été changé. Si ce n’est pas vous, écrivez-nous sans attendre.",
        Some("/app/profile"),
    ),
    note(
        "SUCCESS",
        "Carte ajoutée",
        "Votre carte est enregistrée comme moyen de paiement par défaut.",
        Some("/app/billing"),
    ),
    note(
        "WARNING",
        "Paiement en attente",
        "La commande « {titre} » de {nom} attend son règlement.",
        Some("/admin/commandes?id={id}"),
    ),
    note(
        "WARNING",
        "Votre carte expire bientôt",
        "La carte enregistrée expire à la fin du mois. Pensez à la remplacer.",
        Some("/app/billing"),
    ),
    note(
        "WARNING",
        "Échéance proche",
        "Le projet « {titre} » doit être rendu le {date}.",
        Some("/admin/commandes?id={id}"),
    ),
    note(
        "WARNING",
        "Nombre de pages à vérifier",
        "Le fichier de « {titre} » compte plus de pages que la commande n’en déclare.",
        Some("/admin/commandes?id={id}"),
    ),
    note(
        "WARNING",
        "Pièce manquante",
        "Il manque un fichier lisible au projet « {titre} ». Merci de le déposer à nouveau.",
        Some("/app/projects/{id}"),
    ),
    note(
        "ERROR",
        "Paiement refusé",
        "Votre banque a refusé le règlement de {montant}. Aucune somme n’a été débitée.",
        Some("/app/billing"),
    ),
    note(
        "ERROR",
        "Fichier illisible",
        "Nous n’avons pas pu ouvrir le document joint à « {titre} ». Formats acceptés : DOCX, \
         ODT, RTF, TXT et PDF.",
        Some("/app/projects/{id}"),
    ),
    note(
        "ERROR",
        "Facture non générée",
        "La facture de la commande {id} n’a pas pu être produite. Une nouvelle tentative est \
         nécessaire.",
        Some("/admin/factures"),
    ),
    note(
        "ERROR",
        "Envoi de courriel impossible",
        "Le message destiné à {nom} est revenu : l’adresse semble incorrecte.",
        Some("/admin/users"),
    ),
    note(
        "PAYMENT",
        "Paiement reçu",
        "Nous avons bien reçu {montant} pour « {titre} ». Votre facture est disponible.",
        Some("/app/billing"),
    ),
    note("PAYMENT", "Nouveau paiement", "{nom} a réglé {montant} pour « {titre} ».", Some("/admin/factures")),
    note(
        "PAYMENT",
        "Facture disponible",
        "La facture de « {titre} » peut être téléchargée au format PDF.",
        Some("/app/billing"),
    ),
    note(
        "PAYMENT",
        "Remboursement effectué",
        "Un remboursement de {montant} a été envoyé vers votre carte. Comptez cinq à dix \
         jours ouvrés.",
        Some("/app/billing"),
    ),
    note(
        "PAYMENT",
        "Rappel de règlement",
        "La facture de « {titre} » arrive à échéance le {date}.",
        Some("/app/billing"),
    ),
    note("ORDER", "Nouvelle commande", "{nom} a déposé « {titre} ».", Some("/admin/commandes?id={id}")),
    note(
        "ORDER",
        "Projet en cours",
        "Un correcteur a commencé à travailler sur « {titre} ».",
        Some("/app/projects/{id}"),
    ),
    note(
        "ORDER",
        "Projet suspendu",
        "« {titre} » est suspendu en attendant votre réponse.",
        Some("/app/projects/{id}"),
    ),
    note(
        "ORDER",
        "Projet annulé",
        "La commande « {titre} » a été annulée à votre demande.",
        Some("/app/projects/{id}"),
    ),
    note(
        "ORDER",
        "Délai modifié",
        "La date de remise de « {titre} » est désormais fixée au {date}.",
        Some("/app/projects/{id}"),
    ),
    note("MESSAGE", "Nouveau message", "{nom} vous a écrit.", Some("/admin/messagerie")),
    note(
        "MESSAGE",
        "Message d’un visiteur",
        "Un visiteur, {nom}, a laissé une question sur le site.",
        Some("/admin/messagerie"),
    ),
    note(
        "MESSAGE",
        "L’équipe vous a répondu",
        "Une réponse vous attend dans votre messagerie. 💬",
        Some("/app/messages"),
    ),
    note("MESSAGE", "Pièce jointe reçue", "{nom} a joint un document à votre conversation.", Some("/app/messages")),
    note(
        "SYSTEM",
        "Maintenance programmée",
        "Le service sera interrompu dans la nuit du {date}, de 2 h à 4 h (heure de Paris).",
        None,
    ),
    note("SYSTEM", "Maintenance terminée", "Tous les services fonctionnent de nouveau. Merci de votre patience.", None),
    note(
        "SYSTEM",
        "Conditions mises à jour",
        "Nos conditions générales de vente ont changé. Le texte s’applique aux commandes \
         passées à partir du {date}.",
        Some("/pages/cgv"),
    ),
    note(
        "SYSTEM",
        "Nouvelle connexion",
        "Une connexion depuis un nouvel appareil a été constatée sur votre compte.",
        Some("/app/profile"),
    ),
    note(
        "CONSULTATION",
        "Demande de consultation",
        "{nom} souhaite un rendez-vous le {date}.",
        Some("/admin/messagerie"),
    ),
    note(
        "CONSULTATION",
        "Consultation confirmée",
        "Votre rendez-vous du {date} est confirmé. Le lien de visioconférence suivra par \
         courriel.",
        Some("/app/messages"),
    ),
    note(
        "CONSULTATION",
        "Consultation reportée",
        "Votre rendez-vous est déplacé au {date}. Répondez-nous si ce créneau ne convient pas.",
        Some("/app/messages"),
    ),
    note(
        "CONSULTATION",
        "Rappel de consultation",
        "Rendez-vous demain avec votre conseiller éditorial. Gardez votre manuscrit sous la \
         main. 📞",
        Some("/app/messages"),
    ),
    note(
        "CONSULTATION",
        "Compte rendu disponible",
        "Le compte rendu de votre consultation du {date} est dans votre messagerie.",
        Some("/app/messages"),
    ),
];
