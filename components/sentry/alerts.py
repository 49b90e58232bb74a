"""Alerts on issues and on numbers of errors, as Sentry's alerts and metric monitors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, assert_never

import pulumi_sentry as sentry

from components.options import arguments, refused
from components.problems import InvalidDeclarationError, Problem
from components.scope import Scope
from components.sentry import receivers
from components.sentry.texts import alert_name
from components.translation import refusal, require
from components.vendor import VendorMonitoring
from components.vocabulary.alerts import Alert
from components.vocabulary.at_datadog import DatadogQuery, LogsStored, ServiceCheck
from components.vocabulary.at_grafana import LogQL, PromQL
from components.vocabulary.at_sentry import ErrorCount, FailedTransactions
from components.vocabulary.conditions import (
    Absence,
    Anomaly,
    BudgetBurns,
    CertificateExpires,
    CheckFails,
    known_condition,
)
from components.vocabulary.differences import Difference
from components.vocabulary.error_tracking import AtLeast, Attribute, EventFilter, Issues, Tagged
from components.vocabulary.kinds import known_signal
from components.vocabulary.log_signals import LogCount
from components.vocabulary.quantities import days, minutes
from components.vocabulary.signals import Count, Level, Mean, Percentile, Rate, Ratio, Total, Used, Within
from components.vocabulary.thresholds import Signal, Threshold

# What an option can't say, as the alert says it: what is asked, in which environment, who is told and of what.
DECIDED = frozenset({"action_filters", "monitor_ids", "name", "organization", "trigger_conditions"})
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
# The API takes any number of minutes; at most every 5 was the least that rules took, and protects a channel.
FREQUENCY = (minutes(5), days(30))
WINDOWS = tuple(minutes(length) for length in (1, 5, 10, 15, 30, 60, 120, 240, 1440))
# snuba/snuba_query_validator.py: "Time window for this alert type must be at least 5 minutes."
SHORTEST_OF_SPANS = minutes(5)
# What a metric monitor makes of its issue. Sentry knows MEDIUM (50) too, but who is told at HIGH would not be told of
# the end of an issue that drops to MEDIUM first: a warning is refused.
HIGH, RESOLVED = 75, 0
# A monitor's issue notifies once per breach and once at its end. Within these minutes of the breach, Sentry would
# swallow the end, and the pager would stay open (getsentry/sentry, workflow_engine/processors/action.py).
AT_MOST_EVERY = 0


class Query(NamedTuple):
    """What an alert is about: a monitor of errors that is made for it (or the project's own), and what it asks for."""

    conditions: list[sentry.AlertActionFilterConditionArgs]
    frequency: int = AT_MOST_EVERY
    triggers: list[sentry.AlertTriggerConditionArgs] | None = None
    monitor: dict[str, Any] | None = None


def query(scope: Scope, alert: Alert) -> Query:
    """The alert's condition in Sentry's terms. Raises InvalidDeclarationError for what Sentry doesn't evaluate."""
    when = known_condition(alert.when)
    match when:
        case Issues():
            require(_issue_limits(when))
            never = scope.product.errors.untold if scope.product.errors else ()
            conditions = [
                *_conditions(when),
                *(_filter(event_filter, negated=True) for event_filter in never),
                _from(scope.environment.name),
            ]
            return Query(conditions, when.at_most_every.minutes, [_trigger(name) for name in when.events] or None)
        case Threshold():
            high = sentry.AlertActionFilterConditionIssuePriorityGreaterOrEqualArgs(comparison=HIGH)
            return Query(
                [sentry.AlertActionFilterConditionArgs(issue_priority_greater_or_equal=high)],
                monitor=_monitor(scope, when),
            )
        case Absence() | ServiceCheck() | Anomaly() | CheckFails() | CertificateExpires() | BudgetBurns():
            why = "isn't evaluated by Sentry, which only knows errors."
            instead = "Issues(…), or a limit of an ErrorCount or of FailedTransactions"
            raise refusal(Problem("when", type(when).__name__, why, instead))
        case _:
            assert_never(when)


def declare_alert(
    component: VendorMonitoring, alert: Alert, ids: receivers.Ids, project: sentry.Project
) -> sentry.Alert:
    """Create the alert, and for a threshold the monitor it is about: a monitor by itself notifies nobody.

    Neither has an `environment`: Sentry knows one only after its first event, and an alert with one hears neither of
    metric monitors, whose occurrences carry none, nor of the end of an issue.
    """
    scope = component.scope
    organization = scope.environment.sentry_organization
    made = query(scope, alert)
    if made.monitor is None:
        watched = sentry.get_project_error_monitor_output(organization=organization, project=project.internal_id).id
    else:
        monitor = sentry.MetricMonitor(
            scope.logical(f"{alert.name}-monitor"),
            name=alert_name(scope, alert),
            description=scope.about(scope.summary(alert, lambda name: name), alert),
            organization=organization,
            project=project.internal_id,
            **made.monitor,
            opts=component.child(),
        )
        watched = component.answer(alert.rows, monitor).id
    actions = [receivers.action(scope, alert, receiver, ids) for receiver in scope.told(alert)]
    arguments: dict[str, Any] = {
        "name": alert_name(scope, alert),
        "organization": organization,
        "enabled": True,
        "monitor_ids": [watched],
        "frequency_minutes": made.frequency,
        "trigger_conditions": made.triggers,
        "action_filters": [sentry.AlertActionFilterArgs(logic_type="all", conditions=made.conditions, actions=actions)],
    }
    declared = sentry.Alert(scope.logical(alert.name), **{**arguments, **alert.sentry}, opts=component.child())
    return component.answer_alert(alert, declared)


def options_refused(alert: Alert) -> Iterator[Problem]:
    """What Sentry's alerts have no argument for, or what the program decides."""
    return refused(alert, "sentry", lambda: arguments(sentry.Alert.__init__), DECIDED)


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
            raise AssertionError(type(event_filter))


def _match(match: str, *, negated: bool) -> str:
    return OPPOSITES[MATCHES[match]] if negated else MATCHES[match]


def _monitor(scope: Scope, when: Threshold) -> dict[str, Any]:
    """What a threshold's monitor watches: an issue of high priority beyond it, over at recovery."""
    signal = known_signal(when.signal)
    match signal:
        case ErrorCount():
            counted: dict[str, Any] = {
                "dataset": "events",
                "event_types": ["error"],
                "query_type": "error",
                "aggregate": "count()",
                "query": _search(scope, signal.search),
            }
        case FailedTransactions():
            counted = {
                "dataset": "events_analytics_platform",
                "event_types": ["trace_item_span"],
                "query_type": "performance",
                "aggregate": "failure_rate()",
                "query": f"is_transaction:true {_search(scope, signal.search)}",
            }
        case Count() | Level() | Mean() | Percentile() | Rate() | Ratio() | Total() | Used() | Within():
            raise _not_here(signal)
        case Difference() | LogCount() | LogsStored() | DatadogQuery() | PromQL() | LogQL():
            raise _not_here(signal)
        case _:
            assert_never(signal)
    require(_monitor_limits(when), _window(signal))
    beyond, over = ("gt", "lte") if when.sense == "above" else ("lt", "gte")
    recovery = when.recovery(when.critical) or when.critical
    levels = [(beyond, when.critical, HIGH), (over, recovery, RESOLVED)]
    return counted | {
        "time_window_seconds": signal.window.seconds if signal.window else None,
        "issue_detection": sentry.MetricMonitorIssueDetectionArgs(type="static"),
        "condition_group": sentry.MetricMonitorConditionGroupArgs(
            logic_type="any",
            conditions=[
                sentry.MetricMonitorConditionGroupConditionArgs(
                    type=kind, comparison=float(limit.to(signal.unit)), condition_result=result
                )
                for kind, limit, result in levels
            ],
        ),
    }


def _not_here(signal: Signal) -> InvalidDeclarationError:
    why = "isn't computed by Sentry, which counts errors and failed requests."
    return refusal(Problem("signal", signal.describe(), why, "an ErrorCount or FailedTransactions"))


def _search(scope: Scope, search: str) -> str:
    """The search, narrowed to the environment.

    In a search it is a text that events are compared with, and need not exist yet; as the monitor's `environment` it
    has to. Source: getsentry/sentry, search/events/builder/base.py (errors), search/eap/spans/attributes.py (spans),
    api/serializers/rest_framework/environment.py (the field).
    """
    return f"environment:{scope.environment.name} {search}".strip()


def _issue_limits(when: Issues) -> Iterator[Problem]:
    shortest, longest = FREQUENCY
    if when.at_most_every < shortest or longest < when.at_most_every:
        why = "is outside what Sentry accepts."
        yield Problem("at_most_every", str(when.at_most_every), why, f"{shortest} to {longest}")
    if when.more_than and (when.more_than.number < 1 or when.more_than.number % 1):
        # workflow_engine/handlers/condition/event_frequency_handlers.py: an integer, and `count > value`.
        why = "isn't a count that Sentry can compare with: it takes whole numbers, and more than 0 is every event."
        yield Problem("more_than", str(when.more_than), why, "times(1) for the second event and later")


def _window(signal: ErrorCount | FailedTransactions) -> Iterator[Problem]:
    if signal.window not in WINDOWS:
        offered = ", ".join(str(known) for known in WINDOWS)
        why = "isn't a window that Sentry's metric monitors offer."
        yield Problem("over", str(signal.window), why, f"one of {offered}")
    elif isinstance(signal, FailedTransactions) and signal.window and signal.window < SHORTEST_OF_SPANS:
        why = "is shorter than any window that Sentry accepts for traced requests."
        yield Problem("over", str(signal.window), why, f"{SHORTEST_OF_SPANS} or longer")


def _monitor_limits(when: Threshold) -> Iterator[Problem]:
    """A monitor takes three conditions, with the results 75, 50 and 0, and one has to be 0; ours has 75 and 0."""
    if when.warn is not None:
        why = "would leave the incident open: when an issue drops to the warning, nobody is notified, nor of its end."
        yield Problem("warn", str(when.warn), why, "a second alert with a lower limit")
    if when.lasting:
        why = "isn't supported by Sentry: its monitors look at one window."
        yield Problem("lasting", str(when.lasting), why, "a longer .over(…), and no lasting=")
    if when.signal.by:
        why = "would be left out: Sentry's monitors look at the whole project."
        yield Problem("by", ", ".join(when.signal.by), why, "an alert per value, with search=")
