"""The made-up day for the pages of review: what the declared queries give of it, panel by panel, and which alerts fire.

Only alerts whose limits are drawn over time are played: the others stand beneath no picture.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from components.catalogue import scopes
from components.scope import Scope
from components.vocabulary.dashboards import Lines
from proof.beside import beside
from proof.boards import draw_all, truths
from proof.everything import Proof
from proof.fired import Firing, fired
from proof.fitting import Rules
from proof.panels import Evaluated, day
from proof.panels import Panel as Declared
from proof.truth import DAY, MINUTE
from review.drawn.data import Drawn, Line, Times
from review.drawn.panels import Panel
from review.drawn.sample import sample
from review.recorder import ROOT, Recording

MARK = "made-up day"
MINUTES = DAY / MINUTE
OVER_TIME = ("lines", "buckets")


class Place(NamedTuple):
    """Which panel: titles and places are the same at the vendor and in review (tests/review/test_drawn.py)."""

    stack: str
    product: str
    dashboard: str
    title: str
    place: tuple[int, ...]

    @classmethod
    def drawn(cls, panel: Panel, stack: str) -> Place:
        """Of what review draws."""
        return cls(stack, panel.product, panel.dashboard, _title(panel.title), tuple(panel.place))

    @classmethod
    def evaluated(cls, panel: Declared) -> Place:
        """Of what a stack declares."""
        return cls(panel.stack, panel.product, panel.name, _title(panel.title), panel.place)


@dataclass(frozen=True)
class Pictures:
    """What is drawn: called with a panel and its stack it gives the day, and samples where nothing is evaluated."""

    found: Mapping[Place, Evaluated]
    firing: Mapping[tuple[str, str], Mapping[str, Firing]]

    def __call__(self, panel: Panel, stack: str) -> Drawn:
        """The panel with its data."""
        evaluated = self.found.get(Place.drawn(panel, stack))
        lines = list(lines_of(panel, evaluated)) if evaluated else []
        if not lines:
            return sample(panel, stack)
        known = self.firing.get((stack, panel.product), {})
        names = dict.fromkeys(limit.alert for limit in panel.limits)
        return Drawn(panel, lines, MARK, {name: times_of(known[name]) for name in names if name in known})


def pictures(
    recordings: Mapping[str, Recording], command: Path, products: Collection[str] = (), root: Path = ROOT
) -> Pictures:
    """Draw the day of every stack, of some products if these are named. `command` evaluates PromQL and LogQL."""
    rules = {stack: Rules.of(recording) for stack, recording in recordings.items()}
    known = {stack: each.datadog for stack, each in rules.items()}
    drawn = draw_all(Proof(recordings=dict(recordings), monitors=known), command, products, root).drawn
    alerts = partial(_firing, command=command, products=products, root=root)
    played = [beside(partial(alerts, stack, each)) for stack, each in rules.items()]
    firing = {place: times for result in played for place, times in result().items()}
    return Pictures({Place.evaluated(each.panel): each for each in drawn}, firing)


def _firing(
    stack: str, rules: Rules, *, command: Path, products: Collection[str], root: Path
) -> dict[tuple[str, str], Mapping[str, Firing]]:
    """When the alerts of a stack's products fire."""
    return {
        (stack, scope.product.name): dict(fired(day(stack, scope, truths(scope)), rules, command, {*_limits(scope)}))
        for scope in scopes(stack, root)
        if not products or scope.product.name in products
    }


def _limits(scope: Scope) -> Iterator[str]:
    """The alerts whose limits lie across curves."""
    for widget in (widget for page in scope.product.dashboards for widget in page.widgets if isinstance(widget, Lines)):
        yield from (alert.name for signal in widget.signals() for alert, _ in scope.limits_on(signal))


def _title(title: str) -> str:
    # How long "last" is, each vendor writes in its own way.
    return title.partition(", last ")[0]


def times_of(firing: Firing) -> Times:
    """As pictures count: up to the end of the day."""
    return tuple((begin - MINUTES, 0.0 if until is None else until - MINUTES) for begin, until in firing)


def lines_of(panel: Panel, evaluated: Evaluated) -> Iterator[Line]:
    """As the panel's kind wants them: by label, one number, by group, by bucket."""
    results = list(evaluated.results.values())
    named = panel.lines if len(panel.lines) == len(results) else ("",) * len(results)
    lines = [(name, each) for name, result in zip(named, results, strict=True) for each in _finite(result)]
    if panel.kind == "buckets":
        yield from between([each for _, each in lines])
    elif panel.kind in OVER_TIME:
        for name, line in lines:
            label = ", ".join(part for part in (name if len(results) > 1 else "", line.label) if part)
            yield Line(label or name or panel.title, line.points)
    elif panel.kind in ("top", "listing"):
        rows = [Line(name or panel.title, line.points[-1:], line.label or "all") for name, line in lines]
        yield from sorted(rows, key=lambda row: -row.points[-1][1]) if panel.kind == "top" else rows
    else:
        yield from (Line(name or panel.title, line.points[-1:]) for name, line in lines[:1])


def _finite(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        points = [(minute - MINUTES, value) for minute, value in line.points if math.isfinite(value)]
        if points:
            yield Line(line.label, points)


def between(lines: Sequence[Line]) -> Iterator[Line]:
    """Of counts up to a bound, how many lie between two bounds: what a heatmap draws."""
    below: dict[float, float] = {}
    for line in sorted(lines, key=lambda each: float(each.label)):
        if math.isfinite(float(line.label)):
            yield Line(
                line.label, [(minute, max(0.0, value - below.get(minute, 0.0))) for minute, value in line.points]
            )
        below = dict(line.points)
