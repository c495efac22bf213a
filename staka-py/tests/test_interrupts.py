"""Tests of Ctrl-C, forks and threads."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import staka
from conftest import HEAVY, LIGHT, Lock, Server, until

WAITS = """
import sys, staka
with staka.connect(sys.argv[1]) as db:
    try:
        {call}
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        assert db.notifications.unread_count(sys.argv[2]) >= 0
        sys.exit(7)
"""
CALLED = "db.notifications.mark_all_read(sys.argv[2])"
WITHIN = "with db.transaction() as tx: tx.notifications.mark_all_read(sys.argv[2])"


@pytest.mark.parametrize("call", [CALLED, WITHIN], ids=["called", "within a transaction"])
def test_ctrl_c_stops_the_statement_on_the_server(server: Server, lock: Lock, call: str) -> None:
    program = [sys.executable, "-c", WAITS.format(call=call), server.url, LIGHT]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert until(lambda: lock.waiting() == 1)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert until(lambda: lock.waiting() == 0)
        output, _ = process.communicate(timeout=10)
    assert time.monotonic() - start < 5
    assert (process.returncode, output) == (7, "interrupted\n")


def test_after_ctrl_c_the_statement_stops_without_another_call(server: Server, lock: Lock) -> None:
    program = WAITS.format(call=CALLED).replace("assert db.", "import time; time.sleep(5); assert db.")
    with subprocess.Popen([sys.executable, "-c", program, server.url, LIGHT], stdout=subprocess.PIPE) as process:
        assert until(lambda: lock.waiting() == 1)
        process.send_signal(signal.SIGINT)
        assert until(lambda: lock.waiting() == 0, 2)
        process.kill()


CALLS = "import sys, staka; staka.connect(sys.argv[1]).notifications.mark_all_read(sys.argv[2])"
AWAITS = """
import asyncio, sys, staka
async def main():
    db = await staka.connect_async(sys.argv[1])
    await db.notifications.mark_all_read(sys.argv[2])
asyncio.run(main())
"""


@pytest.mark.parametrize("program", [CALLS, AWAITS], ids=["called", "awaited"])
def test_a_program_ended_by_ctrl_c_leaves_no_statement(server: Server, lock: Lock, program: str) -> None:
    with subprocess.Popen([sys.executable, "-c", program, server.url, LIGHT], stderr=subprocess.PIPE) as process:
        assert until(lambda: lock.waiting() == 1)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert b"KeyboardInterrupt" in errors
    assert lock.waiting() == 0


def test_other_signals_are_handled_during_a_call(db: staka.Staka, lock: Lock) -> None:
    seen: list[int] = []

    def handler(number: int, _: object) -> None:
        seen.append(number)
        if len(seen) == 2:
            raise ZeroDivisionError

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2, 0.2)
        with pytest.raises(ZeroDivisionError):
            db.notifications.mark_all_read(LIGHT)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert seen == [signal.SIGALRM] * 2
    assert until(lambda: lock.waiting() == 0)


def test_one_handle_serves_many_threads(db: staka.Staka) -> None:
    def work(_: int) -> tuple[int, int]:
        return db.notifications.unread_count(LIGHT), len(db.notifications.list_by_user(HEAVY).items)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(work, range(400))) == {(8, 20)}


def test_other_threads_run_while_one_waits(db: staka.Staka, lock: Lock) -> None:
    def wait() -> None:
        with pytest.raises(staka.StakaError):
            db.notifications.mark_all_read(LIGHT)

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert until(lambda: lock.waiting() == 1)
    start = time.monotonic()
    for _ in range(50):
        assert db.notifications.unread_count(LIGHT) == 8
    assert time.monotonic() - start < 5
    lock.kill()
    waiting.join(10)
    assert not waiting.is_alive()


def test_all_threads_get_the_same_row_objects(db: staka.Staka) -> None:
    table = db.notifications.list_by_user(HEAVY, limit=100).items
    with ThreadPoolExecutor(8) as threads:
        lists = list(threads.map(lambda _: list(table), range(16)))
    assert all(mine is theirs for other in lists for mine, theirs in zip(other, lists[0]))


def test_a_forked_child_opens_its_own_connections(db: staka.Staka, server: Server) -> None:
    session = db.as_user(LIGHT, "USER")
    assert session.notifications.unread_count(LIGHT) == 8
    rows = db.notifications.list_by_user(HEAVY).items
    transaction = db.transaction()
    with transaction as tx:
        marked = tx.notifications.mark_all_read(LIGHT)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                assert session.notifications.unread_count(LIGHT) == 8
                assert len(list(rows)) == 20
                for call in (lambda: tx.notifications.unread_count(LIGHT), tx.commit):
                    with pytest.raises(staka.ConflictError, match="process"):
                        call()
                db.close()
                code = 0
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        # The parent's transaction and connections are unaffected.
        assert tx.notifications.unread_count(LIGHT) == 0
        assert marked >= 8
        tx.rollback()
    assert session.notifications.unread_count(LIGHT) == 8


def in_child(db: staka.Staka) -> int:
    return db.notifications.unread_count(LIGHT)


INHERITED: list[staka.Staka] = []


def count_in_child(_: int) -> int:
    return in_child(INHERITED[0])


def test_a_pool_of_forked_processes(db: staka.Staka, server: Server) -> None:
    INHERITED[:] = [db]
    ids = connections(server)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(count_in_child, range(20)) == [8] * 20
    # Children that ended normally have not closed the parent's connections.
    assert in_child(db) == 8
    assert ids <= connections(server)


def connections(server: Server) -> set[int]:
    with server.raw_connection() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()")
        return {number for (number,) in cursor.fetchall()}


FORKS_AWAITING = """
import asyncio, os, sys, staka
async def count(db): return await db.notifications.unread_count(sys.argv[2])
async def connect(): return await staka.connect_async(sys.argv[1])
db = asyncio.run(connect())
n = asyncio.run(count(db))
child = os.fork()
assert asyncio.run(count(db)) == n
if child:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert asyncio.run(count(db)) == n
asyncio.run(db.close())
"""


def test_an_awaited_handle_in_a_child(server: Server) -> None:
    subprocess.run([sys.executable, "-c", FORKS_AWAITING, server.url, LIGHT], check=True, timeout=30)


FORKS_LOCAL = """
import os, staka
db = staka.local()
child = os.fork()
if child == 0:
    assert len(db.pages.list_published()) == 0
    raise SystemExit
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert len(db.pages.list_published()) == 0
db.close()
"""


def test_a_child_does_not_stop_a_private_server() -> None:
    subprocess.run([sys.executable, "-c", FORKS_LOCAL], check=True, timeout=120)


def test_a_program_without_close_ends(server: Server) -> None:
    program = "import staka, sys; db = staka.connect(sys.argv[1]); print(len(db.pages.list_published()))"
    done = subprocess.run([sys.executable, "-c", program, server.url], capture_output=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, b"")
    assert int(done.stdout) > 0
