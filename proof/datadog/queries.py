"""Metric queries of monitors, evaluated over a window as Datadog's documentation says (datadog-semantics: Evaluation).

Two paths. With arithmetic and an `as_count()`, each query is summed over the window first ("as_count in monitor
evaluations"). Otherwise points come first: per source into buckets, across sources, arithmetic, and only then the
monitor's own aggregation over time ("From the query to the graph", "Monitor aggregators").
"""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from proof.datadog.data import WHOLE, Data, Group, Series
from proof.datadog.readings import Readings
from proof.unplayable import UnplayableError
from sandbox.vendors import datadog_expression as parts
from sandbox.vendors.datadog_tree import MetricMonitor

SKIPPED: Final = math.nan  # points came, and none was left: not evaluated, and no setting applies ("skipped")
Values = dict[Group, float]
Points = dict[Group, dict[float, float]]

# dashboards/functions/rollup.md, the API's column: windows up to so many seconds have buckets of so many.
API_BUCKETS = ((60, 1), (300, 2), (900, 5), (1800, 10), (3600, 20), (14400, 60), (86400, 300), (172800, 600))
WEEKS = 3600
EMPTY = 3  # buckets that a full window may lack
ALIGNED_FOR = 300  # seconds after a sample for which gauges are interpolated to align several sources
OPERATORS: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
ON_COUNTS: dict[int, tuple[parts.Expression, bool]] = {}  # by identity, as trees are long to hash
OVER: Mapping[str, Callable[[Sequence[float]], float]] = {
    "avg": lambda values: sum(values) / len(values),
    "sum": sum,
    "min": min,
    "max": max,
}


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
        return _outside(expression, data, high)
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


def counted(metric: parts.Metric) -> bool:
    """Whether it has `as_count()`."""
    return any(step.name == "as_count" for step in metric.steps)


def on_counts(expression: parts.Expression) -> bool:
    """Whether each query is summed over the window before anything is computed of them."""
    if isinstance(expression, parts.Metric):
        return False
    known = ON_COUNTS.get(id(expression))
    if known is None:
        known = ON_COUNTS[id(expression)] = expression, any(counted(metric) for metric in parts.metrics(expression))
    return known[1]


def amount(metric: parts.Metric, series: Sequence[Series], low: float, high: float) -> float | None:
    """How much there was in a window; None where nothing was received."""
    total, found = 0.0, False
    for each in series:
        for piece in each.pieces:
            if samples := piece.between(low, high):
                if not piece.values:
                    total, found = total + samples * piece.value, True
                elif metric.aggregator == "count":
                    total, found = total + samples * sum(many for _, many in piece.values), True
                elif metric.aggregator == "sum":
                    total, found = total + samples * sum(value * many for value, many in piece.values), True
                else:
                    raise UnplayableError(f"{metric.aggregator} of a distribution as a count isn't played")
    return total if found else None


class Counts:
    """Arithmetic on what each query counts in the whole window."""

    def __init__(self, data: Data, low: float, high: float, readings: Readings) -> None:
        self.data, self.low, self.high, self.readings = data, low, high, readings

    def of(self, node: parts.Expression | parts.Text | parts.Option) -> Values | float:
        """The values of each group, or a constant. Raises UnplayableError."""
        match node:
            case parts.Number(value):
                return value
            case parts.Negative(operand):
                return self._joined("-", 0.0, self.of(operand))
            case parts.Metric():
                if not counted(node) or node.steps[1:]:
                    raise UnplayableError(f"{node.name} stands beside counts without being one, or is changed")
                groups = self.data.of(node)
                amounts = {group: amount(node, each, self.low, self.high) for group, each in groups.items()}
                return {group: value for group, value in amounts.items() if value is not None}
            case parts.Operation(sign, left, right):
                return self._joined(sign, self.of(left), self.of(right))
            case parts.Function("default_zero", (inner,)):
                # What is missing is 0 here anyway; a window without any point stays empty (documentation#14329).
                return self.of(inner)
            case parts.Function("is_greater", (inner, parts.Number(limit))):
                # G/add-a-minimum-request-threshold-for-error-rate-alerts.md: of the whole window, as pct_change is.
                values = self.of(inner)
                return values if isinstance(values, float) else {g: float(v > limit) for g, v in values.items()}
            case _:
                raise UnplayableError(f"{getattr(node, 'name', node)} of counts isn't played")

    def _joined(self, sign: str, left: Values | float, right: Values | float) -> Values | float:
        """Group by group; what is missing on one side is 0 there ("as_count in monitor evaluations")."""
        if isinstance(left, float) and isinstance(right, float):
            return self._computed(sign, left, right)
        groups = (set(left) if isinstance(left, dict) else set()) | (set(right) if isinstance(right, dict) else set())
        return {group: self._computed(sign, _value(left, group), _value(right, group)) for group in groups}

    def _computed(self, sign: str, left: float, right: float) -> float:
        if sign == "/" and right == 0:
            infinite = self.readings.otherwise("divided by zero") and left > 0
            return math.inf if infinite else math.nan
        return OPERATORS[sign](left, right)


def _value(values: Values | float, group: Group) -> float:
    if isinstance(values, float):
        return values
    return values.get(group, values.get(WHOLE, 0.0))


class Classic:
    """Points of each query in buckets, and arithmetic on those."""

    def __init__(self, data: Data, low: float, high: float, every: float) -> None:
        self.data, self.low, self.high, self.every = data, low, high, every

    def of(self, node: parts.Expression | parts.Text | parts.Option) -> Points:
        """The points of each group; of one that had any, even those are kept that have none left."""
        alone = isinstance(node, parts.Metric)
        return self._of(node, aligned=not alone)

    def _of(self, node: parts.Expression | parts.Text | parts.Option, *, aligned: bool) -> Points:
        match node:
            case parts.Metric():
                return self._metric(node, aligned=aligned)
            case parts.Operation(sign, parts.Number(value), right):
                points = self._of(right, aligned=aligned)
                return {group: _computed(sign, dict.fromkeys(at, value), at) for group, at in points.items()}
            case parts.Operation(sign, left, parts.Number(value)):
                points = self._of(left, aligned=aligned)
                return {group: _computed(sign, at, dict.fromkeys(at, value)) for group, at in points.items()}
            case parts.Operation(sign, left, right):
                one, other = self._of(left, aligned=aligned), self._of(right, aligned=aligned)
                # A group that only one side has is left out; the documentation says nothing of gauges there.
                return {group: _computed(sign, at, other[group]) for group, at in one.items() if group in other}
            case parts.Function("default_zero", (inner,)):
                points = self._of(inner, aligned=aligned)
                return {group: self._zeroed(at) for group, at in points.items()}
            case _:
                raise UnplayableError(f"{getattr(node, 'name', node)} of points isn't played")

    def _zeroed(self, at: dict[float, float]) -> dict[float, float]:
        """0 where there is no point, after five minutes of the last one (dashboards/functions/interpolation.md)."""
        first = math.floor(self.low / self.every) + 1
        every = [number * self.every for number in range(first, math.floor(self.high / self.every) + 1)]
        return {
            time: at.get(time, next((at[t] for t in sorted(at, reverse=True) if 0 < time - t <= ALIGNED_FOR), 0.0))
            for time in every
        }

    def _metric(self, metric: parts.Metric, *, aligned: bool) -> Points:
        every, how, fill = self.every, "", ("", 0.0)
        for step in metric.steps:
            match step.name, step.arguments:
                case "rollup", (parts.Text(how), *seconds):
                    every = seconds[0].value if seconds and isinstance(seconds[0], parts.Number) else every
                case "fill", (parts.Text(mode), *limit):
                    fill = mode, limit[0].value if limit and isinstance(limit[0], parts.Number) else ALIGNED_FOR
                case (("as_count" | "as_rate"), _):
                    how = step.name
                case _:
                    raise UnplayableError(f".{step.name}() isn't played")
        found: Points = {}
        for group, series in self.data.of(metric).items():
            # Looking further back than the window is only for what fills a gap from before it.
            reach = max(fill[1], ALIGNED_FOR if aligned or len(series) > 1 else 0.0)
            if series[0].kind == "distribution":
                sources = [_of_values(metric, series, every, self.low, self.high)]
            else:
                sources = [_of_samples(each, every, how, self.low - reach, self.high) for each in series]
            kept = [{at: value for at, value in source.items() if self._inside(at, every)} for source in sources]
            if not any(kept):
                continue
            if fill[0] or (series[0].kind == "gauge" and (aligned or len(series) > 1)):
                times = self._aligned(kept, every, aligned=aligned, fill=fill)
                kept = [_filled(source, times, fill) for source in sources]
            by_time: dict[float, list[float]] = defaultdict(list)
            for source in kept:
                for at, value in source.items():
                    by_time[at].append(value)
            across = OVER[metric.aggregator if metric.aggregator in OVER else "avg"]
            found[group] = {at: across(values) for at, values in sorted(by_time.items())}
        return found

    def _inside(self, at: float, every: float) -> bool:
        """Whether a bucket is one of the window; the first may be partial (dashboards/functions/rollup.md)."""
        return at + every > self.low + 1e-9 and at <= self.high

    def _aligned(
        self, kept: list[dict[float, float]], every: float, *, aligned: bool, fill: tuple[str, float]
    ) -> list[float]:
        """At which times values are wanted: where any source has one; all of the window's when gaps are filled."""
        if fill[0] or (aligned and len({frozenset(source) for source in kept}) > 1):
            first = math.ceil((self.low + 1e-9) / every)
            return [number * every for number in range(first, math.floor(self.high / every) + 1)]
        return sorted({at for source in kept for at in source})


def _of_samples(series: Series, every: float, how: str, low: float, high: float) -> dict[float, float]:
    """One source in buckets: a gauge's average, a count's sum, and per second as a rate."""
    sums: dict[float, float] = defaultdict(float)
    numbers: dict[float, int] = defaultdict(int)
    for piece in series.pieces:
        for time in piece.times(low, high):
            at = math.floor(time / every) * every
            sums[at] += piece.value
            numbers[at] += 1
    if series.kind == "gauge" and how in ("", "avg", "as_count", "as_rate"):
        return {at: total / numbers[at] for at, total in sums.items()}
    if series.kind == "count" or how == "sum":
        return {at: total / every if how == "as_rate" else total for at, total in sums.items()}
    raise UnplayableError(f".rollup({how}) isn't played")


def _of_values(
    metric: parts.Metric, series: Sequence[Series], every: float, low: float, high: float
) -> dict[float, float]:
    """A distribution in buckets: percentiles, the number or the sum of values, or their mean."""
    found: dict[float, dict[float, float]] = defaultdict(lambda: defaultdict(float))
    for each in series:
        for piece in each.pieces:
            for time in piece.times(low, high):
                at = found[math.floor(time / every) * every]
                for value, many in piece.values:
                    at[value] += many
    return {at: _summary(metric.aggregator, values) for at, values in found.items()}


def _summary(how: str, values: Mapping[float, float]) -> float:
    many = sum(values.values())
    total = sum(value * number for value, number in values.items())
    match how:
        case "count":
            return many
        case "sum":
            return total
        case "avg" | "":
            return total / many
        case "max" | "min":
            return OVER[how]([value for value, number in values.items() if number])
        case _:
            return rank(values, float(how.removeprefix("p")))


def rank(values: Mapping[float, float], percent: float) -> float:
    """The value that so many per cent of all stay at or below."""
    left = percent / 100 * sum(values.values())
    below = 0.0
    for value, number in sorted(values.items()):
        below += number
        if below >= left - 1e-9 and number:
            return value
    raise UnplayableError("a percentile of nothing")


def _filled(source: Mapping[float, float], times: Sequence[float], fill: tuple[str, float]) -> dict[float, float]:
    """A source at the wanted times: its own value, or what its gaps are filled with."""
    mode, limit = fill
    found: dict[float, float] = {}
    known = sorted(source)
    for time in times:
        if time in source:
            found[time] = source[time]
            continue
        before = max((at for at in known if at < time), default=None)
        after = min((at for at in known if at > time), default=None)
        if mode == "zero":
            found[time] = 0.0
        elif before is None or time - before > (limit or ALIGNED_FOR) or mode == "null":
            continue
        elif mode == "last":
            found[time] = source[before]
        elif after is not None and after - before <= (limit or ALIGNED_FOR):
            found[time] = source[before] + (source[after] - source[before]) * (time - before) / (after - before)
    return found


def _computed(sign: str, left: Mapping[float, float], right: Mapping[float, float]) -> dict[float, float]:
    """Point by point; what divides by zero, or is missing on one side, is dropped (G/division-in-monitor-…)."""
    return {
        at: OPERATORS[sign](value, right[at])
        for at, value in left.items()
        if at in right and not (sign == "/" and right[at] == 0)
    }


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
            points = sorted(_of_values(metric, series, every, low, high).values(), reverse=query.comparison.rising)
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


def _outside(function: parts.Function, data: Data, high: float) -> Values:
    """What share of the points of the trigger window lies outside of the band.

    The band's algorithms aren't documented well enough to be reproduced (M/types/anomaly.md): it is given. Without
    three seasons of history there is none, and the monitor has no data.
    """
    inner, direction = function.arguments[0], function.option("direction") or "both"
    every = _number(function, "interval")
    window = _seconds(function.option("alert_window") or "")
    if every * 5 > window:
        raise UnplayableError("an anomaly's points have to be at most a fifth of its window apart")
    if data.bands is None:
        return {}
    lowest, highest = data.bands
    # Whole buckets: the newest is only judged once it is over.
    end = math.floor(high / every) * every
    found: Values = {}
    for group, at in Classic(data, end - window, end - 1e-6, every).of(inner).items():
        beyond = [
            (value > highest and direction in ("above", "both")) or (value < lowest and direction in ("below", "both"))
            for value in at.values()
        ]
        found[group] = sum(beyond) / len(beyond) if beyond else SKIPPED
    return found


def usual(function: parts.Function, data: Data, high: float) -> float:
    """What the points of an anomaly monitor are while all is well."""
    every = _number(function, "interval")
    end = math.floor(high / every) * every
    (points,) = Classic(data, end - every * 5, end - 1e-6, every).of(function.arguments[0]).values()
    return sum(points.values()) / len(points)


def _number(function: parts.Function, name: str) -> float:
    found = [each.value for each in function.arguments if isinstance(each, parts.Option) and each.name == name]
    if len(found) != 1 or not isinstance(found[0], parts.Number):
        raise UnplayableError(f"an anomaly without {name}= isn't played")
    return found[0].value


def _seconds(window: str) -> float:
    units = {"m": 60, "h": 3600, "d": 86400}
    text = window.removeprefix("last_")
    if not text[:-1].isdigit() or text[-1:] not in units:
        raise UnplayableError(f"{window!r} isn't a window that is played")
    return int(text[:-1]) * units[text[-1]]
