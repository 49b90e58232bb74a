"""Dashboards: which numbers a person looks at, and how. Limits are drawn from the alerts on the same signal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, field
from typing import TypeAlias

from components.problems import MISSING, Problem
from components.vocabulary.excuses import Excuse
from components.vocabulary.metrics import Measured
from components.vocabulary.objectives import Objective
from components.vocabulary.quantities import Duration, Quantity, between, days, hours, minutes
from components.vocabulary.raw import WidgetOptions
from components.vocabulary.thresholds import Signal
from components.vocabulary.words import Slug, Text, Word, several, word


@word
class Widget(Word):
    """One thing on a dashboard. `about` says what a reader should make of it.

    `datadog` and `grafana` are one vendor's own options (raw.py): keys of the widget's definition in Datadog's API, and
    methods of the panel's builder in Grafana's foundation SDK.
    """

    title: Text
    _: KW_ONLY
    about: Text
    datadog: WidgetOptions = field(default_factory=dict)
    grafana: WidgetOptions = field(default_factory=dict)

    def signals(self) -> tuple[Signal, ...]:
        """What it draws."""
        return ()

    def metrics(self) -> tuple[Measured, ...]:
        """Every metric its queries name."""
        return tuple(metric for signal in self.signals() for metric in signal.metrics())


@word
class Lines(Widget):
    """Signals over time, one line each; `stacked` where they are parts of a whole, `bars` where they are counts.

    An amount with a window is drawn per that time: Count(JOBS).over(hours(1)) is jobs per hour. `names` replace the
    lines' own descriptions in the legend.
    """

    lines: Signal | tuple[Signal, ...]
    _: KW_ONLY
    names: tuple[Text, ...] = ()
    stacked: bool = False
    bars: bool = False

    def signals(self) -> tuple[Signal, ...]:
        """Its lines."""
        return several(self.lines)

    def problems(self) -> Iterator[Problem]:
        """No line; lines of different units on one axis."""
        lines = self.signals()
        units = {line.unit for line in lines}
        if not lines:
            yield Problem("lines", MISSING, "is empty: there would be nothing to see.", "a signal")
        if self.names and len(self.names) != len(lines):
            why = f"are {len(self.names)}, and there are {len(lines)} lines."
            yield Problem("names", ", ".join(self.names), why, "a name for each line, or none")
        if len(units) > 1:
            yield Problem(
                "lines", ", ".join(sorted(units)), "are units that can't share an axis.", "one widget per unit"
            )


@word
class Number(Widget):
    """One number, for each of the given periods; default: the last hour, day and week."""

    signal: Signal
    _: KW_ONLY
    last: Duration | tuple[Duration, ...] = (hours(1), days(1), days(7))

    @property
    def periods(self) -> tuple[Duration, ...]:
        """The periods, shortest first as they are given."""
        return several(self.last)

    def signals(self) -> tuple[Signal, ...]:
        """The one signal."""
        return (self.signal,)

    def problems(self) -> Iterator[Problem]:
        """No period, so no number."""
        for last in self.periods:
            yield from _period(last)
        if not self.periods:
            yield Problem("last", MISSING, "is empty: there would be nothing to see.", "last=(hours(1), days(1))")


@word
class Top(Widget):
    """The groups with the highest values over a period."""

    signal: Signal
    _: KW_ONLY
    last: Duration
    count: int = 10

    def signals(self) -> tuple[Signal, ...]:
        """The one signal."""
        return (self.signal,)

    def problems(self) -> Iterator[Problem]:
        """A signal that has no groups to compare; none of them shown, or more than anybody reads."""
        yield from _period(self.last)
        if not 1 <= self.count <= 100:  # noqa: PLR2004
            yield Problem("count", self.count, "isn't a valid number of lines.", "1 to 100")
        if not self.signal.by:
            yield Problem(
                "signal", self.signal.describe(), "isn't grouped by a tag, so there is nothing to rank.", "by=(…)"
            )


@word
class Dial(Widget):
    """One number of the last five minutes, or of `last`, on a dial, coloured by the limits of the alerts on it.

    `target` is where it should be: on the healthy side of its alert's limit; without an alert, this much or more.
    `at_most` is a target to stay below, if there is no alert.
    """

    signal: Signal
    _: KW_ONLY
    last: Duration = minutes(5)
    target: Quantity | None = None
    at_most: Quantity | None = None

    def signals(self) -> tuple[Signal, ...]:
        """The one signal."""
        return (self.signal,)

    def problems(self) -> Iterator[Problem]:
        """Two targets; one that can't be compared with the number; a period that nobody draws."""
        yield from _period(self.last)
        given = {"target": self.target, "at_most": self.at_most}
        if self.target is not None and self.at_most is not None:
            yield Problem(
                "at_most", str(self.at_most), f"is given as well as the target of {self.target}.", "one of the two"
            )
        for name, value in given.items():
            if value is not None and not value.measures(self.signal.unit):
                why = f"can't be compared with {self.signal.describe()}, which {self.signal.unit.means}."
                yield Problem(name, str(value), why, self.signal.unit.example)


@word
class Buckets(Widget):
    """How a distribution's values spread over time: a heatmap of its buckets."""

    metric: Measured

    def metrics(self) -> tuple[Measured, ...]:
        """The distribution."""
        return (self.metric,)


@word
class Listing(Widget):
    """A table of the groups, with one column per signal, over a period."""

    columns: Signal | tuple[Signal, ...]
    _: KW_ONLY
    last: Duration

    def signals(self) -> tuple[Signal, ...]:
        """Its columns."""
        return several(self.columns)

    def problems(self) -> Iterator[Problem]:
        """No column; columns that don't share their rows."""
        yield from _period(self.last)
        columns = self.signals()
        if not columns:
            yield Problem("columns", MISSING, "is empty: there would be nothing to see.", "a signal")
        if len({column.by for column in columns}) > 1:
            groups = " and ".join(dict.fromkeys(", ".join(column.by) or "nothing" for column in columns))
            yield Problem("columns", groups, "are groups that can't share a row.", "the same by=(…) for each column")


@word
class Standing(Widget):
    """An objective's status: what it reached, and what is left of its budget."""

    objective: Objective


@word
class Firing(Widget):
    """The product's alerts that are firing now."""


def _period(last: Duration) -> Iterator[Problem]:
    return between("last", last, minutes(1), days(365))


@word
class Dashboard(Word):
    """A page of widgets, drawn in the order given."""

    name: Slug
    title: Text
    widgets: tuple[Widget, ...]
    _: KW_ONLY
    about: Text
    rows: str = ""
    excused: tuple[Excuse, ...] = ()
    was: Slug | None = None

    def problems(self) -> Iterator[Problem]:
        """A page without a widget."""
        if not self.widgets:
            yield Problem("widgets", MISSING, "is empty: there would be nothing to see.", "Lines(…), Number(…) …")


AnyWidget: TypeAlias = Lines | Number | Top | Dial | Buckets | Listing | Standing | Firing


def known_widget(widget: Widget) -> AnyWidget:
    """One of the kinds there are: a `match` on it has to handle each of them, or mypy says which one it doesn't."""
    assert isinstance(widget, AnyWidget), type(widget)
    return widget
