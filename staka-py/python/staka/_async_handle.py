"""Handles whose operations are awaited."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from staka._errors import ConflictError, StakaError
from staka._operations import AsyncOperations

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator
    from asyncio import Future
    from types import TracebackType

    from staka import _staka
    from staka._types import Role, RoleWord

_T = TypeVar("_T")


async def _wait(future: Future[_T], of: _staka.Session | _staka.Handle) -> _T:
    """Waits; whoever stops waiting gives the call up, and its statement is stopped on the server."""
    try:
        return await future
    except BaseException:
        of.abandon(future)
        raise


def _caller(session: _staka.Session) -> Callable[..., Coroutine[Any, Any, Any]]:
    start, abandon = session.start, session.abandon

    async def call(operation: str, *arguments: object) -> Any:
        future = start(operation, *arguments)
        try:
            return await future
        except BaseException:
            abandon(future)
            raise

    return call


class AsyncSession(AsyncOperations):
    """The operations, for one caller, awaited."""

    __slots__ = ("_session",)

    def __init__(self, session: _staka.Session) -> None:
        super().__init__(_caller(session))
        self._session = session

    def transaction(self) -> AsyncTransaction:
        """Operations that are kept all together or not at all:

            async with db.transaction() as tx:
                await tx.notifications.mark_all_read(user)

        Kept at the end of the block, undone when an exception leaves it.
        """
        return AsyncTransaction(self._session)


class AsyncStaka(AsyncSession):
    """A handle whose operations are awaited; for one event loop or several. See `Staka`."""

    __slots__ = ("_handle",)

    def __init__(self, handle: _staka.Handle) -> None:
        super().__init__(handle.system())
        self._handle = handle

    @property
    def url(self) -> str:
        """Where the database is."""
        return self._handle.url

    def as_user(
        self,
        id: str,
        role: Role | RoleWord,
        *,
        ip: str | None = None,
        user_agent: str | None = None,
        request_id: str | None = None,
    ) -> AsyncSession:
        """The operations for somebody who is signed in: the core decides what they may do."""
        return AsyncSession(self._handle.caller(id, role, ip, user_agent, request_id))

    def as_anonymous(
        self, *, ip: str | None = None, user_agent: str | None = None, request_id: str | None = None
    ) -> AsyncSession:
        """The operations for somebody who is not signed in."""
        return AsyncSession(self._handle.caller(None, None, ip, user_agent, request_id))

    async def close(self) -> None:
        """Waits for calls under way, then takes leave of the server."""
        try:
            await self._handle.close_awaited()
        finally:
            self._handle.leave_loop()

    async def __aenter__(self) -> AsyncStaka:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class AsyncTransaction(AsyncOperations):
    """The operations within a transaction, awaited; an asynchronous context manager."""

    __slots__ = ("_outer", "_transaction")

    def __init__(self, outer: _staka.Session) -> None:
        self._outer = outer
        self._transaction: _staka.Transaction | None = None

    async def __aenter__(self) -> AsyncTransaction:
        if self._transaction is not None:
            raise ConflictError("the transaction has begun already")
        transaction = await _wait(self._outer.begin_awaited(), self._outer)
        super().__init__(_caller(transaction.session()))
        self._transaction = transaction
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._transaction is None:
            return
        if kind is None:
            await self.commit()
        else:
            # What left the block says more than a line that was lost meanwhile.
            with suppress(StakaError):
                await self.rollback()

    async def commit(self) -> None:
        """Keeps what was done, now."""
        await self._end(True)

    async def rollback(self) -> None:
        """Undoes what was done, now."""
        await self._end(False)

    async def _end(self, commit: bool) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            raise ConflictError("the transaction is over")
        await _wait(transaction.end_awaited(commit), self._outer)


class Connecting:
    """A connection to be: `async with` it, or `await` it."""

    __slots__ = ("_handle", "_staka")

    def __init__(self, handle: _staka.Handle) -> None:
        self._handle = handle

    async def _connect(self) -> AsyncStaka:
        await _wait(self._handle.connect_awaited(), self._handle)
        return AsyncStaka(self._handle)

    def __await__(self) -> Generator[Any, None, AsyncStaka]:
        return self._connect().__await__()

    async def __aenter__(self) -> AsyncStaka:
        self._staka = await self._connect()
        return self._staka

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._staka.close()
