"""The cases of an alert, derived from the alert itself: what happens, and what should follow from it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from components.vocabulary.at_datadog import ServiceCheck
from components.vocabulary.at_sentry import FailedTransactions
from components.vocabulary.conditions import Absence, BudgetBurns, CheckFails
from components.vocabulary.metrics import Kind
from components.vocabulary.signals import Mean, Percentile, Ratio, Within
from components.vocabulary.thresholds import Threshold
from proof.levels import ENOUGH, FEW, Levels, levels_of, so
from proof.story import Phase, Spell, Story
from proof.truth import MINUTE, REPORTS, Truth

HOUR = 3600
BEFORE = 20  # minutes in which all is well
AFTER = 20  # minutes for which it stays as it has become
MEMORY = 420  # minutes without telemetry: longer than what a query remembers


@dataclass(frozen=True)
class Case:
    """A story, in words too, and when the alert has to fire in it: from and to, in seconds; to is None at the end.

    `failing`: from when to when the data source doesn't answer. `caused`: when what it depends on isn't well.
    """

    name: str
    said: str
    story: Story
    fires: tuple[tuple[int, int | None], ...]
    failing: tuple[int, int] | None = None
    caused: tuple[Spell, ...] = ()
    quiet: bool = False  # those are told who aren't woken, although it doesn't fire


def cases(truth: Truth) -> Iterator[Case]:
    """All cases of an alert in one environment. Raises UnplayableError for a condition that none are derived from."""
    levels = levels_of(truth)
    start = beginning(truth, levels)
    absence = isinstance(truth.when, Absence)
    bad = Phase(0, levels.bad, levels.rate, lost=absence)
    well = Phase(0, levels.well, levels.rate)
    longest = (2 * truth.window + truth.lasting + truth.waits + 2 * truth.slack) // MINUTE + 90
    fires = _first(truth, start.then(replace(bad, minutes=longest)), "fires")
    if fires is None:
        yield Case(
            "fires",
            f"{so(truth, levels.bad)} for {longest} minutes",
            start.then(replace(bad, minutes=longest)),
            ((BEFORE * MINUTE, None),),
        )
        return
    fires += truth.waits
    again = max(truth.escalated, truth.reminded)
    late = (again + truth.slack) // MINUTE + 12 if again or truth.asks_a_source else 0
    lasts = fires // MINUTE - BEFORE + max(AFTER, late, (truth.undecided + truth.slack) // MINUTE)
    if truth.causes and truth.checks:  # a round of probes is over when the next one has been: end with one
        rounds = truth.interval(truth.checks[0]) // MINUTE or 1
        lasts += -(BEFORE + lasts) % rounds
    story = start.then(replace(bad, minutes=lasts))
    ended = story.then(replace(well, minutes=longest))
    over = _first(truth, ended, "over", after=story.end)
    until = (over or ended.end) // MINUTE - story.end // MINUTE + AFTER + truth.slack // MINUTE
    full = story.then(replace(well, minutes=until))
    begins = f"{so(truth, levels.bad, lost=absence)} from minute {BEFORE}"
    yield _case(truth, "fires and ends", f"{begins} to {story.end // MINUTE}", full)
    if truth.asks_a_source:
        yield _source_fails(truth, f"{begins}, and the data source doesn't answer for 5 minutes", full, fires)
    if absence:
        yield from _each_lost(truth, start, lasts, until, well)
        yield from _hardly(truth, start, well)
        return
    yield from _silent(truth, levels, start, fires)
    yield from _held(truth, levels, story, begins, until)
    if isinstance(truth.when, ServiceCheck):
        yield from _reports(truth, truth.when, story)
    if isinstance(truth.when, BudgetBurns) and levels.worst != levels.bad:
        budget, rate = truth.burn
        spends = min(1.0, budget * rate) * truth.when.within.seconds
        brief = math.ceil(spends + truth.short + truth.told_apart) // MINUTE + 5
        rest = replace(well, minutes=far(truth))
        said = f"{so(truth, levels.worst)} from minute {BEFORE} to {BEFORE + brief}"
        yield _case(truth, "all at once", said, start.then(replace(bad, minutes=brief, value=levels.worst), rest))


def beginning(truth: Truth, levels: Levels) -> Story:
    """All is well, for as long as anything looks back and then until minute 20."""
    look_back = (truth.window + truth.lasting) // MINUTE + 30
    return Story((Phase(look_back, levels.well, levels.rate), Phase(BEFORE, levels.well, levels.rate)))


def _reports(truth: Truth, when: ServiceCheck, story: Story) -> Iterator[Case]:
    """One report fewer than it takes, to fire and to be over."""
    bad, well = Phase(AFTER, 0), Phase(AFTER, 1)
    report = REPORTS / MINUTE
    start = replace(story, phases=story.phases[:2])
    if when.failures > 1:
        fewer = start.then(replace(bad, minutes=report * (when.failures - 1)), well)
        yield replace(_case(truth, "too few failures", f"{when.failures - 1} reports fail", fewer), quiet=False)
    if when.successes > 1:
        some = [replace(well, minutes=report * (when.successes - 1)), bad]
        said = f"{so(truth, 0)} from minute {BEFORE}, {when.successes - 1} of {when.successes} reports in between"
        yield _case(truth, "too few successes", said, story.then(*some, well))
    enough = [replace(well, minutes=report * when.successes), bad]
    said = f"{so(truth, 0)} from minute {BEFORE}, but for {when.successes} reports in between"
    yield _case(truth, "just enough successes", said, story.then(*enough, well))
    warns = start.then(replace(well, minutes=report), Phase(report, 0.5), well)
    yield replace(_case(truth, "warns once", f"{when.check} reports a warning once", warns), quiet=True)


def _source_fails(truth: Truth, said: str, full: Story, fires: int) -> Case:
    since = fires + truth.told_apart + truth.slack  # while the rule that tells others fires as well
    failing = (since + 2 * MINUTE, since + 7 * MINUTE)
    shaken = _case(truth, "data source fails", said, full)
    if truth.tells_failures:  # Grafana puts an alert on the data source in its place
        (whole,) = shaken.fires
        shaken = replace(shaken, fires=((whole[0], failing[0]), (failing[1], whole[1])))
    return replace(shaken, failing=failing)


def _silent(truth: Truth, levels: Levels, start: Story, fires: int) -> Iterator[Case]:
    """What is not bad enough, not for long enough, too little, or not known."""
    well, bad = Phase(0, levels.well, levels.rate), Phase(0, levels.bad, levels.rate)
    long = far(truth)
    # Long enough for the rule that tells others, and for what adds up over a longer time than it should.
    later = long + (truth.told_apart + min(truth.window // 4, 2 * HOUR)) // MINUTE
    near = start.then(Phase(later, levels.near, levels.rate))
    yield _case(truth, "just not", f"{so(truth, levels.near)} from minute {BEFORE} on", near)
    if levels.warns is not None:
        warns = start.then(Phase(long, levels.warns, levels.rate))
        said = f"{so(truth, levels.warns)} from minute {BEFORE} on"
        yield replace(_case(truth, "warns", said, warns), quiet=True)
    if levels.other is not None:
        other = start.then(Phase(long, levels.other, levels.rate))
        yield _case(truth, "the other side", f"{so(truth, levels.other)} from minute {BEFORE} on", other)
    if truth.lasting > 2 * truth.slack:
        lasts = (fires - truth.slack) // MINUTE - BEFORE - 1
        pause = truth.window // MINUTE + 2
        again = (replace(bad, minutes=lasts), replace(well, minutes=pause))
        said = f"{so(truth, levels.bad)} from minute {BEFORE} to {BEFORE + lasts}, and as long {pause} minutes later"
        yield _case(truth, "too short", said, start.then(*again, *again, replace(well, minutes=long)))
    yield from _short_of(truth, levels, start, (long, later))
    if truth.gate and truth.checks:
        probes = truth.gate * FEW / len(truth.scope.environment.probe_from)
        if blip := math.floor(probes * truth.interval(truth.checks[0]) / MINUTE):
            failing = start.then(replace(bad, minutes=blip), replace(well, minutes=long))
            yield _case(truth, "too few", f"{so(truth, levels.bad)} from minute {BEFORE} to {BEFORE + blip}", failing)
    if _counts_events(truth):
        none = replace(well, minutes=min(long, MEMORY), rate=0.0)
        yield _case(truth, "no traffic", f"no traffic from minute {BEFORE} on", start.then(none))
    if isinstance(truth.when, CheckFails) and len(truth.scope.environment.probe_from) > 1:
        alone = replace(bad, minutes=long, of=0)
        yield _case(truth, "one location alone", f"one location fails from minute {BEFORE} on", start.then(alone))
    if not truth.silence:  # there, no data is what it is about
        lost = Phase(MEMORY, levels.well, levels.rate, lost=True)
        told = _case(truth, "telemetry lost", f"no data at all from minute {BEFORE} on", start.then(lost))
        yield replace(told, quiet=isinstance(truth.when, ServiceCheck))


def _short_of(truth: Truth, levels: Levels, start: Story, times: tuple[int, int]) -> Iterator[Case]:
    """For less than the window, and of fewer events than the gate wants; and of just enough."""
    long, later = times
    well, bad = Phase(0, levels.well, levels.rate), Phase(0, levels.bad, levels.rate)
    brief = math.floor(truth.window * 0.6 / MINUTE)
    averages = isinstance(truth.when, Threshold) and not isinstance(truth.when.signal, Percentile)
    if averages and not truth.lasting and brief and (truth.counts_whole or truth.window >= 5 * MINUTE):
        said = f"{so(truth, levels.bad)} from minute {BEFORE} to {BEFORE + brief}"
        story = start.then(replace(bad, minutes=brief), replace(well, minutes=long))
        yield _case(truth, "too brief", said, story)
    if truth.gate and not truth.checks:
        few = replace(bad, value=levels.worst, rate=levels.rate * FEW / ENOUGH)
        looked_back = replace(well, minutes=start.phases[0].minutes, rate=few.rate)
        quiet = Story((looked_back, replace(looked_back, minutes=BEFORE), replace(few, minutes=later)))
        yield _case(truth, "too few", f"{so(truth, levels.worst)} from minute {BEFORE} on, of too few", quiet)
        if truth.counts_whole:
            rate = levels.rate / ENOUGH
            some = Phase(start.phases[0].minutes, levels.well, rate)
            enough = Story((some, replace(some, minutes=BEFORE), replace(bad, minutes=long, rate=rate)))
            said = f"{so(truth, levels.bad)} from minute {BEFORE} on, of just enough"
            yield _case(truth, "just enough", said, enough)


def _held(truth: Truth, levels: Levels, story: Story, begins: str, until: int) -> Iterator[Case]:
    """What fires, and goes on: between limit and recovery, and when nothing is received any more."""
    if levels.between is not None and levels.over is not None:
        rest = (Phase(far(truth), levels.between, levels.rate), Phase(far(truth) + until, levels.over, levels.rate))
        said = f"{begins}, then {so(truth, levels.between)}, then {so(truth, levels.over)}"
        yield _case(truth, "stays until it is well over", said, story.then(*rest))
    if not truth.silence:
        stays = story.then(Phase(MEMORY, levels.well, levels.rate, lost=True))
        said = f"{begins}, no data at all from {story.end // MINUTE} on"
        told = _case(truth, "telemetry lost while firing", said, stays)
        yield replace(told, quiet=isinstance(truth.when, ServiceCheck))
        if not truth.keeps and not truth.asks_a_source:  # what a counter missed in a gap is counted after it
            lost, back = Phase(AFTER, levels.well, levels.rate, lost=True), Phase(until, levels.well, levels.rate)
            said = f"{begins}, no data at all for {AFTER} minutes, then all is well"
            told = _case(truth, "telemetry lost, and back when it is over", said, story.then(lost, back))
            yield replace(told, quiet=isinstance(truth.when, ServiceCheck))
    if truth.gate and not truth.checks and not truth.keeps:
        none = Phase(far(truth), levels.bad, levels.rate * 0.2)
        said = f"{begins}, with hardly any traffic from minute {story.end // MINUTE} on"
        yield _case(truth, "too few while firing", said, story.then(none))


def far(truth: Truth) -> int:
    """Minutes after which nothing more comes of what has been so all the time."""
    return (truth.window + truth.lasting + truth.waits + truth.slack) // MINUTE + AFTER


def expected(truth: Truth, story: Story) -> tuple[tuple[int, int | None], ...]:
    """When the alert fires: from its first verdict to that effect to the first that it is over."""
    found: list[tuple[int, int | None]] = []
    since = None
    for now in _moments(truth, story):
        lost = truth.keeps and story.at(now)[0].lost and not truth.silence
        verdict = None if lost else truth.verdict(story, now)
        fires = bool(found) and found[-1][1] is None
        since = None if verdict == "over" else now if since is None and verdict == "fires" else since
        if verdict == "fires" and not fires and since is not None and now - since >= truth.waits:
            found.append((now, None))
        elif verdict == "over" and fires:
            found[-1] = (found[-1][0], now)
    return tuple(found)


def _moments(truth: Truth, story: Story, after: int = 0) -> Iterator[int]:
    """When it is worth asking for a verdict."""
    for begin, end, _ in story.spans:
        until = min(end, truth.settles(story, begin) + truth.waits + truth.step)
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
        yield _case(truth, f"{name} lost", f"no data for {name} from minute {BEFORE} to {BEFORE + lasts}", story)


def _hardly(truth: Truth, start: Story, well: Phase) -> Iterator[Case]:
    """Silence that doesn't last, and as little as is still something."""
    if truth.window > 2 * truth.slack:
        lasts, rest = (truth.window - truth.slack) // MINUTE - 1, replace(well, minutes=far(truth))
        gap = start.then(replace(well, minutes=lasts, lost=True), rest)
        yield _case(truth, "too short", f"no data from minute {BEFORE} to {BEFORE + lasts}", gap)
    if not truth.checks:
        few = replace(well, minutes=far(truth), rate=1.25 / truth.window)
        yield _case(truth, "hardly any", f"hardly one event in {truth.window // MINUTE} minutes", start.then(few))


def _first(truth: Truth, story: Story, verdict: str, after: int = 0) -> int | None:
    """When it is first said, in seconds."""
    return next((now for now in _moments(truth, story, after) if truth.verdict(story, now) == verdict), None)


def _counts_events(truth: Truth) -> bool:
    match truth.when:
        case Threshold(signal=Ratio(part=part)):
            return part.kind is Kind.COUNTER
        case Threshold(signal=Percentile() | Mean() | Within() | FailedTransactions()):
            return True
        case BudgetBurns(objective=objective):
            good = objective.good
            return objective.bad is not None or isinstance(good, Ratio | Within)
        case _:
            return False
