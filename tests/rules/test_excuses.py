"""An excuse holds for one rule beside one word until a day; what excuses nothing is told as such."""

from dataclasses import replace
from datetime import date

import pytest

from components.judging import judged
from components.rules import RULES
from components.scope import Scope
from components.vocabulary import CheckFails, Excuse, Firing, Standing, percent, times
from tests.refusals import refused, said
from tests.rules.cases import FEW, burn, gated
from tests.rules.example import HEALTH, PAGE, SHARE, alert, drawn, product, stack
from tests.tiny import PRODUCTION, STAGING

LAST = date(2027, 6, 30)
GATE = [rule for rule in RULES if rule.id == "page-without-gate"]


def excuse(rule="page-without-gate", until="2027-06-30"):
    return Excuse(rule, "it is what the document says", until=until)


def judge(*alerts, today=LAST, rules=GATE, whole=True, **other):
    declared = product(*alerts, **other)
    stacks = [stack(Scope(declared, each)) for each in (PRODUCTION, STAGING)]
    return said(judged(stacks, today, whole=whole, rules=rules))


def ungated(*excused):
    return alert(SHARE.above(percent(5)), PAGE, excused=excused)


def test_without_an_excuse_it_is_told_once_although_both_environments_have_it():
    (text,) = judge(ungated())
    assert text.startswith("shop, alert 'it', `at_least`: is missing")
    assert text.endswith("-> at_least=times(20)\n      Rule: page-without-gate (docs/rules.md)")


def test_an_excuse_holds_through_its_last_day():
    assert judge(ungated(excuse())) == []


def test_the_day_after_the_rule_and_the_expired_excuse_are_told():
    rule, expired = judge(ungated(excuse()), today=date(2027, 7, 1))
    assert "Rule: page-without-gate" in rule
    assert expired == (
        "shop, alert 'it', `excused`: 'page-without-gate' was excused until 2027-06-30, which has passed (it is what "
        "the document says). -> what the rule asks for; or, with a reason that still holds, a later day"
    )


def test_an_excuse_is_that_of_its_own_word_only():
    other = replace(ungated(), name="other")
    (text,) = judge(ungated(excuse()), other)
    assert text.startswith("shop, alert 'other', `at_least`")


def test_an_excuse_that_outlives_everybody_is_told():
    (text,) = judge(ungated(excuse(until="2999-01-01")))
    assert "'page-without-gate' is excused until 2999-01-01: in more than two years, nobody will know why." in text


def test_an_excuse_that_excuses_nothing_is_told():
    (text,) = judge(alert(gated(20).above(percent(5)), PAGE, excused=(excuse(),)))
    assert text == (
        "shop, alert 'it', `excused`: 'page-without-gate' excuses nothing: its target doesn't break the rule, or "
        "is already excused. -> nothing: remove the excuse"
    )


def test_of_two_excuses_for_one_thing_one_is_too_many():
    (text,) = judge(ungated(excuse(), excuse(until="2027-12-31")))
    assert "excuses nothing" in text


def test_of_an_excuse_that_has_expired_and_excuses_nothing_only_the_latter_is_told():
    (text,) = judge(alert(gated(20).above(percent(5)), PAGE, excused=(excuse(),)), today=date(2027, 7, 1))
    assert "excuses nothing" in text


def test_none_is_taken_for_unused_while_a_stack_cannot_be_read():
    assert judge(alert(gated(20).above(percent(5)), PAGE, excused=(excuse(),)), whole=False) == []


def test_an_unknown_rule_is_told_with_the_one_that_was_meant():
    rule, unknown = judge(ungated(excuse("page-without-gates")))
    assert "Rule: page-without-gate" in rule
    assert "`excused`: 'page-without-gates' isn't a rule, so nothing is excused. -> page-without-gate" in unknown


def test_a_pager_in_staging_cannot_be_excused():
    (text,) = judge(rules=RULES, excused=(excuse("staging-can-page"),))
    assert text == "shop, `excused`: 'staging-can-page' can't be excused. -> what the rule asks for"


def test_an_excuse_may_stand_beside_the_product_a_check_a_severity_and_the_rest():
    check = replace(HEALTH, excused=(excuse("check-silence-unnoticed"), excuse("certificate-unwatched")))
    lonely = [rule for rule in RULES if rule.id in ("check-silence-unnoticed", "certificate-unwatched")]
    assert judge(alert(CheckFails(check, rounds=2)), rules=lonely) == []
    assert len(judge(alert(CheckFails(HEALTH, rounds=2)), rules=lonely)) == 2
    pages = [rule for rule in RULES if rule.id == "no-dashboard"]
    assert judge(dashboards=(), excused=(excuse("no-dashboard"),), rules=pages) == []
    unused = [excuse("no-dashboard")]
    page = drawn(gated(20).measure(), widgets=(Firing("Now", about="It"), Standing("Few", FEW, about="It")))
    told = judge(
        alert(burn(at_least=times(99)), replace(PAGE, excused=tuple(unused))),
        severities=(replace(PAGE, excused=tuple(unused)),),
        objectives=(FEW,),
        dashboards=(replace(page, excused=tuple(unused)),),
        rules=pages,
    )
    assert [text.partition(", `excused`")[0] for text in told] == ["shop, dashboard 'main'", "shop, severity 'P1'"]


@pytest.mark.parametrize("day", ["2027-02-30", "30.6.2027", "2027-6-30", "20270630", "soon", ""])
def test_a_day_has_to_be_one(day):
    assert refused(lambda: excuse(until=day)) == [
        f'`until`: {day!r} is not a calendar date, so nobody would know when to review it. -> "2027-06-30"'
    ]


def test_a_reason_has_to_say_something():
    (text,) = refused(lambda: Excuse("page-without-gate", " ", until="2027-06-30"))
    assert text.startswith("`reason`: ' ' says nothing")
