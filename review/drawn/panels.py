"""What a dashboard draws and where, from what its product declares (components/declared.py), so also of a base commit.

The grids are the vendors' own: sizes and columns come from the components that declare dashboards there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, get_args

from components.datadog import dashboards as at_datadog
from components.grafana import dashboards as grafana_grid
from components.grafana import panels as at_grafana
from components.placement import Place, placed
from components.vocabulary.dashboards import AnyWidget
from components.vocabulary.words import called
from review.changes import Declared, Facts
from review.meaning import number

KINDS = {called(kind): kind for kind in get_args(AnyWidget)}
ADDS_UP = re.compile("number of |sum of |log events")  # how a signal is described that is more, the longer one waits
SCALE = {"percent": 0.01, "milliseconds": 0.001}
Size = tuple[int, int]


class Grid(NamedTuple):
    """A vendor's grid: its columns, how high a row is drawn in pixels, and the size of each kind of panel."""

    columns: int
    row: int
    sizes: Mapping[str, Size]


GRIDS = {
    "grafana": Grid(grafana_grid.COLUMNS, 30, {called(kind): size for kind, size in at_grafana.SIZES.items()}),
    "datadog": Grid(at_datadog.COLUMNS, 88, {called(kind): size for kind, size in at_datadog.SIZES.items()}),
}
FALLBACK = Grid(12, 88, {})
UNKNOWN_SIZE = (6, 3)


class Limit(NamedTuple):
    """Where an alert fires, in the unit of the panel. `urgent`: drawn in red; `said`: `above 5 %`.

    `alert` is empty for a target that a dial has: beyond it nobody is told, and yet it isn't as it should be.
    """

    alert: str
    severity: str
    sense: str
    value: float
    said: str
    urgent: bool


@dataclass(frozen=True)
class Panel:
    """One rectangle of a dashboard, with all that is needed to draw it but the data.

    `lines` are what its lines, columns or rows are called, `by` the tags that they are split by, `units` those of a
    table's columns where they differ; `style` is `line`, `bars` or `stacked`; `goal` is what an objective has to reach.
    `widget` is the title of the widget it is a part of, `nth` which of that title.
    """

    product: str
    dashboard: str
    widget: str
    nth: int
    title: str
    kind: str
    place: Place
    about: str = ""
    unit: str = ""
    units: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    style: str = "line"
    period: str = ""
    goal: float | None = None

    def unit_of(self, line: str) -> str:
        """The unit of one of its lines or columns."""
        return dict(zip(self.lines, self.units, strict=False)).get(line, self.unit)

    @property
    def identity(self) -> str:
        """What sample data is made from: the same as long as the panel is the same one."""
        return "/".join((self.product, self.dashboard, self.kind, self.title, str(self.nth)))


@dataclass(frozen=True)
class Page:
    """A dashboard as it is laid out."""

    product: str
    name: str
    title: str
    about: str
    vendor: str
    columns: int
    row: int
    panels: tuple[Panel, ...]


def page(product: str, name: str, declared: Declared) -> Page:
    """A dashboard of what a product declares."""
    facts = declared["dashboard"][name]
    vendor = _text(declared.get("product", {}).get(product, {}).get("telemetry"))
    grid = GRIDS.get(vendor, FALLBACK)
    widgets: Sequence[Facts] = facts.get("panels") or ()
    sized = [
        ((part, index), grid.sizes.get(part.kind, UNKNOWN_SIZE))
        for index, widget in enumerate(widgets)
        for part in _parts(product, name, widget, declared, vendor)
    ]
    seen: dict[tuple[str, str], int] = {}
    made = []
    for (part, _), place in placed(sized, grid.columns):
        key = (part.title, part.kind)
        seen[key] = seen.get(key, 0) + 1
        made.append(replace(part, nth=seen[key], place=place))
    return Page(
        product, name, _text(facts.get("title")), _text(facts.get("about")), vendor, grid.columns, grid.row, tuple(made)
    )


def _parts(product: str, dashboard: str, widget: Facts, declared: Declared, vendor: str) -> Iterator[Panel]:
    """The panels of a widget: one per period for numbers, two for an objective at Grafana."""
    kind = _text(widget.get("kind"))
    unit = _text(widget.get("unit"))
    title = _text(widget.get("title"))
    panel = Panel(
        product,
        dashboard,
        title,
        1,
        title,
        kind,
        Place(0, 0, 0, 0),
        about=_text(widget.get("about")),
        unit=unit,
        lines=_list(widget.get("names") or widget.get("lines") or widget.get("columns") or widget.get("signal")),
        units=_list(widget.get("units")),
        by=_list(widget.get("by")),
        style="bars" if widget.get("bars") else "stacked" if widget.get("stacked") else "line",
        period=_text(widget.get("last")),
        limits=tuple(_limits(widget, declared, unit, vendor)),
    )
    match kind:
        case "number":
            for period in _list(widget.get("last")):
                limits = tuple(each for each in panel.limits if _holds(each, declared, panel, period))
                yield replace(panel, title=f"{title}, last {period}", period=period, limits=limits)
        case "standing":
            yield from _standing(panel, widget, declared, vendor)
        case "dial":
            limits = tuple(each for each in panel.limits if _holds(each, declared, panel, panel.period))
            yield replace(panel, limits=(*limits, *_targets(widget, limits)))
        case "lines" if vendor == "grafana":
            yield replace(panel, limits=(*panel.limits, *_of_dials(panel, widget, declared)))
        case "top":
            yield replace(
                panel, limits=tuple(each for each in panel.limits if _holds(each, declared, panel, panel.period))
            )
        case "buckets":
            metric = _text(widget.get("metric")).partition(" ")[0]
            of = declared.get("metric", {}).get(metric, {})
            yield replace(panel, lines=(_text(widget.get("metric")),), unit=_text(of.get("unit")))
        case "firing":
            alerts = declared.get("alert", {})
            yield replace(panel, lines=tuple(name for name, facts in alerts.items() if facts.get("at") == vendor))
        case _:
            yield panel


def _standing(panel: Panel, widget: Facts, declared: Declared, vendor: str) -> Iterator[Panel]:
    name = _text(widget.get("objective")).partition(" (")[0]
    facts = declared.get("objective", {}).get(name, {})
    target = in_unit(_text(facts.get("target")), "ratio")
    period = _text(facts.get("period"))
    reached = replace(panel, unit="ratio", goal=target, period=period, lines=(name,))
    yield reached
    if vendor == "grafana":
        yield replace(reached, title=f"{panel.title}: budget left", goal=0.0)


def _limits(widget: Facts, declared: Declared, unit: str, vendor: str) -> Iterator[Limit]:
    """Those that the vendor draws: Datadog marks them on lines only, and there also where an alert warns."""
    kind = widget.get("kind")
    if vendor == "datadog" and kind != "lines":
        return
    for said in _list(widget.get("limits")):
        name, _, limit = said.partition(": ")
        sense, _, value = limit.partition(" ")
        alert = declared.get("alert", {}).get(name, {})
        severity = _text(alert.get("severity"))
        urgency = declared.get("severity", {}).get(severity, {}).get("urgency", "1")
        yield Limit(name, severity, sense, in_unit(value, unit), limit, int(_text(urgency)) <= at_grafana.URGENT)
        if vendor == "datadog" and (warn := _text(alert.get("warn"))):
            yield Limit(name, severity, sense, in_unit(warn, unit), f"warns {sense} {warn}", urgent=False)


def _targets(dial: Facts, limits: Sequence[Limit]) -> Iterator[Limit]:
    """Where a dial should be, as Grafana marks it: on the healthy side of its alert's limit."""
    unit = _text(dial.get("unit"))
    for key, sense in (("target", limits[0].sense if limits else "below"), ("at_most", "above")):
        if goal := _text(dial.get(key)):
            yield Limit("", "", sense, in_unit(goal, unit), f"goal {goal}", urgent=False)


def _of_dials(panel: Panel, widget: Facts, declared: Declared) -> Iterator[Limit]:
    """The targets of dials that show what a line shows, which Grafana marks there as well."""
    drawn = [line for line in _list(widget.get("lines")) if not ADDS_UP.match(line)]
    boards = declared.get("dashboard", {}).values()
    for dial in (each for board in boards for each in board.get("panels") or () if each.get("kind") == "dial"):
        if dial.get("signal") in drawn:
            yield from _targets(dial, panel.limits)


def _holds(limit: Limit, declared: Declared, panel: Panel, period: str) -> bool:
    """Whether a limit says anything of what is drawn over a period: twenty an hour says nothing of a day."""
    return (
        not any(map(ADDS_UP.match, panel.lines)) or declared.get("alert", {}).get(limit.alert, {}).get("over") == period
    )


def in_unit(said: str, unit: str) -> float:
    """`5 %` as a number of the panel's unit: 0.05 of a ratio."""
    known = number(said)
    if known is None:
        found = re.match(r"[\d.]+", said)
        return float(found[0]) if found else 0.0
    return float(known) / SCALE.get(unit, 1)


def _text(fact: object) -> str:
    if isinstance(fact, list | tuple):
        return ", ".join(map(str, fact))
    return "" if fact is None else str(fact)


def _list(fact: object) -> tuple[str, ...]:
    return tuple(map(str, fact)) if isinstance(fact, list | tuple) else () if fact in (None, "") else (str(fact),)
