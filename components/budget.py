"""What checks cost: executions per month, which is what synthetic monitoring is paid by."""

from __future__ import annotations

from components.scope import Scope
from components.vocabulary.checks import Check
from components.vocabulary.quantities import days

MONTH = days(31)  # as Grafana's own calculator counts: the longest month has to be paid for, too


def executions(scope: Scope, check: Check) -> int:
    """How often a check is executed in a month of 31 days: once per interval from each location."""
    return int(MONTH.to("seconds") / scope.interval(check).to("seconds")) * len(scope.environment.probe_from)
