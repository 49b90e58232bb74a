"""What Sentry makes of what it receives (getsentry/sentry, src/sentry/workflow_engine and incidents).

Triggers, filters and frequency: processors/workflow.py, data_condition_group.py, action.py, handlers/condition/*.
Metric monitors: handlers/detector/stateful.py. What a filter makes of an activity is read from the handlers: none that
asks for a tag, a level, an attribute or a frequency passes one. Where the source was read in several versions, the
newest holds. How long ingestion takes is open: here, nothing.
"""

from __future__ import annotations

import fnmatch
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from proof.sentry.alerts import Alert, Monitor
from proof.sentry.events import LEVELS, Event, Happening, Requests, Resolved
from proof.unplayable import UnplayableError

INTERVALS = {"1m": 60, "5m": 300, "15m": 900, "1h": 3600, "1d": 86400, "1w": 604800, "30d": 2592000}
RESOLVED = 0
TERM = re.compile(r'(?P<not>!)?(?:(?P<key>[\w.]+):)?(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+))')


@dataclass(frozen=True)
class Message:
    """What an alert sends: when, of which issue, and whether of its end."""

    at: float
    issue: str
    receivers: frozenset[str]
    over: bool = False


@dataclass(frozen=True)
class Occurrence:
    """A metric monitor's issue changes: its new priority, or 0 when it is resolved."""

    at: float
    priority: int


@dataclass
class Issue:
    """What is known of an issue."""

    times: list[float] = field(default_factory=list)
    resolved: bool = False


def run(alert: Alert, happenings: Iterable[Happening]) -> list[Message]:
    """What an alert on issues sends. Raises UnplayableError."""
    issues: dict[str, Issue] = {}
    last: dict[str, float] = {}
    found: list[Message] = []
    for happening in sorted(happenings, key=lambda each: each.at):
        environment = happening.tags.get("environment", "") if isinstance(happening, Event) else ""
        if alert.environment and alert.environment != environment:
            continue  # of an activity only alerts without an environment hear; "new" is new in the environment
        issue = issues.setdefault(happening.issue, Issue())
        over = isinstance(happening, Resolved)
        if isinstance(happening, Event):
            flags = {
                "new": not issue.times,
                "regressed": issue.resolved,
                "reappeared": happening.escalates,
            }
            issue.times.append(happening.at)
            issue.resolved = False
            triggered = not alert.triggers or any(flags[each] for each in alert.triggers)
        else:
            issue.resolved = True
            triggered = not alert.triggers  # always true; none of the triggers here is about an activity
        if triggered and all(passes(kind, settings, happening, issue) for kind, settings in alert.conditions):
            _send(alert, happening.at, happening.issue, last, found, over=over)
    return found


def _send(alert: Alert, at: float, issue: str, last: dict[str, float], found: list[Message], *, over: bool) -> None:
    """Unless it ran for the issue too lately; what is held back isn't made up for (processors/action.py)."""
    if issue in last and at - last[issue] <= alert.frequency:
        return
    last[issue] = at
    found.append(Message(at, issue, alert.receivers, over))


def passes(kind: str, settings: Mapping[str, Any], happening: Happening, issue: Issue) -> bool:
    """Whether a filter lets an event or an activity through."""
    if kind == "issuePriorityGreaterOrEqual":
        return True  # only metric monitors' issues change theirs: `tell`
    if not isinstance(happening, Event):
        return False
    match kind:
        case "taggedEvent":
            value = happening.tags.get(settings["key"])
            return compared(settings["match"], value, settings.get("value", ""))
        case "eventAttribute":
            value = happening.attributes.get(settings["attribute"])
            return compared(settings["match"], value, settings.get("value", ""))
        case "level":
            level = LEVELS.get(happening.tags.get("level", ""), -1)
            limit: int = settings["level"]
            return (
                level >= 0 and {"eq": level == limit, "gte": level >= limit, "lte": level <= limit}[settings["match"]]
            )
        case "eventFrequencyCount":
            since = happening.at - INTERVALS[settings["interval"]]
            least: float = settings["value"]
            return len(issue.times) - bisect_right(issue.times, since) > least
        case _:
            raise UnplayableError(f"the filter {kind} isn't played")


def compared(match: str, value: str | None, wanted: str) -> bool:
    """In lower case; without a value, every negation is true (handlers/condition/tagged_event_handler.py)."""
    if match in ("is", "ns"):
        return (value is not None) is (match == "is")
    negations = {"ne": "eq", "nc": "co", "nsw": "sw", "new": "ew"}
    if match in negations:
        return not compared(negations[match], value, wanted)
    if value is None:
        return False
    one, other = value.lower(), wanted.lower()
    if match not in ("eq", "co", "sw", "ew"):
        raise UnplayableError(f"a comparison by {match} isn't played")
    return {"eq": one == other, "co": other in one, "sw": one.startswith(other), "ew": one.endswith(other)}[match]


Counted = TypeVar("Counted", Event, Resolved, Requests, Happening, "Event | Requests")


def admitted(received: Iterable[Counted], limit: tuple[int, int] | None) -> list[Counted]:
    """What a key lets in: so many in each window, whatever they are (the window is fixed here, which is open)."""
    if limit is None:
        return list(received)
    number, window = limit
    taken: dict[int, int] = {}
    kept = []
    for each in sorted(received, key=lambda one: one.at):
        slot = int(each.at // window)
        taken[slot] = taken.get(slot, 0) + (0 if isinstance(each, Resolved) else 1)
        if taken[slot] <= number:
            kept.append(each)
    return kept


# --- metric monitors


def occurrences(monitor: Monitor, received: Sequence[Event | Requests], begin: int, end: int) -> list[Occurrence]:
    """How a monitor's issue changes between two moments."""
    return list(stateful(monitor.levels, numbers(monitor, received, begin, end)))


def numbers(
    monitor: Monitor, received: Sequence[Event | Requests], begin: int, end: int
) -> Iterator[tuple[int, float]]:
    """When a monitor looks, and what it finds in its window. No rows are 0 (getsentry/sentry#121423)."""
    kept = sorted((each for each in received if found(monitor.query, each)), key=lambda each: each.at)
    times = [each.at for each in kept]
    totals = _running(1.0 if isinstance(each, Event) else each.number for each in kept)
    failures = _running(0.0 if isinstance(each, Event) else each.failed for each in kept)
    for now in range(begin, end + 1, monitor.every):
        low, high = bisect_right(times, now - monitor.window), bisect_right(times, now)
        whole = totals[high] - totals[low]
        share = (failures[high] - failures[low]) / whole if whole else 0.0
        yield now, whole if monitor.aggregate == "count()" else share


def stateful(levels: Sequence[tuple[str, float, int]], values: Iterable[tuple[int, float]]) -> Iterator[Occurrence]:
    """The highest priority of all conditions that hold; where none holds, nothing changes."""
    priority = RESOLVED
    for now, value in values:
        holding = [result for kind, limit, result in levels if _holds(kind, value, limit)]
        if holding and max(holding) != priority:
            priority = max(holding)
            yield Occurrence(now, priority)


def tell(alert: Alert, changes: Sequence[Occurrence]) -> list[Message]:
    """What an alert on a metric monitor sends: of a breach, of another priority, and of the end, an activity."""
    last: dict[str, float] = {}
    sent: list[Message] = []
    priority = RESOLVED
    if alert.environment:
        return []  # a metric monitor's occurrences carry no environment (handlers/detector/base.py)
    for change in changes:
        priority = change.priority or priority  # a resolved issue keeps the one it had
        least = [each["comparison"] for kind, each in alert.conditions if kind == "issuePriorityGreaterOrEqual"]
        others = [kind for kind, _ in alert.conditions if kind != "issuePriorityGreaterOrEqual"]
        if others or alert.triggers:
            raise UnplayableError(f"{alert.name}: {', '.join(others) or 'a trigger'} on a metric isn't played")
        if all(priority >= each for each in least):
            _send(alert, change.at, "metric", last, sent, over=change.priority == RESOLVED)
    return sent


def _running(values: Iterable[float]) -> list[float]:
    total, found_sums = 0.0, [0.0]
    for value in values:
        total += value
        found_sums.append(total)
    return found_sums


def _holds(kind: str, value: float, limit: float) -> bool:
    return {"gt": value > limit, "gte": value >= limit, "lt": value < limit, "lte": value <= limit}[kind]


def found(search: str, event: Event | Requests) -> bool:
    """Whether a search finds it ("Sentry Search"): all terms; `*` stands for anything."""
    for term in TERM.finditer(search):
        value = _value(event, term["key"] or "message")
        wanted = term["quoted"] if term["quoted"] is not None else term["bare"]
        wanted = wanted if term["key"] else f"*{wanted}*"
        if (value is not None and fnmatch.fnmatchcase(value.lower(), wanted.lower())) is bool(term["not"]):
            return False
    return True


def _value(event: Event | Requests, key: str) -> str | None:
    return event.value(key) if isinstance(event, Event) else event.tags.get(key)
