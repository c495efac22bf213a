"""Compares ways to convert a result to Python: the package's own objects, pythonize's dicts, JSON, Arrow.

Needs the feature `crossing` (`maturin develop --release --features crossing`) and DATABASE_URL, a database with demo
data (scale medium for the published figures). The queries run once; only the conversion of their results is timed. The ways
run in turn, round by round, so that other load on the machine affects all of them equally. Prints one JSON line for each:
{"what", "how", "median_ms", "ci95": [low, high], "n"}.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow

import staka
from staka import _staka

HEAVY = "00000000-0000-7000-8000-000000000002"
# The long conversation that `cargo xtask bench --doors` adds to the demo data.
THREAD = os.environ.get("STAKA_BENCH_THREAD", "thread_bench")


class Capsule:
    """An object from which pyarrow reads a stream."""

    def __init__(self, stream: object) -> None:
        self.stream = stream

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.stream


def ways(answer: Any, rows: bool) -> dict[str, Callable[[], object]]:
    ways: dict[str, Callable[[], object]] = {
        "own": answer.objects,
        "pythonize": answer.pythonize,
        "json": lambda: json.loads(answer.json()),
    }
    if rows:
        ways["arrow"] = lambda: pyarrow.table(Capsule(answer.arrow()))
    return ways


def interval(times: list[float]) -> tuple[float, float]:
    """Returns the 95 % interval of the median, by ranks."""
    times, n = sorted(times), len(times)
    half = 1.96 * math.sqrt(n) / 2
    return times[max(0, math.floor(n / 2 - half))], times[min(n - 1, math.ceil(n / 2 + half))]


def measure(what: str, answer: Any, rows: bool, rounds: int, repeat: int) -> None:
    times: dict[str, list[float]] = {how: [] for how in ways(answer, rows)}
    for round_ in range(rounds + 2):
        for how, convert in ways(answer, rows).items():
            gc.collect()
            start = time.perf_counter()
            for _ in range(repeat):
                convert()
            took = (time.perf_counter() - start) / repeat
            # The first rounds warm up.
            if round_ >= 2:
                times[how].append(took * 1000)
    for how, taken in times.items():
        line = {"what": what, "how": how, "median_ms": statistics.median(taken), "ci95": interval(taken), "n": rounds}
        print(json.dumps(line), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    rounds = 5 if parser.parse_args().quick else 30
    url = os.environ["DATABASE_URL"]
    start, end = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    with staka.connect(url) as db:

        def keep(operation: str, *arguments: object) -> Any:
            return _staka.keep(db._session, operation, *arguments)  # type: ignore[attr-defined]

        measure("one number", keep("notifications.unread_count", HEAVY), False, rounds, 1000)
        measure("one row", keep("stats.revenue", start), False, rounds, 1000)
        page = keep("notifications.list_by_user", HEAVY, False, 20, None, None)
        measure("a page of 20", page, True, rounds, 100)
        measure("650 messages with attachments", keep("messages.list_by_conversation", THREAD, 650, None, None), True, rounds, 5)
        measure("100,000 rows", keep("stats.message_records", start, end, 100_000, None, None), True, rounds, 1)


if __name__ == "__main__":
    main()
