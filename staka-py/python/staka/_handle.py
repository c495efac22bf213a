"""Handles, sessions and transactions."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from staka._errors import ConflictError, StakaError
from staka._operations import Operations

if TYPE_CHECKING:
    from types import TracebackType

    from staka import _staka
    from staka._types import Role, RoleValue


class Session(Operations):
    """The operations of one caller."""

    __slots__ = ("_session",)

    def __init__(self, session: _staka.Session) -> None:
        super().__init__(session.call)
        self._session = session

    def transaction(self) -> Transaction:
        """Returns a transaction, to be used as a context manager:

            with db.transaction() as tx:
                tx.notifications.mark_all_read(user)

        It is committed at the end of the block and rolled back if an exception leaves the block.
        """
        return Transaction(self._session)


class Staka(Session):
    """A handle: a pool of connections to one database. Several threads can use it at once; a forked process opens its
    own connections. The operations of the handle itself run as the system and are not restricted."""

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
    ) -> Session:
        """Returns the operations as this user may call them with this role.

        Args:
            id: The user's id.
            role: The user's role.
            ip: The IP address of the request, for the audit log.
            user_agent: The user agent of the request, for the audit log.
            request_id: The id of the request, for the logs.

        Raises `InvalidError` for a wrong id or role.
        """
        return Session(self._handle.caller(id, role, ip, user_agent, request_id))

    def as_anonymous(
        self, *, ip: str | None = None, user_agent: str | None = None, request_id: str | None = None
    ) -> Session:
        """Returns the operations as a caller who is not signed in may call them."""
        return Session(self._handle.caller(None, None, ip, user_agent, request_id))

    def close(self) -> None:
        """Refuses new calls, waits for running ones and closes the connections. Stops a private server."""
        self._handle.close()

    def __enter__(self) -> Staka:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Transaction(Operations):
    """The operations within a transaction, which is a context manager."""

    __slots__ = ("_outer", "_transaction")

    def __init__(self, outer: _staka.Session) -> None:
        self._outer = outer
        self._transaction: _staka.Transaction | None = None

    def __enter__(self) -> Transaction:
        if self._transaction is not None:
            raise ConflictError("the transaction has already begun")
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
            # The exception that left the block is raised, even if the rollback fails as well.
            with suppress(StakaError):
                self.rollback()

    def commit(self) -> None:
        """Commits the transaction before the end of the block."""
        self._end(True)

    def rollback(self) -> None:
        """Rolls the transaction back before the end of the block."""
        self._end(False)

    def _end(self, commit: bool) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            raise ConflictError("the transaction has already ended")
        transaction.end(commit)
