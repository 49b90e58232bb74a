"""Executions of checks are computed and kept within the budget of the stack file."""

from components.budget import executions, overspent
from tests.refusals import said
from tests.tiny import FRONT, HEALTH, STAGING, environment, scope


def test_a_check_is_executed_once_per_interval_from_each_location():
    production = scope()  # two locations
    assert executions(production, HEALTH) == 31 * 24 * 12 * 2
    assert executions(production, FRONT) == 31 * 24 * 60 * 2
    assert executions(scope(STAGING), FRONT) == 31 * 24 * 2  # one location, every half an hour at most


def test_a_budget_that_is_just_enough_is_kept():
    enough = environment(uptime_executions_per_month=17856 + 89280)
    assert said(overspent([scope(enough)])) == []


def test_a_budget_that_is_exceeded_names_every_check_and_what_to_do():
    short = environment(uptime_executions_per_month=17856 + 89280 - 1)
    assert said(overspent([scope(short)])) == [
        (
            "`uptime-executions-per-month`: 107135 is exceeded: 107136 executions a month from 2 locations: 89280 by "
            "front of tiny every 1 minute, 17856 by health of tiny every 5 minutes. -> a longer every= for the check "
            "that was added or runs more often now, or a budget of 107136"
        )
    ]


def test_all_products_share_one_budget():
    enough_for_one = environment(uptime_executions_per_month=110_000)
    assert said(overspent([scope(enough_for_one)])) == []
    (problem,) = said(overspent([scope(enough_for_one), scope(enough_for_one, name="other")]))
    assert "110000 is exceeded: 214272 executions" in problem


def test_without_checks_there_is_nothing_to_spend():
    assert said(overspent([])) == []
