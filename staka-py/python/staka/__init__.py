"""Staka: the data layer of Staka Livres.

    with staka.connect("mysql://staka:secret@localhost/staka") as db:
        print(db.notifications.unread_count(user))

    async with staka.connect_async(url) as db:
        print(await db.notifications.unread_count(user))

The operations of `db` itself run as the system; `db.as_user(id, role)` and `db.as_anonymous()` return sessions with the
rights of that caller. An update takes the row's fields as keyword arguments: `UNSET`, the default, leaves a field
unchanged, None empties it. Errors are subclasses of `StakaError`. Times are aware datetimes in UTC; amounts are
integers in centimes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from staka._async_handle import AsyncSession, AsyncStaka, AsyncTransaction, Connecting
from staka._errors import (
    ConflictError,
    ContentionError,
    CorruptRowError,
    DeniedError,
    FieldError,
    InternalError,
    InvalidError,
    NotFoundError,
    PreconditionError,
    QueryCancelledError,
    QueryTimeoutError,
    RateLimitedError,
    StakaError,
    UnauthenticatedError,
    UnavailableError,
)
from staka._handle import Session, Staka, Transaction
from staka._staka import Page, Table, __version__
from staka._staka import local as _local
from staka._staka import open as _open
from staka._unset import UNSET, Unset

if TYPE_CHECKING:
    from datetime import datetime
    from os import PathLike
    from types import ModuleType
    from typing import Literal

    from staka import _types
    from staka._types import *  # noqa: F403

__all__ = [
    "UNSET",
    "AsyncSession",
    "AsyncStaka",
    "AsyncTransaction",
    "ConflictError",
    "Connecting",
    "ContentionError",
    "CorruptRowError",
    "DeniedError",
    "FieldError",
    "InternalError",
    "InvalidError",
    "NotFoundError",
    "Page",
    "PreconditionError",
    "QueryCancelledError",
    "QueryTimeoutError",
    "RateLimitedError",
    "Session",
    "Staka",
    "StakaError",
    "Table",
    "Transaction",
    "UnauthenticatedError",
    "UnavailableError",
    "Unset",
    "__version__",
    "connect",
    "connect_async",
    "local",
]

if TYPE_CHECKING:
    __all__ += _types.__all__


def connect(url: str, *, now: datetime | None = None) -> Staka:
    """Connects to a database and returns a handle.

    Args:
        url: The database's URL: `mysql://user:password@host:3306/database`.
        now: A fixed time for the handle's clock, for tests; the real time by default.

    Raises `InvalidError` if the URL is invalid, `UnavailableError` if the database does not answer.
    """
    handle = _open(url, now)
    handle.connect()
    return Staka(handle)


def connect_async(url: str, *, now: datetime | None = None) -> Connecting:
    """Returns a handle whose operations are awaited: `async with staka.connect_async(url) as db:`, or `await` it.

    Args:
        url: The database's URL: `mysql://user:password@host:3306/database`.
        now: A fixed time for the handle's clock, for tests; the real time by default.
    """
    return Connecting(_open(url, now))


def local(
    *,
    engine: Literal["mariadb", "mysql"] | None = None,
    scale: Literal["small", "medium", "large"] | None = None,
    data_dir: str | PathLike[str] | None = None,
    now: datetime | None = None,
) -> Staka:
    """Starts a private server with one migrated database and returns a handle; `close()` stops the server.

    Args:
        engine: The kind of server; by default one that is installed, or else MariaDB, which is downloaded.
        scale: The amount of demo data; none by default.
        data_dir: The folder that keeps the data; by default the data is deleted when the server stops.
        now: A fixed time for the clock, at which the demo data ends; the real time by default.
    """
    return Staka(_local(engine, scale, data_dir, now))


def __getattr__(name: str) -> object:
    """Loads the classes of rows and enums when they are first used."""
    if not name.startswith("_") and name in (types := _load_types()).__all__:
        value: object = getattr(types, name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_load_types().__all__})


def _load_types() -> ModuleType:
    return import_module("staka._types")
