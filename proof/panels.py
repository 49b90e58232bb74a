"""What every panel of every dashboard draws of a made-up day, and whether a person could believe it.

A panel that stays empty, or draws a share of more than everything, looks no different in review from one that works.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from components.scope import Scope
from components.vocabulary.dashboards import Standing
from components.vocabulary.raw import RawQuery
from proof.day import Days, spells
from proof.truth import DAY, HOUR, Truth
from proof.usual import Usual
from review.drawn.data import Line

BEFORE = 2 * HOUR + DAY  # seconds of data before what is drawn
EVERY = 300  # seconds between the points of a line over a day, on a panel some three hundred points wide
RARELY = 3600  # between two looks at a single number
ROUNDED = 1e-6  # of a share, what arithmetic with floats may be off by


@dataclass(frozen=True)
class Query:
    """One query of a panel as it is declared. `least` and `most`: what its unit allows; `labels`: what it names.

    `raw`: whether the product file states it, in the vendor's language.
    """

    name: str
    text: str
    least: float | None = 0.0
    most: float | None = None
    labels: tuple[str, ...] = ()
    raw: bool = False


@dataclass(frozen=True)
class Panel:
    """A panel as one stack declares it. `place`: x, y, width and height on the vendor's grid.

    `dashboard` is the title of its dashboard at the vendor, `name` what the product file calls that.
    """

    stack: str
    product: str
    dashboard: str
    title: str
    kind: str
    queries: tuple[Query, ...] = ()
    place: tuple[int, ...] = ()
    name: str = ""

    def __str__(self) -> str:
        return f"{self.product}, dashboard {self.dashboard!r}, panel {self.title!r} ({self.stack})"


@dataclass(frozen=True)
class Evaluated:
    """What a panel's queries give of a made-up day, by their names; minutes are those of the day."""

    panel: Panel
    results: Mapping[str, Sequence[Line]]

    @property
    def lines(self) -> list[Line]:
        """Those of all queries."""
        return [line for lines in self.results.values() for line in lines]


@dataclass(frozen=True)
class Wrong:
    """A panel that can't be believed: the query, why, and what to do."""

    panel: Panel
    query: str
    why: str
    instead: str

    def __str__(self) -> str:
        return f"{self.panel}: {self.why}\n    query:   {self.query}\n    instead: {self.instead}"


@dataclass
class Panels:
    """All panels, and what is wrong with them.

    `uncounted`: raw queries of which the day shows nothing that could be believed. It is made of the product file, and
    can't tell which labels and log lines such a query looks for.
    """

    drawn: list[Evaluated] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    uncounted: list[Wrong] = field(default_factory=list)

    @property
    def panels(self) -> int:
        """How many panels there are, each environment's, without those that only have uncounted queries."""
        return sum(bool(self._counted(each.panel)) or not each.panel.queries for each in self.drawn)

    @property
    def queries(self) -> int:
        """How many queries they have, without the uncounted ones."""
        return sum(len(self._counted(each.panel)) for each in self.drawn)

    def _counted(self, panel: Panel) -> list[Query]:
        left_out = {each.query for each in self.uncounted if each.panel == panel}
        return [query for query in panel.queries if query.text not in left_out]

    def add(self, panel: Panel, results: Mapping[str, Sequence[Line]], labelled: Mapping[str, set[str]]) -> None:
        """Keep what a panel draws, by the names of its queries, and judge it. `labelled`: the labels of its lines.

        A query without a result has failed, which has been said.
        """
        self.drawn.append(Evaluated(panel, dict(results)))
        for query in panel.queries:
            if query.name in results:
                said = judge(query, results[query.name], labelled.get(query.name))
                found = self.uncounted if query.raw else self.wrong
                found += [Wrong(panel, query.text, *each) for each in said]


def judge(query: Query, lines: Sequence[Line], labels: set[str] | None) -> Iterator[tuple[str, str]]:
    """Why nobody could believe a query's lines, and what to do."""
    values = [value for line in lines for _, value in line.points]
    finite = [value for value in values if math.isfinite(value)]
    if not values:
        yield (
            "stays empty, on a day on which everything is sent",
            "a metric, labels and log fields that the application contract has, and the product emits",
        )
    elif not finite:
        yield "draws nothing but NaN or infinity", "a query that leaves out what divides by nothing"
    elif not any(finite):
        yield "draws nothing but 0, on a day on which it happens", "a metric and labels that the product emits"
    if missing := sorted(set(query.labels) - labels if labels is not None and values else ()):
        yield f"names its lines by {', '.join(missing)}, which they don't have", "`by` with the labels of the legend"
    if finite and query.most is not None and max(finite) > query.most + ROUNDED:
        yield f"draws {max(finite):g}, although the maximum is {query.most:g}", "the part divided by the whole"
    if finite and query.least is not None and min(finite) < query.least - ROUNDED:
        yield f"draws {min(finite):g}, although the minimum is {query.least:g}", "a query that can't be negative"


@dataclass(frozen=True)
class Day:
    """A product's made-up day at one stack."""

    stack: str
    days: Days

    @property
    def scope(self) -> Scope:
        """Of the product."""
        return self.days.scope

    @cached_property
    def budgets(self) -> set[str]:
        """The titles of the panels that may show less than nothing: a budget that is used up."""
        widgets = (widget for page in self.scope.product.dashboards for widget in page.widgets)
        return {f"{each.title}: budget left" for each in widgets if isinstance(each, Standing)}

    @cached_property
    def _raw(self) -> re.Pattern[str]:
        widgets = (widget for page in self.scope.product.dashboards for widget in page.widgets)
        stated = {each.query for widget in widgets for each in widget.signals() if isinstance(each, RawQuery)}
        texts = (re.split(r"\$scope|\$over", text) for text in sorted(stated))
        either = "|".join(".+?".join(re.escape(part) for part in text) for text in texts) or "(?!)"
        # What dashboards put around a query: the highest of its groups, and one value for all of the time.
        return re.compile(rf"(topk\(\d+, )?({either})(\)|\.rollup\(.*\))?")

    def raw(self, text: str) -> bool:
        """Whether the product file itself states a query of a panel."""
        return bool(self._raw.fullmatch(text))


def day(stack: str, scope: Scope, truths: Sequence[Truth]) -> Day:
    """A day on which each of the product's alerts has its turn."""
    return Day(stack, Days(Usual(scope, truths), spells(truths, 0, DAY), -BEFORE, DAY))
