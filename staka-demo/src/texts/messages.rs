//! Messages of authors and visitors. Some test a text column: several scripts, combining marks, wildcards.

pub(crate) const CLIENT_MESSAGES: [&str; 60] = [
    "Bonjour, je viens de déposer mon manuscrit. Pouvez-vous me confirmer que le fichier \
     s’ouvre bien ?",
    "Merci pour votre retour si rapide !",
    "Bonsoir, j’ai une question sur la page 34 : faut-il vraiment un trait d’union à « \
     vis-à-vis » ?",
    "Je viens de relire la version corrigée, c’est du beau travail. Bravo à toute l’équipe. 👏",
    "Est-il possible d’avancer la date de remise de quelques jours ? Mon imprimeur ferme fin \
     juillet.",
    "Je me suis trompée de fichier, désolée. Le bon est « roman_final_2.docx ».",
    "Le règlement est fait, j’attends vos nouvelles.",
    "Pourriez-vous garder les « ne » omis dans les dialogues ? C’est ainsi que parlent mes \
     personnages.",
    "J’ai bien reçu la facture, merci.",
    "Bonjour,\n\nJe n’ai toujours pas de nouvelles de mon projet déposé lundi. Tout va bien \
     ?\n\nCordialement",
    "D’accord pour le devis, on peut commencer.",
    "Mon fils a renversé du café sur l’ordinateur, je reprends le chapitre 8 de mémoire. \
     Laissez-moi une semaine… ☕💻😭",
    "Faut-il écrire « événement » ou « évènement » ? J’ai vu les deux dans votre correction.",
    "J’accepte toutes les corrections sauf la dernière page : la phrase bancale est voulue.",
    "Quel est le nombre de pages retenu pour la facturation ? Mon logiciel en affiche 187.",
    "Merci de m’appeler plutôt l’après-midi, je suis infirmière de nuit.",
    "Je pars trois semaines sans Internet. Continuez sans moi, je validerai au retour.",
    "Petite précision : l’action se passe en 1912, donc pas de « week-end » ni de « stress ».",
    "Je suis un peu perdu : où trouve-t-on le document corrigé ?",
    "C’est bon, j’ai trouvé. Merci de votre patience. 🙏",
    "Pouvez-vous me mettre en relation avec la personne qui a corrigé mon premier livre ?",
    "Je n’ai pas compris la remarque n° 112. Pouvez-vous l’expliquer ?",
    "Voici la photo de couverture. Elle est prise par ma sœur, j’ai son accord écrit.",
    "Le correcteur a remplacé « mère-grand » par « grand-mère ». Non ! C’est un conte ! 😄",
    "J’hésite entre deux titres : « Le silence de l’île blanche » et « L’île du silence ». \
     Votre avis ?",
    "Je souhaite ajouter douze pages à la fin. Quel serait le complément à payer ?",
    "Le paiement est passé deux fois sur mon relevé. Pouvez-vous vérifier, s’il vous plaît ?",
    "Tout est parfait, vous pouvez clore le projet.",
    "Pourriez-vous m’envoyer aussi une version sans les marques de correction ?",
    "Une lectrice m’a signalé une coquille p. 56 (« il a manger »). Comment a-t-elle pu nous \
     échapper ?",
    "Bonjour à tous 👋🏽 Petit drapeau pour la route 🇫🇷🏳️‍🌈 et une famille 👨‍👩‍👧‍👦 : si vous \
     lisez tout cela, la messagerie fonctionne.",
    "Ma dédicace doit rester en arabe : « إلى أمي التي علمتني القراءة ». Elle se lit de \
     droite à gauche, ne la retournez pas !",
    "L’exergue est en hébreu : « בראשית היה הדבר ». Je vous laisse vérifier l’espace avant la \
     virgule qui suit.",
    "Le poème chinois de la page 9 (« 床前明月光，疑是地上霜 ») est cité de mémoire, merci de n’y rien \
     changer.",
    "J’ai copié ce passage d’un vieux fichier, les accents sont en deux morceaux : \
     e\u{301}te\u{301}, cafe\u{301}, nai\u{308}f, c\u{327}a.",
    "Mon chemin de fichier est C:\\Users\\moi\\Textes\\nouveau\\roman.docx ; est-ce que le \
     \\n pose un problème ?",
    "Réduction de 100 % ? J’ai lu « 10 % » dans le courriel et « 100_% » sur la page. Où est \
     la vérité ?",
    "Mon personnage est informaticien, il dit : Robert\u{27}); DROP TABLE commandes;-- Gardez \
     la phrase telle quelle, s’il vous plaît.",
    "Il y a des guillemets partout : \"droits\", “anglais”, « français », ‹ simples ›, \
     'apostrophes'. Uniformisez, par pitié.",
    "Le titre courant affiche <b>Chapitre &amp; suite</b> au lieu du gras. C’est de votre \
     côté ou du mien ?",
    "Tableau copié :\n\tligne 1\tcolonne A\n\tligne 2\tcolonne B\n\nLes tabulations \
     survivront-elles ?",
    "Le nom de la déesse est écrit 𒀭𒈹 dans l’original. Si votre police ne l’affiche pas, \
     mettez une note.",
    "Zo\u{308}e\u{301} n’est pas Zoé, attention : le o porte un tréma dans tout le livre.",
    "Une phrase grecque, « γνῶθι σεαυτόν », une russe, « всё будет хорошо », une hindie, « \
     नमस्ते » : votre logiciel suit ?",
    "Je vous écris du train, excusez l’ortografe lol mais c justement pr ça que je vous paie 😅",
    "?",
    "ok",
    "   Bonjour, j’ai laissé des espaces avant et après mon message.   ",
    "RE: RE: RE: version définitive (cette fois, c’est la bonne)",
    "Merci ❤️",
    "Entre nous : la fin vous a-t-elle surpris ?",
    "Pourriez-vous vérifier si « après que » est toujours suivi de l’indicatif chez moi ? \
     J’ai un doute à chaque fois.",
    "Ma fille de sept ans a relu l’album et trouve que la loutre devrait gagner. Je crains \
     qu’elle n’ait raison.",
    "Je joins l’enregistrement de ma tante. Le son est faible à partir de la douzième minute.",
    "La virgule de la première phrase : avec ou sans ? Je change d’avis tous les matins.",
    "Nous sommes deux auteurs, pouvez-vous envoyer une copie à louise.demo@example.org ?",
    "Le lien de réinitialisation ne marche plus, pouvez-vous m’en envoyer un autre ?",
    // The three long ones, between 2 and 4 KB each.
    "Bonjour à toute l’équipe,\n\n\
     Je prends le temps de vous écrire longuement, parce que vos remarques sur mon premier \
     chapitre m’ont occupée toute la fin de semaine. Je les ai lues deux fois : une première \
     fois vexée, une seconde fois soulagée. Vous avez raison sur presque tout.\n\n\
     Sur la chronologie d’abord. Jeanne arrive sur l’île en octobre 1953, et le bateau du \
     chapitre 4 ne peut donc pas être celui que l’on inaugure en 1957. J’avais déplacé le \
     naufrage d’une version à l’autre sans reprendre les dates. Je propose de ne plus nommer \
     le bateau : le lecteur n’en a pas besoin, et je m’évite de vérifier les registres du \
     port.\n\n\
     Sur les dialogues ensuite. Je comprends l’envie de rétablir les négations complètes, \
     mais je vous demande de ne pas y toucher pour la mère, le facteur et les deux pêcheurs. \
     En revanche, le médecin et l’institutrice parlent un français soigné, presque trop : \
     n’hésitez pas à corriger chez eux la moindre hésitation. C’est à leur langue qu’on doit \
     les reconnaître, bien avant que le narrateur les nomme.\n\n\
     Sur les répétitions enfin. « Brume » revient quarante-deux fois, vous l’avez compté, et \
     j’en ai rougi. Je garde celles du prologue et de la dernière page, qui se répondent. \
     Pour les autres, vos propositions me conviennent, sauf « brouillard givrant » : nous \
     sommes en Bretagne, pas en Savoie !\n\n\
     J’ai aussi trois questions :\n\
     1. Faut-il une majuscule à « île » quand on parle de l’Île comme d’un personnage ?\n\
     2. Les titres de chapitres doivent-ils porter un point final ?\n\
     3. Peut-on laisser une page entièrement blanche entre les deux parties, ou l’imprimeur \
     va-t-il croire à une erreur ?\n\n\
     Pour le reste, continuez comme vous avez commencé. Je ne savais pas qu’on pouvait lire \
     un texte avec autant d’attention sans l’avoir écrit soi-même. Mon mari prétend que vous \
     le connaissez désormais mieux que moi, ce qui est sans doute vrai : moi, je ne vois \
     plus que les phrases que j’ai coupées.\n\n\
     Je serai joignable jeudi et vendredi, puis de nouveau à partir du 12. Ne vous pressez \
     pas pour la suite : j’ai attendu ce livre onze ans, il peut bien attendre une semaine \
     de plus.\n\n\
     Avec toute ma gratitude,\nune autrice moins vexée que prévu",
    "Bonjour,\n\n\
     Voici la liste complète de mes consignes typographiques. Je sais qu’elle est longue ; \
     je l’ai mise au propre une bonne fois pour que nous n’ayons plus à y revenir.\n\n\
     — Guillemets : français au premier niveau (« … »), anglais au second (“ … ”). Jamais de \
     guillemets droits, sauf dans l’écran d’ordinateur du chapitre 15, où l’on doit lire \
     exactement : print(\"Bonjour, \\\"monde\\\"\\n\").\n\
     — Tirets : cadratin (—) au début des répliques, demi-cadratin (–) pour les incises. Le \
     trait d’union reste à sa place.\n\
     — Nombres : en lettres jusqu’à cent, sauf les dates, les heures (18 h 30), les prix \
     (12,50 €) et les pourcentages (7 %).\n\
     — Siècles : petites capitales si possible, XIXe sinon.\n\
     — Majuscules : toujours accentuées (À, É, Ô, Ç). « État » pour l’institution, « état » \
     pour le reste.\n\
     — Italique : titres d’œuvres, mots étrangers non naturalisés, pensées du narrateur. Pas \
     de gras, jamais.\n\n\
     Les mots étrangers suivants restent tels quels, sans italique, parce que les \
     personnages ne les vivent pas comme étrangers :\n\
     • en arabe : « يا ليل », « إن شاء الله », « قهوة » ;\n\
     • en hébreu : « שבת שלום », « לחיים » ;\n\
     • en chinois : « 慢慢来 », « 茶 » ;\n\
     • en vietnamien : « Phở », « cảm ơn », « Nguyễn » ;\n\
     • en tchèque : « dobrý den », « křídlo ».\n\n\
     Quant aux noms propres, la liste suit, et elle fait autorité sur tout dictionnaire : \
     Aurèle Montreval (un seul l), Célestine d’Ormoy (d minuscule), Kerguével (accent sur le \
     second e), la rue Haute (majuscule à Haute), le café de l’Espérance (pas de majuscule à \
     café), l’Île-aux-Moines imaginaire (rien à voir avec la vraie).\n\n\
     Les fautes que je veux garder : « j’ai été au marché » chez la grand-mère, « malgré que \
     » chez l’oncle, « comme même » dans la lettre de l’enfant, p. 203. Tout le reste peut \
     tomber sous votre crayon.\n\n\
     Encore une chose. Dans les SMS du chapitre 21, les émojis font partie du texte : 😂 \
     n’est pas 🤣, et ❤ n’est pas ❤️. Si votre logiciel les remplace par des carrés, \
     dites-le-moi, je les décrirai en toutes lettres. Ma nièce a vérifié chacun d’eux avec \
     un sérieux de notaire.\n\n\
     Pour la mise en page, si nous allons jusque-là :\n\
     1. pas de lettrine au premier chapitre, qui s’ouvre sur un tiret ;\n\
     2. le poème du chapitre 11 doit tenir sur une seule page, quitte à laisser du blanc \
     avant ;\n\
     3. la carte se place en regard du titre, jamais à la fin ;\n\
     4. le chemin « D:\\Archives\\1999_100%\\lettre.txt » ne se coupe pas en fin de ligne, \
     c’est un indice ;\n\
     5. les remerciements viennent après le texte, car ils en révèlent la moitié.\n\n\
     J’ajoute une liste de mots sur lesquels je me trompe toujours, pour que vous les \
     cherchiez d’emblée : « quoique » et « quoi que », « davantage » et « d’avantage », « \
     censé » et « sensé », « différend » et « différent », « prémices » et « prémisses », « \
     à l’attention de » et « à l’intention de ». Mon premier roman en comptait dix-neuf ; ma \
     belle-mère les avait tous trouvés.\n\n\
     Merci d’avance. Si une consigne vous paraît absurde, discutons-en : je change rarement \
     d’avis, mais cela m’est arrivé en 2009.\n\n\
     Bien à vous",
    "Madame, Monsieur,\n\n\
     Je vous dois des explications sur le silence de ces deux mois. Après votre diagnostic, \
     j’ai rangé le manuscrit dans le buffet de la salle à manger, entre les nappes et le \
     service à thé, et je me suis promis de ne plus y penser. J’ai tenu onze jours.\n\n\
     Le douzième, j’ai rouvert le document à la page que vous aviez marquée d’un simple \
     point d’interrogation. Vous n’aviez rien écrit d’autre, et c’était bien pire qu’une \
     remarque. Pourquoi mon héros rentre-t-il chez lui ce soir-là, alors que tout, dans les \
     cent pages précédentes, le pousse à partir ? Je n’en savais rien. Il rentrait parce que \
     j’avais besoin de lui dans la cuisine au chapitre suivant.\n\n\
     J’ai donc fait ce que vous suggériez : j’ai écrit la scène où il ne rentre pas. Elle \
     fait trente pages. Elle m’a obligé à supprimer la cuisine, le repas, la dispute avec le \
     beau-frère, et le chien, que j’aimais beaucoup. Le livre compte maintenant 268 pages au \
     lieu de 312, et pour la première fois je crois qu’il avance.\n\n\
     Vous trouverez ci-joint cette nouvelle version. Je souhaite la confier à la même \
     personne, si elle le veut bien. Je précise les points sur lesquels j’aimerais un avis \
     sans complaisance :\n\n\
     • le passage du présent au passé simple, p. 97, est-il trop brutal ?\n\
     • comprend-on que la lettre n’a jamais été envoyée ?\n\
     • la sœur parle-t-elle trop ?\n\
     • faut-il garder l’épilogue ? Ma femme dit oui, mon voisin dit non, et tous deux lisent \
     bien.\n\n\
     Pour le paiement, j’ai compris le calcul : dix pages offertes, 258 pages à 2 €, soit \
     516 €. Je règle dès que vous aurez confirmé le nombre de pages. Inutile de m’accorder \
     une remise au titre de la première version ; vous l’avez gagnée deux fois.\n\n\
     Un mot encore, pour la personne qui a tracé ce point d’interrogation. J’ai enseigné \
     trente-quatre ans, j’ai rempli des milliers de marges à l’encre rouge, et je n’ai \
     jamais su en dire aussi peu. Mes élèves m’auraient sans doute mieux aimé. \
     Transmettez-lui, s’il vous plaît, que le chien n’est pas mort : il a seulement changé \
     de livre.\n\n\
     Je n’ai plus d’échéance. Le concours est passé, l’éditeur a répondu non à l’ancienne \
     mouture, et je m’en réjouis. Prenez le temps qu’il faudra. J’ai remis les nappes dans \
     le buffet, mais le manuscrit reste sur la table.\n\n\
     Respectueusement vôtre",
];

/// First messages of visitors without an account.
pub(crate) const VISITOR_QUESTIONS: [&str; 20] = [
    "Bonjour, corrigez-vous aussi les recueils de poésie ?",
    "Combien coûterait la correction d’un roman de 250 pages ?",
    "Bonjour, est-ce que vos correcteurs travaillent en Belgique et en Suisse ?",
    "Je n’ai qu’un manuscrit papier. Pouvez-vous le saisir ?",
    "Vos dix pages gratuites sont-elles vraiment sans engagement ?",
    "Puis-je avoir un rendez-vous téléphonique cette semaine ?",
    "Bonjour 😊 Mon livre est en français avec des dialogues en créole, est-ce possible ?",
    "Quel est le délai pour une thèse de 400 pages ?",
    "Acceptez-vous les fichiers de mon vieux traitement de texte de 1998 ?",
    "Est-ce que vous publiez les livres ensuite ?",
    "Je cherche une correctrice pour un livre de cuisine. Par où commencer ?",
    "Mon texte fait 9 pages. Est-ce donc gratuit ?",
    "Faites-vous la correction de sous-titres ?",
    "مرحبا، هل تصححون النصوص الفرنسية المكتوبة من طرف أجانب ؟",
    "你好，请问可以修改中国作者写的法文小说吗？",
    "Comment être sûr que personne ne copiera mon idée ?",
    "Proposez-vous un tarif pour les associations ?",
    "Un ami m’a parlé de vous. Il a dit « 100 % satisfait » ; je viens voir.",
    "Je voudrais offrir une correction à mon père, comment faire ?",
    "Bonjour, j’ai rempli le formulaire mais rien ne s’est passé. Avez-vous reçu quelque chose ?",
];

pub(crate) const SUBJECTS: [&str; 15] = [
    "Question sur ma commande",
    "Version corrigée",
    "Demande de devis",
    "Nouveau fichier déposé",
    "Délai de livraison",
    "Ma facture",
    "Remarques sur le chapitre 3",
    "Demande de rendez-vous",
    "Problème de téléchargement",
    "Merci ! 🎉",
    "Modification du projet",
    "Choix du titre",
    "Réponse à vos commentaires",
    "Bienvenue chez Staka",
    "Question d’un visiteur",
];

pub(crate) const CONSULTATION_REQUESTS: [&str; 8] = [
    "Je souhaite parler de mon premier roman avant de l’envoyer à des éditeurs. J’ai surtout \
     besoin d’un avis sur le début.",
    "Mon recueil est prêt, mais j’hésite entre l’autoédition et une petite maison. \
     Pouvez-vous m’éclairer ?",
    "Trois refus en un an. J’aimerais comprendre ce qui ne va pas et décider s’il faut réécrire.",
    "J’ai un projet de biographie familiale, rien d’écrit, beaucoup de boîtes de photos. \
     Comment s’organiser ?",
    "Je voudrais discuter de la couverture et du titre. Disponible le mardi matin ou le jeudi \
     après 17 h.",
    "Livre bilingue français–hébreu (עברית) : questions de mise en page et de sens de lecture.",
    "Nous sommes deux autrices et ne sommes plus d’accord sur la fin. Un arbitrage \
     bienveillant serait précieux. 😅",
    "Consultation pour une thèse à transformer en livre grand public.\nPages : \
     480\nSoutenance : passée\nCourage : moyen",
];
