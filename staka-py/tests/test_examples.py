"""The examples run, on each server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Server

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "python").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(server: Server, example: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": server.url, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, str(example)], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "unread still" in done.stdout
    assert "refused: stats.users_by_role" in done.stdout
