"""Tests of values, tables and Arrow columns."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Collection, Reversible
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import polars
import pyarrow
import pytest

import staka
from conftest import ADMIN, ANCHOR, HEAVY, LIGHT, Server

MONTH = timedelta(days=30)


def test_values_equal_those_of_another_driver(db: staka.Staka, server: Server) -> None:
    page = db.messages.list_conversations(ADMIN, limit=100)
    connection = server.raw_connection()
    with connection.cursor() as cursor:
        for message in page.items:
            cursor.execute(
                "SELECT conversationId, content, type, isRead, createdAt, visitorEmail FROM messages WHERE id = %s",
                (message.id,),
            )
            row = cursor.fetchone()
            assert row is not None
            mine = (
                message.conversation_id, message.content, message.type, message.is_read,
                message.created_at.replace(tzinfo=None), message.visitor_email,
            )
            assert mine == (*row[:3], bool(row[3]), *row[4:])
    connection.close()


def test_numbers_and_times(db: staka.Staka, server: Server) -> None:
    revenue = db.stats.revenue(ANCHOR - MONTH)
    assert revenue.sum is not None and revenue.average is not None
    assert Decimal(revenue.sum) / revenue.count == Decimal(str(revenue.average))
    with staka.connect(server.url, now=datetime(2020, 1, 1, tzinfo=UTC)) as then:
        assert then.notifications.unread_count(HEAVY) >= db.notifications.unread_count(HEAVY)


@pytest.mark.parametrize(
    "time",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2000, 2, 29, 12, 30, 1, 1_000, tzinfo=UTC),
        datetime(2024, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
    ],
)
def test_a_time_is_read_as_it_was_written(db: staka.Staka, server: Server, time: datetime) -> None:
    connection = server.raw_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, createdAt FROM notifications WHERE userId = %s AND isDeleted = 0 LIMIT 1", (LIGHT,))
        row = cursor.fetchone()
        assert row is not None
        key, before = row
        try:
            cursor.execute("UPDATE notifications SET createdAt = %s WHERE id = %s", (time.replace(tzinfo=None), key))
            connection.commit()
            rows = db.notifications.list_by_user(LIGHT, limit=100).items
            assert [row.created_at for row in rows if row.id == key] == [time]
            column = polars.DataFrame(rows).filter(polars.col("id") == key)["created_at"]
            assert column.to_list() == [time]
        finally:
            cursor.execute("UPDATE notifications SET createdAt = %s WHERE id = %s", (before, key))
            connection.commit()
    connection.close()


def test_known_enum_values_are_members(db: staka.Staka, server: Server) -> None:
    page = db.commandes.list_with_invoices(LIGHT)
    assert all(isinstance(order.statut, staka.StatutCommande) for order in page.items)
    assert page.items[0].statut == str(page.items[0].statut)


def test_free_json_is_dicts_and_lists(db: staka.Staka, server: Server) -> None:
    connection = server.raw_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, senderId, metadata FROM messages WHERE senderId IS NOT NULL ORDER BY createdAt DESC, id DESC LIMIT 1")
        row = cursor.fetchone()
        assert row is not None
        key, user, before = row
        text = '{"a": [1, 2.5, null, true, "é\\u0001"], "b": {"c": -9007199254740993}}'
        try:
            cursor.execute("UPDATE messages SET metadata = %s WHERE id = %s", (text, key))
            connection.commit()
            page = db.messages.list_conversations(user)
            (message,) = [item for item in page.items if item.id == key]
            assert message.metadata == {"a": [1, 2.5, None, True, "é\x01"], "b": {"c": -9007199254740993}}
        finally:
            cursor.execute("UPDATE messages SET metadata = %s WHERE id = %s", (before, key))
            connection.commit()
    connection.close()


def test_a_table_is_read_like_a_list(db: staka.Staka) -> None:
    table = db.notifications.list_by_user(HEAVY, limit=20).items
    rows = list(table)
    assert isinstance(table, Collection) and isinstance(table, Reversible)
    assert len(table) == 20
    assert table[0] is rows[0] and table[-1] is rows[-1] and table[True] is rows[1]
    assert table[2:5] == rows[2:5] and table[::-3] == rows[::-3] and table[50:] == []
    assert list(reversed(table)) == rows[::-1]
    assert rows[3] in table and table.index(rows[3]) == 3 and table.count(rows[3]) == 1
    assert "x" not in table
    assert table == rows and table != rows[1:] and table != 5 and table == db.notifications.list_by_user(HEAVY).items
    assert repr(table).endswith("… 15 more])")
    for wrong in (20, -21, 2**70):
        with pytest.raises((IndexError, TypeError)):
            table[wrong]
    with pytest.raises(TypeError):
        table["0"]  # type: ignore[call-overload]
    with pytest.raises(ValueError):
        table.index(rows[3], 4)
    with pytest.raises(TypeError):
        hash(table)


def test_pages_follow_each_other(db: staka.Staka) -> None:
    first = db.notifications.list_by_user(HEAVY, limit=3)
    second = db.notifications.list_by_user(HEAVY, limit=3, after=first.next)
    six = db.notifications.list_by_user(HEAVY, limit=6)
    assert [*first.items, *second.items] == list(six.items)
    assert second == db.notifications.list_by_user(HEAVY, limit=3, page=2)
    assert db.notifications.list_by_user(LIGHT, limit=100).next is None
    assert repr(first).startswith("Page(items=Table([NotificationItem(")


def test_rows_behave_like_dataclasses(db: staka.Staka) -> None:
    row = db.notifications.list_by_user(LIGHT).items[0]
    assert dataclasses.is_dataclass(row)
    assert dataclasses.asdict(row)["title"] == row.title
    assert [field.name for field in dataclasses.fields(row)][:2] == ["id", "title"]
    other = dataclasses.replace(row, title="x")
    assert other.title == "x" and other != row and row != 5
    assert copy.deepcopy(row) == row == pickle.loads(pickle.dumps(row))
    match row:
        case staka.NotificationItem(key, title):
            assert (key, title) == (row.id, row.title)
    with pytest.raises(AttributeError):
        row.colour = 1  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        hash(row)
    assert repr(row).startswith(f"NotificationItem(id={row.id!r}, title=")


def test_polars_and_pyarrow_read_a_table(db: staka.Staka) -> None:
    payments = db.stats.payments_by_status(ANCHOR - MONTH, ANCHOR)
    columns = polars.DataFrame(payments)
    series = polars.from_arrow(payments)
    assert isinstance(series, polars.Series) and series.struct.unnest().equals(columns)
    assert columns.rows() == [(row.payment_status, row.amount, row.count) for row in payments]
    table = pyarrow.table(payments)
    assert table.schema == pyarrow.schema(
        [
            pyarrow.field("payment_status", pyarrow.string()),
            pyarrow.field("amount", pyarrow.int64(), nullable=False),
            pyarrow.field("count", pyarrow.int64(), nullable=False),
        ]
    )
    assert pyarrow.schema(payments) == table.schema
    # A table can be read more than once.
    assert pyarrow.table(payments).to_pylist() == table.to_pylist()


def test_nested_columns_equal_the_rows(db: staka.Staka) -> None:
    tables = [
        db.commandes.list_with_invoices(LIGHT).items,
        db.messages.list_conversations(ADMIN).items,
        db.messages.list_by_conversation(db.messages.list_conversations(ADMIN).items[0].conversation_id).items,
        db.stats.message_records(ANCHOR - MONTH, ANCHOR).items,
        db.audit_logs.list_recent(),
    ]
    for rows in tables:
        table = pyarrow.table(rows)
        table.validate(full=True)
        expected = [dataclasses.asdict(row) for row in rows]
        for row in expected:
            # Free JSON is text in Arrow.
            if row.get("metadata") is not None:
                row["metadata"] = pyarrow.scalar(row["metadata"])
        assert [drop(row) for row in table.to_pylist()] == [drop(row) for row in expected]
    assert table.schema.field("timestamp").type == pyarrow.timestamp("ms", "UTC")


def drop(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "metadata"}


def test_an_empty_table_keeps_its_schema(db: staka.Staka) -> None:
    empty = db.stats.messages_by_type_and_statut(datetime(9999, 1, 1, tzinfo=UTC))
    assert len(empty) == 0 and empty == [] and list(empty) == []
    table = pyarrow.table(empty)
    assert (table.num_rows, table.column_names) == (0, ["type", "statut", "count"])
    assert polars.DataFrame(empty).columns == ["type", "statut", "count"]
    assert repr(empty) == "Table([])"


def test_a_large_page(db: staka.Staka) -> None:
    page = db.stats.message_records(datetime(2000, 1, 1, tzinfo=UTC), ANCHOR, limit=100_000)
    assert len(page.items) > 10_000
    columns = polars.DataFrame(page.items)
    assert columns["id"][-1] == page.items[-1].id
    assert sum(1 for row in page.items if row.id) == len(columns)
