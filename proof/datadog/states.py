"""Statuses of a monitor's groups over time: thresholds and recovery, missing data, new groups, groups that vanish."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from components.datadog.language.tree import Composite, MetricMonitor, Search
from proof.datadog.data import WHOLE, Group
from proof.datadog.monitors import Monitor
from proof.datadog.readings import Readings

KEPT = 86400  # seconds for which a silent group is kept; M/configuration, Group retention time
KEPT_CHECK = 172800  # of service checks that tell of missing data


class Status(StrEnum):
    """Of one group of a monitor."""

    OK = "OK"
    WARN = "Warn"
    NO_DATA = "No Data"
    ALERT = "Alert"


@dataclass(frozen=True)
class Change:
    """A group's status changed; `told` is whether Datadog notifies of it at all."""

    at: int
    group: Group
    before: Status
    after: Status
    told: bool = True


@dataclass
class State:
    """What is known of a group. `was` is the status before data went missing without anybody being told."""

    status: Status
    seen: int
    first: int
    was: Status | None = None


@dataclass
class Machine:
    """The groups of one monitor."""

    monitor: Monitor
    readings: Readings
    groups: dict[Group, State] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    started: int | None = None

    def status(self, group: Group) -> Status | None:
        """Of a group; None where it isn't known."""
        state = self.groups.get(group)
        return state.status if state else None

    def values(self, now: int, values: Mapping[Group, float]) -> None:
        """Take the values of an evaluation; a group that isn't there has no data."""
        self.started = now if self.started is None else self.started
        if isinstance(self.monitor.query, Search) and not grouped(self.monitor):  # a search for lines has begun
            self.groups.setdefault(WHOLE, State(Status.OK, now, now))
        for group, value in values.items():
            state = self._seen(now, group)
            if math.isnan(value) or self._new(now, state):
                continue
            self._set(now, group, self.held_against(value, state.status))
        for group in [group for group in self.groups if group not in values]:
            self._without(now, group)

    def runs(self, now: int, runs: Mapping[Group, tuple[list[float], float | None]]) -> None:
        """Take the last statuses of a service check, the newest first, and when the newest of them came."""
        self.started = now if self.started is None else self.started
        for group, (statuses, latest) in runs.items():
            if latest is None:
                continue
            state = self._seen(now, group)
            state.seen = int(latest)
            silent = now - latest
            if self.monitor.no_data_after and silent >= self.monitor.no_data_after:
                self._set(now, group, Status.NO_DATA)
                self._vanish(now, group, KEPT_CHECK)
            else:
                self._set(now, group, self._consecutive(statuses, state.status))
            self._time_out(now, group)

    def held_against(self, value: float, status: Status) -> Status:
        """The status of a value, given the one before it (G/recovery-thresholds.md)."""
        monitor, operator = self.monitor, comparison(self.monitor)
        if monitor.critical is not None and beyond(operator, value, monitor.critical):
            return Status.ALERT
        if monitor.unusual:
            operator = ">"  # M/types/anomaly.md: it recovers at its share as well, 0 is "not one point"
        if status is Status.ALERT and not passed(operator, value, monitor.critical_recovery):
            return Status.ALERT
        if monitor.warning is None:
            return Status.OK
        if beyond(operator, value, monitor.warning):
            return Status.WARN
        stays = status is Status.WARN or (
            status is Status.ALERT and not self.readings.otherwise("alert into the warning's recovery")
        )
        if stays and not passed(operator, value, monitor.warning_recovery):
            return Status.WARN
        return Status.OK

    def _seen(self, now: int, group: Group) -> State:
        state = self.groups.get(group)
        if state is None:
            state = self.groups[group] = State(Status.OK, now, now)
        state.seen = now
        return state

    def _new(self, now: int, state: State) -> bool:
        """Whether a group has come only just; those that were there at the beginning haven't."""
        if not grouped(self.monitor) or state.first == self.started:
            return False
        return now - state.first < self.monitor.new_group_delay and not self.readings.otherwise("new group")

    def _consecutive(self, statuses: list[float], status: Status) -> Status:
        """M/types/service_check.md: so many runs of a status in a row."""
        monitor = self.monitor
        within = self.readings.otherwise("counted statuses")

        def many(*wanted: float) -> int:
            if within:
                return sum(each in wanted for each in statuses)
            return next((place for place, each in enumerate(statuses) if each not in wanted), len(statuses))

        if many(2) >= (monitor.critical or 1):
            return Status.ALERT
        warns = (1.0, 2.0) if self.readings.otherwise("a critical status") else (1.0,)
        if many(0) >= (monitor.ok or 1):
            return Status.OK
        if status is not Status.ALERT and monitor.warning and many(*warns) >= monitor.warning:
            return Status.WARN
        return Status.OK if status is Status.NO_DATA and statuses[0] == 0 else status

    def _without(self, now: int, group: Group) -> None:
        """No data: by the monitor's setting (M/configuration, No data)."""
        monitor, state = self.monitor, self.groups[group]
        if monitor.zeroes:
            if not self.readings.otherwise("default_zero of an empty window"):
                self._set(now, group, self.held_against(0.0, state.status))
        elif monitor.missing == "resolve":
            self._set(now, group, Status.OK)
        elif monitor.missing == "show_no_data":
            self._set(now, group, Status.NO_DATA, told=False)
        elif monitor.missing == "show_and_notify_no_data":
            self._set(now, group, Status.NO_DATA)
        elif monitor.counts:
            self._set(now, group, self.held_against(0.0, state.status))
        self._time_out(now, group)
        self._vanish(now, group, KEPT)

    def _time_out(self, now: int, group: Group) -> None:
        state = self.groups.get(group)
        if state and self.monitor.timeout and now - state.seen >= self.monitor.timeout:
            if state.status is Status.NO_DATA:
                # It tells of an end only what it has told of: M/configuration, Auto-resolve.
                self.changes.append(Change(now, group, Status.NO_DATA, Status.OK))
                del self.groups[group]
            else:
                self._set(now, group, Status.OK)

    def _vanish(self, now: int, group: Group, kept: int) -> None:
        """Drop a group that has been silent for long; nobody is told (grosser/kennel, monitor.rb)."""
        state = self.groups.get(group)
        if state and grouped(self.monitor) and now - state.seen >= kept:
            del self.groups[group]

    def _set(self, now: int, group: Group, status: Status, *, told: bool = True) -> None:
        state = self.groups[group]
        if state.status is status:
            return
        before = state.status
        if status is Status.NO_DATA and not told:
            state.was = before
        elif before is Status.NO_DATA and state.was is not None:
            # Nobody was told that data were missing: what it is told against is the status before.
            silent, state.was = state.was, None
            told = silent is not status
            if silent is not Status.OK and status is Status.OK and self.readings.otherwise("recovery from no data"):
                told = False
            before = silent
        state.status = status
        self.changes.append(Change(now, group, before, status, told))


def grouped(monitor: Monitor) -> bool:
    """Whether it alerts group by group: one whose query has no groups has one that is always there."""
    query = monitor.query
    if isinstance(query, MetricMonitor):
        return " by {" in monitor.text
    return not isinstance(query, Composite) and any(step.name == "by" and step.arguments for step in query.steps)


def comparison(monitor: Monitor) -> str:
    """The operator of its query."""
    query = monitor.query
    return query.comparison.operator if isinstance(query, MetricMonitor | Search) else ">="


def beyond(operator: str, value: float, limit: float) -> bool:
    """M/types/metric.md: the comparators."""
    return {
        ">": value > limit,
        ">=": value >= limit,
        "<": value < limit,
        "<=": value <= limit,
        "==": value == limit,
        "!=": value != limit,
    }[operator]


def passed(operator: str, value: float, recovery: float | None) -> bool:
    """Whether a value is back beyond a recovery threshold; without one, it only has to be within the limit."""
    if recovery is None:
        return True
    return {">": value <= recovery, ">=": value < recovery, "<": value >= recovery, "<=": value > recovery}[operator]
