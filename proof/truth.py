"""What should happen: an alert's condition, as the product file words it, worked out on the story of a case.

Nothing here knows a query or a vendor. Windows are exact here, while Prometheus extrapolates from samples; so what it
finds may be a little later, by as much as `slack`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from components.causes import noticed, remains
from components.scope import Scope
from components.vocabulary.alerts import Alert
from components.vocabulary.at_datadog import ServiceCheck
from components.vocabulary.checks import Check
from components.vocabulary.conditions import Absence, Anomaly, BudgetBurns, CertificateExpires, CheckFails
from components.vocabulary.log_signals import LogCount
from components.vocabulary.signals import Count, Rate, Total
from components.vocabulary.thresholds import Condition, Threshold
from proof.measure import beyond, measured
from proof.raw import meant
from proof.story import Story

Verdict = Literal["fires", "over"] | None
MINUTE = 60
HOUR = 3600
DAY = 86400
SAMPLED = 60  # seconds between two samples of what is scraped or pushed
RARE = 300  # the same, for windows over a day
REMEMBERED = 6 * HOUR  # how long Grafana's queries remember what was, and rules keep it
REPORTS = 15  # seconds between two reports of an agent's own check
USUAL = (0.5, 2.0)  # what is within the usual, as parts of it


@dataclass(frozen=True)
class Truth:
    """A condition in one environment, and what it says of a moment of a story."""

    scope: Scope
    alert: Alert

    @cached_property
    def when(self) -> Condition:
        """When it fires, in words also where the product file states the query."""
        return meant(self.alert.when)

    @cached_property
    def window(self) -> int:
        """The longest time that is looked back over, in seconds."""
        match self.when:
            case Threshold(signal=signal) if signal.window:
                return signal.window.seconds
            case BudgetBurns(within=within):
                return max(within.seconds, self.short)
            case Absence(over=over):
                return max([over.seconds, *(2 * self.interval(check) for check in self.when.checks())])
            case CheckFails(check=check):
                return self.interval(check)
            case Anomaly(lasting=lasting):
                return lasting.seconds
            case ServiceCheck(failures=failures):
                return REPORTS * failures
            case _:
                return 10 * MINUTE

    @cached_property
    def lasting(self) -> int:
        """How long it has to be so, in seconds."""
        match self.when:
            case Threshold(lasting=lasting) if lasting:
                return lasting.seconds
            case CheckFails(check=check, rounds=rounds):
                return self.interval(check) * (rounds - 1)
            case _:
                return 0

    @cached_property
    def escalated(self) -> int:
        """After how many seconds of firing others are told; 0 where nobody is."""
        after = self.alert.severity.escalate_after
        return after.seconds if after else 0

    @cached_property
    def causes(self) -> tuple[Truth, ...]:
        """The alerts beside which it isn't told."""
        return tuple(type(self)(self.scope, cause) for cause in self.scope.causes(self.alert))

    @cached_property
    def noticed(self) -> int:
        """After how many seconds of trouble its cause is known to fire; 0 without one."""
        took = (noticed(each.when, self.scope.interval, self.scope.rounds) for each in self.causes)
        return max((each + 2 * MINUTE for each in took), default=0)

    @property
    def waits(self) -> int:
        """For how many seconds it has to hold until it fires, so that its cause is noticed first."""
        return max(0, self.noticed - self.lasting)

    @cached_property
    def held(self) -> int:
        """For how many seconds after its cause it is still not told: what that made of its window has to leave it."""
        return remains(self.when, self.scope.interval) + 2 * MINUTE

    @cached_property
    def unknown(self) -> int:
        """After how many seconds of its cause's silence it is told: until then, the cause is as it was last."""
        # A probe's last result is looked for until the next is due, and published again every two minutes.
        probing = max((each.missed - 2 * MINUTE for each in self.causes), default=0)
        return REMEMBERED + self.held + max(0, probing)

    @property
    def unnoticed(self) -> int:
        """How many seconds into a minute its trouble has to begin to be noticed last: probes come on the minute."""
        return 0

    @property
    def missed(self) -> int:
        """After how many seconds its trouble is seen first, where it began just after a probe."""
        return max((self.interval(check) for check in self.checks), default=0)

    def takes(self, fewer: int = 0) -> int:
        """How long so many probes or reports fail as it takes, or some fewer, in seconds."""
        match self.when:
            case ServiceCheck(failures=failures):
                return REPORTS * (failures - fewer)
            case CheckFails(check=check) as when:
                return self.interval(check) * (self.scope.rounds(when) - fewer)
            case _:
                return 0

    @cached_property
    def slack(self) -> int:
        """By how much later than here a rule may notice, in seconds: its data come so often, it looks so often."""
        rare = 30 * MINUTE if self.window > DAY else 0
        probing = max((self.interval(check) for check in self.checks), default=0)
        if isinstance(self.when, CheckFails) and len(self.scope.environment.probe_from) > 1:
            probing = min(probing, MINUTE)  # when it is probed is known, and a result is published again
        sliced = 0
        if isinstance(self.when, BudgetBurns) and isinstance(self.when.objective.good, Threshold):
            over = self.when.objective.good.signal.window
            sliced = over.seconds if over else 0
        return 2 * MINUTE + probing + rare + sliced

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The checks it watches."""
        match self.when:
            case CheckFails(check=check):
                return (check,)
            case CertificateExpires() | Absence():
                return self.when.checks()
            case BudgetBurns(objective=objective) if isinstance(objective.good, Check):
                return (objective.good,)
            case _:
                return ()

    def interval(self, check: Check) -> int:
        """How often it is probed here, in seconds."""
        return self.scope.interval(check).seconds

    @cached_property
    def short(self) -> int:
        """The short window of a burn rate: a twelfth, and two rounds of probes at least."""
        assert isinstance(self.when, BudgetBurns)
        rounds = max((2 * self.interval(check) for check in self.checks), default=0)
        return max(self.when.short.seconds, rounds)

    @cached_property
    def gate(self) -> float:
        """With how many events in the window, or how many a second for gauges, it may fire."""
        if isinstance(self.when, BudgetBurns):
            events = float(self.when.at_least.number) if self.when.at_least else 0.0
            if events and self.checks:
                probes = len(self.scope.environment.probe_from) * self.when.within.seconds
                # Half a probe less: what a query extrapolates isn't whole.
                events = min(events, max(2, probes // self.interval(self.checks[0]) // 2)) - 0.5
            return events
        least = getattr(self.when.signal, "at_least", None) if isinstance(self.when, Threshold) else None
        return float(least.number) if least else 0.0

    @property
    def told_apart(self) -> int:
        """After how many seconds a rule of its own tells others; 0 where those who were told tell them, or nobody."""
        return self.escalated

    @property
    def reminded(self) -> int:
        """After how many seconds of firing the same are told again, where that is played; else 0."""
        return 0

    @property
    def undecided(self) -> int:
        """For how many seconds it has to be bad until it fires by every reading of the vendor's documents."""
        return 0

    @property
    def asks_a_source(self) -> bool:
        """Whether it is evaluated by asking another program, which may not answer."""
        return True

    @property
    def counts_whole(self) -> bool:
        """Whether events are counted as they came, so that there can be just as many as a gate wants."""
        return False

    @property
    def keeps(self) -> bool:
        """Whether it stays as it is while nothing is received, unless silence is what it is about."""
        return not self.silence_is_zero

    @cached_property
    def silence_is_zero(self) -> bool:
        """Whether nothing received is nothing that happened: a counter is sent once there is something to count.

        Of groups as well where a query is asked: what isn't received is missing from their sums like any other.
        """
        signal = getattr(self.when, "signal", None)
        counts = isinstance(self.when, Threshold) and isinstance(signal, Count | Rate | Total)
        return counts and (self.asks_a_source or not self.when.groups())

    @cached_property
    def early(self) -> int:
        """By how much earlier a rule may notice: rare probes and samples are spread evenly over their interval here."""
        probing = max((self.interval(check) for check in self.checks), default=0)
        rare = RARE if self.window > DAY else 0
        if isinstance(self.when, CheckFails):
            return 0  # probes are no sooner than that
        return MINUTE + rare + (probing if isinstance(self.when, Absence | BudgetBurns) else 0)

    @cached_property
    def silence(self) -> bool:
        """Whether it is an alert on silence, which tells that nothing arrives: no data, or too few log lines."""
        return isinstance(self.when, Absence) or (
            isinstance(self.when, Threshold) and isinstance(self.when.signal, LogCount) and self.when.sense == "below"
        )

    @cached_property
    def tells_failures(self) -> bool:
        """Whether a data source that doesn't answer is told: by an alert on silence, unless it wakes somebody."""
        wakes = self.scope.environment.notify is None and any(each.wakes for each in self.alert.receivers)
        return self.silence and not wakes

    def settles(self, story: Story, now: int) -> int:
        """From when on the verdict stays the same until the phase of a moment ends; certificates run out meanwhile."""
        _, since = story.at(now)
        return story.end if isinstance(self.when, CertificateExpires) else since + self.window + self.lasting + MINUTE

    @cached_property
    def recovery(self) -> float | None:
        """Where a threshold is over again, in the signal's unit."""
        when = self.when
        found = when.recovery(when.critical) if isinstance(when, Threshold) else None
        return float(found.to(when.signal.unit)) if found and isinstance(when, Threshold) else None

    @cached_property
    def burn(self) -> tuple[float, float]:
        """The budget as a share, and the burn rate that is too much."""
        assert isinstance(self.when, BudgetBurns)
        return float(1 - self.when.objective.target.to("ratio")), float(self.when.burn_rate)

    @cached_property
    def step(self) -> int:
        """How often it is worth looking, in seconds."""
        return 10 * MINUTE if self.window > DAY else MINUTE

    def verdict(self, story: Story, now: int) -> Verdict:
        """Whether the condition holds at a moment, or is over; None where it is neither."""
        match self.when:
            case Threshold() as when:
                return self._limit(when, story, now)
            case CheckFails(check=check):
                every = self.interval(check)
                runs = [now // every * every - n * every for n in range(self.when.rounds)]
                failing = [self._succeeds(story, run) < 1 for run in runs]
                return (
                    None if story.at(runs[0])[0].lost else "fires" if all(failing) else None if failing[0] else "over"
                )
            case CertificateExpires(within=within):
                phase, since = story.at(now)
                if phase.lost:
                    return None
                return "fires" if phase.value - (now - since) < within.seconds else "over"
            case Absence():
                phase, since = story.at(now)
                return "fires" if phase.lost and now - since >= self.window else "over"
            case BudgetBurns() as when:
                return self._burns(when, story, now)
            case ServiceCheck() as when:
                return self._reports(when, story, now)
            case Anomaly() as when:
                return self._unusual(when, story, now)
            case _:
                raise TypeError(f"nothing is known of {type(self.when).__name__}")

    def _succeeds(self, story: Story, now: float) -> float:
        """The best of all locations."""
        phase, _ = story.at(now)
        return 1.0 if phase.of is not None and len(self.scope.environment.probe_from) > 1 else phase.value

    def _reports(self, when: ServiceCheck, story: Story, now: int) -> Verdict:
        """So many reports in a row that say the same."""
        if story.at(now)[0].lost:
            return None
        latest = now // REPORTS * REPORTS
        runs = [story.at(latest - REPORTS * n)[0] for n in range(max(when.failures, when.successes))]
        if all(not run.lost and run.value == 0 for run in runs[: when.failures]):
            return "fires"
        return "over" if all(not run.lost and run.value == 1 for run in runs[: when.successes]) else None

    def _unusual(self, when: Anomaly, story: Story, now: int) -> Verdict:
        """As much of the time as it says outside of the usual; over when none of it is."""
        parts = story.parts(now - when.lasting.seconds, now)
        length = sum(length for length, _ in parts)
        if not length:
            return None
        low, high = USUAL
        outside = sum(
            length
            for length, phase in parts
            if (phase.value > high and when.side in ("above", "both"))
            or (phase.value < low and when.side in ("below", "both"))
        )
        if outside / length >= float(when.share.to("ratio")):
            return "fires"
        return None if outside else "over"

    def _limit(self, when: Threshold, story: Story, now: int) -> Verdict:
        signal, unit = when.signal, when.signal.unit
        value, weight = measured(signal, story, now, self.window)
        if value is None and self.silence_is_zero:
            value = 0.0
        if value is None:
            return None
        limit = float(when.critical.to(unit))
        if beyond(when.sense, value, limit) and round(weight, 6) >= self.gate:
            held = all(
                ((past := measured(signal, story, now - back, self.window))[0] is not None or self.silence_is_zero)
                and beyond(when.sense, past[0] or 0.0, limit)
                and round(past[1], 6) >= self.gate
                for back in range(0, self.lasting + 1, MINUTE)
            )
            return "fires" if held else None
        if self.recovery is None:
            return None if beyond(when.sense, value, limit) else "over"
        return "over" if self.recovered(when.sense, value, self.recovery) else None

    def recovered(self, sense: str, value: float, recovery: float) -> bool:
        """Whether a value is on the healthy side of a recovery threshold."""
        return beyond({"above": "below", "below": "above"}[sense], value, recovery)

    def _burns(self, when: BudgetBurns, story: Story, now: int) -> Verdict:
        budget, rate = self.burn
        long, events = self._bad(story, now, when.within.seconds)
        brief, _ = self._bad(story, now, self.short)
        counted = events * (long or 0) if self.checks else events
        if long is not None and brief is not None and min(long, brief) / budget > rate and counted >= self.gate:
            return "fires"
        if any(share is not None and share / budget <= rate for share in (long, brief)):
            return "over"
        return None

    def _bad(self, story: Story, now: int, window: int) -> tuple[float | None, float]:
        """What share was bad over a window, and of how many events."""
        assert isinstance(self.when, BudgetBurns)
        good = self.when.objective.good
        parts = story.parts(now - window, now)
        if isinstance(good, Threshold):
            limit, length = float(good.critical.to(good.signal.unit)), sum(length for length, _ in parts)
            missed = sum(length for length, phase in parts if not beyond(good.sense, phase.value, limit))
            return (missed / length if length else None), length / MINUTE
        if isinstance(good, Check):
            every, places = self.interval(good), len(self.scope.environment.probe_from)
            probes = sum(length for length, _ in parts) / every * places
            bad = sum(length * (1 - phase.value) for length, phase in parts) / every
            return (bad * places / probes if probes else None), probes
        events = sum(length * phase.rate for length, phase in parts)
        bad = sum(length * phase.rate * phase.value for length, phase in parts)
        return (bad / events if events else None), events
