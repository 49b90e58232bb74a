"""The secrets with which vendors reach receivers: encrypted configuration, never plain text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pulumi

from components.ownership import Ownership, ownership
from components.problems import MISSING, Problem
from components.scope import Scope

# Slack is reached through an app installed at Datadog and Sentry, but through a webhook from Grafana.
AT_GRAFANA = ("pagerduty", "slack", "webhook")
SHARED = ("pagerduty",)


class Secrets:
    """`monitoring:secrets` of a stack, by name. Values stay inside secret Outputs."""

    def __init__(self, names: frozenset[str], values: pulumi.Output[Mapping[str, str]]) -> None:
        self.names = names
        self._values = values

    def __getitem__(self, name: str) -> pulumi.Output[str]:
        """The value, as a secret. Whether it exists has been checked before (`missing`)."""
        return pulumi.Output.secret(self._values.apply(lambda values: values[name]))

    def missing(self, owned: Ownership) -> Iterator[Problem]:
        """A problem for each secret that the stack needs and hasn't got."""
        for name, products in needed(owned).items():
            if name not in self.names:
                why = "is not in this stack's configuration, so the vendor could not reach that receiver."
                how = f"pulumi config set -s {owned.stack.name} --secret --path 'monitoring:secrets.{name}'"
                yield Problem(f"monitoring:secrets.{name}", MISSING, why, f"`{how}`", ", ".join(products))


def needed(owned: Ownership) -> dict[str, list[str]]:
    """The names of the secrets that a stack needs, each with the products for which it does."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for shared, scopes in owned.declared().items():
        if shared.receiver.kind in SHARED:
            found[shared.secret] |= dict.fromkeys(scope.product.name for scope in scopes)
    for scope in owned.stack.scopes:
        product = scope.product
        for receiver in scope.told_by(*(("checks", "telemetry") if product.telemetry == "grafana" else ("checks",))):
            if receiver.kind in AT_GRAFANA:
                found[scope.secret("grafana", receiver)][product.name] = None
        if product.scrape:
            found[scrape_secret(scope)][product.name] = None
    return {name: list(found[name]) for name in sorted(found)}


def scrape_secret(scope: Scope) -> str:
    """The name of the token with which a product's metrics are fetched."""
    return f"{scope.product.name}-scrape"


def names(stack: str, project: Path) -> list[str]:
    """The secrets that a stack of the project needs, for tools that put stand-ins there; [] while it can't be read."""
    owned = ownership(stack, project)
    return list(needed(owned)) if owned else []
