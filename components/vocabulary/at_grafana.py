"""What only Grafana has: its query languages, and metrics that it fetches from the application itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY

from components.problems import Problem
from components.vocabulary.checks import no_path
from components.vocabulary.quantities import Duration
from components.vocabulary.raw import RawQuery
from components.vocabulary.words import Slug, Word, word


@word
class PromQL(RawQuery):
    """PromQL, at Grafana.

    `PromQL("waits", "sum(rate(pool_slots{$scope}[$over]))", of=SLOTS, measured_in=Unit.PER_SECOND)`.
    """

    LANGUAGE = "PromQL"


@word
class LogQL(RawQuery):
    """LogQL that counts or measures, at Grafana.

    `LogQL("refusals", 'sum(count_over_time({$scope} |= "refused" [$over]))', measured_in=Unit.COUNT)`.
    """

    LANGUAGE = "LogQL"

    def problems(self) -> Iterator[Problem]:
        """One that is narrowed by nothing; metrics, which log lines aren't made of."""
        if self.metrics():
            yield Problem("of", ", ".join(each.name for each in self.metrics()), "are not what LogQL reads.", "no of=")
        yield from self._narrowed()


@word
class Scrape(Word):
    """An endpoint in Prometheus text format at one of the product's sites, fetched that often with a bearer token."""

    VERBATIM = ("path",)

    name: Slug
    site: str
    path: str
    _: KW_ONLY
    every: Duration
    rows: str = ""

    def problems(self) -> Iterator[Problem]:
        """A path that isn't one."""
        yield from no_path(self.path)
