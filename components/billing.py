"""How Datadog counts what it bills: of plain numbers, so that a report on two commits counts alike."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

DAYS = 31  # as Grafana's calculator counts (synthetic-monitoring-app, checkUsageCalc.ts): the longest month
# docs.datadoghq.com/account_management/billing/custom_metrics: a distribution is five metrics per set of tags.
METRICS_OF = {"distribution": 5}


def custom_metrics(kind: str, tags: Iterable[str], values: Mapping[str, int]) -> int:
    """How many custom metrics one metric is: each combination of the values of its tags, 1 where nobody states them."""
    return math.prod(values.get(tag, 1) for tag in tags) * METRICS_OF.get(kind, 1)
