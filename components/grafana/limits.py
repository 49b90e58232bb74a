"""What Grafana Cloud doesn't offer, found before anything is sent there. Source: its API and provider references."""

from __future__ import annotations

import re
from collections.abc import Iterator

from components.grafana.promql import metric_name
from components.problems import MISSING, Problem
from components.scope import Scope
from components.vocabulary.alerts import Alert
from components.vocabulary.checks import Check
from components.vocabulary.conditions import Anomaly, BudgetBurns, ServiceCheck
from components.vocabulary.errors import ErrorCount, FailedTransactions
from components.vocabulary.log_signals import LogCount, LogsStored
from components.vocabulary.metrics import Kind, Measured, Source, TraceMetric
from components.vocabulary.objectives import Objective
from components.vocabulary.product import Product
from components.vocabulary.quantities import Duration, hours, minutes, seconds
from components.vocabulary.thresholds import Signal, Threshold

LONGEST_UID = 40
LONGEST_LABEL = 32
INTERVALS = (seconds(1), hours(1))
TIMEOUTS = (seconds(1), minutes(3))
SCRAPED_EVERY = (seconds(30), seconds(60), seconds(120))
SENT_EVERY = seconds(60)  # OpenTelemetry's interval of export
POINTS = {Kind.COUNTER: 5, Kind.DISTRIBUTION: 5, Kind.GAUGE: 2}  # in a window: a rate needs two, and some come late
METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
DISTRIBUTION_PARTS = ("bucket", "sum", "count")
OWN_LABELS = frozenset({"__name__", "alertname", "grafana_folder", "le", "quantile"})
ELSEWHERE = {
    "log_index": "log retention is part of Grafana Cloud's contract",
    "log_metrics": "Loki counts lines when it is asked",
    "status_page": "it has none",
    "post_mortem": "it has no templates for them",
}


def problems(scope: Scope) -> Iterator[Problem]:
    """Everything the product asks of Grafana that Grafana would refuse, or leave out without a word."""
    product = scope.product
    on_metrics = product.alerts_at("telemetry") if product.telemetry == "grafana" else ()
    alerts = (*product.alerts_at("checks"), *on_metrics)
    for alert in alerts:
        uid = scope.slug(f"{alert.name}-late" if alert.severity.escalate_after else alert.name)
        yield from _uid(uid, alert.name, f"alert {alert.name!r}", "rule")
    yield from _clashes(alerts)
    for check in product.checks:
        yield from _check(scope, check)
    for name, value in scope.labels().items():
        if len(value.encode()) > LONGEST_LABEL:
            why = f"is longer than the {LONGEST_LABEL} bytes of a check's label."
            yield Problem(name, value, why, "a shorter name", item="product")
    if product.scrape and product.scrape.every not in SCRAPED_EVERY:
        offered = ", ".join(str(each) for each in SCRAPED_EVERY)
        why = "is no interval at which Grafana Cloud fetches metrics."
        yield Problem("every", str(product.scrape.every), why, f"one of {offered}", item="scrape")
    for objective in product.objectives:
        if product.telemetry == "grafana" or isinstance(objective.good, Check):
            yield from _objective(product, objective)
    if product.telemetry == "grafana":
        yield from _telemetry(scope, on_metrics)


def _telemetry(scope: Scope, alerts: tuple[Alert, ...]) -> Iterator[Problem]:
    """What concerns products that keep their metrics and logs at Grafana."""
    product = scope.product
    for name, reason in ELSEWHERE.items():
        if getattr(product, name):
            why = f"is declared at Datadog only, and would be left out here: {reason}."
            instead = f"no {name}=, and a need in {product.page} where somebody has to act"
            yield Problem(name, MISSING, why, instead, item="product")
    yield from _series(scope)
    signals: list[tuple[str, Signal]] = []
    for alert in alerts:
        signals += [(f"alert {alert.name!r}", signal) for signal in alert.when.signals()]
        yield from _condition(product, alert)
    for dashboard in product.dashboards:
        yield from _uid(scope.slug(dashboard.name), dashboard.name, f"dashboard {dashboard.name!r}", "dashboard")
        for widget in dashboard.widgets:
            label = f"dashboard {dashboard.name!r}, widget {widget.title!r}"
            yield from (problem for metric in widget.metrics() for problem in _metric(metric, label))
            signals += [(label, signal) for signal in widget.signals()]
    for label, signal in signals:
        if isinstance(signal, ErrorCount | FailedTransactions):
            why = "is counted at Sentry; Grafana doesn't know it."
            yield Problem("signal", signal.describe(), why, "a view of ErrorTracking's dashboard", item=label)
        if isinstance(signal, LogsStored):
            why = "are counted by Datadog's indexes; Grafana has none."
            yield Problem("signal", signal.describe(), why, "a LogCount", item=label)
    if any(isinstance(signal, LogCount) for _, signal in signals) and not scope.environment.grafana_logs_datasource:
        why = "is empty, and alerts or dashboards count log lines."
        yield Problem("grafana-logs-datasource", MISSING, why, "the uid of the data source of logs", item="stack file")


def _series(scope: Scope) -> Iterator[Problem]:
    """Metrics of which two write the same series, and tags that Prometheus keeps for itself."""
    first: dict[str, Measured] = {}
    for metric in scope.product.metrics:
        label = f"metric {metric.name!r}"
        for tag in sorted(OWN_LABELS & set(metric.tags)):
            why = "is a label that Prometheus or Grafana sets, so what the application sends would be lost or mixed up."
            yield Problem("tags", tag, why, "another name for the tag", item=label)
        parts = DISTRIBUTION_PARTS if metric.kind is Kind.DISTRIBUTION else ("",)
        for series in (metric_name(scope, metric, part) for part in parts):
            other = first.setdefault(series, metric)
            if other.name != metric.name:
                why = f"is kept as the series {series}, and so is {other.name!r}: one can't be told from the other."
                yield Problem("name", metric.name, why, "another name", item=label)


def _condition(product: Product, alert: Alert) -> Iterator[Problem]:
    label, when = f"alert {alert.name!r}", alert.when
    for metric in when.metrics():
        yield from _metric(metric, label)
    match when:
        case Threshold(warn=warn) if warn is not None:
            why = "is left out by Grafana: a rule has one limit, and one receiver."
            yield Problem("warn", str(warn), why, "a second alert of a lower severity, with this limit", item=label)
        case Anomaly() | ServiceCheck():
            name = type(when).__name__
            why = "is evaluated by Datadog only; Grafana's alerting has no such rule."
            yield Problem("when", name, why, "a Threshold on a metric of the application", item=label)
        case BudgetBurns(objective=Objective(good=Threshold()), at_least=at_least) if at_least is not None:
            why = "counts events, and a threshold is kept for a share of the time."
            yield Problem("at_least", str(at_least), why, "no at_least=", item=label)
        case _:
            pass
    if isinstance(when, Threshold) and isinstance(when.signal, LogCount):
        yield from _on_logs(alert, when, label)
    if isinstance(when, Threshold):
        yield from _window(product, when.signal.window, when.metrics(), "over", label)
    if isinstance(when, BudgetBurns):
        yield from _window(product, when.short, when.metrics(), "within", label)


def _on_logs(alert: Alert, when: Threshold, label: str) -> Iterator[Problem]:
    """LogQL has no subqueries: no query knows how long something lasts, and `for` goes on while nothing answers."""
    if when.lasting:
        why = "can't be asked of log lines at Grafana, whose queries see one window."
        yield Problem("lasting", str(when.lasting), why, "a longer .over(…), and no lasting=", item=label)
    if alert.severity.escalate_after and alert.severity.escalate_to:
        why = (
            f"escalates after {alert.severity.escalate_after}, and at Grafana no query knows how long lines have come."
        )
        instead = "a counter instead of log lines, or a severity that tells everybody at once"
        yield Problem("severity", alert.severity.name, why, instead, item=label)


def _window(
    product: Product, over: Duration | None, metrics: tuple[Measured, ...], field: str, label: str
) -> Iterator[Problem]:
    """Windows that hold too few points to compute anything from."""
    for metric in metrics:
        scraped = metric.source is not Source.APPLICATION and product.scrape
        every = product.scrape.every if scraped and product.scrape else SENT_EVERY
        least = Duration(every.to("minutes") * POINTS[metric.kind], "minutes")
        if over is not None and over < least:
            why = f"holds fewer than {POINTS[metric.kind]} points of {metric.name}, which come every {every}."
            short = "a twelfth of the window, " if field == "within" else ""
            yield Problem(field, f"{short}{over}", why, f"at least {least}", item=label)
            return


def _metric(metric: Measured, label: str) -> Iterator[Problem]:
    if isinstance(metric, TraceMetric):
        why = "is computed by Datadog's tracer; no such metric reaches Grafana."
        yield Problem("metrics", metric.name, why, "a counter or distribution that the application sends", item=label)
    elif metric.source is not Source.APPLICATION and not METRIC_NAME.fullmatch(metric.name):
        why = "is no name that Prometheus has; it is taken as it is."
        instead = f"the name at the endpoint, such as {re.sub(r'[^a-zA-Z0-9_:]', '_', metric.name)}"
        yield Problem("metrics", metric.name, why, instead, item=label)


def _objective(product: Product, objective: Objective) -> Iterator[Problem]:
    label = f"objective {objective.name!r}"
    for metric in objective.metrics():
        yield from _metric(metric, label)
    if isinstance(objective.good, Threshold) and objective.good.signal.metrics() == ():
        why = "is not made of metrics, which Grafana's objectives are."
        yield Problem("good", objective.good.describe(), why, "a limit of a Percentile, Level or Ratio", item=label)
    if objective.period.to("days") % 1:
        why = "is no period of Grafana's objectives."
        yield Problem("period", str(objective.period), why, "whole days, such as days(30)", item=label)
    if isinstance(objective.good, Threshold):
        yield from _window(product, objective.good.signal.window, objective.metrics(), "over", label)


def _uid(uid: str, name: str, label: str, what: str) -> Iterator[Problem]:
    if len(uid) > LONGEST_UID:
        why = f"makes the {what}'s uid {uid!r} {len(uid)} characters long; Grafana takes {LONGEST_UID}."
        yield Problem("name", name, why, "a shorter name", item=label)


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
            why = f"is outside of what Grafana's checks take ({shortest} to {longest})."
            yield Problem(name, str(length), why, f"{shortest} to {longest}", item=f"check {check.name!r}")
