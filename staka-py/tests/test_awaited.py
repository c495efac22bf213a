"""Tests of awaited calls: many at once, on several loops, and cancelled ones."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress

import pytest

import staka
from conftest import ANCHOR, HEAVY, LIGHT, Lock, Server, until


def test_many_at_once(server: Server) -> None:
    async def run() -> None:
        async with staka.connect_async(server.url, now=ANCHOR) as db:
            counts = await asyncio.gather(*(db.notifications.unread_count(LIGHT) for _ in range(200)))
            assert counts == [8] * 200
            async with asyncio.TaskGroup() as group:
                page = group.create_task(db.notifications.list_by_user(HEAVY))
                pages = group.create_task(db.pages.list_published())
            assert (len(page.result().items), len(pages.result())) == (20, 39)
            outcomes = await asyncio.gather(
                db.as_anonymous().notifications.unread_count(LIGHT), db.faqs.count_by_categorie(), return_exceptions=True
            )
            assert isinstance(outcomes[0], staka.UnauthenticatedError) and not isinstance(outcomes[1], BaseException)

    asyncio.run(run())


def test_one_handle_on_several_loops(server: Server) -> None:
    async def count(db: staka.AsyncStaka) -> int:
        return await db.notifications.unread_count(LIGHT)

    async def connect() -> staka.AsyncStaka:
        return await staka.connect_async(server.url, now=ANCHOR)

    db = asyncio.run(connect())
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(asyncio.run(count(db)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [8] * 4
    asyncio.run(db.close())

    async def closed() -> None:
        with pytest.raises(staka.UnavailableError, match="closed"):
            await count(db)

    asyncio.run(closed())


def test_a_cancelled_task_stops_its_statement_on_the_server(server: Server, lock: Lock) -> None:
    async def run() -> None:
        async with staka.connect_async(server.url, now=ANCHOR) as db:
            task = asyncio.create_task(db.notifications.mark_all_read(LIGHT))
            assert await asyncio.to_thread(until, lambda: lock.waiting() == 1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(until, lambda: lock.waiting() == 0)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await db.notifications.mark_all_read(LIGHT)
            assert await asyncio.to_thread(until, lambda: lock.waiting() == 0)
            # No connection of the pool is lost.
            counts = await asyncio.gather(*(db.notifications.unread_count(LIGHT) for _ in range(50)))
            assert counts == [8] * 50

    asyncio.run(run())


def test_a_late_result_of_a_cancelled_call_is_dropped(server: Server) -> None:
    async def run() -> None:
        async with staka.connect_async(server.url, now=ANCHOR) as db:
            cancelled = 0
            for _ in range(60):
                # A late page takes the server some milliseconds, so that the first step seldom has its result.
                task = asyncio.create_task(db.notifications.list_by_user(HEAVY, page=100, limit=100))
                await asyncio.sleep(0)
                # The result arrives while the loop is blocked, and is in the queue when the task is cancelled.
                time.sleep(0.03)
                cancelled += task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
                del task
                # Another future, most likely at the same address as the one before.
                tarifs = await asyncio.create_task(db.tarifs.list_active())
                assert len(tarifs) == 15
            assert cancelled > 10

    asyncio.run(run())


def test_a_cancelled_task_ends_its_transaction(server: Server, lock: Lock) -> None:
    async def work(db: staka.AsyncStaka) -> None:
        async with db.transaction() as tx:
            await tx.notifications.mark_all_read(HEAVY)
            await tx.notifications.mark_all_read(LIGHT)

    async def run() -> None:
        async with staka.connect_async(server.url, now=ANCHOR) as db:
            task = asyncio.create_task(work(db))
            assert await asyncio.to_thread(until, lambda: lock.waiting() == 1, 20)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(until, lambda: lock.waiting() == 0)
            assert await db.notifications.unread_count(HEAVY) == 6000

    asyncio.run(run())


def test_a_loop_may_end_during_a_call(server: Server, lock: Lock) -> None:
    async def run() -> None:
        db = await staka.connect_async(server.url, now=ANCHOR)
        task = asyncio.create_task(db.notifications.mark_all_read(LIGHT))
        await asyncio.to_thread(until, lambda: lock.waiting() == 1)
        del task

    start = time.monotonic()
    asyncio.run(run())
    assert time.monotonic() - start < 10
    assert until(lambda: lock.waiting() == 0)


def test_connecting_fails_without_a_server() -> None:
    async def run() -> None:
        with pytest.raises(staka.UnavailableError):
            await staka.connect_async("mysql://nobody@127.0.0.1:1/none?connect_timeout=2")

    asyncio.run(run())
