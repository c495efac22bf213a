//! Support tickets.

use super::TicketText;

const fn ticket(
    category: &'static str,
    title: &'static str,
    description: &'static str,
    tags: Option<&'static str>,
) -> TicketText {
    TicketText { title, description, category, tags }
}

pub(crate) const TICKETS: [TicketText; 30] = [
    ticket(
        "GENERAL",
        "Travaillez-vous avec des auteurs belges ?",
        "Bonjour, j’habite Namur. Puis-je commander depuis la Belgique, et les belgicismes \
         seront-ils respectés ?",
        Some("étranger,belgique"),
    ),
    ticket(
        "GENERAL",
        "Qui lira mon manuscrit ?",
        "Mon texte est très personnel. J’aimerais savoir combien de personnes y auront accès \
         et si un engagement de confidentialité est signé.",
        Some("confidentialité"),
    ),
    ticket(
        "GENERAL",
        "Demande de partenariat avec un atelier d’écriture",
        "Nous animons un atelier de quinze personnes à Poitiers. Proposez-vous des conditions \
         de groupe ?",
        Some("partenariat,groupe"),
    ),
    ticket(
        "GENERAL",
        "Délais pendant les fêtes",
        "L’équipe travaille-t-elle entre Noël et le jour de l’An ? Mon concours ferme le 5 \
         janvier.",
        None,
    ),
    ticket(
        "GENERAL",
        "Proposez-vous un bon cadeau ?",
        "Je voudrais offrir la correction de son roman à ma sœur pour ses quarante ans. 🎁",
        Some("cadeau,tarif"),
    ),
    ticket(
        "TECHNIQUE",
        "Le dépôt du fichier s’arrête à 99 %",
        "Mon document fait 18 Mo, avec des images. La barre avance jusqu’à 99 % puis un \
         message rouge apparaît. J’ai essayé avec deux navigateurs.",
        Some("upload,fichier,bug"),
    ),
    ticket(
        "TECHNIQUE",
        "Les accents sont cassés dans l’aperçu",
        "À la place de « été » je lis « Ã©tÃ© ». Le fichier TXT vient d’un vieil ordinateur.",
        Some("encodage,txt"),
    ),
    ticket(
        "TECHNIQUE",
        "Impossible d’ouvrir la version corrigée",
        "Mon traitement de texte annonce un fichier endommagé. Pouvez-vous le déposer à \
         nouveau, ou me l’envoyer en PDF ?",
        Some("téléchargement,docx"),
    ),
    ticket(
        "TECHNIQUE",
        "Page blanche sur téléphone",
        "La messagerie reste blanche sur mon téléphone. Sur l’ordinateur, tout va bien.",
        Some("mobile,messagerie,bug"),
    ),
    ticket(
        "TECHNIQUE",
        "Les notifications restent affichées",
        "Le compteur indique toujours 3 alors que j’ai tout lu hier soir.",
        Some("notifications"),
    ),
    ticket(
        "TECHNIQUE",
        "Pièce jointe refusée : chemin \"C:\\Mes textes\\100%_final.docx\"",
        "Le nom du fichier contient un % et un _. Est-ce la cause du refus ?",
        Some("upload,nom de fichier"),
    ),
    ticket(
        "FACTURATION",
        "Facture au nom de mon association",
        "La facture porte mon nom alors que c’est l’association qui a payé. Est-il possible \
         de la rectifier ?",
        Some("facture,rectification"),
    ),
    ticket(
        "FACTURATION",
        "Débitée deux fois ?",
        "Je vois deux lignes de 220 € sur mon relevé, à une minute d’intervalle. Une seule \
         commande apparaît dans mon espace.",
        Some("paiement,doublon,urgent"),
    ),
    ticket(
        "FACTURATION",
        "Mention de TVA sur la facture",
        "Mon comptable demande pourquoi aucune TVA n’apparaît. Pouvez-vous me confirmer la \
         mention légale ?",
        Some("tva,facture"),
    ),
    ticket(
        "FACTURATION",
        "Paiement en deux fois",
        "Est-il possible de payer la moitié à la commande et le reste à la livraison ?",
        Some("paiement,échelonnement"),
    ),
    ticket(
        "FACTURATION",
        "Remboursement non reçu",
        "Le remboursement annoncé il y a douze jours n’est pas sur mon compte.",
        Some("remboursement"),
    ),
    ticket(
        "COMMANDE",
        "J’ai envoyé la mauvaise version",
        "J’ai déposé le brouillon au lieu de la version relue. Merci de ne pas commencer ! Le \
         bon fichier est maintenant dans le projet.",
        Some("fichier,urgent"),
    ),
    ticket(
        "COMMANDE",
        "Ajouter vingt pages à une commande payée",
        "J’ai écrit un épilogue. Comment régler le complément sans repasser une commande \
         entière ?",
        Some("complément,pages"),
    ),
    ticket(
        "COMMANDE",
        "Le nombre de pages ne correspond pas",
        "Votre compteur dit 212 pages, mon logiciel 187. Lequel fait foi pour le prix ?",
        Some("pages,devis"),
    ),
    ticket(
        "COMMANDE",
        "Annuler avant le début de la correction",
        "J’ai changé d’avis ce matin. Le projet est encore en attente ; je souhaite exercer \
         mon droit de rétractation.",
        Some("annulation,rétractation"),
    ),
    ticket(
        "COMMANDE",
        "Changer de correcteur",
        "Le travail est soigné mais nos sensibilités diffèrent. Une autre personne \
         pourrait-elle reprendre la seconde partie ?",
        Some("correcteur"),
    ),
    ticket(
        "COMMANDE",
        "Date de livraison dépassée",
        "La remise était prévue avant-hier et le projet est toujours « en cours ». \
         Pouvez-vous me donner une nouvelle date ?",
        Some("retard,délai"),
    ),
    ticket(
        "COMPTE",
        "Lien de réinitialisation expiré",
        "Je clique sur le lien reçu hier et la page dit qu’il n’est plus valable.",
        Some("mot de passe,connexion"),
    ),
    ticket(
        "COMPTE",
        "Changer d’adresse électronique",
        "Mon ancienne adresse ferme à la fin du mois. Comment passer mon compte sur la \
         nouvelle sans perdre mes projets ?",
        Some("e-mail,profil"),
    ),
    ticket(
        "COMPTE",
        "Supprimer mon compte et mes textes",
        "Je demande l’effacement de mes données, y compris des manuscrits, conformément au \
         RGPD. Merci de confirmer par écrit.",
        Some("rgpd,effacement"),
    ),
    ticket(
        "COMPTE",
        "Recevoir une copie de mes données",
        "Pouvez-vous m’envoyer tout ce que vous conservez à mon sujet, dans un format \
         réutilisable ?",
        Some("rgpd,export"),
    ),
    ticket(
        "COMPTE",
        "Compte désactivé sans raison",
        "La connexion répond que mon compte est inactif. Je n’ai rien demandé.",
        Some("connexion,désactivation"),
    ),
    ticket(
        "AUTRE",
        "Proposition de témoignage",
        "Mon livre a reçu un prix local ! Je serais heureux de raconter notre travail sur \
         votre blog. 😊",
        Some("témoignage,blog"),
    ),
    ticket(
        "AUTRE",
        "Candidature de correctrice",
        "Titulaire d’un master d’édition, je corrige depuis six ans. À qui adresser mon dossier ?",
        Some("recrutement"),
    ),
    ticket(
        "AUTRE",
        "Question sur le calligramme قلب",
        "Mon recueil contient un calligramme arabe et une ligne en hébreu (לב). Votre mise en \
         page gère-t-elle les deux sens d’écriture ?",
        None,
    ),
];
