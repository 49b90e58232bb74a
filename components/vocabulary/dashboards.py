"""Dashboards: which numbers a person looks at, and how. Limits are drawn from the alerts on the same signal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY

from components.problems import MISSING, Problem
from components.vocabulary.metrics import Measured
from components.vocabulary.objectives import Objective
from components.vocabulary.quantities import Duration, Quantity
from components.vocabulary.thresholds import Signal
from components.vocabulary.words import Slug, Text, Word, word


class Widget(Word):
    """One thing on a dashboard. `about` says what a reader should make of it."""

    title: Text
    about: Text

    def signals(self) -> tuple[Signal, ...]:
        """What it draws."""
        return ()

    def metrics(self) -> tuple[Measured, ...]:
        """Every metric its queries name."""
        return tuple(metric for signal in self.signals() for metric in signal.metrics())


@word
class Lines(Widget):
    """Signals over time, one line each; `stacked` where they are parts of a whole, `bars` where they are counts.

    An amount with `over` is drawn as so much in that time: Count(JOBS, over=hours(1)) is jobs per hour.
    """

    title: Text
    lines: tuple[Signal, ...]
    _: KW_ONLY
    about: Text
    stacked: bool = False
    bars: bool = False

    def signals(self) -> tuple[Signal, ...]:
        """Its lines."""
        return self.lines

    def problems(self) -> Iterator[Problem]:
        """No line; lines of different units on one axis."""
        units = {line.unit for line in self.lines}
        if not self.lines:
            yield Problem("lines", MISSING, "is empty: there would be nothing to see.", "a signal")
        if len(units) > 1:
            yield Problem(
                "lines", ", ".join(sorted(units)), "are units that can't share an axis.", "one widget per unit"
            )


@word
class Number(Widget):
    """One number, for each of the periods given."""

    title: Text
    signal: Signal
    _: KW_ONLY
    about: Text
    last: tuple[Duration, ...]

    def signals(self) -> tuple[Signal, ...]:
        """The one signal."""
        return (self.signal,)

    def problems(self) -> Iterator[Problem]:
        """No period, so no number."""
        if not self.last:
            yield Problem("last", MISSING, "is empty: there would be nothing to see.", "last=(hours(1), days(1))")


@word
class Top(Widget):
    """The groups with the highest values over a period."""

    title: Text
    signal: Signal
    _: KW_ONLY
    about: Text
    last: Duration
    count: int = 10

    def signals(self) -> tuple[Signal, ...]:
        """The one signal."""
        return (self.signal,)

    def problems(self) -> Iterator[Problem]:
        """A signal that has no groups to compare; none of them shown."""
        if self.count < 1:
            yield Problem("count", self.count, "would show nothing.", "1 or more")
        if not self.signal.by:
            yield Problem("signal", self.signal.describe(), "is split by nothing, so there is no top of it.", "by=(…)")


@word
class Dial(Widget):
    """One number on a dial, coloured by the limits of the alerts on it; `target` is where it should be."""

    title: Text
    signal: Signal
    _: KW_ONLY
    about: Text
    last: Duration
    target: Quantity | None = None

    def signals(self) -> tuple[Signal, ...]:
        """The one signal."""
        return (self.signal,)


@word
class Buckets(Widget):
    """How a distribution's values spread over time: a heatmap of its buckets."""

    title: Text
    metric: Measured
    _: KW_ONLY
    about: Text

    def metrics(self) -> tuple[Measured, ...]:
        """The distribution."""
        return (self.metric,)


@word
class Listing(Widget):
    """A table of the groups, with one column per signal, over a period."""

    title: Text
    columns: tuple[Signal, ...]
    _: KW_ONLY
    about: Text
    last: Duration

    def signals(self) -> tuple[Signal, ...]:
        """Its columns."""
        return self.columns

    def problems(self) -> Iterator[Problem]:
        """No column; columns that don't share their rows."""
        if not self.columns:
            yield Problem("columns", MISSING, "is empty: there would be nothing to see.", "a signal")
        if len({column.by for column in self.columns}) > 1:
            groups = " and ".join(dict.fromkeys(", ".join(column.by) or "nothing" for column in self.columns))
            yield Problem("columns", groups, "are groups that can't share a row.", "the same by=(…) for each column")


@word
class Standing(Widget):
    """How an objective stands: what it reached, and what is left of its budget."""

    title: Text
    objective: Objective
    _: KW_ONLY
    about: Text


@word
class Firing(Widget):
    """The product's alerts that are firing now."""

    title: Text
    _: KW_ONLY
    about: Text


@word
class Dashboard(Word):
    """A page of widgets, drawn in the order given."""

    name: Slug
    title: Text
    widgets: tuple[Widget, ...]
    _: KW_ONLY
    about: Text
    rows: str

    def problems(self) -> Iterator[Problem]:
        """A page without a widget."""
        if not self.widgets:
            yield Problem("widgets", MISSING, "is empty: there would be nothing to see.", "Lines(…), Number(…) …")
