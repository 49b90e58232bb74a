"""Conditions other than a limit on a signal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY
from decimal import Context, Decimal
from typing import Literal, TypeAlias

from components.problems import MISSING, Problem
from components.vocabulary.at_datadog import ServiceCheck
from components.vocabulary.at_sentry import ErrorCount, FailedTransactions
from components.vocabulary.checks import Check
from components.vocabulary.error_tracking import Issues
from components.vocabulary.metrics import Kind, Measured
from components.vocabulary.objectives import Objective
from components.vocabulary.quantities import (
    Amount,
    Duration,
    Share,
    between,
    days,
    hours,
    minutes,
    percent,
    plain,
    seconds,
)
from components.vocabulary.signals import Count, Level, gate
from components.vocabulary.thresholds import LONGEST, Condition, Signal, Threshold
from components.vocabulary.words import several, word

LONGEST_CERTIFICATE = days(397)  # no authority signs one for longer: it would always expire within that


@word
class Absence(Condition):
    """No data at all for some time: the application, the agent or the way to the vendor is down.

    Only for what is never legitimately silent; make the window longer than the longest quiet gap at night. It alerts
    when any one of the metrics or checks is silent: name one per family, so that no alert goes blind unnoticed.
    """

    of: Measured | Check | tuple[Measured, ...] | tuple[Check, ...]
    _: KW_ONLY
    over: Duration

    def signals(self) -> tuple[Signal, ...]:
        """The metrics themselves, which show a gap."""
        return tuple(Level(each) if each.kind is Kind.GAUGE else Count(each) for each in self.metrics())

    def metrics(self) -> tuple[Measured, ...]:
        """The metrics, where it isn't about checks."""
        return tuple(each for each in self._each() if isinstance(each, Measured))

    def checks(self) -> tuple[Check, ...]:
        """The checks, where it isn't about metrics."""
        return tuple(each for each in self._each() if isinstance(each, Check))

    def _each(self) -> tuple[Measured | Check, ...]:
        return several(self.of)

    def describe(self) -> str:
        """`no data from tikit-backend requests for 1 hour`."""
        rounds = ", or two rounds if that is longer" if self.checks() else ""
        names = [each.spoken if isinstance(each, Measured) else each.name for each in self._each()]
        return f"no data from {' or '.join(names)} for {self.over}{rounds}"

    def words(self) -> Mapping[str, str]:
        """{window}."""
        return {"window": str(self.over)}

    def problems(self) -> Iterator[Problem]:
        """Nothing that could be absent."""
        yield from between("over", self.over, seconds(1), LONGEST)
        if self.of == ():
            yield Problem("of", MISSING, "is empty: nothing would be watched.", "a metric of each family, or a check")


@word
class Anomaly(Condition):
    """A signal outside the range that its history predicts. Needs two to three weeks of history.

    `deviations` is the width of the band, `share` how much of `lasting` has to be outside it.
    """

    signal: Signal
    _: KW_ONLY
    side: Literal["above", "below", "both"]
    lasting: Duration
    history: Duration = hours(4)
    deviations: int = 3
    share: Share
    season: Literal["hourly", "daily", "weekly"] | None = None

    def signals(self) -> tuple[Signal, ...]:
        """The one signal."""
        return (self.signal.measure(),)

    def groups(self) -> tuple[str, ...]:
        """What the signal is split by."""
        return self.signal.by

    def describe(self) -> str:
        """`p95 of latency is unusually high: over 100 % of 1 hour above 3 deviations`."""
        side = "outside" if self.side == "both" else self.side
        season = f", compared {self.season}" if self.season else ""
        return f"{self.signal.describe()}: {self.share} of {self.lasting} {side} {self.deviations} deviations{season}"

    def words(self) -> Mapping[str, str]:
        """{window}."""
        return {"window": str(self.lasting)}

    def problems(self) -> Iterator[Problem]:
        """A band without width; a share that is none, or more than all."""
        yield from between("lasting", self.lasting, minutes(1), LONGEST)
        yield from between("history", self.history, minutes(1), LONGEST)
        if self.deviations < 1:
            yield Problem("deviations", self.deviations, "isn't a valid width: everything would be unusual.", "3")
        if not percent(0) < self.share or percent(100) < self.share:
            yield Problem("share", str(self.share), "isn't a share of that time.", "percent(100)")


@word
class CheckFails(Condition):
    """A check fails from every location in that many consecutive rounds; a single location never pages."""

    check: Check
    _: KW_ONLY
    rounds: int

    def describe(self) -> str:
        """`api-health fails from every location, 2 rounds in a row`."""
        rounds = "in one round" if self.rounds == 1 else f"{self.rounds} rounds in a row"
        return f"{self.check.name} fails from every location, {rounds}"

    def words(self) -> Mapping[str, str]:
        """{threshold}: the rounds."""
        return {"threshold": str(self.rounds)}

    def problems(self) -> Iterator[Problem]:
        """Less than one round, or more than anybody waits for."""
        if not 1 <= self.rounds <= 100:  # noqa: PLR2004
            yield Problem("rounds", self.rounds, "isn't a valid number of rounds.", "1 to 100")


@word
class CertificateExpires(Condition):
    """The TLS certificate of any of the sites runs out soon: `CertificateExpires(HEALTH, within=days(14))`."""

    of: Check | tuple[Check, ...]
    _: KW_ONLY
    within: Duration

    def checks(self) -> tuple[Check, ...]:
        """The checks of the sites."""
        return several(self.of)

    def describe(self) -> str:
        """`a certificate behind api-health expires within 14 days`."""
        return f"a certificate behind {' or '.join(check.name for check in self.checks())} expires within {self.within}"

    def words(self) -> Mapping[str, str]:
        """{threshold}."""
        return {"threshold": str(self.within)}

    def problems(self) -> Iterator[Problem]:
        """No site at all; longer than certificates are valid."""
        yield from between("within", self.within, hours(1), LONGEST_CERTIFICATE)
        if not self.checks():
            yield Problem("of", MISSING, "is empty: no certificate would be looked at.", "a check of each site")


@word
class BudgetBurns(Condition):
    """An objective's error budget burns so fast that `spending` of it is used up within `within`.

    Or `rate` times as fast as the period allows: rate = spending x period / within. It has to hold over that window and
    over a twelfth of it, so that the alert ends soon after the cause does (Google's SRE workbook, chapter 5).
    `at_least` is the gate: events in the long window; for a check, failed probes, as one location's bad moment isn't an
    outage.
    """

    objective: Objective
    _: KW_ONLY
    within: Duration
    spending: Share | None = None
    rate: int | float | None = None
    at_least: Amount | None = None

    @property
    def burn_rate(self) -> Decimal:
        """How many times faster than the period allows."""
        if self.spending is None:
            return Decimal(str(self.rate or 0))
        return self.spending.to("ratio") * self.objective.period.to("seconds") / self.within.to("seconds")

    @property
    def share(self) -> Share:
        """How much of the budget goes within the window, as a text says it."""
        whole = self.burn_rate * self.within.to("seconds") / self.objective.period.to("seconds")
        return self.spending or Share(_said(whole * 100), "percent")

    @property
    def short(self) -> Duration:
        """The short window, a twelfth of the long one."""
        return (self.within / 12).natural()

    def metrics(self) -> tuple[Measured, ...]:
        """Those of the objective."""
        return self.objective.metrics()

    def describe(self) -> str:
        """`availability spends 2 % of its 30 days' budget within 1 hour (burn rate 14.4)`."""
        budget = f"{self.objective.name} spends {self.share} of the budget of {self.objective.period}"
        checked = isinstance(self.objective.good, Check)
        counted = "failed probes, or half of all if that is fewer" if checked else "events"
        gate = f", with at least {self.at_least} {counted}" if self.at_least else ""
        short = f"{self.short}{', or two rounds if that is longer' if checked else ''}"
        rate = plain(_said(self.burn_rate))
        return f"{budget} within {self.within} (burn rate {rate} over {self.within} and {short}){gate}"

    def words(self) -> Mapping[str, str]:
        """{threshold}: the share of the budget; {window}."""
        rate = plain(_said(self.burn_rate))
        return {"threshold": str(self.share), "window": str(self.within), "rate": rate}

    def problems(self) -> Iterator[Problem]:
        """A rate that even a total outage doesn't reach, or one that a kept objective has; a gate that isn't one."""
        yield from gate(self.at_least)
        yield from between("within", self.within, minutes(1), self.objective.period)
        if (self.spending is None) == (self.rate is None):
            both = "is missing, and so is `rate`" if self.rate is None else "is given as well as `rate`"
            why = f"{both}: a burn rate is stated in one way."
            yield Problem("spending", MISSING, why, "one of spending=percent(2) and rate=14.4")
            return
        field, given = ("rate", str(self.rate)) if self.spending is None else ("spending", str(self.spending))
        budget, rate = 1 - self.objective.target.to("ratio"), plain(_said(self.burn_rate))
        if self.burn_rate * budget >= 1:
            most = plain(_said(1 / budget))
            yield Problem(
                field,
                given,
                f"within {self.within} is a burn rate of {rate}; a total outage burns {most}.",
                "a smaller share, a longer window or a stricter target",
            )
        if self.burn_rate < 1:
            yield Problem(field, given, "is within what the period allows.", "a burn rate of 1 or more")


def _said(number: Decimal) -> Decimal:
    """As many digits as a person reads."""
    return Context(prec=4).plus(number)


AnyCondition: TypeAlias = (
    Threshold | Absence | ServiceCheck | Anomaly | CheckFails | CertificateExpires | BudgetBurns | Issues
)
Evaluator = Literal["telemetry", "checks", "errors"]


def known_condition(when: Condition) -> AnyCondition:
    """One of the kinds there are: a `match` on it has to handle each of them, or mypy says which one it doesn't."""
    assert isinstance(when, AnyCondition), type(when)
    return when


def checks_of(when: Condition) -> tuple[Check, ...]:
    """The checks whose results a condition is evaluated on."""
    match when:
        case CheckFails(check) | BudgetBurns(Objective(good=Check() as check)):
            return (check,)
        case Absence() | CertificateExpires():
            return when.checks()
        case _:
            return ()


def evaluator_of(when: Condition) -> Evaluator:
    """Where a condition is evaluated: where the errors, the checks or the metrics and logs are kept that it watches.

    Which vendor that is for a product, components/vendors.py says.
    """
    match when:
        case Issues() | Threshold(signal=ErrorCount() | FailedTransactions()):
            return "errors"
        case _:
            return "checks" if checks_of(when) else "telemetry"
