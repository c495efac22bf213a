"""A day on the platform: an author registers and places an order, the team starts it and writes a message, a visitor
asks a question, and the audit log records who did what.

    python examples/python/a_day.py

uses the database of DATABASE_URL, or starts a private one with demo data.
"""

from __future__ import annotations

import os
import uuid

import staka


def connect() -> staka.Staka:
    url = os.environ.get("DATABASE_URL")
    return staka.connect(url) if url else staka.local(scale="small")


def main() -> None:
    unique = uuid.uuid4().hex[:12]
    with connect() as db:
        # The system creates an administrator; all others act with their own rights.
        agathe = db.users.create(
            prenom="Agathe", nom="Roux", email=f"agathe.{unique}@example.org", password="Relire-2026-bien", role="ADMIN"
        )
        team = db.as_user(agathe.id, "ADMIN")

        # An author registers and signs in. Other Python threads can run while the password hash is computed.
        site = db.as_anonymous()
        email, password = f"zoe.{unique}@example.org", "Un roman de 300 pages"
        site.accounts.register(prenom="Zoé", nom="Ångström", email=email, password=password)
        zoe = site.accounts.authenticate(email, password)
        author = db.as_user(zoe.id, "USER")

        # She places an order and adds her manuscript; the same transactions notify the team.
        order = author.commandes.create(titre="Les Marées")
        author.files.create(
            filename="marees.pdf",
            mime_type="application/pdf",
            size=480_000,
            url="https://files.example.org/marees",
            commande_id=order.id,
        )
        print(team.notifications.unread_count(agathe.id), "notifications for the team")

        # The team starts the order. A transition that is not allowed is refused.
        team.commandes.set_statut(order.id, "EN_COURS")
        try:
            team.commandes.set_statut(order.id, "EN_COURS")
        except staka.ConflictError as error:
            print("refused:", error)
        written = team.messages.send_to(zoe.id, content="Votre manuscrit est arrivé.")
        author.messages.mark_read(written.conversation_id)
        author.messages.reply(written.conversation_id, content="Merci !")
        for notification in author.notifications.list_by_user(zoe.id).items:
            print(f"{notification.title}: {notification.message}")

        # A visitor asks a question, which appears in the team's inbox.
        site.messages.send_as_visitor(
            visitor_email="vera@example.org", visitor_name="Vera", content="Corrigez-vous les thèses ?"
        )
        for entry in team.audit_logs.list_recent(severities=["LOW", "MEDIUM"], limit=5):
            print(entry.timestamp.isoformat(), entry.admin_email, entry.action)


if __name__ == "__main__":
    main()
