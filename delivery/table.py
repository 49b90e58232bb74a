"""Routes for a person: aligned in a terminal, a line per receiver and tabs in a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from delivery.routes import NOTHING, Route, lasting

HEAD = ("SEVERITY", "AT", "TOLD", "THROUGH", "AFTER", "AGAIN", "WHEN NOBODY ANSWERS")
SHOWN = 3
LEGEND = (
    "AFTER: from when an alert's condition holds (of a check: from when what it probes fails) to the first message,",
    "as far as declared; what vendors need to take in data and to deliver comes on top.",
    "WHEN NOBODY ANSWERS: beside what comes AGAIN. Vendors know whether it is over, not whether somebody answered.",
    "PagerDuty does, and escalates by its own policy, which isn't declared here.",
)


def lines(found: Sequence[Route]) -> Iterator[str]:
    """With tabs: a line for each receiver of each route, with the names of its alerts."""
    yield "\t".join(("STACK", "ENVIRONMENT", "PRODUCT", *HEAD, "ALERTS"))
    for each in found:
        for end in each.told or (None,):
            told = (end.receiver, end.through) if end else ("nobody", "")
            cells = (each.severity, each.vendor, *told, *_rest(each), ",".join(each.alerts))
            yield "\t".join((each.stack, each.environment, each.product, *cells))


def aligned(found: Sequence[Route]) -> Iterator[str]:
    """By product, with columns as wide as what stands in them."""
    rows: dict[str, list[tuple[str, ...]]] = {}
    for each in found:
        rows.setdefault(f"{each.product} in {each.environment}", [HEAD]).extend(_cells(each))
    for title, cells in rows.items():
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        yield title
        for row in cells:
            yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        yield ""
    yield from LEGEND


def _cells(route: Route) -> Iterator[tuple[str, ...]]:
    told = [(end.receiver, end.through) for end in route.told] or [("nobody", "")]
    names, more = route.alerts[:SHOWN], len(route.alerts) - SHOWN
    left = [route.severity, *(f"  {name}" for name in names), *([f"  and {more} more"] if more > 0 else [])]
    rest = _rest(route)
    for place, (name, receiver) in enumerate(zip_longest(left, told)):
        yield (
            name or "",
            "" if place else route.vendor,
            *(receiver or ("", "")),
            *(("", "", "") if place else rest),
        )


def _rest(route: Route) -> tuple[str, str, str]:
    earliest, latest = route.lag
    after = f"{lasting(earliest)} to {lasting(latest)}" if latest else "at once"
    unanswered = route.unanswered
    if unanswered == NOTHING and any(end.wakes for end in route.told):
        unanswered = "nothing here; PagerDuty's policy"
    return after, route.again, unanswered


def problems(found: Sequence[Route]) -> Iterator[str]:
    """A line for each thing that is wrong with the route of an alert."""
    for each in found:
        for problem in each.problems:
            yield f"{each.product}, alert {each.alerts[0]!r} ({each.stack}, {each.vendor}, {each.severity}): {problem}"
