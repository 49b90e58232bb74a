"""Dashboards as Datadog's dashboard JSON. Limits are drawn from the alerts on the same signal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, assert_never

import pulumi

from components.datadog.messages import ALERT
from components.datadog.objectives import kept_here, period
from components.datadog.queries import TAKING, expression, facet, log_search
from components.datadog.sdk import datadog
from components.datadog.spans import live_span
from components.datadog.widgets import with_options
from components.placement import placed
from components.problems import Problem
from components.scope import Scope
from components.translation import every, refusal
from components.units import UNITS
from components.vendor import VendorMonitoring
from components.vocabulary.at_datadog import DatadogQuery
from components.vocabulary.dashboards import (
    Buckets,
    Dashboard,
    Dial,
    Firing,
    Lines,
    Listing,
    Number,
    Standing,
    Top,
    Widget,
    known_widget,
)
from components.vocabulary.differences import Difference
from components.vocabulary.log_signals import LogCount
from components.vocabulary.quantities import Duration, plain
from components.vocabulary.signals import Level, Percentile, Rate
from components.vocabulary.thresholds import Signal

COLUMNS = 12
SIZES = {Number: (2, 2), Lines: (6, 3), Top: (6, 3), Standing: (4, 3), Firing: (12, 3)}
GROUPS_SHOWN = 50


def declare_dashboard(
    component: VendorMonitoring, dashboard: Dashboard, objectives: Mapping[str, pulumi.Resource]
) -> datadog.DashboardJson:
    """Create the dashboard; its address is an output."""
    scope = component.scope
    widgets = list(_placed(scope, dashboard))
    ids = [objectives[name].id if (name := widget["definition"].get("slo_id")) else None for widget in widgets]  # type: ignore[attr-defined]
    content = pulumi.Output.all(*ids).apply(lambda ids: _json(scope, dashboard, widgets, ids))
    made = datadog.DashboardJson(
        scope.logical(f"dashboard-{dashboard.name}"),
        dashboard=content,
        opts=component.child(),
    )
    return component.answer(dashboard.rows, made)


def _json(scope: Scope, dashboard: Dashboard, widgets: Sequence[dict[str, Any]], ids: Sequence[str | None]) -> str:
    for widget, slo_id in zip(widgets, ids, strict=True):
        if slo_id:
            widget["definition"]["slo_id"] = slo_id
    # Datadog returns these keys always; one that is left out would be a difference for ever.
    content = {
        "title": scope.title(dashboard.title),
        "description": scope.about(dashboard.about, dashboard),
        "layout_type": "ordered",
        "reflow_type": "fixed",
        "notify_list": [],
        "tags": [f"team:{scope.product.team}"],
        "template_variables": [],
        "widgets": widgets,
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False)


def _placed(scope: Scope, dashboard: Dashboard) -> Iterator[dict[str, Any]]:
    sized = ((each, SIZES[type(widget)]) for widget in dashboard.widgets for each in definitions(scope, widget))
    for definition, place in placed(sized, COLUMNS):
        yield {"definition": definition, "layout": place._asdict()}


def definitions(scope: Scope, widget: Widget) -> list[dict[str, Any]]:
    """A widget in Datadog's JSON, one per period for numbers; of an objective, its name stands for the id.

    Raises InvalidDeclarationError for what Datadog doesn't draw.
    """
    return [with_options(definition, widget) for definition in _definitions(scope, widget)]


def _definitions(scope: Scope, widget: Widget) -> Iterator[dict[str, Any]]:
    common = {"title": widget.title, "description": widget.about}
    known = known_widget(widget)
    match known:
        case Lines():
            yield common | _lines(scope, known)
        case Number():
            for length in known.periods:
                span = live_span(length)
                yield common | {
                    "type": "query_value",
                    "title": f"{known.title}, last {span}",
                    "time": {"live_span": span},
                    "autoscale": True,
                    "precision": 2,
                    "requests": [_request(scope, [(known.signal, None)], "scalar")],
                }
        case Top():
            request = _request(scope, [(known.signal, None)], "scalar")
            order = {"type": "formula", "index": 0, "order": "desc"}
            request["sort"] = {"count": known.count, "order_by": [order]}
            span = live_span(known.last)
            yield common | {"type": "toplist", "time": {"live_span": span}, "requests": [request]}
        case Standing(objective=objective):
            if not kept_here(objective):
                why = "is kept in Grafana, where checks are; Datadog can't draw it."
                raise refusal(Problem("objective", objective.name, why, "an objective on metrics"))
            yield common | {
                "type": "slo",
                "slo_id": objective.name,
                "view_type": "detail",
                "view_mode": "overall",
                "time_windows": [period(objective)],
                "show_error_budget": True,
            }
        case Firing():
            tags = f'tag:("env:{scope.environment.name}" AND "product:{scope.product.name}" AND "{ALERT}")'
            yield common | {
                "type": "manage_status",
                "query": f'{tags} status:(alert OR warn OR "no data")',
                "summary_type": "monitors",
                "display_format": "countsAndList",
                "color_preference": "text",
                "hide_zero_counts": True,
                "show_priority": True,
                "show_last_triggered": True,
                "sort": "status,asc",
            }
        case Dial() | Buckets() | Listing():
            why = "can't be drawn in Datadog."
            raise refusal(Problem("widgets", type(known).__name__, why, "Number, Lines or Top"))
        case _:
            assert_never(known)


def _lines(scope: Scope, widget: Lines) -> dict[str, Any]:
    drawn = [(line, over) for line in widget.signals() for over in scope.product.windows_of(line) or (None,)]
    request = _request(scope, drawn, "timeseries")
    for formula, (line, _) in zip(request["formulas"], drawn, strict=True):
        if widget.names:
            formula["alias"] = widget.names[widget.signals().index(line)]
    request["display_type"] = "bars" if widget.bars else "area" if widget.stacked else "line"
    return {
        "type": "timeseries",
        "show_legend": True,
        "legend_layout": "auto",
        "legend_columns": ["avg", "max", "value"],
        "requests": [request],
        "markers": [marker for line in widget.signals() for marker in _markers(scope, line)],
    }


def _markers(scope: Scope, line: Signal) -> Iterator[dict[str, str]]:
    """The limits of every alert that watches this signal, in the unit it is drawn in."""
    for alert, when in scope.limits_on(line):
        for limit, kind in ((when.critical, "error dashed"), (when.warn, "warning dashed")):
            if limit is not None:
                value = f"y = {plain(limit.to(line.unit))}"
                label = f" {alert.severity.name} {alert.title}: {when.sense} {limit} "
                yield {"value": value, "display_type": kind, "label": label}


def _request(
    scope: Scope, drawn: Sequence[tuple[Signal, Duration | None]], answer: Literal["scalar", "timeseries"]
) -> dict[str, Any]:
    """One query and formula for each signal; with a duration, added up over so long a time for every point."""
    every(lambda each: expression(scope, each), [each for each, _ in drawn if not isinstance(each, LogCount)])
    queries: list[dict[str, Any]] = []
    formulas: list[dict[str, Any]] = []
    for number, (signal, over) in enumerate(drawn):
        name = f"q{number}"
        alias = f"{signal.describe()} in {over}" if over else signal.describe()
        if isinstance(signal, LogCount):
            queries.append(_log_query(scope, signal, name, over))
            formulas.append({"formula": name, "alias": alias})  # a count has no unit
            continue
        made = expression(scope, signal, name)
        how = {"aggregator": _aggregator(signal)} if answer == "scalar" else {}
        rollup = f".rollup(sum, {over.seconds})" if over else ""
        queries.extend(
            {"data_source": "metrics", "name": n, "query": q + rollup} | how for n, q in made.queries.items()
        )
        formulas.append({"formula": made.formula, "alias": alias} | _unit(signal))
    return {"response_format": answer, "queries": queries, "formulas": formulas}


def _unit(signal: Signal) -> dict[str, Any]:
    """The unit that Datadog shows it in: 0.004 of all is 0.4 %."""
    name = UNITS[signal.unit].datadog
    return {"number_format": {"unit": {"type": "canonical_unit", "unit_name": name}}} if name else {}


def _aggregator(signal: Signal) -> str:
    """How one number is made of the series: sums of counts, so that a ratio of them is a ratio of sums."""
    match signal:
        case Percentile():
            return "percentile"
        case Level() | DatadogQuery():
            return TAKING[signal.taking]
        case Difference():
            return _aggregator(signal.whole)
        case _:
            return "avg" if isinstance(signal, Rate) else "sum"


def _log_query(scope: Scope, signal: LogCount, name: str, over: Duration | None) -> dict[str, Any]:
    index = scope.slug() if scope.product.log_index else "*"
    groups = [
        {"facet": facet(tag), "limit": GROUPS_SHOWN, "sort": {"aggregation": "count", "order": "desc"}}
        for tag in signal.by
    ]
    return {
        "data_source": "logs",
        "name": name,
        "search": {"query": log_search(scope, signal)},
        "indexes": [index],
        "compute": {"aggregation": "count"} | ({"interval": over.seconds * 1000} if over else {}),
        "group_by": groups,
    }
