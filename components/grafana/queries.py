"""Conditions on checks in PromQL. A query returns the bare number; the comparison stands in the rule's last step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from components.grafana.checks import job
from components.scope import Scope
from components.vocabulary.checks import Check
from components.vocabulary.conditions import Absence, BudgetBurns, CertificateExpires, CheckFails
from components.vocabulary.objectives import Objective
from components.vocabulary.quantities import Duration, plain
from components.vocabulary.thresholds import Condition


@dataclass(frozen=True)
class Query:
    """Named PromQL texts, how far back they look, and the comparison that ends in an alert.

    `compare` is `gt` or `lt` with one number, applied to each of the texts; all of them have to hold.
    """

    texts: dict[str, str]
    seconds: int
    compare: str
    limit: Decimal
    no_data: str = "OK"


def query(scope: Scope, when: Condition) -> Query:
    """The query of a condition on checks. Raises TypeError for conditions that are evaluated elsewhere."""
    match when:
        case CheckFails(check=check, rounds=rounds):
            window = _rounds(scope, check, rounds)
            # The best of all locations: one that fails alone is a network's problem, not the product's.
            text = f"max by (job, instance) (max_over_time(probe_success{_job(scope, check)}[{promql(window)}]))"
            return Query({"A": text}, window.seconds, "lt", Decimal(1))
        case CertificateExpires(checks=checks, within=within):
            jobs = "|".join(re.escape(job(scope, check)).replace("\\-", "-") for check in checks)
            text = f'min by (job, instance) (probe_ssl_earliest_cert_expiry{{job=~"{jobs}"}}) - time()'
            return Query({"A": text}, 600, "lt", within.to("seconds"))
        case Absence(of=Check() as check, over=over):
            window = max(over, _rounds(scope, check, 2))
            text = f"absent_over_time(probe_success{_job(scope, check)}[{promql(window)}])"
            return Query({"A": text}, window.seconds, "gt", Decimal(0))
        case BudgetBurns(objective=Objective(good=Check() as check) as objective):
            # With rare probes a twelfth of the window may hold none: two rounds at least.
            short = max(when.short, _rounds(scope, check, 2))
            texts = {"A": _burn(scope, check, objective, when.within), "B": _burn(scope, check, objective, short)}
            return Query(texts, max(when.within, short).seconds, "gt", when.rate)
        case _:
            raise TypeError(f"{type(when).__name__} is not a condition on checks")


def promql(length: Duration) -> str:
    """`90s`, `5m`, `1h`: a range in PromQL."""
    whole = length.seconds
    for seconds_each, letter in ((3600, "h"), (60, "m")):
        if whole % seconds_each == 0:
            return f"{whole // seconds_each}{letter}"
    return f"{whole}s"


def counters(scope: Scope, check: Check) -> tuple[str, str]:
    """Successful and all probes of a check, as the counters that every location keeps."""
    return f"probe_all_success_sum{_job(scope, check)}", f"probe_all_success_count{_job(scope, check)}"


def _burn(scope: Scope, check: Check, objective: Objective, window: Duration) -> str:
    good, all_of = (f"sum(increase({metric}[{promql(window)}]))" for metric in counters(scope, check))
    return f"(1 - {good} / {all_of}) / {plain(1 - objective.target.to('ratio'))}"


def _rounds(scope: Scope, check: Check, rounds: int) -> Duration:
    return Duration(scope.interval(check).to("minutes") * rounds, "minutes")


def _job(scope: Scope, check: Check) -> str:
    return f'{{job="{job(scope, check)}"}}'
