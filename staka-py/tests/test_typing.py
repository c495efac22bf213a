"""Tests of the type annotations."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_type_hints

from staka import _types

HERE = Path(__file__).parent
CONFIG = HERE.parent / "pyproject.toml"


def run(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, timeout=600, cwd=HERE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_accepts_the_package_and_these_programs() -> None:
    examples = HERE.parents[1] / "examples" / "python"
    run("mypy", "--strict", "--config-file", str(CONFIG), "-p", "staka")
    run("mypy", "--strict", "--config-file", str(CONFIG), *map(str, [*HERE.glob("*.py"), *HERE.parent.glob("bench/*.py"), *examples.glob("*.py")]))


def test_the_stub_matches_the_compiled_module() -> None:
    run("mypy.stubtest", "--mypy-config-file", str(CONFIG), "staka._staka")


def test_annotations_can_be_resolved() -> None:
    for name in _types.__all__:
        if isinstance(found := getattr(_types, name), type):
            get_type_hints(found)
