"""Everything of one product at Datadog."""

from __future__ import annotations

import pulumi

from components.datadog.dashboards import declare_dashboard
from components.datadog.downtimes import declare_downtime
from components.datadog.heartbeat import declare_heartbeat
from components.datadog.incidents import declare_post_mortem, declare_status_page
from components.datadog.logs import declare_index, declare_log_metric
from components.datadog.monitors import declare_alert
from components.datadog.objectives import declare_objective
from components.vendor import VendorMonitoring
from components.vendors import alerts_here
from components.vocabulary.checks import Check


class DatadogMonitoring(VendorMonitoring):
    """Log index and metrics, objectives, monitors, dashboards, status page and post-mortem template."""

    TOKEN = "monitoring:components:DatadogMonitoring"  # noqa: S105
    VENDOR = "datadog"

    def declare(self) -> None:
        """Objectives before what refers to them: alerts and dashboards."""
        product = self.scope.product
        if product.log_index:
            declare_index(self, product.log_index)
        for log_metric in product.log_metrics:
            declare_log_metric(self, log_metric)
        objectives: dict[str, pulumi.Resource] = {
            objective.name: declare_objective(self, objective)
            for objective in product.objectives
            if not isinstance(objective.good, Check)
        }
        for alert in alerts_here(self.scope, self.VENDOR):
            declare_alert(self, alert, objectives)
        for dashboard in product.dashboards:
            made = declare_dashboard(self, dashboard, objectives)
            self.outputs[f"dashboard-{dashboard.name}"] = made.url.apply(self.scope.environment.at_datadog)
        for window in product.maintenance:
            declare_downtime(self, window)
        if product.heartbeat:
            declare_heartbeat(self, product.heartbeat)
        if product.status_page:
            self.outputs["status-page"] = declare_status_page(self, product.status_page).page_url
        if product.post_mortem:
            declare_post_mortem(self, product.post_mortem)
