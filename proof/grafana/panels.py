"""The panels of Grafana's dashboards as they are declared, and what their queries give of a made-up day."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from proof.grafana import days as data
from proof.grafana.engine import Answer, ask
from proof.grafana.rules import GROUP
from proof.panels import EVERY, RARELY, Day, Panel, Panels, Query, Wrong
from proof.story import EPOCH
from proof.truth import DAY, MINUTE
from review.drawn.data import Line
from review.recorder import Recording

DASHBOARD = "grafana:oss/dashboard:Dashboard"
LATER = 60  # a panel is looked at some time after the last sample
SCRAPED = 15  # seconds: what a Prometheus data source takes for the scrape interval where nothing is set
# Between which values a number of a unit is (pkg: grafana-data, valueFormats); of any other, not less than nothing.
RANGES: Mapping[str, tuple[float, float | None]] = {"percentunit": (0, 1), "percent": (0, 100)}


def panels(day: Day, recording: Recording) -> Iterator[Panel]:
    """Those of the product's dashboards."""
    begin = day.scope.logical("dashboard-")
    for each in recording.resources:
        if each.type == DASHBOARD and each.name.startswith(begin):
            page = json.loads(each.inputs["configJson"])
            for panel in page["panels"]:
                queries = tuple(_queries(day, panel))
                names = (day.stack, day.scope.product.name, page["title"], panel["title"], panel["type"])
                place = tuple(panel["gridPos"][key] for key in ("x", "y", "w", "h"))
                yield Panel(*names, queries, place, each.name.removeprefix(begin))


def _queries(day: Day, panel: Mapping[str, Any]) -> Iterator[Query]:
    units, floor = list(_units(panel)), panel["title"] not in day.budgets
    for number, target in enumerate(panel.get("targets", ())):
        unit = units[number + 1] if number + 1 < len(units) else units[0]
        least, most = RANGES.get(unit, (0, None))
        labels = re.findall(r"\{\{\s*(\w+)\s*\}\}", target.get("legendFormat", ""))
        text, least_here = target["expr"], least if floor else None
        yield Query(target["refId"], text, least_here, most, tuple(labels), day.raw(text))


def _units(panel: Mapping[str, Any]) -> Iterator[str]:
    """The panel's, then that of each column of a table, in order."""
    config = panel.get("fieldConfig", {})
    yield config.get("defaults", {}).get("unit", "")
    for each in config.get("overrides", ()):
        yield from (found["value"] for found in each["properties"] if found["id"] == "unit")


def instant(target: Mapping[str, Any]) -> bool:
    """Whether it asks for the value of one moment."""
    return bool(target.get("instant")) or target.get("queryType") == "instant"


def put_in(text: str, step: int) -> str:
    """A query with Grafana's own variables replaced, as on a page of a day whose points are so many seconds apart.

    $__rate_interval: max($__interval + scrape interval, 4 * scrape interval) (grafana/grafana#77234). $__auto of a
    range query is its step (docs: Loki, Template variables).
    """
    values = {
        "__rate_interval": f"{max(step + SCRAPED, 4 * SCRAPED)}s",
        "__interval": f"{step}s",
        "__auto": f"{step}s",
        "__range": f"{DAY}s",
        "__range_s": str(DAY),
        "__interval_ms": str(1000 * step),
    }
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda found: values.get(found[1] or found[2], found[0]), text)


def draw(found: Panels, days: Sequence[tuple[Day, Recording]], command: Path) -> None:
    """Have all panels drawn. Those of two environments that differ in nothing but its name are evaluated once."""
    asked: dict[str, dict[str, Any]] = {}
    waiting: list[tuple[Panel, dict[str, tuple[str, str]]]] = []
    for day, recording in days:
        targets = list(_targets(day, recording))
        if not targets:
            continue
        series, lines = data.series(day.days), data.lines(day.days)
        for panel, models in targets:
            places = {}
            for query, model in zip(panel.queries, models, strict=True):
                if "$" in (text := put_in(query.text, EVERY)):
                    why = "asks for a variable that the dashboard doesn't have"
                    found.wrong.append(Wrong(panel, query.text, why, "$__rate_interval, $__interval or $__range"))
                    continue
                logs = model["datasource"]["type"] == "loki"
                every = RARELY if instant(model) else EVERY
                key = f"{day.stack} {day.scope.product.name} {'logql' if logs else 'promql'} {every}"
                request = asked.setdefault(key, _request(key, every, {"lines": lines} if logs else {"series": series}))
                name = request["names"].setdefault(text, f"q{len(request['names'])}")
                places[query.name] = (key, name)
            waiting.append((panel, places))
    answers = _answers(asked.values(), command, {day.stack: day.scope.environment.name for day, _ in days})
    for panel, places in waiting:
        results: dict[str, list[Line]] = {}
        labelled: dict[str, set[str]] = {}
        for query in panel.queries:
            if query.name in places:
                key, name = places[query.name]
                if why := answers[key].failed(name):
                    said = f"can't be evaluated: {why}"
                    found.wrong.append(Wrong(panel, query.text, said, "a query that the engine evaluates"))
                    continue
                results[query.name], labelled[query.name] = _lines(answers[key], name, asked[key]["every"])
        found.add(panel, results, labelled)


def _targets(day: Day, recording: Recording) -> Iterator[tuple[Panel, list[Mapping[str, Any]]]]:
    pages = (
        json.loads(each.inputs["configJson"])
        for each in recording.resources
        if each.type == DASHBOARD and each.name.startswith(day.scope.logical("dashboard-"))
    )
    models = (panel.get("targets", []) for page in pages for panel in page["panels"])
    return zip(panels(day, recording), models, strict=True)


def _request(key: str, every: int, held: Mapping[str, Any]) -> dict[str, Any]:
    language = key.split()[2]
    times = {"from": EPOCH + every + LATER, "to": EPOCH + DAY + LATER, "every": every}
    return {"id": key, "language": language, "names": {}, **times, **held}


def _answers(asked: Iterable[dict[str, Any]], command: Path, environments: Mapping[str, str]) -> dict[str, Answer]:
    alike: dict[str, list[str]] = {}
    first: dict[str, dict[str, Any]] = {}
    for request in asked:
        queries = {name: text for text, name in request["names"].items()}
        sent = {key: value for key, value in request.items() if key != "names"} | {"queries": queries}
        said = json.dumps({**sent, "id": ""}).replace(environments[request["id"].split()[0]], "{environment}")
        alike.setdefault(said, []).append(request["id"])
        first.setdefault(said, sent)
    names = {request["id"]: alike[said] for said, request in first.items()}
    return {name: answer for answer in ask(command, first.values()) for name in names[answer.id]}


def _lines(answer: Answer, name: str, every: int) -> tuple[list[Line], set[str]]:
    """The lines of a query, and the labels that all of them have."""
    lines: list[Line] = []
    labels: set[str] | None = None
    for found, values in answer.results.get(name, ()):
        named = dict(found)
        points = [((n + 1) * every / MINUTE, value) for n, value in enumerate(values) if value is not None]
        lines.append(Line(", ".join(named[key] for key in sorted(named) if key != "__name__"), points))
        labels = set(named) if labels is None else labels & set(named)
    return lines, labels or set()


def lists(found: Panels, day: Day, recording: Recording) -> None:
    """Lists of alerts that no rule's labels fit."""
    rules = [rule for each in recording.resources if each.type == GROUP for rule in each.inputs["rules"]]
    pages = [json.loads(each.inputs["configJson"]) for each in recording.resources if each.type == DASHBOARD]
    shown = {(page["title"], panel["title"]): panel for page in pages for panel in page["panels"]}
    for panel in panels(day, recording):
        if panel.kind != "alertlist":
            continue
        asks = shown[panel.dashboard, panel.title]["options"]["alertInstanceLabelFilter"]
        wanted = re.findall(r'(\w+)(!?=)"([^"]*)"', asks)
        if not any(all((rule["labels"].get(k) == v) is (op == "=") for k, op, v in wanted) for rule in rules):
            instead = "the labels that the product's rules have"
            found.wrong.append(Wrong(panel, asks, "lists alerts, and no rule has these labels", instead))
