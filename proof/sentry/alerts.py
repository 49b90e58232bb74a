"""Sentry's alerts and metric monitors as they are declared: read from the recording, never from a copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from proof.unplayable import UnplayableError
from review.recorder import Declared as Resource
from review.recorder import Recording

ALERT = "sentry:index/alert:Alert"
MONITOR = "sentry:index/metricMonitor:MetricMonitor"
KEY = "sentry:index/key:Key"
PAGERDUTY = "sentry:index/integrationPagerduty:IntegrationPagerduty"
# What changes nothing about when an alert notifies, and whom.
TEXTS = {"name", "organization", "description"}
PLAYED_ALERT = {"actionFilters", "enabled", "frequencyMinutes", "monitorIds", "triggerConditions", "environment"}
PLAYED_MONITOR = {"aggregate", "conditionGroup", "dataset", "eventTypes", "issueDetection", "project", "query"}
PLAYED_MONITOR |= {"queryType", "timeWindowSeconds"}
TRIGGERS = {"firstSeenEvent": "new", "regressionEvent": "regressed", "reappearedEvent": "reappeared"}
DATASETS = {("events", "count()"), ("events_analytics_platform", "failure_rate()")}


@dataclass(frozen=True)
class Alert:
    """What it listens to, when it runs, and whom it tells. An empty set of triggers is always true."""

    name: str
    monitors: tuple[str, ...]
    triggers: frozenset[str]
    conditions: tuple[tuple[str, Mapping[str, Any]], ...]
    frequency: int  # seconds
    receivers: frozenset[str]
    environment: str = ""  # the events it is asked about; with one, it never hears of an activity


@dataclass(frozen=True)
class Monitor:
    """A number over a sliding window, and the priority (75, 50 or 0: resolved) that follows from it."""

    name: str
    project: str
    query: str
    aggregate: str
    window: int
    levels: tuple[tuple[str, float, int], ...]

    @property
    def every(self) -> int:
        """How often it is evaluated: src/sentry/incidents/logic.py, get_alert_resolution."""
        minutes = self.window // 60
        for longest, cadence in ((29, 1), (30, 2), (120, 3), (720, 5)):
            if minutes <= longest:
                return 60 * cadence
        return 900


@dataclass(frozen=True)
class Declared:
    """Everything that decides who hears of what at Sentry, of one stack."""

    alerts: Mapping[str, Alert]
    monitors: Mapping[str, Monitor]
    services: Mapping[str, str]  # PagerDuty services by id
    limits: Mapping[str, tuple[int, int]]  # how many events in how many seconds a project's keys take


def declared(recording: Recording) -> Declared:
    """Read a recording that was made with names. Raises UnplayableError."""
    found = recording.resources
    return Declared(
        {each.name: alert(each) for each in found if each.type == ALERT},
        {f"{each.name}-id": monitor(each) for each in found if each.type == MONITOR},
        {f"{each.name}-id": each.inputs["service"] for each in found if each.type == PAGERDUTY},
        {
            each.inputs["project"]: (int(each.inputs["rateLimitCount"]), int(each.inputs["rateLimitWindow"]))
            for each in found
            if each.type == KEY and each.inputs.get("rateLimitCount")
        },
    )


def alert(resource: Resource) -> Alert:
    """Read one alert. Raises UnplayableError for what isn't played."""
    inputs = resource.inputs
    if strange := sorted(set(inputs) - PLAYED_ALERT - TEXTS):
        raise UnplayableError(f"{resource.name} sets {', '.join(strange)}, which isn't played")
    if not inputs.get("enabled"):
        raise UnplayableError(f"{resource.name} is switched off: it never notifies")
    (filters,) = inputs["actionFilters"]
    if filters["logicType"] != "all":
        raise UnplayableError(f"{resource.name} joins its filters by {filters['logicType']}, which isn't played")
    triggers = [kind for each in inputs.get("triggerConditions") or () for kind in each]
    if strange := sorted(set(triggers) - set(TRIGGERS)):
        raise UnplayableError(f"{resource.name} has the trigger {', '.join(strange)}, which isn't played")
    return Alert(
        resource.name,
        tuple(map(str, inputs["monitorIds"])),
        frozenset(TRIGGERS[kind] for kind in triggers),
        tuple((kind, settings) for each in filters["conditions"] for kind, settings in each.items()),
        60 * int(inputs["frequencyMinutes"]),
        frozenset(_receivers(filters["actions"])),
        inputs.get("environment", ""),
    )


def monitor(resource: Resource) -> Monitor:
    """Read one metric monitor. Raises UnplayableError for what isn't played."""
    inputs = resource.inputs
    if strange := sorted(set(inputs) - PLAYED_MONITOR - TEXTS):
        raise UnplayableError(f"{resource.name} sets {', '.join(strange)}, which isn't played")
    if (inputs["dataset"], inputs["aggregate"]) not in DATASETS or inputs["issueDetection"] != {"type": "static"}:
        raise UnplayableError(f"{resource.name}: {inputs['aggregate']} of {inputs['dataset']} isn't played")
    return Monitor(
        resource.name,
        inputs["project"],
        inputs["query"],
        inputs["aggregate"],
        int(inputs["timeWindowSeconds"]),
        tuple(
            (each["type"], float(each["comparison"]), int(each["conditionResult"]))
            for each in inputs["conditionGroup"]["conditions"]
        ),
    )


def _receivers(actions: list[Mapping[str, Any]]) -> Iterator[str]:
    """`#alerts`, `PagerDuty service-id name`, `team name`."""
    for action in actions:
        for kind, settings in action.items():
            if kind == "slack":
                yield settings["channelName"]
            elif kind == "pagerduty":
                yield f"pagerduty {settings['serviceName']} {settings['serviceId']}"
            elif kind == "email" and settings["targetType"] == "team":
                yield f"team {settings['targetId']}"
            else:
                raise UnplayableError(f"an action of kind {kind} isn't played")
