// A sale and what comes of it: a price, Stripe's event delivered twice, an invoice with a number, a credit note, a question to
// the team, the year's figures, and a client who wants to be forgotten while the invoice stays.
//
//     DATABASE_URL=mysql://user:password@host:3306/staka node examples/node/a_sale.mjs
//
// Without DATABASE_URL a private server with demo data is started, which takes a minute. In a program of your own the
// first line is `import { Staka } from 'staka'`.

import { Role, Staka } from '../../staka-node/index.mjs';

const url = process.env.DATABASE_URL;
const staka = url ? await Staka.connect(url) : await Staka.local({ scale: 'small' });
const unique = Date.now().toString(36);
const account = (prenom, role) => ({ prenom, nom: 'Exemple', email: `${prenom}.${unique}@example.org`, password: 'Relire-2026-bien', role });
const zoe = await staka.users.create(account('Zoe', Role.USER));
const agathe = await staka.users.create(account('Agathe', Role.ADMIN));
const author = staka.asUser(zoe.id, Role.USER);
const team = staka.asUser(agathe.id, Role.ADMIN);

// Who sells, and under which regime of VAT: what the invoices to come will say.
await team.billing.setSettings({ sellerAddress: '12 rue des Lilas\n75020 Paris', siret: '732 829 320 00074', regime: 'INCLUSIVE', rate: 2000 });

// An order has its price from the team, never from its client.
const order = await author.commandes.create({ titre: 'Les Marées' });
await team.billing.setPrice(order.id, 46_800);
const session = `cs_test_${unique}`;
const due = await author.payments.openCheckout(order.id, session);
console.log(`${due.amount} centimes are due, ${due.taxAmount} of them VAT`);

// Stripe says that it was paid, twice; who checked the signature hands the text over.
const event = JSON.stringify({
  id: `evt_test_${unique}`, type: 'checkout.session.completed', created: Math.floor(Date.now() / 1000),
  data: { object: { object: 'checkout.session', id: session, payment_status: 'paid', payment_intent: `pi_test_${unique}`, amount_total: due.amount, currency: 'eur' } },
});
for (const attempt of [1, 2]) {
  const { outcome, deliveries } = await staka.payments.record(event);
  console.log(`delivery ${deliveries} of ${attempt}: ${outcome}`);
}

// One invoice came of it, with the next number of the year. It never changes: what is taken back has a note of its own.
const [invoice] = (await author.invoices.listMine(zoe.id)).items;
console.log(`${invoice.number} of ${invoice.amount / 100} € HT is ${invoice.status}`);
const note = await team.invoices.credit(invoice.id, 4_680, 'un retard de trois jours');
console.log(`${note.number} takes back ${note.total} centimes of ${note.invoiceNumber}`);

// What an accountant asks.
for (const line of (await team.invoices.ledger(invoice.createdAt, new Date(Date.now() + 1000))).items)
  console.log(`${line.number}: ${line.buyerName}, ${line.title}, ${line.total} centimes at ${line.rate} basis points`);
for (const { series, missing } of await team.invoices.numbering(note.year)) console.log(`${series}: ${missing.length} numbers are missing`);

// A question to the team; business hours and holidays count, nights do not.
const ticket = await author.support.open({ title: 'Ma facture', description: 'À quel nom est-elle ?' });
await team.support.reply(ticket.id, 'Au vôtre.', { status: 'RESOLU' });
const { firstResponseMinutes } = await team.support.sla(ticket.id);
console.log(`answered within ${firstResponseMinutes} minutes of work`);

// The year so far.
const months = await team.stats.months();
console.log(`${months.at(-1).revenue} centimes in ${months.at(-1).label}`);

// She leaves. Everything of hers goes but what the law wants kept.
await author.privacy.erase(zoe.id);
const { document } = await team.invoices.get(invoice.id);
console.log(`kept for ten years: ${document.number} to ${document.buyerName}`);

await staka.close();
