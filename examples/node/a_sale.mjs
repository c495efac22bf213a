// A sale: a price, a Stripe event that is delivered twice, an invoice with a number, a credit note, a ticket, the
// year's figures, and the erasure of a client whose invoice is kept.
//
//     DATABASE_URL=mysql://user:password@host:3306/staka node examples/node/a_sale.mjs
//
// Without DATABASE_URL a private server with demo data is started, which takes a minute. Your own programs import from
// the package: `import { Role, Staka } from 'staka'`.

import { Role, Staka } from '../../staka-node/index.mjs';

const url = process.env.DATABASE_URL;
const staka = url ? await Staka.connect(url) : await Staka.local({ scale: 'small' });
const unique = Date.now().toString(36);
const account = (prenom, role) => ({ prenom, nom: 'Exemple', email: `${prenom}.${unique}@example.org`, password: 'Relire-2026-bien', role });
const zoe = await staka.users.create(account('Zoe', Role.USER));
const agathe = await staka.users.create(account('Agathe', Role.ADMIN));
const author = staka.asUser(zoe.id, Role.USER);
const team = staka.asUser(agathe.id, Role.ADMIN);

// The seller and the VAT regime, which future invoices show.
await team.billing.updateSettings({ sellerAddress: '12 rue des Lilas\n75020 Paris', siret: '732 829 320 00074', regime: 'INCLUSIVE', rate: 2000 });

// Only the team sets the price of an order.
const order = await author.commandes.create({ titre: 'Les Marées' });
await team.billing.setPrice(order.id, 46_800);
const session = `cs_test_${unique}`;
const due = await author.payments.openCheckout(order.id, session);
console.log(`${due.amount} centimes are due, ${due.taxAmount} of them VAT`);

// Stripe reports the payment twice. The web service has checked the signature and passes on the text.
const event = JSON.stringify({
  id: `evt_test_${unique}`, type: 'checkout.session.completed', created: Math.floor(Date.now() / 1000),
  data: { object: { object: 'checkout.session', id: session, payment_status: 'paid', payment_intent: `pi_test_${unique}`, amount_total: due.amount, currency: 'eur' } },
});
for (const attempt of [1, 2]) {
  const { outcome, deliveries } = await staka.payments.recordEvent(event);
  console.log(`delivery ${deliveries} of ${attempt}: ${outcome}`);
}

// The payment created one invoice, with the next number of the year. An invoice never changes: a reduction needs a
// credit note.
const [invoice] = (await author.invoices.listByUser(zoe.id)).items;
console.log(`${invoice.number} of ${invoice.amount / 100} € HT is ${invoice.status}`);
const note = await team.invoices.createCreditNote(invoice.id, 4_680, 'un retard de trois jours');
console.log(`${note.number} credits ${note.total} centimes of ${note.invoiceNumber}`);

// The accounting figures.
for (const line of (await team.invoices.ledger(invoice.createdAt, new Date(Date.now() + 1000))).items)
  console.log(`${line.number}: ${line.buyerName}, ${line.title}, ${line.total} centimes at ${line.rate} basis points`);
for (const { series, missing } of await team.invoices.getNumbering(note.year)) console.log(`${series}: ${missing.length} numbers are missing`);

// A ticket. Response times are counted in business hours.
const ticket = await author.tickets.create({ title: 'Ma facture', description: 'À quel nom est-elle ?' });
await team.tickets.reply(ticket.id, 'Au vôtre.', { status: 'RESOLU' });
const { firstResponseMinutes } = await team.tickets.getSla(ticket.id);
console.log(`answered within ${firstResponseMinutes} business minutes`);

// The figures of the year so far.
const months = await team.stats.monthly();
console.log(`${months.at(-1).revenue} centimes in ${months.at(-1).label}`);

// Her personal data is erased, except for what the law requires to be kept.
await author.privacy.erase(zoe.id);
const { document } = await team.invoices.get(invoice.id);
console.log(`kept for ten years: ${document.number} to ${document.buyerName}`);

await staka.close();
