"""Dashboards as Grafana's dashboard JSON, in the product's folder."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as models
from pulumiverse_grafana import oss

from components.grafana.panels import panels
from components.grafana.uids import uid
from components.placement import placed
from components.scope import Scope
from components.vendor import VendorMonitoring
from components.vocabulary.dashboards import Dashboard
from components.vocabulary.renames import identity

COLUMNS = 24


def declare_dashboard(component: VendorMonitoring, dashboard: Dashboard, folder: oss.Folder) -> oss.Dashboard:
    """Create the dashboard; its address is an output."""
    scope = component.scope
    made = oss.Dashboard(
        scope.logical(f"dashboard-{dashboard.name}"),
        folder=folder.uid,
        config_json=dashboard_json(scope, dashboard),
        message=scope.managed(dashboard.rows),
        opts=component.child(),
    )
    return component.answer(dashboard.rows, made)


def dashboard_json(scope: Scope, dashboard: Dashboard) -> str:
    """The dashboard with its panels on its grid."""
    made = (
        build.Dashboard(scope.title(dashboard.title))
        .uid(uid(scope, identity(dashboard)))
        .description(scope.about(dashboard.about, dashboard))
        .tags(sorted(f"{key}:{value}" for key, value in scope.labels().items()))
        .time("now-24h", "now")
        .refresh("1m")
        .readonly()
        .timezone("browser")
    )
    sized = (panel for widget in dashboard.widgets for panel in panels(scope, widget))
    for panel, at in placed(sized, COLUMNS):
        made = made.with_panel(panel.grid_pos(models.GridPos(h=at.height, w=at.width, x=at.x, y=at.y)))
    return JSONEncoder(sort_keys=True).encode(made.build())
