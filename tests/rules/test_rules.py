"""Each rule finds what breaks it, and lets pass what only just doesn't."""

import re
from datetime import date

import pytest

from components.catalogue import STACKS, load_products
from components.judging import excuses, judged
from components.ownership import read_stacks
from components.rules import RULES
from tests.refusals import said
from tests.rules.cases import CASES
from tests.rules.example import stack

TODAY = date(2026, 11, 27)
BY_ID = {rule.id: rule for rule in RULES}
NAMES = [f"{case.rule} {case.said[:40]}" for case in CASES]


def found(case_rule, scopes):
    """What one rule says, without the rule's own line."""
    texts = said(judged([stack(*scopes)], TODAY, rules=[BY_ID[case_rule]]))
    return [text.replace(f"\n      Rule: {case_rule} (docs/rules.md)", "") for text in texts]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_rule_finds_what_breaks_it(case):
    (text,) = found(case.rule, case.breaks)
    assert case.said in text


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_rule_lets_pass_what_only_just_keeps_to_it(case):
    assert found(case.rule, case.keeps) == []


def test_every_rule_has_a_product_that_breaks_it_and_one_that_does_not():
    assert {case.rule for case in CASES} == set(BY_ID)


@pytest.mark.parametrize("rule", RULES, ids=BY_ID)
def test_a_rule_has_an_id_a_reason_in_one_sentence_and_says_what_to_do(rule):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.id)
    assert rule.why.endswith(".")
    assert len(rule.why) > 30
    assert ". " not in rule.why
    assert rule.instead.endswith(".")


def test_the_products_break_no_rule_in_any_environment():
    products, _ = load_products(STACKS)
    stacks, _ = read_stacks(STACKS.parent, products)
    assert {each.name for each in stacks} == {"prod", "staging"}
    assert said(judged(stacks, TODAY)) == []
    for alone in stacks:  # no excuse is needed in one environment only: a product may be declared in either
        assert said(judged([alone], TODAY)) == []


def test_the_products_excuse_hardly_anything():
    products, _ = load_products(STACKS)
    assert sum(1 for product in products for _ in excuses(product)) <= 10
