"""Receivers as actions of Sentry's alerts. Integrations and the team exist before; they are looked up."""

from __future__ import annotations

from typing import cast

import pulumi
import pulumi_sentry as sentry

from components.ownership import Shared
from components.sentry.texts import notes
from components.vendor import VendorMonitoring
from components.vocabulary.alerts import Alert
from components.vocabulary.people import Email, PagerDuty, Receiver, Slack

PAGERDUTY_SEVERITIES = {1: "critical", 2: "error", 3: "warning", 4: "warning", 5: "info"}
SHOWN_TAGS = ("environment", "level", "release")


class Receivers:
    """The ways Sentry reaches the product's receivers."""

    def __init__(self, component: VendorMonitoring) -> None:
        self.component = component
        self.organization = component.scope.environment.sentry_organization
        self.workspace = component.scope.product.workspace

    def actions(self, alert: Alert) -> list[sentry.AlertActionFilterActionArgs]:
        """What an alert does, one action per receiver."""
        return [self._action(alert, receiver) for receiver in self.component.scope.told(alert)]

    def _action(self, alert: Alert, receiver: Receiver) -> sentry.AlertActionFilterActionArgs:
        match receiver:
            case Slack(name):
                return sentry.AlertActionFilterActionArgs(
                    slack=sentry.AlertActionFilterActionSlackArgs(
                        integration_id=integration(self.organization, "slack", self.workspace),
                        channel_name=name,
                        tags=",".join(self._tags()),
                        notes=notes(self.component.scope, alert),
                    )
                )
            case PagerDuty(name):
                service = Shared("sentry", self.organization, self.workspace, receiver)
                return sentry.AlertActionFilterActionArgs(
                    pagerduty=sentry.AlertActionFilterActionPagerdutyArgs(
                        integration_id=integration(self.organization, "pagerduty", self.workspace),
                        service_id=cast("pulumi.Input[str]", self.component.accounts.identity(service)),
                        service_name=name,
                        severity=PAGERDUTY_SEVERITIES[alert.severity.urgency],
                    )
                )
            case Email():
                # Sentry mails its own teams, not addresses: a team there stands for the group address.
                return sentry.AlertActionFilterActionArgs(
                    email=sentry.AlertActionFilterActionEmailArgs(target_type="team", target_id=self._team(receiver))
                )
            case _:
                raise TypeError(f"Sentry doesn't deliver to {type(receiver).__name__}")

    def _tags(self) -> list[str]:
        errors = self.component.scope.product.errors
        return list(dict.fromkeys([*SHOWN_TAGS, *(errors.highlight if errors else ())]))

    def _team(self, receiver: Email) -> pulumi.Output[str]:
        team = receiver.team or self.component.scope.product.team
        return sentry.get_team_output(organization=self.organization, slug=team).internal_id


def integration(organization: str, kind: str, workspace: str) -> pulumi.Output[str]:
    """The id of an integration that somebody has installed at Sentry."""
    found = sentry.get_organization_integration_output(organization=organization, provider_key=kind, name=workspace)
    return found.id
