"""What should happen to a metric monitor's alert, as the product file words it."""

from __future__ import annotations

from functools import cached_property

from components.vocabulary.at_sentry import ErrorCount
from components.vocabulary.thresholds import Threshold
from proof.measure import beyond, measured
from proof.story import Story
from proof.truth import MINUTE, Truth, Verdict


class SentryTruth(Truth):
    """A limit on a number of errors, or on a share of traced requests, in one environment."""

    @property
    def asks_a_source(self) -> bool:
        """Sentry has the events itself."""
        return False

    @property
    def keeps(self) -> bool:
        """What isn't received is none: no errors, and no failed requests."""
        return False

    @property
    def escalated(self) -> int:
        """Sentry tells at once or not at all (components/scope.py, told_by)."""
        return 0

    @cached_property
    def slack(self) -> int:
        """It looks every minute or so; how long ingestion takes on top is open."""
        return 2 * MINUTE

    @cached_property
    def early(self) -> int:
        """Single errors come and go; they aren't looked at when they are here."""
        single = isinstance(self.when, Threshold) and isinstance(self.when.signal, ErrorCount)
        return MINUTE + (self.window // 4 if single else 0)

    @cached_property
    def tells_failures(self) -> bool:
        """There is no source that could fail."""
        return False

    def _limit(self, when: Threshold, story: Story, now: int) -> Verdict:
        value, _ = measured(when.signal, story, now, self.window)
        if value is None:  # no requests at all: none of them failed
            return "over" if when.sense == "above" else "fires"
        return super()._limit(when, story, now)

    def recovered(self, sense: str, value: float, recovery: float) -> bool:
        """At the recovery threshold as well: a monitor resolves at `lte`."""
        return not beyond(sense, value, recovery)
