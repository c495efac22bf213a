"""Runs the case suite through the Python package, called and awaited."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import json
import re
import typing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import staka
from conftest import ADMIN, ANCHOR, HEAVY, LIGHT, Server
from staka import _types

SUITE = Path(__file__).parents[2] / "cases"
SUBJECTS = {"light": LIGHT, "heavy": HEAVY, "admin": ADMIN}
ROUTES = json.loads((SUITE.parent / "staka-http" / "openapi.json").read_text(encoding="utf-8"))["paths"]
WRITES = {
    operation["operationId"] for methods in ROUTES.values() for method, operation in methods.items() if method != "get"
}


class Inexpressible(Exception):
    """Python cannot express the case."""


def filled(value: Any) -> Any:
    if isinstance(value, str) and (found := re.fullmatch(r"\{(.*)\}", value)):
        name = found[1]
        if name in SUBJECTS:
            return SUBJECTS[name]
        days = re.fullmatch(r"anchor(?:-(\d+)d)?", name)
        assert days, name
        time = ANCHOR - timedelta(days=int(days[1] or 0))
        return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, list):
        return [filled(item) for item in value]
    if isinstance(value, dict):
        return {key: filled(item) for key, item in value.items()}
    return value


CASES: list[dict[str, Any]] = [
    {**case, "input": filled(case["input"]), "expect": filled(case["expect"])}
    for file in sorted((SUITE / "suite").glob("*.json"))
    for case in json.loads(file.read_text(encoding="utf-8"))
]


def snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name.rstrip("_"))


def to_datetime(value: Any) -> Any:
    """Converts ISO 8601 texts to datetimes; other values are returned unchanged, to be refused."""
    if isinstance(value, list | tuple):
        return type(value)(map(to_datetime, value))
    try:
        parsed = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def with_python_keys(value: Any, times: set[str]) -> Any:
    """Converts the keys of a nested object to Python names."""
    if isinstance(value, dict):
        keys = [(snake(name), one) for name, one in value.items()]
        return {name: to_datetime(one) if name in times else with_python_keys(one, times) for name, one in keys}
    return [with_python_keys(one, times) for one in value] if isinstance(value, list) else value


def time_keys(annotation: str) -> set[str]:
    """Returns the keys with datetimes, of the dicts that a parameter of this type takes."""
    dicts = (getattr(_types, name) for name in _types.__all__ if name in annotation)
    hints = (found.__annotations__ for found in dicts if typing.is_typeddict(found))
    return {name for known in hints for name, hint in known.items() if "datetime" in str(hint)}


def argument(annotation: str, value: Any) -> Any:
    """Converts a value for a parameter of this type."""
    if "Any" in annotation:
        return value
    if "tuple[" in annotation and isinstance(value, dict):
        value = (value.get("from"), value.get("to"))
    else:
        value = with_python_keys(value, time_keys(annotation))
    return to_datetime(value) if "datetime" in annotation else value


def takes_dict(annotation: str) -> bool:
    dicts = [name for name in _types.__all__ if typing.is_typeddict(getattr(_types, name))]
    return "Any" in annotation or "tuple[" in annotation or any(name in annotation for name in dicts)


def arguments(method: Callable[..., Any], given: dict[str, Any]) -> dict[str, Any]:
    """Converts a case's input to keyword arguments; the fields of a struct are separate arguments."""
    known = inspect.signature(method).parameters

    def python_name(name: str) -> str:
        name = snake(name)
        return name + "_" if name + "_" in known else name

    flat: dict[str, Any] = {}
    for name, value in given.items():
        parameter = known.get(python_name(name))
        if isinstance(value, dict) and not (parameter and takes_dict(str(parameter.annotation))):
            flat.update({python_name(field): one for field, one in value.items()})
        else:
            flat[python_name(name)] = value
    for name in flat.keys() - known.keys():
        raise Inexpressible(f"{name} is no parameter: Python itself raises TypeError")
    for name, parameter in known.items():
        if parameter.default is parameter.empty and name not in flat:
            raise Inexpressible(f"{name} is required: Python itself raises TypeError")
    return {name: argument(str(known[name].annotation), value) for name, value in flat.items()}


def found(db: Any, operation: str) -> Callable[..., Any]:
    group, verb = operation.split(".")
    method: Callable[..., Any] | None = getattr(getattr(db, group, None), verb, None)
    if method is None:
        raise Inexpressible("an unknown operation is no method")
    return method


def plain(value: Any) -> Any:
    """Converts a result to JSON."""
    if isinstance(value, datetime):
        assert value.tzinfo is UTC
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, staka.Page):
        return {"items": plain(value.items), "next": value.next, "total": value.total}
    if isinstance(value, staka.Table | list):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        return {camel(field.name): plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return str(value) if isinstance(value, str) else value


def holds(wanted: Any, given: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(given, dict):
        return all(name in given and holds(value, given[name]) for name, value in wanted.items())
    if isinstance(wanted, list) and isinstance(given, list):
        return len(wanted) == len(given) and all(map(holds, wanted, given))
    return bool(wanted == given)


def check(case: dict[str, Any], given: dict[str, Any]) -> None:
    expect = case["expect"]
    if "items" in expect:
        value = given["value"]
        items = value["items"] if isinstance(value, dict) else value
        assert len(items) == expect["items"]
        assert "first" not in expect or holds(expect["first"], items[0]), items[0]
    else:
        assert holds(expect, given), given


def error(error: staka.StakaError) -> dict[str, Any]:
    fields = [camel(one.field.replace("_[", "[")) for one in error.fields]
    return {"error": {"code": error.code, "operation": error.operation, "fields": fields}}


def caller(db: Any, actor: str) -> Any:
    name, _, role = actor.partition(":")
    match name:
        case "system":
            return db
        case "anonymous":
            return db.as_anonymous()
        case _:
            return db.as_user(SUBJECTS[name], role or "USER")


def called(db: staka.Staka, case: dict[str, Any]) -> dict[str, Any]:
    session = caller(db, case["actor"])
    method = found(session, case["operation"])
    given = arguments(method, case["input"])
    try:
        if case["operation"] not in WRITES:
            return {"value": plain(method(**given))}
        with session.transaction() as tx:
            answer = found(tx, case["operation"])(**given)
            tx.rollback()
        return {"value": plain(answer)}
    except staka.StakaError as raised:
        return error(raised)


async def awaited(db: staka.AsyncStaka, case: dict[str, Any]) -> dict[str, Any]:
    session = caller(db, case["actor"])
    method = found(session, case["operation"])
    given = arguments(method, case["input"])
    try:
        if case["operation"] not in WRITES:
            return {"value": plain(await method(**given))}
        async with session.transaction() as tx:
            answer = await found(tx, case["operation"])(**given)
            await tx.rollback()
        return {"value": plain(answer)}
    except staka.StakaError as raised:
        return error(raised)


def inexpressible() -> dict[str, str]:
    lines = json.loads((SUITE / "inexpressible.json").read_text(encoding="utf-8"))
    return {line["case"]: line["reason"] for line in lines if line["door"] == "python"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_called_case_has_its_expected_outcome(db: staka.Staka, case: dict[str, Any]) -> None:
    try:
        given = called(db, case)
    except Inexpressible:
        assert case["name"] in inexpressible()
        return
    assert case["name"] not in inexpressible()
    check(case, given)


def test_every_awaited_case_has_its_expected_outcome(server: Server) -> None:
    async def run() -> None:
        async with staka.connect_async(server.url, now=ANCHOR) as db:
            for case in CASES:
                try:
                    given = await awaited(db, case)
                except Inexpressible:
                    continue
                check(case, given)

    asyncio.run(run())


def test_the_list_contains_only_existing_cases() -> None:
    assert set(inexpressible()) <= {case["name"] for case in CASES}
