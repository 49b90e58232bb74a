"""What Datadog refuses about a dashboard's JSON, and what in it would differ in every preview."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from components.datadog.language.query import QueryError, formula, metric_queries
from sandbox.vendors.datadog_facts import CLIENT, PROVIDER
from sandbox.vendors.model import at, read_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.vendors.model import Check, Rule
    from sandbox.vendors.values import Inputs

# The provider keeps what the API returns; these are always returned, so a JSON without them differs for ever.
ECHOES = ("description", "template_variables", "notify_list")


def is_json(inputs: Inputs) -> Iterator[str]:
    """Check that the dashboard is JSON."""
    text = at(inputs, "dashboard")
    if isinstance(text, str):
        try:
            if not isinstance(json.loads(text), dict):
                yield '"dashboard" must be a JSON object'
        except ValueError as problem:
            yield f'"dashboard" contains an invalid JSON: {problem}'


def _of_model(check: Callable[[dict[str, Any]], Iterator[str]]) -> Check:
    """Run a check on the dashboard's model, if it can be read."""

    def rule(inputs: Inputs) -> Iterator[str]:
        text = at(inputs, "dashboard")
        try:
            model = json.loads(text) if isinstance(text, str) else None
        except ValueError:
            model = None
        if isinstance(model, dict):
            yield from check(model)

    return rule


@_of_model
def is_complete(model: dict[str, Any]) -> Iterator[str]:
    """Check that a dashboard has what the API requires."""
    missing = [name for name in ("title", "layout_type", "widgets") if name not in model]
    if missing:
        yield f"400 Bad Request: the dashboard is missing required fields: {', '.join(missing)}"
    if model.get("layout_type") not in (None, "ordered", "free"):
        yield "400 Bad Request: Value of parameter 'layout_type' should be any of these ['ordered', 'free']"
    for index, widget in enumerate(model.get("widgets") or []):
        definition = widget.get("definition") if isinstance(widget, dict) else None
        if not isinstance(definition, dict) or not definition.get("type"):
            yield f"400 Bad Request: Invalid widget definition at position {index}: it has no type"


@_of_model
def says_what_is_returned(model: dict[str, Any]) -> Iterator[str]:
    """Check that a dashboard's JSON has what the API returns in any case."""
    absent = [name for name in ECHOES if name not in model]
    if absent:
        yield (
            f"the dashboard's JSON leaves out {', '.join(absent)}: the API returns them always, so every preview would "
            "show a difference. Write them, empty if there is nothing to say."
        )


@_of_model
def tags_are_of_teams(model: dict[str, Any]) -> Iterator[str]:
    """Check that a dashboard's tags are team:..."""
    if any(not str(tag).startswith("team:") for tag in model.get("tags") or []):
        yield "400 Bad Request: Invalid tag format. Valid tag keys are: team."


@_of_model
def variables_have_one_default(model: dict[str, Any]) -> Iterator[str]:
    """Check that a template variable has default or defaults, not both, and no empty default."""
    for variable in model.get("template_variables") or []:
        if variable.get("default") is not None and variable.get("defaults") is not None:
            yield f"400 Bad Request: 'template_variables' is invalid: {variable.get('name')} sets default and defaults"
        if "" in (variable.get("defaults") or []):
            yield "400 Bad Request: Minimum length of parameter 'defaults' should be 1"


@_of_model
def queries_can_be_read(model: dict[str, Any]) -> Iterator[str]:
    """Check that the metric queries and formulas of widgets can be parsed."""
    for index, widget in enumerate(model.get("widgets") or []):
        for read, query in _queries(widget):
            try:
                read(query)
            except QueryError as problem:
                yield f"Invalid query in widget at position {index}. Error: unable to parse {query}: {problem}"


def _queries(node: Any) -> Iterator[tuple[Callable[[str], object], str]]:
    for item in node if isinstance(node, list) else [node]:
        if isinstance(item, list):
            yield from _queries(item)
        if not isinstance(item, dict):
            continue
        for name, value in item.items():
            of_metrics = name == "query" and item.get("data_source") == "metrics"
            if isinstance(value, str) and (name == "q" or of_metrics):
                yield metric_queries, value
            elif isinstance(value, str) and name == "formula":
                yield formula, value
            else:
                yield from _queries(value)


RULES: tuple[Rule, ...] = (
    *read_in(f"{PROVIDER}: datadog/resource_datadog_dashboard_json.go, StringIsJSON", is_json),
    *read_in(f"{CLIENT}: tests/api/datadogV1/cassettes/TestDashboardCreateErrors; {PROVIDER} #1969", is_complete),
    *read_in(f"{PROVIDER}: datadog/resource_datadog_dashboard_json.go, prepResource; tried", says_what_is_returned),
    *read_in(
        f"{CLIENT}: tests/scenarios/cassettes, Create a new dashboard ... returns Bad Request",
        tags_are_of_teams,
        variables_have_one_default,
    ),
    *read_in("DataDog/hiring-engineers #784", queries_can_be_read),
)
