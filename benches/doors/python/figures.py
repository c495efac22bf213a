"""Medians and their confidence intervals."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from statistics import median

RESAMPLES = 1000


def _bootstrap(rounds: int, figure: Callable[[Sequence[int]], float]) -> list[float]:
    """Returns the 95 % interval of `figure` for resampled rounds (bootstrap)."""
    chance = random.Random(rounds)
    everyone = range(rounds)
    found = sorted(figure(chance.choices(everyone, k=rounds)) for _ in range(RESAMPLES))
    return [rounded(found[int(RESAMPLES * 0.025)]), rounded(found[-int(RESAMPLES * 0.025) - 1])]


def rounded(value: float) -> float:
    return float(f"{value:.5g}")


def summary(values: Sequence[float]) -> tuple[float, list[float]]:
    """Returns the median and its interval."""
    return rounded(median(values)), _bootstrap(len(values), lambda drawn: median([values[i] for i in drawn]))


def ratio(of: Sequence[float], by: Sequence[float]) -> tuple[float, list[float]]:
    """Returns the median of `of` divided by the median of `by`; the two values of a round are resampled together."""

    def figure(drawn: Sequence[int]) -> float:
        return median([of[i] for i in drawn]) / median([by[i] for i in drawn])

    return rounded(median(of) / median(by)), _bootstrap(len(of), figure)
