"""What the components of all vendors have in common."""

from __future__ import annotations

from typing import ClassVar, TypeVar

import pulumi

from components.accounts import Accounts, Answered
from components.scope import Scope
from components.secrets import Secrets
from components.vocabulary.alerts import Alert

R = TypeVar("R", bound=pulumi.Resource)


class VendorMonitoring(pulumi.ComponentResource):
    """Declares at one vendor what a product asks of it. Subclasses create their children in `declare`.

    `answered` and `outputs` (what an application team needs: DSNs, addresses) are complete after construction.
    """

    TOKEN: ClassVar[str]
    VENDOR: ClassVar[str]

    def __init__(self, scope: Scope, secrets: Secrets, accounts: Accounts, parent: pulumi.Resource) -> None:
        super().__init__(self.TOKEN, scope.logical(self.VENDOR), None, pulumi.ResourceOptions(parent=parent))
        self.scope = scope
        self.secrets = secrets
        self.accounts = accounts
        self.answered: list[Answered] = []
        self.outputs: dict[str, pulumi.Input[object]] = {}
        self.declare()
        self.register_outputs(self.outputs)

    def declare(self) -> None:
        """Create the children."""
        raise NotImplementedError

    def answer(self, rows: str, resource: R) -> R:
        """Note which rows a resource answers, and hand it back."""
        self.answered.append(Answered(rows, resource))
        return resource

    def answer_alert(self, alert: Alert, resource: R) -> R:
        """Note an alert's rows and those of its severity, whose routing it carries out."""
        return self.answer(f"{alert.rows} {alert.severity.rows}", resource)

    def child(
        self, *, depends_on: list[pulumi.Resource] | None = None, keep: bool = False, used: bool = False
    ) -> pulumi.ResourceOptions:
        """Options of a child; `keep` marks what takes data with it when it goes, in environments that protect that.

        `used` marks what can't be deleted while others name it: when it is replaced, its successor comes first, where
        the provider would delete before it creates.
        """
        return pulumi.ResourceOptions(
            parent=self,
            depends_on=depends_on,
            # Said of every child, as what is left out would be taken over from the product, protected as a whole.
            protect=keep and self.scope.environment.protect,
            delete_before_replace=False if used else None,
        )
