"""What Datadog refuses about the queries of SLO alerts and service checks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from components.datadog.language.tree import MINUTES, Search, ServiceCheck
from sandbox.vendors.datadog_facts import DOCS
from sandbox.vendors.datadog_monitor_query import FORMS, INVALID, TWO_DAYS, number, parsed_query
from sandbox.vendors.model import at, read_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from components.datadog.language.expression import Step
    from sandbox.vendors.model import Rule
    from sandbox.vendors.values import Inputs

MOST_STATUSES = 100
SLO_FRAMES = ("7d", "30d", "90d")


def slo_alert_is_complete(inputs: Inputs) -> Iterator[str]:
    """Check that an SLO alert is of a burn rate or an error budget, over a time frame of SLOs."""
    query = parsed_query(inputs)
    if at(inputs, "type") != "slo alert" or not isinstance(query, Search):
        return
    if query.source not in ("burn_rate", "error_budget"):
        yield f"{INVALID}: an slo alert starts with burn_rate( or error_budget(, not {query.source}("
    over = query.step("over")
    if over is None or over.texts not in {(frame,) for frame in SLO_FRAMES}:
        yield f'{INVALID}: an slo alert names its time frame with .over("7d"), .over("30d") or .over("90d")'


def burn_windows_fit(inputs: Inputs) -> Iterator[str]:
    """Check that a burn rate is of a long window of 1 to 48 hours, and of a shorter one."""
    query = parsed_query(inputs)
    if at(inputs, "type") != "slo alert" or not isinstance(query, Search) or query.source != "burn_rate":
        return
    long, short = (_span(query.step(name)) for name in ("long_window", "short_window"))
    if long is None or not MINUTES["h"] <= long <= TWO_DAYS:
        yield f"{INVALID}: the long window of a burn rate alert must be between 1h and 48h"
    elif short is not None and not short < long:
        yield f"{INVALID}: the short window of a burn rate alert must be shorter than its long window"


def check_counts_fit(inputs: Inputs) -> Iterator[str]:
    """Check that a service check counts statuses among the last n, n at most 100; no threshold can be above n."""
    query = parsed_query(inputs)
    if not isinstance(query, ServiceCheck):
        return
    last = query.step("last")
    count = getattr(last.arguments[0], "value", 0) if last and last.arguments else 0
    if not isinstance(count, float) or not 1 <= count <= MOST_STATUSES:
        yield f"{INVALID}: a service check must look at .last(n) statuses, n between 1 and {MOST_STATUSES}"
        return
    for name in ("ok", "warning", "critical"):
        value = number(at(inputs, f"monitorThresholds.{name}"))
        if value is not None and value > count:
            yield f"{name} threshold ({value:g}) must be at most the {count:g} statuses the query looks at."


def check_is_grouped(inputs: Inputs) -> Iterator[str]:
    """Check that a service check says what it is grouped by."""
    query = parsed_query(inputs)
    by = query.step("by") if isinstance(query, ServiceCheck) else None
    if isinstance(query, ServiceCheck) and (by is None or not by.arguments):
        yield f'{INVALID}: a service check must say .by(...), at least .by("*")'


def _span(step: Step | None) -> float | None:
    span = re.fullmatch(r"(\d+)([mhd])", "".join(step.texts)) if step else None
    return int(span[1]) * MINUTES[span[2]] if span else None


RULES: tuple[Rule, ...] = (
    *read_in(FORMS, slo_alert_is_complete, check_counts_fit),
    *read_in(f"{DOCS}: service_level_objectives/burn_rate.md", burn_windows_fit),
    *read_in(f"{FORMS}; grosser/kennel: monitor.rb, query_must_include_by", check_is_grouped),
)
