"""One setting of a declared resource changed, as a bug in a component or a hand on a vendor's page would do."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Cases go a fifth beyond a limit and stay a twenty-fifth within it: a quarter is the least that both can tell.
LARGER, SMALLER = 1.25, 0.8
NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
OTHERWISE = {">": ("<", ">="), ">=": ("<", ">"), "<": (">", "<="), "<=": (">", "<")}
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


@dataclass(frozen=True)
class Change:
    """What was changed: the kind of setting, which one, what it was and is; and the resource's inputs with it."""

    kind: str
    setting: str
    before: str
    after: str
    inputs: Mapping[str, Any]


def numbers(text: str, *, whole: bool) -> Iterator[str]:
    """A limit raised and lowered by as much as has to be noticed; whole numbers by one at least."""
    value = float(text)
    raised, lowered = value * LARGER, value * SMALLER
    if whole or not value:
        raised, lowered = max(math.ceil(raised), value + 1), min(math.floor(lowered), value - 1)
    yield shown(raised)
    if lowered >= 0:
        yield shown(lowered)


def shown(value: float) -> str:
    """Without a fraction where there is none."""
    return f"{value:.10g}"


def durations(amount: str, unit: str) -> Iterator[tuple[str, str]]:
    """Twice as long, and half as long in whole units: hours become minutes where that is needed."""
    yield str(2 * int(amount)), unit
    if int(amount) % 2 == 0:
        yield str(int(amount) // 2), unit
        return
    smaller = {"w": "d", "d": "h", "h": "m"}.get(unit)
    if smaller:
        yield str(int(amount) * UNITS[unit] // UNITS[smaller] // 2), smaller
    elif int(amount) > 1:
        yield str(int(amount) // 2), unit


def put(inputs: Mapping[str, Any], **settings: Any) -> dict[str, Any]:
    """The inputs with other values; None takes a setting out."""
    return {key: value for key, value in {**inputs, **settings}.items() if value is not None}


def spliced(text: str, found: re.Match[str], new: str) -> str:
    """The text with another in place of what was found."""
    return f"{text[: found.start()]}{new}{text[found.end() :]}"
