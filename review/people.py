"""Who is told of more and who of less: per receiver and severity, in each stack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from review.changes import Declared

WAKES = ("PagerDuty",)  # kinds of receivers that call somebody, day and night


@dataclass(frozen=True)
class Told:
    """The alerts of one severity of a product that a receiver hears of, where these have changed."""

    stack: str
    product: str
    receiver: str
    severity: str
    before: int
    after: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def wakes(self) -> bool:
        """Whether somebody is woken."""
        return self.receiver.startswith(WAKES)


def told(
    stack: str,
    before: Mapping[str, Declared],
    after: Mapping[str, Declared],
    renamed: Mapping[tuple[str, str], str],
) -> list[Told]:
    """Every receiver whose alerts changed; who is woken first, who loses most before who gains.

    `renamed`: by product and new name, what an alert was called; nobody hears more or less because of that.
    """
    now = {(product, was): name for (product, name), was in renamed.items()}
    old = {
        key: frozenset(now.get((key[0], name), name) for name in names) for key, names in _by_receiver(before).items()
    }
    new = _by_receiver(after)
    found = []
    for key in old.keys() | new.keys():
        one, other = old.get(key, frozenset()), new.get(key, frozenset())
        if one != other:
            gained, lost = tuple(sorted(other - one)), tuple(sorted(one - other))
            found.append(Told(stack, *key, len(one), len(other), gained, lost))
    return sorted(
        found, key=lambda each: (not each.wakes, -len(each.lost), -len(each.gained), each.product, each.receiver)
    )


def _by_receiver(declared: Mapping[str, Declared]) -> dict[tuple[str, str, str], frozenset[str]]:
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for product, kinds in declared.items():
        for name, alert in kinds.get("alert", {}).items():
            for receiver in (*alert.get("tells", ()), *alert.get("escalates", ())):
                found[product, str(receiver), str(alert.get("severity", ""))].add(name)
    return {key: frozenset(names) for key, names in found.items()}


def receivers(declared: Mapping[str, Declared]) -> set[tuple[str, str]]:
    """Everybody who hears of anything, by product."""
    return {(product, receiver) for product, receiver, _ in _by_receiver(declared)}
