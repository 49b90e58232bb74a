"""What checks cost: executions per month, which is what synthetic monitoring is paid by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from components.problems import Problem
from components.scope import Scope
from components.vocabulary.checks import Check
from components.vocabulary.quantities import days

MONTH = days(31)  # as Grafana's own calculator counts: the longest month has to be paid for, too


def executions(scope: Scope, check: Check) -> int:
    """How often a check is executed in a month of 31 days: once per interval from each location."""
    return int(MONTH.to("seconds") / scope.interval(check).to("seconds")) * len(scope.environment.probe_from)


def overspent(scopes: Sequence[Scope]) -> Iterator[Problem]:
    """A problem that names the dearest check, when all checks together exceed the environment's budget."""
    costs = [(executions(scope, check), scope, check) for scope in scopes for check in scope.product.checks]
    if not costs:
        return
    total, budget = sum(cost for cost, _, _ in costs), scopes[0].environment.uptime_executions_per_month
    if total > budget:
        dearest, scope, check = max(costs, key=lambda cost: cost[0])
        why = (
            f"is exceeded: {total} executions a month from {len(scope.environment.probe_from)} locations, "
            f"{dearest} of them by {check.name} of {scope.product.name} every {scope.interval(check)}."
        )
        instead = f"a longer every= for {check.name} in {scope.product.file}, fewer locations, or a budget of {total}"
        yield Problem("uptime-executions-per-month", budget, why, instead)
