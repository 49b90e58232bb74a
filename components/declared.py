"""What a product declares in one environment, in the words of its file: kept in the stack's state.

Vendors keep queries and ids; from those nobody reads "fires at 7 % instead of 5 %". As inputs of the product's
component this is what the engine compares, so that a preview (`pulumi preview` too) says what changed as it was meant.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from enum import Enum

from components.budget import executions
from components.environment import Environment
from components.scope import Scope
from components.vendors import evaluated_by
from components.vocabulary.alerts import Alert
from components.vocabulary.checks import Check
from components.vocabulary.conditions import CheckFails, evaluator_of
from components.vocabulary.dashboards import Dashboard, Widget
from components.vocabulary.metrics import Measured
from components.vocabulary.objectives import Objective
from components.vocabulary.people import Receiver, Severity
from components.vocabulary.quantities import Quantity
from components.vocabulary.thresholds import Condition, Signal, Threshold
from components.vocabulary.words import Word, called

Fact = str | list[str] | list[dict[str, object]]
Facts = dict[str, Fact]
Items = dict[str, Facts]

OF_PRODUCT = ("title", "team", "telemetry", "service", "workspace", "was", "tag_values", "excused")
# What names a part, or is said elsewhere.
APART = ("name", "rows", "widgets")
# A signal's fields, as the arguments of `.over(…)` and of the signal call them.
OF_SIGNAL = {"window": "over", "by": "by", "at_least": "at_least", "taking": "taking"}


def declared(scope: Scope) -> dict[str, Items]:
    """By kind and name, every part of the product with its fields as text: numbers with their units.

    `{"alert": {"api-down": {"severity": "P0", "rounds": "1", …}}, "check": …}`. What this environment changes
    (receivers, intervals, rounds) stands here as it is in this environment; an alert that is left out doesn't.
    """
    product = scope.product
    alerts = (alert for alert in product.alerts if alert.name not in scope.left_out)
    single = {
        "log index": product.log_index,
        "error tracking": product.errors,
        "status page": product.status_page,
        "post-mortem": product.post_mortem,
        "scrape job": product.scrape,
        "heartbeat": product.heartbeat,
    }
    found: dict[str, Items] = {
        "product": {product.name: _facts(product, OF_PRODUCT)},
        "severity": {each.name: _severity(scope, each) for each in product.severities},
        "alert": {each.name: _alert(scope, each) for each in alerts},
        "check": {each.name: _check(scope, each) for each in product.checks},
        "objective": {each.name: _facts(each) for each in product.objectives},
        "dashboard": {each.name: _dashboard(scope, each) for each in product.dashboards},
        "metric": {each.name: _facts(each) for each in product.metrics},
        "log metric": {each.name: _facts(each) for each in product.log_metrics},
        "maintenance": {f"{each.name} {each.start}": _facts(each) for each in product.maintenance},
        **{kind: {str(getattr(one, "name", kind)): _facts(one)} for kind, one in single.items() if one},
    }
    if product.log_index:
        found["log index"][product.log_index.name]["keep"] = str(
            min(product.log_index.keep, scope.environment.keep_logs_at_most)
        )
    return {kind: items for kind, items in found.items() if items}


def of_environment(environment: Environment) -> Facts:
    """What holds for all products of a stack: who is told instead, how often is probed, what may be spent."""
    notify = environment.notify
    return {
        "name": environment.name,
        "suffix": environment.suffix,
        "notify": "as-declared" if notify is None else notify.name,
        "datadog-organization": environment.datadog_organization,
        "datadog-address": str(environment.datadog_address),
        "sentry-organization": environment.sentry_organization,
        **({"sentry-address": str(environment.sentry_address)} if environment.sentry_address else {}),
        "grafana-stack": environment.grafana_stack,
        "grafana-metrics-datasource": environment.grafana_metrics_datasource,
        "grafana-metrics-instance": environment.grafana_metrics_instance,
        "grafana-logs-datasource": environment.grafana_logs_datasource,
        "otlp-suffixes": shown(environment.otlp_suffixes),
        "runbooks": str(environment.runbooks),
        "probe-from": list(environment.probe_from),
        "probe-at-most-every": str(environment.probe_at_most_every),
        "keep-logs-at-most": str(environment.keep_logs_at_most),
        "uptime-executions-per-month": str(environment.uptime_executions_per_month),
        **_budget("custom-metrics", environment.custom_metrics),
        **_budget("log-events-per-month", environment.log_events_per_month),
        "pages-per-week": str(environment.pages_per_week),
        "has-users": shown(environment.has_users),
        "protect": shown(environment.protect),
        "owns": [str(each) for each in environment.owns],
        "products": ["all"] if environment.products is None else list(environment.products),
    }


def _budget(key: str, limit: int | None) -> Facts:
    return {} if limit is None else {key: str(limit)}


def shown(value: object) -> str:
    """A value as a person reads it in a product file."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Measured():
            return value.spoken
        case Quantity() | Receiver() | Enum() | str() | int():
            return str(value)
        case Condition() | Signal():
            return value.describe()
        case Severity() | Check():
            return value.name
        case Objective():
            return f"{value.name} ({value.target})"
        case Mapping():
            return ", ".join(f"{key}={shown(part)}" for key, part in value.items())
        case tuple() | list():
            return ", ".join(shown(part) for part in value)
        case Word():
            return _sentence(value)
    return str(value)


def _sentence(word: Word) -> str:
    describe = getattr(word, "describe", None)
    if describe:
        return str(describe())
    name = getattr(word, "name", "")
    rest = ", ".join(f"{key} {shown(part)}" for key, part in _facts(word).items())
    return f"{name} ({rest})" if name and rest else str(name or rest)


def _facts(word: Word, only: Iterable[str] = ()) -> Facts:
    """Every field that says something, by its name; what isn't given isn't mentioned."""
    found: Facts = {}
    for field in dataclasses.fields(word):  # type: ignore[arg-type]  # every word is a dataclass
        value = getattr(word, field.name)
        if field.name in APART or (only and field.name not in only) or value is None or value in ((), "", False, {}):
            continue
        found[field.name] = [shown(part) for part in value] if isinstance(value, tuple) else shown(value)
    return found


def _condition(scope: Scope, when: Condition) -> Facts:
    """A condition's own fields, and those of the signal that it is a limit of."""
    found = _facts(when)
    signal = getattr(when, "signal", None)
    if isinstance(signal, Signal):
        found |= {"signal": signal.describe()}
        said = _facts(signal)
        found |= {as_written: said[key] for key, as_written in OF_SIGNAL.items() if key in said}
    if isinstance(when, Threshold) and (clear := when.recovery(when.critical)):
        found["clear"] = str(clear)
    if isinstance(when, CheckFails):
        # As it is here: where one location probes, one round isn't enough.
        when = dataclasses.replace(when, rounds=scope.rounds(when))
        found["rounds"] = str(when.rounds)
    return {"condition": called(type(when)), **found, "fires": when.describe()}


def _alert(scope: Scope, alert: Alert) -> Facts:
    found: Facts = {
        "at": evaluated_by(scope.product, evaluator_of(alert.when)),
        "severity": alert.severity.name,
        **_condition(scope, alert.when),
        "summary": alert.summary,
        "runbook": alert.runbook,
        "tells": [str(each) for each in scope.told(alert)],
        "escalates": [str(each) for each in scope.escalated(alert.severity)],
    }
    known = {"name", "severity", "when", "summary", "runbook", "rows", "tell"}
    found |= {key: fact for key, fact in _facts(alert).items() if key not in known}
    return {key: fact for key, fact in found.items() if fact}


def _severity(scope: Scope, severity: Severity) -> Facts:
    receivers = severity.receivers and scope.environment.told(severity.receivers, scope.product.name)
    told = [str(each) for each in receivers]
    later = [str(each) for each in scope.escalated(severity)]
    return _facts(severity) | ({"tell": told} if told else {}) | ({"escalate_to": later} if later else {})


def _check(scope: Scope, check: Check) -> Facts:
    return _facts(check) | {
        "every": str(scope.interval(check)),
        "address": scope.url(check),
        "from": list(scope.environment.probe_from),
        "executions": str(executions(scope, check)),
    }


def _dashboard(scope: Scope, dashboard: Dashboard) -> Facts:
    return _facts(dashboard) | {"panels": [_panel(scope, widget) for widget in dashboard.widgets]}


def _panel(scope: Scope, widget: Widget) -> dict[str, object]:
    """A panel with what it needs to be drawn: kind, unit, and the limits that alerts put on its lines."""
    signals = widget.signals()
    # In the order of names: that of the file says nothing.
    limits = sorted(
        {f"{alert.name}: {when.sense} {when.critical}" for signal in signals for alert, when in scope.limits_on(signal)}
    )
    units = {"unit": str(signals[0].unit)} if signals else {}
    by = list(dict.fromkeys(tag for signal in signals for tag in signal.by))
    of_each = [str(signal.unit) for signal in signals]  # a table may have a unit for each of its columns
    several = {"units": of_each if len({*of_each}) > 1 else [], "by": by, "limits": limits}
    more = {key: found for key, found in several.items() if found}
    return {"kind": called(type(widget)), **units, **_facts(widget), **more}
