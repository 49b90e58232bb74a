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
    assert found.value == 110_000
    assert found.why.startswith("is exceeded by 104272: 214272 executions a month from 2 locations. ")
    assert found.why.endswith(" tiny: health 17856, front 89280; other: health 17856, front 89280.")
    assert found.instead.startswith(
        "every= longer than 30 seconds for a check that can wait, fewer probe-from, or 214272"
    )


def test_each_stack_has_a_budget_of_its_own():
    other = environment(uptime_executions_per_month=110_000)
    assert list(executions_over_budget.find([scope(ENOUGH_FOR_ONE), scope(other, name="other")])) == []
