"""A sale: a price, a Stripe event that is delivered twice, an invoice with a number, a credit note, a ticket, the
year's figures, and the erasure of a client whose invoice is kept.

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

        # The seller and the VAT regime, which future invoices show.
        team.billing.update_settings(
            seller_address="12 rue des Lilas\n75020 Paris", siret="732 829 320 00074", regime="INCLUSIVE", rate=2000
        )

        # Only the team sets the price of an order.
        order = author.commandes.create(titre="Les Marées")
        team.billing.set_price(order.id, 46_800)
        session = f"cs_test_{unique}"
        due = author.payments.open_checkout(order.id, session)
        print(due.amount, "centimes are due,", due.tax_amount, "of them VAT")

        # Stripe reports the payment twice. The web service has checked the signature and passes on the text.
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
            receipt = db.payments.record_event(json.dumps(event))
            print(f"delivery {receipt.deliveries}: {receipt.outcome}")

        # The payment created one invoice, with the next number of the year. An invoice never changes: a reduction needs
        # a credit note.
        invoice = author.invoices.list_by_user(zoe.id).items[0]
        print(invoice.number, "of", invoice.amount / 100, "€ HT is", invoice.status)
        note = team.invoices.create_credit_note(invoice.id, 4_680, "un retard de trois jours")
        print(note.number, "credits", note.total, "centimes of", note.invoice_number)

        # The accounting figures.
        soon = datetime.now(UTC) + timedelta(seconds=1)
        for line in team.invoices.ledger(invoice.created_at, soon).items:
            print(line.number, line.buyer_name, line.title, line.total, "centimes at", line.rate, "basis points")
        for series in team.invoices.get_numbering(note.year):
            print(series.series, len(series.missing), "numbers are missing")

        # A ticket. Response times are counted in business hours.
        ticket = author.tickets.create(title="Ma facture", description="À quel nom est-elle ?")
        team.tickets.reply(ticket.id, "Au vôtre.", status="RESOLU")
        sla = team.tickets.get_sla(ticket.id)
        print("answered within", sla.first_response_minutes if sla else None, "business minutes")

        # The figures of the year so far.
        month = team.stats.monthly()[-1]
        print(month.revenue, "centimes in", month.label)

        # Her personal data is erased, except for what the law requires to be kept.
        author.privacy.erase(zoe.id)
        detail = team.invoices.get(invoice.id)
        if detail and detail.document:
            print("kept for ten years:", detail.document.number, "to", detail.document.buyer_name)


if __name__ == "__main__":
    main()
