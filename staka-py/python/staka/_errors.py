"""What an operation may raise."""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class FieldFault(NamedTuple):
    """One faulty argument."""

    field: str
    """The argument as Python spells it; an item of a list with its place: `severities[0]`."""
    problem: str
    """What is wrong with it, and what would be right."""


class StakaError(Exception):
    """Why an operation did not happen. Nothing was half-written."""

    code: ClassVar[str] = "INTERNAL"
    """The kind of error, as all doors call it."""

    message: str
    """What happened, for the person who reads the log."""
    fields: tuple[FieldFault, ...]
    """Every faulty argument; empty unless the code is INVALID."""
    key: str | None
    """The unique or foreign key that refused."""
    operation: str | None
    """The operation that failed, e.g. `notifications.list`."""
    retry_after: float | None
    """After how many seconds a later try may succeed."""

    def __init__(
        self,
        message: str,
        *,
        fields: tuple[FieldFault, ...] = (),
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
        return _again, (type(self), self.message, self.fields, self.key, self.operation, self.retry_after)


def _again(
    kind: type[StakaError],
    message: str,
    fields: tuple[FieldFault, ...],
    key: str | None,
    operation: str | None,
    retry_after: float | None,
) -> StakaError:
    return kind(message, fields=fields, key=key, operation=operation, retry_after=retry_after)


class NotFoundError(StakaError):
    """What was named is not there."""

    code = "NOT_FOUND"


class ConflictError(StakaError):
    """A unique or foreign key refuses, or the state forbids it; `key` names the key."""

    code = "CONFLICT"


class PreconditionError(StakaError):
    """The row changed since you read it."""

    code = "PRECONDITION"


class InvalidError(StakaError, ValueError):
    """The arguments are wrong; `fields` names every faulty one."""

    code = "INVALID"


class UnauthenticatedError(StakaError):
    """Nobody is signed in, and somebody must be."""

    code = "UNAUTHENTICATED"


class DeniedError(StakaError):
    """The caller may not do this."""

    code = "DENIED"


class RateLimitedError(StakaError):
    """Too many tries; `retry_after` says when to come back."""

    code = "RATE_LIMITED"


class BusyError(StakaError):
    """Deadlocks or lock waits went on after every retry: try again later."""

    code = "BUSY"


class QueryTimeoutError(StakaError):
    """The statement's time is up; it was stopped on the server."""

    code = "TIMEOUT"


class QueryCancelledError(StakaError):
    """The statement was cut off."""

    code = "CANCELLED"


class UnavailableError(StakaError):
    """No database, no free connection in time, or the handle is closed."""

    code = "UNAVAILABLE"


class DataError(StakaError):
    """A row breaks the model; the message names table, column and row."""

    code = "DATA"


class InternalError(StakaError):
    """A fault of this library."""

    code = "INTERNAL"
