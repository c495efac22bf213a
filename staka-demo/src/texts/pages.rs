//! Standard, question and landing pages, and the list of all pages.

use super::{CmsPageText, PAGE, pages_blog, pages_blog_more, pages_help, pages_legal, pages_rgpd};

/// All pages of the demo data, by file; slugs are unique over all files.
pub(crate) const ALL_PAGES: [&[CmsPageText]; 6] =
    [&pages_legal::PAGES, &pages_rgpd::PAGES, &PAGES, &pages_help::PAGES, &pages_blog::PAGES, &pages_blog_more::PAGES];

const fn page(
    kind: &'static str,
    slug: &'static str,
    title: &'static str,
    excerpt: &'static str,
    content: &'static str,
) -> CmsPageText {
    CmsPageText { slug, title, excerpt, content, kind, ..PAGE }
}

pub(crate) const PAGES: [CmsPageText; 14] = [
    CmsPageText {
        category: Some("Présentation"),
        tags: Some("équipe,histoire"),
        meta_title: Some("Qui sommes-nous ? — Staka"),
        meta_description: Some("Une petite équipe de correcteurs au service des auteurs."),
        ..page(
            "PAGE",
            "a-propos",
            "Qui sommes-nous ?",
            "Une petite équipe de correcteurs qui aime les livres avant les règles.",
            "<h2>Un métier discret</h2>\n\
             <p>Le correcteur est ce lecteur qui passe avant tous les autres et dont \
             personne ne connaît le nom. Nous avons voulu lui donner un outil à sa mesure, \
             et aux auteurs un interlocuteur.</p>\n\
             <h2>Notre manière de travailler</h2>\n\
             <p>Un manuscrit, une personne, un fil de discussion. Les règles s’expliquent, \
             les choix se discutent, et l’auteur décide. Nous préférons rendre un texte deux \
             jours plus tard que de le rendre mal lu.</p>\n\
             <h2>Ce que nous ne faisons pas</h2>\n\
             <p>Nous n’éditons pas, nous ne vendons pas de promesses, nous n’écrivons pas à \
             votre place sans vous. Et nous ne touchons pas aux fautes volontaires, pourvu \
             qu’on nous prévienne.</p>\n",
        )
    },
    CmsPageText {
        category: Some("Présentation"),
        tags: Some("méthode,étapes"),
        ..page(
            "PAGE",
            "comment-ca-marche",
            "Comment ça marche ?",
            "Du dépôt de votre fichier au texte prêt à paraître, en quatre étapes.",
            "<h2>1. Vous déposez votre texte</h2>\n\
             <p>Un compte, un titre, un fichier. Le prix s’affiche aussitôt, calculé au \
             nombre de signes.</p>\n\
             <h2>2. Nous vérifions et désignons un correcteur</h2>\n\
             <p>Sous un jour ouvré, une personne vous écrit, se présente et confirme la date \
             de remise.</p>\n\
             <h2>3. Vous échangez pendant la lecture</h2>\n\
             <p>Les doutes sont posés au fil de l’eau dans la messagerie. Vous répondez \
             quand vous pouvez.</p>\n\
             <h2>4. Vous recevez deux versions</h2>\n\
             <p>L’une montre chaque correction, l’autre est propre. Un mois durant, les \
             reprises sont gratuites.</p>\n",
        )
    },
    CmsPageText {
        category: Some("Présentation"),
        ..page(
            "PAGE",
            "nos-correcteurs",
            "Nos correcteurs",
            "Des parcours variés, une même exigence.",
            "<h2>Recrutés sur épreuve</h2>\n\
             <p>Chaque candidat corrige un texte piégé de vingt pages, puis justifie ses \
             choix devant un confrère. Une correction de trop compte autant qu’une faute \
             oubliée.</p>\n\
             <h2>Spécialisés</h2>\n\
             <p>Roman noir, jeunesse, sciences humaines, poésie : nous confions votre texte \
             à quelqu’un qui lit ce genre pour son plaisir.</p>\n\
             <h2>Suivis</h2>\n\
             <p>Un travail sur dix est relu par une seconde personne. Les remarques des \
             auteurs sont discutées en équipe chaque mois.</p>\n",
        )
    },
    page(
        "PAGE",
        "contact",
        "Nous écrire",
        "Courriel, téléphone, messagerie : choisissez votre chemin.",
        "<h2>Vous avez un compte</h2>\n\
         <p>Passez par la messagerie : nous verrons tout de suite de quel projet il \
         s’agit.</p>\n\
         <h2>Vous n’en avez pas</h2>\n\
         <p>Écrivez à bonjour@example.org ou appelez le 01 99 00 00 42, du lundi au \
         vendredi, de 9 h 30 à 17 h 30.</p>\n\
         <h2>Par la poste</h2>\n\
         <p>Les Ateliers Staka de Démonstration (société fictive), 1 rue de l’Exemple, 00000 \
         Démoville. N’envoyez jamais un manuscrit dont vous n’auriez pas de copie.</p>\n",
    ),
    page(
        "PAGE",
        "accessibilite",
        "Accessibilité",
        "Ce qui est fait, ce qui reste à faire, et comment nous signaler un obstacle.",
        "<h2>Ce qui est fait</h2>\n\
         <p>Navigation au clavier, titres hiérarchisés, contrastes renforcés, formulaires \
         lisibles par les lecteurs d’écran. Les textes corrigés peuvent être remis en gros \
         caractères.</p>\n\
         <h2>Ce qui reste à faire</h2>\n\
         <p>Les tableaux de suivi sont encore difficiles à parcourir sans la vue. Une \
         version en liste est à l’étude.</p>\n\
         <h2>Nous signaler un obstacle</h2>\n\
         <p>Écrivez à accessibilite@example.org en précisant la page et votre matériel. Vous \
         recevrez l’information sous une autre forme en attendant la correction.</p>\n",
    ),
    CmsPageText {
        is_public: false,
        category: Some("Interne"),
        tags: Some("interne,équipe"),
        ..page(
            "PAGE",
            "charte-interne-des-correcteurs",
            "Charte interne des correcteurs",
            "Règles de travail de l’équipe.",
            "<h2>Avant de commencer</h2>\n\
             <p>Lire les consignes de l’auteur en entier. Lire le premier chapitre sans rien \
             corriger. Écrire un premier message.</p>\n\
             <h2>Pendant</h2>\n\
             <p>Corriger la faute, signaler le doute, respecter le choix. Ne jamais \
             remplacer un mot juste par un mot plus beau.</p>\n\
             <h2>Après</h2>\n\
             <p>Rendre les deux versions, la note de lecture et la liste des graphies \
             retenues. Effacer les copies locales sous huit jours.</p>\n",
        )
    },
    CmsPageText {
        status: "DRAFT",
        category: Some("Présentation"),
        ..page(
            "PAGE",
            "revue-de-presse",
            "On parle de nous",
            "Brouillon : autorisations en attente.",
            "<h2>À compléter</h2>\n\
             <p>Ne publier aucune citation avant d’avoir reçu l’accord écrit des journaux et \
             des auteurs concernés.</p>\n\
             <p>Ordre proposé : presse régionale, radios associatives, blogs de \
             lecteurs.</p>\n",
        )
    },
    CmsPageText {
        category: Some("Questions"),
        tags: Some("faq,débuter"),
        ..page(
            "FAQ",
            "questions-avant-de-commander",
            "Les questions qu’on nous pose avant de commander",
            "Prix, délais, confidentialité : l’essentiel en une page.",
            "<h2>Combien cela va-t-il me coûter ?</h2>\n\
             <p>Rien pour dix pages. Ensuite 2 € la page jusqu’à la trois-centième, puis \
             1 €. Le simulateur donne le prix au signe près.</p>\n\
             <h2>Quand aurai-je mon texte ?</h2>\n\
             <p>En une à deux semaines pour un roman de longueur moyenne. La date est ferme \
             une fois confirmée.</p>\n\
             <h2>Qui le lira ?</h2>\n\
             <p>Une seule personne, tenue au secret, dont vous connaîtrez le prénom.</p>\n",
        )
    },
    CmsPageText {
        category: Some("Questions"),
        tags: Some("faq,droits d’auteur"),
        ..page(
            "FAQ",
            "questions-droits-auteur",
            "Droits d’auteur : vos questions",
            "Ce que la correction change à vos droits : rien.",
            "<h2>Le correcteur devient-il coauteur ?</h2>\n\
             <p>Non. Corriger n’est pas créer au sens du code de la propriété \
             intellectuelle. Vous restez seul titulaire des droits.</p>\n\
             <h2>Et en cas de réécriture ?</h2>\n\
             <p>Le contrat prévoit que le rédacteur vous cède, par écrit et de façon \
             précise, les droits sur ses apports. Vous pouvez choisir de le nommer ou \
             non.</p>\n\
             <h2>Puis-je citer une chanson ?</h2>\n\
             <p>Une courte citation, justifiée et signée, est possible. Un refrain entier \
             demande le plus souvent l’accord des ayants droit.</p>\n",
        )
    },
    CmsPageText {
        status: "ARCHIVED",
        category: Some("Questions"),
        ..page(
            "FAQ",
            "questions-offre-decouverte",
            "L’offre Découverte en questions",
            "Offre retirée ; page conservée pour les anciens clients.",
            "<h2>L’offre est-elle encore valable ?</h2>\n\
             <p>Elle n’est plus proposée. Les bons déjà émis restent utilisables jusqu’à la \
             date qu’ils portent.</p>\n\
             <h2>Par quoi est-elle remplacée ?</h2>\n\
             <p>Par les dix pages offertes à chaque manuscrit, sans bon ni condition.</p>\n",
        )
    },
    CmsPageText {
        tags: Some("landing,essai gratuit"),
        meta_title: Some("Dix pages corrigées gratuitement"),
        meta_description: Some("Envoyez vos dix premières pages, jugez sur pièces, décidez ensuite."),
        meta_keywords: Some("correction gratuite,essai,manuscrit"),
        ..page(
            "LANDING",
            "dix-pages-offertes",
            "Dix pages corrigées, pour voir",
            "Envoyez vos dix premières pages. Nous les corrigeons gratuitement, vous jugez \
             sur pièces.",
            "<h2>Jugez sur pièces</h2>\n\
             <p>Aucune carte bancaire, aucun engagement. Vous envoyez dix pages, nous les \
             rendons corrigées et commentées sous cinq jours ouvrés.</p>\n\
             <h2>Ce que vous recevrez</h2>\n\
             <ul>\n\
             <li>le texte avec toutes les corrections apparentes ;</li>\n\
             <li>une note sur les fautes récurrentes ;</li>\n\
             <li>un prix ferme pour la suite, si vous le désirez.</li>\n\
             </ul>\n\
             <p><a href=\"/essai\">Envoyer mes dix pages →</a></p>\n",
        )
    },
    CmsPageText {
        tags: Some("landing,autoédition"),
        meta_title: Some("Publier son livre soi-même, sans s’y perdre"),
        meta_description: Some("Mise au format, couverture, EPUB et fiche pas à pas."),
        ..page(
            "LANDING",
            "pack-autoedition",
            "Publiez vous-même, sans vous y perdre",
            "Le Pack Autoédition prépare tous les fichiers ; il ne vous reste qu’à cliquer \
             sur « Publier ».",
            "<h2>Un livre, deux formats</h2>\n\
             <p>Papier et numérique, avec une couverture dont le dos est calculé au dixième \
             de millimètre.</p>\n\
             <h2>Une fiche pas à pas</h2>\n\
             <p>Chaque écran de la mise en ligne est décrit : catégorie, mots-clés, prix, \
             territoire, épreuve.</p>\n\
             <h2>350 €, tout compris</h2>\n\
             <p>TVA non applicable, art. 293 B du CGI. Délai : deux à trois semaines après \
             réception du texte corrigé.</p>\n",
        )
    },
    CmsPageText {
        status: "SCHEDULED",
        tags: Some("landing,saison"),
        meta_title: Some("L’été des auteurs ☀️"),
        ..page(
            "LANDING",
            "ete-des-auteurs",
            "L’été des auteurs ☀️",
            "Deux mois pour finir ce que vous avez commencé.",
            "<h2>Le manuscrit des vacances</h2>\n\
             <p>Du 1er juillet au 31 août, la page de correction passe à 1,50 €. L’offre \
             vaut pour tout texte déposé pendant l’été, même si la lecture a lieu à la \
             rentrée.</p>\n\
             <h2>À vos serviettes</h2>\n\
             <p>Un chapitre par semaine, huit semaines : le compte est bon. 🏖️</p>\n",
        )
    },
    CmsPageText {
        status: "DRAFT",
        tags: Some("landing,thèse"),
        ..page(
            "LANDING",
            "relecture-de-these",
            "Votre thèse, relue avant la soutenance",
            "Langue, notes, bibliographie : deux semaines avant le grand jour.",
            "<h2>Le fond est à vous</h2>\n\
             <p>Nous ne discutons pas vos hypothèses. Nous veillons à ce que le jury puisse \
             les lire sans buter sur une phrase.</p>\n\
             <h2>390 € jusqu’à 250 pages</h2>\n\
             <p>Brouillon : vérifier le délai annoncé avant publication.</p>\n",
        )
    },
];
