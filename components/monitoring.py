"""The monitoring of one product in one environment."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pulumi

from components.accounts import Accounts, Answered
from components.catalogue import scopes
from components.declared import declared
from components.renames import aliases
from components.scope import Scope
from components.secrets import Secrets
from components.vendor import VendorMonitoring
from components.vendors import VENDORS, vendors_used


class ProductMonitoring(pulumi.ComponentResource):
    """Declares a product at every vendor it uses.

    `outputs` is what its application team needs: the DSN (secret), addresses of dashboards and status page.
    `answered` pairs every declared resource with the rows of the product's document that it answers.
    """

    def __init__(self, scope: Scope, secrets: Secrets, accounts: Accounts) -> None:
        opts = pulumi.ResourceOptions(
            protect=scope.environment.protect,  # no product is left out or renamed by accident
            transformations=[aliases(scope)],
        )
        props = {"declares": declared(scope)}  # for whoever reads a preview: see components/declared.py
        super().__init__("monitoring:components:ProductMonitoring", scope.product.name, props, opts)
        self.answered: list[Answered] = []
        self.outputs: dict[str, pulumi.Input[object]] = {}
        # By name, so that the SDK of a vendor that the product doesn't use is never imported.
        for vendor in vendors_used(scope):
            module = import_module(f"components.{vendor}.component")
            component: VendorMonitoring = getattr(module, VENDORS[vendor].component)(
                scope, secrets, accounts, parent=self
            )
            self.answered += component.answered
            self.outputs |= component.outputs
        self.register_outputs(self.outputs)


def modules(stack: str, project: Path) -> list[str]:
    """The modules of the components that a stack needs, for a runner that has time to import them beforehand."""
    return sorted(
        {f"components.{vendor}.component" for scope in scopes(stack, project) for vendor in vendors_used(scope)}
    )
