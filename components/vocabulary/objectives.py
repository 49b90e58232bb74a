"""Objectives: what share of events, slices of time or probes has to be good over a period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY

from components.problems import MISSING, Problem
from components.vocabulary.checks import Check
from components.vocabulary.excuses import Excuse
from components.vocabulary.guards import Burn
from components.vocabulary.metrics import Kind, Measured
from components.vocabulary.quantities import Duration, Share, between, days, percent, plain
from components.vocabulary.signals import Ratio, Within
from components.vocabulary.thresholds import Threshold
from components.vocabulary.words import Slug, Text, Word, word


@word
class Objective(Word):
    """A target over a rolling period, of exactly one of: bad events, good slices of time, successful probes.

    `bad`: the ratio of events that count against the budget. `good`: the ratio of those that don't, a threshold that a
    slice of time (its `over`) has to meet, a check whose probes have to succeed, or values that have to stay within a
    limit. `alerts`: who is notified when the budget burns too fast, as in alerts=burn_rates(page=P1, ticket=P3).
    """

    name: Slug
    target: Share
    _: KW_ONLY
    summary: Text
    rows: str = ""
    bad: Ratio | None = None
    good: Ratio | Threshold | Check | Within | None = None
    period: Duration = days(30)
    alerts: tuple[Burn, ...] = ()
    excused: tuple[Excuse, ...] = ()
    was: Slug | None = None

    def metrics(self) -> tuple[Measured, ...]:
        """What it is computed from; nothing for a check."""
        if self.bad is not None:
            return self.bad.metrics()
        return self.good.metrics() if isinstance(self.good, Ratio | Threshold | Within) else ()

    def problems(self) -> Iterator[Problem]:
        """A target without a budget, or one that is surely a slip; no indicator or two."""
        if percent(0) < self.target < percent(50):
            meant = self.target.number * (100 if self.target < percent(1) else 1)
            instead = f"percent({plain(meant)})" if meant > 50 else "percent(99.9)"  # noqa: PLR2004
            why = "would be met by something that fails most of the time."
            yield Problem("target", str(self.target), why, instead)
        if not percent(0) < self.target < percent(100):
            yield Problem("target", str(self.target), "leaves an error budget of 0 % or 100 %.", "percent(99.9)")
        yield from between("period", self.period, days(1), days(365))
        events = self.good if isinstance(self.good, Ratio) else self.bad
        if events is not None and events.part.kind is not Kind.COUNTER:
            field = "good" if self.bad is None else "bad"
            why = "is made of gauges, which don't count events."
            yield Problem(field, events.describe(), why, "good=Ratio(…).over(minutes(5)).above(…)")
        if (self.bad is None) == (self.good is None):
            both = "is missing, and so is `good`" if self.bad is None else "is given as well as `good`"
            yield Problem("bad", MISSING, f"{both}: an objective measures one thing.", "one of bad= and good=")
