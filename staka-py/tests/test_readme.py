"""Runs the Python samples of the README files and of docs/ on a private database with demo data, on each server. Each
```python block is a program of its own. `python no-run: reason` marks a block that cannot run; its syntax is checked.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import staka
from conftest import ADMIN, Server

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "README.md", ROOT / "staka-py" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

# What the text around a block takes for granted, by file and heading: the lines before and after it.
PREAMBLES = {
    "docs/guide.md#A day on the platform": (
        f'import os, staka\ndb, agathe = staka.connect(os.environ["DATABASE_URL"]), "{ADMIN}"\n',
        "db.close()\n",
    ),
}


@dataclass(frozen=True)
class Block:
    """A block of Python in a Markdown file."""

    file: str
    heading: str
    info: str
    line: int
    text: str

    @property
    def place(self) -> str:
        return f"{self.file}#{self.heading}"

    @property
    def is_run(self) -> bool:
        return "no-run" not in self.info


def blocks(path: Path) -> Iterator[Block]:
    file, heading, start = path.relative_to(ROOT).as_posix(), "", 0
    info: str | None = None
    lines: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fence = re.match(r" *```(.*)$", line)
        if fence and info is None:
            info, start, lines = fence[1].strip(), number, []
        elif fence:
            if info is not None and re.match(r"(py|python)\b", info):
                yield Block(file, heading, info, start, "\n".join(lines) + "\n")
            info = None
        elif info is not None:
            lines.append(line)
        elif title := re.match(r"#+ (.*)$", line):
            heading = title[1]
    assert info is None, f"{file}: a block is not closed"


ALL = [block for path in FILES for block in blocks(path)]
RUN = [block for block in ALL if block.is_run]


def redirected(text: str) -> str:
    """Connects to the database of the test instead of the one that the text names."""
    return re.sub(r"([\"'])mysql://.*?\1", '__import__("os").environ["DATABASE_URL"]', text)


@pytest.fixture(scope="module")
def url(server: Server) -> Iterator[str]:
    """A database of their own, because they write."""
    with staka.local(engine=server.engine, scale="small") as db:  # type: ignore[arg-type]
        yield db.url


def test_the_samples_are_found_and_each_has_a_right_info_string() -> None:
    for file in ("README.md", "staka-py/README.md", "docs/guide.md"):
        assert any(block.file == file for block in ALL), f"{file} has no block of Python"
    for block in ALL:
        assert re.fullmatch(r"python( no-run: \S.*)?", block.info), f"{block.file}:{block.line}"
        compile(block.text, f"{block.file}:{block.line}", "exec")
    places = {block.place for block in RUN}
    for name in PREAMBLES:
        assert name in places, f"no block needs the preamble of {name}"


@pytest.mark.parametrize("block", RUN, ids=lambda block: f"{block.file}:{block.line}")
def test_a_sample_runs(url: str, block: Block) -> None:
    before, after = PREAMBLES.get(block.place, ("", ""))
    program = before + redirected(block.text) + after
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, f"{block.file}:{block.line}\n{done.stderr}"
