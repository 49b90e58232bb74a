"""Points of queries in buckets: per source, across sources, arithmetic ("From the query to the graph")."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from components.datadog.language import expression as parts
from proof.datadog.counts import OPERATORS
from proof.datadog.data import Data, Group, Series
from proof.unplayable import UnplayableError

Points = dict[Group, dict[float, float]]

ALIGNED_FOR = 300  # seconds after a sample for which gauges are interpolated to align several sources

OVER: Mapping[str, Callable[[Sequence[float]], float]] = {
    "avg": lambda values: sum(values) / len(values),
    "sum": sum,
    "min": min,
    "max": max,
}


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
                sources = [of_values(metric, series, every, self.low, self.high)]
            else:
                sources = [_of_samples(each, every, how, self.low - reach, self.high) for each in series]
            kept = [{at: value for at, value in source.items() if self._inside(at, every)} for source in sources]
            if not any(kept):
                continue
            if fill[0] or (series[0].kind == "gauge" and (aligned or len(series) > 1)):
                times = self._aligned(kept, every, aligned=aligned, fill=fill)
                kept = [_filled(source, times, fill) for source in sources]
            if len(kept) == 1:  # whatever is done across sources, one stays as it is
                found[group] = dict(sorted(kept[0].items()))
                continue
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
        for at, many in piece.buckets(low, high, every):
            sums[at] += piece.value * many
            numbers[at] += many
    if series.kind == "gauge" and how in ("", "avg", "as_count", "as_rate"):
        return {at: total / numbers[at] for at, total in sums.items()}
    if series.kind == "count" or how == "sum":
        return {at: total / every if how == "as_rate" else total for at, total in sums.items()}
    raise UnplayableError(f".rollup({how}) isn't played")


def of_values(
    metric: parts.Metric, series: Sequence[Series], every: float, low: float, high: float
) -> dict[float, float]:
    """A distribution in buckets: percentiles, the number or the sum of values, or their mean."""
    found: dict[float, dict[float, float]] = defaultdict(lambda: defaultdict(float))
    for each in series:
        for piece in each.pieces:
            for begin, samples in piece.buckets(low, high, every):
                at = found[begin]
                for value, many in piece.values:
                    at[value] += many * samples
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
