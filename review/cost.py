"""What a stack costs a month, as far as declarations say: quantities before and after, and list prices.

How much is billed depends on what applications send; a declaration sets what they may send, or how often is probed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from components.billing import DAYS, custom_metrics
from review.changes import Declared, Facts
from review.meaning import number

SERIES_OF_CHECK = 38  # https with basic metrics only, per location: the most that Grafana's calculator says
BUDGETS = {
    "executions": "uptime-executions-per-month",
    "custom-metrics": "custom-metrics",
    "log-events": "log-events-per-month",
}
NAMES = {
    "executions": "executions of checks",
    "check-series": "active series of checks",
    "custom-metrics": "custom metrics in Datadog",
    "log-events": "log events that may be stored in Datadog",
    "sentry-monitors": "alerts and metric monitors in Sentry",
}
Amounts = Mapping[tuple[str, str], int]  # by product and part


class Price(NamedTuple):
    """A list price: so much for `unit` of it; None where it isn't known."""

    unit: int
    price: Decimal | None
    why: str
    source: str
    read: str


class Cost(NamedTuple):
    """One quantity of one stack, a month. `grew`: the parts that grew, the most first, with before and after."""

    stack: str
    what: str
    before: int
    after: int
    budget: int | None
    grew: tuple[tuple[str, int, int], ...]
    unstated: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`executions of checks`."""
        return NAMES[self.what]

    @property
    def over(self) -> bool:
        """Whether it is more than the stack's file allows."""
        return self.budget is not None and self.after > self.budget

    @property
    def money(self) -> tuple[Decimal, Decimal] | None:
        """US dollars before and after by list price; None where it isn't known."""
        known = prices()[self.what]
        if known.price is None:
            return None
        before, after = (Decimal(amount) / known.unit * known.price for amount in (self.before, self.after))
        return before, after


@cache
def prices() -> Mapping[str, Price]:
    """Every price, by what is counted."""
    found = tomllib.loads((Path(__file__).parent / "prices.toml").read_text(encoding="utf-8"))
    return {
        key: Price(
            one["unit"],
            None if one["price"] == "unknown" else Decimal(one["price"]),
            one["why"],
            one["source"],
            str(one["read"]),
        )
        for key, one in found.items()
    }


def costs(
    stack: str,
    before: Mapping[str, Declared],
    after: Mapping[str, Declared],
    environment: Facts,
    renamed: Mapping[tuple[str, str], tuple[str, str]] | None = None,
) -> list[Cost]:
    """Every quantity that there is before or after.

    `renamed`: by product and new name, what a part was called, product and name; what is called otherwise didn't grow.
    """
    found = []
    was = renamed or {}
    for what, count in COUNTED.items():
        old, new = count(before), count(after)
        if not old and not new:
            continue
        limit = number(str(environment.get(BUDGETS.get(what, ""), "")))
        grown = sorted(
            ((" ".join(each), old.get(was.get(each, each), 0), much) for each, much in new.items()),
            key=lambda one: one[1] - one[2],
        )
        grew = tuple(one for one in grown if one[2] > one[1])
        unstated = tuple(sorted(_unstated(after))) if what == "custom-metrics" else ()
        budget = None if limit is None else int(limit)
        found.append(Cost(stack, what, sum(old.values()), sum(new.values()), budget, grew, unstated))
    return found


def _parts(declared: Mapping[str, Declared], kind: str) -> Iterator[tuple[str, str, Facts]]:
    for product, kinds in declared.items():
        for name, facts in kinds.get(kind, {}).items():
            yield product, name, facts


def _executions(declared: Mapping[str, Declared]) -> Amounts:
    return {(product, name): int(facts.get("executions", 0)) for product, name, facts in _parts(declared, "check")}


def _series(declared: Mapping[str, Declared]) -> Amounts:
    return {
        (product, name): SERIES_OF_CHECK * len(facts.get("from", ()))
        for product, name, facts in _parts(declared, "check")
    }


def _metrics(declared: Mapping[str, Declared]) -> Amounts:
    """By declared tags: the product of how many values each has, 1 where that isn't stated."""
    found = {}
    for product, name, facts in [*_parts(declared, "metric"), *_parts(declared, "log metric")]:
        by_code = facts.get("source", "application") == "application"
        if by_code and _at_datadog(declared[product]):
            values = _values(declared[product])
            tags = (*facts.get("tags", ()), *facts.get("by", ()))
            found[product, name] = custom_metrics(str(facts.get("kind")), tags, values)
    return found


def _values(product: Declared) -> dict[str, int]:
    """How many values each tag takes, as the product states it."""
    stated = ", ".join(str(facts.get("tag_values", "")) for facts in product.get("product", {}).values())
    pairs = (pair.partition("=") for pair in stated.split(", ") if "=" in pair)
    return {tag: int(count) for tag, _, count in pairs}


def _unstated(declared: Mapping[str, Declared]) -> Iterator[str]:
    """Tags whose number of values nobody has stated, so that they are counted as one."""
    for product, name, facts in [*_parts(declared, "metric"), *_parts(declared, "log metric")]:
        if facts.get("source", "application") == "application" and _at_datadog(declared[product]):
            stated = _values(declared[product])
            tags = (*facts.get("tags", ()), *facts.get("by", ()))
            yield from (f"{product} {name} by {tag}" for tag in tags if tag not in stated)


def _at_datadog(product: Declared) -> bool:
    return any(facts.get("telemetry") == "datadog" for facts in product.get("product", {}).values())


def _logs(declared: Mapping[str, Declared]) -> Amounts:
    return {
        (product, f"log index {name}"): int(number(str(facts.get("at_most_daily"))) or 0) * DAYS
        for product, name, facts in _parts(declared, "log index")
        if _at_datadog(declared[product])
    }


def _sentry(declared: Mapping[str, Declared]) -> Amounts:
    return {(product, name): 1 for product, name, facts in _parts(declared, "alert") if facts.get("at") == "sentry"}


COUNTED: Mapping[str, Callable[[Mapping[str, Declared]], Amounts]] = {
    "executions": _executions,
    "check-series": _series,
    "custom-metrics": _metrics,
    "log-events": _logs,
    "sentry-monitors": _sentry,
}
