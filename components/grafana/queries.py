"""Conditions as the queries of Grafana-managed rules. The comparison stands in a rule's last step, never in a query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from components.grafana.checks import job
from components.grafana.promql import absent, expression, gated, window
from components.scope import Scope
from components.vocabulary.checks import Check
from components.vocabulary.conditions import Absence, BudgetBurns, CertificateExpires, CheckFails
from components.vocabulary.log_signals import LogCount
from components.vocabulary.objectives import Objective
from components.vocabulary.quantities import Duration, plain
from components.vocabulary.signals import Ratio, Within
from components.vocabulary.thresholds import Condition, Threshold


@dataclass(frozen=True)
class Query:
    """Named query texts, how far back they look, and the comparison that ends in an alert.

    `compare` is `gt` or `lt` with one number, applied to each of the texts; all of them have to hold, for `lasting`.
    `recovery` is where a single text is over again.
    """

    texts: dict[str, str]
    over: Duration
    compare: Literal["gt", "lt"]
    limit: Decimal
    recovery: Decimal | None = None
    lasting: Duration | None = None
    logs: bool = False


def query(scope: Scope, when: Condition) -> Query:
    """The query of a condition. Raises TypeError for conditions that are evaluated elsewhere."""
    match when:
        case Threshold(signal=signal) if signal.over:
            return _threshold(scope, when, signal.over)
        case CheckFails(check=check, rounds=rounds):
            over = _rounds(scope, check, rounds)
            # The best of all locations: one that fails alone is a network's problem, not the product's.
            text = f"max by (job, instance) (max_over_time(probe_success{_job(scope, check)}[{window(over)}]))"
            return Query({"A": text}, over, "lt", Decimal(1))
        case CertificateExpires(checks=checks, within=within):
            jobs = "|".join(re.escape(job(scope, check)).replace("\\-", "-") for check in checks)
            text = f'min by (job, instance) (probe_ssl_earliest_cert_expiry{{job=~"{jobs}"}}) - time()'
            return Query({"A": text}, Duration(Decimal(10), "minutes"), "lt", within.to("seconds"))
        case Absence(over=over):
            texts = [absent(scope, metric, over) for metric in when.metrics()]
            for check in when.checks():
                over = max(over, _rounds(scope, check, 2))
                texts.append(f"absent_over_time(probe_success{_job(scope, check)}[{window(over)}])")
            return Query({"A": " or ".join(texts)}, over, "gt", Decimal(0))
        case BudgetBurns(objective=objective):
            return _burning(scope, when, objective)
        case _:
            raise TypeError(f"Grafana doesn't evaluate {type(when).__name__}")


def counters(scope: Scope, check: Check) -> tuple[str, str]:
    """Successful and all probes of a check, as the counters that every location keeps."""
    return f"probe_all_success_sum{_job(scope, check)}", f"probe_all_success_count{_job(scope, check)}"


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
    if good.signal.over is None:
        raise TypeError(f"{good.describe()} has no slices")
    missed = "<=" if good.sense == "above" else ">="
    limit = plain(good.critical.to(good.signal.unit))
    value = expression(scope, good.signal, window(good.signal.over))
    slices = f"{f'({value})' if {'or', '>='} & set(value.split()) else value} {missed} bool {limit}"
    return f"avg_over_time(({slices})[{over}:1m])"


def _threshold(scope: Scope, when: Threshold, over: Duration) -> Query:
    recovery = when.recovery(when.critical)
    return Query(
        texts={"A": expression(scope, when.signal, window(over))},
        over=over,
        compare="gt" if when.sense == "above" else "lt",
        limit=when.critical.to(when.signal.unit),
        recovery=None if recovery is None else recovery.to(when.signal.unit),
        lasting=when.lasting,
        logs=isinstance(when.signal, LogCount),
    )


def _burning(scope: Scope, when: BudgetBurns, objective: Objective) -> Query:
    short = when.short
    if isinstance(objective.good, Check):
        # With rare probes a twelfth of the window may hold none: two rounds at least.
        short = max(short, _rounds(scope, objective.good, 2))
    budget = plain(1 - objective.target.to("ratio"))
    least = when.at_least.number if when.at_least else None
    if least and isinstance(objective.good, Check):
        # An environment that probes rarely, from one place, may not make so many probes at all.
        probes = len(scope.environment.probe_from) * when.within.seconds // scope.interval(objective.good).seconds
        least = min(least, Decimal(max(1, probes // 2)))
    texts = {
        "A": f"{bad_share(scope, objective, window(when.within), plain(least) if least else '')} / {budget}",
        "B": f"{bad_share(scope, objective, window(short))} / {budget}",
    }
    return Query(texts, max(when.within, short), "gt", when.rate)


def _rounds(scope: Scope, check: Check, rounds: int) -> Duration:
    return Duration(scope.interval(check).to("minutes") * rounds, "minutes")


def _job(scope: Scope, check: Check) -> str:
    return f'{{job="{job(scope, check)}"}}'
