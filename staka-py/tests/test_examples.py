"""Runs the examples on each server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import staka
from conftest import Server

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "python").glob("*.py"))


# Part of the expected output of each example.
EXPECTED = {
    "a_day": "refused: commandes.set_statut",
    "a_sale": "kept for ten years: FACT-",
    "first_steps": "refused: stats.users_by_role",
}


@pytest.fixture(scope="module")
def url(server: Server) -> Iterator[str]:
    """A separate database, because the examples write."""
    with staka.local(engine=server.engine, scale="small") as db:  # type: ignore[arg-type]
        yield db.url


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(url: str, example: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, str(example)], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert EXPECTED[example.stem] in done.stdout
