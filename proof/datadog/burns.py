"""Burn rates of service level objectives (service_level_objectives/burn_rate.md, time_slice.md)."""

from __future__ import annotations

import math
import re

from components.datadog.language.tree import Search
from proof.datadog.counts import Counts, on_counts
from proof.datadog.data import Data
from proof.datadog.monitors import Objective
from proof.datadog.points import Classic
from proof.datadog.readings import Readings
from proof.unplayable import UnplayableError

UNITS = {"m": 60, "h": 3600, "d": 86400}


def windows(query: Search) -> tuple[int, int]:
    """The long and the short window, in seconds."""
    long, short = (
        next("".join(step.texts) for step in query.steps if step.name == name)
        for name in ("long_window", "short_window")
    )
    return seconds(long), seconds(short)


def seconds(text: str) -> int:
    """`6h` in seconds."""
    found = re.fullmatch(r"(\d+)([mhd])", text)
    if not found:
        raise UnplayableError(f"{text!r} isn't a window of a burn rate")
    return int(found[1]) * UNITS[found[2]]


def burn(objective: Objective, data: Data, low: float, high: float, readings: Readings) -> float:
    """How many times faster than its target allows; without anything to judge, 0: missing data is ignored."""
    good = share(objective, data, low, high, readings)
    # Rounded as no bill is: 1 - 0.999 isn't quite 0.001 to a computer.
    return 0.0 if good is None else round((1 - good) / round(1 - objective.target, 12), 9)


def share(objective: Objective, data: Data, low: float, high: float, readings: Readings) -> float | None:
    """Which share was good; None where nothing came."""
    if objective.slice_seconds:
        return _slices(objective, data, low, high)
    assert objective.good is not None
    assert objective.total is not None
    counts = Counts(data, low, high, readings)
    good, total = counts.of(objective.good), counts.of(objective.total)
    if isinstance(good, float) or isinstance(total, float):
        raise UnplayableError(f"{objective.name} is made of constants")
    whole = sum(total.values())
    return sum(good.values()) / whole if whole else None


def _slices(objective: Objective, data: Data, low: float, high: float) -> float | None:
    """Slices begin at multiples of their length; without a value one is good, and all groups have to be."""
    length = objective.slice_seconds
    bad = number = 0
    for begin in range(math.ceil(low / length) * length, math.floor(high / length) * length, length):
        number += 1
        values = slice_values(objective, data, begin)
        bad += any(
            not (value < objective.limit if objective.comparator == "<" else value > objective.limit)
            for value in values
        )
    return 1 - bad / number if number else None


def slice_values(objective: Objective, data: Data, begin: float) -> list[float]:
    """The one value of each group in a slice; kept, as slices don't change once they are over."""
    key = (objective.name, begin)
    if key not in data.slices:
        assert objective.sliced is not None
        expression = objective.sliced
        low, high = begin - 1e-6, begin + objective.slice_seconds - 1e-6
        if on_counts(expression):
            found = Counts(data, low, high, Readings()).of(expression)
            assert isinstance(found, dict)
            data.slices[key] = [value for value in found.values() if not math.isnan(value)]
        else:
            points = Classic(data, low, high, objective.slice_seconds).of(expression)
            data.slices[key] = [value for at in points.values() for value in at.values()]
    return data.slices[key]
