"""The monitoring of one product in one environment."""

from __future__ import annotations

from importlib import import_module

import pulumi

from components.scope import Scope
from components.secrets import Secrets
from components.vendor import Answered, VendorMonitoring

# By name, so that the SDK of a vendor the stack doesn't use is never imported.
COMPONENTS = {
    "datadog": "DatadogMonitoring",
    "grafana": "GrafanaMonitoring",
    "sentry": "SentryMonitoring",
}


class ProductMonitoring(pulumi.ComponentResource):
    """Declares a product at every vendor it uses.

    `outputs` is what its application team needs: the DSN (secret), addresses of dashboards and status page.
    `answered` pairs every declared resource with the rows of the product's document that it answers.
    """

    def __init__(self, scope: Scope, secrets: Secrets) -> None:
        super().__init__("monitoring:components:ProductMonitoring", scope.product.name)
        self.answered: list[Answered] = []
        self.outputs: dict[str, pulumi.Input[object]] = {}
        for vendor in vendors_used(scope):
            module = import_module(f"components.{vendor}.component")
            component: VendorMonitoring = getattr(module, COMPONENTS[vendor])(scope, secrets, parent=self)
            self.answered += component.answered
            self.outputs |= component.outputs
        self.register_outputs(self.outputs)


def vendors_used(scope: Scope) -> list[str]:
    """The vendors that something of the product is declared at."""
    product = scope.product
    keeps_telemetry = product.alerts_at("telemetry") or product.dashboards or product.log_index
    used = {
        product.telemetry: bool(keeps_telemetry),
        "sentry": product.errors is not None,
    }
    used["grafana"] = used.get("grafana", False) or bool(product.checks)
    return sorted(vendor for vendor, is_used in used.items() if is_used)
