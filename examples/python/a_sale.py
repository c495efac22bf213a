"""A sale and what comes of it: a price, Stripe's event delivered twice, an invoice with a number, a credit note, a question to
the team, the year's figures, and a client who wants to be forgotten while the invoice stays.

    python examples/python/a_sale.py

uses the database of DATABASE_URL, or starts a private one with demo data.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from datetime import UTC, datetime, timedelta

import staka


def connect() -> staka.Staka:
    url = os.environ.get("DATABASE_URL")
    return staka.connect(url) if url else staka.local(scale="small")


def main() -> None:
    unique = uuid.uuid4().hex
    with connect() as db:

        def account(prenom: str, role: staka.Role) -> staka.Profile:
            email = f"{prenom}.{unique[:12]}@example.org"
            return db.users.create(prenom=prenom, nom="Exemple", email=email, password="Relire-2026-bien", role=role)

        zoe, agathe = account("Zoe", staka.Role.USER), account("Agathe", staka.Role.ADMIN)
        author, team = db.as_user(zoe.id, "USER"), db.as_user(agathe.id, "ADMIN")

        # Who sells, and under which regime of VAT: what the invoices to come will say.
        team.billing.set_settings(
            seller_address="12 rue des Lilas\n75020 Paris", siret="732 829 320 00074", regime="INCLUSIVE", rate=2000
        )

        # An order has its price from the team, never from its client.
        order = author.commandes.create(titre="Les Marées")
        team.billing.set_price(order.id, 46_800)
        session = f"cs_test_{unique}"
        due = author.payments.open_checkout(order.id, session)
        print(due.amount, "centimes are due,", due.tax_amount, "of them VAT")

        # Stripe says that it was paid, twice; who checked the signature hands the text over.
        checkout = {
            "object": "checkout.session",
            "id": session,
            "payment_status": "paid",
            "payment_intent": f"pi_test_{unique}",
            "amount_total": due.amount,
            "currency": "eur",
        }
        event = {
            "id": f"evt_test_{unique}",
            "type": "checkout.session.completed",
            "created": int(time.time()),
            "data": {"object": checkout},
        }
        for _ in range(2):
            receipt = db.payments.record(json.dumps(event))
            print(f"delivery {receipt.deliveries}: {receipt.outcome}")

        # One invoice came of it, with the next number of the year. It never changes: what is taken back has its own note.
        invoice = author.invoices.list_mine(zoe.id).items[0]
        print(invoice.number, "of", invoice.amount / 100, "€ HT is", invoice.status)
        note = team.invoices.credit(invoice.id, 4_680, "un retard de trois jours")
        print(note.number, "takes back", note.total, "centimes of", note.invoice_number)

        # What an accountant asks.
        soon = datetime.now(UTC) + timedelta(seconds=1)
        for line in team.invoices.ledger(invoice.created_at, soon).items:
            print(line.number, line.buyer_name, line.title, line.total, "centimes at", line.rate, "basis points")
        for series in team.invoices.numbering(note.year):
            print(series.series, len(series.missing), "numbers are missing")

        # A question to the team; business hours and holidays count, nights do not.
        ticket = author.support.open(title="Ma facture", description="À quel nom est-elle ?")
        team.support.reply(ticket.id, "Au vôtre.", status="RESOLU")
        clock = team.support.sla(ticket.id)
        print("answered within", clock.first_response_minutes if clock else None, "minutes of work")

        # The year so far.
        month = team.stats.months()[-1]
        print(month.revenue, "centimes in", month.label)

        # She leaves. Everything of hers goes but what the law wants kept.
        author.privacy.erase(zoe.id)
        detail = team.invoices.get(invoice.id)
        if detail and detail.document:
            print("kept for ten years:", detail.document.number, "to", detail.document.buyer_name)


if __name__ == "__main__":
    main()
