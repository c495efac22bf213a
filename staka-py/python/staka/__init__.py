"""Staka: the data layer of Staka Livres.

    with staka.connect("mysql://staka:secret@localhost/staka") as db:
        print(db.notifications.unread_count(user))

    async with staka.connect_async(url) as db:
        print(await db.notifications.unread_count(user))

Every operation runs for somebody: `db` itself for the program, `db.as_user(id, role)` and `db.as_anonymous()` for a
caller whom the core authorises. What changes a row takes its fields by keyword: `UNSET`, the default, leaves one as it is,
None empties it. Errors are `StakaError`s. Times are aware datetimes in UTC, amounts are centimes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from staka._async_handle import AsyncSession, AsyncStaka, AsyncTransaction, Connecting
from staka._errors import (
    BusyError,
    ConflictError,
    DataError,
    DeniedError,
    FieldFault,
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
from staka._staka import Listing, Table, __version__
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
    "BusyError",
    "ConflictError",
    "Connecting",
    "DataError",
    "DeniedError",
    "FieldFault",
    "InternalError",
    "InvalidError",
    "Listing",
    "NotFoundError",
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
    """Connects to `mysql://user:password@host:3306/database`. `UnavailableError` when the database does not answer.

    With `now` the handle's clock stands still at that moment.
    """
    handle = _open(url, now)
    handle.connect()
    return Staka(handle)


def connect_async(url: str, *, now: datetime | None = None) -> Connecting:
    """A handle whose operations are awaited: `async with staka.connect_async(url) as db:`, or `await` it."""
    return Connecting(_open(url, now))


def local(
    *,
    engine: Literal["mariadb", "mysql"] | None = None,
    scale: Literal["small", "medium", "large"] | None = None,
    data_dir: str | PathLike[str] | None = None,
    now: datetime | None = None,
) -> Staka:
    """A private server with one migrated database, with demo data where `scale` is given; `close()` stops it.

    Nothing of the system is touched. Without `data_dir` everything is gone at the end.
    """
    return Staka(_local(engine, scale, data_dir, now))


def __getattr__(name: str) -> object:
    """The classes of rows and enums are loaded when they are first used."""
    if not name.startswith("_") and name in (types := _rows()).__all__:
        value: object = getattr(types, name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_rows().__all__})


def _rows() -> ModuleType:
    return import_module("staka._types")
