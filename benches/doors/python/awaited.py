"""The cost of awaiting: an awaited call of a cheap operation, compared with the same blocking call and with asyncio's own
cost of a future that another thread completes (`call_soon_threadsafe`). The three run in turn; the target is at most
1.5 times the sum of the latter two."""

from __future__ import annotations

import asyncio
import threading
import time
from queue import SimpleQueue

import staka

from figures import ratio, summary
from peer_staka import own_url
from setting import ANCHOR, USERS, progress, say, setting

ROUNDS, WARM = (20, 5) if setting.quick else (3000, 300)
OPERATION = "faqs.count_by_categorie"


class HandOff:
    """A thread that completes futures: the minimal cost of any work outside of the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._given: SimpleQueue[asyncio.Future[int] | None] = SimpleQueue()
        self._loop = loop
        self._thread = threading.Thread(target=self._complete, daemon=True)
        self._thread.start()

    def _complete(self) -> None:
        while (future := self._given.get()) is not None:
            self._loop.call_soon_threadsafe(future.set_result, 1)

    async def once(self) -> int:
        future: asyncio.Future[int] = self._loop.create_future()
        self._given.put(future)
        return await future

    def close(self) -> None:
        self._given.put(None)
        self._thread.join()


async def main() -> None:
    user = USERS["light"]
    url = own_url(setting.url)
    hand_off = HandOff(asyncio.get_running_loop())
    found: dict[str, list[float]] = {"blocking call": [], "asyncio's hand-off": [], "awaited call": []}
    clock = time.perf_counter
    with staka.connect(url, now=ANCHOR) as blocking:
        async with staka.connect_async(url, now=ANCHOR) as awaited:
            progress(f"{ROUNDS} rounds")
            if list(await awaited.faqs.count_by_categorie()) != list(blocking.faqs.count_by_categorie()):
                raise SystemExit("awaited and blocking calls answer differently")
            for query in ("notifications.unread_count", OPERATION):
                for values in found.values():
                    values.clear()
                call, start = (
                    (
                        lambda: blocking.notifications.unread_count(user),
                        lambda: awaited.notifications.unread_count(user),
                    )
                    if query == "notifications.unread_count"
                    else (blocking.faqs.count_by_categorie, awaited.faqs.count_by_categorie)
                )
                for turn in range(WARM + ROUNDS):
                    times = [clock()]
                    call()
                    times.append(clock())
                    await hand_off.once()
                    times.append(clock())
                    await start()
                    times.append(clock())
                    if turn >= WARM:
                        for name, begun, ended in zip(found, times, times[1:], strict=False):
                            found[name].append((ended - begun) * 1000)
                report(query, found)
    hand_off.close()


def report(query: str, found: dict[str, list[float]]) -> None:
    sums = [one + other for one, other in zip(found["blocking call"], found["asyncio's hand-off"], strict=True)]
    for what, values in found.items():
        middle, interval = summary(values)
        line = {"what": f"{query}: {what}", "query": query, "median_ms": middle, "ci95": interval, "n": len(values)}
        if what == "awaited call":
            line["ratio"], line["ratio_ci95"] = ratio(values, sums)
            line["note"] = "Ratio: the awaited call ÷ (blocking call + asyncio's hand-off) of the same round."
        say(line)


if __name__ == "__main__":
    asyncio.run(main())
