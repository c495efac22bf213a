//! Messages of the team and the system.

pub(crate) const TEAM_REPLIES: [&str; 50] = [
    "Bonjour, votre fichier est bien arrivé et s’ouvre sans difficulté. Nous revenons vers \
     vous sous un jour ouvré.",
    "Merci pour votre confiance ! Votre correcteur prend connaissance du texte dès demain.",
    "La version corrigée est disponible dans votre espace, rubrique « Fichiers ». Bonne lecture !",
    "Nous avons bien reçu votre règlement. La facture est téléchargeable depuis la page \
     « Facturation ».",
    "C’est noté, nous conservons les tournures orales dans tous les dialogues.",
    "Le comptage donne 212 pages de 1 500 signes. Le prix annoncé ne change pas.",
    "Vous avez raison, c’est une erreur de notre part. Un fichier rectifié vous attend.",
    "Pour « événement », les deux graphies sont admises ; nous gardons la vôtre partout.",
    "La date de remise est maintenue au 14. Si nous pouvons livrer plus tôt, vous serez le \
     premier averti.",
    "Pouvez-vous déposer de nouveau le document ? Celui que nous avons s’arrête au milieu du \
     chapitre 6.",
    "Nous sommes désolés de ce retard. La nouvelle date est le 22, sans faute.",
    "Le complément pour douze pages s’élève à 24 €. Le lien de paiement vous parvient dans la \
     minute.",
    "Votre demande de rétractation est enregistrée. Le remboursement partira aujourd’hui.",
    "Un seul des deux débits est définitif : l’autre est une autorisation que votre banque \
     annulera sous peu.",
    "Merci pour ces précisions, elles sont ajoutées à la fiche du projet.",
    "Nous vous proposons un échange téléphonique mardi à 10 h ou jeudi à 15 h. Que \
     préférez-vous ?",
    "La remarque n° 112 porte sur l’accord du participe : « les lettres qu’elle a écrites », \
     avec le complément placé avant.",
    "Vous trouverez ci-joint la version sans marques de correction.",
    "La personne qui a suivi votre premier livre est disponible à partir du 3. Souhaitez-vous \
     l’attendre ?",
    "Avec plaisir ! Le projet est clos, vos fichiers restent accessibles pendant un an.",
    "« Mère-grand » est rétabli partout. Que le loup nous pardonne. 🐺",
    "Après vérification, « après que » est suivi de l’indicatif dans dix-neuf cas sur vingt. \
     Le vingtième est corrigé.",
    "Les passages en arabe et en hébreu sont conservés à l’identique, sens de lecture compris.",
    "Votre texte compte quelques caractères décomposés ; nous les avons recomposés, \
     l’affichage ne change pas.",
    "Le nom de fichier contient un « % », ce qui est permis. Le refus venait de la taille : \
     20 Mo au plus.",
    "Nous ne publions pas les livres, mais nous pouvons préparer tous les fichiers nécessaires.",
    "Le paiement en trois fois est accepté. Première échéance à la commande, les suivantes à \
     trente et soixante jours.",
    "Vos données ont été exportées et envoyées à votre adresse. Le lien expire dans sept jours.",
    "Votre compte est de nouveau actif. Pensez à choisir un mot de passe plus long.",
    "Le lien de réinitialisation n’est valable qu’une heure ; en voici un nouveau, envoyé à \
     l’instant.",
    "La couverture est superbe. Une seule réserve : le titre se perd un peu dans le ciel clair.",
    "Merci, votre message nous a fait plaisir. ❤️ Nous le transmettons à la correctrice.",
    "Nous gardons la première phrase sans virgule. Si vous changez d’avis demain matin, \
     écrivez-nous.",
    "Pour l’extrait gratuit, envoyez simplement les dix premières pages, dans l’ordre du livre.",
    "Le document audio est exploitable jusqu’à la douzième minute. Avez-vous une autre prise ?",
    "La TVA n’est pas applicable (art. 293 B du CGI) : le montant payé est donc le montant total.",
    "Nous avons relevé une incohérence d’âge entre les pages 12 et 88. Laquelle devons-nous \
     garder ?",
    "Parfait, nous commençons lundi.",
    "Votre correcteur est absent jusqu’au 9. Une collègue assure le relais, rien ne change \
     pour vous.",
    "Nous vous conseillons de ne plus modifier le document pendant la correction, afin \
     d’éviter deux versions divergentes.",
    "Une page blanche entre deux parties est tout à fait courante : l’imprimeur ne s’étonnera \
     pas.",
    "Les titres de chapitres ne prennent pas de point final.",
    "La coquille de la page 56 est corrigée et la nouvelle version déposée. Merci à votre \
     lectrice !",
    "Nous préférons « L’île du silence », plus court et plus net, mais la décision vous revient.",
    "Bonne nouvelle : votre texte est si propre que la relecture suffira. Nous remboursons la \
     différence, soit 71 €.",
    "Votre facture est rectifiée au nom de l’association. L’avoir et la nouvelle facture sont \
     en pièce jointe.",
    "La loutre gagne donc. Votre fille fera une excellente éditrice. 🦦",
    "Bien reçu.",
    "Nous restons à votre disposition. Belle journée !",
    "Bonjour,\n\n\
     Merci pour votre longue lettre et pour la liberté que vous nous laissez. Voici nos \
     réponses, dans l’ordre de vos questions.\n\n\
     1. La majuscule à « Île ». Elle se justifie lorsque le mot désigne à lui seul le lieu, \
     comme un nom propre : « elle quitta l’Île ». Avec un complément ou un adjectif, la \
     minuscule suffit : « l’île aux brumes », « cette île maudite ». Nous avons appliqué \
     cette règle partout et marqué d’un commentaire les sept passages où l’on peut \
     hésiter.\n\n\
     2. Les titres de chapitres. Pas de point final, quelle que soit leur longueur, sauf \
     s’il s’agit d’une phrase interrogative ou exclamative. Le titre du chapitre 9 garde \
     donc son point d’interrogation.\n\n\
     3. La page blanche. Elle est d’usage entre deux parties, et même souhaitable : le titre \
     d’une partie se place sur une page de droite. Nous l’indiquerons à la mise en page pour \
     qu’aucun zèle informatique ne la supprime.\n\n\
     Pour le reste, quelques nouvelles du travail en cours. Les chapitres 1 à 5 sont \
     corrigés. La chronologie a été relevée dans un tableau que vous trouverez ci-joint : \
     une ligne par scène, avec la date, le lieu, l’âge des personnages et la source (texte, \
     déduction ou supposition). Trois lignes sont en rouge. La première concerne le bateau, \
     que vous proposez de ne plus nommer ; la deuxième, la durée du voyage de retour, \
     impossible en une nuit avec la voilure décrite ; la troisième, la naissance de \
     l’enfant, qui tombe dix mois et demi après le départ du père. Ce dernier point est \
     peut-être volontaire, auquel cas nous n’avons rien dit.\n\n\
     Les dialogues des quatre personnages que vous citez restent intacts. Chez le médecin, \
     nous avons rétabli onze négations et trois subjonctifs. L’institutrice n’avait besoin \
     de personne.\n\n\
     Enfin, « brouillard givrant » a disparu. Nous plaidons coupables : la correctrice est \
     née à Chambéry.\n\n\
     La suite vous parviendra le 16 au soir. D’ici là, reposez-vous : c’est aussi une étape \
     de l’écriture.\n\n\
     Bien cordialement,\nl’équipe Staka",
];

pub(crate) const SYSTEM_MESSAGES: [&str; 6] = [
    "Bienvenue dans votre espace ! Cette conversation vous relie à notre équipe : posez-y \
     toutes vos questions.",
    "Votre paiement est confirmé. Prochaine étape : la vérification de votre manuscrit, sous \
     un jour ouvré.",
    "Votre projet est passé à l’étape « En cours ».",
    "Un document corrigé a été ajouté à votre projet. Ouvrez la rubrique « Fichiers » pour le \
     télécharger.",
    "Cette conversation est restée sans réponse pendant trente jours. Écrivez à tout moment \
     pour la reprendre.",
    "Votre adresse électronique a été vérifiée. ✅",
];
