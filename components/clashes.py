"""Names that fall together at a vendor, across products and environments: one would replace the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from components.problems import Problem
from components.vocabulary.alerts import Alert
from components.vocabulary.conditions import BudgetBurns
from components.vocabulary.product import Product
from components.vocabulary.thresholds import Threshold


class _Made(NamedTuple):
    """A name as a vendor gets it: within what it is one of a kind, and the word that it is made of."""

    kind: str
    name: str
    product: str
    item: str
    field: str
    value: str


def clashes(products: Sequence[Product], suffixes: Sequence[str]) -> Iterator[Problem]:
    """A problem for each name that two products, or a product in two environments, would give to different things.

    `suffixes` are those of the stack files: what exists once per environment ends with its own.
    """
    shared = [each for product in products for each in _shared(product)]
    ended = [
        each._replace(name=f"{each.name}{suffix}")
        for suffix in suffixes
        for product in products
        for each in _ended(product)
    ]
    first: dict[tuple[str, str], _Made] = {}
    for each in (*shared, *ended):
        other = first.setdefault((each.kind, " ".join(each.name.lower().split())), each)
        if (other.product, other.item, other.value) != (each.product, each.item, each.value):
            where = f"{other.item or 'the product'} of {other.product}"
            why = f"becomes the {each.kind} {each.name!r}, and so does {where}: one would replace the other."
            yield Problem(each.field, each.value, why, "another name", product=each.product, item=each.item)


def _shared(product: Product) -> Iterator[_Made]:
    """What has no environment in its name: titles, and the services that data is told apart by."""
    name = product.name
    yield _Made("title", product.title, name, "", "title", product.title)
    # Several services are watched as one: a vendor that both products call is no service of theirs.
    services = {product.service, *(each.name for each in product.services if not each.services)}
    for service in sorted(services):
        yield _Made("service", service, name, "", "service", service)


def _ended(product: Product) -> Iterator[_Made]:
    """What has a name of its own in every environment."""
    own = product.name
    yield _Made("product", own, own, "", "name", own)
    if product.errors:
        project = product.errors.project or own
        yield _Made("project of errors", project, own, "", "project", project)
    groups: tuple[tuple[str, list[str]], ...] = (
        ("check", [each.name for each in product.checks]),
        ("objective", [each.name for each in product.objectives]),
        ("maintenance", [each.name for each in product.maintenance]),
        ("log metric", [each.name for each in product.log_metrics]),
        ("dashboard", [each.name for each in product.dashboards]),
    )
    for kind, names in groups:
        for name in names:
            yield _Made(kind, f"{own}-{name}", own, f"{kind} {name!r}", "name", name)
    for severity in product.severities:
        for ending in ("", *(["-late"] if severity.escalate_after else [])):
            name = f"{own}-{severity.name}{ending}"
            yield _Made("contact point", name, own, f"severity {severity.name!r}", "name", severity.name)
    for alert in product.alerts:
        for ending in _endings(alert):
            yield _Made("alert", f"{own}-{alert.name}{ending}", own, f"alert {alert.name!r}", "name", alert.name)


def _endings(alert: Alert) -> Iterator[str]:
    """The alert, and what is declared beside it: an escalation, the parts of one with a gate, a monitor of errors."""
    yield ""
    if alert.severity.escalate_after:
        yield "-late"
    match alert.when:
        case Threshold(signal=signal):
            yield "-monitor"
            if getattr(signal, "at_least", None):
                yield from (f"-{type(signal).__name__.lower()}", "-traffic")
        case BudgetBurns(at_least=at_least) if at_least:
            yield from ("-burn", "-traffic")
        case _:
            pass
