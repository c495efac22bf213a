//! The price list; the first six are the platform's main services.

use super::TarifText;

const fn tarif(
    nom: &'static str,
    type_service: &'static str,
    prix_centimes: i64,
    duree_estimee: Option<&'static str>,
    description: &'static str,
) -> TarifText {
    TarifText { nom, description, prix_centimes, type_service, duree_estimee, actif: true, stripe: true }
}

pub(crate) const TARIFS: [TarifText; 20] = [
    tarif(
        "Pack Intégral",
        "Pack",
        46_800,
        Some("10 à 15 jours"),
        "De la page de brouillon au livre prêt à paraître : correction complète, mise en page \
         intérieure, couverture et quatrième, fichiers imprimeur et numérique. Forfait \
         jusqu’à 120 pages, les dix premières étant offertes.",
    ),
    tarif(
        "Correction à la page",
        "Correction",
        200,
        Some("7 à 10 jours"),
        "Orthographe, grammaire, conjugaison, ponctuation et typographie. Les dix premières \
         pages sont offertes, puis 2 € par page jusqu’à la trois-centième et 1 € au-delà.",
    ),
    tarif(
        "Relecture finale",
        "Relecture",
        14_900,
        Some("4 à 6 jours"),
        "Un dernier regard sur un texte déjà corrigé : coquilles, doublons, espaces, renvois \
         et titres courants. Jusqu’à 300 pages.",
    ),
    tarif(
        "Réécriture accompagnée",
        "Réécriture",
        89_000,
        Some("4 à 6 semaines"),
        "Un rédacteur reprend le style avec vous, chapitre après chapitre, sans effacer votre \
         voix. Deux allers-retours et un entretien téléphonique par semaine.",
    ),
    tarif(
        "Pack Autoédition",
        "Pack",
        35_000,
        Some("2 à 3 semaines"),
        "Tout pour publier vous-même : mise au format des plateformes d’impression à la \
         demande, fichier EPUB, couverture avec dos calculé, texte de présentation et \
         mots-clés.",
    ),
    tarif(
        "Mise en page intérieure",
        "Mise en page",
        19_900,
        Some("5 à 8 jours"),
        "Maquette soignée, lettrines, titres courants, pagination et table des matières. PDF \
         prêt pour l’imprimeur.",
    ),
    tarif(
        "Correction approfondie",
        "Correction",
        54_000,
        Some("12 à 18 jours"),
        "À la correction complète s’ajoutent la chasse aux répétitions, la cohérence des \
         temps, des lieux et des personnages, et des suggestions de style en commentaire. \
         Forfait jusqu’à 200 pages.",
    ),
    tarif(
        "Correction express",
        "Correction",
        29_900,
        Some("48 à 72 heures"),
        "Pour un concours ou un dépôt urgent : deux correcteurs se partagent votre texte. \
         Limité à 60 pages, sous réserve d’acceptation.",
    ),
    tarif(
        "Diagnostic de manuscrit",
        "Conseil",
        12_000,
        Some("8 à 10 jours"),
        "Un rapport de lecture de quatre à six pages : intrigue, personnages, rythme, style, \
         et la liste des chantiers par ordre d’importance.",
    ),
    tarif(
        "Consultation éditoriale",
        "Conseil",
        6_500,
        Some("1 heure"),
        "Un entretien en visioconférence avec un conseiller qui a lu vos trente premières \
         pages. Compte rendu écrit sous 48 heures.",
    ),
    tarif(
        "Couverture illustrée",
        "Couverture",
        32_000,
        Some("3 semaines"),
        "Trois esquisses, une illustration originale, première, dos et quatrième de \
         couverture. Droits cédés pour l’édition papier et numérique.",
    ),
    tarif(
        "Couverture typographique",
        "Couverture",
        14_000,
        Some("6 à 8 jours"),
        "Une couverture sobre, composée avec soin à partir de votre titre. Deux propositions, \
         deux séries de retouches.",
    ),
    tarif(
        "Conversion EPUB",
        "Mise en page",
        9_000,
        Some("3 à 4 jours"),
        "Votre livre au format numérique, avec table des matières cliquable et notes liées, \
         contrôlé sur trois liseuses.",
    ),
    TarifText {
        stripe: false,
        ..tarif(
            "Transcription d’enregistrements",
            "Réécriture",
            350,
            None,
            "Vos souvenirs dictés deviennent un texte lisible. Prix par minute \
             d’enregistrement ; devis après écoute d’un extrait.",
        )
    },
    TarifText {
        stripe: false,
        ..tarif(
            "Devis sur mesure",
            "Conseil",
            0,
            None,
            "Thèse, livre illustré, volume de plus de 1 000 pages, langue régionale : \
             écrivez-nous, nous étudions chaque demande sans engagement.",
        )
    },
    tarif(
        "Quatrième de couverture",
        "Réécriture",
        7_550,
        Some("3 jours"),
        "Deux versions d’un texte de présentation qui donne envie d’ouvrir le livre, et une \
         accroche d’une ligne pour les librairies en ligne.",
    ),
    tarif(
        "Relecture de thèse",
        "Relecture",
        39_000,
        Some("10 à 14 jours"),
        "Langue, notes, bibliographie et tableaux d’une thèse ou d’un mémoire de 250 pages au \
         plus. Le fond reste le vôtre.",
    ),
    TarifText {
        actif: false,
        ..tarif(
            "Pack Découverte (ancienne offre)",
            "Pack",
            9_900,
            Some("5 jours"),
            "Correction de trente pages et entretien de vingt minutes. Offre retirée, \
             conservée pour les commandes en cours.",
        )
    },
    TarifText {
        actif: false,
        stripe: false,
        ..tarif(
            "Impression de 30 exemplaires",
            "Impression",
            42_075,
            Some("4 semaines"),
            "Tirage broché, papier ivoire, livraison comprise en France métropolitaine. \
             Service suspendu.",
        )
    },
    TarifText {
        actif: false,
        ..tarif(
            "Correction « Été des auteurs » ☀️",
            "Correction",
            150,
            Some("15 jours"),
            "Promotion saisonnière : 1,50 € par page au lieu de 2 €, du 1er juillet au 31 août.",
        )
    },
];
