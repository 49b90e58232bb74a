"""What Datadog has received: metrics, log lines and statuses of checks, in straight pieces of samples."""

from __future__ import annotations

import fnmatch
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from components.datadog.language import expression as parts

Kind = Literal["gauge", "count", "distribution"]
Group = frozenset[tuple[str, str]]
WHOLE: Group = frozenset()


@dataclass(frozen=True)
class Piece:
    """Samples at `start`, `start + every` ...: a level, a number of events, or so many single values of each size."""

    start: float
    every: float
    count: int
    value: float
    values: tuple[tuple[float, float], ...] = ()

    def between(self, low: float, high: float) -> int:
        """How many of the samples are after `low` and not after `high`."""
        return max(0, self._until(high) - self._until(low))

    def _until(self, moment: float) -> int:
        return min(self.count, max(0, math.floor((moment - self.start) / self.every) + 1))

    def buckets(self, low: float, high: float, every: float) -> Iterator[tuple[float, int]]:
        """When buckets begin, and how many of the samples between two moments each has; at least one."""
        number, end = self._until(low), self._until(high)
        while number < end:
            begin = math.floor((self.start + number * self.every) / every) * every
            after = min(end, max(number + 1, math.ceil((begin + every - self.start) / self.every)))
            yield begin, after - number
            number = after


@dataclass(frozen=True)
class Series:
    """One source of a metric: its tags, and its samples in order of time."""

    metric: str
    kind: Kind
    tags: Mapping[str, str]
    pieces: tuple[Piece, ...]


def points(metric: str, kind: Kind, tags: Mapping[str, str], values: Sequence[float | None], every: float) -> Series:
    """A series from single values at regular times; None is a sample that is missing."""
    made = [Piece(number * every, every, 1, value) for number, value in enumerate(values) if value is not None]
    return Series(metric, kind, tags, tuple(made))


@dataclass(frozen=True)
class Line:
    """Log events that are all alike, and when they come."""

    said: Mapping[str, str | float]  # service, env, status, message; attributes with @
    times: tuple[float, ...]


@dataclass(frozen=True)
class Statuses:
    """Runs of a service check of one group, in straight pieces; the value is 0 (OK), 1 (warning) or 2 (critical)."""

    check: str
    tags: Mapping[str, str]
    pieces: tuple[Piece, ...]

    def last(self, number: int, now: float) -> list[tuple[float, float]]:
        """When the last so many statuses came, and what they were; the newest first."""
        found: list[tuple[float, float]] = []
        for piece in reversed(self.pieces):
            there = piece.between(-1e12, now)
            first = max(0, there - number + len(found))
            found += [(piece.start + place * piece.every, piece.value) for place in reversed(range(first, there))]
        return found


@dataclass
class Data:
    """Everything that was received."""

    series: Sequence[Series] = ()
    lines: Sequence[Line] = ()
    statuses: Sequence[Statuses] = ()
    bands: tuple[float, float] | None = None  # what an anomaly monitor expects: its algorithms aren't documented
    slices: dict[tuple[str, float], list[float]] = field(default_factory=dict)
    chosen: dict[int, tuple[parts.Metric, dict[Group, list[Series]]]] = field(default_factory=dict)

    @cached_property
    def by_metric(self) -> Mapping[str, list[Series]]:
        """The series of each metric."""
        found: dict[str, list[Series]] = defaultdict(list)
        for each in self.series:
            found[each.metric].append(each)
        return found

    def of(self, metric: parts.Metric) -> dict[Group, list[Series]]:
        """The series that a query asks for, by its groups; those without one of the tags belong to none."""
        # By identity: to hash a tree takes longer than to evaluate it. What it is of is kept, so no other takes its id.
        if id(metric) not in self.chosen:
            found: dict[Group, list[Series]] = defaultdict(list)
            for each in self.by_metric.get(metric.name, ()):
                if matches(metric.scope, each.tags) and all(tag in each.tags for tag in metric.by):
                    found[frozenset((tag, each.tags[tag]) for tag in metric.by)].append(each)
            self.chosen[id(metric)] = metric, dict(found)
        return self.chosen[id(metric)][1]


def matches(term: parts.ScopeTerm, tags: Mapping[str, str]) -> bool:
    """Whether a source is in a scope."""
    match term:
        case parts.Tag(text):
            if text == "*":
                return True
            key, _, value = text.partition(":")  # a key ends at its first colon
            return key in tags and fnmatch.fnmatchcase(tags[key], value)
        case parts.OneOf(key, values):
            return tags.get(key) in values
        case parts.Not(inner):
            return not matches(inner, tags)
        case parts.Every(terms):
            return all(matches(each, tags) for each in terms)
        case parts.Any(terms):
            return any(matches(each, tags) for each in terms)
