"""What exists at the vendors in the project's name, but isn't in code: made by hand, or left behind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apis.web import Web, WebError
from components.scope import Scope
from components.vocabulary.renames import identity
from pipelines.listing import KINDS, Kind, Thing

BESIDE = {"sentry:index/metricMonitor:MetricMonitor": ("sentry:index/uptimeMonitor:", "sentry:index/cronMonitor:")}


@dataclass(frozen=True)
class Whose:
    """How what belongs to a stack is called: names and titles of its products, by the environment."""

    environment: str
    suffix: str
    others: tuple[str, ...]
    names: frozenset[str]
    titles: frozenset[str]

    @classmethod
    def of(cls, scopes: Sequence[Scope], others: Iterable[str] = ()) -> Whose:
        """`others`: the suffixes of the project's other stacks."""
        environment = scopes[0].environment
        products = [scope.product for scope in scopes]
        return cls(
            environment.name,
            environment.suffix,
            tuple(each for each in others if each and each != environment.suffix),
            frozenset(name for one in products for name in (one.name, identity(one))),
            frozenset(one.title for one in products),
        )

    def owns(self, thing: Thing) -> bool:
        """By its tags, else by its title, else by how its name begins and which environment's suffix it has."""
        labels = thing.labels
        here = labels.get("env") == self.environment
        if "product" in labels and labels["product"] in self.names:
            return here or "env" not in labels
        if here and "pulumi" in (labels.get("managed-by"), labels.get("managed_by")):
            return True  # of a product that is in code no longer
        if any(thing.name.startswith(f"[{self.environment}] {title}:") for title in self.titles):
            return True
        slug = re.sub(r"[^a-z0-9]+", "-", thing.name.lower())
        if not any(f"{slug}-".startswith(f"{name}-") for name in self.names):
            return False
        parts = f"{slug}-"
        return f"{self.suffix}-" in parts if self.suffix else not any(f"{each}-" in parts for each in self.others)


def known(resources: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """By type, what the state has: ids, with and without an organisation before them, and the uids of rules."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in resources:
        identity_of, kind = str(one.get("id", "")), str(one["type"])
        found[kind] |= {identity_of, re.split("[:/]", identity_of)[-1], identity_of.partition(":")[2]}
        for rule in (one.get("outputs") or {}).get("rules") or ():
            if isinstance(rule, Mapping):
                found[kind].add(str(rule.get("uid", "")))
    return found


def unmanaged(
    apis: Mapping[str, Web | WebError], resources: Iterable[Mapping[str, Any]], whose: Whose
) -> tuple[list[tuple[Kind, Thing]], list[str]]:
    """What isn't in the state, and a line for each list that could not be had."""
    state = known(resources)
    found, failed = [], []
    refused: set[str] = set()
    for kind in KINDS:
        api = apis[kind.api]
        # Without credentials once per API, not once per kind.
        if kind.api in refused:
            continue
        if isinstance(api, WebError):
            failed.append(f"{kind.vendor}: {api}")
            refused.add(kind.api)
            continue
        try:
            mine = state[kind.type] | {
                each for name, ids in state.items() if name.startswith(_beside(kind)) for each in ids
            }
            found += [(kind, thing) for thing in kind.all(api) if thing.id not in mine and whose.owns(thing)]
        except (WebError, LookupError, TypeError, AttributeError) as problem:
            said = str(problem) if isinstance(problem, WebError) else f"the answer has an unknown shape ({problem!r})"
            failed.append(f"{kind.vendor}: the {kind.name}s could not be listed: {said}")
    return found, failed


def _beside(kind: Kind) -> tuple[str, ...]:
    return BESIDE.get(kind.type, ("-",))


def lines(found: Iterable[tuple[Kind, Thing]]) -> Iterator[tuple[str, str]]:
    """What a person reads: the kind at its vendor, and name and id."""
    for kind, thing in found:
        yield f"{kind.vendor} {kind.name}", thing.name if thing.name == thing.id else f"{thing.name} ({thing.id})"
