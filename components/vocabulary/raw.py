"""Queries in a vendor's own language, and its own options, so that a missing word stops nobody.

The languages are at_datadog.py's and at_grafana.py's. A query stands in a product file once for all environments:
`$scope` in it becomes what narrows it to product and environment, and one that isn't narrowed everywhere is refused.
`$over` is the window of the alert, or what a dashboard draws over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY
from typing import ClassVar, TypeAlias

from components.problems import MISSING, Problem
from components.vocabulary.metrics import Metric
from components.vocabulary.quantities import Duration, Unit
from components.vocabulary.thresholds import Signal
from components.vocabulary.words import Label, Text, several, word

# By the argument's name in the vendor's SDK; see Alert.
Options: TypeAlias = Mapping[str, bool | int | float | str]
# The same of a widget, where some have parts: `{"yaxis": {"max": "100"}}`; see Widget.
WidgetOptions: TypeAlias = Mapping[str, bool | int | float | str | Mapping[str, bool | int | float | str]]


@word
class RawQuery(Signal):
    """A query in one vendor's language. `of` are the metrics it asks for, `by` the tags that it groups by itself."""

    LANGUAGE: ClassVar[str] = ""

    title: Text
    query: Text
    _: KW_ONLY
    measured_in: Unit
    of: Metric | tuple[Metric, ...] = ()
    window: Duration | None = None
    by: tuple[Label, ...] = ()

    @property
    def unit(self) -> Unit:
        """As it says itself: nobody can tell from a query."""
        return self.measured_in

    def metrics(self) -> tuple[Metric, ...]:
        """Those that it names."""
        return several(self.of)

    def describe(self) -> str:
        """`free slots, in PromQL: sum(pool_free{$scope})`."""
        return f"{self.title}, in {self.LANGUAGE}: {self.query}"

    def problems(self) -> Iterator[Problem]:
        """No metric; metrics that aren't narrowed alike; a query that is narrowed by nothing."""
        if not self.metrics():
            why = "is empty, so nobody could tell what has to be sent."
            yield Problem("of", MISSING, why, "of=…, every metric that the query reads")
        if len({metric.source for metric in self.metrics()}) > 1:
            names = ", ".join(metric.name for metric in self.metrics())
            yield Problem("of", names, "are sent by different sources, but $scope covers only one.", "a query for each")
        yield from self._narrowed()

    def _narrowed(self) -> Iterator[Problem]:
        if "$scope" not in self.query:
            why = "would read every product and environment."
            yield Problem("query", self.query, why, "$scope in the braces behind each metric")
