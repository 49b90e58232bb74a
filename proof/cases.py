"""The cases of an alert, derived from the alert itself: what happens, and what should follow from it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from components.vocabulary.conditions import Absence, BudgetBurns, CertificateExpires, CheckFails
from components.vocabulary.log_signals import LogCount
from components.vocabulary.signals import Count, Level, Mean, Percentile, Rate, Ratio, Within
from components.vocabulary.thresholds import Threshold
from components.vocabulary.quantities import Unit
from components.vocabulary.metrics import Kind
from proof.rules import UnplayableError
from proof.story import Phase, Story
from proof.truth import DAY, MINUTE, Truth

BEFORE = 20  # minutes in which all is well
AFTER = 20  # minutes for which it stays as it has become
MEMORY = 420  # minutes without telemetry: longer than what a query remembers
BUSY = 10.0  # events per second where nothing says how many there have to be
CERTIFICATE = 60 * DAY


@dataclass(frozen=True)
class Case:
    """A story, in words too, and when the alert has to fire in it: from and to, in seconds; to is None at the end.

    `failing`: from when to when the data source doesn't answer.
    """

    name: str
    said: str
    story: Story
    fires: tuple[tuple[int, int | None], ...]
    failing: tuple[int, int] | None = None


@dataclass(frozen=True)
class Levels:
    """Values of a signal: well, as bad as it gets in a case, just not bad enough, and not yet over."""

    well: float
    bad: float
    near: float
    between: float | None
    rate: float
    worst: float


def cases(truth: Truth) -> Iterator[Case]:
    """All cases of an alert in one environment. Raises UnplayableError for a condition that none are derived from."""
    levels = levels_of(truth)
    look_back = (truth.window + truth.lasting) // MINUTE + 30
    start = Story((Phase(look_back, levels.well, levels.rate), Phase(BEFORE, levels.well, levels.rate)))
    absence = isinstance(truth.when, Absence)
    bad = Phase(0, levels.bad, levels.rate, lost=absence)
    well = Phase(0, levels.well, levels.rate)
    longest = (2 * truth.window + truth.lasting + 2 * truth.slack) // MINUTE + 90
    fires = _first(truth, start.then(replace(bad, minutes=longest)), "fires")
    if fires is None:
        yield Case(
            "fires",
            f"{_so(truth, levels.bad)} for {longest} minutes",
            start.then(replace(bad, minutes=longest)),
            ((BEFORE * MINUTE, None),),
        )
        return
    late = truth.escalated // MINUTE + 15 if truth.escalated else 0
    lasts = fires // MINUTE - BEFORE + max(AFTER, late, truth.slack // MINUTE)
    story = start.then(replace(bad, minutes=lasts))
    ended = story.then(replace(well, minutes=longest))
    over = _first(truth, ended, "over", after=story.end)
    until = (over or ended.end) // MINUTE - story.end // MINUTE + AFTER + truth.slack // MINUTE
    full = story.then(replace(well, minutes=until))
    begins = f"{_so(truth, levels.bad, lost=absence)} from minute {BEFORE}"
    yield _case(truth, "fires and ends", f"{begins} to {story.end // MINUTE}", full)
    failing = (fires + truth.slack + 2 * MINUTE, fires + truth.slack + 7 * MINUTE)
    shaken = _case(truth, "data source fails", f"{begins}, and the data source doesn't answer for 5 minutes", full)
    if truth.tells_failures:  # Grafana puts an alert on the data source in its place
        (whole,) = shaken.fires
        shaken = replace(shaken, fires=((whole[0], failing[0]), (failing[1], whole[1])))
    yield replace(shaken, failing=failing)
    if absence:
        yield from _each_lost(truth, start, lasts, until, well)
        return
    far = truth.window // MINUTE + truth.lasting // MINUTE + truth.slack // MINUTE + AFTER
    near = start.then(Phase(far, levels.near, levels.rate))
    yield _case(truth, "just not", f"{_so(truth, levels.near)} from minute {BEFORE} on", near)
    if levels.between is not None:
        between = story.then(Phase(far, levels.between, levels.rate), replace(well, minutes=until))
        yield _case(truth, "stays until it is well over", f"{begins}, then {_so(truth, levels.between)}", between)
    if truth.lasting > 2 * truth.slack:
        short = start.then(
            replace(bad, minutes=(fires - truth.slack) // MINUTE - BEFORE - 1), replace(well, minutes=far)
        )
        yield _case(truth, "too short", f"{begins} to {short.end // MINUTE - far}", short)
    if truth.gate:
        few = replace(bad, value=levels.worst, rate=levels.rate * 0.64)
        quiet = Story((replace(well, minutes=look_back, rate=few.rate), replace(well, minutes=BEFORE, rate=few.rate)))
        said = f"{_so(truth, levels.worst)} from minute {BEFORE} on, of too few"
        yield _case(truth, "too few", said, quiet.then(replace(few, minutes=far)))
    if _counts_events(truth):
        none = replace(well, minutes=min(far, MEMORY), rate=0.0)
        yield _case(truth, "no traffic", f"no traffic from minute {BEFORE} on", start.then(none))
    if (
        isinstance(truth.when, CheckFails | BudgetBurns)
        and truth.checks
        and len(truth.scope.environment.probe_from) > 1
    ):
        if isinstance(truth.when, CheckFails):
            alone = replace(bad, minutes=far, of=0)
            yield _case(truth, "one location alone", f"one location fails from minute {BEFORE} on", start.then(alone))
    if truth.silence:  # no data is what it is about
        return
    lost = Phase(MEMORY, levels.well, levels.rate, lost=True)
    yield _case(truth, "telemetry lost", f"no data at all from minute {BEFORE} on", start.then(lost))
    stays = story.then(lost)
    yield _case(truth, "telemetry lost while firing", f"{begins}, no data at all from {story.end // MINUTE} on", stays)


def expected(truth: Truth, story: Story) -> tuple[tuple[int, int | None], ...]:
    """When the alert fires: from its first verdict to that effect to the first that it is over."""
    found: list[tuple[int, int | None]] = []
    for now in _moments(truth, story):
        lost = story.at(now)[0].lost and not truth.silence
        verdict = None if lost else truth.verdict(story, now)
        fires = bool(found) and found[-1][1] is None
        if verdict == "fires" and not fires:
            found.append((now, None))
        elif verdict == "over" and fires:
            found[-1] = (found[-1][0], now)
    return tuple(found)


def _moments(truth: Truth, story: Story, after: int = 0) -> Iterator[int]:
    """When it is worth asking for a verdict."""
    for begin, end, _ in story.spans:
        until = min(end, truth.settles(story, begin) + truth.step)
        for now in range(begin, until, truth.step):
            if now >= after:
                yield now


def _case(truth: Truth, name: str, said: str, story: Story) -> Case:
    return Case(name, said, story, expected(truth, story))


def _each_lost(truth: Truth, start: Story, lasts: int, until: int, well: Phase) -> Iterator[Case]:
    """Of several metrics or checks each one counts."""
    assert isinstance(truth.when, Absence)
    names = [*(each.spoken for each in truth.when.metrics()), *(each.name for each in truth.when.checks())]
    for place, name in enumerate(names if len(names) > 1 else ()):
        story = start.then(Phase(lasts, well.value, well.rate, lost=True, of=place), replace(well, minutes=until))
        yield _case(truth, f"{name} lost", f"no data of {name} from minute {BEFORE} to {BEFORE + lasts}", story)


def _first(truth: Truth, story: Story, verdict: str, after: int = 0) -> int | None:
    """When it is first said, in seconds."""
    return next((now for now in _moments(truth, story, after) if truth.verdict(story, now) == verdict), None)


def _counts_events(truth: Truth) -> bool:
    match truth.when:
        case Threshold(signal=Ratio(part=part)):
            return part.kind is Kind.COUNTER
        case Threshold(signal=Percentile() | Mean() | Within()):
            return True
        case BudgetBurns(objective=objective):
            good = objective.good
            return objective.bad is not None or isinstance(good, Ratio | Within)
        case _:
            return False


def levels_of(truth: Truth) -> Levels:
    """Values that are well, bad and in between, by the alert's own limits."""
    match truth.when:
        case Threshold() as when:
            return _of_threshold(truth, when)
        case CheckFails():
            return Levels(1, 0, 1, None, 1, 0)
        case CertificateExpires(within=within):
            limit = float(within.seconds)
            return Levels(CERTIFICATE, limit - DAY / 2, limit + DAY, None, 1, 0)
        case Absence():
            return Levels(1, 1, 1, None, 1, 1)
        case BudgetBurns(objective=objective) as when:
            good = objective.good
            if isinstance(good, Threshold):
                limit = float(good.critical.to(good.signal.unit))
                high, low = limit * 1.5, limit * 0.5
                bad, well = (high, low) if good.sense == "below" else (low, high)
                return Levels(well, bad, (limit + well) / 2, None, 1, bad)
            if truth.checks:
                return Levels(1, 0, 1, None, 1, 0)
            limit = float((1 - objective.target.to("ratio")) * when.rate)
            rate = truth.gate * 1.25 / truth.window if truth.gate else BUSY
            return Levels(0, min(limit * 1.3, (1 + limit) / 2), limit * 0.9, None, rate, 1)
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
        rate = truth.gate * 1.25 / (1 if gauges else truth.window)
    elif isinstance(signal, Level | Rate | Count):
        rate = 1.0
    if isinstance(signal, LogCount):  # whole lines: so many in any window, neither more nor fewer
        low, high = math.floor(clear * 0.3), math.floor(limit) + 2 + math.floor(limit * 0.3)
        if when.sense == "below":
            return Levels(math.ceil(clear) + 2, 0, math.ceil(limit), None, 1.0, 0)
        return Levels(low, high, math.floor(limit), None if recovery is None else math.floor(limit), 1.0, high)
    between = None if recovery is None else (limit + clear) / 2
    if when.sense == "above":
        bad = min(limit * 1.3, (limit + most) / 2) if limit else 1.0
        if isinstance(signal, Count):
            bad = max(bad, limit + 1)
        return Levels(clear * 0.3, bad, limit - abs(limit) * 0.04 if limit else 0.0, between, rate, min(most, bad * 10))
    return Levels(
        min(max(clear * 1.4, clear + 1) if most > 1 else 1.0, most), limit * 0.7, limit * 1.04, between, rate, 0
    )


def _so(truth: Truth, value: float, *, lost: bool = False) -> str:
    """What is the case, in words."""
    match truth.when:
        case Absence():
            return "no data" if lost else "data"
        case CheckFails(check=check):
            return f"{check.name} {'succeeds' if value else 'fails'} from every location"
        case CertificateExpires():
            return f"certificate valid for {value / DAY:g} days"
        case BudgetBurns(objective=objective) if truth.checks:
            return f"every probe of {objective.name} {'succeeds' if value else 'fails'}"
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
