//! Help pages.

use super::{CmsPageText, PAGE};

const fn help(slug: &'static str, title: &'static str, excerpt: &'static str, content: &'static str) -> CmsPageText {
    CmsPageText { slug, title, excerpt, content, kind: "HELP", category: Some("Aide"), ..PAGE }
}

pub(crate) const PAGES: [CmsPageText; 12] = [
    CmsPageText {
        tags: Some("aide,compte,débuter"),
        meta_title: Some("Créer son compte — Aide Staka"),
        ..help(
            "aide-creer-un-compte",
            "Créer son compte en deux minutes",
            "L’inscription, le mot de passe et les premiers réglages.",
            "<h2>Vous inscrire</h2>\n\
             <p>Choisissez « S’inscrire » en haut de n’importe quelle page. Indiquez votre \
             prénom, votre nom et une adresse électronique que vous consultez souvent : \
             c’est là qu’arriveront les avis de livraison.</p>\n\
             <h2>Choisir un mot de passe</h2>\n\
             <p>Douze caractères au minimum, ou huit si vous mêlez trois familles de signes. \
             Une suite de mots sans rapport entre eux se retient mieux qu’un code et résiste \
             davantage.</p>\n\
             <h2>Et ensuite ?</h2>\n\
             <p>Complétez votre profil si vous le voulez : téléphone, adresse de \
             facturation, quelques lignes sur vous. Rien de cela n’est exigé pour déposer un \
             premier texte.</p>\n",
        )
    },
    CmsPageText {
        tags: Some("aide,fichier,dépôt,formats"),
        ..help(
            "aide-deposer-un-manuscrit",
            "Déposer un manuscrit",
            "Formats, tailles et conseils pour un dépôt sans accroc.",
            "<h2>Préparer le fichier</h2>\n\
             <p>Les formats DOCX, ODT, RTF, TXT et PDF sont acceptés, jusqu’à 20 Mo. \
             Réunissez les chapitres dans un seul document et supprimez les anciennes \
             marques de révision : le correcteur y verra plus clair.</p>\n\
             <h2>Déposer</h2>\n\
             <p>Ouvrez votre projet, puis faites glisser le document dans le cadre prévu. \
             Une barre indique la progression. Ne fermez pas la page avant le message de \
             confirmation.</p>\n\
             <h2>Le dépôt échoue ?</h2>\n\
             <p>Vérifiez la taille du fichier, réduisez les images, essayez un autre \
             navigateur. En dernier recours, envoyez-nous un message : nous trouverons un \
             autre chemin.</p>\n",
        )
    },
    CmsPageText {
        tags: Some("aide,tarifs,pages"),
        ..help(
            "aide-comprendre-le-prix",
            "Comprendre le calcul du prix",
            "Ce qu’est une page, ce qui est offert et ce qui est facturé.",
            "<h2>La page de référence</h2>\n\
             <p>Une page vaut 1 500 signes, espaces comprises. Le corps des caractères, les \
             marges et les images n’y changent rien.</p>\n\
             <h2>Le barème</h2>\n\
             <ul>\n\
             <li>De la 1re à la 10e page : offert.</li>\n\
             <li>De la 11e à la 300e page : 2 € par page.</li>\n\
             <li>À partir de la 301e page : 1 € par page.</li>\n\
             </ul>\n\
             <h2>Exemples</h2>\n\
             <p>Une nouvelle de 8 pages ne coûte rien. Un récit de 120 pages coûte 220 €. Un \
             roman de 300 pages coûte 580 €. Une saga de 650 pages coûte 930 €.</p>\n",
        )
    },
    help(
        "aide-suivre-un-projet",
        "Suivre un projet pas à pas",
        "Les étapes, les statuts et les notifications.",
        "<h2>Les étapes</h2>\n\
         <p>Après le dépôt, le projet est « En attente » : nous ouvrons le fichier, comptons \
         les pages et désignons un correcteur. Il passe « En cours » dès que la lecture \
         commence, puis « Terminé » quand les documents corrigés sont en ligne.</p>\n\
         <h2>Les pauses</h2>\n\
         <p>Un projet « Suspendu » attend une réponse de votre part, le plus souvent sur un \
         choix de graphie ou un fichier incomplet. Répondez dans la messagerie et le travail \
         reprend.</p>\n\
         <h2>Être averti</h2>\n\
         <p>Chaque changement donne lieu à une notification. Vous décidez dans vos \
         préférences si elle doit aussi vous parvenir par courriel.</p>\n",
    ),
    help(
        "aide-lire-les-corrections",
        "Lire et accepter les corrections",
        "Le suivi des modifications expliqué à ceux qui ne l’ont jamais utilisé.",
        "<h2>Deux documents</h2>\n\
         <p>Vous recevez une version annotée et une version propre. La première montre ce \
         qui a été ajouté, supprimé ou déplacé ; la seconde présente le texte tel qu’il \
         serait si vous acceptiez tout.</p>\n\
         <h2>Accepter ou refuser</h2>\n\
         <p>Dans l’onglet « Révision » de votre traitement de texte, avancez d’une \
         correction à l’autre et tranchez. Les commentaires en marge posent une question : \
         répondez-y directement ou par message.</p>\n\
         <h2>Un conseil</h2>\n\
         <p>Ne traitez pas plus de vingt pages par séance. Au-delà, on accepte tout par \
         fatigue ou l’on refuse tout par orgueil.</p>\n",
    ),
    help(
        "aide-messagerie",
        "Utiliser la messagerie",
        "Écrire à l’équipe, joindre des documents, retrouver une réponse.",
        "<h2>Une seule conversation</h2>\n\
         <p>Tous vos échanges avec l’équipe sont réunis dans le même fil. Donnez un objet \
         clair à chaque nouveau sujet, cela aide à s’y retrouver six mois plus tard.</p>\n\
         <h2>Pièces jointes</h2>\n\
         <p>Dix documents ou images au plus par message. Pour un manuscrit entier, préférez \
         l’espace « Fichiers » du projet.</p>\n\
         <h2>Délais de réponse</h2>\n\
         <p>Un jour ouvré en temps normal. Les messages du vendredi soir reçoivent souvent \
         leur réponse le lundi matin, café à l’appui. ☕</p>\n",
    ),
    help(
        "aide-paiement",
        "Payer et retrouver ses factures",
        "Carte bancaire, facture, paiement refusé.",
        "<h2>Régler une commande</h2>\n\
         <p>Le bouton « Payer » vous conduit sur une page sécurisée, tenue par notre \
         prestataire Stripe. Votre banque peut vous demander de confirmer sur votre \
         téléphone.</p>\n\
         <h2>Paiement refusé</h2>\n\
         <p>Contrôlez la date d’expiration, le plafond et le cryptogramme. Si tout semble en \
         ordre, essayez une autre carte ou appelez votre banque. Un refus ne donne lieu à \
         aucun débit.</p>\n\
         <h2>Factures</h2>\n\
         <p>Elles se trouvent dans « Facturation ». La mention « TVA non applicable, \
         art. 293 B du CGI » y figure : le total est le montant payé.</p>\n",
    ),
    help(
        "aide-mot-de-passe",
        "Mot de passe oublié",
        "Recevoir un nouveau lien et choisir un mot de passe solide.",
        "<h2>Demander un lien</h2>\n\
         <p>Sur la page de connexion, choisissez « Mot de passe oublié ». Un message part \
         aussitôt vers votre adresse ; regardez aussi dans les courriers indésirables.</p>\n\
         <h2>Une heure, une fois</h2>\n\
         <p>Le lien expire au bout d’une heure et ne sert qu’une fois. Demander un second \
         lien annule le premier.</p>\n\
         <h2>Toujours bloqué ?</h2>\n\
         <p>Après plusieurs essais, la connexion se ferme un quart d’heure. Attendez, ou \
         écrivez à bonjour@example.org.</p>\n",
    ),
    help(
        "aide-consultation",
        "Réserver une consultation",
        "Choisir un créneau, préparer l’entretien, recevoir le compte rendu.",
        "<h2>Réserver</h2>\n\
         <p>Choisissez un jour et une heure parmi les créneaux proposés, puis dites-nous en \
         quelques lignes ce qui vous préoccupe. Une notification confirme le \
         rendez-vous.</p>\n\
         <h2>Se préparer</h2>\n\
         <p>Envoyez vos trente premières pages trois jours avant l’entretien. Notez deux ou \
         trois questions : une heure passe vite.</p>\n\
         <h2>Après l’entretien</h2>\n\
         <p>Le compte rendu arrive dans votre messagerie sous 48 heures. Pour déplacer un \
         rendez-vous, prévenez-nous la veille au plus tard.</p>\n",
    ),
    CmsPageText {
        require_auth: true,
        tags: Some("aide,clients,modèles"),
        ..help(
            "aide-modeles-a-telecharger",
            "Modèles réservés aux clients",
            "Feuille de style, fiche de personnages, chronologie : nos modèles à remplir.",
            "<h2>La feuille de style</h2>\n\
             <p>Une page pour noter vos choix : orthographe, majuscules, nombres, noms \
             propres. Joignez-la au manuscrit, votre correcteur la suivra à la lettre.</p>\n\
             <h2>La fiche de personnages</h2>\n\
             <p>Nom, âge au premier chapitre, yeux, tics de langage, secrets. Elle évite \
             qu’un héros change de prénom en cours de route.</p>\n\
             <h2>La chronologie</h2>\n\
             <p>Une ligne par scène, avec la date et le lieu. C’est le meilleur remède \
             contre les grossesses de onze mois.</p>\n",
        )
    },
    CmsPageText {
        status: "DRAFT",
        ..help(
            "aide-application-mobile",
            "Utiliser la plateforme sur téléphone",
            "Page en préparation.",
            "<h2>Ce qui fonctionne déjà</h2>\n\
             <p>La messagerie, le suivi des projets et les factures s’affichent correctement \
             sur petit écran.</p>\n\
             <h2>Ce qui reste à écrire</h2>\n\
             <p>Le dépôt de fichiers depuis un téléphone mérite une explication illustrée. \
             Captures d’écran à fournir avant publication.</p>\n",
        )
    },
    CmsPageText {
        status: "ARCHIVED",
        is_public: false,
        ..help(
            "aide-ancien-espace-client",
            "Passer de l’ancien espace client au nouveau",
            "Guide de transition, conservé pour mémoire.",
            "<h2>Vos projets ont suivi</h2>\n\
             <p>Tous les projets ouverts au moment du changement ont été repris, avec leurs \
             fichiers et leurs messages. Les identifiants restent les mêmes.</p>\n\
             <h2>Ce qui a disparu</h2>\n\
             <p>L’ancien agenda partagé n’a pas été conservé. Les rendez-vous se prennent \
             désormais depuis la page des consultations.</p>\n",
        )
    },
];
