"""Tests of transactions."""

from __future__ import annotations

import asyncio
import gc

import pytest

import staka
from conftest import ANCHOR, LIGHT, Server, until


def unread(db: staka.Staka) -> int:
    return db.notifications.unread_count(LIGHT)


def test_an_exception_rolls_the_transaction_back(db: staka.Staka) -> None:
    with pytest.raises(KeyError), db.transaction() as tx:
        assert tx.notifications.mark_all_read(LIGHT) >= 8
        assert tx.notifications.unread_count(LIGHT) == 0
        assert unread(db) == 8
        raise KeyError
    assert unread(db) == 8


def test_the_end_of_the_block_commits(db: staka.Staka, server: Server) -> None:
    connection = server.raw_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM notifications WHERE userId = %s AND isRead = 0", (LIGHT,))
        before = [key for (key,) in cursor.fetchall()]
        try:
            with db.as_user(LIGHT, "USER").transaction() as tx:
                tx.notifications.mark_all_read(LIGHT)
            assert unread(db) == 0
        finally:
            cursor.executemany("UPDATE notifications SET isRead = 0 WHERE id = %s", [(key,) for key in before])
            connection.commit()
    connection.close()
    assert unread(db) == 8


def test_a_transaction_begins_once(db: staka.Staka) -> None:
    tx = db.transaction()
    with tx:
        with pytest.raises(staka.ConflictError, match="begun"), tx:
            pass
        assert tx.notifications.unread_count(LIGHT) == 8


def test_an_ended_transaction_refuses_calls(db: staka.Staka) -> None:
    with db.transaction() as tx:
        tx.rollback()
        with pytest.raises(staka.ConflictError):
            tx.commit()
        with pytest.raises(staka.ConflictError):
            tx.notifications.unread_count(LIGHT)
    with pytest.raises(staka.DeniedError), db.as_user(LIGHT, "USER").transaction() as tx:
        tx.stats.users_by_role()


def test_a_dropped_transaction_is_rolled_back_at_once(db: staka.Staka, server: Server) -> None:
    transaction = db._session.begin()
    transaction.session().call("notifications.mark_all_read", LIGHT)
    connection = server.raw_connection()
    with connection.cursor() as cursor:
        del transaction
        gc.collect()

        def free() -> bool:
            cursor.execute("SET SESSION innodb_lock_wait_timeout = 1")
            cursor.execute("SELECT id FROM notifications WHERE userId = %s FOR UPDATE", (LIGHT,))
            return True

        # The locks are released soon, although there is no other call.
        assert until(free, 2)
    connection.close()
    assert unread(db) == 8


def test_awaited(server: Server) -> None:
    async def run() -> None:
        async with staka.connect_async(server.url, now=ANCHOR) as db:
            with pytest.raises(KeyError):
                async with db.transaction() as tx:
                    assert await tx.notifications.mark_all_read(LIGHT) >= 8
                    raise KeyError
            async with db.transaction() as tx:
                assert await tx.notifications.mark_all_read(LIGHT) >= 8
                await tx.rollback()
                with pytest.raises(staka.ConflictError):
                    await tx.notifications.unread_count(LIGHT)
            assert await db.notifications.unread_count(LIGHT) == 8

    asyncio.run(run())
