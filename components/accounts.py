"""What exists once per account at a vendor: declared where this stack owns it, looked up where another one does."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

import pulumi

from components.declared import of_environment
from components.ownership import Ownership, Shared, rows_of
from components.secrets import Secrets
from components.vendors import VENDORS

OUTPUT = "once-per-account"


class Answered(NamedTuple):
    """A declared resource and the rows of the product's document that it answers."""

    rows: str
    resource: pulumi.Resource


class Accounts(pulumi.ComponentResource):
    """The receivers that products share, and what is set once for a metric of theirs.

    `outputs`: by receiver, the id by which other stacks refer to it. `answered` as of a product.
    """

    def __init__(self, owned: Ownership, secrets: Secrets) -> None:
        super().__init__(
            "monitoring:components:Accounts", OUTPUT, {"environment": of_environment(owned.stack.environment)}
        )
        self.owned = owned
        self.answered: list[Answered] = []
        self.outputs: dict[str, pulumi.Input[object]] = {}
        self._references: dict[str, pulumi.StackReference] = {}
        before: dict[str, list[pulumi.Resource]] = {}
        for shared, scopes in owned.declared().items():
            opts = pulumi.ResourceOptions(parent=self, depends_on=before.get(shared.vendor, []))
            made = import_module(f"components.{shared.vendor}.receivers").declare_receiver(shared, secrets, opts)
            if VENDORS[shared.vendor].one_at_a_time:
                before[shared.vendor] = [made]
                self.outputs[shared.key] = made.id
            self.answered.append(Answered(rows_of(shared, scopes), made))
        for setting in owned.settings():
            made = import_module("components.datadog.account").declare_setting(
                setting, pulumi.ResourceOptions(parent=self)
            )
            self.answered.append(Answered(setting.rows, made))
        self.register_outputs(self.outputs)

    def identity(self, shared: Shared) -> pulumi.Input[object]:
        """The id of a receiver, whichever stack declares it."""
        if shared.key in self.outputs:
            return self.outputs[shared.key]
        owner = self.owned.owner(shared).name
        if owner not in self._references:
            # The engine's name of it is what a person reads when that stack doesn't exist yet.
            full = f"{pulumi.get_organization()}/{pulumi.get_project()}/{owner}"
            opts = pulumi.ResourceOptions(parent=self)
            self._references[owner] = pulumi.StackReference(f"receivers-of-{owner}", full, opts)
        return self._references[owner].get_output(OUTPUT).apply(lambda found: _known(found or {}, shared, owner))


def _known(outputs: dict[str, str], shared: Shared, owner: str) -> str:
    if shared.key not in outputs:
        raise pulumi.RunError(
            f"{shared} is declared by the stack {owner}, and hasn't been yet. Apply that one first: "
            f"pulumi up -s {owner}, or in the sandbox: make up STACK={owner}"
        )
    return outputs[shared.key]
