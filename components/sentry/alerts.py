"""Alerts on issues and on numbers of errors, as Sentry's alerts and metric monitors."""

from __future__ import annotations

import pulumi_sentry as sentry

from components.sentry.receivers import Receivers
from components.sentry.texts import alert_name
from components.vendor import VendorMonitoring
from components.vocabulary.alerts import Alert
from components.vocabulary.errors import AtLeast, Attribute, ErrorCount, EventFilter, Issues, Tagged
from components.vocabulary.thresholds import Threshold

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "fatal": 50}
MATCHES = {
    "is": "eq",
    "is not": "ne",
    "contains": "co",
    "does not contain": "nc",
    "starts with": "sw",
    "is set": "is",
}
OPPOSITES = {"eq": "ne", "ne": "eq", "co": "nc", "nc": "co", "sw": "nsw", "is": "ns"}
# What a metric monitor makes of its issue. Sentry knows MEDIUM (50) too, but who is told at HIGH would not be told of
# the end of an issue that drops to MEDIUM first: limits.py refuses a warning.
HIGH, RESOLVED = 75, 0
# A monitor's issue notifies once per breach and once at its end. Within these minutes of the breach, Sentry would
# swallow the end, and the pager would stay open (getsentry/sentry, workflow_engine/processors/action.py).
AT_MOST_EVERY = 0


def declare_alert(
    component: VendorMonitoring, alert: Alert, receivers: Receivers, project: sentry.Project
) -> sentry.Alert:
    """Create the alert, and for a threshold the monitor it is about: a monitor by itself notifies nobody.

    Neither has an `environment`: Sentry knows one only after its first event, and an alert with one hears neither of
    metric monitors, whose occurrences carry none, nor of the end of an issue.
    """
    when, scope = alert.when, component.scope
    organization = scope.environment.sentry_organization
    frequency = AT_MOST_EVERY
    triggers: list[sentry.AlertTriggerConditionArgs] | None = None
    if isinstance(when, Issues):
        watched = sentry.get_project_error_monitor_output(organization=organization, project=project.internal_id).id
        never = scope.product.errors.untold if scope.product.errors else ()
        conditions = [
            *_conditions(when),
            *(_filter(event_filter, negated=True) for event_filter in never),
            _from(scope.environment.name),
        ]
        frequency = when.at_most_every.minutes
        triggers = [_trigger(name) for name in when.events] or None
    elif isinstance(when, Threshold):
        watched = component.answer(alert.rows, _monitor(component, alert, when, project)).id
        conditions = [
            sentry.AlertActionFilterConditionArgs(
                issue_priority_greater_or_equal=sentry.AlertActionFilterConditionIssuePriorityGreaterOrEqualArgs(
                    comparison=HIGH
                )
            )
        ]
    else:
        raise TypeError(f"Sentry doesn't evaluate {type(when).__name__}")
    made = sentry.Alert(
        scope.logical(alert.name),
        name=alert_name(scope, alert),
        organization=organization,
        enabled=True,
        monitor_ids=[watched],
        frequency_minutes=frequency,
        trigger_conditions=triggers,
        action_filters=[
            sentry.AlertActionFilterArgs(logic_type="all", conditions=conditions, actions=receivers.actions(alert))
        ],
        opts=component.child(),
    )
    return component.answer_alert(alert, made)


def _trigger(name: str) -> sentry.AlertTriggerConditionArgs:
    match name:
        case "new":
            return sentry.AlertTriggerConditionArgs(first_seen_event=sentry.AlertTriggerConditionFirstSeenEventArgs())
        case "regressed":
            return sentry.AlertTriggerConditionArgs(regression_event=sentry.AlertTriggerConditionRegressionEventArgs())
        case _:
            return sentry.AlertTriggerConditionArgs(reappeared_event=sentry.AlertTriggerConditionReappearedEventArgs())


def _conditions(when: Issues) -> list[sentry.AlertActionFilterConditionArgs]:
    conditions = [_filter(event_filter) for event_filter in when.filters]
    if when.more_than and when.within:
        conditions.append(
            sentry.AlertActionFilterConditionArgs(
                event_frequency_count=sentry.AlertActionFilterConditionEventFrequencyCountArgs(
                    interval=when.within, value=float(when.more_than.number)
                )
            )
        )
    return conditions


def _from(environment: str) -> sentry.AlertActionFilterConditionArgs:
    """Only events, and only this environment's.

    Without triggers an alert is asked about activities too, such as "resolved"; no condition on a tag passes one. The
    environment is a tag of every event (getsentry/sentry, workflow_engine/handlers/condition/tagged_event_handler.py).
    """
    tagged = sentry.AlertActionFilterConditionTaggedEventArgs(key="environment", match="eq", value=environment)
    return sentry.AlertActionFilterConditionArgs(tagged_event=tagged)


def _filter(event_filter: EventFilter, *, negated: bool = False) -> sentry.AlertActionFilterConditionArgs:
    match event_filter:
        case AtLeast(level):
            # Sentry knows no level between these, so "not at least error" is "at most warning".
            condition = sentry.AlertActionFilterConditionLevelArgs(
                level=LEVELS[level] - (LEVELS["debug"] if negated else 0), match="lte" if negated else "gte"
            )
            return sentry.AlertActionFilterConditionArgs(level=condition)
        case Tagged(tag, match, value):
            tagged = sentry.AlertActionFilterConditionTaggedEventArgs(
                key=tag, match=_match(match, negated=negated), value=value or None
            )
            return sentry.AlertActionFilterConditionArgs(tagged_event=tagged)
        case Attribute(attribute, match, value):
            attributed = sentry.AlertActionFilterConditionEventAttributeArgs(
                attribute=attribute, match=_match(match, negated=negated), value=value or None
            )
            return sentry.AlertActionFilterConditionArgs(event_attribute=attributed)
        case _:
            raise TypeError(f"Sentry doesn't filter by {type(event_filter).__name__}")


def _match(match: str, *, negated: bool) -> str:
    return OPPOSITES[MATCHES[match]] if negated else MATCHES[match]


def _monitor(
    component: VendorMonitoring, alert: Alert, when: Threshold, project: sentry.Project
) -> sentry.MetricMonitor:
    """The monitor of a threshold: an issue of high priority beyond it, over at recovery."""
    scope, signal = component.scope, when.signal
    is_count = isinstance(signal, ErrorCount)
    beyond, over = ("gt", "lte") if when.sense == "above" else ("lt", "gte")
    recovery = when.recovery(when.critical) or when.critical
    levels = [(beyond, when.critical, HIGH), (over, recovery, RESOLVED)]
    return sentry.MetricMonitor(
        scope.logical(f"{alert.name}-monitor"),
        name=alert_name(scope, alert),
        description=scope.about(scope.summary(alert, lambda name: name), alert),
        organization=scope.environment.sentry_organization,
        project=project.internal_id,
        dataset="events" if is_count else "events_analytics_platform",
        event_types=["error"] if is_count else ["trace_item_span"],
        query_type="error" if is_count else "performance",
        aggregate="count()" if is_count else "failure_rate()",
        query=_search(when, scope.environment.name, is_count=is_count),
        time_window_seconds=signal.window.seconds if signal.window else None,
        issue_detection=sentry.MetricMonitorIssueDetectionArgs(type="static"),
        condition_group=sentry.MetricMonitorConditionGroupArgs(
            logic_type="any",
            conditions=[
                sentry.MetricMonitorConditionGroupConditionArgs(
                    type=kind, comparison=float(limit.to(signal.unit)), condition_result=result
                )
                for kind, limit, result in levels
            ],
        ),
        opts=component.child(),
    )


def _search(when: Threshold, environment: str, *, is_count: bool) -> str:
    """The search, narrowed to the environment.

    In a search it is a text that events are compared with, and need not exist yet; as the monitor's `environment` it
    has to. Source: getsentry/sentry, search/events/builder/base.py (errors), search/eap/spans/attributes.py (spans),
    api/serializers/rest_framework/environment.py (the field).
    """
    search: str = when.signal.search  # type: ignore[attr-defined]
    return " ".join(
        part for part in ("" if is_count else "is_transaction:true", f"environment:{environment}", search) if part
    )
