"""What a product costs: executions of checks per month, and custom metrics."""

from __future__ import annotations

from collections.abc import Iterator

from components.billing import DAYS, custom_metrics
from components.scope import Scope
from components.vocabulary.checks import Check
from components.vocabulary.metrics import Source
from components.vocabulary.quantities import days

MONTH = days(DAYS)


def executions(scope: Scope, check: Check) -> int:
    """How often a check is executed in a month of 31 days: once per interval from each location."""
    return int(MONTH.to("seconds") / scope.interval(check).to("seconds")) * len(scope.environment.probe_from)


def custom_metrics_of(scope: Scope) -> Iterator[tuple[str, int]]:
    """Name and number of the custom metrics that each of the application's metrics and metrics of logs is."""
    product = scope.product
    if product.telemetry != "datadog":
        return
    for metric in product.metrics:
        if metric.source is Source.APPLICATION:
            yield metric.name, custom_metrics(metric.kind, metric.tags, product.tag_values)
    for log_metric in product.log_metrics:
        yield log_metric.name, custom_metrics("", log_metric.by, product.tag_values)
