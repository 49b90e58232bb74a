"""Receivers as actions of Sentry's alerts. Integrations and the team exist before; they are looked up."""

from __future__ import annotations

from typing import Protocol, assert_never, cast

import pulumi
import pulumi_sentry as sentry

from components.ownership import Shared
from components.problems import Problem
from components.scope import Scope
from components.secrets import Secrets
from components.sentry.texts import notes
from components.translation import refusal
from components.vendor import VendorMonitoring
from components.vendors import Way
from components.vocabulary.alerts import Alert
from components.vocabulary.people import AnyReceiver, Email, PagerDuty, Receiver, Slack, Webhook, known_receiver

PAGERDUTY_SEVERITIES = {1: "critical", 2: "error", 3: "warning", 4: "warning", 5: "info"}
SHOWN_TAGS = ("environment", "level", "release")


def way(receiver: AnyReceiver) -> Way:
    """PagerDuty's services have to be known to Sentry. Slack is reached through an app that is installed there."""
    match receiver:
        case PagerDuty():
            return Way(secret=True, once=True)
        case Slack() | Email() | Webhook():
            return Way()
        case _:
            assert_never(receiver)


class Ids(Protocol):
    """What Sentry's actions refer to by id."""

    def integration(self, kind: str) -> pulumi.Input[str]:
        """An integration that somebody has installed."""

    def service(self, receiver: Receiver) -> pulumi.Input[str]:
        """A PagerDuty service."""

    def team(self, slug: str) -> pulumi.Input[str]:
        """A team."""


class LookedUp:
    """The ids as Sentry and the stack that owns the receivers know them."""

    def __init__(self, component: VendorMonitoring) -> None:
        self.component = component
        self.organization = component.scope.environment.sentry_organization
        self.workspace = component.scope.product.workspace

    def integration(self, kind: str) -> pulumi.Input[str]:
        """By its name, which is the workspace's."""
        return integration(self.organization, kind, self.workspace)

    def service(self, receiver: Receiver) -> pulumi.Input[str]:
        """Of the stack that declares it."""
        service = Shared("sentry", self.organization, self.workspace, receiver)
        return cast("pulumi.Input[str]", self.component.accounts.identity(service))

    def team(self, slug: str) -> pulumi.Input[str]:
        """By its slug."""
        return sentry.get_team_output(organization=self.organization, slug=slug).internal_id


class NotLookedUp:
    """Stands for the ids where nothing is declared."""

    def integration(self, kind: str) -> str:
        """Its kind."""
        return kind

    def service(self, receiver: Receiver) -> str:
        """Its name."""
        return receiver.name

    def team(self, slug: str) -> str:
        """Its slug."""
        return slug


def action(scope: Scope, alert: Alert, receiver: Receiver, ids: Ids) -> sentry.AlertActionFilterActionArgs:
    """What an alert does to tell a receiver."""
    known = known_receiver(receiver)
    match known:
        case Slack(name):
            return sentry.AlertActionFilterActionArgs(
                slack=sentry.AlertActionFilterActionSlackArgs(
                    integration_id=ids.integration("slack"),
                    channel_name=name,
                    tags=",".join(_tags(scope)),
                    notes=notes(scope, alert),
                )
            )
        case PagerDuty(name):
            return sentry.AlertActionFilterActionArgs(
                pagerduty=sentry.AlertActionFilterActionPagerdutyArgs(
                    integration_id=ids.integration("pagerduty"),
                    service_id=ids.service(receiver),
                    service_name=name,
                    severity=PAGERDUTY_SEVERITIES[alert.severity.urgency],
                )
            )
        case Email(team=team):
            # Sentry mails its own teams, not addresses: a team there stands for the group address.
            return sentry.AlertActionFilterActionArgs(
                email=sentry.AlertActionFilterActionEmailArgs(
                    target_type="team", target_id=ids.team(team or scope.product.team)
                )
            )
        case Webhook():
            why = "isn't a receiver that Sentry can notify."
            raise refusal(Problem("tell", str(receiver), why, "Slack, Email or PagerDuty"))
        case _:
            assert_never(known)


def _tags(scope: Scope) -> list[str]:
    errors = scope.product.errors
    return list(dict.fromkeys([*SHOWN_TAGS, *(errors.highlight if errors else ())]))


def integration(organization: str, kind: str, workspace: str) -> pulumi.Output[str]:
    """The id of an integration that somebody has installed at Sentry."""
    found = sentry.get_organization_integration_output(organization=organization, provider_key=kind, name=workspace)
    return found.id


def declare_receiver(shared: Shared, secrets: Secrets, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    """Create the PagerDuty service that alerts refer to by its id."""
    return sentry.IntegrationPagerduty(
        shared.key,
        organization=shared.account,
        integration_id=integration(shared.account, "pagerduty", shared.workspace),
        service=shared.receiver.name,
        integration_key=secrets[shared.secret],
        opts=opts,
    )
