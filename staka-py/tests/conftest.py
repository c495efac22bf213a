"""The servers of the tests: those of the environment, or else private ones that `staka.local` starts."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import pymysql
import pytest

import staka

ANCHOR = datetime(2026, 6, 15, 12, tzinfo=UTC)
ADMIN, HEAVY, LIGHT = (f"00000000-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))


@dataclass(frozen=True)
class Server:
    """A database with the rows of the case suite (scale small, seed 42, the anchor as the present)."""

    engine: str
    url: str

    def connect(self) -> staka.Staka:
        return staka.connect(self.url, now=ANCHOR)

    def raw_connection(self) -> pymysql.connections.Connection[Any]:
        """Opens a connection without Staka."""
        parts = urlsplit(self.url)
        return pymysql.connect(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 3306,
            user=unquote(parts.username or "root"),
            password=unquote(parts.password or ""),
            database=parts.path.lstrip("/"),
        )


@pytest.fixture(scope="session", params=["mariadb", "mysql"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    engine: str = request.param
    variable = f"STAKA_TEST_{engine.upper()}_DOORS_URL"
    if url := os.environ.get(variable):
        yield Server(engine, url)
        return
    try:
        private = staka.local(engine=engine, scale="small", now=ANCHOR)  # type: ignore[arg-type]
    except staka.UnavailableError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"{variable} IS NOT SET AND NO SERVER CAN BE STARTED: {error}")
    with private:
        yield Server(engine, private.url)


@pytest.fixture
def db(server: Server) -> Iterator[staka.Staka]:
    with server.connect() as db:
        yield db


WAITING = (
    "FROM information_schema.processlist WHERE info LIKE '%UPDATE%notifications%'"
    " AND db = DATABASE() AND id <> CONNECTION_ID()"
)


@dataclass
class Lock:
    """A lock on the rows of LIGHT's notifications: statements that change them wait."""

    holder: pymysql.connections.Connection[Any]
    watcher: pymysql.connections.Connection[Any]

    def waiting(self) -> int:
        """Returns the number of statements that wait for the rows."""
        with self.watcher.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) {WAITING}")
            row = cursor.fetchone()
            assert row is not None
            return int(row[0])

    def kill(self) -> None:
        """Kills the waiting statements; ignores those that have already ended."""
        with self.watcher.cursor() as cursor:
            cursor.execute(f"SELECT id {WAITING}")
            for (number,) in cursor.fetchall():
                with suppress(pymysql.OperationalError):
                    cursor.execute(f"KILL {number}")


@pytest.fixture
def lock(server: Server) -> Iterator[Lock]:
    holder, watcher = server.raw_connection(), server.raw_connection()
    with holder.cursor() as cursor:
        cursor.execute("START TRANSACTION")
        cursor.execute("SELECT id FROM notifications WHERE userId = %s FOR UPDATE", (LIGHT,))
    lock = Lock(holder, watcher)
    yield lock
    # A statement that was not stopped must not change the rows now, because other tests count them.
    lock.kill()
    holder.rollback()
    holder.close()
    watcher.close()


def until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Waits until a condition is true; returns false after some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()
