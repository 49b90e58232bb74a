"""What Datadog refuses about service level objectives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.datadog.language.query import QueryError, formula, metric_queries
from sandbox.vendors.datadog_facts import CLIENT, MONITOR, PROVIDER
from sandbox.vendors.model import at, at_least_one, not_together, one_of, only, read_in, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.account import Account
    from sandbox.vendors.model import AccountRule, Rule
    from sandbox.vendors.values import Inputs

ALL = 100
"""Percent."""

TIMEFRAMES = ("7d", "30d", "90d")
METRIC_QUERIES = (
    "query.numerator",
    "query.denominator",
    "sliSpecification.timeSlice.query.queries[].metricQuery.query",
    "sliSpecification.count.queries[].metricQuery.query",
)
FORMULAS = (
    "sliSpecification.timeSlice.query.formula.formulaExpression",
    "sliSpecification.count.goodEventsFormula",
    "sliSpecification.count.totalEventsFormula",
    "sliSpecification.count.badEventsFormula",
)


def it_is_named(inputs: Inputs) -> Iterator[str]:
    """Check that the name isn't empty."""
    if at(inputs, "name") == "":
        yield "Invalid payload: Minimum length of parameter 'name' should be 1"


def targets_can_be_missed(inputs: Inputs) -> Iterator[str]:
    """Check that a target is above 0 and below 100 percent."""
    for place, target in walk(inputs, "thresholds[].target"):
        if not isinstance(target, int | float) or not 0 < target < ALL:
            yield f"{place} must be between 0 and 100, exclusive, got {target}"


def warning_above_target(inputs: Inputs) -> Iterator[str]:
    """Check that an SLO warns before it is missed: the warning lies above the target, below 100."""
    for place, threshold in walk(inputs, "thresholds[]"):
        target, warning = threshold.get("target"), threshold.get("warning")
        if isinstance(target, int | float) and isinstance(warning, int | float) and not target < warning < ALL:
            yield f"{place}.warning ({warning:g}) must be greater than the target ({target:g}) and less than 100"


def timeframes_differ(inputs: Inputs) -> Iterator[str]:
    """Check that an SLO has one threshold per time frame."""
    frames = [frame for _, frame in walk(inputs, "thresholds[].timeframe")]
    for frame in sorted({frame for frame in frames if frames.count(frame) > 1}):
        yield f"thresholds: timeframe {frame} is given more than once"


def definition_fits_type(inputs: Inputs) -> Iterator[str]:
    """Each type of SLO is measured in its own way."""
    kind, specification = at(inputs, "type"), at(inputs, "sliSpecification") or {}
    if kind == "monitor" and inputs.get("monitorIds") is None:
        yield "Invalid payload: must specify monitor_ids"
    elif kind == "metric" and inputs.get("query") is None and "count" not in specification:
        yield "Invalid payload: must specify the query for count types (query, or sliSpecification.count)"
    elif kind == "time_slice" and "timeSlice" not in specification:
        yield "Invalid payload: must specify sliSpecification.timeSlice for type time_slice"


def counts_are_complete(inputs: Inputs) -> Iterator[str]:
    """Check that good events are counted against all or against bad ones, not both."""
    count = at(inputs, "sliSpecification.count")
    given = [name for name in ("totalEventsFormula", "badEventsFormula") if isinstance(count, dict) and count.get(name)]
    if count is not None and len(given) != 1:
        yield "sliSpecification.count must set one of totalEventsFormula and badEventsFormula"


def queries_can_be_read(inputs: Inputs) -> Iterator[str]:
    """Check that metric queries and formulas can be parsed."""
    for paths, read in ((METRIC_QUERIES, metric_queries), (FORMULAS, formula)):
        for path in paths:
            for place, query in walk(inputs, path):
                try:
                    read(query)
                except QueryError as problem:
                    yield f"Invalid payload: {place}: unable to parse {query!r}: {problem}"


def monitors_exist(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that an SLO measures monitors that exist."""
    for place, identity in walk(inputs, "monitorIds[]"):
        if account.get(MONITOR, str(identity)) is None:
            yield f"error finding monitor to add to SLO: {place}: 404 Not Found: monitor {identity}"


RESOURCE = f"{PROVIDER}: datadog/resource_datadog_service_level_objective.go"
RULES: tuple[Rule, ...] = (
    *read_in(
        RESOURCE,
        only("thresholds[]", "target", "targetDisplay", "timeframe", "warning", "warningDisplay"),
        only("query", "denominator", "numerator"),
        only("sliSpecification", "count", "timeSlice"),
        one_of("type", "metric", "monitor", "time_slice"),
        one_of("sliSpecification.timeSlice.comparator", ">", ">=", "<", "<="),
        one_of("sliSpecification.timeSlice.queryIntervalSeconds", 60, 300),
        at_least_one("sliSpecification.count.queries"),
        not_together("query", "monitorIds"),
        not_together("query", "sliSpecification"),
        not_together("monitorIds", "sliSpecification"),
        not_together("query", "groups"),
        counts_are_complete,
    ),
    *read_in(
        f"{CLIENT}: api/datadogV1/model_slo_threshold.go, custom isn't valid for creating or updating",
        one_of("thresholds[].timeframe", *TIMEFRAMES),
        one_of("timeframe", *TIMEFRAMES),
        timeframes_differ,
    ),
    *read_in(f"{CLIENT}: tests/api/datadogV1/cassettes/TestSLOCreateErrors", it_is_named),
    *read_in(
        f"{CLIENT}: tests/scenarios/cassettes, Create an SLO object and Update an SLO return Bad Request",
        definition_fits_type,
    ),
    *read_in(f"{PROVIDER} #1704 (review)", targets_can_be_missed),
    *read_in("DataDog/documentation #10306: service_level_objectives/monitor.md", warning_above_target),
    *read_in(f"{PROVIDER} #3479", queries_can_be_read),
)
ACCOUNT_RULES: tuple[AccountRule, ...] = read_in(f"{RESOURCE}, CustomizeDiff", monitors_exist)
