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
from components.vendors import Way, heartbeats, told_at, vendors_used, way
from components.vocabulary.calling import calls
from components.vocabulary.people import Webhook

SCRAPE = (r"\S+", "the bearer token, without spaces")


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
                why = "isn't in this stack's configuration, so the vendor couldn't reach that receiver."
                how = f"pulumi config set -s {owned.stack.name} --secret --path 'monitoring:secrets.{name}'"
                yield Problem(f"monitoring:secrets.{name}", MISSING, why, f"`{how}`", ", ".join(products))


def needed(owned: Ownership) -> dict[str, list[str]]:
    """The names of the secrets that a stack needs, each with the products for which it does."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for name, _, product in _uses(owned):
        found[name][product] = None
    return {name: list(found[name]) for name in sorted(found)}


def _uses(owned: Ownership) -> Iterator[tuple[str, tuple[str, str], str]]:
    """Each use of a secret: its name, its form and what that is called, the product."""
    for shared, scopes in owned.declared().items():
        if way(shared.vendor, shared.receiver).secret:
            yield from ((shared.secret, shared.receiver.secret, scope.product.name) for scope in scopes)
    for scope in owned.stack.scopes:
        product = scope.product
        for vendor in vendors_used(scope):
            for receiver in told_at(scope, vendor):
                if way(vendor, receiver) == Way(secret=True):
                    yield scope.secret(vendor, receiver), receiver.secret, product.name
        if product.heartbeat:
            switch = product.heartbeat.tell
            yield from ((scope.secret(vendor, switch), switch.secret, product.name) for vendor in heartbeats(scope))
        if product.scrape:
            yield scrape_secret(scope), SCRAPE, product.name


def malformed(owned: Ownership, values: Mapping[str, object]) -> Iterator[Problem]:
    """A problem for each secret that can't be what it is to be, without repeating it: the vendor would drop alerts."""
    forms = {name: form for name, form, _ in _uses(owned)}
    for name, products in needed(owned).items():
        shape, wanted = forms[name]
        value = values.get(name)
        if name not in values or (isinstance(value, str) and re.fullmatch(shape, value) and not _calls(shape, value)):
            continue
        how = f"pulumi config set -s {owned.stack.name} --secret --path 'monitoring:secrets.{name}'"
        why = "has a value that can't reach that receiver."
        yield Problem(f"monitoring:secrets.{name}", MISSING, why, f"{wanted}: `{how}`", ", ".join(products))


def _calls(shape: str, value: str) -> bool:
    """Whether a webhook's address is that of an on-call service, which would be told of more than what wakes."""
    return shape == Webhook.secret[0] and calls(urlsplit(value).hostname or "")


def scrape_secret(scope: Scope) -> str:
    """The name of the token with which a product's metrics are fetched."""
    return f"{scope.product.name}-scrape"


def names(stack: str, project: Path) -> list[str]:
    """The secrets that a stack of the project needs, for tools that put stand-ins there; [] while it can't be read."""
    owned = ownership(stack, project)
    return list(needed(owned)) if owned else []
