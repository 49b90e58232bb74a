"""What checks cost: executions per month, which is what synthetic monitoring is paid by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from components.problems import Problem
from components.scope import Scope
from components.vocabulary.checks import Check
from components.vocabulary.quantities import days

BUDGET = "uptime-executions-per-month"
MONTH = days(31)  # as Grafana's own calculator counts: the longest month has to be paid for, too


def executions(scope: Scope, check: Check) -> int:
    """How often a check is executed in a month of 31 days: once per interval from each location."""
    return int(MONTH.to("seconds") / scope.interval(check).to("seconds")) * len(scope.environment.probe_from)


def overspent(scopes: Sequence[Scope]) -> Iterator[Problem]:
    """A problem that names every check with what it costs, when all together exceed the environment's budget.

    A program doesn't know what it declared before, so it can't say whose check grew: a preview in the sandbox does.
    """
    costs = [(executions(scope, check), scope, check) for scope in scopes for check in scope.product.checks]
    if not costs:
        return
    total, budget = sum(cost for cost, _, _ in costs), scopes[0].environment.uptime_executions_per_month
    if total > budget:
        each = ", ".join(
            f"{cost} by {check.name} of {scope.product.name} every {scope.interval(check)}"
            for cost, scope, check in sorted(costs, key=lambda one: -one[0])
        )
        locations = len(scopes[0].environment.probe_from)
        why = f"is exceeded: {total} executions a month from {locations} locations: {each}."
        instead = f"a longer every= for the check that was added or runs more often now, or a budget of {total}"
        yield Problem(BUDGET, budget, why, instead)
