"""Alerts on metrics, logs, service checks and objectives as Datadog monitors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi

from components.datadog.causes import beside, held
from components.datadog.conditions import OBJECTIVE, Query, gate, query
from components.datadog.messages import ALERT, message, part_message, reminder
from components.datadog.sdk import datadog
from components.options import arguments, refused
from components.problems import Problem
from components.scope import Scope
from components.vendor import VendorMonitoring
from components.vocabulary.alerts import Alert
from components.vocabulary.raw import Options
from components.vocabulary.thresholds import Threshold

# Options that say how a query is evaluated; the others say how it is told, and belong to the monitor that tells.
EVALUATION = frozenset(
    {
        "enable_logs_sample",
        "evaluation_delay",
        "group_retention_duration",
        "new_group_delay",
        "new_host_delay",
        "on_missing_data",
        "require_full_window",
    }
)
# What an option can't say, as the alert says it: what is asked, in which environment, who is told and of what.
DECIDED = frozenset(
    {
        "assets",
        "draft_status",
        "escalation_message",
        "force_delete",
        "locked",
        "message",
        "monitor_threshold_windows",
        "monitor_thresholds",
        "name",
        "priority",
        "query",
        "restricted_roles",
        "scheduling_options",
        "tags",
        "type",
        "validate",
        "variables",
    }
)
NEW_GROUP_SECONDS = 300  # a host that just booted is loaded for a while
NO_DATA_MINUTES = 10  # a service check reports every 15 s or so: 40 times silent
# Silent for a day, a group is dropped and nothing is sent any more: what it has opened elsewhere ends then as well.
FORGOTTEN_HOURS = 24


def declare_alert(component: VendorMonitoring, alert: Alert, objectives: Mapping[str, pulumi.Resource]) -> None:
    """Create the monitor of an alert, and those that it is composed of: its traffic gate, and what it depends on."""
    scope, when = component.scope, alert.when
    causes = scope.causes(alert)
    made = beside(query(scope, when), causes)
    traffic = gate(scope, when, made.delay)
    traffic = traffic and beside(traffic, causes)
    text = _text(made, objectives)
    composed = bool(traffic or causes)
    if composed:
        watched = type(when.signal).__name__.lower() if isinstance(when, Threshold) else "burn"
        parts: list[pulumi.Input[str]] = [
            _part(component, alert, watched, made, text=text, options=evaluating(alert)).id
        ]
        if traffic:
            parts += [" && ", _part(component, alert, "traffic", traffic, text=traffic.text, options={}).id]
        for cause in causes:
            copy, silent = held(scope, alert, cause, made.delay)
            told = {"notify_no_data": True, "no_data_timeframe": silent, "timeout_h": FORGOTTEN_HOURS}
            parts += [" && !", _part(component, alert, f"unless-{cause.name}", copy, text=copy.text, options=told).id]
        made, text = Query("composite", ""), pulumi.Output.concat(*parts)
    notifying = {name: value for name, value in alert.datadog.items() if not composed or name not in EVALUATION}
    component.answer_alert(alert, _monitor(component, alert, made, text, notifying))


def evaluating(alert: Alert) -> dict[str, Any]:
    """Those of its options that say how the query is evaluated, which a composite monitor has none of."""
    return {name: value for name, value in alert.datadog.items() if name in EVALUATION}


def options_refused(alert: Alert) -> Iterator[Problem]:
    """What Datadog's monitors have no argument for, or what the program decides."""
    named = datadog.Monitor._internal_init  # type: ignore[attr-defined]  # noqa: SLF001  # where the names stand
    return refused(alert, "datadog", lambda: arguments(named), DECIDED)


def _text(made: Query, objectives: Mapping[str, pulumi.Resource]) -> pulumi.Input[str]:
    """The query's text, with the id of the objective that it is about."""
    if not made.objective:
        return made.text
    before, _, after = made.text.partition(OBJECTIVE)
    return pulumi.Output.concat(before, objectives[made.objective].id, after)  # type: ignore[attr-defined]


def tags(scope: Scope, alert: Alert) -> list[str]:
    """What makes a monitor findable; `managed-by` tells it from those made by hand."""
    labels = scope.labels(alert.severity) | {"service": scope.product.service, "managed-by": "pulumi"}
    return sorted([ALERT, *(f"{key}:{value}" for key, value in labels.items())])


def _part(
    component: VendorMonitoring, alert: Alert, name: str, query: Query, *, text: pulumi.Input[str], options: Options
) -> datadog.Monitor:
    scope = component.scope
    return datadog.Monitor(
        scope.logical(f"{alert.name}-{name}"),
        name=f"{scope.title(alert.title)} ({name})",
        message=part_message(scope, alert),
        tags=sorted({*tags(scope, alert), f"part-of:{alert.name}"} - {ALERT}),
        force_delete=True,
        **{**_evaluation(query, text, alert), **options},
        opts=component.child(),
    )


def _monitor(
    component: VendorMonitoring, alert: Alert, query: Query, text: pulumi.Input[str], options: Options
) -> datadog.Monitor:
    scope, severity = component.scope, alert.severity
    is_check = query.type == "service check"
    is_absence = query.missing == "show_and_notify_no_data"
    # "Both the individual monitors and the composite monitor must be set to `Notify`" (monitors/types/composite.md).
    is_caused = bool(scope.causes(alert))
    interval = severity.remind_every or severity.escalate_after
    every = interval.minutes if interval else None
    arguments: dict[str, Any] = {
        "name": scope.title(alert.title),
        "message": message(scope, alert),
        "priority": str(severity.urgency),
        "tags": tags(scope, alert),
        "assets": [datadog.MonitorAssetArgs(category="runbook", name="Runbook", url=scope.runbook(alert))],
        # A silent check is told, and nobody is woken or reminded of it: it is no failure of what it watches.
        "notify_no_data": True if is_check or is_caused else None,
        "no_data_timeframe": NO_DATA_MINUTES if is_check else None,
        "timeout_h": FORGOTTEN_HOURS if is_check or is_absence or is_caused else None,
        "renotify_interval": every,
        "renotify_statuses": ["alert", *(["no data"] if is_absence or is_caused else [])] if every else None,
        "escalation_message": reminder(scope, alert) if every else None,
    }
    arguments |= _evaluation(query, text, alert)
    return datadog.Monitor(scope.logical(alert.name), **{**arguments, **options}, opts=component.child())


def _evaluation(query: Query, text: pulumi.Input[str], alert: Alert) -> dict[str, Any]:
    """How a query is evaluated; every default that could surprise is stated."""
    is_query = query.type == "query alert"
    groups = alert.when.groups()
    return {
        "type": query.type,
        "query": text,
        "monitor_thresholds": datadog.MonitorMonitorThresholdsArgs(**query.thresholds) if query.thresholds else None,
        "monitor_threshold_windows": datadog.MonitorMonitorThresholdWindowsArgs(**query.windows)
        if query.windows
        else None,
        "on_missing_data": query.missing,
        "evaluation_delay": query.delay,
        # A full window would keep a new host, or a metric that is rarely sent, from ever alerting.
        "require_full_window": False if is_query else None,
        "new_group_delay": NEW_GROUP_SECONDS if is_query and groups else None,
        "enable_logs_sample": True if query.type == "log alert" else None,
        "include_tags": True,
    }
