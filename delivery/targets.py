"""Whom a drill has to reach: each receiver that an alert of the stack ends at, once per vendor and product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components.grafana.uids import uid
from components.scope import Scope
from components.sentry.texts import alert_name
from components.vendors import alerts_here
from components.vocabulary.people import Receiver
from components.vocabulary.renames import identity
from delivery.ends import Stack, everybody, reachable, token
from delivery.routes import ALERTING, REMINDING
from proof.datadog.messages import receivers


@dataclass(frozen=True)
class Target:
    """A receiver at a vendor, and what it is reached through: a handle, a contact point, an alert's name."""

    vendor: str
    scope: Scope
    receiver: Receiver
    through: str

    @property
    def kind(self) -> str:
        """`slack`: what both Grafana and Sentry call the type of an integration or action."""
        return self.receiver.kind

    @property
    def named(self) -> str:
        """`Slack #alerts (tikit)`."""
        return f"{self.receiver} ({self.scope.product.name})"


def targets(stack: Stack, scopes: Sequence[Scope]) -> list[Target]:
    """Every receiver that exists, through the first object that ends there; what ends nowhere is told by `routes`."""
    found: dict[tuple[str, str, str], Target] = {}
    for scope in scopes:
        for vendor, through, tokens in _objects(stack, scope):
            known = {token(scope, vendor, each): each for each in everybody(scope) if reachable(vendor, each)}
            for each in sorted(tokens & known.keys()):
                # A handle is the organisation's; contact points and alerts are each product's own.
                owner = "" if vendor == "datadog" else scope.product.name
                shown = each if vendor == "datadog" else through
                found.setdefault((vendor, owner, each), Target(vendor, scope, known[each], shown))
    return list(found.values())


def _objects(stack: Stack, scope: Scope) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Vendor, object, and how it names the receivers that it ends at."""
    for alert in alerts_here(scope, "datadog"):
        if monitor := stack.datadog.monitors.get(scope.logical(alert.name)):
            tokens = receivers(monitor.message, ALERTING) | receivers(monitor.escalation, REMINDING)
            yield "datadog", monitor.name, tokens
    for alert in alerts_here(scope, "grafana"):
        for name in (identity(alert), f"{identity(alert)}-late"):
            if rule := stack.grafana.rules.get(uid(scope, name)):
                point = rule.routing.contact_point
                yield "grafana", point, frozenset(stack.grafana.receivers.get(point, ()))
    for alert in alerts_here(scope, "sentry"):
        if found := stack.sentry.alerts.get(scope.logical(alert.name)):
            # `pagerduty tikit its-id` without the id, as the words name it.
            tokens = frozenset(" ".join(each.split()[:2]) for each in found.receivers)
            yield "sentry", alert_name(scope, alert), tokens
