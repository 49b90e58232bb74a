"""Monitors and data for tests of Datadog's evaluator, in the shape in which they are declared."""

from proof.datadog.data import Data, Series, points
from proof.datadog.monitors import Declared, Monitor, monitor
from proof.datadog.play import play, values
from proof.datadog.readings import Readings
from review.recorder import Declared as Resource

NOBODY = Declared({}, {}, {}, frozenset())


def made(query: str, kind: str = "query alert", **inputs) -> Monitor:
    """A monitor as it is recorded; thresholds as keyword arguments in Pulumi's camelCase."""
    names = ("critical", "criticalRecovery", "warning", "warningRecovery", "ok")
    limits = {name: inputs.pop(name) for name in names if name in inputs}
    given = {"message": "{{#is_alert}}@pagerduty-x{{/is_alert}} @slack-a-b", "type": kind, "query": query}
    return monitor(
        Resource("datadog:index/monitor:Monitor", "m", "", given | {"monitorThresholds": limits} | inputs), {}
    )


def counts(name: str, values, every: float = 60, **tags: str) -> Series:
    """A count: the values are those of the samples, the first at one interval after the beginning."""
    return points(name, "count", tags, [None, *values], every)


def gauge(name: str, values, every: float = 60, **tags: str) -> Series:
    """A gauge, from moment 0 on."""
    return points(name, "gauge", tags, values, every)


def value(query: str, now: float, *series: Series, other=(), kind: str = "query alert", **inputs):
    """What an evaluation finds for the only group there is; None without data."""
    found = values(made(query, kind, **inputs), NOBODY, Data(series=series), now, Readings(frozenset(other)))
    return next(iter(found.values()), None)


def statuses(monitor: Monitor, data: Data, end: int, other=(), *, declared: Declared = NOBODY):
    """The changes of a monitor: minute, before, after."""
    played = play(monitor, declared, data, end, Readings(frozenset(other)))
    return [(change.at // 60, change.before.value, change.after.value) for change in played.changes]
