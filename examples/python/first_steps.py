"""First steps: a count, a page of a list, figures as columns, an error, a transaction.

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
        page = db.notifications.list_by_user(USER, limit=3)
        for item in page.items:
            print(f"{item.priority:>8}  {item.created_at:%Y-%m-%d}  {item.title}")

        # The next page continues after the last row of this one, even if rows were added in between.
        if page.next:
            print(len(db.notifications.list_by_user(USER, after=page.next).items), "more")

        # Columns: no Python object is created for a row.
        now = datetime.now(UTC)
        print(polars.DataFrame(db.stats.payments_by_status(now - timedelta(days=365), now)))

        # A session of a user is restricted to what this user may do.
        try:
            db.as_user(USER, "USER").stats.users_by_role()
        except staka.DeniedError as error:
            print("refused:", error)

        # An exception rolls the transaction back.
        try:
            with db.transaction() as tx:
                print(tx.notifications.mark_all_read(USER), "marked as read")
                raise InterruptedError
        except InterruptedError:
            print(db.notifications.unread_count(USER), "still unread")


if __name__ == "__main__":
    main()
