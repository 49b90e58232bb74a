"""Receivers as actions of Sentry's alerts. Integrations and the team exist before; they are looked up."""

from __future__ import annotations

import pulumi
import pulumi_sentry as sentry

from components.sentry.texts import notes
from components.vendor import VendorMonitoring
from components.vocabulary.alerts import Alert
from components.vocabulary.people import Email, PagerDuty, Receiver, Slack

PAGERDUTY_SEVERITIES = {1: "critical", 2: "error", 3: "warning", 4: "warning", 5: "info"}
SHOWN_TAGS = ("environment", "level", "release")


class Receivers:
    """The ways Sentry reaches the product's receivers, each looked up or declared once."""

    def __init__(self, component: VendorMonitoring) -> None:
        self.component = component
        self.organization = component.scope.environment.sentry_organization
        self._services: dict[str, sentry.IntegrationPagerduty] = {}
        for receiver in component.scope.told_by("errors"):
            if isinstance(receiver, PagerDuty):
                self._services[receiver.name] = self._service(receiver)

    def actions(self, alert: Alert) -> list[sentry.AlertActionFilterActionArgs]:
        """What an alert does, one action per receiver."""
        return [self._action(alert, receiver) for receiver in self.component.scope.told(alert)]

    def _action(self, alert: Alert, receiver: Receiver) -> sentry.AlertActionFilterActionArgs:
        match receiver:
            case Slack(name):
                return sentry.AlertActionFilterActionArgs(
                    slack=sentry.AlertActionFilterActionSlackArgs(
                        integration_id=self._integration("slack"),
                        channel_name=name,
                        tags=",".join(self._tags()),
                        notes=notes(self.component.scope, alert),
                    )
                )
            case PagerDuty(name):
                return sentry.AlertActionFilterActionArgs(
                    pagerduty=sentry.AlertActionFilterActionPagerdutyArgs(
                        integration_id=self._integration("pagerduty"),
                        service_id=self._services[name].id,
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

    def _service(self, receiver: PagerDuty) -> sentry.IntegrationPagerduty:
        scope = self.component.scope
        key = self.component.secrets[scope.secret("sentry", receiver)]
        made = sentry.IntegrationPagerduty(
            scope.logical(f"sentry-{receiver.key}"),
            organization=self.organization,
            integration_id=self._integration("pagerduty"),
            service=receiver.name,
            integration_key=pulumi.Output.secret(key),
            opts=self.component.child(),
        )
        return self.component.answer(scope.rows_told(receiver), made)

    def _integration(self, kind: str) -> pulumi.Output[str]:
        workspace = self.component.scope.product.workspace
        found = sentry.get_organization_integration_output(
            organization=self.organization, provider_key=kind, name=workspace
        )
        return found.id

    def _team(self, receiver: Email) -> pulumi.Output[str]:
        team = receiver.team or self.component.scope.product.team
        return sentry.get_team_output(organization=self.organization, slug=team).internal_id
