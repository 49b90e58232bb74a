"""The secrets with which vendors reach receivers: encrypted configuration, never plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pulumi

from components.catalogue import scopes
from components.problems import MISSING, Problem
from components.scope import Scope
from components.vocabulary.calling import calls
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


def malformed(scope: Scope, values: Mapping[str, object], stack: str) -> Iterator[Problem]:
    """A problem for each secret that can't be what it is to be, without repeating it: the vendor would drop alerts."""
    for name in needed(scope):
        vendor, _, kind = name.removeprefix(f"{scope.product.name}-").partition("-")
        shape, wanted = SHAPES[kind.partition("-")[0] or vendor]
        value = values.get(name)
        if name not in values or (isinstance(value, str) and re.fullmatch(shape, value) and not _calls(shape, value)):
            continue
        how = f"pulumi config set -s {stack} --secret --path 'monitoring:secrets.{name}'"
        why = "has a value that can't deliver anything to that receiver."
        yield Problem(f"monitoring:secrets.{name}", MISSING, why, f"{wanted}: `{how}`", scope.product.name)


def _calls(shape: str, value: str) -> bool:
    """Whether a webhook's address is that of an on-call service, which would be told of more than what wakes."""
    return shape == SHAPES["webhook"][0] and calls(urlsplit(value).hostname or "")


def scrape_secret(scope: Scope) -> str:
    """The name of the token with which a product's metrics are fetched."""
    return f"{scope.product.name}-scrape"


def names(stack: str, project: Path) -> list[str]:
    """The secrets that a stack of the project needs, for tools that put stand-ins there; [] while it can't be read."""
    return [name for scope in scopes(stack, project) for name in needed(scope)]
