"""What only Sentry has: numbers and views from searches in its own language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY
from typing import ClassVar, Literal

from components.problems import MISSING, Problem
from components.vocabulary.metrics import Measured
from components.vocabulary.quantities import Duration, Unit
from components.vocabulary.thresholds import Signal
from components.vocabulary.words import Slug, Text, Word, word


@word
class _Tracked(Signal):
    """A number that the error tracker computes from what it received."""

    VERBATIM = ("search",)
    UNIT: ClassVar[Unit] = Unit.COUNT
    WORDS: ClassVar[str] = ""

    search: str = ""
    _: KW_ONLY
    window: Duration | None = None
    by: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit:
        """A count, or a ratio of counts."""
        return self.UNIT

    def metrics(self) -> tuple[Measured, ...]:
        """None: the error tracker's own events are counted."""
        return ()

    def describe(self) -> str:
        """`errors matching transaction:/api/payment/*`."""
        return f"{self.WORDS} matching {self.search}" if self.search else self.WORDS


@word
class ErrorCount(_Tracked):
    """How many errors of the whole project match a search of the error tracker's."""

    WORDS = "errors"


@word
class FailedTransactions(_Tracked):
    """The share of traced requests that failed, as the error tracker saw them."""

    OF_A_WHOLE = True
    UNIT = Unit.RATIO
    WORDS = "failed of traced requests"


@word
class ErrorView(Word):
    """One view of what the error tracker received: a number, a table, or lines over time.

    `shows` are the numbers in it, `by` what they are grouped by; tables are sorted by the last number, descending.
    `of` requests are the traced ones.
    """

    VERBATIM = ("search",)

    title: Text
    shape: Literal["number", "table", "lines"]
    shows: tuple[Literal["count", "users", "per minute", "p50", "p95", "p99"], ...]
    _: KW_ONLY
    by: str = ""
    of: Literal["errors", "requests"] = "errors"
    search: str = ""
    sort: str = ""

    def problems(self) -> Iterator[Problem]:
        """Percentiles of errors, which take no time; nothing shown."""
        if not self.shows:
            yield Problem("shows", MISSING, "is empty: there would be nothing to see.", '("count",)')
        if self.of == "errors" and any(number.startswith("p") and number != "per minute" for number in self.shows):
            yield Problem("shows", ", ".join(self.shows), "are durations, and errors have none.", 'of="requests"')
        if self.sort and self.sort not in self.shows:
            yield Problem("sort", self.sort, "is not shown.", f"one of {', '.join(self.shows)}")


@word
class ErrorDashboard(Word):
    """A page of views in the error tracker."""

    name: Slug
    title: Text
    views: tuple[ErrorView, ...]
    _: KW_ONLY
    rows: str = ""

    def problems(self) -> Iterator[Problem]:
        """A page without a view."""
        if not self.views:
            yield Problem("views", MISSING, "is empty: there would be nothing to see.", 'ErrorView("…", "number", …)')
