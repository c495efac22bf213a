"""The first steps: a badge, a page of a list, figures as columns, and what is refused.

    python examples/python/first_steps.py

uses the database of DATABASE_URL, or starts a private one with demo data.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import polars

import staka

USER = "00000000-0000-7000-8000-000000000003"


def connect() -> staka.Staka:
    url = os.environ.get("DATABASE_URL")
    return staka.connect(url) if url else staka.local(scale="small")


def main() -> None:
    with connect() as db:
        print(db.notifications.unread_count(USER), "unread")
        page = db.notifications.list(USER, limit=3)
        for item in page.items:
            print(f"{item.priority:>8}  {item.created_at:%Y-%m-%d}  {item.title}")

        # A page goes on where the one before ended, whatever came in between.
        if page.next:
            print(len(db.notifications.list(USER, after=page.next).items), "more")

        # Columns: no Python object is made for a row.
        now = datetime.now(UTC)
        print(polars.DataFrame(db.stats.payments_by_status(now - timedelta(days=365), now)))

        # For somebody else the core decides what is allowed.
        try:
            db.as_user(USER, "USER").stats.users_by_role()
        except staka.DeniedError as error:
            print("refused:", error)

        # What an exception leaves is undone.
        try:
            with db.transaction() as tx:
                print(tx.notifications.mark_all_read(USER), "marked as read")
                raise InterruptedError
        except InterruptedError:
            print(db.notifications.unread_count(USER), "unread still")


if __name__ == "__main__":
    main()
