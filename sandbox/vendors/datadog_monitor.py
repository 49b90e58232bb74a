"""What Datadog refuses about monitors: `POST /api/v1/monitor/validate`, create, and delete."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.vendors import datadog_query as queries
from sandbox.vendors.model import at, not_together, one_of, only, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.model import AccountRule, Rule
    from sandbox.vendors.store import Account, Row
    from sandbox.vendors.values import Inputs

MONITOR = "datadog:index/monitor:Monitor"
SLO = "datadog:index/serviceLevelObjective:ServiceLevelObjective"

# Monitors of these types keep the older notify_no_data: the newer on_missing_data isn't offered to them.
WITHOUT_MISSING_DATA = ("service check", "composite", "slo alert")
LONGEST_CHANGE = 2880
LONGEST_EVENT_WINDOW = 2880
SHORTEST_BURN = 60
MOST_STATUSES = 100
MOST_COMPOSED = 10
INVALID = "The value provided for parameter 'query' is invalid"


def query_can_be_read(inputs: Inputs) -> Iterator[str]:
    """Brackets and quotes balance, and everything but composites and service checks ends in a comparison."""
    query, kind = at(inputs, "query"), at(inputs, "type")
    if not isinstance(query, str):
        return
    lost = queries.unbalanced(query)
    if lost:
        yield f"{INVALID}: unbalanced {lost!r} in {query!r}"
    elif kind not in ("composite", "service check") and not queries.comparison(query):
        yield f"{INVALID}: it doesn't end in a comparison with a number: {query!r}"


def threshold_is_the_querys(inputs: Inputs) -> Iterator[str]:
    """Check that the critical threshold is the number the query ends in."""
    critical, end = _number(at(inputs, "monitorThresholds.critical")), _comparison(inputs)
    if critical is not None and end and critical != end.number:
        yield f"Alert threshold ({critical:g}) does not match that used in the query ({end.number:g})."


def thresholds_are_on_their_sides(inputs: Inputs) -> Iterator[str]:
    """Check that a warning comes before the alert, a recovery lies on the healthy side of what it recovers from."""
    end = _comparison(inputs)
    if end is None or not end.directed:
        return
    side = "less" if end.rising else "greater"
    for name, other in (("warning", "critical"), ("criticalRecovery", "critical"), ("warningRecovery", "warning")):
        value, limit = (_number(at(inputs, f"monitorThresholds.{key}")) for key in (name, other))
        if value is not None and limit is not None and not (value < limit if end.rising else value > limit):
            label = {"warning": "Warning threshold", "criticalRecovery": "Alert recovery threshold"}.get(name)
            yield (
                f"{label or 'Warning recovery threshold'} ({value:g}) must be {side} than the {other} threshold "
                f"({limit:g}) of a query that alerts on {end.operator}."
            )


def thresholds_are_numbers(inputs: Inputs) -> Iterator[str]:
    """Every threshold is a number, written as text, under a name that exists."""
    names = ("critical", "criticalRecovery", "ok", "unknown", "warning", "warningRecovery")
    for name, value in (at(inputs, "monitorThresholds") or {}).items():
        if name not in names:
            yield f'An argument named "{name}" is not expected in monitorThresholds; it has {", ".join(names)}.'
        elif isinstance(value, str | int | float) and _number(value) is None:
            yield f"monitorThresholds.{name} must be a number, got {value!r}"


def window_is_offered(inputs: Inputs) -> Iterator[str]:
    """Check that the evaluation window is one that the type of monitor offers."""
    query, kind = at(inputs, "query"), at(inputs, "type")
    if not isinstance(query, str):
        return
    if kind in queries.METRIC_TYPES:
        yield from _metric_window(query)
    elif kind in queries.EVENT_TYPES:
        windows = queries.EVENT_WINDOW.findall(query)
        if not windows:
            yield f'{INVALID}: a {kind} must end its search in .last("<window>")'
        for window in windows:
            length = queries.minutes(window)
            if length is None or not 1 <= length <= LONGEST_EVENT_WINDOW:
                yield f"{INVALID}: window {window!r} of a {kind} must be between 1m and 48h"
    elif kind == "slo alert":
        yield from _burn_windows(query)


def _metric_window(query: str) -> Iterator[str]:
    windows = queries.metric_windows(query)
    if not windows:
        yield f"{INVALID}: it names no evaluation window such as last_5m"
    for window in windows:
        if not queries.metric_window_allowed(window):
            offered = "last_1m to 10080m, last_1h to 730h, last_1d, last_1w"
            yield f"{INVALID}: window last_{window} is not offered; {offered} are"
        elif re.match(r"(pct_)?change\(", query) and (queries.minutes(window) or 0) > LONGEST_CHANGE:
            yield f"{INVALID}: window last_{window} of a change alert must be at most {LONGEST_CHANGE} minutes"


def _burn_windows(query: str) -> Iterator[str]:
    if not re.search(r"\.over\(\s*[\"'](7d|30d|90d)[\"']\s*\)", query):
        yield f'{INVALID}: an slo alert names its time frame with .over("7d"), .over("30d") or .over("90d")'
    windows = {name: queries.minutes(window) for name, window in queries.BURN_WINDOW.findall(query)}
    if query.startswith("burn_rate"):
        long, short = windows.get("long"), windows.get("short")
        if long is None or not SHORTEST_BURN <= long <= LONGEST_EVENT_WINDOW:
            yield f"{INVALID}: the long window of a burn rate alert must be between 1h and 48h"
        elif short is not None and not short < long:
            yield f"{INVALID}: the short window of a burn rate alert must be shorter than its long window"


def anomaly_windows_agree(inputs: Inputs) -> Iterator[str]:
    """Check that an anomaly monitor says how long it must be anomalous, in the query and beside it, alike."""
    query = at(inputs, "query")
    if not isinstance(query, str) or "anomalies(" not in query:
        return
    written = re.search(r"alert_window=['\"](last_\w+)['\"]", query)
    trigger = at(inputs, "monitorThresholdWindows.triggerWindow")
    if not trigger or at(inputs, "monitorThresholdWindows.recoveryWindow") is None:
        yield "threshold_windows: an anomaly monitor must set triggerWindow and recoveryWindow"
    elif written and written[1] != trigger:
        yield f"threshold_windows: triggerWindow {trigger!r} does not match alert_window {written[1]!r} of the query"


def check_counts_fit(inputs: Inputs) -> Iterator[str]:
    """Check that a service check counts statuses among the last n, n at most 100; no threshold can be above n."""
    query = at(inputs, "query")
    if at(inputs, "type") != "service check" or not isinstance(query, str):
        return
    last = queries.CHECK_COUNT.search(query)
    if not last or not 1 <= int(last[1]) <= MOST_STATUSES:
        yield f"{INVALID}: a service check must look at .last(n) statuses, n between 1 and {MOST_STATUSES}"
        return
    for name in ("ok", "warning", "critical"):
        value = _number(at(inputs, f"monitorThresholds.{name}"))
        if value is not None and value > int(last[1]):
            yield f"{name} threshold ({value:g}) must be at most the {last[1]} statuses the query looks at."


def missing_data_is_said_once(inputs: Inputs) -> Iterator[str]:
    """on_missing_data replaces notify_no_data and no_data_timeframe, on the types that have it."""
    for older in ("notifyNoData", "noDataTimeframe"):
        yield from not_together("onMissingData", older)(inputs)
    if at(inputs, "onMissingData") and at(inputs, "type") in WITHOUT_MISSING_DATA:
        yield (
            f"on_missing_data option is not available for monitors of type {at(inputs, 'type')}; "
            "use notifyNoData and noDataTimeframe"
        )


def message_closes_what_it_opens(inputs: Inputs) -> Iterator[str]:
    """Template variables and conditionals in the message are closed, in order."""
    for name in ("message", "escalationMessage"):
        text = at(inputs, name)
        if not isinstance(text, str):
            continue
        if text.count("{{") != text.count("}}"):
            yield f"{name}: unmatched '{{{{' in the template: {text.count('{{')} opened, {text.count('}}')} closed"
            continue
        opened: list[str] = []
        for sign, block in re.findall(r"\{\{\s*([#^/])\s*(\w+)[^}]*\}\}", text):
            if sign != "/":
                opened.append(block)
            elif not opened or opened.pop() != block:
                yield f"{name}: {{{{/{block}}}}} closes a block that isn't open"
                break
        else:
            yield from (f"{name}: the block {{{{#{block}}}}} is not closed" for block in opened)


def renotifying_has_an_interval(inputs: Inputs) -> Iterator[str]:
    """How often and in which states to notify again says nothing without the interval."""
    for name in ("renotifyOccurrences", "renotifyStatuses"):
        if at(inputs, name) and not at(inputs, "renotifyInterval"):
            yield f"{name} requires renotifyInterval to be set"
    occurrences = at(inputs, "renotifyOccurrences")
    if occurrences is not None and (not isinstance(occurrences, int) or occurrences < 1):
        yield f"renotifyOccurrences must be a whole number of at least 1, got {occurrences}"


def priority_is_text(inputs: Inputs) -> Iterator[str]:
    """Check that the priority is "1" to "5", as text."""
    priority = at(inputs, "priority")
    if priority is not None and str(priority) not in {"1", "2", "3", "4", "5"}:
        yield f'expected priority to be one of ["1" "2" "3" "4" "5"], got {priority}'


def composed_monitors_exist(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that a composite refers to at most ten monitors, each of which exists."""
    query = at(inputs, "query")
    if at(inputs, "type") != "composite" or not isinstance(query, str):
        return
    ids = re.findall(r"\d+", query)
    if not ids or len(set(ids)) > MOST_COMPOSED:
        yield f"{INVALID}: a composite refers to between 1 and {MOST_COMPOSED} monitors, this one to {len(set(ids))}"
    for identity in ids:
        if account.get(MONITOR, identity) is None:
            yield f"{INVALID}: monitor {identity} doesn't exist"


def objective_can_burn_so_fast(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that an SLO alert's objective exists; no burn rate is above 1 / (1 - target), where all events are bad."""
    query = at(inputs, "query")
    if at(inputs, "type") != "slo alert" or not isinstance(query, str):
        return
    match, end = queries.SLO_ID.search(query), queries.comparison(query)
    slo = account.get(SLO, match[1]) if match else None
    if slo is None:
        yield f"{INVALID}: SLO {match[1] if match else '(none)'} doesn't exist"
    elif end and query.startswith("burn_rate"):
        targets = [target for _, target in walk(slo.inputs, "thresholds[].target")]
        fastest = min(100 / (100 - target) for target in targets)
        if end.number > fastest:
            reach = f"can't be reached with a target of {min(targets):g}%; the fastest is {fastest:g}"
            yield f"{INVALID}: a burn rate of {end.number:g} {reach}"


def nothing_uses_it(row: Row, account: Account) -> Iterator[str]:
    """Check that a monitor that an SLO or a composite uses stays, unless force_delete is set."""
    if row.inputs.get("forceDelete"):
        return
    users = [slo.name for slo in account.all(SLO) if int(row.id) in (slo.inputs.get("monitorIds") or [])]
    users += [
        other.name
        for other in account.all(MONITOR)
        if other.inputs.get("type") == "composite" and row.id in re.findall(r"\d+", str(other.inputs.get("query")))
    ]
    if users:
        who = ", ".join(users)
        yield f"400 Bad Request: monitor [{row.id}] is referenced by {who}; set forceDelete, or delete those first"


def _number(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, str | int | float) else None
    except ValueError:
        return None


def _comparison(inputs: Inputs) -> queries.Comparison | None:
    query = at(inputs, "query")
    return queries.comparison(query) if isinstance(query, str) and at(inputs, "type") != "service check" else None


RULES: tuple[Rule, ...] = (
    only("monitorThresholdWindows", "recoveryWindow", "triggerWindow"),
    one_of("type", *queries.TYPES),
    one_of("onMissingData", "show_no_data", "show_and_notify_no_data", "resolve", "default"),
    one_of("renotifyStatuses[]", "alert", "warn", "no data"),
    one_of("draftStatus", "draft", "published"),
    query_can_be_read,
    thresholds_are_numbers,
    threshold_is_the_querys,
    thresholds_are_on_their_sides,
    window_is_offered,
    anomaly_windows_agree,
    check_counts_fit,
    missing_data_is_said_once,
    message_closes_what_it_opens,
    renotifying_has_an_interval,
    priority_is_text,
)
ACCOUNT_RULES: tuple[AccountRule, ...] = (composed_monitors_exist, objective_can_burn_so_fast)
