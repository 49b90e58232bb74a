"""Where a vendor's notification ends, read from what the program declares: receivers that exist, and those that don't.

`proof` reads the resources, so that what is played and what is printed can't differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from components.ownership import ownership
from components.scope import Scope
from components.vocabulary.people import Email, Receiver, Webhook
from proof.datadog import monitors
from proof.datadog.judge import handle_of
from proof.grafana.judge import secret
from proof.grafana.rules import Declared as AtGrafana
from proof.sentry import alerts
from proof.sentry.judge import name_of
from review.recorder import record

# What a contact point sends with, where that isn't what its kind is called.
SENT_BY = {"pagerduty": "PagerDuty key", "slack": "webhook of Slack", "email": "mail"}


@dataclass(frozen=True)
class End:
    """A receiver that a notification goes to: in the words of the product file, and through which object."""

    receiver: str
    through: str
    wakes: bool = False


@dataclass(frozen=True)
class Stack:
    """What one stack declares at each vendor. `channels` and `services`: with those of the stack that owns them."""

    name: str
    grafana: AtGrafana
    datadog: monitors.Declared
    sentry: alerts.Declared
    channels: frozenset[str]
    services: Mapping[str, str]


def read(stack: str, root: Path) -> Stack:
    """Record the program. Raises what `review.recorder.record` raises, and UnplayableError."""
    owned = ownership(stack, root)
    owners = [
        each.name
        for each in (owned.others if owned else ())
        if "receivers" in each.environment.owns and owned and each.environment.name == owned.stack.environment.name
    ]
    made = {name: record(name, root, named=True) for name in (stack, *owners)}
    at_datadog = {name: monitors.declared(each) for name, each in made.items()}
    at_sentry = {name: alerts.declared(each) for name, each in made.items()}
    return Stack(
        stack,
        AtGrafana.of(made[stack]),
        at_datadog[stack],
        at_sentry[stack],
        frozenset[str]().union(*(each.channels for each in at_datadog.values())),
        {key: service for each in at_sentry.values() for key, service in each.services.items()},
    )


def token(scope: Scope, vendor: str, receiver: Receiver) -> str:
    """How a vendor's resources name a receiver: by its handle, its secret or its name. Raises UnplayableError."""
    return {"datadog": handle_of, "grafana": secret, "sentry": name_of}[vendor](scope, receiver)


def ends(scope: Scope, vendor: str, tokens: frozenset[str], via: str = "") -> tuple[End, ...]:
    """The receivers that tokens stand for, who is woken first; what no word says stands as it is."""
    known = {token(scope, vendor, each): each for each in everybody(scope) if reachable(vendor, each)}
    found = [_end(vendor, each, known.get(each), via) for each in tokens]
    return tuple(sorted(found, key=lambda end: (not end.wakes, end.receiver)))


def everybody(scope: Scope) -> tuple[Receiver, ...]:
    """All receivers of the product, and the one that is told instead in this environment."""
    instead = scope.environment.notify
    return (*scope.product.receivers, *((instead.of(scope.product.name),) if instead else ()))


def reachable(vendor: str, receiver: Receiver) -> bool:
    """Whether a vendor delivers to that kind at all."""
    return vendor == "grafana" or not isinstance(receiver, Webhook)


def _end(vendor: str, named: str, receiver: Receiver | None, via: str) -> End:
    if receiver is None:
        return End(f"{named} (not in the product file)", via or named)
    match vendor:
        case "grafana":
            through = f"{via}: {SENT_BY.get(receiver.kind, receiver.kind)}"
        case "sentry":
            through = f"mail to {named}" if isinstance(receiver, Email) else f"{type(receiver).__name__} integration"
        case _:
            through = named
    return End(str(receiver), through, receiver.wakes)
