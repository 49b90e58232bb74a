"""Objectives on metrics as Datadog SLOs."""

from __future__ import annotations

from components.datadog.limits import PERIODS
from components.datadog.queries import expression
from components.datadog.sdk import datadog
from components.vendor import VendorMonitoring
from components.vocabulary.objectives import Objective
from components.vocabulary.signals import Count
from components.vocabulary.thresholds import Threshold
from components.vocabulary.words import title


def declare_objective(component: VendorMonitoring, objective: Objective) -> datadog.ServiceLevelObjective:
    """Create the SLO: by events where bad ones are counted, by slices of time where a limit has to be kept."""
    scope = component.scope
    target = float(objective.target.to("percent"))
    slo = datadog.ServiceLevelObjective(
        scope.logical(f"objective-{objective.name}"),
        name=scope.title(title(objective.name)),
        description=scope.about(objective.summary, objective),
        type="time_slice" if objective.bad is None else "metric",
        query=_events(component, objective),
        sli_specification=_slices(component, objective),
        thresholds=[
            datadog.ServiceLevelObjectiveThresholdArgs(
                timeframe=PERIODS[int(objective.period.to("days"))], target=target
            )
        ],
        tags=sorted(f"{key}:{value}" for key, value in (scope.labels() | {"managed-by": "pulumi"}).items()),
        force_delete=True,
        opts=component.child(),
    )
    return component.answer(objective.rows, slo)


def _events(component: VendorMonitoring, objective: Objective) -> datadog.ServiceLevelObjectiveQueryArgs | None:
    if objective.bad is None:
        return None
    bad = expression(component.scope, Count(objective.bad.part)).inline()
    all_of = " + ".join(expression(component.scope, Count(metric)).inline() for metric in objective.bad.whole)
    return datadog.ServiceLevelObjectiveQueryArgs(numerator=f"{all_of} - {bad}", denominator=all_of)


def _slices(
    component: VendorMonitoring, objective: Objective
) -> datadog.ServiceLevelObjectiveSliSpecificationArgs | None:
    good = objective.good
    if not isinstance(good, Threshold) or not good.signal.window:
        return None
    made = expression(component.scope, good.signal)
    return datadog.ServiceLevelObjectiveSliSpecificationArgs(
        time_slice=datadog.ServiceLevelObjectiveSliSpecificationTimeSliceArgs(
            comparator="<" if good.sense == "below" else ">",
            threshold=float(good.critical.to(good.signal.unit)),
            query_interval_seconds=good.signal.window.seconds,
            query=datadog.ServiceLevelObjectiveSliSpecificationTimeSliceQueryArgs(
                formula=datadog.ServiceLevelObjectiveSliSpecificationTimeSliceQueryFormulaArgs(
                    formula_expression=made.formula
                ),
                queries=[
                    datadog.ServiceLevelObjectiveSliSpecificationTimeSliceQueryQueryArgs(
                        metric_query=datadog.ServiceLevelObjectiveSliSpecificationTimeSliceQueryQueryMetricQueryArgs(
                            name=name, query=query, data_source="metrics"
                        )
                    )
                    for name, query in made.queries.items()
                ],
            ),
        )
    )
