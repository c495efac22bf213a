//! Frequent questions, second half: payment, account, privacy, self-publishing.

use super::{FaqText, faq};

const PAIEMENT: &str = "Paiement et factures";
const COMPTE: &str = "Compte et sécurité";
const DONNEES: &str = "Données personnelles";
const PUBLICATION: &str = "Autoédition et publication";

pub(crate) const FAQS_MORE: [FaqText; 48] = [
    faq(
        PAIEMENT,
        "Quels moyens de paiement acceptez-vous ?",
        "Les cartes bancaires courantes, par l’intermédiaire de Stripe. Pour une association \
         ou une collectivité, le virement est possible sur demande.",
    ),
    FaqText {
        details: Some(
            "Nous conservons seulement la marque de la carte, ses quatre derniers chiffres et \
             sa date d’expiration, pour que vous la reconnaissiez.",
        ),
        ..faq(
            PAIEMENT,
            "Le paiement est-il sûr ?",
            "Oui. Les numéros de carte sont saisis chez notre prestataire et ne passent \
             jamais par nos serveurs. Votre banque peut demander une confirmation sur votre \
             téléphone.",
        )
    },
    faq(
        PAIEMENT,
        "Quand suis-je débité ?",
        "Au moment de la commande. Si nous devons refuser votre texte après vérification, la \
         somme est remboursée en totalité.",
    ),
    faq(
        PAIEMENT,
        "Où trouver ma facture ?",
        "Dans la rubrique « Facturation » de votre espace, au format PDF, quelques minutes \
         après le paiement. Une copie vous est envoyée par courriel.",
    ),
    faq(
        PAIEMENT,
        "Pourquoi n’y a-t-il pas de TVA sur ma facture ?",
        "L’entreprise bénéficie de la franchise en base. La facture porte donc la mention \
         « TVA non applicable, art. 293 B du CGI ».",
    ),
    faq(
        PAIEMENT,
        "Puis-je faire modifier une facture ?",
        "Une facture émise ne se retouche pas. En cas d’erreur sur le nom ou l’adresse, nous \
         établissons un avoir et une nouvelle facture.",
    ),
    faq(
        PAIEMENT,
        "Mon paiement a été refusé, pourquoi ?",
        "Plafond atteint, carte expirée ou confirmation non validée : la raison exacte n’est \
         connue que de votre banque. Réessayez avec une autre carte ; rien n’a été débité.",
    ),
    faq(
        PAIEMENT,
        "Puis-je payer en plusieurs fois ?",
        "À partir de 300 €, un règlement en deux ou trois échéances sans frais peut être \
         convenu avant la commande. Écrivez-nous.",
    ),
    faq(
        PAIEMENT,
        "Comment fonctionne un remboursement ?",
        "La somme revient sur la carte utilisée, sous cinq à dix jours ouvrés selon les \
         banques. Un avoir vous est adressé le jour même.",
    ),
    faq(
        PAIEMENT,
        "Comment changer ma carte par défaut ?",
        "Dans « Facturation », ajoutez la nouvelle carte, puis choisissez « Définir par \
         défaut ». L’ancienne peut ensuite être retirée.",
    ),
    faq(
        PAIEMENT,
        "Délivrez-vous des bons cadeaux ?",
        "Oui, d’un montant libre à partir de 50 €. Le bon porte un code valable un an, à \
         saisir au moment du règlement.",
    ),
    faq(
        PAIEMENT,
        "Mon entreprise peut-elle payer à trente jours ?",
        "Pour les clients professionnels, après accord. Tout retard entraîne les pénalités \
         prévues par le code de commerce et une indemnité forfaitaire de 40 €.",
    ),
    FaqText {
        visible: false,
        ..faq(
            PAIEMENT,
            "Comment rapprocher un paiement sans facture ?",
            "Chercher la session dans le tableau de bord du prestataire, puis régénérer la \
             facture depuis l’administration. Procédure interne.",
        )
    },
    faq(
        COMPTE,
        "Comment créer un compte ?",
        "Cliquez sur « S’inscrire », indiquez votre nom, votre adresse électronique et un mot \
         de passe. Vous pouvez déposer un projet aussitôt.",
    ),
    faq(
        COMPTE,
        "Quelles sont les règles pour le mot de passe ?",
        "Douze caractères au moins ; ou bien huit, à condition de mêler trois familles parmi \
         majuscules, minuscules, chiffres et signes. Une phrase entière est une excellente \
         idée.",
    ),
    faq(
        COMPTE,
        "J’ai oublié mon mot de passe.",
        "Demandez un lien depuis la page de connexion. Il est valable une heure et ne sert \
         qu’une fois. Pensez à regarder dans les courriers indésirables.",
    ),
    faq(
        COMPTE,
        "Pourquoi ai-je trop de tentatives de connexion ?",
        "Après plusieurs essais manqués, l’accès se ferme quelques minutes pour protéger \
         votre compte. Patientez un quart d’heure ou réinitialisez votre mot de passe.",
    ),
    faq(
        COMPTE,
        "Comment changer d’adresse électronique ?",
        "Écrivez-nous depuis l’ancienne adresse. Après vérification, vos projets, messages et \
         factures suivent sur la nouvelle.",
    ),
    faq(
        COMPTE,
        "Puis-je désactiver mon compte sans le supprimer ?",
        "Oui, depuis « Profil ». Vous ne recevrez plus rien, vos documents seront gardés, et \
         il suffira de nous écrire pour le rouvrir.",
    ),
    faq(
        COMPTE,
        "Comment choisir les notifications que je reçois ?",
        "Dans « Préférences », réglez séparément les courriels, les alertes du navigateur et \
         les SMS, puis les sujets : projets, messages, factures, offres.",
    ),
    faq(
        COMPTE,
        "Peut-on partager un compte à deux auteurs ?",
        "Nous préférons un compte par personne. Pour un livre à quatre mains, l’un dépose le \
         projet et l’autre reçoit les documents en copie sur demande.",
    ),
    faq(
        COMPTE,
        "La messagerie affiche encore des messages non lus.",
        "Ouvrez la conversation jusqu’au dernier message, puis rechargez la page. Si le \
         compteur persiste, signalez-le-nous avec une capture d’écran.",
    ),
    faq(
        COMPTE,
        "Puis-je effacer un message envoyé ?",
        "Non : la conversation fait partie du dossier de la commande. Vous pouvez toutefois \
         l’archiver pour alléger l’affichage.",
    ),
    faq(
        COMPTE,
        "Comment vous joindre ?",
        "Par la messagerie de votre espace, par le formulaire de contact ou à l’adresse \
         bonjour@example.org. Nous répondons sous un jour ouvré.",
    ),
    FaqText {
        visible: false,
        ..faq(
            COMPTE,
            "Comment réactiver un compte désactivé ?",
            "Vérifier l’identité par retour de courriel, puis rétablir l’accès depuis la \
             fiche utilisateur. Réponse réservée à l’équipe.",
        )
    },
    faq(
        DONNEES,
        "Quelles données conservez-vous ?",
        "Celles que vous nous donnez : identité, coordonnées, projets, messages, factures. \
         S’y ajoutent des journaux de sécurité, gardés le temps strictement utile.",
    ),
    faq(
        DONNEES,
        "Comment obtenir une copie de mes données ?",
        "Le bouton « Exporter mes données » de votre profil vous envoie un fichier lisible \
         par une machine. Vous pouvez aussi en faire la demande par écrit.",
    ),
    faq(
        DONNEES,
        "Comment faire effacer mes données ?",
        "Supprimez votre compte depuis le profil ou écrivez à rgpd@example.org. Les factures \
         sont gardées dix ans, car la loi l’exige ; le reste disparaît.",
    ),
    faq(
        DONNEES,
        "Mes données quittent-elles l’Union européenne ?",
        "Nos serveurs sont situés en France. Si un prestataire devait intervenir depuis un \
         pays tiers, ce serait avec les garanties prévues par le RGPD.",
    ),
    faq(
        DONNEES,
        "Déposez-vous des cookies ?",
        "Uniquement ceux qui font fonctionner le site, et une mesure d’audience anonyme. \
         Aucun cookie publicitaire, donc rien à refuser en douze clics.",
    ),
    faq(
        DONNEES,
        "Qui est responsable de mes données ?",
        "La société qui édite la plateforme, dont les coordonnées figurent dans les mentions \
         légales. Un référent répond à vos demandes dans le mois.",
    ),
    faq(
        DONNEES,
        "Le correcteur voit-il mes coordonnées ?",
        "Il voit votre prénom, votre nom et votre manuscrit. Votre adresse, votre téléphone \
         et vos moyens de paiement ne lui sont pas montrés.",
    ),
    faq(
        DONNEES,
        "Puis-je m’opposer aux courriels d’information ?",
        "Oui, d’un clic au bas de chaque envoi ou dans vos préférences. Les messages liés à \
         une commande continuent, eux, d’arriver.",
    ),
    faq(
        DONNEES,
        "Que se passe-t-il en cas de fuite de données ?",
        "Nous prévenons la CNIL dans les 72 heures lorsque la loi l’impose, et vous-même si \
         le risque est élevé, avec des conseils concrets.",
    ),
    faq(
        DONNEES,
        "Citez-vous les auteurs corrigés sur le site ?",
        "Jamais sans leur accord écrit, que l’on peut retirer quand on veut.",
    ),
    FaqText {
        visible: false,
        ..faq(
            DONNEES,
            "Quelle est la durée de garde des journaux ?",
            "Quatre-vingt-dix jours pour les accès courants. Cette fiche est en cours de \
             relecture par notre référent.",
        )
    },
    faq(
        PUBLICATION,
        "Faut-il un ISBN ?",
        "Il est nécessaire pour vendre en librairie. En France, l’agence chargée de la zone \
         francophone l’attribue ; certaines plateformes d’autoédition en proposent un.",
    ),
    FaqText {
        details: Some(
            "Le dépôt est gratuit. Un formulaire accompagne l’exemplaire ; pour un livre \
             numérique, les règles sont différentes.",
        ),
        ..faq(
            PUBLICATION,
            "Qu’est-ce que le dépôt légal ?",
            "L’obligation de remettre à la Bibliothèque nationale de France un exemplaire de \
             tout livre mis à la disposition du public. C’est l’éditeur qui s’en charge, \
             donc vous, si vous vous autoéditez.",
        )
    },
    faq(
        PUBLICATION,
        "Dois-je protéger mon texte avant de l’envoyer ?",
        "En droit français, l’œuvre est protégée du seul fait de sa création. Garder une \
         preuve datée, par exemple un dépôt auprès d’un tiers de confiance, peut rassurer.",
    ),
    faq(
        PUBLICATION,
        "À qui appartiennent les droits du texte corrigé ?",
        "À vous, entièrement. Le correcteur ne devient pas coauteur et nous ne réclamons \
         aucun pourcentage sur vos ventes.",
    ),
    faq(
        PUBLICATION,
        "Quel format choisir pour un roman ?",
        "Entre 13 et 15 cm de large et 20 à 22 cm de haut pour un grand format. Pensez au \
         confort de lecture avant de chercher à réduire le nombre de pages.",
    ),
    faq(
        PUBLICATION,
        "Comment fixer le prix de mon livre ?",
        "Partez du coût d’impression, de la part du diffuseur et du prix de livres \
         semblables. En France, le prix public d’un livre est le même partout : il doit être \
         imprimé sur la couverture.",
    ),
    faq(
        PUBLICATION,
        "Papier ou numérique ?",
        "Les deux ne s’opposent pas. Le numérique coûte peu et se lance vite ; le papier \
         s’offre et se dédicace. Notre Pack Autoédition prépare l’un et l’autre.",
    ),
    faq(
        PUBLICATION,
        "Comment rédiger une bonne quatrième de couverture ?",
        "Une situation, une tension, un ton : trois phrases suffisent souvent. Ne racontez \
         pas la fin, et relisez-vous à voix haute.",
    ),
    faq(
        PUBLICATION,
        "Dois-je déclarer mes ventes ?",
        "Oui, les revenus tirés de la vente de livres sont imposables. Le régime dépend de \
         votre situation : renseignez-vous auprès de l’administration ou d’un comptable.",
    ),
    faq(
        PUBLICATION,
        "Puis-je republier un livre déjà paru ?",
        "Si vous avez récupéré vos droits, oui. Relisez votre contrat d’édition et demandez à \
         l’éditeur une confirmation écrite de leur retour.",
    ),
    faq(
        PUBLICATION,
        "M’aidez-vous à faire connaître mon livre ?",
        "Nous fournissons le texte de présentation et des conseils de mise en ligne. La \
         promotion elle-même reste entre vos mains, et c’est souvent là que l’auteur est le \
         meilleur. 📣",
    ),
    faq(
        PUBLICATION,
        "Combien de temps entre la correction et la parution ?",
        "Pour une autoédition, quatre à huit semaines suffisent : mise en page, couverture, \
         épreuve imprimée, dernières retouches. Prévoyez large avant une fête ou un salon.",
    ),
];
