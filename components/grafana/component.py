"""Everything of one product at Grafana Cloud."""

from __future__ import annotations

from pulumiverse_grafana import oss, syntheticmonitoring

from components.grafana.checks import declare_check, probe_ids
from components.grafana.contact_points import declare_contact_points
from components.grafana.objectives import declare_objective
from components.grafana.rules import declare_rules
from components.vendor import VendorMonitoring
from components.vocabulary.checks import Check


class GrafanaMonitoring(VendorMonitoring):
    """A folder; checks from outside with their objectives, rules and contact points."""

    TOKEN = "monitoring:components:GrafanaMonitoring"  # noqa: S105
    VENDOR = "grafana"

    def declare(self) -> None:
        """Contact points before the rules that name them."""
        scope = self.scope
        folder = oss.Folder(
            scope.logical("folder"), uid=scope.slug(), title=scope.title("monitoring"), opts=self.child()
        )
        # At once, not as an output: within one, a refusal could not be told from a failure.
        known = syntheticmonitoring.get_probes(filter_deprecated=True).probes
        for check in scope.product.checks:
            declare_check(self, check, probe_ids(scope, known))
        for objective in scope.product.objectives:
            if isinstance(objective.good, Check):
                declare_objective(self, objective, objective.good, folder)
        contacts = declare_contact_points(self)
        if scope.product.alerts_at("checks"):
            declare_rules(self, folder, contacts)
