"""What should happen at Datadog: the alert as the product file words it, and what the documents say of silence there.

Without traffic or telemetry a share or a percentile has no value, and that ends an alert (docs/decisions.md); a level
stays as it was, and nobody is told. A query that the product file states says nothing of silence, and is over as well.
A gate is a part of a composite: with too few events, an alert is over.
"""

from __future__ import annotations

from functools import cached_property

from components.vocabulary.at_datadog import ServiceCheck
from components.vocabulary.conditions import Anomaly, BudgetBurns
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Kind
from components.vocabulary.signals import Level, Percentile, Ratio
from components.vocabulary.thresholds import Threshold
from proof.datadog.queries import bucket
from proof.datadog.readings import Readings
from proof.measure import beyond, measured
from proof.story import Story
from proof.times import LATER
from proof.truth import DAY, MINUTE, REPORTS, Truth, Verdict

DELAYED = 60  # seconds by which a division is evaluated later
LONGEST_REMINDER = 4 * 3600  # a story that lasts longer says nothing more


class DatadogTruth(Truth):
    """A condition in one environment that Datadog evaluates."""

    @property
    def asks_a_source(self) -> bool:
        """Datadog has the data itself."""
        return False

    @property
    def counts_whole(self) -> bool:
        """Prometheus extrapolates; Datadog doesn't."""
        return True

    @cached_property
    def step(self) -> int:
        """Reports of a check are looked at one by one."""
        return REPORTS if isinstance(self.when, ServiceCheck) else super().step

    @property
    def keeps(self) -> bool:
        """What isn't received is told by each setting."""
        return False

    @property
    def told_apart(self) -> int:
        """The reminder of the same monitor tells them."""
        return 0

    @property
    def reminded(self) -> int:
        """After how long those who were told are told again."""
        severity = self.alert.severity
        every = severity.remind_every or severity.escalate_after
        return every.seconds if every and every.seconds <= LONGEST_REMINDER else 0

    @property
    def undecided(self) -> int:
        """A percentile may be one of the points: then nearly all of the window's have to be bad (readings.py)."""
        percentile = isinstance(self.when, Threshold) and isinstance(self.when.signal, Percentile)
        return self.window if percentile else 0

    @cached_property
    def unknown(self) -> int:
        """Ten minutes more than what its cause made of its window takes to leave it."""
        return self.held + 10 * MINUTE

    @property
    def waits(self) -> int:
        """It is looked at later instead, by as much as `slack` holds."""
        return 0

    @property
    def unnoticed(self) -> int:
        """So that the last report that it takes comes just after an evaluation."""
        return (LATER + 2 - self.takes()) % MINUTE

    @property
    def missed(self) -> int:
        """Reports of a check come at moments of their own."""
        return REPORTS - 1

    @cached_property
    def slack(self) -> int:
        """By how much later than here a monitor may notice, in seconds."""
        sliced = 0
        if isinstance(self.when, BudgetBurns) and isinstance(self.when.objective.good, Threshold):
            over = self.when.objective.good.signal.window
            sliced = 2 * over.seconds if over else 0
        rare = 10 * MINUTE if self.window >= DAY else 0
        points = self.window // 12 if isinstance(self.when, Anomaly) else 0
        return 2 * MINUTE + DELAYED + rare + sliced + points + self.noticed

    @cached_property
    def early(self) -> int:
        """By how much earlier; slices of an objective begin by the clock."""
        single = isinstance(self.when, Threshold) and isinstance(self.when.signal, LogCount)  # lines come and go
        sliced = isinstance(self.when, BudgetBurns) and isinstance(self.when.objective.good, Threshold)
        averaged = isinstance(self.when, Threshold) and isinstance(self.when.signal, Level)  # the first point is cut
        point = int(bucket(self.window, Readings())) if averaged else 0
        return MINUTE * (1 + single) + point + (self.slack if sliced else 0)

    @cached_property
    def tells_failures(self) -> bool:
        """There is no source that could fail."""
        return False

    def settles(self, story: Story, now: int) -> int:
        """From when on the verdict stays the same until the phase of a moment ends."""
        if isinstance(self.when, ServiceCheck):
            _, since = story.at(now)
            return since + REPORTS * (self.when.failures + self.when.successes) + MINUTE
        return super().settles(story, now)

    def recovered(self, sense: str, value: float, recovery: float) -> bool:
        """At the recovery threshold as well: M/guide/recovery-thresholds.md."""
        return not beyond(sense, value, recovery)

    def _limit(self, when: Threshold, story: Story, now: int) -> Verdict:
        value, weight = measured(when.signal, story, now, self.window)
        if value is None and not self.silence_is_zero:
            return None if self.alert.when == when and isinstance(when.signal, Level) else "over"
        if value is not None and round(weight, 6) < self.gate:
            return "over"
        if isinstance(when.signal, Ratio) and when.signal.part.kind is Kind.GAUGE:
            # So many a second all the time: points are averaged, however little is behind one.
            least = min(phase.rate for _, phase in story.parts(now - self.window, now))
            if least < self.gate:
                return "over"
        return super()._limit(when, story, now)

    def _burns(self, when: BudgetBurns, story: Story, now: int) -> Verdict:
        budget, rate = self.burn
        long, events = self._bad(story, now, when.within.seconds)
        brief, _ = self._bad(story, now, self.short)
        if min(long or 0, brief or 0) / budget > rate and events >= self.gate:
            return "fires"
        return "over"

    def _bad(self, story: Story, now: int, window: int) -> tuple[float | None, float]:
        assert isinstance(self.when, BudgetBurns)
        good = self.when.objective.good
        if not isinstance(good, Threshold):
            return super()._bad(story, now, window)
        # A slice without a value is good (service_level_objectives/time_slice.md).
        limit, parts = float(good.critical.to(good.signal.unit)), story.parts(now - window, now)
        missed = sum(length for length, phase in parts if not beyond(good.sense, phase.value, limit))
        return missed / window, window / MINUTE
