"""What the words of a product file become at which vendor: found by declaring products with and without a use."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

import pulumi

from components.accounts import Accounts
from components.catalogue import load_products
from components.environment import Environment
from components.monitoring import ProductMonitoring
from components.ownership import Ownership, Stack
from components.scope import Scope
from components.secrets import Secrets, needed
from components.stackfile import ENVIRONMENT, stack_file
from components.vendors import VENDORS, evaluated_by
from components.vocabulary.alerts import Alert
from components.vocabulary.conditions import evaluator_of
from components.vocabulary.dashboards import Dashboard
from components.vocabulary.product import Product
from review import starter
from review.recorder import ROOT, Declared, Recording, mocked

STACK = "prod"
# The products that the page takes its examples from, so that a new product doesn't change the page.
SHOWN = ("a-lo-cubano", "clipforge", "fair-trade-worker", "ticketcap", "tikit")
QUERIES = ("query", "expr")
# A product without all that can be left out; what remains is who is told.
BARE: dict[str, Any] = {
    each.name: each.default for each in fields(Product) if each.default in ((), None) and each.name != "procedure"
}
# What is said of metrics isn't a part, and can't stay without them.
OF_METRICS: dict[str, Any] = {"tag_values": {}}


Names = frozenset[tuple[str, str]]  # types and names of what is declared


class Became(NamedTuple):
    """At one vendor: how many resources of which kind, and one of the queries in them, if there is any."""

    vendor: str
    resources: str
    query: str


@dataclass
class _Uses:
    """By word and vendor, what its first use becomes."""

    found: dict[str, dict[str, Became]] = field(default_factory=lambda: defaultdict(dict))

    def note(self, word: str, became: Became) -> None:
        self.found[word].setdefault(became.vendor, became)


def becomes() -> dict[str, dict[str, Became]]:
    """By word, then by vendor; the starter's use first, then that of the products that the page shows."""
    file = stack_file(ROOT, STACK)
    environment = Environment.parse(file.get(ENVIRONMENT), file.name)
    uses = _Uses()
    shown = (product for product in load_products(ROOT / "stacks")[0] if product.name in SHOWN)
    for product in (starter.PRODUCT, *shown):
        _alerts(product, environment, uses)
        # By itself a product declares who is told, and nothing else.
        without = replace(product, **BARE | OF_METRICS)
        known = _names(without, environment)
        _widgets(product, without, known, environment, uses)
        _parts(product, without, known, environment, uses)
    return uses.found


def _alerts(product: Product, environment: Environment, uses: _Uses) -> None:
    """Each kind of condition and signal, by the first alert on one; beside another alert, whose receivers are there."""
    known: dict[tuple[str, ...], Names] = {}  # without an alert, by the one beside it
    for alert in product.alerts:
        words = [type(word).__name__ for word in (alert.when, getattr(alert.when, "signal", None)) if word is not None]
        vendor = VENDORS[evaluated_by(product, evaluator_of(alert.when))].title
        if all(vendor in uses.found[word] for word in (*words, "Alert")):
            continue
        beside = [replace(each, depends_on=()) for each in product.alerts if each is not alert and _alike(each, alert)]
        # Without its guards, whose texts name the alerts beside them, and causes: these aren't there.
        index = product.log_index and replace(product.log_index, if_silent=None, if_nearly_full=None)
        needed_by = {"objectives": product.objectives, "errors": product.errors, "log_index": index}
        without = replace(product, **BARE | OF_METRICS | needed_by | {"alerts": tuple(beside[:1])})
        with_it = replace(without, alerts=(*beside[:1], replace(alert, depends_on=())))
        names = tuple(each.name for each in beside[:1])
        known[names] = known.get(names) or _names(without, environment)
        became = _became(known[names], with_it, environment)
        for word in ("Alert", *words):
            for each in became:
                uses.note(word, each)


def _alike(one: Alert, other: Alert) -> bool:
    same_place = evaluator_of(one.when) == evaluator_of(other.when)
    return same_place and one.severity == other.severity and one.tell == other.tell


def _widgets(product: Product, without: Product, known: Names, environment: Environment, uses: _Uses) -> None:
    """Each kind of widget, by the first one: what it is called within a dashboard's JSON."""
    vendor = VENDORS[product.telemetry].title
    for widget in (each for dashboard in product.dashboards for each in dashboard.widgets):
        if vendor in uses.found[type(widget).__name__]:
            continue
        objectives = tuple(each for each in product.objectives if each is getattr(widget, "objective", None))
        page = Dashboard("alone", "Alone", (widget,), about="x")
        drawn = _added(known, replace(without, objectives=objectives, dashboards=(page,)), environment)
        dashboards = [each for each in drawn if any(_drawn(each.inputs))]
        kinds = Counter(kind for each in dashboards for kind in _drawn(each.inputs))
        query = next((query for each in dashboards for query in _queries(each.inputs)), "")
        uses.note(type(widget).__name__, Became(vendor, _counted(kinds), query))
        uses.note(
            "Dashboard", Became(vendor, ", ".join(sorted({each.type.rpartition(":")[2] for each in dashboards})), "")
        )


def _parts(product: Product, without: Product, known: Names, environment: Environment, uses: _Uses) -> None:
    """Every other part of a product, by what is there with nothing but it."""
    for name in BARE:
        value = getattr(product, name)
        for word in value if isinstance(value, tuple) else (value,):
            seen = VENDORS[product.telemetry].title in uses.found.get(type(word).__name__, {})
            if name in ("alerts", "dashboards", "also_emits") or word is None or seen:
                break
            part: dict[str, Any] = {name: (word,) if isinstance(value, tuple) else word}
            with_it = replace(without, **part)
            for became in _became(known, with_it, environment):
                uses.note(type(word).__name__, became)


def _became(known: Names, with_it: Product, environment: Environment) -> list[Became]:
    by_vendor: dict[str, list[Declared]] = defaultdict(list)
    for each in _added(known, with_it, environment):
        by_vendor[VENDORS[each.type.partition(":")[0]].title].append(each)
    made = []
    for vendor, declared in by_vendor.items():
        kinds = Counter(each.type.rpartition(":")[2] for each in declared)
        query = next((query for each in declared for query in _queries(each.inputs)), "")
        made.append(Became(vendor, _counted(kinds), query))
    return made


def _counted(kinds: Counter[str]) -> str:
    return ", ".join(f"{kind} ({count})" if count > 1 else kind for kind, count in kinds.items())


def _names(product: Product, environment: Environment) -> Names:
    return frozenset((each.type, each.name) for each in _declared(product, environment))


def _added(known: Names, with_it: Product, environment: Environment) -> list[Declared]:
    added = [each for each in _declared(with_it, environment) if (each.type, each.name) not in known]
    # Pulumi registers side by side: which comes first differs from run to run, and the page must not.
    return sorted(added, key=lambda each: (each.type.rpartition(":")[2], each.name))


def _declared(product: Product, environment: Environment) -> list[Declared]:
    """What a product alone would declare, without its components."""
    recording = Recording()

    def program() -> None:
        owned = Ownership(Stack(STACK, environment, (scope,)))
        values = dict.fromkeys(needed(owned), "x")
        secrets = Secrets(frozenset(values), pulumi.Output.secret(values))
        ProductMonitoring(scope, secrets, Accounts(owned, secrets))

    scope = Scope(product, environment)
    asyncio.run(mocked(recording, STACK, program))
    # In an order of our own: that of registration changes from run to run.
    own = (each for each in recording.resources if not each.type.startswith("monitoring:"))
    return sorted(own, key=lambda each: (each.type, each.name))


def _opened(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, at any depth; a text that holds JSON is opened."""
    if isinstance(value, str) and value[:1] in "{[":
        try:
            value = json.loads(value)
        except ValueError:
            return
    if isinstance(value, dict):
        for key, part in value.items():
            yield key, part
            yield from _opened(part)
    elif isinstance(value, list):
        for part in value:
            yield from _opened(part)


def _queries(inputs: Any) -> Iterator[str]:
    """Queries as they are sent, but for a composite one, which names other monitors."""
    for key, value in _opened(inputs):
        if key in QUERIES and isinstance(value, str) and value and not re.match(r"\S+-id\b", value):
            yield value


def _drawn(inputs: Any) -> Iterator[str]:
    """The types of a dashboard's widgets."""
    for key, value in _opened(inputs):
        if key in ("widgets", "panels") and isinstance(value, list):
            yield from (str(each.get("definition", each).get("type")) for each in value)
