"""The secrets with which vendors reach receivers: encrypted configuration, never plain text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pulumi

from components.ownership import Ownership, ownership
from components.problems import MISSING, Problem
from components.scope import Scope
from components.vocabulary.calling import calls

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
    for name, _, product in _uses(owned):
        found[name][product] = None
    return {name: list(found[name]) for name in sorted(found)}


def _uses(owned: Ownership) -> Iterator[tuple[str, str, str]]:
    """Each use of a secret: its name, the kind of receiver (or scrape), the product."""
    for shared, scopes in owned.declared().items():
        if shared.receiver.kind in SHARED:
            yield from ((shared.secret, shared.receiver.kind, scope.product.name) for scope in scopes)
    for scope in owned.stack.scopes:
        product = scope.product
        for receiver in scope.told_by(*(("checks", "telemetry") if product.telemetry == "grafana" else ("checks",))):
            if receiver.kind in AT_GRAFANA:
                yield scope.secret("grafana", receiver), receiver.kind, product.name
        if product.scrape:
            yield scrape_secret(scope), "scrape", product.name


# PagerDuty's Events API v2 calls it "the 32 character Integration Key"; examples have letters beyond f.
# Slack's hosts are those its webhooks have, not read in its documentation. A stand-in, which no vendor takes, passes.
SHAPES = {
    "pagerduty": (r"[0-9A-Za-z]{32}|sandbox-secret-\S+", "the integration key: 32 letters and digits"),
    "slack": (
        r"https://(hooks\.slack(-gov)?\.com/(services|workflows|triggers)/\w+/\S+|hooks\.slack\.invalid/\S+)",
        "the address of an incoming webhook: https://hooks.slack.com/services/…",
    ),
    "webhook": (r"https://[\w.-]+(:\d+)?(/\S*)?|sandbox-secret-\S+", "the https address of the program"),
    "scrape": (r"\S+", "the bearer token, without spaces"),
}


def malformed(owned: Ownership, values: Mapping[str, object]) -> Iterator[Problem]:
    """A problem for each secret that can't be what it is to be, without repeating it: the vendor would drop alerts."""
    kinds = {name: kind for name, kind, _ in _uses(owned)}
    for name, products in needed(owned).items():
        shape, wanted = SHAPES[kinds[name]]
        value = values.get(name)
        if name not in values or (isinstance(value, str) and re.fullmatch(shape, value) and not _calls(shape, value)):
            continue
        how = f"pulumi config set -s {owned.stack.name} --secret --path 'monitoring:secrets.{name}'"
        why = "has a value that can't deliver anything to that receiver."
        yield Problem(f"monitoring:secrets.{name}", MISSING, why, f"{wanted}: `{how}`", ", ".join(products))


def _calls(shape: str, value: str) -> bool:
    """Whether a webhook's address is that of an on-call service, which would be told of more than what wakes."""
    return shape == SHAPES["webhook"][0] and calls(urlsplit(value).hostname or "")


def scrape_secret(scope: Scope) -> str:
    """The name of the token with which a product's metrics are fetched."""
    return f"{scope.product.name}-scrape"


def names(stack: str, project: Path) -> list[str]:
    """The secrets that a stack of the project needs, for tools that put stand-ins there; [] while it can't be read."""
    owned = ownership(stack, project)
    return list(needed(owned)) if owned else []
