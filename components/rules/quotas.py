"""Rules on vendors' prices and quotas, counted over all products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from components.billing import DAYS
from components.budget import custom_metrics_of, executions
from components.environment import Environment
from components.rules.rule import Finding, of_all
from components.scope import Scope

# getsentry/sentry: "You may not exceed {max_workflows} workflows per organization.", MAX_WORKFLOWS_PER_ORG.
SENTRY_ALERTS = 1000


@of_all("A longer `every=`, fewer `probe-from`, or a larger budget in the stack file.")
def executions_over_budget(scopes: Sequence[Scope]) -> Iterator[Finding]:
    """Synthetic monitoring is billed per execution, and a check every minute from many places adds up unnoticed."""
    for environment, own in _by_environment(scopes):
        total = sum(executions(scope, check) for scope in own for check in scope.product.checks)
        budget = environment.uptime_executions_per_month
        if total > budget:
            why = (
                f"is exceeded by {total - budget}: {total} executions a month from {_locations(environment)}. "
                f"{'; '.join(_shares(scope) for scope in own if scope.product.checks)}."
            )
            slower = f"every= longer than {environment.probe_at_most_every} for a check that can wait, fewer probe-from"
            instead = f"{slower}, or {total} if the checks are worth their price (docs/review.md)"
            yield Finding(environment, "uptime-executions-per-month", budget, why, instead)


def _shares(scope: Scope) -> str:
    """What each check of a product takes: `shop: home 4464, api-health 4464`."""
    each = (f"{check.name} {executions(scope, check)}" for check in scope.product.checks)
    return f"{scope.product.name}: {', '.join(each)}"


@of_all("Fewer tags or tag values, or a larger budget in the stack file.")
def custom_metrics_over_budget(scopes: Sequence[Scope]) -> Iterator[Finding]:
    """Datadog bills each combination of a metric's tag values: one more tag can cost ten times as much."""
    for environment, own in _by_environment(scopes):
        costs = [(amount, name, scope) for scope in own for name, amount in custom_metrics_of(scope)]
        yield from _over(environment, "custom-metrics", environment.custom_metrics, costs, "custom metrics")


@of_all("A lower `at_most_daily`, or a larger budget in the stack file.")
def log_events_over_budget(scopes: Sequence[Scope]) -> Iterator[Finding]:
    """Datadog bills each stored event; the indexes' daily limits together cap what a month may cost."""
    for environment, own in _by_environment(scopes):
        costs = [
            (int(index.at_most_daily.number) * DAYS, f"log index {index.name}", scope)
            for scope in own
            if (index := scope.product.log_index) and scope.product.telemetry == "datadog"
        ]
        yield from _over(environment, "log-events-per-month", environment.log_events_per_month, costs, "events")


def _over(
    environment: Environment, key: str, budget: int | None, costs: list[tuple[int, str, Scope]], what: str
) -> Iterator[Finding]:
    total = sum(cost for cost, _, _ in costs)
    if budget is not None and total > budget:
        dearest, name, scope = max(costs, key=lambda cost: cost[0])
        why = f"is exceeded: {total} {what} a month, {dearest} of them by {name} of {scope.product.name}."
        yield Finding(environment, key, budget, why, f"less of {name} in {scope.product.file}, or a budget of {total}")


def _locations(environment: Environment) -> str:
    number = len(environment.probe_from)
    return "1 location" if number == 1 else f"{number} locations"


@of_all("Fewer alerts on errors, or an organisation of its own for an environment.")
def too_many_alerts_at_sentry(scopes: Sequence[Scope]) -> Iterator[Finding]:
    """Sentry refuses what exceeds its limit in the middle of an update, when half of it has been applied."""
    counted: dict[str, list[Environment]] = defaultdict(list)
    for scope in scopes:
        counted[scope.environment.sentry_organization] += [scope.environment] * len(scope.alerts_at("errors"))
    for organization, alerts in counted.items():
        if len(alerts) > SENTRY_ALERTS:
            why = f"would have {len(alerts)} alerts; Sentry allows {SENTRY_ALERTS} in an organisation."
            yield Finding(alerts[-1], "sentry-organization", organization, why, "fewer alerts, or another organisation")


def _by_environment(scopes: Sequence[Scope]) -> Iterator[tuple[Environment, list[Scope]]]:
    """The products of each environment; two stacks of one name have a budget each."""
    found: dict[int, list[Scope]] = defaultdict(list)
    for scope in scopes:
        found[id(scope.environment)].append(scope)
    for own in found.values():
        yield own[0].environment, own
