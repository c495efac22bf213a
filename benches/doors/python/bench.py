"""The 16 queries, and one large result, through every peer: one process, one database, call by call in turn."""

from __future__ import annotations

import gc
import platform
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from figures import ratio, summary
from same import assert_same
from setting import SQL, USERS, WRITE, Context, open_peer, progress, say, setting, subjects_of

# How long a query is measured, for all libraries together, and the least and largest number of rounds.
BUDGET, LEAST, MOST = (0.0, 1, 1) if setting.smoke else (0.0, 3, 3) if setting.quick else (4.0, 15, 1000)
WARM_BUDGET, WARM_LEAST, WARM_MOST = (
    (0.0, 0, 0) if setting.smoke else (0.0, 1, 1) if setting.quick else (2.0, 3, 50)
)
# Client CPU is measured for blocks of calls, because its clock is coarse, one library at a time.
BLOCK_SECONDS, BLOCKS = (0.0, 1) if setting.smoke else (0.005, 3) if setting.quick else (0.08, 11)


def timed(peer: Any, query: str, of: Context) -> tuple[float, Any]:
    """Returns the seconds and the result. A write is rolled back; the rollback is not measured."""

    def measure(queries: dict[str, Callable[[Context], Any]]) -> tuple[float, Any]:
        call = queries[query]
        start = time.perf_counter()
        answer = call(of)
        return time.perf_counter() - start, answer

    return peer.rolled_back(measure) if query == WRITE else measure(peer.queries)


def latencies(peers: list[Any], query: str, of: Context) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {peer.name: [] for peer in peers}
    spent, turn = 0.0, 0
    while turn < LEAST or (turn < MOST and spent < BUDGET):
        for place in range(len(peers)):
            peer = peers[(turn + place) % len(peers)]
            seconds, _ = timed(peer, query, of)
            found[peer.name].append(seconds * 1000)
            spent += seconds
        turn += 1
    return found


def cpu(peers: list[Any], query: str, of: Context, usual: dict[str, float]) -> dict[str, list[float]]:
    """Returns the milliseconds of CPU for each call, for each block: user and system time of all threads."""
    found: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for block in range(BLOCKS):
        for place in range(len(peers)):
            peer = peers[(block + place) % len(peers)]
            call = peer.queries[query]
            calls = max(1, min(500, round(BLOCK_SECONDS * 1000 / usual[peer.name])))
            gc.collect()
            before = time.process_time()
            for _ in range(calls):
                call(of)
            found[peer.name].append((time.process_time() - before) * 1000 / calls)
    return found


def measure(peers: list[Any], query: str, subject: str, of: Context) -> None:
    reference = peers[0]
    expected = timed(reference, query, of)[1]
    for peer in peers[1:]:
        assert_same(query, peer.name, timed(peer, query, of)[1], expected)
    del expected
    began = time.perf_counter()
    for call in range(WARM_MOST):
        if call >= WARM_LEAST and time.perf_counter() - began > WARM_BUDGET:
            break
        for peer in peers:
            timed(peer, query, of)
    found = latencies(peers, query, of)
    usual = {name: median(values) for name, values in found.items()}
    # The CPU time of a write would include that of its transaction.
    used = {} if query == WRITE else cpu(peers, query, of, usual)
    for peer in peers:
        middle, interval = summary(found[peer.name])
        spent = summary(used[peer.name]) if used else (None, None)
        line = {
            "peer": peer.name,
            "query": query,
            "subject": subject,
            "median_ms": middle,
            "ci95": interval,
            "cpu_ms": spent[0],
            "cpu_ci95": spent[1],
            "n": len(found[peer.name]),
        }
        if peer is not reference:
            line["ratio"], line["ratio_ci95"] = ratio(found[peer.name], found[reference.name])
            if used:
                line["cpu_ratio"], line["cpu_ratio_ci95"] = ratio(used[peer.name], used[reference.name])
        say(line)


def main() -> None:
    peers = [open_peer(name) for name in setting.peers]
    asking = next((peer for peer in peers if peer.name == "mysqlclient"), None) or open_peer("mysqlclient")
    conversations = {user: asking.conversation_of(user) for user in USERS.values()}
    progress(f"Python {platform.python_version()}, {', '.join(setting.peers)}")
    for query in SQL:
        if setting.only not in query:
            continue
        for subject in subjects_of(query):
            if query == WRITE and subject == "heavy":
                continue  # Seconds a call, all of it the server's.
            progress(f"{query} ({subject})")
            measure(peers, query, subject, Context.of(subject, conversations))
    for peer in peers:
        peer.close()


if __name__ == "__main__":
    main()
