"""Awaited calls: many at once, several loops, cancelled ones."""

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
                page = group.create_task(db.notifications.list(HEAVY))
                pages = group.create_task(db.pages.published())
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
            # No slot of the pool is lost.
            counts = await asyncio.gather(*(db.notifications.unread_count(LIGHT) for _ in range(50)))
            assert counts == [8] * 50

    asyncio.run(run())


def test_an_answer_that_comes_too_late_is_nobody_elses(server: Server) -> None:
    async def run() -> None:
        async with staka.connect_async(server.url, now=ANCHOR) as db:
            cancelled = 0
            for _ in range(60):
                # Far down the list: some milliseconds of the server's, so that the first step seldom has the answer already.
                task = asyncio.create_task(db.notifications.list(HEAVY, page=100, limit=100))
                await asyncio.sleep(0)
                # The answer comes while the loop is busy, and waits in the queue when nobody wants it any more.
                time.sleep(0.03)
                cancelled += task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
                del task
                # A future of its own, most likely at the address of the one before.
                tarifs = await asyncio.create_task(db.tarifs.active())
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


def test_a_loop_that_ends_with_calls_under_way(server: Server, lock: Lock) -> None:
    async def run() -> None:
        db = await staka.connect_async(server.url, now=ANCHOR)
        task = asyncio.create_task(db.notifications.mark_all_read(LIGHT))
        await asyncio.to_thread(until, lambda: lock.waiting() == 1)
        del task

    start = time.monotonic()
    asyncio.run(run())
    assert time.monotonic() - start < 10
    assert until(lambda: lock.waiting() == 0)


def test_connecting_in_vain() -> None:
    async def run() -> None:
        with pytest.raises(staka.UnavailableError):
            await staka.connect_async("mysql://nobody@127.0.0.1:1/none?connect_timeout=2")

    asyncio.run(run())
