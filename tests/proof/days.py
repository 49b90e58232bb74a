"""Scenarios as a person reads them: what is other than usual, by minute, and what has to arrive."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from proof.datadog.data import Data
from proof.scenarios import Course, Source, durations, follow, lines, runs, series
from proof.sentry.events import Event


@dataclass(frozen=True)
class Usual:
    """A product on an ordinary day: the tags of its API, those of its database's check, and what is sent.

    `logged` are further kinds of log lines, of which there are none on such a day.
    """

    product: str
    api: Mapping[str, str]
    database: Mapping[str, str]
    sends: Mapping[str, Source]
    logged: Mapping[str, Mapping[str, str | float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Day:
    """What is other than usual, by minute; and what has to arrive: minute, alert, about what, to whom."""

    named: str
    lasts: int
    arrives: list[tuple[int, str, str, set[str]]]
    sends: dict[str, Course] = field(default_factory=dict)
    logs: Course = field(default_factory=dict)
    database: Course = field(default_factory=dict)
    issues: tuple[tuple[int, str, str], ...] = ()  # minute, issue, operation


def played(proof, usual: Usual, day: Day):
    """Everything that arrives: minute, alert, about what, to whom."""
    end = 60 * day.lasts
    latency = Source("trace.express.request", "distribution", usual.api, 0.1)
    requests = usual.sends["requests"].usual
    data = Data(
        series=[
            *(series(source, day.sends.get(name, {}), end) for name, source in usual.sends.items()),
            durations(latency, day.sends.get("requests", {}), requests, end),
        ],
        lines=[
            lines({**usual.api, "status": "info", "message": "served"}, day.logs, 60, end),
            *(lines({**usual.api, **said}, day.sends.get(name, {}), 0, end) for name, said in usual.logged.items()),
        ],
        statuses=[runs("postgres.can_connect", usual.database, day.database, end)],
    )
    events = [
        Event(60 * minute, issue, {"environment": "production", "level": "error", "operation": operation})
        for minute, issue, operation in day.issues
    ]
    return [
        (each.minute, each.alert, each.about, set(each.whom))
        for each in follow(proof, usual.product, data, events, end)
    ]
