"""Datadog's monitors as they are declared: read from the recording of the program, never from a copy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.datadog.language import expression as parts
from components.datadog.language.expression import Expression
from components.datadog.language.query import formula, metric_queries, monitor_query
from components.datadog.language.tree import MINUTES, Composite, MetricMonitor, MonitorQuery, Search, ServiceCheck
from proof.datadog.logs import Index
from proof.unplayable import UnplayableError
from review.recorder import Declared as Resource
from review.recorder import Recording
from sandbox.vendors import datadog_facts as facts

# Settings that change nothing about when a monitor notifies, and whom.
TEXTS = {"name", "tags", "assets", "priority", "includeTags", "enableLogsSample", "forceDelete", "restrictedRoles"}
HOURLY = {"evaluationWindow": {"hourStarts": 0}}  # a heartbeat's (proof/heartbeats.py), whose query says so as well
PLAYED = {
    *("type", "query", "message", "monitorThresholds", "monitorThresholdWindows", "onMissingData", "evaluationDelay"),
    *("newGroupDelay", "notifyNoData", "noDataTimeframe", "timeoutH", "renotifyInterval", "renotifyStatuses"),
    *("renotifyOccurrences", "escalationMessage", "requireFullWindow"),
}
MISSING = {"default", "show_no_data", "show_and_notify_no_data", "resolve", ""}
FULL_DAY = 86400


@dataclass(frozen=True)
class Monitor:
    """A monitor: its query, and what follows from its values. Times in seconds."""

    name: str
    kind: str
    query: MonitorQuery
    message: str = ""
    critical: float | None = None
    critical_recovery: float | None = None
    warning: float | None = None
    warning_recovery: float | None = None
    ok: float | None = None
    missing: str = ""
    delay: int = 0
    new_group_delay: int = 60
    no_data_after: int = 0
    timeout: int = 0
    renotify: int = 0
    renotify_in: tuple[str, ...] = ("alert", "no data")
    renotify_times: int | None = None
    escalation: str = ""
    tags: frozenset[str] = frozenset()
    text: str = ""
    full_window: bool = False
    unplayed: tuple[str, ...] = ()  # settings that are left out when it is played

    @property
    def every(self) -> int:
        """How often it is evaluated: M/configuration, Evaluation frequency."""
        if isinstance(self.query, MetricMonitor):
            window = self.query.evaluation.window.minutes * 60
            return 60 if window < FULL_DAY else 600 if window < 2 * FULL_DAY else 1800
        return 60

    @property
    def counts(self) -> bool:
        """Whether nothing is 0 to it under `default`: M/configuration, No data, "sum/count"."""
        return isinstance(self.query, Search) or (isinstance(self.query, MetricMonitor) and ".as_count()" in self.text)

    @property
    def unusual(self) -> bool:
        """Whether it watches for anomalies: its value is a share of a window."""
        query = self.query
        return isinstance(query, MetricMonitor) and getattr(query.expression, "name", "") == "anomalies"

    @property
    def zeroes(self) -> bool:
        """Whether its query fills with zero: missing data is then 0 (documentation#39238)."""
        return "default_zero(" in self.text


@dataclass(frozen=True)
class Objective:
    """A service level objective: by events, or by slices of time that are good or not."""

    name: str
    target: float
    good: Expression | None = None
    total: Expression | None = None
    sliced: Expression | None = None  # the formula with its queries in place of their names
    slice_seconds: int = 0
    comparator: str = ""
    limit: float = 0.0


@dataclass(frozen=True)
class Declared:
    """Everything that decides who hears of what at Datadog, of one stack."""

    monitors: Mapping[str, Monitor]
    objectives: Mapping[str, Objective]
    indexes: Mapping[str, Index]
    channels: frozenset[str]  # the handles that something is declared for
    downtimes: tuple[Mapping[str, Any], ...] = ()

    def parts(self, monitor: Monitor) -> tuple[Monitor, ...]:
        """The monitors that a composite is made of."""
        if not isinstance(monitor.query, Composite):
            return ()
        return tuple(self.monitors[name] for name in monitor.query.monitors)


def declared(recording: Recording) -> Declared:
    """Read a recording. Raises UnplayableError."""
    monitors = {each.name: each for each in recording.resources if each.type == facts.MONITOR}
    numbers = {name: str(1000 + place) for place, name in enumerate(monitors)}
    made = {name: monitor(each, numbers) for name, each in monitors.items()}
    return Declared(
        {**made, **{numbers[name]: each for name, each in made.items()}},
        {
            f"{each.name}-id": objective(each.name, each.inputs)
            for each in recording.resources
            if each.type == facts.SLO
        },
        {
            each.inputs["name"]: Index(
                each.inputs["name"],
                each.inputs["filters"][0]["query"],
                tuple(
                    out["filters"][0]["query"] for out in each.inputs.get("exclusionFilters", ()) if out["isEnabled"]
                ),
            )
            for each in recording.resources
            if each.type == facts.LOGS_INDEX
        },
        frozenset(_handles(recording.resources)),
        tuple(each.inputs for each in recording.resources if each.type == facts.DOWNTIME),
    )


def monitor(resource: Resource, numbers: Mapping[str, str]) -> Monitor:
    """Read one monitor. `numbers` stand for the ids that a composite names. Raises UnplayableError."""
    inputs = resource.inputs
    known = PLAYED | TEXTS | ({"schedulingOptions"} if inputs.get("schedulingOptions") == HOURLY else set())
    limits = {name: float(value) for name, value in (inputs.get("monitorThresholds") or {}).items()}
    if inputs["type"] == "service check":
        limits = {"ok": 1.0, "warning": 1.0, "critical": 1.0} | limits  # the API's own: ansible-modules-extras#1866
    windows = inputs.get("monitorThresholdWindows") or {}
    if windows.get("triggerWindow") != windows.get("recoveryWindow"):
        raise UnplayableError(f"{resource.name} recovers over another window than it triggers, which isn't played")
    text = inputs["query"]
    if windows and _minutes(windows["recoveryWindow"]) < least_recovery(
        _minutes(windows["triggerWindow"]), limits["critical"]
    ):
        raise UnplayableError(f"{resource.name} could be over while it alerts: its recovery window is too short")
    if inputs["type"] == "composite" and numbers:
        text = re.sub(
            "|".join(sorted((re.escape(f"{name}-id") for name in numbers), key=len, reverse=True)),
            lambda found: numbers[found[0].removesuffix("-id")],
            text,
        )
    query = monitor_query(inputs["type"], text)
    if query is None:
        raise UnplayableError(f"{resource.name} is of type {inputs['type']}, which isn't played")
    if inputs.get("onMissingData", "") not in MISSING:
        raise UnplayableError(f"{resource.name}: on_missing_data {inputs['onMissingData']!r} isn't played")
    if isinstance(query, ServiceCheck) and max(limits.values()) > (last := _last(query)):
        why = f"looks at the last {last:g} statuses, and one of its thresholds is larger"
        raise UnplayableError(f"{resource.name} {why}")  # terraform-provider-datadog#1202
    notified = bool(inputs.get("notifyNoData"))
    if notified and not inputs.get("noDataTimeframe") and inputs["type"] != "composite":
        raise UnplayableError(f"{resource.name} notifies of missing data without saying after how long")
    return Monitor(
        resource.name,
        inputs["type"],
        query,
        inputs["message"],
        limits.get(
            "critical", getattr(getattr(query, "comparison", None), "number", None)
        ),  # the API takes the query's
        limits.get("criticalRecovery"),
        limits.get("warning"),
        limits.get("warningRecovery"),
        limits.get("ok"),
        inputs.get("onMissingData", ""),
        int(inputs.get("evaluationDelay", 0)),
        int(inputs.get("newGroupDelay", 60)),
        60 * int(inputs.get("noDataTimeframe", 1)) if notified else 0,
        3600 * int(inputs.get("timeoutH", 0)),
        60 * int(inputs.get("renotifyInterval", 0)),
        tuple(inputs.get("renotifyStatuses", ("alert", "no data"))),
        inputs.get("renotifyOccurrences"),
        inputs.get("escalationMessage", ""),
        frozenset(inputs.get("tags", ())),
        text,
        bool(inputs.get("requireFullWindow")),
        tuple(sorted(set(inputs) - known)),
    )


def _last(query: ServiceCheck) -> float:
    step = query.step("last")
    return step.arguments[0].value if step and isinstance(step.arguments[0], parts.Number) else 0.0


def _minutes(window: str) -> float:
    found = re.fullmatch(r"last_(\d+)([mhdw])", window)
    if not found:
        raise UnplayableError(f"{window!r} isn't a window that is played")
    return int(found[1]) * MINUTES[found[2]]


def objective(name: str, inputs: Mapping[str, Any]) -> Objective:
    """Read one objective. Raises UnplayableError."""
    (threshold,) = inputs["thresholds"]
    target = float(threshold["target"]) / 100
    if inputs["type"] == "metric":
        (good,), (total,) = (metric_queries(inputs["query"][each]) for each in ("numerator", "denominator"))
        return Objective(name, target, good, total)
    if inputs["type"] != "time_slice":
        raise UnplayableError(f"{name} is an objective of type {inputs['type']}, which isn't played")
    slices = inputs["sliSpecification"]["timeSlice"]
    queries = {
        each["metricQuery"]["name"]: metric_queries(each["metricQuery"]["query"])[0]
        for each in slices["query"]["queries"]
    }
    return Objective(
        name,
        target,
        sliced=put_in(formula(slices["query"]["formula"]["formulaExpression"]), queries),
        slice_seconds=int(slices["queryIntervalSeconds"]),
        comparator=slices["comparator"],
        limit=float(slices["threshold"]),
    )


def least_recovery(trigger: float, share: float) -> float:
    """How many minutes an anomaly's recovery window needs: else it could be in both states (M/types/anomaly.md)."""
    return trigger * (1 - share) + 1


def put_in(node: parts.Expression, queries: Mapping[str, parts.Expression]) -> parts.Expression:
    """A formula with its queries in place of their names."""
    match node:
        case parts.Variable(name):
            return queries[name]
        case parts.Operation(sign, left, right):
            return parts.Operation(sign, put_in(left, queries), put_in(right, queries))
        case parts.Function(name, (inner,)) if not isinstance(inner, parts.Text | parts.Option):
            return parts.Function(name, (put_in(inner, queries),), node.steps, node.column)
        case _:
            return node


def _handles(resources: Sequence[Resource]) -> Iterator[str]:
    """The handles that Datadog delivers to because something is declared for them."""
    for each in resources:
        if each.type == facts.SLACK_CHANNEL:
            yield f"@slack-{each.inputs['accountName']}-{each.inputs['channelName'].removeprefix('#')}"
        elif each.type == facts.PAGERDUTY_SERVICE:
            yield f"@pagerduty-{each.inputs['serviceName']}"
        elif each.type == facts.WEBHOOK:
            yield f"@webhook-{each.inputs['name']}"
