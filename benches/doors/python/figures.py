"""Medians and what they are sure of."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from statistics import median

RESAMPLES = 1000


def _bootstrap(rounds: int, figure: Callable[[Sequence[int]], float]) -> list[float]:
    """95 % of what `figure` gives for rounds drawn again, with replacement."""
    chance = random.Random(rounds)
    everyone = range(rounds)
    found = sorted(figure(chance.choices(everyone, k=rounds)) for _ in range(RESAMPLES))
    return [rounded(found[int(RESAMPLES * 0.025)]), rounded(found[-int(RESAMPLES * 0.025) - 1])]


def rounded(value: float) -> float:
    return float(f"{value:.5g}")


def summary(values: Sequence[float]) -> tuple[float, list[float]]:
    """The median and its interval."""
    return rounded(median(values)), _bootstrap(len(values), lambda drawn: median([values[i] for i in drawn]))


def ratio(of: Sequence[float], by: Sequence[float]) -> tuple[float, list[float]]:
    """Median of `of` ÷ median of `by`; a round's two measurements are drawn together."""

    def figure(drawn: Sequence[int]) -> float:
        return median([of[i] for i in drawn]) / median([by[i] for i in drawn])

    return rounded(median(of) / median(by)), _bootstrap(len(of), figure)
