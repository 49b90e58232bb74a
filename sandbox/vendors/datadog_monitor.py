"""What Datadog refuses about a monitor as a whole, and because of what else exists; what it makes of its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.datadog.language.query import METRIC_TYPES
from components.datadog.language.tree import Composite, MetricMonitor, Search
from sandbox.vendors import datadog_monitor_kinds as kinds
from sandbox.vendors import datadog_monitor_options as options
from sandbox.vendors import datadog_monitor_query as querying
from sandbox.vendors.datadog_facts import DASHBOARD_JSON, MONITOR, SLO
from sandbox.vendors.datadog_monitor_query import INVALID, parsed_query
from sandbox.vendors.model import at, read_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.account import Account, Row
    from sandbox.vendors.model import AccountRule, DeleteRule, Rule
    from sandbox.vendors.values import Inputs

MOST_COMPOSED = 10
TRIMMED = ("message", "query", "escalationMessage")


def composed_monitors_are_few(inputs: Inputs) -> Iterator[str]:
    """Check that a composite refers to at most ten monitors."""
    query = parsed_query(inputs)
    if isinstance(query, Composite) and len(query.monitors) > MOST_COMPOSED:
        yield f"{INVALID}: a composite refers to at most {MOST_COMPOSED} monitors, this one to {len(query.monitors)}"


def composed_monitors_exist(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that the monitors a composite refers to exist, and aren't composites themselves."""
    query = parsed_query(inputs)
    for identity in query.monitors if isinstance(query, Composite) else ():
        other = account.get(MONITOR, identity)
        if other is None:
            yield f"{INVALID}: monitor {identity} doesn't exist"
        elif other.inputs.get("type") == "composite":
            yield f"{INVALID}: monitor {identity} is a composite itself"


def objective_exists(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that an SLO alert's objective exists."""
    query = parsed_query(inputs)
    if at(inputs, "type") == "slo alert" and isinstance(query, Search) and account.get(SLO, query.text) is None:
        yield f"{INVALID}: SLO {query.text or '(none)'} doesn't exist"


def objective_can_burn_so_fast(inputs: Inputs, account: Account) -> Iterator[str]:
    """No burn rate is above 1 / (1 - target), where all events are bad."""
    query = parsed_query(inputs)
    if not isinstance(query, Search) or query.source != "burn_rate" or query.comparison.number is None:
        return
    slo = account.get(SLO, query.text)
    targets = [target["target"] for target in (slo.inputs.get("thresholds") if slo else None) or []]
    fastest = min((100 / (100 - target) for target in targets), default=query.comparison.number)
    if query.comparison.number > fastest:
        reach = f"can't be reached with a target of {min(targets):g}%; the fastest is {fastest:g}"
        yield f"{INVALID}: a burn rate of {query.comparison.number:g} {reach}"


def no_slo_uses_it(row: Row, account: Account) -> Iterator[str]:
    """Check that a monitor that an SLO measures stays, unless force_delete is set."""
    users = [slo for slo in account.all(SLO) if int(row.id) in (slo.inputs.get("monitorIds") or [])]
    if users and not row.inputs.get("forceDelete"):
        said = ", ".join(f"{slo.id},{slo.inputs.get('name')} ({slo.name})" for slo in users)
        yield f"401 Unauthorized: monitor [{row.id},{row.inputs.get('name')}] is referenced in slos: [{said}]"


def no_composite_uses_it(row: Row, account: Account) -> Iterator[str]:
    """Check that a monitor that a composite refers to stays, unless force_delete is set."""
    users = [other for other in account.all(MONITOR) if row.id in _composed(other)]
    if users and not row.inputs.get("forceDelete"):
        said = ", ".join(f"{other.id},{other.inputs.get('name')} ({other.name})" for other in users)
        name = row.inputs.get("name")
        yield f"400 Bad Request: monitor [{row.id},{name}] is referenced in composite monitors: [{said}]"


def no_dashboard_shows_it(row: Row, account: Account) -> Iterator[str]:
    """Check that an SLO that a dashboard or an alert names stays, unless force_delete is set."""
    if row.inputs.get("forceDelete"):
        return
    boards = [board for board in account.all(DASHBOARD_JSON) if f'"{row.id}"' in str(board.inputs.get("dashboard"))]
    if boards:
        said = ", ".join(f"{board.id} ({board.name})" for board in boards)
        yield f"409 Conflict: slo [{row.id},{row.inputs.get('name')}] is referenced in dashboards: [{said}]"


def answered(inputs: Inputs) -> Inputs:
    """Return the inputs as the API keeps them: texts trimmed, types by what the query is."""
    kept = {
        name: value.strip() if name in TRIMMED and isinstance(value, str) else value for name, value in inputs.items()
    }
    query = parsed_query(inputs)
    if isinstance(query, Search) and query.source == "formula" and kept.get("type") in METRIC_TYPES:
        kept["type"] = "metric alert"
    elif isinstance(query, MetricMonitor) and query.evaluation.window.kind == "current":
        kept["type"] = "query alert"
    return kept


def one_type(kind: object) -> object:
    """Compare types: the provider takes `metric alert` and `query alert` for the same."""
    return "query alert" if kind == "metric alert" else kind


def _composed(row: Row) -> tuple[str, ...]:
    query = parsed_query(row.inputs) if row.inputs.get("type") == "composite" else None
    return query.monitors if isinstance(query, Composite) else ()


COMPOSITES = (
    "DataDog/documentation: monitors/types/composite.md; datadog-api-client-go: api_monitors.go, Composite Query"
)
RULES: tuple[Rule, ...] = (
    *options.RULES,
    *querying.RULES,
    *kinds.RULES,
    *read_in(COMPOSITES, composed_monitors_are_few),
)
ACCOUNT_RULES: tuple[AccountRule, ...] = (
    *read_in(COMPOSITES, composed_monitors_exist),
    *read_in("datadog-api-client-go: api_monitors.go, SLO Alert Query", objective_exists),
    *read_in("DataDog/documentation: service_level_objectives/burn_rate.md", objective_can_burn_so_fast),
)
DELETE_RULES: tuple[DeleteRule, ...] = (
    *read_in("terraform-provider-datadog #439", no_slo_uses_it),
    *read_in("terraform-provider-datadog #519, #1452", no_composite_uses_it),
)
SLO_DELETE_RULES: tuple[DeleteRule, ...] = read_in("terraform-provider-datadog #667, #756", no_dashboard_shows_it)
