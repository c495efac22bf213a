//! Legal notice and terms of sale of a company that does not exist.

use super::{CmsPageText, PAGE};

pub(crate) const PAGES: [CmsPageText; 2] = [
    CmsPageText {
        slug: "mentions-legales",
        title: "Mentions légales",
        excerpt: "Éditeur du site, hébergement, propriété intellectuelle et responsabilité.",
        kind: "LEGAL",
        category: Some("Légal"),
        tags: Some("légal,éditeur,hébergement"),
        meta_title: Some("Mentions légales — Staka"),
        meta_description: Some("Qui édite et héberge la plateforme de correction de manuscrits Staka."),
        meta_keywords: Some("mentions légales,éditeur,hébergeur"),
        content: MENTIONS_LEGALES,
        ..PAGE
    },
    CmsPageText {
        slug: "cgv",
        title: "Conditions générales de vente",
        excerpt: "Commande, prix, paiement, délais, rétractation, garanties et règlement des \
            litiges.",
        kind: "LEGAL",
        category: Some("Légal"),
        tags: Some("légal,cgv,rétractation,paiement"),
        meta_title: Some("Conditions générales de vente — Staka"),
        meta_description: Some("Les conditions qui s’appliquent à toute commande passée sur la plateforme Staka."),
        meta_keywords: Some("cgv,conditions,rétractation,remboursement"),
        content: CGV,
        ..PAGE
    },
];

const MENTIONS_LEGALES: &str = "<p>Les présentes mentions sont publiées en application de l’article 1-1 de la loi \
     n° 2004-575 du 21 juin 2004 pour la confiance dans l’économie numérique. La société et \
     les coordonnées citées ci-dessous sont fictives : elles servent à la démonstration du \
     logiciel.</p>\n\
     <h2>1. Éditeur du site</h2>\n\
     <p>Le site est édité par Les Ateliers Staka de Démonstration, société par actions \
     simplifiée unipersonnelle au capital de 1 000 €, dont le siège est situé 1 rue de \
     l’Exemple, 00000 Démoville, France.</p>\n\
     <ul>\n\
     <li>SIREN : 000 000 000 (numéro fictif)</li>\n\
     <li>SIRET du siège : 000 000 000 00000 (numéro fictif)</li>\n\
     <li>Immatriculation : RCS Démoville 000 000 000 (numéro fictif)</li>\n\
     <li>Téléphone : 01 99 00 00 42, du lundi au vendredi, de 9 h 30 à 17 h 30</li>\n\
     <li>Courrier électronique : bonjour@example.org</li>\n\
     </ul>\n\
     <p>TVA non applicable, article 293 B du code général des impôts. La société ne dispose \
     donc pas, à ce titre, d’un numéro de TVA intracommunautaire.</p>\n\
     <p>Directrice de la publication : Mme Apolline Exemple, présidente. Toute demande \
     relative au contenu du site peut lui être adressée à l’adresse électronique ci-dessus \
     ou par lettre au siège.</p>\n\
     <h2>2. Hébergement</h2>\n\
     <p>Le site, la base de données et les fichiers déposés par les auteurs sont hébergés en \
     France par Hébergement Démo SAS, 2 avenue du Serveur, 00000 Démoville, téléphone 01 99 \
     00 00 43, courrier électronique hebergeur@example.com. Les sauvegardes sont conservées \
     dans un second centre de données, également situé en France. L’hébergeur n’a pas \
     connaissance du contenu des manuscrits et n’intervient que sur instruction de \
     l’éditeur.</p>\n\
     <h2>3. Objet du site</h2>\n\
     <p>La plateforme met en relation des auteurs et des correcteurs professionnels. Elle \
     permet de déposer un manuscrit, d’en commander la correction, la relecture, la \
     réécriture ou la mise en page, d’échanger avec l’équipe et de recevoir les documents \
     corrigés. La consultation des pages publiques est libre. L’accès aux projets, aux \
     messages et aux factures suppose la création d’un compte personnel.</p>\n\
     <h2>4. Propriété intellectuelle</h2>\n\
     <p>La structure du site, ses textes, ses illustrations, ses logos et ses éléments \
     logiciels appartiennent à l’éditeur ou font l’objet d’une autorisation. Toute \
     reproduction ou représentation, totale ou partielle, faite sans accord écrit est \
     interdite par l’article L. 122-4 du code de la propriété intellectuelle. Les courtes \
     citations restent permises, à condition de nommer la source.</p>\n\
     <p>Les manuscrits déposés demeurent la propriété exclusive de leurs auteurs, \
     conformément à l’article L. 111-1 du même code. Le dépôt n’emporte aucune cession de \
     droits. L’auteur autorise seulement l’éditeur à conserver le fichier, à le reproduire \
     pour les besoins techniques et à le transmettre au correcteur désigné, pour la durée \
     nécessaire à la commande. Le correcteur ne revendique aucun droit sur le texte \
     corrigé.</p>\n\
     <h2>5. Contenus publiés par les utilisateurs</h2>\n\
     <p>Chaque utilisateur répond des textes et des fichiers qu’il transmet. Il s’engage à \
     n’envoyer que des contenus dont il détient les droits et qui ne contreviennent pas à la \
     loi. Un contenu manifestement illicite peut être signalé à l’adresse \
     signalement@example.org en indiquant sa localisation, les raisons du signalement et les \
     coordonnées de son auteur. L’éditeur accuse réception sans retard et informe le \
     déclarant de la suite donnée.</p>\n\
     <h2>6. Responsabilité</h2>\n\
     <p>L’éditeur apporte le plus grand soin aux informations publiées, mais ne peut \
     garantir qu’elles soient toujours complètes ou à jour. Les articles du blog donnent des \
     conseils généraux et ne remplacent pas l’avis d’un avocat, d’un comptable ou d’une \
     administration. Le service peut être interrompu pour maintenance ; les utilisateurs en \
     sont avertis à l’avance chaque fois que cela est possible.</p>\n\
     <p>Des liens peuvent mener vers des sites extérieurs. L’éditeur n’en maîtrise pas le \
     contenu et n’en répond pas. Il retire tout lien dont le caractère illicite lui est \
     signalé.</p>\n\
     <h2>7. Données personnelles et cookies</h2>\n\
     <p>Le traitement des données personnelles est décrit dans la <a \
     href=\"/pages/politique-confidentialite\">politique de confidentialité</a>. La manière \
     d’exercer ses droits est expliquée sur la page <a href=\"/pages/rgpd\">Vos droits</a>. \
     Le site n’utilise que des cookies nécessaires à son fonctionnement et une mesure \
     d’audience anonyme, exemptée de consentement dans les conditions fixées par la \
     CNIL.</p>\n\
     <h2>8. Accessibilité</h2>\n\
     <p>Nous cherchons à rendre le site utilisable par tous : contrastes suffisants, \
     navigation au clavier, textes de remplacement, documents PDF balisés. Si un obstacle \
     vous empêche d’accéder à une information, écrivez à accessibilite@example.org ; nous \
     vous la fournirons sous une autre forme et corrigerons la page.</p>\n\
     <h2>9. Droit applicable</h2>\n\
     <p>Le site et les présentes mentions sont soumis au droit français. En cas de \
     désaccord, une solution amiable est recherchée avant toute action. À défaut, les \
     tribunaux français sont compétents, sans priver le consommateur de la protection que \
     lui assurent les règles impératives du pays où il réside.</p>\n\
     <p>Dernière mise à jour : 2 janvier 2025.</p>\n";

const CGV: &str = "<p>Les présentes conditions régissent les ventes de services conclues sur la plateforme \
     entre Les Ateliers Staka de Démonstration, société fictive désignée ci-après « le \
     prestataire », et toute personne qui passe commande, désignée ci-après « le client ». \
     Elles sont remises avant la commande et acceptées par une case à cocher. La version \
     applicable est celle qui est en vigueur au jour de la commande ; elle peut être \
     enregistrée et imprimée.</p>\n\
     <h2>Article 1 — Services proposés</h2>\n\
     <p>Le prestataire propose la correction, la relecture, la réécriture, la mise en page \
     et l’accompagnement éditorial de textes en langue française. Les caractéristiques \
     essentielles de chaque service, sa durée estimée et son prix figurent sur la page des \
     tarifs. Le prestataire est tenu d’une obligation de moyens : il met en œuvre le soin et \
     la compétence d’un professionnel, sans garantir l’absence totale de coquille ni \
     l’acceptation du texte par un éditeur.</p>\n\
     <h2>Article 2 — Compte client</h2>\n\
     <p>La commande suppose un compte personnel. Le client fournit des informations exactes, \
     choisit un mot de passe robuste et le garde secret. Les mineurs commandent avec \
     l’autorisation de leur représentant légal.</p>\n\
     <h2>Article 3 — Commande</h2>\n\
     <p>Le client décrit son projet, dépose son fichier, choisit un service, vérifie le \
     récapitulatif et le prix total, corrige au besoin les erreurs, accepte les présentes \
     conditions, puis confirme par un bouton qui mentionne clairement l’obligation de payer. \
     Un accusé de réception lui est adressé par courrier électronique. Le contrat est conclu \
     en français et archivé par le prestataire.</p>\n\
     <p>Le prestataire peut refuser une commande pour un motif légitime : texte illicite, \
     fichier illisible, délai intenable, impayé antérieur. Les sommes versées sont alors \
     restituées en totalité, sans frais.</p>\n\
     <h2>Article 4 — Prix</h2>\n\
     <p>Les prix sont exprimés en euros. TVA non applicable, article 293 B du code général \
     des impôts. Pour la correction à la page, les dix premières pages sont offertes ; \
     chaque page coûte 2 € de la onzième à la trois-centième, puis 1 € au-delà. Une page \
     s’entend de 1 500 signes, espaces comprises. Si le fichier déposé dépasse le nombre de \
     pages déclaré, le prestataire propose un complément de prix avant tout travail ; le \
     client peut l’accepter, réduire son texte ou renoncer sans frais.</p>\n\
     <h2>Article 5 — Paiement et facturation</h2>\n\
     <p>Le paiement est exigible à la commande, par carte bancaire, au moyen d’un \
     prestataire de paiement agréé. Les numéros de carte ne transitent pas par les serveurs \
     du prestataire. Un règlement échelonné peut être convenu par écrit. Une facture est \
     mise à disposition dans l’espace client.</p>\n\
     <p>Entre professionnels, tout retard de paiement entraîne de plein droit des pénalités \
     égales à trois fois le taux d’intérêt légal ainsi qu’une indemnité forfaitaire de 40 € \
     pour frais de recouvrement, conformément aux articles L. 441-10 et D. 441-5 du code de \
     commerce. Aucun escompte n’est accordé pour paiement anticipé.</p>\n\
     <h2>Article 6 — Exécution et délais</h2>\n\
     <p>La date de remise est confirmée par message après vérification du fichier. Elle \
     court à compter de la réception d’un document complet et du paiement. Si le prestataire \
     ne respecte pas cette date, le client peut le mettre en demeure de s’exécuter dans un \
     délai supplémentaire raisonnable ; à défaut, il peut résoudre le contrat dans les \
     conditions de l’article L. 216-6 du code de la consommation et obtenir, dans les \
     quatorze jours, le remboursement de ce qui n’a pas été fourni.</p>\n\
     <p>Le client répond aux questions du correcteur dans un délai raisonnable. Un projet \
     laissé sans réponse pendant trente jours peut être suspendu, puis repris à une date \
     convenue.</p>\n\
     <h2>Article 7 — Droit de rétractation</h2>\n\
     <p>Le consommateur dispose d’un délai de quatorze jours à compter de la conclusion du \
     contrat pour se rétracter, sans motif ni pénalité, en application de l’article \
     L. 221-18 du code de la consommation. Il lui suffit d’adresser une déclaration dénuée \
     d’ambiguïté, par la messagerie, à l’adresse retractation@example.org ou par lettre au \
     siège. Il peut utiliser le modèle ci-dessous, sans y être tenu.</p>\n\
     <p>Le travail ne commence avant la fin de ce délai qu’à la demande expresse du client, \
     recueillie à la commande. S’il se rétracte ensuite, il verse un montant proportionnel \
     au service déjà fourni, conformément à l’article L. 221-25. Le droit de rétractation ne \
     peut plus être exercé lorsque le service a été entièrement exécuté avant la fin du \
     délai, avec l’accord préalable et exprès du client et la reconnaissance par celui-ci de \
     la perte de son droit (article L. 221-28, 1°).</p>\n\
     <p>Le remboursement intervient dans les quatorze jours suivant la réception de la \
     rétractation, par le même moyen de paiement que celui de la commande, sauf accord \
     différent.</p>\n\
     <p><em>Modèle : « À l’attention des Ateliers Staka de Démonstration, 1 rue de \
     l’Exemple, 00000 Démoville, retractation@example.org. Je vous notifie ma rétractation \
     du contrat portant sur le service suivant : […]. Commandé le : […]. Nom et adresse du \
     client : […]. Date et signature, si le formulaire est envoyé sur papier. »</em></p>\n\
     <h2>Article 8 — Réclamations et reprises</h2>\n\
     <p>Le client vérifie les documents remis et signale ses observations, de préférence \
     dans les trente jours. Les corrections oubliées ou contestables sont reprises \
     gratuitement. Cette reprise ne couvre ni les passages ajoutés après la remise ni les \
     changements de parti pris de l’auteur. Elle ne limite en rien les droits que le client \
     tient de la loi.</p>\n\
     <h2>Article 9 — Propriété intellectuelle et confidentialité</h2>\n\
     <p>Le client garantit qu’il peut disposer du texte confié. Il en conserve tous les \
     droits, y compris sur la version corrigée, dès le paiement complet. Le prestataire et \
     ses correcteurs gardent le manuscrit secret, ne le communiquent à aucun tiers étranger \
     à la commande et ne l’emploient pas pour entraîner des systèmes automatiques. Cette \
     obligation survit à la fin du contrat pendant dix ans.</p>\n\
     <h2>Article 10 — Responsabilité et force majeure</h2>\n\
     <p>Le prestataire répond des dommages directs et prévisibles causés par une faute \
     prouvée. Le client garde une copie de ses fichiers. À l’égard des professionnels, la \
     réparation est limitée au prix de la commande, sauf faute lourde ou dolosive. Aucune \
     des parties ne répond d’un manquement dû à un cas de force majeure au sens de l’article \
     1218 du code civil.</p>\n\
     <h2>Article 11 — Données personnelles</h2>\n\
     <p>Les données sont traitées pour exécuter la commande, établir les factures et assurer \
     le suivi. Les détails figurent dans la <a \
     href=\"/pages/politique-confidentialite\">politique de confidentialité</a>.</p>\n\
     <h2>Article 12 — Médiation et litiges</h2>\n\
     <p>En cas de difficulté, le client écrit d’abord au service client, à l’adresse \
     bonjour@example.org. Si aucune solution n’est trouvée, le consommateur peut recourir \
     gratuitement, dans l’année qui suit sa réclamation écrite, au médiateur de la \
     consommation (articles L. 612-1 et suivants du code de la consommation) : Médiation \
     Démo, organisme fictif, 3 place de l’Accord, 00000 Démoville, \
     mediation@example.com.</p>\n\
     <p>Le contrat est soumis au droit français. Le consommateur peut saisir, à son choix, \
     l’une des juridictions compétentes en vertu du code de procédure civile ou celle du \
     lieu où il demeurait au moment de la conclusion du contrat. Les litiges entre \
     commerçants relèvent du tribunal du siège du prestataire.</p>\n\
     <p>Version du 2 janvier 2025.</p>\n";
