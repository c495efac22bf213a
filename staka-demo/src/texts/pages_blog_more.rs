//! Blog articles on writing and publishing.

use super::{CmsPageText, PAGE};

const fn article(slug: &'static str, title: &'static str, excerpt: &'static str, content: &'static str) -> CmsPageText {
    CmsPageText { slug, title, excerpt, content, kind: "BLOG", category: Some("Écrire et publier"), ..PAGE }
}

pub(crate) const PAGES: [CmsPageText; 10] = [
    CmsPageText {
        tags: Some("relecture,méthode"),
        meta_title: Some("Se relire : sept méthodes qui marchent"),
        meta_description: Some("Changer de police, lire à voix haute, commencer par la fin…"),
        ..article(
            "se-relire-sept-methodes",
            "Se relire : sept méthodes qui marchent",
            "Parce que l’œil de l’auteur lit ce qu’il a voulu écrire.",
            "<p>On ne voit pas ses propres fautes pour une raison simple : on connaît le \
             texte. Toutes les méthodes qui suivent cherchent à vous le rendre étranger.</p>\n\
             <h2>Changer l’apparence</h2>\n\
             <p>Une autre police, un autre corps, une impression sur papier. Le simple \
             déplacement des fins de lignes fait surgir des coquilles vieilles d’un an.</p>\n\
             <h2>Changer de sens</h2>\n\
             <p>Lisez à voix haute, ou faites lire la machine. L’oreille repère ce que l’œil \
             pardonne : les phrases trop longues, les échos, les mots sautés.</p>\n\
             <h2>Changer d’ordre</h2>\n\
             <p>Commencez par le dernier chapitre. L’histoire ne vous emporte plus ; il ne \
             reste que la langue.</p>\n\
             <h2>Changer de but</h2>\n\
             <p>Une passe pour les accords, une pour la ponctuation, une pour les noms \
             propres. Chercher une seule chose à la fois fatigue moins et rapporte plus.</p>\n\
             <h2>Laisser reposer</h2>\n\
             <p>Trois semaines dans un tiroir valent toutes les astuces. Puis confiez le \
             texte à quelqu’un d’autre : c’est la septième méthode, et la nôtre.</p>\n",
        )
    },
    CmsPageText {
        tags: Some("incipit,roman"),
        ..article(
            "premiere-phrase",
            "Soigner sa première phrase",
            "Elle n’a pas besoin d’être brillante, elle a besoin d’ouvrir une porte.",
            "<p>Beaucoup d’auteurs récrivent cent fois leur première phrase et une seule fois \
             leur deuxième chapitre. C’est beaucoup demander à une ligne.</p>\n\
             <h2>Ce qu’elle doit faire</h2>\n\
             <p>Donner une voix et poser une question. Pas forcément une énigme : un \
             déséquilibre suffit. « Ma tante tenait ses comptes dans une boîte à biscuits, \
             et la boîte avait disparu. »</p>\n\
             <h2>Ce qu’elle peut éviter</h2>\n\
             <p>Le réveil qui sonne, la pluie sur les vitres, le héros devant son miroir. \
             Ces débuts ne sont pas interdits, mais l’éditeur en a lu trois le matin \
             même.</p>\n\
             <h2>Un truc de correcteur</h2>\n\
             <p>Supprimez votre premier paragraphe et lisez le suivant. Une fois sur deux, \
             le livre commence là.</p>\n",
        )
    },
    CmsPageText {
        tags: Some("autoédition,isbn,dépôt légal"),
        ..article(
            "isbn-et-depot-legal",
            "ISBN et dépôt légal, mode d’emploi",
            "Deux démarches simples que l’on confond souvent.",
            "<p>L’ISBN identifie un livre dans le commerce. Le dépôt légal confie un \
             exemplaire à la collectivité, pour toujours. L’un n’entraîne pas l’autre.</p>\n\
             <h2>L’ISBN</h2>\n\
             <p>Treize chiffres, un numéro par format : le broché, le poche et l’EPUB ont \
             chacun le leur. On le demande avant l’impression, puisqu’il figure sur la \
             quatrième de couverture, avec le code-barres.</p>\n\
             <h2>Le dépôt légal</h2>\n\
             <p>Prévu par le code du patrimoine, il incombe à l’éditeur et, pour un livre \
             autoédité, à l’auteur. Un exemplaire part à la Bibliothèque nationale de \
             France, gratuitement, au plus tard le jour de la mise en circulation.</p>\n\
             <h2>Les mentions obligatoires</h2>\n\
             <p>Nom et adresse de l’éditeur et de l’imprimeur, mois et année du dépôt, prix \
             en euros, ISBN. Nous les plaçons d’office à la fin du volume lorsque nous \
             assurons la mise en page.</p>\n",
        )
    },
    CmsPageText {
        tags: Some("éditeurs,envoi"),
        ..article(
            "envoyer-a-un-editeur",
            "Envoyer son manuscrit à un éditeur",
            "La lettre, le synopsis, la patience.",
            "<p>Avant d’écrire l’adresse sur l’enveloppe, ouvrez trois livres de la maison \
             visée. Si le vôtre ne leur ressemble pas un peu, changez d’enveloppe.</p>\n\
             <h2>La lettre</h2>\n\
             <p>Une page, pas davantage. Le titre, le genre, la longueur, l’histoire en \
             quatre lignes, et deux phrases sur vous. Ne comparez pas votre texte à un \
             chef-d’œuvre ; laissez ce plaisir aux critiques.</p>\n\
             <h2>Le synopsis</h2>\n\
             <p>Il raconte tout, fin comprise. Ce n’est pas une quatrième de couverture : \
             l’éditeur veut savoir si l’intrigue tient debout.</p>\n\
             <h2>L’attente</h2>\n\
             <p>Trois à six mois sont ordinaires. Une relance courtoise est permise au \
             quatrième. Et pendant ce temps ? Commencez le suivant.</p>\n",
        )
    },
    article(
        "tenir-un-rythme",
        "Tenir un rythme d’écriture quand on travaille",
        "Vingt minutes par jour font un roman en deux ans.",
        "<p>Deux cents mots par jour, cinq jours par semaine : en dix-huit mois, vous avez un \
         premier jet. L’arithmétique est de votre côté.</p>\n\
         <h2>Un lieu, une heure</h2>\n\
         <p>Le train du matin, la cuisine après le dîner, la voiture devant le gymnase. Peu \
         importe, pourvu que ce soit toujours le même endroit : le corps finit par \
         comprendre.</p>\n\
         <h2>S’arrêter au milieu</h2>\n\
         <p>Quittez la page sur une phrase inachevée. Le lendemain, vous saurez par où \
         commencer, et le plus dur sera fait.</p>\n\
         <h2>Ne pas se relire</h2>\n\
         <p>Du moins pas avant le mot « fin ». Corriger le chapitre 1 est la meilleure façon \
         de ne jamais écrire le chapitre 2.</p>\n",
    ),
    article(
        "quatrieme-de-couverture",
        "Écrire une quatrième de couverture",
        "Cent mots pour donner envie sans rien trahir.",
        "<p>Le lecteur debout dans une librairie accorde dix secondes à votre dos de livre. \
         Il ne veut pas un résumé, il veut une raison.</p>\n\
         <h2>Une situation</h2>\n\
         <p>Qui, où, et ce qui vient de se dérégler. Deux phrases au plus.</p>\n\
         <h2>Une tension</h2>\n\
         <p>Ce que le personnage risque, ou ce qu’il ignore et que nous devinons. \
         Arrêtez-vous avant le tiers du livre : le reste appartient au lecteur.</p>\n\
         <h2>Un ton</h2>\n\
         <p>Si le roman est drôle, que la quatrième le soit. Si les phrases y sont longues, \
         qu’elles le soient aussi. On vend mal un silence avec des points d’exclamation.</p>\n",
    ),
    article(
        "beta-lecteurs",
        "Choisir ses premiers lecteurs",
        "Ni votre mère ni votre rival : la bonne distance.",
        "<p>Un premier lecteur n’est pas un correcteur. Il vous dit où il s’est ennuyé, où il \
         a eu peur, à quelle page il s’est endormi. C’est irremplaçable.</p>\n\
         <h2>Combien ?</h2>\n\
         <p>Trois suffisent. Si deux s’arrêtent au même endroit, l’endroit est en cause. Si \
         chacun critique une page différente, ne changez rien.</p>\n\
         <h2>Que leur demander ?</h2>\n\
         <p>Des questions précises : as-tu compris pourquoi elle part ? As-tu confondu des \
         personnages ? Qu’as-tu sauté ? « Tu as aimé ? » n’apprend jamais rien.</p>\n\
         <h2>Et après ?</h2>\n\
         <p>Remerciez, notez tout, ne défendez rien. Vous déciderez seul, plus tard, la \
         porte fermée.</p>\n",
    ),
    article(
        "ecrire-ses-memoires",
        "Écrire ses mémoires pour sa famille",
        "Par où commencer quand on a une vie entière à raconter.",
        "<p>On ne raconte pas une vie, on raconte des scènes. La première fois qu’on a vu la \
         mer, un repas qui a mal tourné, l’odeur d’un atelier.</p>\n\
         <h2>Partir des objets</h2>\n\
         <p>Posez dix objets sur une table et écrivez une page sur chacun. L’ordre viendra \
         ensuite, souvent de lui-même.</p>\n\
         <h2>Parler des autres</h2>\n\
         <p>Les vivants ont droit à leur intimité. Changez un prénom, taisez une adresse, \
         demandez la permission quand c’est possible. Un livre de famille doit pouvoir \
         rester sur la table du salon.</p>\n\
         <h2>Garder sa voix</h2>\n\
         <p>Ne cherchez pas à faire littéraire. Vos petits-enfants voudront vous entendre, \
         avec vos tournures et vos silences. Dites-le à votre correcteur : il vous laissera \
         parler.</p>\n",
    ),
    CmsPageText {
        status: "DRAFT",
        ..article(
            "contrat-edition",
            "Lire un contrat d’édition",
            "Brouillon : à faire relire par une juriste.",
            "<p>Un contrat d’édition se signe reposé. Durée, territoire, formats, à-valoir, \
             reddition des comptes : chaque mot engage.</p>\n\
             <h2>Trois points à vérifier</h2>\n\
             <p>L’éditeur paie la fabrication, jamais l’auteur : sinon, c’est un contrat à \
             compte d’auteur. Les droits numériques font l’objet d’une partie distincte. Les \
             comptes sont rendus au moins une fois par an.</p>\n\
             <h2>À compléter</h2>\n\
             <p>Références des articles, modèle de lettre pour demander le retour des \
             droits.</p>\n",
        )
    },
    CmsPageText {
        status: "SCHEDULED",
        tags: Some("concours,agenda"),
        ..article(
            "concours-de-nouvelles",
            "Préparer un concours de nouvelles",
            "Lire le règlement, tenir la longueur, garder sa chute.",
            "<p>Un concours est une commande dont on ne connaît pas le client. Le règlement \
             est donc votre seul indice : lisez-le deux fois.</p>\n\
             <h2>La longueur</h2>\n\
             <p>Si la limite est de 15 000 signes, rendez-en 14 500. À 15 001, vous êtes \
             hors jeu, si belle que soit la dernière phrase.</p>\n\
             <h2>Le thème</h2>\n\
             <p>Écartez la première idée qui vient : cent candidats l’ont eue. La troisième \
             est souvent la bonne.</p>\n\
             <h2>La chute</h2>\n\
             <p>Elle n’a pas à surprendre, elle doit sembler inévitable. Et gardez une \
             semaine pour la relecture, la nôtre ou celle d’un ami sévère.</p>\n",
        )
    },
];
