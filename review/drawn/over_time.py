"""Panels with time from left to right, as SVG: lines, bars, areas, a heatmap.

What is drawn is stretched to the panel (`preserveAspectRatio="none"`), and strokes keep their width by the style sheet;
axes and legends are text of the page around it, so that they stay readable at every width.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from review.drawn.data import Drawn
from review.drawn.numbers import spoken, ticks
from review.drawn.panels import Limit
from review.drawn.said import described, fired, named, urgency
from review.drawn.svg import element, number

WIDTH, HEIGHT = 1000.0, 400.0
COLOURS = 6  # as many as the style sheet has
NARROW = 0.12  # nearer to each other than that share of the height, limits would be written over each other
BARS = 32  # at most
DAY = 24.0 * 60  # minutes
GAP = 3  # times the usual distance of points: beyond it nothing was there


class _Axis(NamedTuple):
    """Values from bottom to top."""

    low: float
    high: float

    def share(self, value: float) -> float:
        """How far from the top, 0 to 1."""
        return 1 - (value - self.low) / (self.high - self.low)

    def y(self, value: float) -> float:
        """In the drawing's coordinates."""
        return HEIGHT * self.share(value)


def lines(drawn: Drawn) -> Markup:
    """Lines, areas on top of each other, or bars, with the limits of alerts across and the hours below."""
    panel = drawn.panel
    heights = list(_heights(drawn))
    axis = _axis(panel.unit, [value for line in heights for _, value in line], panel.limits)
    begin = min((minute for line in heights for minute, _ in line), default=-1.0)
    begin = -DAY if begin - 60 <= -DAY < begin else begin  # a rate begins some minutes after the day
    span = -begin or 1
    marks = ticks(axis.low, axis.high)
    shapes = [_rule(axis.y(each), "grid") for each in marks]
    shapes += [_zone(axis, limit) for limit in panel.limits]
    # Of areas the highest first, so that it doesn't cover those below.
    for index, line in sorted(enumerate(heights), key=lambda pair: -pair[0] if panel.style == "stacked" else pair[0]):
        points = [(WIDTH * (minute - begin) / span, axis.y(value)) for minute, value in line]
        shapes.append(_shape(points, panel.style, index, len(heights)))
    shapes += [_rule(axis.y(limit.value), f"limit {urgency(limit)}") for limit in panel.limits]
    hours = [element("span", f"-{round(span * part / 4 / 60)} h") for part in (4, 3, 2, 1)]
    return element(
        "div",
        _scale([(spoken(each, panel.unit), axis.share(each)) for each in marks]),
        element("div", _plot(drawn, shapes), *_labels(axis, panel.limits), class_="area"),
        *_states(drawn, begin, span),
        element("div", *hours, element("span", "now"), class_="times", aria_hidden="true"),
        _legend(drawn),
        class_="plot",
    )


def _heights(drawn: Drawn) -> Iterator[Sequence[tuple[float, float]]]:
    """Each line's points; stacked ones on top of those before them."""
    below: dict[float, float] = {}
    for line in drawn.lines:
        if drawn.panel.style != "stacked":
            yield line.points
            continue
        below |= {minute: below.get(minute, 0.0) + value for minute, value in line.points}
        yield [(minute, below[minute]) for minute, _ in line.points]


def _scale(marks: Sequence[tuple[str, float]]) -> Markup:
    """Texts at the left, each at its share of the height."""
    spans = [element("span", said, style=f"top:{100 * share:.1f}%") for said, share in marks]
    return element("div", *spans, class_="scale", aria_hidden="true")


def _shape(points: Sequence[tuple[float, float]], style: str, index: int, count: int) -> Markup:
    colour = f"c{index % COLOURS}"
    if style == "bars":
        each = max(1, len(points) // BARS)
        # Of several points in one bar the highest: what happened once would be left out otherwise.
        chosen = [min(points[at : at + each], key=lambda point: point[1]) for at in range(0, len(points), each)]
        slot = WIDTH / max(len(chosen), 1)
        wide = slot * 0.7 / count
        left = [x * (WIDTH - slot) / WIDTH + slot * 0.15 + wide * index for x, _ in chosen]
        steps = [
            f"M{number(x)} {number(HEIGHT)}V{number(y)}h{number(wide)}V{number(HEIGHT)}z"
            for x, (_, y) in zip(left, chosen, strict=True)
        ]
        return element("path", d="".join(steps), class_=f"bar {colour}")
    if style == "stacked":
        path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
        return element("path", d=f"{path}V{number(HEIGHT)}H0z", class_=f"stack {colour}")
    return element("path", d=_path(points), class_=f"line {colour}")


def _path(points: Sequence[tuple[float, float]]) -> str:
    """From point to point, but not across where there are none."""
    usual = min((b[0] - a[0] for a, b in pairwise(points)), default=WIDTH)
    parts, last = [], -math.inf
    for x, y in points:
        parts.append(f"{'L' if x - last <= GAP * usual else 'M'}{number(x)} {number(y)}")
        last = x
    return "".join(parts)


def _axis(unit: str, values: Sequence[float], limits: Sequence[Limit]) -> _Axis:
    """All values and limits; from nothing, unless everything is close to a whole."""
    everything = [*values, *(limit.value for limit in limits)] or [0.0, 1.0]
    highest, lowest = max(everything), min(everything)
    whole = {"ratio": 1.0, "percent": 100.0}.get(unit)
    near = whole is not None and lowest > 0.7 * whole
    low = lowest - 0.15 * (whole - lowest) if near and whole else 0.0
    high = min(highest * 1.12, whole) if whole is not None and highest <= whole else highest * 1.12
    return _Axis(low, high if high > low else low + 1)


def _rule(y: float, kind: str) -> Markup:
    return element("path", d=f"M0 {number(y)}H{number(WIDTH)}", class_=kind)


def _zone(axis: _Axis, limit: Limit) -> Markup:
    """The side of a limit on which it alerts."""
    y = axis.y(limit.value)
    top, height = (0.0, y) if limit.sense == "above" else (y, HEIGHT - y)
    return element(
        "rect",
        x=0,
        y=number(top),
        width=number(WIDTH),
        height=number(max(0.0, height)),
        class_=f"zone {urgency(limit)}",
    )


def _labels(axis: _Axis, limits: Sequence[Limit]) -> list[Markup]:
    """What alerts on the limit, written at its line; those that lie close together in one."""
    rows: list[tuple[float, list[Limit]]] = []
    for limit in sorted(limits, key=lambda each: axis.share(each.value)):
        share = axis.share(limit.value)
        if rows and share - rows[-1][0] < NARROW:
            rows[-1][1].append(limit)
        else:
            rows.append((share, [limit]))
    return [
        element(
            "p",
            "; ".join(named(each) for each in row),
            class_=f"mark {urgency(max(row, key=lambda each: each.urgent))}{' under' if share < NARROW else ''}",
            style=f"top:{100 * share:.1f}%",
            aria_hidden="true",
        )
        for share, row in rows
    ]


def _plot(drawn: Drawn, shapes: Sequence[Markup]) -> Markup:
    return element(
        "svg",
        *shapes,
        viewBox=f"0 0 {number(WIDTH)} {number(HEIGHT)}",
        preserveAspectRatio="none",
        role="img",
        aria_label=described(drawn),
    )


def _states(drawn: Drawn, begin: float, span: float) -> Iterator[Markup]:
    """Beneath the curves a band for each alert, filled where it fires; the legend says which is whose."""
    urgent = {limit.alert for limit in drawn.panel.limits if limit.urgent}
    for name, times in (drawn.firing or {}).items():
        bars = [
            element("rect", x=number(max(0.0, left)), width=number(max(2.0, right - max(0.0, left))), height=10)
            for left, right in ((WIDTH * (minute - begin) / span for minute in each) for each in times)
            if right > 0
        ]
        shown = element(
            "svg", element("title", f"{name} {fired(times)}"), *bars, viewBox="0 0 1000 10", preserveAspectRatio="none"
        )
        kind = "bad" if name in urgent else "warn"
        yield element("div", shown, class_=f"state {kind}", aria_hidden="true")


def _legend(drawn: Drawn) -> Markup:
    urgent = {limit.alert for limit in drawn.panel.limits if limit.urgent}
    items = [
        element("li", element("i", class_=f"swatch {'bad' if name in urgent else 'warn'}"), f"{name} {fired(times)}")
        for name, times in (drawn.firing or {}).items()
    ]
    items += [
        element("li", element("i", class_=f"swatch c{index % COLOURS}"), line.label)
        for index, line in enumerate(drawn.lines)
    ]
    return element("ul", *items, class_="legend")


def buckets(drawn: Drawn) -> Markup:
    """A heatmap: a column per moment, the lowest bucket at the bottom."""
    count, columns = len(drawn.lines), max((len(line.points) for line in drawn.lines), default=1)
    most = max((value for line in drawn.lines for _, value in line.points), default=1.0) or 1.0
    wide, high = WIDTH / columns, HEIGHT / max(count, 1)
    cells = [
        element(
            "rect",
            x=number(wide * column),
            y=number(HEIGHT - high * (row + 1)),
            width=number(wide),
            height=number(high),
            fill_opacity=f"{value / most:.2f}",
        )
        for row, line in enumerate(drawn.lines)
        for column, (_, value) in enumerate(line.points)
        if value / most >= 0.02  # noqa: PLR2004
    ]
    names = [
        (spoken(float(line.label), drawn.panel.unit), 1 - (row + 0.5) / count)
        for row, line in enumerate(drawn.lines)
        if not row % 2
    ]
    return element("div", _scale(names), element("div", _plot(drawn, cells), class_="area heat"), class_="plot")
