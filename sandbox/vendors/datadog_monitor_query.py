"""What Datadog refuses about a monitor's query, and about thresholds that don't fit it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from components.datadog.language.expression import functions, metrics
from components.datadog.language.query import METRIC_TYPES, QueryError, monitor_query
from components.datadog.language.tree import MINUTES, Comparison, MetricMonitor, Search, ServiceCheck
from sandbox.vendors.datadog_facts import CLIENT, DOCS, PROVIDER
from sandbox.vendors.model import at, read_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from components.datadog.language.expression import Expression
    from components.datadog.language.tree import MonitorQuery
    from sandbox.vendors.model import Rule
    from sandbox.vendors.values import Inputs

INVALID = "The value provided for parameter 'query' is invalid"
MONTH = MINUTES["d"] * 31
TWO_DAYS = MINUTES["d"] * 2
# A span that these searches end in is at most two days; cost and data job monitors look back further.
SHORT_SEARCHES = (
    "audit alert",
    "ci-pipelines alert",
    "ci-tests alert",
    "database-monitoring alert",
    "error-tracking alert",
    "event-v2 alert",
    "log alert",
    "network-performance alert",
    "rum alert",
    "trace-analytics alert",
)
WITHOUT_RECOVERY = "event-v2 alert"
THRESHOLDS = (
    "critical",
    "criticalQuery",
    "criticalRecovery",
    "criticalRecoveryQuery",
    "ok",
    "unknown",
    "warning",
    "warningRecovery",
)


def parsed_query(inputs: Inputs) -> MonitorQuery | None:
    """Return the query of a monitor; None when it isn't known yet or can't be read."""
    query = at(inputs, "query")
    if not isinstance(query, str):
        return None
    try:
        return monitor_query(str(at(inputs, "type")), query)
    except QueryError:
        return None


def calculated(query: MonitorQuery | None) -> Expression | None:
    """Return what a query calculates; None for a search, a service check or a composite."""
    if isinstance(query, MetricMonitor):
        return query.expression
    return query.formula if isinstance(query, Search) else None


def compared(query: MonitorQuery | None) -> Comparison | None:
    """Return the comparison a query ends in; None for service checks and composites."""
    return query.comparison if isinstance(query, MetricMonitor | Search) else None


def query_can_be_read(inputs: Inputs) -> Iterator[str]:
    """Check that a query can be parsed."""
    query = at(inputs, "query")
    if isinstance(query, str):
        try:
            monitor_query(str(at(inputs, "type")), query)
        except QueryError as problem:
            yield f"{INVALID}: {problem}"


def threshold_is_the_querys(inputs: Inputs) -> Iterator[str]:
    """Check that the critical threshold is the number the query ends in."""
    critical, end = number(at(inputs, "monitorThresholds.critical")), compared(parsed_query(inputs))
    if critical is not None and end and end.number is not None and critical != end.number:
        yield f"Alert threshold ({critical:g}) does not match that used in the query ({end.number:g})."


def alert_has_a_threshold(inputs: Inputs) -> Iterator[str]:
    """Check that other thresholds come with the critical one; without any, the API takes it from the query."""
    given = [name for name, value in (at(inputs, "monitorThresholds") or {}).items() if value is not None]
    if given and not {"critical", "criticalQuery"} & set(given) and at(inputs, "type") != "composite":
        yield f"Alert status is required. (monitorThresholds sets {', '.join(given)} without critical)"


def warning_comes_first(inputs: Inputs) -> Iterator[str]:
    """Check that a warning lies on the healthy side of the alert."""
    yield from _on_healthy_side(inputs, "warning", "critical", "Warning threshold")


def recovery_is_healthy(inputs: Inputs) -> Iterator[str]:
    """Check that a recovery threshold isn't in the range that alerts."""
    both = "alert and alert recovery criteria are such that the monitor can be simultaneously in both states: "
    for name, level in (("criticalRecovery", "critical"), ("warningRecovery", "warning")):
        for said in _on_healthy_side(inputs, name, level, f"{name} threshold"):
            yield both + said


def _on_healthy_side(inputs: Inputs, name: str, other: str, label: str) -> Iterator[str]:
    end = compared(parsed_query(inputs))
    value, limit = (number(at(inputs, f"monitorThresholds.{key}")) for key in (name, other))
    if end is None or not end.directed or value is None or limit is None:
        return
    if not (value < limit if end.rising else value > limit):
        side, level = "less" if end.rising else "greater", {"critical": "alert"}.get(other, other)
        yield (
            f"{label} ({value:g}) must be {side} than the {level} threshold ({limit:g}) with {end.operator} comparison."
        )


def thresholds_are_numbers(inputs: Inputs) -> Iterator[str]:
    """Every threshold is a number, written as text, under a name that exists."""
    for name, value in (at(inputs, "monitorThresholds") or {}).items():
        if name not in THRESHOLDS:
            yield f'An argument named "{name}" is not expected in monitorThresholds; it has {", ".join(THRESHOLDS)}.'
        elif not name.endswith("Query") and isinstance(value, str | int | float) and number(value) is None:
            yield f"monitorThresholds.{name} must be a number, got {value!r}"


def events_recover_at_the_threshold(inputs: Inputs) -> Iterator[str]:
    """Check that a monitor of events sets no recovery threshold."""
    found = [name for name in ("criticalRecovery", "warningRecovery") if at(inputs, f"monitorThresholds.{name}")]
    if at(inputs, "type") == WITHOUT_RECOVERY and found:
        yield f"Invalid threshold statuses found: {', '.join(found)}."


def window_is_offered(inputs: Inputs) -> Iterator[str]:
    """Check that a metric monitor looks back between a minute and a month, a change at most two days."""
    query = parsed_query(inputs)
    if not isinstance(query, MetricMonitor):
        return
    window, most = query.evaluation.window, TWO_DAYS if query.evaluation.change else MONTH
    if not 1 <= window.minutes <= most:
        reach = "48 hours in a change alert" if query.evaluation.change else "1 month"
        yield f"{INVALID}: window {window.written} is not between 1 minute and {reach}"


def search_looks_back(inputs: Inputs) -> Iterator[str]:
    """Check that a search ends in a span, and looks back at most two days where the API says so."""
    query, kind = parsed_query(inputs), at(inputs, "type")
    if not isinstance(query, Search) or kind not in SHORT_SEARCHES:
        return
    last = query.step("last")
    if last is None:
        yield f'{INVALID}: a {kind} must say how far it looks back with .last("<span>")'
        return
    span = re.fullmatch(r"(\d+)([mhd])", "".join(last.texts))
    if span is None or not 1 <= int(span[1]) * MINUTES[span[2]] <= TWO_DAYS:
        yield f"{INVALID}: at column {last.column}: a {kind} looks back between 1m and 48h, not {''.join(last.texts)!r}"


def facets_are_in_one_text(inputs: Inputs) -> Iterator[str]:
    """Check that a log monitor groups by one text: .by("a,b"), not .by("a","b")."""
    query = parsed_query(inputs)
    by = query.step("by") if isinstance(query, Search) and at(inputs, "type") == "log alert" else None
    if by and len(by.arguments) > 1:
        yield (
            f"{INVALID}: unable to parse log monitor query: at column {by.column}: .by() takes one text with commas in "
            f'it, .by("{",".join(by.texts)}")'
        )


def is_multi_alert(query: MonitorQuery | None) -> bool:
    """Whether a monitor alerts by group."""
    found = calculated(query)
    if found is not None and any(metric.by for metric in metrics(found)):
        return True
    by = query.step("by") if isinstance(query, Search | ServiceCheck) else None
    return by is not None and bool(by.arguments)


def uses(query: MonitorQuery | None, name: str) -> bool:
    """Whether a metric query uses a function."""
    found = calculated(query)
    return found is not None and any(function.name == name for function in functions(found))


def fills_with_zero(inputs: Inputs) -> bool:
    """Whether it is a metric monitor that fills gaps with zero itself."""
    return at(inputs, "type") in METRIC_TYPES and uses(parsed_query(inputs), "default_zero")


def number(value: object) -> float | None:
    """Read a number that may be written as text; None when it isn't one."""
    try:
        return float(value) if isinstance(value, str | int | float) else None
    except ValueError:
        return None


FORMS = f"{CLIENT}: api/datadogV1/api_monitors.go, Query Types"
RULES: tuple[Rule, ...] = (
    *read_in(f"{FORMS}; {PROVIDER} #1159", query_can_be_read),
    *read_in(f"{PROVIDER} #1410, datadog-operator #2106", threshold_is_the_querys),
    *read_in(f"{PROVIDER} #1916, datadog-operator #2106", alert_has_a_threshold),
    *read_in("grosser/kennel: lib/kennel/models/monitor.rb, validate_thresholds", warning_comes_first),
    *read_in("datadog-api-client-typescript #754", recovery_is_healthy),
    *read_in(f"{PROVIDER}: datadog/resource_datadog_monitor.go, ValidateFloatString", thresholds_are_numbers),
    *read_in(f"{PROVIDER} #1401", events_recover_at_the_threshold),
    *read_in(f"{DOCS}: monitors/configuration, Evaluation window; {FORMS}", window_is_offered),
    *read_in(FORMS, search_looks_back),
    *read_in("an API's answer quoted in a public guide: unable to parse log monitor query", facets_are_in_one_text),
)
