"""From changes of a monitor's status to who is told: conditions in its message, handles, reminders, downtimes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from proof.datadog.data import Group
from proof.datadog.monitors import Monitor
from proof.datadog.readings import Readings
from proof.datadog.states import Change, Status
from proof.unplayable import UnplayableError

HANDLE = re.compile(r"(?<![^\s(\[{}>])@([\w.+-]+(?:@[\w.-]+)?)")
TAG = re.compile(r"\{\{([#^/])(\w+)\}\}")
REMINDED_FOR = 30 * 3600
STATES = {Status.ALERT: "alert", Status.NO_DATA: "no data", Status.WARN: "warn"}


@dataclass(frozen=True)
class Message:
    """What is sent at once: when, to which handles, and why."""

    at: int
    handles: frozenset[str]
    change: Change
    reminder: bool = False

    @property
    def about(self) -> str:
        """`Alert`, `OK`, `No Data`; of a reminder `Alert again`."""
        return f"{self.change.after}{' again' if self.reminder else ''}"


@lru_cache(maxsize=8192)
def receivers(text: str, conditions: frozenset[str]) -> frozenset[str]:
    """The handles of a message under conditions such as is_alert. Raises UnplayableError for other blocks."""
    return frozenset(f"@{name.rstrip('.')}" for name in HANDLE.findall(rendered(text, conditions)))


def rendered(text: str, conditions: frozenset[str]) -> str:
    """A message without the blocks that don't match."""
    found, shown, at = [], [True], 0
    for tag in TAG.finditer(text):
        if shown[-1]:
            found.append(text[at : tag.start()])
        sign, name = tag[1], tag[2]
        if not name.startswith("is_") or name in ("is_match", "is_exact_match", "is_priority"):
            raise UnplayableError(f"the condition {name} in a message isn't played")
        if sign == "/":
            shown.pop()
        else:
            shown.append(shown[-1] and ((name in conditions) is (sign == "#")))
        at = tag.end()
    if len(shown) != 1:
        raise UnplayableError("a block in a message isn't closed")
    return "".join([*found, text[at:]])


def conditions(change: Change, readings: Readings) -> frozenset[str]:
    """Which conditions hold of a change (M/notify/variables.md)."""
    before, after = change.before, change.after
    triggered = before in (Status.ALERT, Status.WARN, Status.NO_DATA)
    found = {
        "is_alert": after is Status.ALERT,
        "is_warning": after is Status.WARN,
        "is_no_data": after is Status.NO_DATA,
        "is_recovery": after is Status.OK and triggered,
        "is_alert_recovery": before is Status.ALERT and after in (Status.OK, Status.WARN),
        "is_warning_recovery": before is Status.WARN and after is Status.OK,
        "is_alert_to_warning": before is Status.ALERT and after is Status.WARN,
        "is_warning_to_alert": before is Status.WARN and after is Status.ALERT,
        "is_no_data_recovery": before is Status.NO_DATA and after is Status.OK,
    }
    if before is Status.ALERT and after is Status.WARN and readings.otherwise("alert to warning"):
        found["is_recovery"] = True
    if before is Status.NO_DATA and after is Status.OK and readings.otherwise("recovery from no data"):
        found["is_recovery"] = False
    return frozenset(name for name, holds in found.items() if holds)


def messages(
    monitor: Monitor,
    changes: Sequence[Change],
    end: int,
    readings: Readings,
    downtime: Downtime | None = None,
) -> list[Message]:
    """Everything that a monitor sends until `end`, in order."""
    found: list[Message] = []
    groups: dict[Group, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.group, []).append(change)
    for group_changes in groups.values():
        for place, change in enumerate(group_changes):
            later = next((each.at for each in group_changes[place + 1 :]), end)
            found += _of_change(monitor, change, later, readings, downtime)
    return sorted(found, key=lambda message: message.at)


def _of_change(
    monitor: Monitor, change: Change, until: int, readings: Readings, downtime: Downtime | None
) -> Iterator[Message]:
    muted: Callable[[int], bool] = downtime.covers if downtime else (lambda _: False)
    sent = change.at
    if change.told and not muted(change.at):
        if handles := receivers(monitor.message, conditions(change, readings)):
            yield Message(change.at, handles, change)
    elif downtime and change.after is not Status.OK and (again := downtime.ends_after(change.at)) < until:
        # At its end, what is still going on is told anew (M/downtimes: notify_end_states, notify_end_types).
        if STATES[change.after] in downtime.end_states:
            yield Message(again, receivers(monitor.message, conditions(change, readings)), change)
            sent = again
        else:
            return
    if not monitor.renotify or STATES.get(change.after) not in monitor.renotify_in:
        return
    if not change.told:
        return
    both = not readings.otherwise("escalation message")
    original = conditions(change, readings) | {"is_renotify"}
    handles = receivers(monitor.escalation, original) | (receivers(monitor.message, original) if both else frozenset())
    times = 0
    stops = REMINDED_FOR if until - change.at > REMINDED_FOR and readings.otherwise("reminders") else until
    while sent + monitor.renotify < min(until, change.at + stops):
        sent += monitor.renotify
        times += 1
        if monitor.renotify_times is not None and times > monitor.renotify_times:
            return
        if not muted(sent):
            yield Message(sent, handles, change, reminder=True)


@dataclass(frozen=True)
class Downtime:
    """When nothing is sent although statuses change: from and to, in seconds; and what is told at its end."""

    times: tuple[tuple[int, int], ...]
    end_states: frozenset[str] = frozenset({"alert", "no data", "warn"})

    def covers(self, at: int) -> bool:
        """Whether nothing is sent at a moment."""
        return any(begin <= at < end for begin, end in self.times)

    def ends_after(self, at: int) -> int:
        """When the one that covers a moment ends."""
        return next(end for begin, end in self.times if begin <= at < end)


def downtime(monitor: Monitor, schedules: Iterable[Mapping[str, Any]], begin: int, end: int) -> Downtime | None:
    """The downtimes of a monitor between two moments (seconds since 1970). Raises UnplayableError."""
    times: list[tuple[int, int]] = []
    states: set[str] = set()
    for each in schedules:
        if not set(each["monitorIdentifier"]["monitorTags"]) <= monitor.tags or each["scope"] != "*":
            continue
        states |= set(each["notifyEndStates"]) if "expired" in each["notifyEndTypes"] else set()
        zone = ZoneInfo(each["recurringSchedule"]["timezone"])
        for recurrence in each["recurringSchedule"]["recurrences"]:
            times += _times(recurrence, zone, begin, end)
    return Downtime(tuple(sorted(times)), frozenset(states)) if times else None


DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _times(recurrence: Mapping[str, Any], zone: ZoneInfo, begin: int, end: int) -> Iterator[tuple[int, int]]:
    weekly = re.fullmatch(r"FREQ=WEEKLY;BYDAY=([A-Z,]+)", recurrence["rrule"])
    lasts = re.fullmatch(r"(\d+)m", recurrence["duration"])
    if not weekly or not lasts:
        raise UnplayableError(f"the downtime {recurrence['rrule']} for {recurrence['duration']} isn't played")
    start = datetime.fromisoformat(recurrence["start"]).time()
    for day in range(begin // 86400 - 1, end // 86400 + 2):
        date = datetime.fromtimestamp(day * 86400, UTC).date()
        if DAYS[date.weekday()] in weekly[1].split(","):
            at = int(datetime.combine(date, start, zone).timestamp())
            yield at, at + 60 * int(lasts[1])
