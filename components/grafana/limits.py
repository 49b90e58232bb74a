"""What Grafana Cloud doesn't offer, found before anything is sent there: what translations can't say, and names.

Source: its API and provider references.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from components.grafana.budgets import bad_share
from components.grafana.causes import causes_refused
from components.grafana.panels import panels
from components.grafana.promql import label as stored
from components.grafana.promql import metric_name
from components.grafana.queries import enough, query
from components.grafana.rules import options_refused
from components.problems import MISSING, Problem
from components.scope import Scope
from components.translation import refusals
from components.vendors import alerts_of
from components.vocabulary.alerts import Alert
from components.vocabulary.checks import Check
from components.vocabulary.kinds import Logged
from components.vocabulary.metrics import Kind, Measured, Source
from components.vocabulary.objectives import Objective
from components.vocabulary.quantities import hours, minutes, seconds
from components.vocabulary.thresholds import Threshold

LONGEST_LABEL = 32
INTERVALS = (seconds(1), hours(1))
TIMEOUTS = (seconds(1), minutes(3))
SCRAPED_EVERY = (seconds(30), seconds(60), seconds(120))
DISTRIBUTION_PARTS = ("bucket", "sum", "count")
OWN_LABELS = frozenset({"__name__", "alertname", "grafana_folder", "le", "quantile"})
# By which a metric is told to be the product's; `job` replaces an attribute of that name, so its series become one
# (prometheus, storage/remote/otlptranslator/prometheusremotewrite/helper.go: createAttributes).
OF_RESOURCE, OF_AGENT = frozenset({"job", "deployment_environment"}), frozenset({"product", "env"})
ELSEWHERE = {
    "log_index": "log retention is part of Grafana Cloud's contract",
    "log_metrics": "Loki counts lines when it is asked",
    "status_page": "it has none",
    "post_mortem": "it has no templates for them",
}


def problems(scope: Scope) -> Iterator[Problem]:
    """Everything the product asks of Grafana that Grafana would refuse, or leave out without a word."""
    product = scope.product
    alerts = alerts_of(scope, "grafana")
    for alert in alerts:
        label = f"alert {alert.name!r}"
        yield from refusals(label, partial(query, scope, alert.when))
        yield from _late(alert, label)
        for problem in (*options_refused(alert), *causes_refused(scope, alert)):
            problem.item = label
            yield problem
    yield from _clashes(alerts)
    for check in product.checks:
        yield from _check(scope, check)
    for name, value in scope.labels().items():
        if len(value.encode()) > LONGEST_LABEL:
            why = f"is longer than {LONGEST_LABEL} bytes, the limit for a check's label."
            yield Problem(name, value, why, "a shorter name", item="product")
    if product.scrape and product.scrape.every not in SCRAPED_EVERY:
        offered = ", ".join(str(each) for each in SCRAPED_EVERY)
        why = "isn't an interval at which Grafana Cloud fetches metrics."
        yield Problem("every", str(product.scrape.every), why, f"one of {offered}", item="scrape")
    for objective in product.objectives:
        if product.telemetry == "grafana" or isinstance(objective.good, Check):
            yield from _objective(scope, objective)
    if product.telemetry == "grafana":
        yield from _telemetry(scope, alerts)


def _telemetry(scope: Scope, alerts: tuple[Alert, ...]) -> Iterator[Problem]:
    """What concerns products that keep their metrics and logs at Grafana."""
    product = scope.product
    for name, reason in ELSEWHERE.items():
        if getattr(product, name):
            why = f"is declared in Datadog only, and would be left out here: {reason}."
            instead = f"no {name}=, and a need in {product.page} where somebody has to act"
            yield Problem(name, MISSING, why, instead, item="product")
    yield from _series(scope)
    counted = [signal for alert in alerts for signal in alert.when.signals()]
    for label, widget in product.widgets():
        yield from refusals(label, partial(panels, scope, widget))
        counted += widget.signals()
    if any(isinstance(signal, Logged) for signal in counted) and not scope.environment.grafana_logs_datasource:
        why = "is empty, but alerts or dashboards count log lines."
        yield Problem("grafana-logs-datasource", MISSING, why, "the uid of the data source of logs", item="stack file")


def _series(scope: Scope) -> Iterator[Problem]:
    """Metrics of which two write the same series, and tags that Prometheus keeps for itself."""
    first: dict[str, Measured] = {}
    for metric in scope.product.metrics:
        label = f"metric {metric.name!r}"
        own = OWN_LABELS | (OF_RESOURCE if metric.source is Source.APPLICATION else OF_AGENT)
        for tag in sorted(tag for tag in metric.tags if stored(tag) in own):
            why = "is a label that Prometheus or Grafana sets, so what the application sends would be lost or mixed up."
            yield Problem("tags", tag, why, f"another name for the tag, such as '{tag.strip('_')}_name'", item=label)
        parts = DISTRIBUTION_PARTS if metric.kind is Kind.DISTRIBUTION else ("",)
        for series in (metric_name(scope, metric, part) for part in parts):
            other = first.setdefault(series, metric)
            if other.name != metric.name:
                why = f"is stored as the series {series}, and so is {other.name!r}: they can't be told apart."
                yield Problem("name", metric.name, why, "another name", item=label)


def _late(alert: Alert, label: str) -> Iterator[Problem]:
    """LogQL has no subqueries: no query knows how long something lasts, and `for` goes on while nothing answers."""
    severity = alert.severity
    on_lines = any(isinstance(signal, Logged) for signal in alert.when.signals())
    if on_lines and severity.escalate_after and severity.escalated:
        why = f"escalates after {severity.escalate_after}, but a Grafana log query can't tell how long it lasts."
        instead = "a counter instead of log lines, or a severity that notifies everyone at once"
        yield Problem("severity", severity.name, why, instead, item=label)


def _objective(scope: Scope, objective: Objective) -> Iterator[Problem]:
    label, good = f"objective {objective.name!r}", objective.good
    if isinstance(good, Threshold) and good.signal.metrics() == ():
        why = "isn't made of metrics, as Grafana's objectives have to be."
        yield Problem("good", good.describe(), why, "a limit of a Percentile, Level or Ratio", item=label)
    else:
        yield from refusals(label, partial(bad_share, scope, objective, "1h"))
    if objective.period.to("days") % 1:
        why = "isn't a period that Grafana accepts for objectives."
        yield Problem("period", str(objective.period), why, "whole days, such as days(30)", item=label)
    if isinstance(good, Threshold):
        for problem in enough(scope, good.signal.window, objective.metrics(), "over"):
            problem.item = label
            yield problem


def _clashes(alerts: tuple[Alert, ...]) -> Iterator[Problem]:
    """Names that are those of rules or contact points which are made for other alerts."""
    late = {f"{alert.name}-late": alert.name for alert in alerts if alert.severity.escalate_after}
    contacts = {f"{alert.severity.name.lower()}{ending}" for alert in alerts for ending in ("", "-late")}
    for alert in alerts:
        label = f"alert {alert.name!r}"
        if alert.name in late:
            why = f"is the name of the rule that escalates {late[alert.name]}."
            yield Problem("name", alert.name, why, "another name", item=label)
        if alert.tell and alert.name in contacts:
            why = "is the name of a severity's contact point, and this alert has its own."
            yield Problem("name", alert.name, why, "another name", item=label)


def _check(scope: Scope, check: Check) -> Iterator[Problem]:
    for name, length, (shortest, longest) in (
        ("every", scope.interval(check), INTERVALS),
        ("timeout", check.timeout, TIMEOUTS),
    ):
        if length < shortest or longest < length or length.to("milliseconds") % 1:
            why = f"is outside the range of Grafana's checks ({shortest} to {longest})."
            yield Problem(name, str(length), why, f"{shortest} to {longest}", item=f"check {check.name!r}")
