"""mysqlclient with Staka's SQL on one connection, converted by hand to dataclasses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import MySQLdb

import rows
from setting import ISOLATION, SQL, WRITE, Address, Context, naive

# mysqlclient's placeholder for a parameter.
TEXTS = {query: [part["text"].replace("%", "%%").replace("?", "%s") for part in parts] for query, parts in SQL.items()}
FLAGS = (6, 11, 12, 13, 14)
METADATA = 19
MESSAGE = 23


class Peer:
    name = "mysqlclient"

    def __init__(self, url: str) -> None:
        self.connection = MySQLdb.connect(
            **Address.of(url).driver(),
            autocommit=True,
            init_command=f"SET SESSION TRANSACTION ISOLATION LEVEL {ISOLATION}",
        )
        self.queries: dict[str, Callable[[Context], Any]] = {
            "notifications.unread_count": lambda c: self._all("notifications.unread_count", c)[0][0],
            "notifications.list_by_user": self._notifications,
            WRITE: self._mark_all_read,
            "payment_methods.list_active": self._cards,
            "commandes.list_with_invoices": self._commandes,
            "stats.payments_by_status": self._made("stats.payments_by_status", rows.PaymentsByStatus),
            "stats.users_by_role": self._users_by_role,
            "stats.commandes_by_statut": self._made("stats.commandes_by_statut", rows.CommandesByStatut),
            "stats.revenue": self._revenue,
            "audit_logs.list_recent": self._made("audit_logs.list_recent", rows.AuditLogEntry),
            "messages.list_conversations": self._conversations,
            "messages.list_by_conversation": self._conversation,
            "stats.messages_by_type_and_statut": self._made(
                "stats.messages_by_type_and_statut", rows.MessagesByTypeAndStatut
            ),
            "stats.message_records": self._messages,
            "pages.list_published": self._made("pages.list_published", rows.PublishedCmsPage),
            "faqs.count_by_categorie": self._made("faqs.count_by_categorie", rows.FaqCount),
            "tarifs.list_active": self._made("tarifs.list_active", rows.TarifOffer),
        }

    def rolled_back(self, act: Callable[[dict[str, Callable[[Context], Any]]], Any]) -> Any:
        self.connection.autocommit(False)
        try:
            return act(self.queries)
        finally:
            self.connection.rollback()
            self.connection.autocommit(True)

    def close(self) -> None:
        self.connection.close()

    def conversation_of(self, user: str) -> str | None:
        """Returns the user's conversation with the most messages, and among equal ones the most attachments."""
        cursor = self.connection.cursor()
        cursor.execute(
            "SELECT m.conversationId FROM messages m LEFT JOIN message_attachments a ON a.messageId = m.id"
            " WHERE m.senderId = %s OR m.receiverId = %s GROUP BY m.conversationId"
            " ORDER BY COUNT(DISTINCT m.id) DESC, COUNT(a.id) DESC, m.conversationId LIMIT 1",
            (user, user),
        )
        row = cursor.fetchone()
        return row[0] if row else None

    def _all(self, query: str, context: Context, part: int = 0, **more: Any) -> tuple[tuple[Any, ...], ...]:
        names = SQL[query][part]["parameters"]
        cursor = self.connection.cursor()
        cursor.execute(TEXTS[query][part], [more[name] if name in more else context.value(name) for name in names])
        return cursor.fetchall()

    def _made(self, query: str, row: Callable[..., Any]) -> Callable[[Context], list[Any]]:
        return lambda c: [row(*values) for values in self._all(query, c)]

    def _notifications(self, c: Context) -> list[rows.NotificationItem]:
        made = [rows.NotificationItem(*values) for values in self._all("notifications.list_by_user", c)[:20]]
        for row in made:
            row.is_read = row.is_read == 1
        return made

    def _mark_all_read(self, c: Context) -> int:
        cursor = self.connection.cursor()
        return cursor.execute(TEXTS[WRITE][0], (naive(c.now), naive(c.now), c.user))

    def _cards(self, c: Context) -> list[rows.Card]:
        made = [rows.Card(*values) for values in self._all("payment_methods.list_active", c)]
        for row in made:
            row.is_default = row.is_default == 1
        return made

    def _commandes(self, c: Context) -> list[rows.CommandeWithInvoices]:
        query = "commandes.list_with_invoices"
        made = [rows.CommandeWithInvoices(*values) for values in self._all(query, c)[:100]]
        if made:
            by_id = {row.id: row for row in made}
            invoices = self._all(query, c, 1, oldest=made[-1].created_at, newest=made[0].created_at)
            for commande, *invoice in invoices:
                if commande in by_id:
                    by_id[commande].invoices.append(rows.InvoiceBrief(*invoice))
        return made

    def _users_by_role(self, c: Context) -> list[rows.UsersByRole]:
        return [
            rows.UsersByRole(role, active == 1, count) for role, active, count in self._all("stats.users_by_role", c)
        ]

    def _revenue(self, c: Context) -> rows.Revenue:
        total, with_amount, count = self._all("stats.revenue", c)[0]
        return rows.Revenue(total, None if total is None else round(total / with_amount, 4), count)

    def _conversations(self, c: Context) -> list[rows.Conversation]:
        made = []
        for row in self._all("messages.list_conversations", c)[:50]:
            message = _message(row[2 : 2 + MESSAGE])
            sender, receiver = row[2 + MESSAGE : 7 + MESSAGE], row[7 + MESSAGE :]
            made.append(
                rows.Conversation(
                    *message,
                    message_count=row[0],
                    unread_count=row[1],
                    sender=rows.UserBrief(*sender) if sender[0] else None,
                    receiver=rows.UserBrief(*receiver) if receiver[0] else None,
                )
            )
        return made

    def _conversation(self, c: Context) -> list[rows.ConversationMessage]:
        query = "messages.list_by_conversation"
        made = []
        for row in self._all(query, c)[:1000]:
            sender = row[MESSAGE:]
            by = rows.SenderBrief(*sender) if sender[3] else None
            made.append(rows.ConversationMessage(*_message(row[:MESSAGE]), sender=by, attachments=[]))
        if made:
            by_id = {row.id: row for row in made}
            for row in self._all(query, c, 1, oldest=made[0].created_at, newest=made[-1].created_at):
                if row[1] in by_id:
                    by_id[row[1]].attachments.append(rows.Attachment(*row[:3], rows.AttachmentFile(*row[3:])))
        return made

    def _messages(self, c: Context) -> list[rows.MessageRecord]:
        made = [rows.MessageRecord(*values) for values in self._all("stats.message_records", c)[:100_000]]
        for row in made:
            row.is_read = row.is_read == 1
        return made


def _message(values: tuple[Any, ...]) -> list[Any]:
    made = list(values)
    for place in FLAGS:
        made[place] = made[place] == 1
    if made[METADATA] is not None:
        made[METADATA] = json.loads(made[METADATA])
    return made
