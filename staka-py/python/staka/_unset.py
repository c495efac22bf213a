"""What stands for an argument that is not given, where None is a value."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Unset(Enum):
    """The type of `UNSET`."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET
"""An argument that is not given, where None is a value of its own: a patch then leaves the field as it is, a filter takes
any value."""
