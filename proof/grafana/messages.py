"""Who is told when: Alertmanager's groups (dispatch.go), deduplication and mute timings (notify.go) of one rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from proof.grafana.numbers import Labels
from proof.grafana.rules import Routing
from proof.grafana.states import SOURCE_FAILS

RESENT = 900  # seconds for which Grafana sends a resolved alert on (ngalert/state)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Message:
    """A notification to a contact point: when, and whether it tells of alerts or of their end."""

    at: int
    contact_point: str
    firing: bool
    about: str = "the alert"


def messages(
    routing: Routing, evaluations: Sequence[tuple[int, set[Labels]]], muted: Callable[[int], bool]
) -> list[Message]:
    """The messages that follow from what fired at each evaluation (time in seconds, labels), in order of time.

    A data source that fails is an alert of another name, so a group of its own.
    """
    told = []
    for about, of_source in (("the alert", False), ("its data source", True)):
        chosen = [(now, {key for key in firing if (key == SOURCE_FAILS) is of_source}) for now, firing in evaluations]
        group = _Group(routing, muted, about)
        for now, firing in chosen:
            group.flush_until(now)
            group.take(now, firing)
        if chosen:
            group.flush_until(chosen[-1][0] + 1)
        told += group.told
    return sorted(told, key=lambda message: message.at)


@dataclass
class _Group:
    routing: Routing
    muted: Callable[[int], bool]
    about: str
    told: list[Message] = field(default_factory=list)
    firing: set[Labels] = field(default_factory=set)  # as evaluated last
    ended: dict[Labels, int] = field(default_factory=dict)  # resolved, and sent on for a while
    held: set[Labels] = field(default_factory=set)  # what the group holds: sent since it was flushed
    logged: set[Labels] = field(default_factory=set)  # what the last message named as firing
    sent: int = 0
    flush: int | None = None

    def take(self, now: int, firing: set[Labels]) -> None:
        """Take over what an evaluation sends."""
        self.ended |= dict.fromkeys(self.firing - firing, now)
        self.ended = {key: at for key, at in self.ended.items() if key not in firing and now - at <= RESENT}
        self.firing = firing
        self.held |= firing | set(self.ended)
        if self.held and self.flush is None:
            self.flush = now + self.routing.wait

    def flush_until(self, now: int) -> None:
        """Flush at all times before an evaluation."""
        while self.flush is not None and self.flush < now:
            if not self.muted(self.flush):
                self._send(self.flush)
            # Resolved alerts leave the group once it is flushed; an empty group goes, and its rhythm with it.
            self.held = set(self.firing)
            self.flush = self.flush + self.routing.interval if self.held else None

    def _send(self, at: int) -> None:
        firing, ended = self.held & self.firing, (self.held - self.firing) & self.logged
        due = bool(self.logged) and at - self.sent > self.routing.repeat
        if not (firing - self.logged or ended or (due and firing)):
            return
        # One message names what fires and what has ended; it counts as over when nothing fires any more.
        self.told.append(Message(at, self.routing.contact_point, bool(firing), self.about))
        self.logged, self.sent = firing, at


def muting(names: Sequence[str], mutes: Mapping[str, Sequence[Mapping[str, Any]]]) -> Callable[[int], bool]:
    """Whether one of these mute timings covers a time, in seconds since 1970."""
    intervals = [interval for name in names for interval in mutes[name]]
    return lambda at: any(_covers(interval, at) for interval in intervals)


def _covers(interval: Mapping[str, Any], at: int) -> bool:
    local = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(interval.get("location", "UTC")))
    weekdays, times = interval.get("weekdays", ()), interval.get("times", ())
    if weekdays and not any(_on(local.weekday(), each) for each in weekdays):
        return False
    return not times or any(
        _clock(each["start"]) <= local.time() and _before(local.time(), each["end"]) for each in times
    )


def _on(day: int, weekdays: str) -> bool:
    first, _, last = weekdays.partition(":")
    return DAYS.index(first) <= day <= DAYS.index(last or first)


def _clock(text: str) -> time:
    return time.fromisoformat(text)


def _before(now: time, end: str) -> bool:
    return end == "24:00" or now < _clock(end)
