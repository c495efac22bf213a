"""The exceptions that operations raise."""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class FieldError(NamedTuple):
    """An invalid argument."""

    field: str
    """The name of the argument; an item of a list has its index: `severities[0]`."""
    problem: str
    """What is wrong with the value, and which values are allowed."""


class StakaError(Exception):
    """The base of all errors. An operation that failed changes nothing."""

    code: ClassVar[str] = "INTERNAL"
    """The kind of error; the same in all languages."""

    message: str
    """A description of the problem."""
    fields: tuple[FieldError, ...]
    """Every invalid argument; empty unless the code is `INVALID`."""
    key: str | None
    """The unique or foreign key that the change violates."""
    operation: str | None
    """The operation that failed, for example `notifications.list_by_user`."""
    retry_after: float | None
    """The time in seconds after which another attempt may succeed."""

    def __init__(
        self,
        message: str,
        *,
        fields: tuple[FieldError, ...] = (),
        key: str | None = None,
        operation: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message if operation is None else f"{operation}: {message}")
        self.message = message
        self.fields = fields
        self.key = key
        self.operation = operation
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.message, self.fields, self.key, self.operation, self.retry_after)


def _restore(
    kind: type[StakaError],
    message: str,
    fields: tuple[FieldError, ...],
    key: str | None,
    operation: str | None,
    retry_after: float | None,
) -> StakaError:
    return kind(message, fields=fields, key=key, operation=operation, retry_after=retry_after)


class NotFoundError(StakaError):
    """The row with the given id does not exist."""

    code = "NOT_FOUND"


class ConflictError(StakaError):
    """A unique or foreign key or the row's state forbids the change; `key` names the key."""

    code = "CONFLICT"


class PreconditionError(StakaError):
    """The row has changed since the caller read it."""

    code = "PRECONDITION"


class InvalidError(StakaError, ValueError):
    """The arguments are invalid; `fields` names every invalid one."""

    code = "INVALID"


class UnauthenticatedError(StakaError):
    """The operation needs a signed-in caller."""

    code = "UNAUTHENTICATED"


class DeniedError(StakaError):
    """The caller is not allowed to do this."""

    code = "DENIED"


class RateLimitedError(StakaError):
    """Too many attempts; `retry_after` says when the next one is allowed."""

    code = "RATE_LIMITED"


class ContentionError(StakaError):
    """Deadlocks or lock waits continued after every retry; a later attempt may succeed."""

    code = "CONTENTION"


class QueryTimeoutError(StakaError):
    """The operation took too long; its query was stopped on the server."""

    code = "TIMEOUT"


class QueryCancelledError(StakaError):
    """The query was cancelled."""

    code = "CANCELLED"


class UnavailableError(StakaError):
    """The database does not answer, no connection became free in time, or the handle is closed."""

    code = "UNAVAILABLE"


class CorruptRowError(StakaError):
    """A row does not match the model; the message names table, column and row."""

    code = "CORRUPT_ROW"


class InternalError(StakaError):
    """An error in this library."""

    code = "INTERNAL"
