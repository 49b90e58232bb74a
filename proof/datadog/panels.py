"""The panels of Datadog's dashboards as they are declared, evaluated as Datadog's documentation says of graphs.

Formulas are computed point by point, unlike in monitors (M/guide/as-count-in-monitor-evaluations); a single number is
made of each query first, by its own aggregator, and then of the formula (dashboards/widgets/query_value.md).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from components.datadog.language import expression as parts
from components.datadog.language.query import formula, metric_queries
from proof.datadog import days as received
from proof.datadog.burns import share
from proof.datadog.data import WHOLE, Data, Group
from proof.datadog.logs import found as finds
from proof.datadog.monitors import Declared
from proof.datadog.points import OVER, Classic, Points, rank
from proof.datadog.queries import bucket
from proof.datadog.readings import Readings
from proof.panels import Day, Panel, Panels, Query, Wrong
from proof.truth import DAY, HOUR, MINUTE
from proof.unplayable import UnplayableError
from review.drawn.data import Line
from review.recorder import Recording

DASHBOARD = "datadog:index/dashboardJson:DashboardJson"
RANGES: Mapping[str, tuple[float, float | None]] = {"fraction": (0, 1), "percent": (0, 100)}
SPANS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY, "mo": 30 * DAY}
LOOKS = 4 * HOUR  # seconds between two looks at a single number


Times = tuple[float, float, float]  # from, until, and how many seconds a point stands for
Known = dict[str, dict[str, list[Line]]]


class _Formula(Classic):
    """A formula over queries that have been evaluated already."""

    def __init__(self, named: Mapping[str, Points], low: float, high: float, every: float) -> None:
        super().__init__(Data(), low, high, every)
        self.named = named

    def _of(self, node: parts.Expression | parts.Text | parts.Option, *, aligned: bool) -> Points:
        if isinstance(node, parts.Variable):
            return self.named[node.name]
        return super()._of(node, aligned=aligned)


def panels(day: Day, recording: Recording) -> Iterator[tuple[Panel, Mapping[str, Any]]]:
    """Those of the product's dashboards, each with its definition."""
    begin = day.scope.logical("dashboard-")
    for each in recording.resources:
        if each.type == DASHBOARD and each.name.startswith(begin):
            page = json.loads(each.inputs["dashboard"])
            for widget in page["widgets"]:
                shown = widget["definition"]
                queries = tuple(_queries(day, shown))
                names = (day.stack, day.scope.product.name, page["title"], shown["title"], shown["type"])
                place = tuple(widget["layout"][key] for key in ("x", "y", "width", "height"))
                yield Panel(*names, queries, place, each.name.removeprefix(begin)), shown


def _queries(day: Day, shown: Mapping[str, Any]) -> Iterator[Query]:
    """One for each formula: what it is computed of is said in its text."""
    for number, request in enumerate(shown.get("requests", ())):
        for place, each in enumerate(request["formulas"]):
            unit = each.get("number_format", {}).get("unit", {}).get("unit_name", "")
            least, most = RANGES.get(unit, (0, None))
            named = {query["name"]: query.get("query") or query["search"]["query"] for query in request["queries"]}
            used = {name: text for name, text in named.items() if re.search(rf"\b{name}\b", each["formula"])}
            said = f"{each['formula']}, where {'; '.join(f'{name} = {text}' for name, text in used.items())}"
            raw = any(day.raw(text) for text in used.values())
            yield Query(f"{number}.{place}", said, least, most, raw=raw)


def draw(found: Panels, day: Day, recording: Recording, declared: Declared, known: Known) -> None:
    """Have the product's panels drawn. `known`: what has been, in environments that differ in nothing but its name."""
    data = received.data(day.days)
    for panel, shown in panels(day, recording):
        results = known.setdefault(_alike(day, shown, declared), {})
        for number, request in enumerate(shown.get("requests", ())):
            for place, each in enumerate(request["formulas"]):
                name = f"{number}.{place}"
                if name in results:
                    continue
                try:
                    results[name] = list(_lines(shown, request, each["formula"], data, declared))
                except (UnplayableError, KeyError) as why:
                    text = next(query.text for query in panel.queries if query.name == name)
                    found.wrong.append(Wrong(panel, text, f"can't be drawn: {why}", "a query that is defined"))
        if shown["type"] == "slo":
            results = {"slo": list(_objective(found, panel, shown, data, declared))}
        found.add(panel, results, {})
        if shown["type"] == "manage_status":
            _statuses(found, panel, shown, declared)


def _alike(day: Day, shown: Mapping[str, Any], declared: Declared) -> str:
    """What decides what a panel draws, without the environment's name."""
    scope, index = day.scope, declared.indexes.get(day.scope.slug())
    logs = repr(index)
    said = json.dumps([scope.product.name, [each.truth.alert.name for each in day.days.spells], shown, logs])
    return said.replace(f"env:{scope.environment.name}", "env:").replace(scope.slug(), scope.product.name)


def _lines(
    shown: Mapping[str, Any], request: Mapping[str, Any], text: str, data: Data, declared: Declared
) -> Iterator[Line]:
    computed = formula(text)
    used = {each.name for each in parts.nodes(computed) if isinstance(each, parts.Variable)}
    queries = {each["name"]: each for each in request["queries"] if each["name"] in used}
    if request["response_format"] == "timeseries":
        every = bucket(DAY, Readings())
        named = {name: _series(each, data, declared, (0, DAY, every)) for name, each in queries.items()}
        for group, at in _Formula(named, 0, DAY, every).of(computed).items():
            yield Line(_label(group), [(time / MINUTE, value) for time, value in sorted(at.items())])
        return
    span = seconds(shown["time"]["live_span"])
    lines: dict[Group, list[tuple[float, float]]] = defaultdict(list)
    for now in range(LOOKS, DAY + 1, LOOKS):
        named = {name: _single(each, data, declared, now - span, now) for name, each in queries.items()}
        for group, at in _Formula(named, -1, 0, 1).of(computed).items():
            lines[group] += [(now / MINUTE, value) for value in at.values()]
    yield from (Line(_label(group), points) for group, points in lines.items())


def _label(group: Group) -> str:
    return ", ".join(value for _, value in sorted(group))


def seconds(span: str) -> int:
    """`1w` in seconds."""
    found = re.fullmatch(r"(\d+)(m|h|d|w|mo)", span)
    if not found:
        raise UnplayableError(f"the time {span!r} isn't played")
    return int(found[1]) * SPANS[found[2]]


def _series(query: Mapping[str, Any], data: Data, declared: Declared, times: Times) -> Points:
    """The points of a query, by its groups."""
    low, high, every = times
    if query["data_source"] == "logs":
        return _logs(query, data, declared, (low, high, query["compute"].get("interval", every * 1000) / 1000))
    if query["data_source"] != "metrics":
        raise UnplayableError(f"the data source {query['data_source']} isn't played")
    (read,) = metric_queries(query["query"])
    return Classic(data, low, high, every).of(read)


def _single(query: Mapping[str, Any], data: Data, declared: Declared, low: float, high: float) -> Points:
    """One number of each group, as the only point at 0."""
    if query["data_source"] == "logs":
        counts = _logs(query, data, declared, (low, high, high - low))
        return {group: {0: sum(at.values())} for group, at in counts.items()}
    how = query["aggregator"]
    if how == "percentile":
        (metric,) = metric_queries(query["query"])
        assert isinstance(metric, parts.Metric)
        return {group: {0: value} for group, value in _percentiles(metric, data, low, high).items()}
    if how not in OVER:
        raise UnplayableError(f"the aggregator {how} isn't played")
    points = _series(query, data, declared, (low, high, bucket(high - low, Readings())))
    return {group: {0: OVER[how](list(at.values()))} for group, at in points.items() if at}


def _percentiles(metric: parts.Metric, data: Data, low: float, high: float) -> dict[Group, float]:
    found = {}
    for group, series in data.of(metric).items():
        values: dict[float, float] = defaultdict(float)
        for piece in (piece for each in series for piece in each.pieces):
            samples = piece.between(low, high)
            for value, many in piece.values if samples else ():
                values[value] += samples * many
        if values:
            found[group] = rank(values, float(metric.aggregator.removeprefix("p")))
    return found


def _logs(query: Mapping[str, Any], data: Data, declared: Declared, times: Times) -> Points:
    """How many log events of an index a search finds, by group and interval."""
    low, high, every = times
    (index,) = query["indexes"]
    if index != "*" and index not in declared.indexes:
        raise UnplayableError(f"there is no log index {index!r}")
    facets = [each["facet"] for each in query["group_by"]]
    counts: Points = {} if facets else {WHOLE: {}}
    for line in data.lines:
        kept = index == "*" or declared.indexes[index].keeps(line.said)
        if kept and finds(query["search"]["query"], line.said) and all(each in line.said for each in facets):
            at = counts.setdefault(frozenset((each, str(line.said[each])) for each in facets), {})
            for time in line.times:
                if low < time <= high:
                    place = time // every * every
                    at[place] = at.get(place, 0) + 1
    return counts


def _objective(found: Panels, panel: Panel, shown: Mapping[str, Any], data: Data, declared: Declared) -> Iterator[Line]:
    objective = declared.objectives.get(shown["slo_id"])
    if objective is None:
        why = "shows an objective that nothing declares"
        found.wrong.append(Wrong(panel, shown["slo_id"], why, "an objective of the product"))
        return
    good = share(objective, data, DAY - LOOKS, DAY, Readings())
    if not good or not 0 < good <= 1:
        said = "nothing" if good is None else f"{good:g}"
        why = f"shows {said} of an objective, on a day on which everything is sent"
        found.wrong.append(Wrong(panel, shown["slo_id"], why, "an objective on metrics that the product emits"))
    if good is not None:
        yield Line("", [(DAY / MINUTE, good)])


def _statuses(found: Panels, panel: Panel, shown: Mapping[str, Any], declared: Declared) -> None:
    wanted = set(re.findall(r'"(\w[\w.-]*:[^"]+)"', shown["query"]))
    if not any(wanted <= monitor.tags for monitor in declared.monitors.values()):
        why = "lists monitors, and none has these tags"
        found.wrong.append(Wrong(panel, shown["query"], why, "the tags that the product's monitors have"))
