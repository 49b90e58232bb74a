"""Panels that show what holds now: numbers, dials, lists, tables, the alerts that fire."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from review.drawn.data import Drawn, Line
from review.drawn.numbers import spoken
from review.drawn.panels import Limit
from review.drawn.said import described, named, urgency
from review.drawn.svg import element, number

RADIUS = 80
TOP_ROWS = 6


def state(value: float, limits: Sequence[Limit]) -> str:
    """`bad`, `warn` or `good`: the worst limit that is crossed."""
    crossed = [each for each in limits if (value > each.value if each.sense == "above" else value < each.value)]
    return "bad" if any(each.urgent for each in crossed) else "warn" if crossed else "good"


def one_number(drawn: Drawn) -> Markup:
    """One number in the middle, coloured by the limits of the alerts on it."""
    value = _value(drawn)
    said = element("text", spoken(value, drawn.panel.unit), x=100, y=52, text_anchor="middle", class_="value")
    colour = _colour(drawn, value)
    return element(
        "svg", said, viewBox="0 0 200 70", role="img", aria_label=described(drawn), class_=f"number {colour}"
    )


def _value(drawn: Drawn) -> float:
    return drawn.lines[0].points[-1][1] if drawn.lines and drawn.lines[0].points else 0.0


def _colour(drawn: Drawn, value: float) -> str:
    """By the limits; of an objective, whether it is met. Without either, plain."""
    panel = drawn.panel
    if panel.kind == "standing":
        return "good" if panel.goal is None or value >= panel.goal else "bad"
    return state(value, panel.limits) if panel.limits else "plain"


def dial(drawn: Drawn) -> Markup:
    """A half circle with the limits as notches."""
    panel, value = drawn.panel, _value(drawn)
    whole = {"ratio": 1.0, "percent": 100.0}.get(panel.unit)
    most = whole or 2 * max((limit.value for limit in panel.limits), default=value / 1.4 or 1.0)
    colour = _colour(drawn, value)
    shapes = [_arc(1.0, "track"), _arc(min(value / most, 1.0), f"arc {colour}")]
    shapes += [_notch(limit.value / most, f"notch {urgency(limit)}") for limit in panel.limits]
    shapes.append(element("text", spoken(value, panel.unit), x=100, y=96, text_anchor="middle", class_="value"))
    below = "; ".join(named(each) for each in panel.limits)
    svg = element(
        "svg", *shapes, viewBox="0 0 200 112", role="img", aria_label=described(drawn), class_=f"dial {colour}"
    )
    return svg + element("p", below, class_="note")


def _arc(share: float, kind: str) -> Markup:
    """Part of a half circle, from the left."""
    length = math.pi * RADIUS
    return element(
        "path", d="M20 96A80 80 0 0 1 180 96", class_=kind, stroke_dasharray=f"{length * max(share, 0):.1f} 400"
    )


def _notch(share: float, kind: str) -> Markup:
    return element("path", d="M14 96h16", class_=kind, transform=f"rotate({180 * min(max(share, 0), 1):.1f} 100 96)")


def top(drawn: Drawn) -> Markup:
    """The highest groups, a bar for each."""
    panel = drawn.panel
    highest = max((_last(line) for line in drawn.lines), default=1.0) or 1.0
    rows = [
        element(
            "li",
            element("span", line.group or line.label),
            element(
                "svg",
                element(
                    "rect",
                    width=number(1000 * _last(line) / highest),
                    height=20,
                    class_=state(_last(line), panel.limits) if panel.limits else "c0",
                ),
                viewBox="0 0 1000 20",
                preserveAspectRatio="none",
                aria_hidden="true",
            ),
            element("b", spoken(_last(line), panel.unit)),
        )
        for line in drawn.lines[:TOP_ROWS]
    ]
    return element("ol", *rows, class_="top", aria_label=described(drawn))


def _last(line: Line) -> float:
    return line.points[-1][1] if line.points else 0.0


def listing(drawn: Drawn) -> Markup:
    """A row for each group, a column for each signal."""
    columns = list(dict.fromkeys(line.label for line in drawn.lines))
    groups = list(dict.fromkeys(line.group for line in drawn.lines))
    cells = {(line.group, line.label): spoken(_last(line), drawn.panel.unit_of(line.label)) for line in drawn.lines}
    head = element("tr", element("th", "", scope="col"), *(element("th", each, scope="col") for each in columns))
    rows = [
        element(
            "tr", element("th", group, scope="row"), *(element("td", cells.get((group, each), "")) for each in columns)
        )
        for group in groups
    ]
    table = element("table", element("thead", head), element("tbody", *rows))
    return element("div", table, class_="listing", tabindex=0, role="region", aria_label=described(drawn))


def firing(drawn: Drawn) -> Markup:
    """The alerts that fire, of all that are declared here."""
    names = [line.label for line in drawn.lines if _last(line) > 0]
    said = element("p", element("b", f"{len(names)} of {len(drawn.lines)}"), " alerts fire", class_="note")
    rows = [element("li", element("i", class_="swatch bad"), each, element("b", "firing")) for each in names]
    return said + element("ul", *rows, class_="firing")
