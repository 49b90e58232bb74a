"""Arithmetic with `as_count()`: each query is summed over the window first (M/guide/as-count-in-monitor-…)."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence

from components.datadog.language import expression as parts
from proof.datadog.data import WHOLE, Data, Group, Series
from proof.datadog.readings import Readings
from proof.unplayable import UnplayableError

Values = dict[Group, float]

OPERATORS: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}

ON_COUNTS: dict[int, tuple[parts.Expression, bool]] = {}  # by identity, as trees are long to hash


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
    return round(total, 6) if found else None  # so many events: parts of one come of the sum alone


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
