"""Objectives: what share of events, slices of time or probes has to be good over a period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY

from components.problems import MISSING, Problem
from components.vocabulary.checks import Check
from components.vocabulary.metrics import Kind, Measured
from components.vocabulary.quantities import Duration, Share, days, percent
from components.vocabulary.signals import Ratio, Within
from components.vocabulary.thresholds import Threshold
from components.vocabulary.words import Slug, Text, Word, word


@word
class Objective(Word):
    """A target over a rolling period, of exactly one of: bad events, good slices of time, successful probes.

    `bad`: the ratio of events that count against the budget. `good`: the ratio of those that don't, a threshold that
    a slice of time (its `over`) has to keep, a check whose every probe has to succeed, or the values that have to stay
    within a limit.
    """

    name: Slug
    target: Share
    _: KW_ONLY
    summary: Text
    rows: str
    bad: Ratio | None = None
    good: Ratio | Threshold | Check | Within | None = None
    period: Duration = days(30)

    def metrics(self) -> tuple[Measured, ...]:
        """What it is computed from; nothing for a check."""
        if self.bad:
            return self.bad.metrics()
        return self.good.metrics() if isinstance(self.good, Ratio | Threshold | Within) else ()

    def problems(self) -> Iterator[Problem]:
        """A target without a budget, no indicator or two."""
        if not percent(0) < self.target < percent(100):
            yield Problem("target", str(self.target), "leaves no error budget, or nothing else.", "percent(99.9)")
        events = self.bad or (self.good if isinstance(self.good, Ratio) else None)
        if events and events.part.kind is not Kind.COUNTER:
            field = "bad" if self.bad else "good"
            why = "is made of gauges, which count no events."
            yield Problem(field, events.describe(), why, "good=Ratio(…, over=minutes(5)).above(…)")
        if (self.bad is None) == (self.good is None):
            both = "stands beside `good`" if self.bad else "is missing, and so is `good`"
            yield Problem("bad", MISSING, f"{both}: an objective measures one thing.", "one of bad= and good=")
