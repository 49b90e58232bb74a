"""Log index and log-based metrics at Datadog."""

from __future__ import annotations

from components.datadog.queries import log_search
from components.datadog.sdk import datadog
from components.vendor import VendorMonitoring
from components.vocabulary.at_datadog import LogIndex, LogMetric


def declare_index(component: VendorMonitoring, index: LogIndex) -> datadog.LogsIndex:
    """Create the index. It gets nothing while a catch-all index stands before it; docs/environments.md says more."""
    scope = component.scope
    kept = min(index.keep, scope.environment.keep_logs_at_most)
    return component.answer(
        index.rows,
        datadog.LogsIndex(
            scope.logical("log-index"),
            name=scope.slug(),
            filters=[
                datadog.LogsIndexFilterArgs(query=f"service:{scope.product.service} env:{scope.environment.name}")
            ],
            retention_days=int(kept.to("days")),
            daily_limit=int(index.at_most_daily.number),
            daily_limit_warning_threshold_percentage=float(index.warn_at.to("percent")),
            exclusion_filters=[
                datadog.LogsIndexExclusionFilterArgs(
                    name=exclusion.name,
                    is_enabled=True,
                    filters=[
                        datadog.LogsIndexExclusionFilterFilterArgs(
                            query=log_search(scope, exclusion.which), sample_rate=float(exclusion.share.to("ratio"))
                        )
                    ],
                )
                for exclusion in index.exclude
            ],
            tags=sorted(f"{key}:{value}" for key, value in (scope.labels() | {"managed-by": "pulumi"}).items()),
            # A deleted index takes its logs along, and its name can't be used again.
            opts=component.child(keep=True),
        ),
    )


def declare_log_metric(component: VendorMonitoring, metric: LogMetric) -> datadog.LogsMetric:
    """Create the metric. Its name is one per organisation, so the environment is part of it."""
    scope = component.scope
    return component.answer(
        metric.rows,
        datadog.LogsMetric(
            scope.logical(f"log-metric-{metric.name}"),
            name=f"{scope.product.name}.{scope.environment.name}.{metric.name}".replace("-", "_"),
            compute=datadog.LogsMetricComputeArgs(
                aggregation_type="distribution" if metric.value else "count",
                path=f"@{metric.value}" if metric.value else None,
            ),
            filter=datadog.LogsMetricFilterArgs(query=log_search(scope, metric.which)),
            group_bies=[
                datadog.LogsMetricGroupByArgs(path=tag if tag == "status" else f"@{tag}", tag_name=tag)
                for tag in metric.by
            ],
            opts=component.child(),
        ),
    )
