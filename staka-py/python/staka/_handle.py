"""Handles: what one connects, and for whom operations run."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from staka._errors import ConflictError, StakaError
from staka._operations import Operations

if TYPE_CHECKING:
    from types import TracebackType

    from staka import _staka
    from staka._types import Role, RoleWord


class Session(Operations):
    """The operations, for one caller."""

    __slots__ = ("_session",)

    def __init__(self, session: _staka.Session) -> None:
        super().__init__(session.call)
        self._session = session

    def transaction(self) -> Transaction:
        """Operations that are kept all together or not at all:

            with db.transaction() as tx:
                tx.notifications.mark_all_read(user)

        Kept at the end of the block, undone when an exception leaves it.
        """
        return Transaction(self._session)


class Staka(Session):
    """A handle: a pool of connections to one database. It can be used from several threads at once; a forked process
    gets connections of its own. Its own operations run for the program itself, which has authorised its caller."""

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
    ) -> Session:
        """The operations for somebody who is signed in: the core decides what they may do."""
        return Session(self._handle.caller(id, role, ip, user_agent, request_id))

    def as_anonymous(
        self, *, ip: str | None = None, user_agent: str | None = None, request_id: str | None = None
    ) -> Session:
        """The operations for somebody who is not signed in."""
        return Session(self._handle.caller(None, None, ip, user_agent, request_id))

    def close(self) -> None:
        """Waits for calls under way, then takes leave of the server. A private server stops."""
        self._handle.close()

    def __enter__(self) -> Staka:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Transaction(Operations):
    """The operations within a transaction; a context manager."""

    __slots__ = ("_outer", "_transaction")

    def __init__(self, outer: _staka.Session) -> None:
        self._outer = outer
        self._transaction: _staka.Transaction | None = None

    def __enter__(self) -> Transaction:
        if self._transaction is not None:
            raise ConflictError("the transaction has begun already")
        transaction = self._outer.begin()
        super().__init__(transaction.session().call)
        self._transaction = transaction
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._transaction is None:
            return
        if kind is None:
            self.commit()
        else:
            # What left the block says more than a line that was lost meanwhile.
            with suppress(StakaError):
                self.rollback()

    def commit(self) -> None:
        """Keeps what was done, now."""
        self._end(True)

    def rollback(self) -> None:
        """Undoes what was done, now."""
        self._end(False)

    def _end(self, commit: bool) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            raise ConflictError("the transaction is over")
        transaction.end(commit)
