"""What part of an objective's events was bad, of which its budget is spent."""

from __future__ import annotations

from decimal import Decimal

from components.grafana.checks import of_job
from components.grafana.promql import expression, gated, window
from components.scope import Scope
from components.vocabulary.checks import Check
from components.vocabulary.objectives import Objective
from components.vocabulary.quantities import plain
from components.vocabulary.signals import Ratio, Within
from components.vocabulary.thresholds import Threshold


def counters(scope: Scope, check: Check) -> tuple[str, str]:
    """Successful and all probes of a check, as the counters that every location keeps."""
    return f"probe_all_success_sum{of_job(scope, check)}", f"probe_all_success_count{of_job(scope, check)}"


def bad_share(scope: Scope, objective: Objective, over: str, at_least: str = "") -> str:
    """What share of events was bad over a range.

    With `at_least`, nothing while there were fewer events than that; of a check, fewer failed probes.
    """
    if isinstance(objective.good, Check):
        good, all_of = (f"sum(increase({metric}[{over}]))" for metric in counters(scope, objective.good))
        if not at_least:
            return f"(1 - {good} / {gated(all_of)})"
        # Half a probe less, as `increase` extrapolates what it counts.
        least = plain(Decimal(at_least) - Decimal("0.5"))
        return f"({gated(f'{all_of} - {good}', least)} / {gated(all_of)})"
    if isinstance(objective.good, Ratio | Within):
        return f"(1 - {expression(scope, objective.good, over, at_least)})"
    if isinstance(objective.good, Threshold):
        return _missed_time(scope, objective.good, over)
    if objective.bad is None:
        raise TypeError(f"{objective.name} counts no events")
    return f"({expression(scope, objective.bad, over, at_least)})"


def _missed_time(scope: Scope, good: Threshold, over: str) -> str:
    """For what part of the time a threshold wasn't kept, looked at once a minute."""
    if good.signal.window is None:
        raise TypeError(f"{good.describe()} has no slices")
    missed = "<=" if good.sense == "above" else ">="
    limit = plain(good.critical.to(good.signal.unit))
    value = expression(scope, good.signal, window(good.signal.window))
    slices = f"{f'({value})' if {'or', '>='} & set(value.split()) else value} {missed} bool {limit}"
    return f"avg_over_time(({slices})[{over}:1m])"
