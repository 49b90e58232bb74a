"""Executions of checks are computed and kept within the budget of the stack file."""

from components.budget import executions
from components.rules.quotas import executions_over_budget
from tests.tiny import FRONT, HEALTH, STAGING, environment, scope

ENOUGH_FOR_ONE = environment(uptime_executions_per_month=110_000)


def test_a_check_is_executed_once_per_interval_from_each_location():
    production = scope()  # two locations
    assert executions(production, HEALTH) == 31 * 24 * 12 * 2
    assert executions(production, FRONT) == 31 * 24 * 60 * 2
    assert executions(scope(STAGING), FRONT) == 31 * 24 * 2  # one location, every half an hour at most


def test_all_products_of_a_stack_share_one_budget():
    assert list(executions_over_budget.find([scope(ENOUGH_FOR_ONE)])) == []
    (found,) = executions_over_budget.find([scope(ENOUGH_FOR_ONE), scope(ENOUGH_FOR_ONE, name="other")])
    assert (found.value, found.why) == (
        110_000,
        "is exceeded: 214272 executions a month from 2 locations, 89280 of them by front of tiny every 1 minute.",
    )
    assert found.instead.startswith("a longer every= for front in stacks/tiny.py, fewer locations, or a budget of")


def test_each_stack_has_a_budget_of_its_own():
    other = environment(uptime_executions_per_month=110_000)
    assert list(executions_over_budget.find([scope(ENOUGH_FOR_ONE), scope(other, name="other")])) == []
