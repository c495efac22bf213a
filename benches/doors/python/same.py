"""Compares a peer's result with Staka's, by Staka's fields, in order. A naive datetime is taken as UTC, a decimal as a
number, and an enum as its value; the fields of SQLAlchemy's rows and entities are read as attributes."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

# SQLAlchemy reserves the name `metadata`.
ELSEWHERE = {"metadata": "extra"}


@lru_cache
def _names(of: type) -> list[str] | None:
    """Returns the fields of a dataclass; None for any other type."""
    return [field.name for field in dataclasses.fields(of)] if dataclasses.is_dataclass(of) else None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _field(row: Any, name: str, query: str) -> Any:
    if query == "messages.list_conversations" and hasattr(row, "_mapping"):
        # An entity and two counts.
        row = row if hasattr(row, name) else row[0]
    mapped = hasattr(type(row), "__mapper__")
    return getattr(row, ELSEWHERE.get(name, name) if mapped else name)


def differences(query: str, ours: Any, theirs: Any, at: str = "") -> list[str]:
    """Returns where `theirs` differs from `ours`; empty if it does not."""
    if (names := _names(type(ours))) is not None:
        if theirs is None:
            return [f"{at}: {ours!r:.200} and None"]
        found = []
        for name in names:
            found += differences(query, getattr(ours, name), _field(theirs, name, query), f"{at}.{name}")
        return found
    if not isinstance(ours, (str, bytes, dict)) and hasattr(ours, "__len__") and hasattr(ours, "__getitem__"):
        if len(ours) != len(theirs):
            return [f"{at}: {len(ours)} and {len(theirs)} rows"]
        return [
            line
            for place in range(len(ours))
            for line in differences(query, ours[place], theirs[place], f"{at}[{place}]")
        ]
    mine, other = _plain(ours), _plain(theirs)
    same = mine == other and isinstance(mine, bool) == isinstance(other, bool)
    return [] if same else [f"{at}: {ours!r:.200} and {theirs!r:.200}"]


def _by_role(rows: Any) -> list[Any]:
    return sorted(rows, key=lambda row: (str(_plain(row.role)), row.is_active))


def assert_same(query: str, peer: str, theirs: Any, ours: Any) -> None:
    if query == "stats.users_by_role":
        # Staka sorts these few rows itself, not in SQL.
        theirs, ours = _by_role(theirs), _by_role(ours)
    found = differences(query, ours, theirs)
    if found:
        raise SystemExit(f"{query}: {peer} answers otherwise than the first peer:\n  " + "\n  ".join(found[:10]))
