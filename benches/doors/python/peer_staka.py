"""Staka's package, with operations that run as the system. A table creates its rows when they are read; here all rows are
created, like those of the other libraries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import staka

from setting import ANCHOR, Context


class _RolledBack(Exception):
    pass


def own_url(url: str) -> str:
    # The other libraries do not encrypt by default; Staka does if the server supports it.
    return f"{url}{'&' if '?' in url else '?'}ssl-mode=disabled"


class Peer:
    name = "staka"

    def __init__(self, url: str) -> None:
        self.db = staka.connect(own_url(url), now=ANCHOR)
        self.queries = queries(self.db)

    def rolled_back(self, act: Callable[[dict[str, Callable[[Context], Any]]], Any]) -> Any:
        try:
            with self.db.transaction() as tx:
                answer = act(queries(tx))
                raise _RolledBack
        except _RolledBack:
            return answer

    def close(self) -> None:
        self.db.close()


def _whole(call: Callable[[Context], Any]) -> Callable[[Context], list[Any]]:
    def rows(context: Context) -> list[Any]:
        answer = call(context)
        return list(getattr(answer, "items", answer))

    return rows


def queries(db: Any) -> dict[str, Callable[[Context], Any]]:
    calls = _calls(db)
    single = {"notifications.unread_count", "notifications.mark_all_read", "stats.revenue"}
    return {name: call if name in single else _whole(call) for name, call in calls.items()}


def _calls(db: Any) -> dict[str, Callable[[Context], Any]]:
    return {
        "notifications.unread_count": lambda c: db.notifications.unread_count(c.user),
        "notifications.list_by_user": lambda c: db.notifications.list_by_user(c.user),
        "notifications.mark_all_read": lambda c: db.notifications.mark_all_read(c.user),
        "payment_methods.list_active": lambda c: db.payment_methods.list_active(c.user),
        "commandes.list_with_invoices": lambda c: db.commandes.list_with_invoices(c.user),
        "stats.payments_by_status": lambda c: db.stats.payments_by_status(c.since, c.to),
        "stats.users_by_role": lambda _: db.stats.users_by_role(),
        "stats.commandes_by_statut": lambda c: db.stats.commandes_by_statut(c.since),
        "stats.revenue": lambda c: db.stats.revenue(c.since),
        "audit_logs.list_recent": lambda _: db.audit_logs.list_recent(),
        "messages.list_conversations": lambda c: db.messages.list_conversations(c.user),
        "messages.list_by_conversation": lambda c: db.messages.list_by_conversation(c.conversation),
        "stats.messages_by_type_and_statut": lambda c: db.stats.messages_by_type_and_statut(c.since),
        "stats.message_records": lambda c: db.stats.message_records(c.start, c.to, limit=100_000),
        "pages.list_published": lambda _: db.pages.list_published(),
        "faqs.count_by_categorie": lambda _: db.faqs.count_by_categorie(),
        "tarifs.list_active": lambda _: db.tarifs.list_active(),
    }
