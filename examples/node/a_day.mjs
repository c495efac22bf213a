// A day in the life of the platform: an author comes and orders, the team takes the order up and writes, a visitor asks,
// and the audit log knows who did what.
//
//     DATABASE_URL=mysql://user:password@host:3306/staka node examples/node/a_day.mjs
//
// Without DATABASE_URL a private server with demo data is started, which takes a minute. In a program of your own the
// first line is `import { Role, Staka, StakaError } from 'staka'`.

import { Role, Staka, StakaError } from '../../staka-node/index.mjs';

const url = process.env.DATABASE_URL;
const staka = url ? await Staka.connect(url) : await Staka.local({ scale: 'small' });
const unique = Date.now().toString(36);

// The program itself makes an administrator; everybody else acts for themselves.
const account = { prenom: 'Agathe', nom: 'Roux', email: `agathe.${unique}@example.org`, password: 'Relire-2026-bien' };
const agathe = await staka.users.create({ ...account, role: Role.ADMIN });
const team = staka.asUser(agathe.id, Role.ADMIN);

// An author registers and signs in; the hash is computed off JavaScript's thread.
const site = staka.asAnonymous();
const [email, password] = [`zoe.${unique}@example.org`, 'Un roman de 300 pages'];
await site.accounts.register({ prenom: 'Zoé', nom: 'Ångström', email, password });
const zoe = await site.accounts.authenticate(email, password);
const author = staka.asUser(zoe.id, zoe.role, { ip: '192.0.2.1' });

// She orders and adds her manuscript; the team is told in the same transaction.
const order = await author.commandes.create({ titre: 'Les Marées' });
await author.files.create({ filename: 'marees.pdf', mimeType: 'application/pdf', size: 480_000, url: 'https://files.example.org/marees', commandeId: order.id });
console.log(`${await team.notifications.unreadCount(agathe.id)} notifications for the team`);

// The team takes it up; what the table of transitions does not know is refused.
await team.commandes.changeStatut(order.id, 'EN_COURS');
await team.commandes.changeStatut(order.id, 'EN_COURS').catch((error) => {
  if (!(error instanceof StakaError)) throw error;
  console.log(`${error.code}: ${error.message}`);
});
const { conversationId } = await team.messages.sendTo(zoe.id, { content: 'Votre manuscrit est arrivé.' });
await author.messages.markRead(conversationId);
await author.messages.reply(conversationId, { content: 'Merci !' });
for (const { title, message } of (await author.notifications.list(zoe.id)).items) console.log(`${title}: ${message}`);

// A visitor asks; the thread stays the visitor's, and waits in the team's inbox.
await site.messages.sendAsVisitor({ visitorEmail: 'vera@example.org', visitorName: 'Vera', content: 'Corrigez-vous les thèses ?' });
for (const { timestamp, adminEmail, action } of await team.auditLogs.recent({ severities: ['LOW', 'MEDIUM'], limit: 5 }))
  console.log(timestamp.toISOString(), adminEmail, action);

await staka.close();
