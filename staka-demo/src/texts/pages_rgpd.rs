//! Privacy policy and the rights of the people concerned.

use super::{CmsPageText, PAGE};

pub(crate) const PAGES: [CmsPageText; 2] = [
    CmsPageText {
        slug: "politique-confidentialite",
        title: "Politique de confidentialité",
        excerpt: "Quelles données nous recueillons, pourquoi, combien de temps et avec qui \
            nous les partageons.",
        kind: "LEGAL",
        category: Some("Légal"),
        tags: Some("légal,confidentialité,cookies,données"),
        meta_title: Some("Politique de confidentialité — Staka"),
        meta_description: Some("Traitements, durées de conservation, destinataires, cookies et sécurité."),
        meta_keywords: Some("confidentialité,données personnelles,cookies,rgpd"),
        content: CONFIDENTIALITE,
        ..PAGE
    },
    CmsPageText {
        slug: "rgpd",
        title: "RGPD : vos droits et comment les exercer",
        excerpt: "Accès, rectification, effacement, portabilité, opposition : marche à \
            suivre, délais et recours.",
        kind: "LEGAL",
        category: Some("Légal"),
        tags: Some("légal,rgpd,droits,cnil"),
        meta_title: Some("RGPD : vos droits — Staka"),
        meta_description: Some("Comment exercer vos droits sur vos données et vos manuscrits."),
        meta_keywords: Some("rgpd,droit d’accès,effacement,portabilité,cnil"),
        content: RGPD,
        ..PAGE
    },
];

const CONFIDENTIALITE: &str = "<p>Confier un manuscrit, c’est confier un peu de soi. Cette page explique quelles \
     données personnelles nous traitons, dans quel but et pendant combien de temps, \
     conformément au règlement (UE) 2016/679 du 27 avril 2016 (RGPD) et à la loi n° 78-17 du \
     6 janvier 1978 dite « Informatique et Libertés ».</p>\n\
     <h2>1. Responsable du traitement</h2>\n\
     <p>Le responsable est la société fictive Les Ateliers Staka de Démonstration, 1 rue de \
     l’Exemple, 00000 Démoville. Une personne référente répond à toute question : \
     rgpd@example.org.</p>\n\
     <h2>2. Données recueillies</h2>\n\
     <ul>\n\
     <li><strong>Compte :</strong> prénom, nom, adresse électronique, mot de passe sous \
     forme d’empreinte, et, si vous le souhaitez, téléphone, adresse postale, portrait et \
     présentation.</li>\n\
     <li><strong>Projets :</strong> titre, description, fichiers déposés, consignes, \
     échéances, documents corrigés.</li>\n\
     <li><strong>Échanges :</strong> messages, pièces jointes, demandes de consultation, \
     tickets d’assistance. Les visiteurs qui nous écrivent sans compte laissent leur nom et \
     leur adresse.</li>\n\
     <li><strong>Paiement :</strong> montant, date, état du règlement, marque de la carte, \
     quatre derniers chiffres et date d’expiration. Le numéro complet n’est connu que du \
     prestataire de paiement.</li>\n\
     <li><strong>Données techniques :</strong> adresse IP, navigateur, date des connexions \
     et des actions sensibles.</li>\n\
     </ul>\n\
     <p>Les champs obligatoires sont signalés comme tels. Sans eux, nous ne pouvons pas \
     ouvrir de compte ni exécuter une commande. Nous ne cherchons à connaître aucune donnée \
     sensible ; si votre manuscrit en contient, elles ne sont lues que pour le besoin de la \
     correction.</p>\n\
     <h2>3. Finalités et bases légales</h2>\n\
     <ul>\n\
     <li>Créer et gérer votre compte, exécuter vos commandes, échanger avec vous : exécution \
     du contrat (article 6, 1, b du RGPD).</li>\n\
     <li>Établir et conserver les factures : obligation légale (article 6, 1, c).</li>\n\
     <li>Sécuriser la plateforme, prévenir la fraude, améliorer le service à partir de \
     statistiques : intérêt légitime (article 6, 1, f).</li>\n\
     <li>Envoyer une lettre d’information ou publier un témoignage : consentement (article \
     6, 1, a), que vous pouvez retirer à tout moment.</li>\n\
     </ul>\n\
     <p>Aucune décision produisant des effets juridiques n’est prise sur le seul fondement \
     d’un traitement automatisé. Vos textes ne servent ni à la publicité ni à l’entraînement \
     de modèles informatiques.</p>\n\
     <h2>4. Durées de conservation</h2>\n\
     <ul>\n\
     <li>Compte : pendant toute son existence, puis jusqu’à trois ans après votre dernière \
     activité.</li>\n\
     <li>Fichiers de projet et documents corrigés : douze mois après la fin du projet, ou \
     moins si vous le demandez.</li>\n\
     <li>Messages : trois ans après le dernier échange.</li>\n\
     <li>Factures et pièces comptables : dix ans, comme l’exige l’article L. 123-22 du code \
     de commerce.</li>\n\
     <li>Messages de visiteurs restés sans suite : douze mois.</li>\n\
     <li>Journaux de sécurité : quatre-vingt-dix jours pour les accès courants, un an pour \
     les incidents.</li>\n\
     <li>Liens de réinitialisation du mot de passe : une heure.</li>\n\
     </ul>\n\
     <p>Au terme de ces durées, les données sont effacées ou rendues anonymes. Celles qui \
     sont nécessaires à la preuve d’un droit peuvent être archivées, à accès restreint, \
     jusqu’à la fin des délais de prescription.</p>\n\
     <h2>5. Destinataires</h2>\n\
     <p>Ont accès aux données, dans la limite de leur rôle : l’équipe d’administration, le \
     correcteur chargé de votre texte, l’hébergeur, le prestataire de paiement, le service \
     d’envoi des courriels et, pour les seules pièces comptables, notre comptable. Chacun de \
     ces sous-traitants est lié par un contrat conforme à l’article 28 du RGPD. Nous ne \
     vendons ni ne louons aucune donnée. Elles ne sont remises à une autorité que si la loi \
     l’impose.</p>\n\
     <h2>6. Localisation</h2>\n\
     <p>La base de données, les fichiers et les sauvegardes sont situés en France. Si un \
     prestataire traite une donnée hors de l’Espace économique européen, par exemple pour la \
     lutte contre la fraude bancaire, le transfert repose sur une décision d’adéquation ou \
     sur les clauses contractuelles types de la Commission européenne, dont une copie peut \
     être demandée.</p>\n\
     <h2>7. Cookies</h2>\n\
     <p>L’article 82 de la loi Informatique et Libertés distingue les traceurs qui exigent \
     votre accord de ceux qui en sont dispensés. Nous n’utilisons que les seconds :</p>\n\
     <ul>\n\
     <li>le maintien de votre session, pour sept jours au plus ;</li>\n\
     <li>vos choix d’affichage, pour six mois ;</li>\n\
     <li>la protection du paiement, déposée par le prestataire au moment du règlement ;</li>\n\
     <li>une mesure d’audience propre au site, sans recoupement avec d’autres sources, \
     limitée à treize mois et dont les statistiques sont gardées vingt-cinq mois.</li>\n\
     </ul>\n\
     <p>Vous pouvez vous opposer à la mesure d’audience depuis le bas de chaque page, ou \
     effacer les cookies dans les réglages de votre navigateur. Si un traceur soumis à \
     consentement devait être ajouté, vous pourriez le refuser aussi simplement que \
     l’accepter.</p>\n\
     <h2>8. Sécurité</h2>\n\
     <p>Les échanges sont chiffrés. Les mots de passe sont conservés sous la forme d’une \
     empreinte lente à calculer. Les accès aux manuscrits sont limités et les actions \
     d’administration consignées. Les sauvegardes sont chiffrées et leur restauration est \
     essayée régulièrement. En cas de violation de données, nous la notifions à la CNIL dans \
     les soixante-douze heures lorsqu’elle présente un risque, et nous vous en informons si \
     ce risque est élevé (articles 33 et 34 du RGPD).</p>\n\
     <h2>9. Vos droits</h2>\n\
     <p>Vous disposez d’un droit d’accès, de rectification, d’effacement, de limitation, de \
     portabilité et d’opposition, et pouvez laisser des directives sur le sort de vos \
     données après votre mort. La page <a href=\"/pages/rgpd\">Vos droits et comment les \
     exercer</a> détaille la marche à suivre.</p>\n\
     <h2>10. Évolution de cette page</h2>\n\
     <p>Toute modification importante est annoncée par une notification, quinze jours avant \
     son entrée en vigueur. Les versions précédentes sont fournies sur demande. Dernière \
     mise à jour : 2 janvier 2025.</p>\n";

const RGPD: &str = "<p>Le règlement général sur la protection des données vous donne des droits précis sur \
     les informations qui vous concernent. Voici ce qu’ils signifient sur notre plateforme, \
     et comment les exercer sans formulaire compliqué.</p>\n\
     <h2>À qui s’adresser</h2>\n\
     <p>Écrivez à rgpd@example.org depuis l’adresse de votre compte, ou par lettre à Les \
     Ateliers Staka de Démonstration (société fictive), référent RGPD, 1 rue de l’Exemple, \
     00000 Démoville. Nous ne demandons un justificatif d’identité que si un doute \
     raisonnable existe, et nous le détruisons dès la vérification faite. La démarche est \
     gratuite.</p>\n\
     <p>Nous répondons dans un délai d’un mois. Si la demande est complexe, ce délai peut \
     être prolongé de deux mois ; vous en êtes alors averti avant la fin du premier, avec \
     les raisons (article 12 du RGPD).</p>\n\
     <h2>Droit d’accès (article 15)</h2>\n\
     <p>Vous pouvez savoir si nous traitons des données à votre sujet et en recevoir une \
     copie, accompagnée des finalités, des destinataires, des durées de conservation et de \
     l’origine des informations. Depuis votre profil, le bouton « Exporter mes données » \
     réunit votre compte, vos projets, vos messages et vos factures dans un seul fichier, \
     envoyé à votre adresse électronique.</p>\n\
     <h2>Droit de rectification (article 16)</h2>\n\
     <p>La plupart des informations se modifient directement dans votre profil. Pour le \
     reste, par exemple un nom mal orthographié sur une facture, signalez-nous l’erreur : \
     une facture ne se retouche pas, mais nous établirons un avoir et une nouvelle \
     facture.</p>\n\
     <h2>Droit à l’effacement (article 17)</h2>\n\
     <p>Deux voies sont possibles. La suppression depuis votre profil ferme le compte \
     immédiatement et remplace votre identité par une mention neutre. La demande écrite \
     d’effacement complet retire en outre vos manuscrits, vos messages, vos pièces jointes \
     et vos moyens de paiement. Dans les deux cas, les factures sont conservées pendant la \
     durée légale de dix ans, dans un espace à accès restreint, car l’article 17, 3, b le \
     prévoit. Les copies présentes dans les sauvegardes disparaissent au fil de leur \
     renouvellement, au plus tard après trente-cinq jours.</p>\n\
     <h2>Droit à la limitation (article 18)</h2>\n\
     <p>Si vous contestez l’exactitude d’une donnée ou la légitimité d’un traitement, vous \
     pouvez demander que son usage soit gelé le temps de l’examen. Les informations sont \
     alors seulement conservées.</p>\n\
     <h2>Droit à la portabilité (article 20)</h2>\n\
     <p>Les données que vous nous avez fournies vous sont remises au format JSON, lisible \
     par une machine. Vos manuscrits sont rendus dans leur format d’origine. Lorsque c’est \
     techniquement possible, nous pouvons les transmettre à un autre prestataire de votre \
     choix.</p>\n\
     <h2>Droit d’opposition (article 21)</h2>\n\
     <p>Vous pouvez vous opposer, pour des raisons tenant à votre situation particulière, \
     aux traitements fondés sur notre intérêt légitime. Vous pouvez refuser la prospection \
     sans donner de raison : un lien figure au bas de chaque lettre d’information, et le \
     réglage « Offres » se trouve dans vos préférences.</p>\n\
     <h2>Retrait du consentement (article 7)</h2>\n\
     <p>Lorsque vous avez donné votre accord, par exemple pour la publication d’un \
     témoignage, vous pouvez le reprendre aussi facilement que vous l’avez donné. Le retrait \
     vaut pour l’avenir et ne remet pas en cause ce qui a été fait auparavant.</p>\n\
     <h2>Décisions automatisées (article 22)</h2>\n\
     <p>Le calcul du prix est automatique, mais aucune décision vous concernant n’est prise \
     sans intervention humaine possible. Vous pouvez toujours demander qu’une personne \
     vérifie le nombre de pages retenu.</p>\n\
     <h2>Après la mort</h2>\n\
     <p>L’article 85 de la loi Informatique et Libertés vous permet de fixer des directives \
     sur la conservation, l’effacement ou la communication de vos données après votre décès, \
     et de désigner une personne chargée de les faire appliquer. Pour un manuscrit inachevé, \
     cette précaution n’a rien d’accessoire. Sans directives, les héritiers peuvent agir \
     dans les limites prévues par cet article.</p>\n\
     <h2>Le cas des manuscrits</h2>\n\
     <p>Un texte littéraire peut contenir des données sur d’autres personnes : une famille, \
     un voisin, un collègue. Vous restez responsable de ce que vous publierez. Pour notre \
     part, nous ne lisons ces passages que pour les corriger, nous ne les indexons pas, et \
     nous les effaçons avec le reste du projet. Si une personne citée nous écrit, nous vous \
     transmettons sa demande sans lui communiquer le texte.</p>\n\
     <h2>Registre et sous-traitants</h2>\n\
     <p>Nous tenons le registre des traitements prévu à l’article 30. La liste de nos \
     sous-traitants, avec leur rôle et leur localisation, est envoyée à qui la demande. Tout \
     nouveau sous-traitant est soumis à un contrat qui reprend les garanties de l’article \
     28.</p>\n\
     <h2>Réclamation</h2>\n\
     <p>Si notre réponse ne vous satisfait pas, vous pouvez saisir la Commission nationale \
     de l’informatique et des libertés (CNIL), 3 place de Fontenoy, TSA 80715, 75334 Paris \
     Cedex 07, ou son service de plaintes en ligne, en application de l’article 77. Si vous \
     résidez dans un autre État de l’Union, l’autorité de votre pays est également \
     compétente. Vous gardez en outre le droit d’agir devant les tribunaux et de demander \
     réparation d’un préjudice (articles 79 et 82).</p>\n\
     <h2>Modèle de demande</h2>\n\
     <p><em>« Bonjour, je souhaite exercer mon droit [d’accès / de rectification / \
     d’effacement / de limitation / de portabilité / d’opposition] sur les données liées à \
     l’adresse […]. Ma demande porte sur : […]. Merci de me répondre dans le délai d’un mois \
     prévu à l’article 12 du RGPD. »</em></p>\n\
     <p>Dernière mise à jour : 2 janvier 2025.</p>\n";
