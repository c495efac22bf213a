"""Runs one library for benches/duel: `player.py --peers sqlalchemy`, with DATABASE_URL. Each line of standard input is a
request: {versions}, {query, of, look} for one call, or {query, of, calls} for a number of calls whose CPU is measured.
Each line of standard output is its result."""

from __future__ import annotations

import gc
import json
import platform
import sys
import time
import traceback
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from enum import Enum
from importlib.metadata import version
from typing import Any

from same import ELSEWHERE
from setting import WRITE, Context, open_peer, setting

NAMES = {name: other for other, name in ELSEWHERE.items()}


def camel(name: str) -> str:
    head, *words = NAMES.get(name, name).split("_")
    return head + "".join(word.capitalize() for word in words)


def plain(value: Any) -> Any:
    """Converts rows and entities to JSON with Staka's names; of an entity only loaded fields."""
    if hasattr(value, "_mapping"):
        fields: dict[str, Any] = {}
        for name, field in value._mapping.items():
            made = plain(field)
            # An entity next to other columns: its fields belong to the row.
            fields |= made if hasattr(type(field), "__mapper__") else {camel(name): made}
        return fields
    if hasattr(type(value), "__mapper__"):
        return {camel(name): plain(field) for name, field in vars(value).items() if not name.startswith("_")}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return float(value)
    return value


def once(peer: Any, query: str, of: Context) -> tuple[int, Any]:
    def measure(queries: dict[str, Callable[[Context], Any]]) -> tuple[int, Any]:
        call = queries[query]
        begun = time.perf_counter_ns()
        answer = call(of)
        return time.perf_counter_ns() - begun, answer

    return peer.rolled_back(measure) if query == WRITE else measure(peer.queries)


def play(peer: Any, order: dict[str, Any]) -> dict[str, Any]:
    if "versions" in order:
        packages = (f"{name} {version(name)}" for name in ("SQLAlchemy", "mysqlclient"))
        return {"versions": ", ".join([f"Python {platform.python_version()}", *packages])}
    given, query = order["of"], order["query"]
    now, since = (datetime.fromisoformat(given[name].replace("Z", "+00:00")) for name in ("now", "since"))
    of = Context(given["user"], given["conversation"], now=now, since=since, to=now)
    if "calls" not in order:
        nanos, answer = once(peer, query, of)
        return {"nanos": nanos, **({"answer": plain(answer)} if order["look"] else {})}
    gc.collect()
    before = time.process_time_ns()
    for _ in range(order["calls"]):
        once(peer, query, of)
    return {"cpuNanos": time.process_time_ns() - before}


def main() -> None:
    peer = open_peer(setting.peers[0])
    for line in sys.stdin:
        try:
            outcome = play(peer, json.loads(line))
        except Exception:  # whatever it is, the conductor ends the run with it
            outcome = {"error": traceback.format_exc()}
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()
    peer.close()


if __name__ == "__main__":
    main()
