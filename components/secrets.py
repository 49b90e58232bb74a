"""The secrets with which vendors reach receivers: encrypted configuration, never plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pulumi

from components.catalogue import scopes
from components.problems import MISSING, Problem
from components.scope import Scope
from components.vocabulary.product import Evaluator

# Slack is reached through an app installed at Datadog and Sentry, but through a webhook from Grafana.
NEEDED = {"datadog": ("pagerduty",), "grafana": ("pagerduty", "slack", "webhook"), "sentry": ("pagerduty",)}


class Secrets:
    """`monitoring:secrets` of a stack, by name. Values stay inside secret Outputs."""

    def __init__(self, names: frozenset[str], values: pulumi.Output[Mapping[str, str]]) -> None:
        self.names = names
        self._values = values

    def __getitem__(self, name: str) -> pulumi.Output[str]:
        """The value, as a secret. Whether it exists has been checked before (`missing`)."""
        return pulumi.Output.secret(self._values.apply(lambda values: values[name]))

    def missing(self, scope: Scope, stack: str) -> Iterator[Problem]:
        """A problem for each secret that the product needs here and the stack hasn't got."""
        for name in needed(scope):
            if name not in self.names:
                why = "is not in this stack's configuration, so the vendor could not reach that receiver."
                how = f"pulumi config set -s {stack} --secret --path 'monitoring:secrets.{name}'"
                yield Problem(f"monitoring:secrets.{name}", MISSING, why, f"`{how}`", scope.product.name)


def needed(scope: Scope) -> list[str]:
    """The names of the secrets that a product needs in an environment."""
    product = scope.product
    evaluators: dict[str, tuple[Evaluator, ...]] = {
        "datadog": ("telemetry",) if product.telemetry == "datadog" else (),
        "grafana": ("checks", "telemetry") if product.telemetry == "grafana" else ("checks",),
        "sentry": ("errors",),
    }
    found = [
        scope.secret(vendor, receiver)
        for vendor, places in evaluators.items()
        for receiver in scope.told_by(*places)
        if receiver.kind in NEEDED[vendor]
    ]
    return sorted([*found, *([scrape_secret(scope)] if product.scrape else [])])


def scrape_secret(scope: Scope) -> str:
    """The name of the token with which a product's metrics are fetched."""
    return f"{scope.product.name}-scrape"


def names(stack: str, project: Path) -> list[str]:
    """The secrets that a stack of the project needs, for tools that put stand-ins there; [] while it can't be read."""
    return [name for scope in scopes(stack, project) for name in needed(scope)]
