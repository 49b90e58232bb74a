"""Recorded series through the rules as they are declared: when each alert fires, and whom it wakes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from components.datadog.language.tree import ServiceCheck
from proof.datadog.data import Data, Group, Piece, Series, Statuses
from proof.datadog.judge import handle_of
from proof.datadog.messages import Downtime, downtime
from proof.datadog.messages import messages as datadog_messages
from proof.datadog.play import Played, statuses
from proof.datadog.readings import Readings
from proof.datadog.states import Status
from proof.fitting import Rules, Watching
from proof.grafana.engine import Answer, ask
from proof.grafana.judge import secret
from proof.grafana.messages import messages as grafana_messages
from proof.grafana.messages import muting
from proof.grafana.numbers import Labels, outcome
from proof.grafana.play import Watched, queries_of
from proof.grafana.rules import Rule
from proof.grafana.states import Machine
from proof.samples import Recorded
from proof.told import everybody
from proof.truth import DAY, HOUR, MINUTE, RARE, REPORTS

REACH = 10 * MINUTE  # how much further back than its window a monitor looks, to fill gaps and for its delay


@dataclass(frozen=True)
class Replayed:
    """What would have come of an alert: from when to when it fires, and who is woken when. In seconds since 1970."""

    watching: Watching
    begin: float
    end: float
    firing: tuple[tuple[float, float | None], ...] = ()
    pages: tuple[tuple[float, str], ...] = ()

    @property
    def lasted(self) -> float:
        """How long it fired, in seconds."""
        return sum((self.end if until is None else until) - begin for begin, until in self.firing)


def replay(
    watched: Sequence[Watching], rules: Rules, series: Mapping[str, Sequence[Recorded]], command: Path
) -> Iterator[Replayed]:
    """Every alert that has its series. `command` evaluates PromQL."""
    at_grafana = {each.name: each for each in watched if each.rule and each.name in series}
    requests = [_request(each, series[each.name]) for each in at_grafana.values()]
    times = {request["id"]: request for request in requests}
    for answer in ask(command, requests) if requests else ():
        if answer.error:
            raise RuntimeError(f"{answer.id}: {answer.error}")
        yield _of_grafana(at_grafana[answer.id], rules, answer, times[answer.id])
    for each in watched:
        if each.monitor and each.name in series:
            yield _of_datadog(each, rules, series[each.name])


def _span(each: Watching, mine: Sequence[Recorded]) -> tuple[float, float]:
    """From the first moment at which all that it looks back over is there, to the last sample of all."""
    return max(series.times[0] for series in mine) + each.window, max(series.times[-1] for series in mine)


def _request(each: Watching, mine: Sequence[Recorded]) -> dict[str, Any]:
    assert each.rule is not None
    begin, end = _span(each, mine)
    every = max(each.rule.every, RARE) if each.truth.window > DAY else each.rule.every
    series = [{"labels": {"__name__": one.metric} | dict(one.labels), "pieces": list(_straight(one))} for one in mine]
    queries = queries_of(Watched("", each.truth, each.rule, each.late))
    start = -(-begin // MINUTE) * MINUTE
    times = {"from": start, "to": max(start, end), "every": every}
    return {"id": each.name, "language": "promql", "queries": queries, "series": series, **times}


def _straight(series: Recorded) -> Iterator[dict[str, float]]:
    """Samples as tools/query takes them: as few straight pieces as hold them exactly."""
    times, values = series.times, series.values
    first = 0
    while first < len(times):
        last = first
        if first + 1 < len(times):
            every, step = times[first + 1] - times[first], values[first + 1] - values[first]
            while (
                last + 1 < len(times)
                and times[last + 1] - times[last] == every
                and values[first] + (last + 1 - first) * step == values[last + 1]
            ):
                last += 1
        length = last - first
        apart, grows = (times[first + 1] - times[first], values[first + 1] - values[first]) if length else (1, 0.0)
        yield {"from": times[first], "every": apart, "count": length + 1, "first": values[first], "step": grows}
        first = last + 1


def _of_grafana(each: Watching, rules: Rules, answer: Answer, request: Mapping[str, Any]) -> Replayed:
    assert each.rule is not None
    names = {secret(each.truth.scope, one): str(one) for one in everybody(each.truth.scope, each.truth.alert)}
    firing, pages = ruled(each.rule, rules, answer, request, "")
    if each.late:
        pages = [*pages, *ruled(each.late, rules, answer, request, "late ")[1]]
    woken = tuple(sorted({(at, names[name]) for at, point in pages for name in point if names.get(name) in each.woken}))
    return Replayed(each, request["from"], request["to"], tuple(firing), woken)


def ruled(
    rule: Rule, rules: Rules, answer: Answer, request: Mapping[str, Any], prefix: str
) -> tuple[list[tuple[float, float | None]], list[tuple[float, tuple[str, ...]]]]:
    """When a rule fires in the answers to a request, and the first message of each time."""
    found = {ref: answer.results.get(f"{prefix}{ref}", answer.results.get(ref, [])) for ref in rule.queries}
    machine = Machine(rule)
    evaluations: list[tuple[int, set[Labels]]] = []
    firing: list[tuple[float, float | None]] = []
    for number in range(int((request["to"] - request["from"]) // request["every"]) + 1):
        now = int(request["from"] + number * request["every"])
        values = {
            ref: {labels: value for labels, row in rows if (value := row[number]) is not None}
            for ref, rows in found.items()
        }
        machine.step(now, outcome(rule, values, machine.loaded))
        evaluations.append((now, machine.firing))
        fires = bool(machine.firing)
        if fires and (not firing or firing[-1][1] is not None):
            firing.append((now, None))
        elif not fires and firing and firing[-1][1] is None:
            firing[-1] = (firing[-1][0], now)
    sent = grafana_messages(rule.routing, evaluations, muting(rule.routing.mutes, rules.grafana.mutes))
    points = rules.grafana.receivers
    first = [sent[0], *(later for earlier, later in pairwise(sent) if not earlier.firing)] if sent else []
    return firing, [(each.at, points[each.contact_point]) for each in first if each.firing]


class Moving(Series):
    """A recorded series of which only what a look needs is there; to look through all of it takes hours."""

    def until(self, low: float, high: float, starts: Sequence[float], pieces: tuple[Piece, ...]) -> None:
        """Hold the pieces of which something lies between two moments."""
        object.__setattr__(self, "pieces", pieces[max(0, bisect_right(starts, low) - 1) : bisect_left(starts, high)])


def level(times: Sequence[float], values: Sequence[float], every: float) -> Iterator[Piece]:
    """Samples as few pieces: as long as they come regularly and are the same. What is well for days is one."""
    first = 0
    for place in range(1, len(times) + 1):
        if place < len(times) and times[place] - times[place - 1] == every and values[place] == values[first]:
            continue
        yield Piece(times[first], every, place - first, values[first])
        first = place


def _well(query: ServiceCheck, lasts: int) -> Statuses:
    """A cause that never fires: runs of the agent's checks can't be recorded, so each page is counted."""
    over, by = query.step("over"), query.step("by")
    tags = dict(text.split(":", 1) for text in over.texts) if over else {}
    groups = {tag: tags.get(tag, "one") for tag in by.texts} if by else {}
    return Statuses(query.check, tags | groups, (Piece(0, REPORTS, lasts // REPORTS + 1, 0.0),))


def _of_datadog(each: Watching, rules: Rules, mine: Sequence[Recorded]) -> Replayed:
    monitor = each.monitor
    assert monitor is not None
    begin, end = _span(each, mine)
    origin = int(-(-begin // HOUR) * HOUR if end - begin > 2 * HOUR else -(-begin // MINUTE) * MINUTE)
    kept = []
    for one in mine:
        pieces = tuple(level([time - origin for time in one.times], one.values, one.every))
        starts = [piece.start for piece in pieces]
        kept.append((Moving(one.metric, "count" if one.counts else "gauge", one.labels, ()), starts, pieces))
    reach = each.window + REACH + monitor.delay

    def look(now: int) -> bool:
        for series, starts, pieces in kept:
            series.until(now - reach, now + 1, starts, pieces)
        return True

    lasts = max(0, int(end - origin))
    well = [_well(part.query, lasts) for part in rules.datadog.parts(monitor) if isinstance(part.query, ServiceCheck)]
    data = Data(series=[series for series, _, _ in kept], statuses=well)
    changes = statuses(monitor, rules.datadog, data, lasts, Readings(), changing=look)
    muted = downtime(monitor, rules.datadog.downtimes, origin, origin + lasts)
    if muted:
        muted = Downtime(tuple((start - origin, over - origin) for start, over in muted.times), muted.end_states)
    sent = datadog_messages(monitor, changes, lasts, Readings(), muted)
    names = {handle_of(each.truth.scope, one): str(one) for one in everybody(each.truth.scope, each.truth.alert)}
    open_: dict[Group, set[str]] = {}
    pages: list[tuple[float, str]] = []
    for message in sent:
        if message.change.after is Status.OK:
            open_.pop(message.change.group, None)
            continue
        already = open_.setdefault(message.change.group, set())
        woken = {names[handle] for handle in message.handles if names.get(handle) in each.woken}
        pages += [(origin + message.at, name) for name in sorted(woken - already)]
        already |= woken
    firing = tuple(
        (origin + start, None if over is None else origin + over)
        for start, over in Played(changes, tuple(sent)).firing(no_data=each.truth.silence)
    )
    return Replayed(each, origin, origin + lasts, firing, tuple(pages))
