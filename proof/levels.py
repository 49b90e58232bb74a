"""The values of an alert's signal in its cases, by the alert's own limits, and how they are said."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from components.vocabulary.at_datadog import LogsStored, ServiceCheck
from components.vocabulary.at_sentry import ErrorCount
from components.vocabulary.conditions import Absence, Anomaly, BudgetBurns, CertificateExpires, CheckFails
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Kind
from components.vocabulary.quantities import Unit
from components.vocabulary.signals import Count, Level, Rate, Ratio, Total
from components.vocabulary.thresholds import Threshold
from proof.story import Phase, Story
from proof.truth import DAY, MINUTE, USUAL, Truth
from proof.unplayable import UnplayableError

BUSY = 10.0  # events per second where nothing says how many there have to be
CERTIFICATE = 60 * DAY
ENOUGH, FEW = 1.2, 0.85  # of the events that a gate wants


@dataclass(frozen=True)
class Levels:
    """Values of a signal: well, as bad as it gets in a case, just not bad enough, not yet over, and just over."""

    well: float
    bad: float
    near: float
    between: float | None
    rate: float
    worst: float
    warns: float | None = None  # bad enough for a warning only
    other: float | None = None  # as far on the other side of the usual
    over: float | None = None  # only just beyond the recovery threshold


def levels_of(truth: Truth) -> Levels:
    """Values that are well, bad and in between, by the alert's own limits."""
    match truth.when:
        case Threshold() as when:
            return _of_threshold(truth, when)
        case CheckFails() | ServiceCheck():
            return Levels(1, 0, 1, None, 1, 0)
        case Anomaly(side=side):
            low, high = USUAL
            above = Levels(1, high * 1.5, high * 0.95, None, BUSY, high * 5, other=low * 0.5)
            return above if side != "below" else Levels(1, low * 0.5, low * 1.05, None, BUSY, low / 5, other=high * 1.5)
        case CertificateExpires(within=within):
            limit = float(within.seconds)
            return Levels(CERTIFICATE, limit - DAY / 2, limit + DAY, None, 1, 0)
        case Absence():
            return Levels(1, 1, 1, None, 1, 1)
        case BudgetBurns(objective=objective) as when:
            good = objective.good
            if isinstance(good, Threshold):
                limit = float(good.critical.to(good.signal.unit))
                bad, near, well = (1.2, 0.96, 0.5) if good.sense == "below" else (0.8, 1.04, 1.5)
                return Levels(limit * well, limit * bad, limit * near, None, 1, limit * bad)
            limit = float((1 - objective.target.to("ratio")) * when.burn_rate)
            if truth.checks:
                probes = when.within.seconds / truth.interval(truth.checks[0]) * len(truth.scope.environment.probe_from)
                share = min(1.0, max(limit, truth.gate / probes))  # so many probes have to fail as well
                return Levels(1, max(0.0, 1 - share * ENOUGH), 1 - share * FEW, None, 1, 0)
            rate = truth.gate * ENOUGH / truth.window if truth.gate else BUSY
            return Levels(0, min(limit * 1.2, (1 + limit) / 2), limit * 0.9, None, rate, 1)
        case _:
            raise UnplayableError(f"no cases are derived from {type(truth.when).__name__}")


def _of_threshold(truth: Truth, when: Threshold) -> Levels:
    unit, signal = when.signal.unit, when.signal
    limit = float(when.critical.to(unit))
    recovery = when.recovery(when.critical)
    clear = limit if recovery is None else float(recovery.to(unit))
    most = 1.0 if signal.OF_A_WHOLE or unit is Unit.RATIO else 100.0 if unit is Unit.PERCENT else float("inf")
    rate = BUSY
    if truth.gate:
        gauges = isinstance(signal, Ratio) and signal.part.kind is Kind.GAUGE
        rate = truth.gate * ENOUGH / (1 if gauges else truth.window)
    elif isinstance(signal, Level | Rate | Count | Total | LogsStored):
        rate = 1.0
    if isinstance(signal, LogCount | ErrorCount):  # whole lines: so many in any window, neither more nor fewer
        low, high = math.floor(clear * 0.3), math.floor(limit) + 1 + math.floor(limit * 0.15)
        if when.sense == "below":
            return Levels(math.ceil(clear) + 2, 0, math.ceil(limit), None, 1.0, 0)
        over = None if recovery is None else _just_over(truth, when.sense, clear)
        return Levels(
            low, high, math.floor(limit), None if recovery is None else math.floor(limit), 1.0, high, over=over
        )
    between = None if recovery is None else (limit + clear) / 2
    first = limit if when.warn is None else float(when.warn.to(unit))
    warns = None if when.warn is None else (first + limit) / 2
    if warns is not None:
        ends = when.recovery(when.warn) if when.warn else None
        clear = first if ends is None else float(ends.to(unit))
    if when.sense == "above":
        bad = min(limit * 1.2, (limit + most) / 2) if limit else 1.0
        if isinstance(signal, Count):
            bad = max(bad, limit + 1)
        near = first - abs(first) * 0.04 if first else 0.0
        return Levels(clear * 0.3, bad, near, between, rate, min(most, bad * 10), warns, over=clear * 0.9)
    well = min(max(clear * 1.4, clear + 1) if most > 1 else 1.0, most)
    return Levels(well, limit * 0.85, first * 1.04, between, rate, 0, warns, over=min(clear * 1.1, (clear + most) / 2))


def _just_over(truth: Truth, sense: str, clear: float) -> int:
    """The highest number that is over; the recovery threshold itself is, at some vendors."""
    return math.floor(clear) if truth.recovered(sense, clear, clear) else math.ceil(clear) - 1


def elsewhere(truth: Truth, story: Story) -> Story:
    """What others report meanwhile, whom the alert isn't about: as bad as in a case; of silence, none."""
    levels = levels_of(truth)
    value = levels.well if truth.silence else levels.bad
    minutes = (story.end - story.start) // MINUTE
    before = story.phases[0].minutes
    bad = Phase(minutes - before, value, levels.rate)
    return Story((replace(bad, minutes=before), bad))


def so(truth: Truth, value: float, *, lost: bool = False) -> str:
    """What is the case, in words."""
    match truth.when:
        case Absence():
            return "no data" if lost else "data"
        case CheckFails(check=check):
            return f"{check.name} {'succeeds' if value else 'fails'} from every location"
        case CertificateExpires():
            return f"certificate valid for {value / DAY:g} days"
        case ServiceCheck(check=name):
            return f"{name} {'succeeds' if value else 'fails'}"
        case Anomaly(signal=signal):
            return f"{signal.describe()} at {value:g} times the usual"
        case BudgetBurns(objective=objective) if truth.checks:
            return f"{1 - value:.3%} of the probes of {objective.name} fail"
        case BudgetBurns(objective=objective) if not isinstance(objective.good, Threshold):
            return f"{value:.4%} of events count against {objective.name}".replace(".0000", "")
        case BudgetBurns(objective=objective):
            assert isinstance(objective.good, Threshold)
            return f"{objective.good.signal.describe()} at {value:g} {objective.good.signal.unit}"
        case Threshold(signal=signal):
            shown = f"{value:.3%}" if signal.unit is Unit.RATIO else f"{value:g} {signal.unit}"
            return f"{signal.describe()} at {shown}"
        case _:
            return f"{value:g}"
