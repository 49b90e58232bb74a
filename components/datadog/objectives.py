"""Objectives on metrics as Datadog SLOs."""

from __future__ import annotations

from collections.abc import Iterator

from components.datadog.queries import expression
from components.datadog.sdk import datadog
from components.datadog.spans import PERIODS, SLICES
from components.problems import Problem
from components.scope import Scope
from components.translation import require
from components.vendor import VendorMonitoring
from components.vocabulary.objectives import Objective
from components.vocabulary.signals import Count, Ratio, Within
from components.vocabulary.thresholds import Threshold
from components.vocabulary.words import title


def declare_objective(component: VendorMonitoring, objective: Objective) -> datadog.ServiceLevelObjective:
    """Create the SLO: by events where bad ones are counted, by slices of time where a limit has to be kept."""
    scope = component.scope
    require(limits(objective))
    target = float(objective.target.to("percent"))
    slo = datadog.ServiceLevelObjective(
        scope.logical(f"objective-{objective.name}"),
        name=scope.title(title(objective.name)),
        description=scope.about(objective.summary, objective),
        type="time_slice" if objective.bad is None else "metric",
        query=_events(scope, objective),
        sli_specification=_slices(scope, objective),
        thresholds=[datadog.ServiceLevelObjectiveThresholdArgs(timeframe=period(objective), target=target)],
        tags=sorted(f"{key}:{value}" for key, value in (scope.labels() | {"managed-by": "pulumi"}).items()),
        force_delete=True,
        opts=component.child(),
    )
    return component.answer(objective.rows, slo)


def _events(scope: Scope, objective: Objective) -> datadog.ServiceLevelObjectiveQueryArgs | None:
    if objective.bad is None:
        return None
    bad = expression(scope, Count(objective.bad.part)).inline()
    all_of = " + ".join(expression(scope, Count(metric)).inline() for metric in objective.bad.whole)
    return datadog.ServiceLevelObjectiveQueryArgs(numerator=f"{all_of} - {bad}", denominator=all_of)


def _slices(scope: Scope, objective: Objective) -> datadog.ServiceLevelObjectiveSliSpecificationArgs | None:
    good = objective.good
    if not isinstance(good, Threshold) or not good.signal.window:
        return None
    made = expression(scope, good.signal)
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


def kept_here(objective: Objective) -> bool:
    """Whether it is one on metrics; those on checks are kept where these are."""
    return objective.bad is not None or isinstance(objective.good, Threshold)


def period(objective: Objective) -> str:
    """Its rolling period: `30d`."""
    return PERIODS[int(objective.period.to("days"))]


def limits(objective: Objective) -> Iterator[Problem]:
    """What keeps an objective from being kept at Datadog; of one that is kept elsewhere, nothing."""
    if isinstance(objective.good, Within):
        yield Problem("good", objective.good.describe(), "isn't supported in Datadog.", "a Percentile below the limit")
    if isinstance(objective.good, Ratio):
        yield Problem("good", objective.good.describe(), "isn't supported in Datadog.", "bad=, with what fails")
    if not kept_here(objective):
        return
    if isinstance(objective.good, Threshold) and objective.good.signal.metrics() == ():
        why = "isn't made of metrics, as Datadog's objectives have to be."
        yield Problem("good", objective.good.describe(), why, "a limit of a Percentile, Level or Ratio")
    if objective.period.to("days") not in PERIODS:
        why = "isn't a period that Datadog accepts for objectives."
        yield Problem("period", str(objective.period), why, "days(7), days(30) or days(90)")
    if isinstance(objective.good, Threshold) and objective.good.signal.window not in SLICES:
        why = "isn't a time slice that Datadog accepts for objectives."
        yield Problem("over", str(objective.good.signal.window), why, "minutes(1) or minutes(5)")
