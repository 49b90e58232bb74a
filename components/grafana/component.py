"""Everything of one product at Grafana Cloud."""

from __future__ import annotations

from pulumiverse_grafana import oss

from components.grafana.checks import declare_check, known_probes, probe_ids
from components.grafana.dashboards import declare_dashboard
from components.grafana.heartbeat import declare_heartbeat
from components.grafana.maintenance import declare_mute
from components.grafana.objectives import declare_objective
from components.grafana.receivers import declare_contact_points
from components.grafana.rules import declare_rules
from components.grafana.scraping import declare_scrape
from components.grafana.uids import uid
from components.vendor import VendorMonitoring
from components.vendors import alerts_here
from components.vocabulary.checks import Check


class GrafanaMonitoring(VendorMonitoring):
    """A folder; checks from outside and, for products that keep their metrics here, all that is made of these."""

    TOKEN = "monitoring:components:GrafanaMonitoring"  # noqa: S105
    VENDOR = "grafana"

    def declare(self) -> None:
        """Contact points and mute timings before the rules that name them."""
        scope, product = self.scope, self.scope.product
        keeps_metrics = product.telemetry == self.VENDOR
        folder = oss.Folder(scope.logical("folder"), uid=uid(scope), title=scope.title("monitoring"), opts=self.child())
        probes = probe_ids(scope, known_probes()) if product.checks else []
        for check in product.checks:
            declare_check(self, check, probes)
        if product.scrape:
            declare_scrape(self, product.scrape)
        for objective in product.objectives:
            if keeps_metrics or isinstance(objective.good, Check):
                declare_objective(self, objective, folder)
        mutes = [declare_mute(self, window) for window in product.maintenance]
        alerts = alerts_here(scope, self.VENDOR)
        declare_rules(self, alerts, folder, declare_contact_points(self, alerts), mutes)
        if product.heartbeat:
            declare_heartbeat(self, product.heartbeat, folder)
        if keeps_metrics:
            for dashboard in product.dashboards:
                self.outputs[f"dashboard-{dashboard.name}"] = declare_dashboard(self, dashboard, folder).url
