"""Samples of a panel's data, for as long as nobody has any: the same for the same panel, always.

Samples move around the limits that are drawn: a day that is well, with one stretch on the wrong side of a limit.
"""

from __future__ import annotations

import hashlib
import math
import random
import re
from collections.abc import Sequence

from review.drawn.data import SAMPLE, Drawn, Line
from review.drawn.panels import Limit, Panel

DAY, EVERY = 24 * 60, 15  # minutes
GROUPS, GROUPS_OF_LINES = 6, 3
BUCKETS = 8
USUAL = {"seconds": 0.4, "milliseconds": 300.0, "ratio": 0.35, "percent": 40.0, "per second": 24.0}
USUAL |= {"bytes": 6e8, "money": 1800.0, "count": 120.0}
WHOLE = {"ratio": 1.0, "percent": 100.0}


def sample(panel: Panel, _stack: str = "") -> Drawn:
    """Sample data for a panel of any kind, the same in every stack."""
    chance = random.Random(hashlib.sha256(panel.identity.encode()).digest())  # noqa: S311  # nothing is kept secret by it
    match panel.kind:
        case "lines":
            labels = [each for line in panel.lines or ("value",) for each in _split(line, panel)]
            lines = tuple(_line(panel, labels, index, chance) for index in range(len(labels)))
        case "top" | "listing":
            lines = tuple(_groups(panel, chance))
        case "buckets":
            lines = tuple(_bucket(index, panel.unit, chance) for index in range(BUCKETS))
        case "firing":
            firing = sorted(panel.lines, key=lambda name: hashlib.sha256(f"{panel.product}/{name}".encode()).digest())[
                :2
            ]
            lines = tuple(Line(label, ((0, float(label in firing)),)) for label in panel.lines)
        case _:
            lines = (Line((panel.lines or (panel.title,))[0], ((0, _now(panel, chance)),)),)
    return Drawn(panel, lines, SAMPLE)


def _split(label: str, panel: Panel) -> Sequence[str]:
    """A line for each of some groups, where there are any."""
    groups = range(1, GROUPS_OF_LINES + 1 if len(panel.lines) == 1 else 2)
    return [f"{label}, {' '.join(panel.by)} {group}" for group in groups] if panel.by else [label]


def _line(panel: Panel, labels: Sequence[str], index: int, chance: random.Random) -> Line:
    shares = [_share(each, place, len(labels)) for place, each in enumerate(labels)]
    usual = _usual(panel) * shares[index]
    crossed = panel.limits and shares[index] == max(shares)
    wrong = _wrong(chance.choice(panel.limits), panel.unit) if crossed else None
    begin, length = chance.randint(-DAY * 3 // 4, -DAY // 3), chance.randint(90, 200)
    phase, drift, points = chance.uniform(0, 2 * math.pi), 0.0, []
    for minute in range(-DAY, EVERY, EVERY):
        drift = 0.8 * drift + chance.gauss(0, 0.05)
        value = usual * (1 + 0.16 * math.sin(2 * math.pi * minute / DAY + phase) + drift)
        if wrong is not None and begin <= minute <= begin + length:
            inside = math.sin(math.pi * (minute - begin) / length)
            value += (wrong * (1 + drift / 2) - value) * math.sqrt(max(inside, 0.0))
        points.append((minute, _kept(value, panel.unit)))
    return Line(labels[index], tuple(points))


def _usual(panel: Panel) -> float:
    """Where nothing is wrong: on the healthy side of every limit, at some distance."""
    above = [limit.value for limit in panel.limits if limit.sense == "above"]
    below = [limit.value for limit in panel.limits if limit.sense == "below"]
    if above and below:
        return (min(above) + max(below)) / 2
    if above:
        return min(above) * 0.6
    if below:
        room = WHOLE.get(panel.unit)
        return max(below) + (room - max(below)) * 0.6 if room else max(below) * 1.7
    return USUAL.get(panel.unit, USUAL["count"])


def _wrong(limit: Limit, unit: str) -> float:
    """Somewhat beyond a limit."""
    if limit.sense == "below":
        return limit.value * 0.75
    beyond = limit.value * 1.25 if limit.value else 2.0
    return min(beyond, (limit.value + WHOLE[unit]) / 2) if unit in WHOLE else beyond


def _share(label: str, index: int, count: int) -> float:
    """Percentiles one above the other, the highest at the usual level; of several lines each a different part."""
    if found := re.search(r"(?:\b|_)p(50|75|90|95|99)\b", label):
        return float({50: 0.35, 75: 0.5, 90: 0.7, 95: 0.8, 99: 1.0}.get(int(found[1]), 0.6))
    return 1.0 - 0.6 * index / max(count, 2)


def _now(panel: Panel, chance: random.Random) -> float:
    """One number: fine three times of four."""
    if panel.kind == "standing":
        left = chance.uniform(0.2, 0.9) if chance.random() < 0.8 else -chance.uniform(0.1, 0.4)  # noqa: PLR2004
        return left if not panel.goal else min(panel.goal + (1 - panel.goal) * left, 1.0)
    if panel.limits and chance.random() < 0.25:  # noqa: PLR2004
        return _kept(_wrong(panel.limits[0], panel.unit), panel.unit)
    near = WHOLE.get(panel.unit) and any(limit.sense == "below" for limit in panel.limits)
    return _kept(_usual(panel) * (1.0 if near else chance.uniform(0.85, 1.15)), panel.unit)


def _groups(panel: Panel, chance: random.Random) -> list[Line]:
    """So many rows, the highest first, each with a value of every column."""
    found = []
    name = " ".join(panel.by) or "group"
    worst = max((limit.value for limit in panel.limits), default=0.0)
    for column in panel.lines:
        unit = panel.unit_of(column)
        highest = worst * 1.05 or USUAL.get(unit, USUAL["count"]) * 2
        for row in range(GROUPS):
            value = highest * chance.uniform(0.78, 0.92) ** row
            found.append(Line(column, ((0, _kept(value, unit)),), f"{name} {row + 1}"))
    return found


def _bucket(index: int, unit: str, chance: random.Random) -> Line:
    """A bucket of a distribution: most in the third, a second band above it for some hours."""
    label = f"{USUAL.get(unit, 1.0) * 2.0 ** (index - 3):g}"
    points = []
    for minute in range(-DAY, EVERY, EVERY * 2):
        second = 0.5 * math.exp(-((index - 5.5) ** 2)) * (1 if -DAY // 2 < minute < -DAY // 4 else 0.1)
        points.append((minute, max(0.0, math.exp(-((index - 2.4) ** 2) / 2) + second) * chance.uniform(0.7, 1.0)))
    return Line(label, tuple(points))


def _kept(value: float, unit: str) -> float:
    """Within what the unit can be: whole events, at most a whole, never below nothing."""
    value = max(0.0, min(value, WHOLE.get(unit, math.inf)))
    return float(round(value)) if unit == "count" else value
