"""What of a metric lies outside of the usual (M/types/anomaly.md)."""

from __future__ import annotations

import math

from components.datadog.language import expression as parts
from proof.datadog.counts import Values
from proof.datadog.data import Data
from proof.datadog.points import Classic
from proof.unplayable import UnplayableError

SKIPPED = math.nan  # points came, and none was left: not evaluated, and no setting applies ("skipped")


def outside(function: parts.Function, data: Data, high: float) -> Values:
    """What share of the points of the trigger window lies outside of the band.

    The band's algorithms aren't documented well enough to be reproduced (M/types/anomaly.md): it is given. Without
    three seasons of history there is none, and the monitor has no data.
    """
    inner, direction = function.arguments[0], function.option("direction") or "both"
    every = _number(function, "interval")
    window = _seconds(function.option("alert_window") or "")
    if every * 5 > window:
        raise UnplayableError("an anomaly's points have to be at most a fifth of its window apart")
    if data.bands is None:
        return {}
    lowest, highest = data.bands
    # Whole buckets: the newest is only judged once it is over.
    end = math.floor(high / every) * every
    found: Values = {}
    for group, at in Classic(data, end - window, end - 1e-6, every).of(inner).items():
        beyond = [
            (value > highest and direction in ("above", "both")) or (value < lowest and direction in ("below", "both"))
            for value in at.values()
        ]
        found[group] = sum(beyond) / len(beyond) if beyond else SKIPPED
    return found


def usual(function: parts.Function, data: Data, high: float) -> float:
    """What the points of an anomaly monitor are while all is well."""
    every = _number(function, "interval")
    end = math.floor(high / every) * every
    (points,) = Classic(data, end - every * 5, end - 1e-6, every).of(function.arguments[0]).values()
    return sum(points.values()) / len(points)


def _number(function: parts.Function, name: str) -> float:
    found = [each.value for each in function.arguments if isinstance(each, parts.Option) and each.name == name]
    if len(found) != 1 or not isinstance(found[0], parts.Number):
        raise UnplayableError(f"an anomaly without {name}= isn't played")
    return found[0].value


def _seconds(window: str) -> float:
    units = {"m": 60, "h": 3600, "d": 86400}
    text = window.removeprefix("last_")
    if not text[:-1].isdigit() or text[-1:] not in units:
        raise UnplayableError(f"{window!r} isn't a window that is played")
    return int(text[:-1]) * units[text[-1]]
