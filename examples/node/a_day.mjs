// A day on the platform: an author registers and places an order, the team starts it and writes a message, a visitor
// asks a question, and the audit log records who did what.
//
//     DATABASE_URL=mysql://user:password@host:3306/staka node examples/node/a_day.mjs
//
// Without DATABASE_URL a private server with demo data is started, which takes a minute. Your own programs import from
// the package: `import { Role, Staka, StakaError } from 'staka'`.

import { Role, Staka, StakaError } from '../../staka-node/index.mjs';

const url = process.env.DATABASE_URL;
const staka = url ? await Staka.connect(url) : await Staka.local({ scale: 'small' });
const unique = Date.now().toString(36);

// The system creates an administrator; all others act with their own rights.
const account = { prenom: 'Agathe', nom: 'Roux', email: `agathe.${unique}@example.org`, password: 'Relire-2026-bien' };
const agathe = await staka.users.create({ ...account, role: Role.ADMIN });
const team = staka.asUser(agathe.id, Role.ADMIN);

// An author registers and signs in. The password hash is computed on a separate thread.
const site = staka.asAnonymous();
const [email, password] = [`zoe.${unique}@example.org`, 'Un roman de 300 pages'];
await site.accounts.register({ prenom: 'Zoé', nom: 'Ångström', email, password });
const zoe = await site.accounts.authenticate(email, password);
const author = staka.asUser(zoe.id, zoe.role, { ip: '192.0.2.1' });

// She places an order and adds her manuscript; the same transactions notify the team.
const order = await author.commandes.create({ titre: 'Les Marées' });
await author.files.create({ filename: 'marees.pdf', mimeType: 'application/pdf', size: 480_000, url: 'https://files.example.org/marees', commandeId: order.id });
console.log(`${await team.notifications.unreadCount(agathe.id)} notifications for the team`);

// The team starts the order. A transition that is not allowed is refused.
await team.commandes.setStatut(order.id, 'EN_COURS');
await team.commandes.setStatut(order.id, 'EN_COURS').catch((error) => {
  if (!(error instanceof StakaError)) throw error;
  console.log(`${error.code}: ${error.message}`);
});
const { conversationId } = await team.messages.sendTo(zoe.id, { content: 'Votre manuscrit est arrivé.' });
await author.messages.markRead(conversationId);
await author.messages.reply(conversationId, { content: 'Merci !' });
for (const { title, message } of (await author.notifications.listByUser(zoe.id)).items) console.log(`${title}: ${message}`);

// A visitor asks a question, which appears in the team's inbox.
await site.messages.sendAsVisitor({ visitorEmail: 'vera@example.org', visitorName: 'Vera', content: 'Corrigez-vous les thèses ?' });
for (const { timestamp, adminEmail, action } of await team.auditLogs.listRecent({ severities: ['LOW', 'MEDIUM'], limit: 5 }))
  console.log(timestamp.toISOString(), adminEmail, action);

await staka.close();
