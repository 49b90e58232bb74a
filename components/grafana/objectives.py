"""Objectives as Grafana SLOs. Their burn rates are rules of ours, as an SLO's own alerts can't be routed."""

from __future__ import annotations

from pulumiverse_grafana import oss, slo

from components.grafana.budgets import bad_share, counters
from components.grafana.promql import metric_name, part_and_whole, selector, within_bucket
from components.scope import Scope
from components.vendor import VendorMonitoring
from components.vocabulary.checks import Check
from components.vocabulary.objectives import Objective
from components.vocabulary.quantities import plain
from components.vocabulary.signals import Ratio, Within
from components.vocabulary.words import title


def declare_objective(component: VendorMonitoring, objective: Objective, folder: oss.Folder) -> slo.SLO:
    """Create the SLO of successful probes or events, or of the time in which a threshold was kept."""
    scope = component.scope
    made = slo.SLO(
        scope.logical(f"objective-{objective.name}"),
        name=scope.title(title(objective.name)),
        description=scope.about(objective.summary, objective),
        queries=[_query(scope, objective)],
        objectives=[
            slo.SLOObjectiveArgs(
                value=float(objective.target.to("ratio")), window=f"{plain(objective.period.to('days'))}d"
            )
        ],
        destination_datasource=slo.SLODestinationDatasourceArgs(uid=scope.environment.grafana_metrics_datasource),
        folder_uid=folder.uid,
        labels=[
            slo.SLOLabelArgs(key=key, value=value)
            for key, value in sorted((scope.labels() | {"managed_by": "pulumi"}).items())
        ],
        opts=component.child(),
    )
    return component.answer(objective.rows, made)


def _query(scope: Scope, objective: Objective) -> slo.SLOQueryArgs:
    """Good of all, as a division: of anything else Grafana takes the average over time, quiet hours like busy ones."""
    good, over = objective.good, "$__rate_interval"
    if isinstance(good, Check):
        return _ratio(*counters(scope, good))
    if isinstance(good, Within):
        total = f"{metric_name(scope, good.metric, 'count')}{selector(scope, good.metric)}"
        return _ratio(within_bucket(scope, good), total)
    if isinstance(good, Ratio) and len(good.whole) == 1:
        part, whole = (f"{metric_name(scope, each)}{selector(scope, each)}" for each in (good.part, *good.whole))
        return _ratio(part, whole)
    if objective.bad is not None:
        bad, whole = part_and_whole(scope, objective.bad, over)
        text = f"({whole} - {bad}) / {whole}"
    elif isinstance(good, Ratio):
        text = " / ".join(part_and_whole(scope, good, over))
    else:
        text = f"1 - {bad_share(scope, objective, over)}"
    return slo.SLOQueryArgs(type="freeform", freeform=slo.SLOQueryFreeformArgs(query=text))


def _ratio(success: str, total: str) -> slo.SLOQueryArgs:
    return slo.SLOQueryArgs(type="ratio", ratio=slo.SLOQueryRatioArgs(success_metric=success, total_metric=total))
