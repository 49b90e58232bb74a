"""What a rule is: a name, a reason, and a pure function over what is declared that finds what breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from components.environment import Environment
from components.scope import Scope
from components.vocabulary.alerts import Alert
from components.vocabulary.checks import Check
from components.vocabulary.dashboards import Dashboard
from components.vocabulary.objectives import Objective
from components.vocabulary.people import Severity
from components.vocabulary.product import Product

# Where a person puts right what an environment isn't to blame for; an excuse can stand beside any of these.
Excusable = Alert | Check | Dashboard | Objective | Product | Severity


@dataclass(frozen=True)
class Finding:
    """Something that breaks a rule. `field`, `value`, `why` and `instead` are those of the Problem it becomes."""

    at: Excusable | Environment
    field: str
    value: object
    why: str
    instead: str
    product: str = ""  # filled in by the rule


@dataclass(frozen=True)
class Rule:
    """`why` is one sentence, `instead` what to do about it; `find` takes the products of every stack."""

    id: str
    why: str
    instead: str
    find: Callable[[Sequence[Scope]], Iterator[Finding]]
    excusable: bool


def of_product(instead: str) -> Callable[[Callable[[Product], Iterator[Finding]]], Rule]:
    """Make a function over one product a rule: its name is the id, its docstring the reason."""

    def make(find: Callable[[Product], Iterator[Finding]]) -> Rule:
        def everywhere(scopes: Sequence[Scope]) -> Iterator[Finding]:
            for product in {scope.product.name: scope.product for scope in scopes}.values():
                yield from (replace(found, product=product.name) for found in find(product))

        return _made(find, everywhere, instead)

    return make


def of_scope(instead: str) -> Callable[[Callable[[Scope], Iterator[Finding]]], Rule]:
    """Make a function over one product in one environment a rule, for what isn't the same in all of them.

    It can't be excused: an excuse stands in the product file, which knows no environment.
    """

    def make(find: Callable[[Scope], Iterator[Finding]]) -> Rule:
        def everywhere(scopes: Sequence[Scope]) -> Iterator[Finding]:
            for scope in scopes:
                for found in find(scope):
                    product = "" if isinstance(found.at, Environment) else scope.product.name
                    yield replace(found, product=product)

        return _made(find, everywhere, instead, excusable=False)

    return make


def of_all(instead: str) -> Callable[[Callable[[Sequence[Scope]], Iterator[Finding]]], Rule]:
    """Make a function over all products in all environments a rule. It finds what is wrong with an environment."""

    def make(find: Callable[[Sequence[Scope]], Iterator[Finding]]) -> Rule:
        return _made(find, find, instead, excusable=False)

    return make


def _made(
    named: Callable[..., Iterator[Finding]],
    find: Callable[[Sequence[Scope]], Iterator[Finding]],
    instead: str,
    *,
    excusable: bool = True,
) -> Rule:
    return Rule(named.__name__.replace("_", "-"), " ".join((named.__doc__ or "").split()), instead, find, excusable)
