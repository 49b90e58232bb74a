"""Log searches: which log events a monitor counts, and which of them an index keeps ("Log Search Syntax")."""

from __future__ import annotations

import fnmatch
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from components.datadog.language.tree import Search
from proof.datadog.data import WHOLE, Data, Group, Line
from proof.datadog.readings import Readings
from proof.unplayable import UnplayableError

TERM = re.compile(
    r"""\s*(?P<not>-)?(?:(?P<key>@?[\w.]+):)?(?:"(?P<quoted>[^"]*)"|\((?P<any>[^()]*)\)|(?P<sign>[<>]=?)(?P<number>-?[\d.]+)
    |(?P<bare>[^\s"():]+))""",
    re.VERBOSE,
)
UNITS = {"m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Index:
    """A log index: what it takes, and what it leaves out."""

    name: str
    takes: str
    leaves_out: tuple[str, ...] = ()

    def keeps(self, said: Mapping[str, str | float]) -> bool:
        """Whether it stores a log event; one of which a share is left out can't be counted on."""
        return found(self.takes, said) and not any(found(each, said) for each in self.leaves_out)


@lru_cache(maxsize=1024)
def terms(search: str) -> tuple[Mapping[str, str | None], ...]:
    """The terms of a search, all of which have to hold. Raises UnplayableError."""
    made, at = [], 0
    while search[at:].strip():
        term = TERM.match(search, at)
        if not term:
            raise UnplayableError(f"the log search {search!r} isn't played")
        made.append(term.groupdict())
        at = term.end()
    return tuple(made)


def found(search: str, said: Mapping[str, str | float]) -> bool:
    """Whether a search finds a log event."""
    return all(_holds(term, said) is not bool(term["not"]) for term in terms(search))


def _holds(term: Mapping[str, str | None], said: Mapping[str, str | float]) -> bool:
    key = term["key"]
    if key is None:  # in the message
        text = term["quoted"] or term["bare"] or ""
        return text == "*" or text.lower() in str(said.get("message", "")).lower()
    value = said.get(key)
    if value is None:
        return False
    if term["sign"]:
        limit = float(term["number"] or 0)
        return (
            isinstance(value, int | float)
            and {
                ">": value > limit,
                ">=": value >= limit,
                "<": value < limit,
                "<=": value <= limit,
            }[term["sign"]]
        )
    if term["any"] is not None:
        return str(value) in [each.strip('"') for each in term["any"].split(" OR ")]
    if term["quoted"] is not None:
        return str(value) == term["quoted"]
    return fnmatch.fnmatchcase(str(value), term["bare"] or "")


def count(
    query: Search, data: Data, indexes: Mapping[str, Index], now: float, readings: Readings
) -> dict[Group, float]:
    """How many log events a monitor counts, by its groups; without any, 0. Raises UnplayableError."""
    steps = {step.name: step for step in query.steps}
    if set(steps) - {"index", "rollup", "by", "last"} or steps["rollup"].texts != ("count",):
        raise UnplayableError(f"log events are counted only, not {', '.join(steps['rollup'].texts)}")
    (name,) = steps["index"].texts
    if name != "*" and name not in indexes:
        raise UnplayableError(f"there is no log index {name!r}")
    (last,) = steps["last"].texts
    low = now - int(last[:-1]) * UNITS[last[-1]]
    by = tuple(each for text in steps["by"].texts for each in text.split(",")) if "by" in steps else ()
    counts: dict[Group, float] = {} if by else {WHOLE: 0.0}
    for line in data.lines:
        kept = name == "*" or indexes[name].keeps(line.said)
        if kept and found(query.text, line.said) and all(tag in line.said for tag in by):
            group = frozenset((tag, str(line.said[tag])) for tag in by)
            if number := _between(line, low, now, both=readings.otherwise("edges")):
                counts[group] = counts.get(group, 0.0) + number
    return counts


def _between(line: Line, low: float, high: float, *, both: bool) -> int:
    times: Sequence[float] = line.times
    return bisect_right(times, high) - bisect_right(times, low - 1e-6 if both else low)
