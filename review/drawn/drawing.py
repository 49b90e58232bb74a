"""A panel with its data as SVG and HTML: one way to draw for each kind of widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from review.drawn.at_once import dial, firing, listing, one_number, top
from review.drawn.data import Drawn
from review.drawn.over_time import buckets, lines
from review.drawn.svg import element, joined

DRAWERS: Mapping[str, Callable[[Drawn], Markup]] = {
    "lines": lines,
    "number": one_number,
    "top": top,
    "dial": dial,
    "buckets": buckets,
    "listing": listing,
    "standing": one_number,
    "firing": firing,
}


def drawing(drawn: Drawn) -> Markup:
    """What stands in the panel below its title."""
    shown = [DRAWERS.get(drawn.panel.kind, _unknown)(drawn)] if drawn.lines or not drawn.missing else []
    return joined([*shown, *(element("p", each, class_="note missing") for each in drawn.missing)])


def _unknown(drawn: Drawn) -> Markup:
    """A kind that only another commit knows: its place, and what it is called."""
    return element("p", f"{drawn.panel.kind}: not a kind of panel that this version draws", class_="note")
