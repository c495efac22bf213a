"""A program for mypy only, which checks the types that users see."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_type

import staka

if TYPE_CHECKING:
    from collections.abc import Iterable


def titles(rows: Iterable[staka.NotificationItem]) -> list[str]:
    return [row.title for row in rows]


def called(url: str, user: str, conversation: str) -> None:
    with staka.connect(url, now=datetime.now(UTC)) as db:
        assert_type(db.notifications.unread_count(user), int)
        page = db.notifications.list_by_user(user, unread_only=True, limit=5)
        assert_type(page, staka.Page[staka.NotificationItem])
        assert_type(page.items[0].type, staka.NotificationType | str)
        assert_type(page.items[0].action_url, str | None)
        assert_type(page.items[:2], list[staka.NotificationItem])
        assert_type(page.next, str | None)
        assert_type(db.messages.list_conversations(user, total=True).total, int | None)
        titles(page.items)
        assert_type(db.stats.revenue(datetime.now(UTC)).average, float | None)
        assert_type(db.stats.dashboard(datetime.now(UTC)).users_by_role, list[staka.UsersByRole])
        assert_type(db.audit_logs.list_recent(severities=["HIGH"]), staka.Table[staka.AuditLogEntry])
        message = db.messages.list_by_conversation(conversation).items[0]
        assert_type(message.sender, staka.SenderBrief | None)
        assert_type(message.created_at, datetime)
        db.audit_logs.list_recent(severities=["GRAVE"])  # type: ignore[list-item]
        db.notifications.list_by_user(user, True)  # type: ignore[call-arg]
        db.stats.revenue("2026-01-01")  # type: ignore[arg-type]
        with db.as_user(user, "ADMIN").transaction() as tx:
            assert_type(tx.notifications.mark_all_read(user), int)
        db.as_user(user, "KING")  # type: ignore[arg-type]


async def awaited(url: str, user: str) -> None:
    async with staka.connect_async(url) as db:
        assert_type(await db.notifications.unread_count(user), int)
        assert_type((await db.pages.list_published())[0], staka.PublishedCmsPage)
        async with db.transaction() as tx:
            assert_type(await tx.notifications.mark_all_read(user), int)
    assert_type(await staka.connect_async(url), staka.AsyncStaka)
