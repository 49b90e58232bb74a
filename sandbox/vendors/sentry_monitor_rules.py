"""What Sentry refuses of metric monitors. Paths are getsentry/sentry's, below src/sentry/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.vendors.model import (
    Rule,
    at,
    at_least_one,
    at_most,
    exactly_one,
    matches,
    one_of,
    only,
    read_in,
    walk,
)
from sandbox.vendors.sentry_facts import (
    COMPARISONS,
    DATASETS,
    EVENT_TYPES,
    PROVIDER,
    SPANS,
    UPTIME_MONITOR,
    VALID_DATASETS,
    VALID_EVENT_TYPES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.account import Account
    from sandbox.vendors.values import Inputs

LOGIC = ("any", "any-short", "all", "none")
CRASH_RATE_WINDOWS = (1800, 3600, 7200, 14400, 43200, 86400)
SHORTEST_OF_SPANS = 300


def comparisons_are_complete(inputs: Inputs) -> Iterator[str]:
    """Check that a monitor compares with a number, or with what is usual; not with both, and not with neither."""
    for place, condition in walk(inputs, "conditionGroup.conditions[]"):
        anomaly = condition.get("type") == "anomaly_detection"
        if condition.get("type") in COMPARISONS and condition.get("comparison") is None:
            yield f"{place}: comparison must be set if type is {condition['type']}"
        if anomaly and condition.get("comparison") is not None:
            yield f"{place}: comparison must not be set if type is anomaly_detection"
        for name in ("comparisonSensitivity", "comparisonThresholdType"):
            if anomaly and condition.get(name) is None:
                yield f"{place}: {name} is required if type is anomaly_detection"


def delta_belongs_to_percent(inputs: Inputs) -> Iterator[str]:
    """Check that a change in percent is measured against a time before; nothing else is."""
    kind, delta = at(inputs, "issueDetection.type"), at(inputs, "issueDetection.comparisonDelta")
    if kind == "percent" and delta is None:
        yield "issueDetection: comparisonDelta is required if type is percent"
    if kind in ("static", "dynamic") and delta is not None:
        yield f"issueDetection: comparisonDelta must not be set if type is {kind}"


def end_is_known(inputs: Inputs) -> Iterator[str]:
    """Check that some condition resolves the issue."""
    conditions = [condition for _, condition in walk(inputs, "conditionGroup.conditions[]")]
    if not any(each.get("conditionResult") == 0 or each.get("type") == "anomaly_detection" for each in conditions):
        yield "Resolution condition required for metric issue detector."


def dataset_fits_query_type(inputs: Inputs) -> Iterator[str]:
    """Check that the query's type has the data set, and that data set the types of events."""
    dataset, given, kinds = at(inputs, "dataset"), at(inputs, "queryType"), at(inputs, "eventTypes")
    usual = next((kind for kind, datasets in VALID_DATASETS.items() if dataset in datasets), None)
    query_type = given or usual
    if query_type is None or dataset not in VALID_DATASETS.get(query_type, (dataset,)):
        yield f"Invalid dataset for this query type. Valid datasets are {VALID_DATASETS.get(query_type or '', ())}"
    valid = VALID_EVENT_TYPES.get(str(query_type))
    if valid and isinstance(kinds, list) and not set(map(str, kinds)) <= set(valid):
        yield f"Invalid event types for this dataset. Valid event types are {valid}"
    if dataset == SPANS and isinstance(kinds, list) and len(kinds) > 1:
        yield f"Multiple event types not allowed. Valid event types are {valid}"


def window_fits_dataset(inputs: Inputs) -> Iterator[str]:
    """Check the windows of crash rates and of spans; errors take any."""
    dataset, window = at(inputs, "dataset"), at(inputs, "timeWindowSeconds")
    if not isinstance(window, int | float):
        return
    if dataset == "metrics" and window not in CRASH_RATE_WINDOWS:
        yield (
            "Invalid Time Window: Allowed time windows for crash rate alerts are: 30min, 1h, 2h, 4h, 12h and 24h, "
            f"got {window:g} s"
        )
    if dataset == SPANS and window < SHORTEST_OF_SPANS:
        yield f"Invalid Time Window: Time window for this alert type must be at least 5 minutes, got {window:g} s"


def query_is_supported(inputs: Inputs) -> Iterator[str]:
    """Check for the one search that is refused by name."""
    if "release:latest" in str(at(inputs, "query") or "").split():
        yield "Unsupported Query: We do not currently support the release:latest query"


def aggregate_is_a_users(inputs: Inputs) -> Iterator[str]:
    """Check for the one aggregate that Sentry keeps for itself."""
    if at(inputs, "aggregate") == "upsampled_count()":
        yield "upsampled_count() is not allowed as user input. Use count() instead"


def transactions_are_spans(inputs: Inputs) -> Iterator[str]:
    """Check that no new monitor looks at the data sets that are going away."""
    if at(inputs, "dataset") in ("transactions", "generic_metrics"):
        yield "Creation of transaction-based alerts is disabled, as we migrate to the span dataset."


def extrapolation_is_offered(inputs: Inputs) -> Iterator[str]:
    """Check for the mode that only older monitors have."""
    if at(inputs, "extrapolationMode") == "server_weighted":
        yield "server_weighted extrapolation mode is not supported for new detectors."


def environment_has_had_an_event(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that the environment exists: the first event makes it, or an uptime monitor; nothing is ever sent here."""
    wanted = inputs.get("environment")
    known = {row.inputs.get("environment") for row in account.all(UPTIME_MONITOR)}
    if wanted is not None and wanted not in known:
        yield f"400 Bad Request: Environment is not part of this organization: {wanted}"


METRIC_MONITOR_RULES: tuple[Rule, ...] = (
    *read_in(
        PROVIDER,
        only(
            "conditionGroup.conditions[]",
            *("comparison", "comparisonSensitivity", "comparisonThresholdType", "conditionResult", "type"),
        ),
        only("issueDetection", "comparisonDelta", "type"),
        one_of("dataset", *DATASETS),
        one_of("eventTypes[]", *EVENT_TYPES),
        one_of("issueDetection.type", "static", "percent", "dynamic"),
        one_of("queryType", "error", "performance", "crash_rate"),
        one_of("extrapolationMode", "unknown", "none", "client_and_server_weighted", "server_weighted"),
        one_of("conditionGroup.logicType", *LOGIC),
        one_of("conditionGroup.conditions[].comparisonSensitivity", "low", "medium", "high"),
        one_of("conditionGroup.conditions[].comparisonThresholdType", "above", "below", "above_and_below"),
        exactly_one("teamId", "userId", within="owner"),
        comparisons_are_complete,
        delta_belongs_to_percent,
    ),
    *read_in(
        "incidents/metric_issue_detector.py",
        one_of("conditionGroup.conditions[].type", *COMPARISONS, "anomaly_detection"),
        one_of("conditionGroup.conditions[].conditionResult", 0, 50, 75),
        at_least_one("conditionGroup.conditions"),
        at_most("conditionGroup.conditions", 3, "conditions"),
        end_is_known,
        extrapolation_is_offered,
        transactions_are_spans,
    ),
    *read_in("workflow_engine/endpoints/validators/base/detector.py", at_most("name", 200)),
    *read_in(
        "snuba/snuba_query_validator.py",
        dataset_fits_query_type,
        window_fits_dataset,
        query_is_supported,
        aggregate_is_a_users,
    ),
    *read_in(
        "incidents/logic.py, check_aggregate_column_support",
        matches("aggregate", r"\w+\(.*\)", "Invalid Metric: Please pass a valid function for aggregation"),
    ),
)
METRIC_MONITOR_ACCOUNT_RULES = read_in("api/serializers/rest_framework/environment.py", environment_has_had_an_event)
