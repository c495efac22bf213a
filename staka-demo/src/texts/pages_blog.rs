//! Blog articles on language.

use super::{CmsPageText, PAGE};

const fn article(slug: &'static str, title: &'static str, excerpt: &'static str, content: &'static str) -> CmsPageText {
    CmsPageText { slug, title, excerpt, content, kind: "BLOG", category: Some("Langue"), ..PAGE }
}

pub(crate) const PAGES: [CmsPageText; 10] = [
    CmsPageText {
        tags: Some("ponctuation,style"),
        meta_title: Some("Le point-virgule n’est pas mort"),
        meta_description: Some("Petit plaidoyer pour un signe mal aimé."),
        ..article(
            "point-virgule",
            "Le point-virgule n’est pas mort",
            "Petit plaidoyer pour un signe que l’on croit à tort compliqué.",
            "<p>On l’accuse d’être prétentieux, hésitant, démodé. Le point-virgule mérite \
             mieux : il dit que deux idées se tiennent par la main sans se confondre.</p>\n\
             <h2>Quand l’employer</h2>\n\
             <p>Entre deux phrases complètes dont la seconde éclaire, nuance ou contredit la \
             première. « Il ne répondit pas ; la réponse était sur son visage. » Un point \
             aurait coupé, une virgule aurait bousculé.</p>\n\
             <p>Il sert aussi à ranger une énumération dont les éléments contiennent déjà \
             des virgules. Là, il n’est plus question d’élégance : sans lui, le lecteur se \
             perd.</p>\n\
             <h2>Quand s’en passer</h2>\n\
             <p>Dans un dialogue vif, il ralentit. Dans un texte d’action, il pèse. Et trois \
             par paragraphe finissent par faire tic. Comme le poivre, il se remarque surtout \
             quand il y en a trop.</p>\n\
             <h2>Un exercice</h2>\n\
             <p>Prenez une page de votre manuscrit et cherchez deux phrases courtes qui se \
             répondent. Reliez-les d’un point-virgule, lisez à voix haute. Si votre souffle \
             approuve, gardez-le.</p>\n",
        )
    },
    CmsPageText {
        tags: Some("dialogue,typographie"),
        ..article(
            "ponctuer-un-dialogue",
            "Ponctuer un dialogue sans y passer la nuit",
            "Tirets, guillemets, incises : une méthode simple et constante.",
            "<p>Deux usages coexistent en français : les guillemets ouverts au début de \
             l’échange et fermés à la fin, ou le tiret seul devant chaque réplique. Les deux \
             sont corrects. Les mélanger ne l’est pas.</p>\n\
             <h2>Le tiret</h2>\n\
             <p>C’est un cadratin (—), suivi d’une espace. Le trait d’union du clavier n’est \
             pas un tiret ; votre traitement de texte peut le remplacer automatiquement.</p>\n\
             <h2>L’incise</h2>\n\
             <p>« dit-elle », « répondit Paul » : minuscule, inversion du sujet, et pas de \
             virgule après un point d’interrogation. « Tu viens ? demanda-t-il. » La phrase \
             continue, malgré les apparences.</p>\n\
             <h2>Qui parle ?</h2>\n\
             <p>À deux, on peut se passer d’incises pendant six ou sept répliques. À trois, \
             il faut un repère toutes les deux ou trois lignes : un geste, une manière de \
             parler, un prénom glissé dans la phrase.</p>\n\
             <p>Enfin, méfiez-vous des verbes acrobates. On ne « sourit » pas une réplique, \
             on ne la « grimace » pas davantage. « Dire » est un verbe parfait, parce que \
             personne ne le voit.</p>\n",
        )
    },
    CmsPageText {
        tags: Some("conjugaison,temps"),
        ..article(
            "passe-simple-ou-present",
            "Passé simple ou présent : choisir son temps",
            "Un choix que l’on fait à la première ligne et que l’on paie jusqu’à la dernière.",
            "<p>Le passé simple raconte ; le présent montre. Le premier suppose un narrateur \
             qui connaît la fin, le second avance avec le lecteur, une lampe à la main.</p>\n\
             <h2>Le passé simple</h2>\n\
             <p>Il ordonne les actions sans effort et laisse à l’imparfait le soin du décor. \
             Son défaut est d’oreille : « nous nous tûmes » fait lever un sourcil. Mais la \
             troisième personne, celle des romans, reste naturelle.</p>\n\
             <h2>Le présent</h2>\n\
             <p>Il donne de la vitesse et de la proximité. Il rend en revanche les retours \
             en arrière plus délicats, car le passé composé doit alors faire tout le \
             travail.</p>\n\
             <h2>Changer en cours de route</h2>\n\
             <p>C’est permis, à deux conditions : que le changement ait un sens, et qu’il se \
             produise à un endroit visible, début de chapitre ou saut de ligne. Un \
             glissement au milieu d’un paragraphe ressemble toujours à une distraction.</p>\n\
             <p>Notre conseil : réécrivez deux pages de votre premier chapitre dans l’autre \
             temps. Vous saurez en dix minutes lequel des deux est le vôtre.</p>\n",
        )
    },
    CmsPageText {
        tags: Some("accords,grammaire"),
        ..article(
            "participe-passe-sans-larmes",
            "L’accord du participe passé, sans larmes",
            "Trois questions à se poser, dans l’ordre, et l’essentiel est sauvé.",
            "<p>La moitié des fautes que nous corrigeons tient à cette seule règle. Elle se \
             résume pourtant à trois questions.</p>\n\
             <h2>1. Y a-t-il un auxiliaire ?</h2>\n\
             <p>Sans auxiliaire, le participe se comporte comme un adjectif : « des lettres \
             oubliées », « une porte entrouverte ».</p>\n\
             <h2>2. Est-ce « être » ?</h2>\n\
             <p>Avec « être », hors verbes pronominaux, on accorde avec le sujet : « elles \
             sont parties ».</p>\n\
             <h2>3. Est-ce « avoir » ?</h2>\n\
             <p>Cherchez alors le complément d’objet direct. Placé avant, il commande \
             l’accord : « les lettres que j’ai écrites ». Placé après, ou absent, le \
             participe ne bouge pas : « j’ai écrit des lettres ».</p>\n\
             <h2>Les pronominaux</h2>\n\
             <p>« Elle s’est lavée », mais « elle s’est lavé les mains » : dans le second \
             cas, ce sont les mains qu’elle a lavées, et elles viennent après. Le reste \
             relève de l’exception, et les exceptions sont le métier des correcteurs.</p>\n",
        )
    },
    article(
        "repetitions",
        "Faut-il vraiment chasser les répétitions ?",
        "Certaines sont des fautes, d’autres des refrains.",
        "<p>À l’école, on nous a appris à fuir la répétition comme la peste. Beaucoup de \
         manuscrits en gardent une phobie : le chat y devient tour à tour félin, matou, \
         animal, petit compagnon à quatre pattes.</p>\n\
         <h2>La répétition distraite</h2>\n\
         <p>Deux « soudain » dans le même paragraphe, un « regard » à chaque page : l’auteur \
         ne les a pas voulus, le lecteur les entend. Ceux-là, il faut les ôter, le plus \
         souvent sans rien mettre à la place.</p>\n\
         <h2>La répétition voulue</h2>\n\
         <p>Un mot qui revient au début de trois phrases, un motif qui clôt chaque partie : \
         c’est de la musique. Ne laissez personne y toucher, et signalez-le dans vos \
         consignes.</p>\n\
         <h2>La fausse variété</h2>\n\
         <p>Entre répéter « maison » et écrire « demeure » alors qu’il s’agit d’un pavillon \
         de banlieue, préférez la répétition. Un mot exact deux fois vaut mieux qu’un mot \
         faux une fois.</p>\n",
    ),
    article(
        "anglicismes-en-roman",
        "Les anglicismes ont-ils leur place dans un roman ?",
        "Tout dépend de la bouche qui les prononce.",
        "<p>Une cadre de 2020 « checke ses mails » ; un notaire de 1910, non. La question \
         n’est pas de savoir si le mot est pur, mais s’il est vrai.</p>\n\
         <h2>Dans les dialogues</h2>\n\
         <p>Laissez vos personnages parler comme ils parlent. Un adolescent qui dirait \
         « c’est formidable » à chaque page aurait cent ans.</p>\n\
         <h2>Dans la narration</h2>\n\
         <p>Là, l’anglicisme s’entend davantage. « Réaliser » pour comprendre, \
         « opportunité » pour occasion, « initier » pour lancer : ces emplois ne choquent \
         plus personne, mais ils affadissent. Essayez l’autre mot, vous verrez bien.</p>\n\
         <h2>Les pièges d’époque</h2>\n\
         <p>Un roman historique ne pardonne pas. Nous tenons une liste des mots entrés tard \
         dans la langue ; demandez-la à votre correcteur, elle réserve des surprises dans \
         les deux sens.</p>\n",
    ),
    article(
        "majuscules-accentuees",
        "À, É, Ç : accentuez vos majuscules",
        "Non, l’accent n’est pas facultatif, et voici comment le taper.",
        "<p>La légende veut que les majuscules se passent d’accents. Elle vient des machines \
         à écrire et des casses de plomb incomplètes, pas de la langue.</p>\n\
         <h2>Pourquoi les mettre</h2>\n\
         <p>Parce qu’ils portent du sens. Un titre comme « UN INTERNE TUE » peut annoncer un \
         meurtrier ou une victime ; « UN INTERNÉ TUÉ » ne laisse aucun doute.</p>\n\
         <h2>Comment les taper</h2>\n\
         <p>La plupart des traitements de texte proposent l’option « Majuscules accentuées » \
         dans les réglages du français. Sur téléphone, gardez le doigt appuyé sur la lettre. \
         Le reste du temps, un copier-coller fait l’affaire.</p>\n\
         <h2>Et l’ordinateur, dans tout cela ?</h2>\n\
         <p>Un caractère accentué peut s’écrire d’un seul bloc (é) ou en deux morceaux, la \
         lettre puis l’accent (e\u{301}). L’œil n’y voit rien, la recherche parfois si. Nous \
         les recomposons avant de vous rendre le texte.</p>\n",
    ),
    article(
        "espaces-insecables",
        "L’espace insécable, cette inconnue",
        "Pourquoi votre point d’exclamation se retrouve seul en début de ligne.",
        "<p>En français, les signes doubles — point-virgule, deux-points, point \
         d’exclamation, point d’interrogation, guillemets — sont précédés ou entourés d’une \
         espace. Si cette espace est ordinaire, la ligne peut se couper là, et le signe \
         tombe, tout seul, à la ligne suivante.</p>\n\
         <h2>Le remède</h2>\n\
         <p>L’espace insécable colle le signe au mot. Les traitements de texte la placent \
         d’eux-mêmes quand la langue du document est le français. Vérifiez ce réglage avant \
         toute chose.</p>\n\
         <h2>Fine ou pleine ?</h2>\n\
         <p>Les typographes distinguent l’espace fine, devant le point-virgule ou le point \
         d’exclamation, et l’espace ordinaire, devant les deux-points et à l’intérieur des \
         guillemets. À la maison, une seule suffit.</p>\n\
         <p>Au fait, en typographie, on dit « une » espace. C’est le genre de détail qui \
         fait plaisir aux correcteurs. 😉</p>\n",
    ),
    CmsPageText {
        status: "DRAFT",
        ..article(
            "ecriture-inclusive",
            "Écriture inclusive : que répondre à son éditeur ?",
            "Brouillon à relire par deux personnes avant parution.",
            "<p>Doublets, mots épicènes, point médian : les procédés sont nombreux et les \
             avis tranchés. Notre rôle n’est pas de choisir à votre place.</p>\n\
             <h2>Ce que nous faisons</h2>\n\
             <p>Nous appliquons, de manière constante, le parti que vous avez retenu. Une \
             incohérence gêne toujours plus le lecteur qu’un choix.</p>\n\
             <h2>À développer</h2>\n\
             <p>Exemples tirés de trois genres différents ; point de vue des lecteurs \
             d’écran.</p>\n",
        )
    },
    CmsPageText {
        status: "ARCHIVED",
        ..article(
            "orthographe-1990-bilan",
            "Les rectifications de 1990 : où en est-on ?",
            "Article ancien, remplacé par une page d’aide.",
            "<p>Faut-il écrire « ognon », « nénufar », « paraitre » ? Les deux graphies sont \
             admises, et aucune ne peut être tenue pour fautive.</p>\n\
             <h2>Dans l’édition</h2>\n\
             <p>La plupart des romans gardent l’orthographe traditionnelle. Les manuels \
             scolaires suivent plus volontiers la nouvelle.</p>\n\
             <p>Pour vos textes, l’important est de choisir une fois et de s’y tenir.</p>\n",
        )
    },
];
