"""Everything of one product at Datadog."""

from __future__ import annotations

import pulumi

from components.datadog.dashboards import declare_dashboard
from components.datadog.downtimes import declare_downtime
from components.datadog.incidents import declare_post_mortem, declare_status_page
from components.datadog.logs import declare_index, declare_log_metric
from components.datadog.monitors import declare_alert
from components.datadog.objectives import declare_objective
from components.datadog.sdk import datadog
from components.vendor import VendorMonitoring
from components.vocabulary.checks import Check
from components.vocabulary.people import PagerDuty, Slack


class DatadogMonitoring(VendorMonitoring):
    """Receivers, log index and metrics, objectives, monitors, dashboards, status page and post-mortem template."""

    TOKEN = "monitoring:components:DatadogMonitoring"  # noqa: S105
    VENDOR = "datadog"

    def declare(self) -> None:
        """Objectives before what refers to them: alerts and dashboards."""
        product = self.scope.product
        self._receivers()
        if product.log_index:
            declare_index(self, product.log_index)
        for log_metric in product.log_metrics:
            declare_log_metric(self, log_metric)
        objectives: dict[str, pulumi.Resource] = {
            objective.name: declare_objective(self, objective)
            for objective in product.objectives
            if not isinstance(objective.good, Check)
        }
        for alert in self.scope.alerts_at("telemetry"):
            declare_alert(self, alert, objectives)
        for dashboard in product.dashboards:
            made = declare_dashboard(self, dashboard, objectives)
            self.outputs[f"dashboard-{dashboard.name}"] = made.url.apply(self.scope.environment.at_datadog)
        for window in product.maintenance:
            declare_downtime(self, window)
        if product.status_page:
            self.outputs["status-page"] = declare_status_page(self, product.status_page).page_url
        if product.post_mortem:
            declare_post_mortem(self, product.post_mortem)

    def _receivers(self) -> None:
        """Channels and services that Datadog may deliver to; mail needs none."""
        workspace = self.scope.product.workspace
        for receiver in self.scope.told_by("telemetry"):
            rows = self.scope.rows_told(receiver)
            match receiver:
                case Slack(name):
                    self.answer(
                        rows,
                        datadog.slack.Channel(
                            self.scope.logical(receiver.key),
                            account_name=workspace,
                            channel_name=name,
                            display=datadog.slack.ChannelDisplayArgs(
                                message=True, notified=True, snapshot=True, tags=True
                            ),
                            opts=self.child(),
                        ),
                    )
                case PagerDuty(name):
                    self.answer(
                        rows,
                        datadog.pagerduty.ServiceObject(
                            self.scope.logical(receiver.key),
                            service_name=name,
                            service_key=self.secrets[self.scope.secret("datadog", receiver)],
                            opts=self.child(),
                        ),
                    )
                case _:
                    pass
