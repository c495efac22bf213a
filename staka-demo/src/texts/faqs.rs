//! Frequent questions, first half: services, prices, orders, files.

use super::{FaqText, faq};

const SERVICES: &str = "Nos services";
const TARIFS: &str = "Tarifs et devis";
const COMMANDE: &str = "Commande et suivi";
const FICHIERS: &str = "Fichiers et formats";

pub(crate) const FAQS: [FaqText; 52] = [
    FaqText {
        details: Some(
            "La réécriture et la mise en page sont des services distincts, qui peuvent être \
             ajoutés à une correction en cours.",
        ),
        ..faq(
            SERVICES,
            "Que comprend une correction complète ?",
            "L’orthographe, la grammaire, la conjugaison, la ponctuation et la typographie. \
             Le correcteur signale aussi les incohérences et les lourdeurs, en commentaire, \
             sans modifier votre style.",
        )
    },
    faq(
        TARIFS,
        "Combien coûte la correction de mon manuscrit ?",
        "Les dix premières pages sont offertes. De la 11e à la 300e, chaque page coûte 2 € ; \
         au-delà, 1 €. Un texte de 120 pages revient donc à 220 €, un texte de 400 pages à \
         680 €.",
    ),
    faq(
        COMMANDE,
        "Quels sont les délais ?",
        "Comptez sept à dix jours pour un texte de 200 pages et une quinzaine au-delà. La \
         date de remise est fixée avec vous avant le début du travail et figure dans votre \
         espace.",
    ),
    faq(
        FICHIERS,
        "Quels formats acceptez-vous ?",
        "DOCX, ODT, RTF, TXT et PDF. Le format DOCX est le plus commode, car vous pourrez \
         accepter ou refuser chaque correction une par une.",
    ),
    faq(
        SERVICES,
        "Qui corrige les textes ?",
        "Des correcteurs de métier, choisis pour leur expérience de l’édition. Chaque \
         manuscrit est confié à une seule personne, que vous pouvez joindre par la messagerie.",
    ),
    faq(
        SERVICES,
        "Mon texte reste-t-il confidentiel ?",
        "Oui. Seuls votre correcteur et l’administrateur de la plateforme y ont accès, et \
         tous ont signé un engagement de confidentialité. Vos fichiers ne servent à rien \
         d’autre qu’à votre commande.",
    ),
    faq(
        COMMANDE,
        "Comment suivre l’avancement ?",
        "La page « Mes projets » indique l’étape en cours. Vous recevez une notification à \
         chaque changement et dès qu’un document corrigé est disponible.",
    ),
    faq(
        TARIFS,
        "Proposez-vous un essai gratuit ?",
        "Oui : les dix premières pages de tout manuscrit sont corrigées gratuitement. Vous \
         jugez sur pièces, puis décidez de continuer ou non.",
    ),
    faq(
        SERVICES,
        "Quelle différence entre correction et relecture ?",
        "La correction traite un texte brut, mot à mot. La relecture passe sur un texte déjà \
         corrigé pour ôter les dernières coquilles. Si personne n’a corrigé votre manuscrit, \
         commencez par la correction.",
    ),
    faq(
        SERVICES,
        "Et la réécriture ?",
        "Nous reprenons les phrases pour les rendre plus claires et plus justes, en dialogue \
         avec vous. Chaque chapitre vous est soumis avant de passer au suivant, et rien \
         n’est publié sans votre accord.",
    ),
    faq(
        SERVICES,
        "Travaillez-vous sur tous les genres ?",
        "Romans, nouvelles, essais, récits de vie, jeunesse, théâtre, poésie, guides \
         pratiques, thèses et mémoires. Pour les ouvrages très techniques, demandez-nous \
         d’abord un avis.",
    ),
    faq(
        SERVICES,
        "Corrigez-vous les textes en langue étrangère ?",
        "Nous corrigeons le français. Les passages en d’autres langues sont respectés tels \
         quels ; le correcteur signale seulement ce qui lui semble une faute de frappe.",
    ),
    faq(
        SERVICES,
        "Appliquez-vous l’orthographe de 1990 ?",
        "C’est vous qui choisissez. Indiquez votre préférence au moment de la commande ; sans \
         précision, nous gardons l’orthographe employée majoritairement dans votre texte.",
    ),
    faq(
        SERVICES,
        "Utilisez-vous un correcteur automatique ?",
        "Un logiciel nous aide à repérer les doubles espaces et les coquilles. Les décisions, \
         elles, sont prises par un lecteur humain, du premier au dernier mot.",
    ),
    faq(
        SERVICES,
        "Mon manuscrit sert-il à entraîner une intelligence artificielle ?",
        "Non, jamais. Vos textes ne sont ni vendus, ni prêtés, ni transmis à un service qui \
         pourrait les réutiliser.",
    ),
    faq(
        SERVICES,
        "Puis-je choisir mon correcteur ?",
        "Vous pouvez indiquer une préférence ou demander la personne qui a suivi votre livre \
         précédent. Nous faisons au mieux selon les emplois du temps.",
    ),
    faq(
        SERVICES,
        "Proposez-vous la mise en page ?",
        "Oui, en service séparé ou dans le Pack Intégral : maquette, titres courants, table \
         des matières, puis un PDF prêt pour l’imprimeur.",
    ),
    faq(
        SERVICES,
        "Réalisez-vous des couvertures ?",
        "Deux formules existent : une couverture typographique, composée à partir de votre \
         titre, et une couverture illustrée par un dessinateur. Les droits vous sont cédés \
         pour ce livre.",
    ),
    faq(
        SERVICES,
        "Êtes-vous une maison d’édition ?",
        "Non. Nous préparons votre texte ; vous gardez tous vos droits et publiez où vous le \
         souhaitez, seul ou chez un éditeur.",
    ),
    faq(
        SERVICES,
        "Pouvez-vous m’aider à trouver un éditeur ?",
        "Nous ne faisons pas office d’agent. En revanche, la consultation éditoriale vous \
         aide à choisir des maisons adaptées et à rédiger une lettre d’envoi.",
    ),
    FaqText {
        visible: false,
        ..faq(
            SERVICES,
            "Imprimez-vous les livres ?",
            "Ce service est suspendu. Nous fournissons des fichiers prêts à imprimer et \
             pouvons vous expliquer comment demander un devis à un imprimeur.",
        )
    },
    faq(
        TARIFS,
        "Qu’appelez-vous une page ?",
        "Une page représente 1 500 signes, espaces comprises, soit environ 250 mots. Le \
         calcul se fait sur le texte, non sur la mise en forme de votre document.",
    ),
    faq(
        TARIFS,
        "Pourquoi votre compteur diffère-t-il du mien ?",
        "Votre logiciel compte les pages telles qu’elles s’affichent, avec vos marges et \
         votre corps de caractères. Nous comptons les signes, ce qui rend le prix identique \
         pour tous.",
    ),
    faq(
        TARIFS,
        "Le prix annoncé peut-il changer ?",
        "Non, une fois la commande réglée. Si le fichier compte nettement plus de pages que \
         déclaré, nous vous proposons un complément avant de commencer, et vous restez libre \
         de refuser.",
    ),
    faq(
        TARIFS,
        "Y a-t-il des frais cachés ?",
        "Aucun. Le montant affiché avant le paiement est celui qui est débité. La TVA n’est \
         pas applicable (article 293 B du CGI).",
    ),
    faq(
        TARIFS,
        "Accordez-vous des remises aux étudiants ?",
        "La relecture de thèse est déjà tarifée au plus juste. Nous consentons parfois un \
         étalement du paiement : parlez-nous de votre situation.",
    ),
    faq(
        TARIFS,
        "Puis-je faire corriger une partie seulement ?",
        "Oui. Déposez les chapitres voulus ; le prix se calcule sur ces seules pages. Les dix \
         pages offertes valent une fois par manuscrit.",
    ),
    faq(
        TARIFS,
        "Le Pack Intégral convient-il à un petit livre ?",
        "En dessous de cent pages, les services à la carte reviennent souvent moins cher. \
         Nous vous le dirons franchement si c’est le cas.",
    ),
    faq(
        TARIFS,
        "Que contient le Pack Autoédition ?",
        "La mise au format des plateformes d’impression à la demande, un fichier EPUB, la \
         couverture complète, le texte de présentation et une fiche pas à pas pour la mise \
         en ligne.",
    ),
    FaqText {
        details: Some(
            "Les devis sont valables trente jours. Passé ce délai, nous les confirmons ou les \
             révisons à votre demande.",
        ),
        ..faq(
            TARIFS,
            "Comment obtenir un devis ?",
            "Le simulateur du site donne un prix immédiat. Pour un ouvrage illustré, une \
             thèse ou plus de mille pages, écrivez-nous : la réponse arrive sous deux jours \
             ouvrés.",
        )
    },
    faq(
        TARIFS,
        "Une seconde passe est-elle facturée ?",
        "Le Pack Intégral comprend une relecture finale. Dans les autres cas, une seconde \
         passe demandée dans les trente jours bénéficie du tarif de relecture.",
    ),
    FaqText {
        visible: false,
        ..faq(
            TARIFS,
            "Le Pack Découverte existe-t-il encore ?",
            "Cette offre n’est plus proposée. Les commandes passées avant son retrait sont \
             honorées normalement.",
        )
    },
    faq(
        COMMANDE,
        "Comment passer commande ?",
        "Créez un compte, donnez un titre à votre projet, déposez votre fichier, vérifiez le \
         prix et réglez. La correction commence après notre vérification du document.",
    ),
    faq(
        COMMANDE,
        "Puis-je commander sans créer de compte ?",
        "Un espace personnel est nécessaire pour échanger les fichiers en sécurité. Il se \
         crée en une minute et peut être supprimé à tout moment.",
    ),
    faq(
        COMMANDE,
        "Que se passe-t-il après le paiement ?",
        "Vous recevez une confirmation et votre facture. Un correcteur est désigné sous un \
         jour ouvré ; il se présente dans la messagerie et confirme la date de remise.",
    ),
    faq(
        COMMANDE,
        "Puis-je modifier mon texte pendant la correction ?",
        "Mieux vaut éviter, car deux versions finiraient par se croiser. Si un changement est \
         indispensable, prévenez d’abord votre correcteur par message.",
    ),
    faq(
        COMMANDE,
        "J’ai envoyé le mauvais fichier, que faire ?",
        "Écrivez-nous aussitôt et déposez la bonne version dans le même projet. Tant que la \
         correction n’a pas commencé, le remplacement est gratuit.",
    ),
    faq(
        COMMANDE,
        "Puis-je annuler ma commande ?",
        "Vous disposez de quatorze jours pour vous rétracter. Si le travail a commencé à \
         votre demande, la part déjà réalisée reste due. Les détails figurent dans nos \
         conditions générales de vente.",
    ),
    faq(
        COMMANDE,
        "Que signifient les statuts d’un projet ?",
        "« En attente » : nous vérifions le fichier. « En cours » : la correction avance. \
         « Suspendu » : il nous manque une réponse. « Terminé » : vos documents sont \
         disponibles.",
    ),
    faq(
        COMMANDE,
        "Peut-on accélérer un projet ?",
        "La correction express livre jusqu’à 60 pages en 48 à 72 heures, selon les \
         disponibilités. Indiquez votre échéance dès le dépôt du texte.",
    ),
    faq(
        COMMANDE,
        "Que faire en cas de retard ?",
        "Votre correcteur doit vous prévenir avant la date prévue. Si ce n’est pas le cas, \
         écrivez-nous : nous proposons une nouvelle date ferme ou le remboursement de ce qui \
         n’a pas été fait.",
    ),
    faq(
        COMMANDE,
        "Puis-je contester une correction ?",
        "Bien sûr. Répondez au commentaire concerné ou dans la messagerie. La règle invoquée \
         vous sera expliquée, et vous aurez toujours le dernier mot.",
    ),
    faq(
        COMMANDE,
        "Comment fonctionne la consultation éditoriale ?",
        "Vous choisissez un créneau, nous lisons vos trente premières pages, puis nous en \
         parlons une heure en visioconférence. Un compte rendu écrit vous est remis ensuite.",
    ),
    FaqText {
        visible: false,
        ..faq(
            COMMANDE,
            "Combien de projets un correcteur suit-il à la fois ?",
            "Trois au plus, sauf accord de l’équipe. Cette réponse est destinée à la \
             formation interne.",
        )
    },
    faq(
        FICHIERS,
        "Quelle est la taille maximale d’un fichier ?",
        "Vingt mégaoctets par document de projet. Si vos images pèsent davantage, envoyez \
         d’abord le texte seul : c’est lui qui compte pour la correction.",
    ),
    faq(
        FICHIERS,
        "Puis-je envoyer un texte manuscrit ou tapé à la machine ?",
        "Oui, après numérisation lisible. La saisie fait l’objet d’un devis séparé, calculé \
         sur le nombre de signes obtenus.",
    ),
    faq(
        FICHIERS,
        "Acceptez-vous les enregistrements audio ?",
        "Nous transcrivons les fichiers MP3 et WAV. Le prix dépend de la durée et de la \
         netteté du son ; un extrait de cinq minutes suffit pour le devis.",
    ),
    faq(
        FICHIERS,
        "Sous quelle forme reçoit-on le texte corrigé ?",
        "Deux documents : l’un avec les corrections apparentes, l’autre propre, prêt à mettre \
         en page. S’y ajoute une courte note sur les choix faits.",
    ),
    faq(
        FICHIERS,
        "Combien de temps gardez-vous mes fichiers ?",
        "Jusqu’à douze mois après la fin du projet, pour que vous puissiez les retrouver. \
         Vous pouvez demander leur effacement plus tôt.",
    ),
    faq(
        FICHIERS,
        "Combien de pièces jointes puis-je ajouter à un message ?",
        "Dix au plus, documents ou images. Pour un dossier plus volumineux, déposez une \
         archive ZIP dans l’espace du projet.",
    ),
    faq(
        FICHIERS,
        "Les polices et la mise en forme sont-elles conservées ?",
        "Oui pour les fichiers DOCX et ODT. Un PDF est converti avant correction, et certains \
         réglages peuvent alors se perdre.",
    ),
    faq(
        FICHIERS,
        "Mon texte contient de l’arabe, du chinois ou des émojis, est-ce un problème ?",
        "Aucun. La plateforme garde tous les caractères, de droite à gauche comme de gauche à \
         droite : سلام, 你好, שלום, ou simplement 😀.",
    ),
];
