//! The texts of an order: titles, descriptions, notes and files.

use super::FileText;

/// `{sujet}`, `{complement}` and `{suite}` are replaced by an entry of the lists below;
/// the first pattern alone gives more than 5,000 titles.
pub(crate) const TITLE_PATTERNS: [&str; 8] = [
    "{sujet} {complement}",
    "{sujet} {complement}, {suite}",
    "{sujet} {complement} ({suite})",
    "{sujet} {complement} : {suite}",
    "« {sujet} {complement} »",
    "Manuscrit : {sujet} {complement}",
    "{sujet} {complement} — version relue",
    "{sujet} {complement} — V2",
];

pub(crate) const TITLE_SUBJECTS: [&str; 75] = [
    "Le phare",
    "La maison",
    "Les saisons",
    "Le silence",
    "L’ombre",
    "La mémoire",
    "Les enfants",
    "Le \
        dernier été",
    "La route",
    "Le jardin",
    "Les lettres",
    "L’héritage",
    "La passeuse",
    "Le veilleur",
    "Les \
        amants",
    "La colère",
    "Le carnet",
    "Les orages",
    "La promesse",
    "Le serment",
    "L’exil",
    "La traversée",
    "Les \
        cendres",
    "Le murmure",
    "La fugue",
    "Le bal",
    "Les vendanges",
    "La gardienne",
    "Le cartographe",
    "L’horlogère",
    "Les voix",
    "La faim",
    "Le retour",
    "L’équinoxe",
    "Les fantômes",
    "La robe",
    "Le violon",
    "Les oiseaux",
    "L’attente",
    "La \
        cabane",
    "Le secret",
    "Les mensonges",
    "La chambre",
    "Le pacte",
    "L’inconnue",
    "Les racines",
    "La \
        marée",
    "Le testament",
    "Les heures",
    "L’écho",
    "La bibliothèque",
    "Le souffleur",
    "Les larmes",
    "La lanterne",
    "Le déluge",
    "L’enquête",
    "Les sœurs",
    "La disparue",
    "Le braconnier",
    "Les miroirs",
    "La légende",
    "Le manuscrit",
    "L’énigme",
    "Les adieux",
    "La cuisine",
    "Le peuple",
    "Les nuits",
    "L’aube",
    "La frontière",
    "Le chant",
    "Les chemins",
    "La \
        cité",
    "Le théorème",
    "L’archipel",
    "Les rêves",
];

pub(crate) const TITLE_COMPLEMENTS: [&str; 80] = [
    "de l’île blanche",
    "des brumes",
    "sous la neige",
    "du bout du monde",
    "de Kerguével",
    "au bord de la Loire",
    "des hommes pressés",
    "sans lendemain",
    "de ma mère",
    "d’un autre siècle",
    "de la vallée \
        noire",
    "en hiver",
    "des marais salants",
    "après la pluie",
    "du capitaine",
    "de la rue Haute",
    "à contre-jour",
    "des \
        invisibles",
    "du vieux moulin",
    "de verre",
    "de papier",
    "d’encre et de sel",
    "des anges fatigués",
    "sur la falaise",
    "du temps perdu",
    "des deux rives",
    "de la dernière reine",
    "entre les lignes",
    "des louves",
    "de \
        cendre",
    "de l’Oubli",
    "au crépuscule",
    "des absents",
    "du facteur",
    "de Saint-Elme",
    "à marée basse",
    "des \
        Cévennes",
    "de l’Orient",
    "sans visage",
    "de Célestine",
    "d’Aurèle",
    "du colonel Varney",
    "des mille \
        étangs",
    "dans la forêt",
    "sous les tilleuls",
    "de la manufacture",
    "du tisserand",
    "des années folles",
    "de minuit",
    "à \
        l’envers",
    "de la mine",
    "du désert",
    "des glaciers",
    "de la lune rousse",
    "en quarantaine",
    "du \
        huitième jour",
    "des pommes sures",
    "aux quatre vents",
    "de la Villeneuve",
    "d’argile",
    "du silence",
    "de \
        Tanger",
    "de Saïgon",
    "des Carpates",
    "d’outre-mer",
    "sur le fil",
    "des survivants",
    "du métro",
    "de Grand-Père",
    "de l’étoile du \
        Nord",
    "des commencements",
    "de novembre",
    "au miel",
    "des contrebandiers",
    "sans retour",
    "de \
        l’amiral",
    "de la couturière",
    "du ciel rouge",
    "des machines",
    "de demain",
];

pub(crate) const TITLE_SEQUELS: [&str; 15] = [
    "roman",
    "nouvelles",
    "tome 1",
    "tome 2",
    "tome 3",
    "récit",
    "une enquête bretonne",
    "chroniques",
    "théâtre",
    "poèmes",
    "mémoires",
    "essai",
    "guide pratique",
    "livre premier",
    "édition revue",
];

/// Titles that test the limits of a text column, all within 100 characters.
pub(crate) const SPECIAL_TITLES: [&str; 12] = [
    "L\u{27}été d\u{27}Emma — 100 % « vrai »",
    "🌙 Les Nuits de Shéhérazade 🌙",
    "ألف ليلة وليلة, une relecture",
    "שיר השירים : carnet d’une traductrice",
    "红楼梦 revisité",
    "E\u{301}te\u{301} a\u{300} la mer",
    "C:\\Souvenirs\\1984",
    "50 % de moi_même",
    "Œuvres complètes d’un naïf",
    "Ñandú, ou l’oiseau qui ne volait pas",
    "👩‍🌾 Cultiver son balcon 👨🏽‍🍳",
    "Le Livre sans titre ; DROP TABLE lecteurs; --",
];

pub(crate) const DESCRIPTIONS: [&str; 25] = [
    "Roman d’environ 80 000 mots, déjà relu par deux amis. J’aimerais une correction \
     orthographique complète et un avis sur les dialogues du troisième chapitre.",
    "Recueil de douze nouvelles fantastiques. La ponctuation est le point faible, surtout \
     dans les passages au présent.",
    "Mémoires familiaux destinés à être imprimés en trente exemplaires pour un anniversaire. \
     Merci de garder les tournures de mon grand-père, même quand elles sont bancales.",
    "Thèse remaniée pour le grand public : alléger les notes, simplifier les phrases, \
     vérifier la cohérence des renvois.",
    "Polar situé à Brest dans les années 1970. Attention à l’argot maritime : il est voulu.",
    "Guide pratique de jardinage avec tableaux et légendes de photos. Le texte tient dans le \
     document, les images suivront.",
    "Premier tome d’une saga de fantasy. Un lexique des noms propres est joint pour éviter \
     les corrections automatiques.",
    "Album jeunesse de 24 pages, texte court en rimes. Vérifier le rythme autant que \
     l’orthographe.",
    "Essai sur le télétravail. Beaucoup de chiffres : merci de signaler ceux qui vous \
     semblent incohérents d’un chapitre à l’autre.",
    "Pièce de théâtre en trois actes. Les didascalies doivent être en italique et les noms de \
     personnages en petites capitales.",
    "Traduction personnelle de poèmes persans. Je souhaite une relecture du français \
     seulement ; le texte original figure en regard.",
    "Roman épistolaire à quatre voix. Chaque personnage a ses propres fautes de langue : \
     liste jointe.",
    "Livre de recettes de ma tante, 140 recettes. Harmoniser les unités, les temps de cuisson \
     et la présentation.",
    "Autobiographie d’une infirmière. Les noms des services et des collègues ont été changés.",
    "Science-fiction, 420 pages, narration au futur antérieur (oui). Besoin d’une vraie \
     correction de concordance des temps.",
    "Manuel de formation interne. Ton neutre, vouvoiement partout, titres à l’infinitif.",
    "Recueil de haïkus, un par page. Format carré, publication à compte d’auteur prévue à \
     l’automne.",
    "Récit de voyage à vélo de Nantes à Istanbul, avec un carnet de route. Toponymes à vérifier.",
    "Manuscrit refusé trois fois : j’aimerais comprendre ce qui coince et repartir sur une \
     version solide.",
    "Bande dessinée : textes des bulles et des cartouches, livrés dans un tableau, une ligne \
     par case.",
    "Romance contemporaine. Scènes explicites aux chapitres 9 et 17, je préfère prévenir. 🌶️",
    "Conte bilingue français–arabe « حكاية البحر ». Seule la partie française est à corriger.",
    "Discours, articles et chroniques réunis en volume. Sources et dates à uniformiser.",
    "Roman historique, XVIe siècle.\n- Orthographe moderne\n- Vocabulaire d’époque \
     conservé\n- Index des personnages en fin de volume",
    "Version 7_finale_vraiment. J’ai tout relu, mais je ne vois plus rien.",
];

pub(crate) const CLIENT_NOTES: [&str; 15] = [
    "Merci de ne pas toucher aux dialogues en patois.",
    "Je pars en voyage du 3 au 17, réponses par message uniquement.",
    "Les passages surlignés en jaune sont provisoires.",
    "Si possible, un point à mi-parcours.",
    "Orthographe de 1990 refusée : je garde les accents circonflexes.",
    "Le chapitre 12 arrive la semaine prochaine, vous pouvez commencer sans.",
    "Attention, deux personnages s’appellent Marie, c’est volontaire.",
    "Je préfère les corrections visibles (suivi des modifications).",
    "Merci d’utiliser les guillemets français et le tiret cadratin.",
    "Il me faut le fichier avant le concours du 30. ⏰",
    "Ne pas corriger les citations latines.",
    "Ma fille fera la couverture, inutile de proposer une maquette.",
    "Budget serré : dites-moi avant de dépasser le devis.",
    "Premier livre, soyez francs mais gentils. 🙏",
    "Police Garamond 12, marges de 2,5 cm, merci de conserver.",
];

pub(crate) const CORRECTOR_NOTES: [&str; 15] = [
    "Texte propre dans l’ensemble ; concordance des temps à surveiller à partir du chapitre 4.",
    "Ponctuation des dialogues entièrement reprise. Liste des choix en fin de document.",
    "Environ 1 200 corrections, surtout des accords de participes.",
    "Répétitions fréquentes de « regard » et « soudain » : propositions en commentaire.",
    "Incohérence : Jeanne a 34 ans p. 12 et 37 ans p. 88.",
    "Lexique de l’auteur respecté, aucun nom propre modifié.",
    "Deux paragraphes identiques p. 141 et p. 203, à trancher par l’auteur.",
    "Second passage nécessaire sur les notes de bas de page.",
    "Très belle fin. Quelques longueurs au milieu, signalées sans être coupées.",
    "Typographie française appliquée : espaces insécables, guillemets, capitales accentuées.",
    "Manuscrit rendu avec quatre jours d’avance.",
    "J’attends la réponse de l’auteur sur la graphie de « Saïgon ».",
    "Niveau de langue harmonisé dans la narration, laissé libre dans les dialogues.",
    "Dates vérifiées une à une ; trois corrigées, deux laissées en question.",
    "Fichier d’origine abîmé (sauts de ligne forcés), remis au propre avant correction.",
];

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

const fn file(filename: &'static str, mime_type: &'static str, file_type: &'static str) -> FileText {
    FileText { filename, mime_type, file_type }
}

pub(crate) const FILES: [FileText; 30] = [
    file("manuscrit.docx", DOCX, "DOCUMENT"),
    file("manuscrit_v2.docx", DOCX, "DOCUMENT"),
    file("Roman complet - version finale.docx", DOCX, "DOCUMENT"),
    file("chapitre-01.docx", DOCX, "DOCUMENT"),
    file("chapitres 1 à 12.docx", DOCX, "DOCUMENT"),
    file("texte_corrigé_suivi.docx", DOCX, "DOCUMENT"),
    file("recueil.odt", "application/vnd.oasis.opendocument.text", "DOCUMENT"),
    file("épreuves.pdf", "application/pdf", "DOCUMENT"),
    file("Bon à tirer.pdf", "application/pdf", "DOCUMENT"),
    file("rapport-de-lecture.pdf", "application/pdf", "DOCUMENT"),
    file("devis signé.pdf", "application/pdf", "DOCUMENT"),
    file("quatrième de couverture.txt", "text/plain", "DOCUMENT"),
    file("notes.md", "text/markdown", "DOCUMENT"),
    file("ancienne_version.rtf", "application/rtf", "DOCUMENT"),
    file("brouillon_1998.doc", "application/msword", "DOCUMENT"),
    file("lexique des noms.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "DOCUMENT"),
    file("livre.epub", "application/epub+zip", "DOCUMENT"),
    file("couverture.jpg", "image/jpeg", "IMAGE"),
    file("portrait auteur.jpg", "image/jpeg", "IMAGE"),
    file("carte-du-royaume.png", "image/png", "IMAGE"),
    file("capture d’écran.png", "image/png", "IMAGE"),
    file("illustration_03.webp", "image/webp", "IMAGE"),
    file("dictée chapitre 5.mp3", "audio/mpeg", "AUDIO"),
    file("entretien grand-mère.wav", "audio/wav", "AUDIO"),
    file("présentation.mp4", "video/mp4", "VIDEO"),
    file("images_haute_definition.zip", "application/zip", "ARCHIVE"),
    file("sources.7z", "application/x-7z-compressed", "ARCHIVE"),
    file("police_maison.otf", "font/otf", "OTHER"),
    file("رواية البحر.pdf", "application/pdf", "DOCUMENT"),
    file("小说 📖 e\u{301}bauche.docx", DOCX, "DOCUMENT"),
];
