"""Metric queries of monitors, evaluated over a window as Datadog's documentation says (datadog-semantics: Evaluation).

Two paths. With arithmetic and an `as_count()`, each query is summed over the window first (counts.py). Otherwise points
come first (points.py), and then the monitor's own aggregation over time (M/guide/monitor_aggregators).
"""

from __future__ import annotations

import math
from collections import defaultdict

from components.datadog.language import expression as parts
from components.datadog.language.tree import MetricMonitor
from proof.datadog.anomalies import SKIPPED, outside
from proof.datadog.counts import Counts, Values, amount, counted, on_counts
from proof.datadog.data import Data, Group
from proof.datadog.points import OVER, Classic, of_values, rank
from proof.datadog.readings import Readings
from proof.unplayable import UnplayableError

API_BUCKETS = ((60, 1), (300, 2), (900, 5), (1800, 10), (3600, 20), (14400, 60), (86400, 300), (172800, 600))

WEEKS = 3600

EMPTY = 3  # buckets that a full window may lack


def evaluate(query: MetricMonitor, data: Data, now: float, readings: Readings) -> Values:
    """The value of each group that has any; SKIPPED for one whose points were all dropped. Raises UnplayableError."""
    evaluation, expression = query.evaluation, query.expression
    if evaluation.change:
        raise UnplayableError("a change over time isn't played")
    window = evaluation.window.minutes * 60
    low, high = now - window, now
    if readings.otherwise("edges"):
        low -= 1e-6
    if isinstance(expression, parts.Function) and expression.name == "anomalies":
        return outside(expression, data, high)
    if evaluation.aggregator == "percentile":
        return _percentile(query, data, low, high, readings)
    if on_counts(expression):
        if evaluation.aggregator != "sum":
            raise UnplayableError(f"{evaluation.aggregator} of counts: the documentation knows sum(last_…) only")
        found = Counts(data, low, high, readings).of(expression)
        return (
            {}
            if isinstance(found, float)
            else {group: value for group, value in found.items() if not math.isnan(value)}
        )
    if isinstance(expression, parts.Metric) and counted(expression) and evaluation.aggregator == "sum":
        # The sum of the buckets' sums is that of all, whatever their size.
        return {
            group: total
            for group, series in data.of(expression).items()
            if (total := amount(expression, series, low, high)) is not None
        }
    every = bucket(window, readings)
    found_points = Classic(data, low, high, every).of(expression)
    over = OVER[evaluation.aggregator]
    return {group: over(list(at.values())) if at else SKIPPED for group, at in found_points.items()}


def full(query: MetricMonitor, data: Data, now: float, group: Group) -> bool:
    """Whether a window is full: its first bucket has data, and at most 3 are empty (M/types/metric.md)."""
    minutes = query.evaluation.window.minutes
    # Buckets of 1 minute for windows in minutes, 10 for hours, an hour for days, 4 hours for a month.
    every = 60 * next((size for longest, size in ((59, 1), (1439, 10), (40319, 60)) if minutes <= longest), 240)
    low, number = now - 60 * minutes, int(60 * minutes / every)
    pieces = [
        piece
        for metric in parts.metrics(query.expression)
        for series in data.of(metric).get(group, ())
        for piece in series.pieces
    ]
    there = [
        any(piece.between(low + every * place, low + every * (place + 1)) for piece in pieces)
        for place in range(number)
    ]
    return there[0] and there.count(False) <= EMPTY


def bucket(window: float, readings: Readings) -> float:
    """How many seconds a point stands for."""
    if readings.otherwise("buckets"):
        return 60
    return next((every for longest, every in API_BUCKETS if window <= longest), WEEKS)


def _percentile(query: MetricMonitor, data: Data, low: float, high: float, readings: Readings) -> Values:
    """`percentile(last_10m):p99:m{…}`: of all values of the window, merged over time and sources."""
    metric = query.expression
    if not isinstance(metric, parts.Metric) or metric.steps:
        raise UnplayableError("a percentile of anything but one distribution isn't played")
    percent = float(metric.aggregator.removeprefix("p"))
    every = bucket(high - low, readings) if readings.otherwise("percentile") else 0.0
    found: Values = {}
    for group, series in data.of(metric).items():
        if every:
            points = sorted(of_values(metric, series, every, low, high).values(), reverse=query.comparison.rising)
            if points:
                found[group] = points[max(0, math.ceil(percent / 100 * len(points)) - 1)]
            continue
        values: dict[float, float] = defaultdict(float)
        for each in series:
            for piece in each.pieces:
                samples = piece.between(low, high)
                for value, many in piece.values if samples else ():
                    values[value] += samples * many
        if values:
            found[group] = rank(values, percent)
    return found
