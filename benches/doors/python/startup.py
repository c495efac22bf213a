"""The time from the start of a new `python` process to the first result (the light user's unread count), and from the
first import to it, for each library in turn. A `python` process without a library is measured too."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from figures import summary
from setting import progress, say, setting

RUNS = 1 if setting.smoke else 2 if setting.quick else 21
CHILD = str(Path(__file__).with_name("first_answer.py"))


def fresh(peer: str) -> dict[str, Any]:
    start = time.perf_counter()
    ran = subprocess.run([sys.executable, CHILD, peer, setting.url], capture_output=True, text=True, check=False)
    whole = (time.perf_counter() - start) * 1000
    if ran.returncode != 0:
        raise SystemExit(f"{peer}: {ran.stderr}")
    return {"whole": whole, **json.loads(ran.stdout)}


def main() -> None:
    names = ["python", *setting.peers]
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for name in names if not setting.smoke else []:
        fresh(name)
    for turn in range(RUNS):
        progress(f"round {turn + 1} of {RUNS}")
        for place in range(len(names)):
            name = names[(turn + place) % len(names)]
            runs[name].append(fresh(name))
    answers = {runs[name][0]["answer"] for name in setting.peers}
    if len(answers) != 1:
        raise SystemExit(f"the peers answer differently: {answers}")
    for name in names:
        # Without a library there is no result.
        answered = summary([run["first_answer"] for run in runs[name]]) if name in setting.peers else (None, None)
        whole = summary([run["whole"] for run in runs[name]])
        say(
            {
                "peer": name,
                "query": "startup",
                "subject": "light",
                "median_ms": answered[0],
                "ci95": answered[1],
                "process_ms": whole[0],
                "process_ci95": whole[1],
                "n": RUNS,
            }
        )


if __name__ == "__main__":
    main()
