"""Tests of errors and of invalid arguments."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

import staka
from conftest import ANCHOR, HEAVY, LIGHT, Server

MONTH = timedelta(days=30)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"user": 5}, ["user"]),
        ({"user": None}, ["user"]),
        ({"user": "\ud800"}, ["user"]),
        ({"unread_only": 1}, ["unread_only"]),
        ({"unread_only": "yes"}, ["unread_only"]),
        ({"limit": "5"}, ["limit"]),
        ({"limit": True}, ["limit"]),
        ({"limit": 5.0}, ["limit"]),
        ({"limit": 2**32}, ["limit"]),
        ({"limit": 2**80}, ["limit"]),
        ({"limit": -1}, ["limit"]),
        ({"limit": 101}, ["limit"]),
        ({"limit": 0, "page": 0}, ["limit", "page"]),
        ({"user": 5, "after": b"x"}, ["user", "after"]),
        ({"after": 'a"\\\n'}, ["after"]),
    ],
)
def test_an_invalid_argument_is_named(db: staka.Staka, given: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(staka.InvalidError) as raised:
        db.notifications.list_by_user(**{"user": LIGHT, **given})
    assert [error.field for error in raised.value.fields] == fields
    assert raised.value.operation == "notifications.list_by_user"
    assert raised.value.code == "INVALID"
    assert isinstance(raised.value, ValueError)
    for error in raised.value.fields:
        assert f"{error.field}: {error.problem}" in str(raised.value)


def test_times_must_have_a_time_zone(db: staka.Staka) -> None:
    for wrong in [datetime(2026, 1, 1), date(2026, 1, 1), "2026-01-01T00:00:00Z", 0]:
        with pytest.raises(staka.InvalidError) as raised:
            db.stats.payments_by_status(wrong, ANCHOR)  # type: ignore[arg-type]
        assert [error.field for error in raised.value.fields] == ["from_"]
    early = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    with pytest.raises(staka.InvalidError):
        db.stats.payments_by_status(early, ANCHOR)
    with pytest.raises(staka.InvalidError) as raised:
        db.stats.payments_by_status(ANCHOR, ANCHOR - MONTH)
    assert [error.field for error in raised.value.fields] == ["to"]


def test_time_zones_are_converted(db: staka.Staka) -> None:
    tokyo = timezone(timedelta(hours=9))
    here = db.stats.payments_by_status(ANCHOR - MONTH, ANCHOR)
    there = db.stats.payments_by_status((ANCHOR - MONTH).astimezone(tokyo), ANCHOR.astimezone(tokyo))
    assert here == there


def test_enum_values_and_lists(db: staka.Staka) -> None:
    both = db.audit_logs.list_recent(severities=[staka.AuditSeverity.HIGH, "LOW"], limit=3)
    assert both == db.audit_logs.list_recent(severities=("HIGH", "LOW"), limit=3)
    for wrong, field in [(["GRAVE"], "severities[0]"), (["HIGH", 1], "severities[1]"), ("HIGH", "severities"), (1, "severities")]:
        with pytest.raises(staka.InvalidError) as raised:
            db.audit_logs.list_recent(severities=wrong)  # type: ignore[arg-type]
        assert [error.field for error in raised.value.fields] == [field]


def test_access_rights(db: staka.Staka) -> None:
    with pytest.raises(staka.DeniedError) as denied:
        db.as_user(LIGHT, "USER").notifications.unread_count(HEAVY)
    assert (denied.value.code, denied.value.operation) == ("DENIED", "notifications.unread_count")
    with pytest.raises(staka.UnauthenticatedError):
        db.as_anonymous(ip="192.0.2.1").notifications.unread_count(HEAVY)
    assert db.as_user(HEAVY, staka.Role.USER, user_agent="tests").notifications.unread_count(HEAVY) == 6000
    with pytest.raises(staka.InvalidError) as invalid:
        db.as_user("", "KING")  # type: ignore[arg-type]
    assert [error.field for error in invalid.value.fields] == ["id", "role"]


def test_a_closed_handle_refuses_calls(server: Server) -> None:
    db = server.connect()
    session = db.as_user(LIGHT, "USER")
    db.close()
    db.close()
    for call in (db.pages.list_published, lambda: session.notifications.unread_count(LIGHT)):
        with pytest.raises(staka.UnavailableError, match="closed"):
            call()


def test_connecting_fails_with_a_reason() -> None:
    with pytest.raises(staka.UnavailableError):
        staka.connect("mysql://nobody@127.0.0.1:1/none?connect_timeout=2")
    with pytest.raises(staka.InvalidError):
        staka.connect("postgres://localhost/none")
    with pytest.raises(staka.InvalidError):
        staka.connect("mysql://localhost/none", now=datetime(2026, 1, 1))
    with pytest.raises(staka.InvalidError):
        staka.local(scale="huge")  # type: ignore[arg-type]


def test_errors_can_be_pickled() -> None:
    error = staka.InvalidError("limit: no", fields=(staka.FieldError("limit", "no"),), operation="x.y", retry_after=1.5)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is staka.InvalidError
    assert vars(again) == vars(error)
    assert str(again) == "x.y: limit: no"


def test_an_unknown_operation(db: staka.Staka) -> None:
    with pytest.raises(AttributeError):
        db.tarifs.burn  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(staka.NotFoundError):
        db._session.call("tarifs.burn")
    with pytest.raises(TypeError):
        db._session.call("tarifs.list_active", 1)


def test_times_use_datetime_utc(db: staka.Staka) -> None:
    rows = db.notifications.list_by_user(LIGHT).items
    assert all(row.created_at.tzinfo is UTC for row in rows)
