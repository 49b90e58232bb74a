"""Objectives as Grafana SLOs. Their burn rates are rules of ours, as an SLO's own alerts can't be routed."""

from __future__ import annotations

from pulumiverse_grafana import oss, slo

from components.grafana.promql import metric_name, selector
from components.grafana.queries import bad_share, counters
from components.vendor import VendorMonitoring
from components.vocabulary.checks import Check
from components.vocabulary.objectives import Objective
from components.vocabulary.quantities import plain
from components.vocabulary.signals import Ratio


def declare_objective(component: VendorMonitoring, objective: Objective, folder: oss.Folder) -> slo.SLO:
    """Create the SLO: successful of all probes or events, or what is left of these without the bad ones."""
    scope = component.scope
    if isinstance(objective.good, Check):
        good, all_of = counters(scope, objective.good)
        ratio = slo.SLOQueryRatioArgs(success_metric=good, total_metric=all_of)
        query = slo.SLOQueryArgs(type="ratio", ratio=ratio)
    elif isinstance(objective.good, Ratio) and len(objective.good.whole) == 1:
        good, all_of = (
            f"{metric_name(scope, metric)}{selector(scope, metric)}"
            for metric in (objective.good.part, *objective.good.whole)
        )
        query = slo.SLOQueryArgs(type="ratio", ratio=slo.SLOQueryRatioArgs(success_metric=good, total_metric=all_of))
    else:
        text = f"1 - {bad_share(scope, objective, '$__rate_interval')}"
        query = slo.SLOQueryArgs(type="freeform", freeform=slo.SLOQueryFreeformArgs(query=text))
    made = slo.SLO(
        scope.logical(f"objective-{objective.name}"),
        name=scope.title(objective.name.replace("-", " ").capitalize()),
        description=scope.about(objective.summary, objective),
        queries=[query],
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
