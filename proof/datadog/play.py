"""Plays data through a monitor and what it is composed of: statuses over time, and messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from components.datadog.language.expression import Number
from components.datadog.language.tree import Composite, MetricMonitor, Search, ServiceCheck
from proof.datadog.anomalies import SKIPPED
from proof.datadog.burns import burn, windows
from proof.datadog.composites import Composed, silenced_by
from proof.datadog.data import WHOLE, Data, Group
from proof.datadog.logs import count
from proof.datadog.messages import Downtime, Message, downtime, messages
from proof.datadog.monitors import Declared, Monitor
from proof.datadog.queries import evaluate, full
from proof.datadog.readings import Readings
from proof.datadog.states import Change, Machine, Status
from proof.story import EPOCH
from proof.times import LATER
from proof.truth import MINUTE
from proof.unplayable import UnplayableError

STEADY = 20  # evaluations that are made one by one after the last change of what they see
RARELY = 10  # of those after them, one in so many


@dataclass(frozen=True)
class Played:
    """What came of a monitor: the changes of its groups, and what was sent."""

    changes: tuple[Change, ...]
    messages: tuple[Message, ...]

    def firing(self, *, no_data: bool = False) -> tuple[tuple[int, int | None], ...]:
        """From when to when any group was an alert to whoever is told; without an end, it still is.

        With `no_data`, missing data is the alert; without, nothing begins or ends with it.
        """
        found: list[tuple[int, int | None]] = []
        alerting: set[Group] = set()
        for change in self.changes:
            if change.after is Status.ALERT or (change.after is Status.NO_DATA and no_data):
                alerting.add(change.group)
            elif change.after in (Status.OK, Status.WARN):
                alerting.discard(change.group)
            if alerting and (not found or found[-1][1] is not None):
                found.append((change.at, None))
            elif not alerting and found and found[-1][1] is None:
                found[-1] = (found[-1][0], change.at)
        return tuple(found)


def play(monitor: Monitor, declared: Declared, data: Data, end: int, readings: Readings) -> Played:
    """Evaluate from 0 to `end`, in seconds of the data. Raises UnplayableError."""
    changes = statuses(monitor, declared, data, end, readings)
    return Played(changes, notified(monitor, declared, changes, end, readings))


def statuses(
    monitor: Monitor,
    declared: Declared,
    data: Data,
    end: int,
    readings: Readings,
    *,
    changing: Callable[[int], bool] = lambda _: True,
) -> tuple[Change, ...]:
    """How the statuses change. `changing`: whether results can change at a moment. Raises UnplayableError."""
    parts = declared.parts(monitor)
    watched = {each.name: each for each in parts or (monitor,)}
    machines = {name: Machine(each, readings) for name, each in watched.items()}
    names = {name: declared.monitors[name].name for name in monitor.query.monitors} if parts else {}  # type: ignore[union-attr]
    whole = Composed(monitor, {name: machines[each] for name, each in names.items()}) if parts else None
    earlier = _earlier(monitor, names, readings)
    kept: dict[str, Mapping[Group, float]] = {}
    steady = 0
    last = (end - LATER) // 60  # what comes after the story isn't known
    for minute in range(last + 1):
        now = minute * 60 + LATER
        steady = 0 if changing(now) else steady + 1
        if steady > STEADY and steady % RARELY and minute < last:
            continue
        for name, each in watched.items():
            if minute % (each.every // 60) and name in kept:
                continue
            then = now - MINUTE if name in earlier else now
            if isinstance(each.query, ServiceCheck):
                machines[name].runs(now, _runs(each, data, then))
                continue
            if not steady or name not in kept:
                kept[name] = values(each, declared, data, then, readings)
            machines[name].values(now, kept[name])
        if whole:
            whole.step(now)
    return tuple(whole.changes if whole else machines[monitor.name].changes)


def _earlier(monitor: Monitor, names: Mapping[str, str], readings: Readings) -> set[str]:
    """The parts of a composite that are evaluated a minute before it is looked at."""
    if not isinstance(monitor.query, Composite):
        return set()
    silencing = {names[each] for each in silenced_by(monitor.query.condition)}
    before = readings.otherwise("what silences") if silencing else False
    after = readings.otherwise("what is silenced") if silencing else False
    return (silencing if before else set()) | (set(names.values()) - silencing if after else set())


def notified(
    monitor: Monitor, declared: Declared, changes: tuple[Change, ...], end: int, readings: Readings
) -> tuple[Message, ...]:
    """What is sent of them, downtimes considered."""
    muted = downtime(monitor, declared.downtimes, EPOCH, EPOCH + end)
    if muted:
        times = tuple((start - EPOCH, over - EPOCH) for start, over in muted.times)
        muted = Downtime(times, muted.end_states)
    return tuple(messages(monitor, changes, end, readings, muted))


def values(monitor: Monitor, declared: Declared, data: Data, now: int, readings: Readings) -> Mapping[Group, float]:
    """What one evaluation of a monitor finds. Raises UnplayableError."""
    query, seen = monitor.query, now - monitor.delay
    if isinstance(query, MetricMonitor):
        found = evaluate(query, data, seen, readings)
        if not monitor.full_window:
            return found
        # Evaluation is cancelled where the window isn't full: the status stays as it is.
        return {group: value if full(query, data, seen, group) else SKIPPED for group, value in found.items()}
    if isinstance(query, Search) and query.source == "logs":
        lines = count(query, data, declared.indexes, seen, readings)
        if monitor.missing in ("", "default"):  # M/configuration, No data: evaluated as zero
            return lines
        return {group: number for group, number in lines.items() if number}
    if isinstance(query, Search) and query.source == "burn_rate":
        objective = declared.objectives[query.text]
        long, short = windows(query)
        burning = min(burn(objective, data, seen - each, seen, readings) for each in (long, short))
        if burning == query.comparison.number and readings.otherwise("burn rate at its limit"):
            burning += 1e-9
        return {WHOLE: burning}
    raise UnplayableError(f"{monitor.name}: a query of {type(query).__name__} isn't played")


def _runs(monitor: Monitor, data: Data, now: int) -> Mapping[Group, tuple[list[float], float | None]]:
    """The last statuses of each group of a service check, of all that report as one, and when the newest came."""
    query = monitor.query
    assert isinstance(query, ServiceCheck)
    over, by, last = query.step("over"), query.step("by"), query.step("last")
    assert over
    assert by
    assert last
    number = last.arguments[0]
    assert isinstance(number, Number)
    found: dict[Group, list[tuple[float, float]]] = defaultdict(list)
    for each in data.statuses:
        tags = {f"{key}:{value}" for key, value in each.tags.items()}
        everything = over.texts == ("*",) or set(over.texts) <= tags
        if each.check == query.check and everything and set(by.texts) <= set(each.tags):
            found[frozenset((tag, each.tags[tag]) for tag in by.texts)] += each.last(int(number.value), now)
    newest = {group: sorted(runs, reverse=True)[: int(number.value)] for group, runs in found.items()}
    return {group: ([status for _, status in runs], runs[0][0] if runs else None) for group, runs in newest.items()}
