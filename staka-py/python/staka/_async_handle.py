"""Handles, sessions and transactions whose operations are awaited."""

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
    from staka._types import Role, RoleValue

_T = TypeVar("_T")


async def _wait(future: Future[_T], of: _staka.Session | _staka.Handle) -> _T:
    """Awaits a call. If the waiting is cancelled, the call is abandoned and its query is stopped on the server."""
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
    """The operations of one caller, which are awaited."""

    __slots__ = ("_session",)

    def __init__(self, session: _staka.Session) -> None:
        super().__init__(_caller(session))
        self._session = session

    def transaction(self) -> AsyncTransaction:
        """Returns a transaction, to be used as an asynchronous context manager:

            async with db.transaction() as tx:
                await tx.notifications.mark_all_read(user)

        It is committed at the end of the block and rolled back if an exception leaves the block.
        """
        return AsyncTransaction(self._session)


class AsyncStaka(AsyncSession):
    """A handle whose operations are awaited, in one event loop or several. See `Staka`."""

    __slots__ = ("_handle",)

    def __init__(self, handle: _staka.Handle) -> None:
        super().__init__(handle.system())
        self._handle = handle

    @property
    def url(self) -> str:
        """The URL of the database."""
        return self._handle.url

    def as_user(
        self,
        id: str,
        role: Role | RoleValue,
        *,
        ip: str | None = None,
        user_agent: str | None = None,
        request_id: str | None = None,
    ) -> AsyncSession:
        """Returns the operations as this user may call them with this role; see `Staka.as_user`."""
        return AsyncSession(self._handle.caller(id, role, ip, user_agent, request_id))

    def as_anonymous(
        self, *, ip: str | None = None, user_agent: str | None = None, request_id: str | None = None
    ) -> AsyncSession:
        """Returns the operations as a caller who is not signed in may call them."""
        return AsyncSession(self._handle.caller(None, None, ip, user_agent, request_id))

    async def close(self) -> None:
        """Refuses new calls, waits for running ones and closes the connections."""
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
    """The operations within a transaction, which is an asynchronous context manager."""

    __slots__ = ("_outer", "_transaction")

    def __init__(self, outer: _staka.Session) -> None:
        self._outer = outer
        self._transaction: _staka.Transaction | None = None

    async def __aenter__(self) -> AsyncTransaction:
        if self._transaction is not None:
            raise ConflictError("the transaction has already begun")
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
            # The exception that left the block is raised, even if the rollback fails as well.
            with suppress(StakaError):
                await self.rollback()

    async def commit(self) -> None:
        """Commits the transaction before the end of the block."""
        await self._end(True)

    async def rollback(self) -> None:
        """Rolls the transaction back before the end of the block."""
        await self._end(False)

    async def _end(self, commit: bool) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            raise ConflictError("the transaction has already ended")
        await _wait(transaction.end_awaited(commit), self._outer)


class Connecting:
    """A handle that is not connected yet; `async with` or `await` connects it."""

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
