"""The error tracker's own dashboard as it is laid out at Sentry."""

from __future__ import annotations

from components.placement import placed
from components.scope import Scope
from components.sentry.dashboards import COLUMNS, SHAPES
from components.vocabulary.at_sentry import ErrorView
from review.drawn.panels import Page, Panel

ROW = 88
KINDS = {"number": "number", "table": "listing", "lines": "lines"}
UNITS = {"p50": "milliseconds", "p95": "milliseconds", "p99": "milliseconds", "per minute": ""}


def error_page(scope: Scope) -> Page | None:
    """Sentry's dashboard of a product; None where there is none."""
    product = scope.product
    board = product.errors and product.errors.dashboard
    if not board:
        return None
    sized = ((view, SHAPES[view.shape][1:]) for view in board.views)
    panels = [
        Panel(
            product.name,
            board.name,
            view.title,
            nth,
            view.title,
            KINDS[view.shape],
            place,
            about=_about(view),
            unit=UNITS.get(view.shows[-1], "count"),
            lines=_shows(view),
            by=(view.by,) if view.by else (),
        )
        for nth, (view, place) in enumerate(placed(sized, COLUMNS), 1)
    ]
    return Page(product.name, board.name, board.title, "", "sentry", COLUMNS, ROW, tuple(panels))


def _shows(view: ErrorView) -> tuple[str, ...]:
    return tuple(f"{number} of {view.of}" for number in view.shows)


def _about(view: ErrorView) -> str:
    return ", ".join(_shows(view)) + (f" matching {view.search}" if view.search else "")
