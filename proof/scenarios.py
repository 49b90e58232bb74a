"""A day of a product at Datadog and Sentry: what happens to all of it at once, and every message that follows.

A scenario says what is sent, by minute: {0: 20, 60: 0} is 20 until minute 60 and nothing from then on; None is nothing
received. Everything that it doesn't name is as on an ordinary day.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from proof.datadog.data import Data, Kind, Line, Piece, Series, Statuses
from proof.datadog.play import play
from proof.datadog.readings import Readings
from proof.datadog.telemetry import expecting
from proof.everything import Proof
from proof.sentry.events import Event
from proof.sentry.process import run

Course = Mapping[int, float | None]
BEFORE = 30 * 3600  # seconds of an ordinary day before minute 0: longer than any window
EVERY = 10


@dataclass(frozen=True)
class Source:
    """What one source sends: a metric with its tags; how much of it on an ordinary day."""

    metric: str
    kind: Kind
    tags: Mapping[str, str]
    usual: float


@dataclass(frozen=True)
class Told:
    """One message: when, of which alert, about what, and to whom."""

    minute: int
    alert: str
    about: str
    whom: frozenset[str]

    def __str__(self) -> str:
        return f"{self.minute:>4} {self.alert}: {self.about} -> {', '.join(sorted(self.whom))}"


def pieces(course: Course, usual: float, end: int) -> Iterator[tuple[int, int, float]]:
    """From, until and how much, in seconds; nothing where nothing is received."""
    steps = [(-BEFORE, usual), *((60 * minute, value) for minute, value in sorted(course.items())), (end, None)]
    for (begin, value), (until, _) in itertools.pairwise(steps):
        if value is not None and until > begin:
            yield begin, until, float(value)


def series(source: Source, course: Course, end: int) -> Series:
    """The samples of a source; a count of nothing isn't sent."""
    found = []
    for begin, until, value in pieces(course, source.usual, end):
        count, sample = (until - begin) // EVERY, value if source.kind == "gauge" else value * EVERY
        if source.kind == "gauge" or value:
            found.append(Piece(begin + 3, EVERY, count, sample))
    return Series(source.metric, source.kind, source.tags, tuple(found))


def durations(source: Source, rate: Course, requests: float, end: int) -> Series:
    """A distribution: so many requests a second, all of them as long as on an ordinary day."""
    found = [
        Piece(begin + 3, EVERY, (until - begin) // EVERY, 0.0, ((source.usual, number * EVERY),))
        for begin, until, number in pieces(rate, requests, end)
        if number
    ]
    return Series(source.metric, source.kind, source.tags, tuple(found))


def lines(said: Mapping[str, str | float], course: Course, usual: float, end: int) -> Line:
    """Log lines, so many a minute."""
    times = [
        begin + 1 + number * 60 / value
        for begin, until, value in pieces(course, usual, end)
        if value
        for number in range(int((until - begin - 1) * value / 60) + 1)
    ]
    return Line(said, tuple(times))


def runs(check: str, tags: Mapping[str, str], course: Course, end: int) -> Statuses:
    """Runs of a check, which is 1 while it works and 0 while it fails."""
    works = pieces(course, 1, end)
    found = [Piece(begin + 3, 15, (until - begin) // 15, 0.0 if value else 2.0) for begin, until, value in works]
    return Statuses(check, tags, tuple(found))


def follow(proof: Proof, product: str, data: Data, events: Sequence[Event], end: int) -> list[Told]:
    """Every message of all the product's alerts at Datadog and on issues at Sentry, in production, in order of time."""
    told: list[Told] = []
    for watched in proof.datadog:
        if watched.stack == "prod" and watched.truth.scope.product.name == product:
            seen = expecting(data, watched.monitor, 0)
            seen.slices.clear()
            played = play(watched.monitor, watched.declared, seen, end, Readings())
            name = watched.truth.alert.name
            told += [Told(each.at // 60, name, each.about, each.handles) for each in played.messages]
    told += issues(proof, product, events)
    return sorted(told, key=lambda each: (each.minute, each.alert, each.about))


def issues(proof: Proof, product: str, events: Sequence[Event]) -> Iterator[Told]:
    """Every message of the product's alerts on issues at Sentry, in production."""
    for at_sentry in proof.sentry:
        if at_sentry.stack == "prod" and at_sentry.truth.scope.product.name == product:
            if at_sentry.alert.monitors[0] in at_sentry.declared.monitors:
                continue
            for message in run(at_sentry.alert, events):
                whom = frozenset(" ".join(each.split()[:2]) for each in message.receivers)
                yield Told(int(message.at) // 60, at_sentry.truth.alert.name, "an issue", whom)
