"""Alerts on metrics, logs, service checks and objectives as Datadog monitors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pulumi

from components.datadog.limits import ANOMALY_INTERVALS, span, window
from components.datadog.messages import ALERT, message, part_message, reminder
from components.datadog.queries import Expression, expression, facet, log_search
from components.datadog.sdk import datadog
from components.scope import Scope
from components.vendor import VendorMonitoring
from components.vocabulary.alerts import Alert
from components.vocabulary.conditions import Absence, Anomaly, BudgetBurns, ServiceCheck
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Kind
from components.vocabulary.objectives import Objective
from components.vocabulary.quantities import Amount, Duration, Frequency, Quantity, Unit, plain
from components.vocabulary.signals import Count, Level, Mean, Percentile, Ratio, Total
from components.vocabulary.thresholds import Threshold

NEW_GROUP_SECONDS = 300  # a host that just booted is loaded for a while
NO_DATA_MINUTES = 10  # a service check reports every 15 s or so: 40 times silent
# "When using a division formula, a 60-second delay is helpful to ensure your monitor evaluates on complete values"
# (documentation, content/en/monitors/configuration/_index.md, Evaluation delay).
DIVISION_SECONDS = 60
# Silent for a day, a group is dropped and nothing is sent any more: what it has opened elsewhere ends then as well.
FORGOTTEN_HOURS = 24


@dataclass(frozen=True)
class Query:
    """What differs between monitors: type, text, thresholds, and what missing data means."""

    type: str
    text: pulumi.Input[str]
    thresholds: Mapping[str, str] | None = None
    windows: Mapping[str, str] | None = None
    missing: str | None = None  # None where the type has no such setting
    delay: int | None = None


def declare_alert(component: VendorMonitoring, alert: Alert, objectives: Mapping[str, pulumi.Resource]) -> None:
    """Create the monitor of an alert, and where it has a traffic gate the two that it is composed of."""
    scope, when = component.scope, alert.when
    index = scope.slug() if scope.product.log_index else "*"
    query = _query(scope, when, index, objectives)
    gate = _gate(scope, when, query.delay)
    if gate:
        watched = type(when.signal).__name__.lower() if isinstance(when, Threshold) else "burn"
        parts = [_part(component, alert, watched, query), _part(component, alert, "traffic", gate)]
        query = Query("composite", pulumi.Output.concat(parts[0].id, " && ", parts[1].id))
    component.answer_alert(alert, _monitor(component, alert, query))


def _query(scope: Scope, when: object, index: str, objectives: Mapping[str, pulumi.Resource]) -> Query:
    match when:
        case Threshold(signal=LogCount() as logs) if logs.window:
            by = f'.by("{",".join(map(facet, logs.by))}")' if logs.by else ""
            head = f'logs("{_escaped(log_search(scope, logs))}").index("{index}").rollup("count"){by}'
            limit = _limits(when, Unit.COUNT)
            text = f'{head}.last("{span(logs.window)}") {_operator(when)} {limit["critical"]}'
            return Query("log alert", text, limit, missing="default")
        case Threshold():
            return _threshold(scope, when)
        case ServiceCheck():
            checked = ",".join(f'"{tag}"' for tag in (f"env:{scope.environment.name}", f"product:{scope.product.name}"))
            by = ",".join(f'"{tag}"' for tag in when.by)
            # Looking further back than that, C C OK C would be three failures "in a row".
            last = max(when.failures, when.successes)
            text = f'"{when.check}".over({checked}).by({by}).last({last}).count_by_status()'
            limits = {"critical": str(when.failures), "warning": "1", "ok": str(when.successes)}
            return Query("service check", text, limits)
        case Absence(of=of, over=over):
            counted = expression(scope, Count(of))  # type: ignore[arg-type]  # limits.py lets only counted ones through
            text = f"sum({window(over)}):{counted.inline()} < 1"
            return Query("query alert", text, {"critical": "1"}, missing="show_and_notify_no_data")
        case Anomaly():
            return _anomaly(scope, when)
        case BudgetBurns(objective=objective, within=within):
            burning = pulumi.Output.concat(
                'burn_rate("',
                objectives[objective.name].id,  # type: ignore[attr-defined]
                f'").over("{plain(objective.period.to("days"))}d").long_window("{span(within)}")'
                f'.short_window("{span(when.short)}") > {plain(when.burn_rate)}',
            )
            return Query("slo alert", burning, {"critical": plain(when.burn_rate)})
        case _:
            raise TypeError(f"Datadog doesn't evaluate {type(when).__name__}")


def _threshold(scope: Scope, when: Threshold) -> Query:
    limits = _limits(when, when.signal.unit)
    made = expression(scope, when.signal, bare=when.sense == "above")
    text = f"{made.combine}({_window(when)}):{made.inline()} {_operator(when)} {limits['critical']}"
    match when.signal:
        case Ratio(part=part) if part.kind is Kind.COUNTER and when.sense == "below":
            missing = "default"  # the only choice with default_zero; that there was traffic at all, its gate says
        case Level():
            missing = "show_no_data"  # a host that is gone is to be seen
        case Count(by=()) | Total(by=()) if when.sense == "below":
            missing = "default"  # for counts that is 0, which is what such an alert waits for
        case _:
            missing = "resolve"  # without traffic a ratio or a percentile has no value, and that is healthy
    return Query("query alert", text, limits, missing=missing, delay=_delay(made))


def _gate(scope: Scope, when: object, delay: int | None) -> Query | None:
    """The traffic that has to be there for a ratio to mean anything, in the same window of time."""
    match when:
        case Threshold(signal=Ratio(window=Duration() as over, at_least=Amount() as at_least) as ratio):
            counted = [expression(scope, Count(metric, by=ratio.by)).inline() for metric in ratio.whole]
        case Threshold(signal=Ratio(window=Duration() as over, at_least=Frequency() as rate) as ratio):
            made = expression(scope, ratio, bare=True)
            whole = replace(made, formula=made.formula.partition(" / ")[2]).inline()
            least = plain(rate.number)
            text = f"avg({window(over)}):{whole} >= {least}"
            return Query("query alert", text, {"critical": least}, missing="resolve", delay=delay)
        case Threshold(signal=Mean() | Percentile() as values) if values.at_least and values.window:
            over, at_least = values.window, values.at_least
            counted = [expression(scope, Count(values.metric, by=values.by)).inline()]
        case BudgetBurns(objective=Objective(bad=Ratio() as ratio), within=over, at_least=Amount() as at_least):
            counted = [expression(scope, Count(metric)).inline() for metric in ratio.whole]
        case _:
            return None
    least = plain(at_least.number)
    text = f"sum({window(over)}):{' + '.join(counted)} >= {least}"
    return Query("query alert", text, {"critical": least}, missing="resolve", delay=delay)


def _anomaly(scope: Scope, when: Anomaly) -> Query:
    made: Expression = expression(scope, when.signal, bare=True)
    options = [
        f"direction='{when.side}'",
        f"interval={ANOMALY_INTERVALS[when.history]}",
        f"alert_window='{window(when.lasting)}'",
        *([f"seasonality='{when.season}'"] if when.season else []),
    ]
    algorithm = "agile" if when.season else "basic"
    share = plain(when.share.to("ratio"))
    inner = f"anomalies({made.inline()}, '{algorithm}', {when.deviations}, {', '.join(options)})"
    text = f"avg({window(when.history)}):{inner} >= {share}"
    windows = {"trigger_window": window(when.lasting), "recovery_window": window(when.lasting)}
    limits = {"critical": share, "critical_recovery": "0"}
    return Query("query alert", text, limits, windows, missing="show_no_data", delay=_delay(made))


def _delay(made: Expression) -> int | None:
    return DIVISION_SECONDS if " / " in made.formula else None


def _limits(when: Threshold, unit: Unit) -> dict[str, str]:
    """Datadog's thresholds: the same numbers as in the query, in the unit of the metric."""
    wanted: dict[str, Quantity | None] = {
        "critical": when.critical,
        "critical_recovery": when.recovery(when.critical),
        "warning": when.warn,
        "warning_recovery": when.recovery(when.warn) if when.warn else None,
    }
    return {name: plain(limit.to(unit)) for name, limit in wanted.items() if limit is not None}


def _window(when: Threshold) -> str:
    return window(when.signal.window) if when.signal.window else ""


def _operator(when: Threshold) -> str:
    return ">" if when.sense == "above" else "<"


def _escaped(search: str) -> str:
    return search.replace('"', '\\"')


def tags(scope: Scope, alert: Alert) -> list[str]:
    """What makes a monitor findable; `managed-by` tells it from those made by hand."""
    labels = scope.labels(alert.severity) | {"service": scope.product.service, "managed-by": "pulumi"}
    return sorted([ALERT, *(f"{key}:{value}" for key, value in labels.items())])


def _part(component: VendorMonitoring, alert: Alert, name: str, query: Query) -> datadog.Monitor:
    scope = component.scope
    return datadog.Monitor(
        scope.logical(f"{alert.name}-{name}"),
        name=f"{scope.title(alert.title)} ({name})",
        message=part_message(scope, alert),
        tags=sorted({*tags(scope, alert), f"part-of:{alert.name}"} - {ALERT}),
        force_delete=True,
        **_evaluation(query, alert),
        opts=component.child(),
    )


def _monitor(component: VendorMonitoring, alert: Alert, query: Query) -> datadog.Monitor:
    scope, severity = component.scope, alert.severity
    is_check = query.type == "service check"
    is_absence = query.missing == "show_and_notify_no_data"
    interval = severity.remind_every or severity.escalate_after
    every = interval.minutes if interval else None
    return datadog.Monitor(
        scope.logical(alert.name),
        name=scope.title(alert.title),
        message=message(scope, alert),
        priority=str(severity.urgency),
        tags=tags(scope, alert),
        assets=[datadog.MonitorAssetArgs(category="runbook", name="Runbook", url=scope.runbook(alert))],
        # A silent check is told, and nobody is woken or reminded of it: it is no failure of what it watches.
        notify_no_data=True if is_check else None,
        no_data_timeframe=NO_DATA_MINUTES if is_check else None,
        timeout_h=FORGOTTEN_HOURS if is_check or is_absence else None,
        renotify_interval=every,
        renotify_statuses=["alert", *(["no data"] if is_absence else [])] if every else None,
        escalation_message=reminder(scope, alert) if every else None,
        **_evaluation(query, alert),
        opts=component.child(),
    )


def _evaluation(query: Query, alert: Alert) -> dict[str, Any]:
    """How a query is evaluated; every default that could surprise is stated."""
    is_query = query.type == "query alert"
    groups = alert.when.groups()
    return {
        "type": query.type,
        "query": query.text,
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
