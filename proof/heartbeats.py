"""Heartbeats played through: they beat for days without a gap, and stop when nothing can be evaluated any more.

A heartbeat at Datadog is the one query over the current hour that is played, so that is done here: minute by minute,
the points of the hour are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from components.grafana.uids import uid
from components.scope import Scope
from components.vendors import heartbeats
from proof.datadog import monitors
from proof.datadog.messages import messages as told_by
from proof.datadog.monitors import Monitor
from proof.datadog.readings import Readings
from proof.datadog.states import Change, Status
from proof.grafana.messages import messages
from proof.grafana.numbers import NONE, Failed
from proof.grafana.rules import Declared, Rule
from proof.grafana.states import Machine
from proof.unplayable import UnplayableError, all_played

MINUTE, HOUR, DAY = 60, 3600, 86400
PLAYED, LOST_AT = 3 * DAY, 2 * DAY + 5 * MINUTE
# How long there may be nothing: the switch's period. Datadog is played without reminders as well, which may not come.
GAPS = {"grafana": 6 * MINUTE, "datadog": HOUR + 2 * MINUTE}
# How long it may go on: what is under way at Grafana, at Datadog the hour whose points were counted.
LAST = {"grafana": 20 * MINUTE, "datadog": HOUR}


def failures(
    scope: Scope, declared: Declared, at_datadog: monitors.Declared, channels: frozenset[str]
) -> Iterator[str]:
    """What is wrong with the heartbeats of a product in an environment."""
    for vendor in heartbeats(scope):
        name = f"{scope.product.name}, heartbeat ({scope.environment.name}, {vendor})"
        found: dict[str, None] = {}  # several ways to play it come to the same
        for lost in (PLAYED, LOST_AT):
            if vendor == "grafana":
                played = [_at_grafana(declared.rules[uid(scope, "heartbeat")], declared, lost)]
            else:
                monitor = at_datadog.monitors[scope.logical("heartbeat")]
                handle = f"@webhook-{scope.slug('heartbeat')}"
                if handle not in channels:
                    found[f"{handle} isn't declared, so nobody is called"] = None
                played = [
                    _at_datadog(each, handle, lost, every=every)
                    for each in (monitor, replace(monitor, renotify=0))
                    for every in (20, MINUTE, 5 * MINUTE)
                ]
            for beats in played:
                found |= dict.fromkeys(_judged(beats, lost, GAPS[vendor], LAST[vendor]))
        yield from (f"{name}: {problem}." for problem in found)


def _judged(beats: list[int], lost: int, gap: int, last: int) -> Iterator[str]:
    if not beats or beats[0] > gap:
        yield f"the first beat comes {'after ' + str(beats[0]) + ' s' if beats else 'never'}, later than {gap} s"
        return
    alive = [at for at in beats if at <= lost] + [lost]
    longest = max((later - sooner for sooner, later in pairwise(alive)), default=0)
    if longest > gap:
        yield f"is silent for {longest} s while all is well, and its switch alarms after {gap} s"
    if beats[-1] > lost + last:
        yield f"still beats {beats[-1] - lost} s after there is nothing to evaluate"


def _at_grafana(rule: Rule, declared: Declared, lost: int) -> list[int]:
    """A constant is evaluated whether or not anything is measured; it ends when the data source doesn't answer."""
    if set(rule.queries.values()) != {"vector(1)"} or rule.condition.sense != "gt" or rule.condition.limit >= 1:
        raise UnplayableError(f"{rule.uid} isn't vector(1) > 0")
    all_played(rule.uid, rule.unplayed)
    machine, firing = Machine(rule), []
    for now in range(0, PLAYED, rule.every):
        machine.step(now, {NONE: "Alerting"} if now < lost else Failed("no answer"))
        firing.append((now, machine.firing))
    if not declared.receivers.get(rule.routing.contact_point):
        return []
    # Whether an end is told is the contact point's setting: those here aren't (components/grafana/heartbeat.py).
    return [each.at for each in messages(rule.routing, firing, lambda _: bool(rule.routing.mutes)) if each.firing]


def _at_datadog(monitor: Monitor, handle: str, lost: int, *, every: int) -> list[int]:
    """`every`: how far apart the points of the query are, which Datadog chooses."""
    query = monitor.query
    window = getattr(getattr(query, "evaluation", None), "window", None)
    if getattr(window, "written", "") != "current_1h" or monitor.critical is None or monitor.missing != "resolve":
        raise UnplayableError(f"{monitor.name} isn't a count of the current hour's points")
    all_played(monitor.name, monitor.unplayed)
    changes, status = [], Status.OK
    for now in range(0, PLAYED, MINUTE):
        begin = now - now % HOUR
        points = len(range(begin, min(now, lost), every))
        after = Status.ALERT if points > monitor.critical else Status.OK
        if after is not status:
            changes.append(Change(now, frozenset(), status, after))
            status = after
    return [each.at for each in told_by(monitor, changes, PLAYED, Readings()) if handle in each.handles]
