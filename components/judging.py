"""What breaks a rule and isn't excused, and what is wrong with the excuses, in every environment at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

from components.environment import Environment
from components.ownership import Stack
from components.problems import Problem, nearest
from components.rules import RULES
from components.rules.rule import Excusable, Finding, Rule
from components.vocabulary.excuses import Excuse
from components.vocabulary.product import Product
from components.vocabulary.words import labelled

LONGEST = timedelta(days=731)  # that an exception may be made for


class Excused(NamedTuple):
    """An excuse, and where it stands."""

    product: Product
    item: str
    line: str
    excuse: Excuse

    @property
    def of(self) -> tuple[str, str, str]:
        """Product, word and rule: what a finding has to have for the excuse to hold."""
        return self.product.name, self.item, self.excuse.rule


def judged(
    stacks: Sequence[Stack], today: date, *, whole: bool = True, rules: Sequence[Rule] = RULES
) -> Iterator[Problem]:
    """A problem for each finding, each once however many environments have it, and for each excuse that doesn't hold.

    Unless `stacks` are all there are (`whole`), no excuse is taken for unused.
    """
    scopes = [scope for stack in stacks for scope in stack.scopes]
    files = {id(stack.environment): stack.file for stack in stacks}
    products = list({scope.product.name: scope.product for scope in scopes}.values())
    given = [each for product in products for each in excuses(product)]
    holding = {each.of: each for each in reversed(given) if each.excuse.end >= today}
    excusable = {rule.id for rule in rules if rule.excusable}
    broken: set[tuple[str, str, str]] = set()
    told: set[str] = set()
    for rule in rules:
        for found in rule.find(scopes):
            of = (found.product, _item(found), rule.id)
            broken.add(of)
            if of in holding and rule.excusable:
                continue
            problem = _problem(rule, found, files)
            if str(problem) not in told:
                told.add(str(problem))
                yield problem
    for each in given:
        needless = each.of not in broken or holding.get(each.of, each) is not each
        if whole and needless and each.excuse.rule in excusable:
            why = "excuses nothing: its target doesn't break the rule, or is already excused."
            yield _about(each, each.excuse.rule, why, "nothing: remove the excuse")
        else:
            yield from _wrong(each, today, excusable, {rule.id for rule in rules})


def excuses(product: Product) -> Iterator[Excused]:
    """Every excuse in a product file, with the word it stands beside."""
    words = (product.alerts, product.checks, product.objectives, product.dashboards, product.severities)
    of_product: tuple[Excusable, ...] = (product,)
    for word in chain(of_product, *words):
        item = "" if word is product else labelled(word)
        yield from (Excused(product, item, word.line, excuse) for excuse in word.excused)


def _wrong(each: Excused, today: date, excusable: set[str], known: set[str]) -> Iterator[Problem]:
    """A rule that doesn't exist or can't be excused; a day that is over."""
    rule, end = each.excuse.rule, each.excuse.end
    if rule not in known:
        yield _about(each, rule, "isn't a rule, so nothing is excused.", nearest(rule, known))
    elif rule not in excusable:
        yield _about(each, rule, "can't be excused.", "what the rule asks for")
    elif end < today:
        why = f"was excused until {end}, which has passed ({each.excuse.reason})."
        yield _about(each, rule, why, "what the rule asks for; or, with a reason that still holds, a later day")
    elif end - today > LONGEST:
        why = f"is excused until {end}: in more than two years, nobody will know why."
        yield _about(each, rule, why, "a day within the next two years")


def _about(each: Excused, value: str, why: str, instead: str) -> Problem:
    return Problem("excused", value, why, instead, each.product.name, each.item, each.line)


def _item(found: Finding) -> str:
    return "" if isinstance(found.at, Environment | Product) else labelled(found.at)


def _problem(rule: Rule, found: Finding, files: Mapping[int, str]) -> Problem:
    at = found.at
    where, line = (files[id(at)], "") if isinstance(at, Environment) else (found.product, at.line)
    return Problem(found.field, found.value, found.why, found.instead, where, _item(found), line, rule.id)
