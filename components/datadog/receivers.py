"""How Datadog reaches receivers: the handles in its messages, and what exists once per organisation."""

from __future__ import annotations

from typing import assert_never

import pulumi

from components.ownership import Shared
from components.problems import Problem
from components.scope import Scope
from components.secrets import Secrets
from components.translation import refusal
from components.vendors import Way
from components.vocabulary.people import AnyReceiver, Email, PagerDuty, Receiver, Slack, Webhook, known_receiver


def way(receiver: AnyReceiver) -> Way:
    """Channels and services have to be known to Datadog. Slack is reached through an app that is installed there."""
    match receiver:
        case PagerDuty():
            return Way(secret=True, once=True)
        case Slack():
            return Way(once=True)
        case Email() | Webhook():
            return Way()
        case _:
            assert_never(receiver)


def handle(scope: Scope, receiver: Receiver) -> str:
    """The handle that Datadog delivers to. `@pagerduty` alone would notify every PagerDuty service there is."""
    known = known_receiver(receiver)
    match known:
        case PagerDuty(name):
            return f"@pagerduty-{name}"
        case Slack(name):
            return f"@slack-{scope.product.workspace}-{name.removeprefix('#')}"
        case Email(address):
            return f"@{address}"
        case Webhook():
            why = "isn't a receiver that Datadog can notify."
            raise refusal(Problem("tell", str(receiver), why, "Slack, Email or PagerDuty"))
        case _:
            assert_never(known)


def declare_receiver(shared: Shared, secrets: Secrets, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    """Create the channel or the service that Datadog may deliver to; monitors refer to it by its handle."""
    # Here, as handles are asked for by tools that declare nothing, and the SDK takes seconds to import.
    from components.datadog.sdk import datadog  # noqa: PLC0415

    made: pulumi.Resource
    match shared.receiver:
        case Slack(name):
            made = datadog.slack.Channel(
                shared.key,
                account_name=shared.workspace,
                channel_name=name,
                display=datadog.slack.ChannelDisplayArgs(message=True, notified=True, snapshot=True, tags=True),
                opts=opts,
            )
        case PagerDuty(name):
            made = datadog.pagerduty.ServiceObject(
                shared.key, service_name=name, service_key=secrets[shared.secret], opts=opts
            )
        case _:
            raise AssertionError(f"{shared} needs no resource")
    return made
