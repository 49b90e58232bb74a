"""Composites: the statuses of their parts, group by group (M/types/composite.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.datadog.language.tree import Composite, Condition, Joined, Part, Reversed
from proof.datadog.data import WHOLE, Group
from proof.datadog.monitors import Monitor
from proof.datadog.states import Change, Machine, Status, grouped

# "Alert > Warn > No Data > OK"
SEVERITY = (Status.OK, Status.NO_DATA, Status.WARN, Status.ALERT)


@dataclass
class Composed:
    """A composite: the statuses of its parts, group by group."""

    monitor: Monitor
    parts: Mapping[str, Machine]
    last: dict[Group, Status] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def step(self, now: int) -> None:
        """Look at the parts after they were evaluated."""
        query = self.monitor.query
        assert isinstance(query, Composite)
        if any(grouped(part.monitor) and not part.groups for part in self.parts.values()):
            return  # "if there are no common reporting sources, Datadog cannot compute a status" (the same page)
        for group in _common([set(part.groups) for part in self.parts.values() if part.groups]):
            statuses = {name: _of(part, group) for name, part in self.parts.items()}
            found = composed(query.condition, statuses)
            before = self.last.get(group, Status.OK)
            if found is Status.NO_DATA and not self.monitor.no_data_after:
                found = before  # M/types/composite.md: it keeps the last known state
            if found is not before:
                self.changes.append(Change(now, group, before, found))
            self.last[group] = found


def _of(part: Machine, group: Group) -> Status:
    """A part's status in a group; one without groups of its own counts in all of them."""
    return part.status(group) or part.status(WHOLE) or Status.OK


def _common(groups: list[set[Group]]) -> set[Group]:
    """M/types/composite.md: the values that are common to all parts which have groups."""
    several = [each for each in groups if each != {WHOLE}]
    if not several:
        return {WHOLE} if groups else set()
    return set.intersection(*several)


def silenced_by(condition: Condition) -> set[str]:
    """The names of the parts that have to be well."""
    match condition:
        case Joined(_, conditions):
            return set().union(*map(silenced_by, conditions))
        case Reversed(Part(name)):
            return {name}
        case _:
            return set()


def composed(condition: Condition, statuses: Mapping[str, Status]) -> Status:
    """The table of M/types/composite.md: all but OK is true; && takes the least severe, || the most."""
    match condition:
        case Part(name):
            return statuses[name]
        case Joined(operator, conditions):
            found = [composed(each, statuses) for each in conditions]
            if operator == "&&":
                return Status.OK if Status.OK in found else min(found, key=SEVERITY.index)
            return max(found, key=SEVERITY.index)
        case _:
            inner = composed(condition.condition, statuses)
            return {Status.NO_DATA: Status.NO_DATA, Status.OK: Status.ALERT}.get(inner, Status.OK)
