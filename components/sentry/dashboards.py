"""Dashboards at Sentry."""

from __future__ import annotations

import pulumi_sentry as sentry

from components.placement import Place, placed
from components.scope import Scope
from components.vendor import VendorMonitoring
from components.vocabulary.at_sentry import ErrorDashboard, ErrorView

COLUMNS = 6
SHAPES = {"number": ("big_number", 2, 2), "table": ("table", 3, 3), "lines": ("line", 3, 2)}
NUMBERS = {"count": "count()", "users": "count_unique(user)", "per minute": "epm()"}
ROWS_SHOWN = 10


def declare_dashboard(component: VendorMonitoring, dashboard: ErrorDashboard) -> sentry.Dashboard:
    """Create the dashboard. It is one per organisation, so each view says which project and environment it shows."""
    scope = component.scope
    sized = ((view, SHAPES[view.shape][1:]) for view in dashboard.views)
    made = sentry.Dashboard(
        scope.logical(f"sentry-dashboard-{dashboard.name}"),
        organization=scope.environment.sentry_organization,
        title=scope.title(dashboard.title),
        widgets=[_widget(scope, view, place) for view, place in placed(sized, COLUMNS)],
        opts=component.child(),
    )
    return component.answer(dashboard.rows, made)


def _widget(scope: Scope, view: ErrorView, place: Place) -> sentry.DashboardWidgetArgs:
    numbers = [_number(number) for number in view.shows]
    columns = [view.by] if view.by else []
    kind = "is_transaction:true" if view.of == "requests" else ""
    searched = [f"project:{scope.slug()}", f"environment:{scope.environment.name}", kind, view.search]
    sort = _number(view.sort or view.shows[-1])
    return sentry.DashboardWidgetArgs(
        title=view.title,
        display_type=SHAPES[view.shape][0],
        widget_type="spans" if view.of == "requests" else "error-events",
        interval="5m",
        limit=ROWS_SHOWN if view.shape == "table" else None,
        layout=sentry.DashboardWidgetLayoutArgs(
            x=place.x, y=place.y, w=place.width, h=place.height, min_h=place.height
        ),
        queries=[
            sentry.DashboardWidgetQueryArgs(
                name="",
                fields=[*columns, *numbers],
                columns=columns,
                aggregates=numbers,
                conditions=" ".join(part for part in searched if part),
                order_by=f"-{sort}",
            )
        ],
    )


def _number(name: str) -> str:
    return NUMBERS.get(name, f"{name}(span.duration)")
