"""From query results to what a rule's state follows from: math, threshold, no data, errors.

Grafana, pkg/expr (`converter.go`, `threshold.go`, `hysteresis.go`, `mathexp/exp.go`) and ngalert/eval/eval.go.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from proof.grafana.rules import Rule
from proof.unplayable import UnplayableError

Labels = frozenset[tuple[str, str]]
Values = Mapping[Labels, float | None]  # one number per series; None is null
NONE: Labels = frozenset()


@dataclass(frozen=True)
class Failed:
    """The evaluation failed: the data source doesn't answer, or two results can't be told apart."""

    why: str = "the data source doesn't answer"


@dataclass(frozen=True)
class Empty:
    """No data: a query came back without series, or no pair could be made."""


Outcome = Failed | Empty | Mapping[Labels, str]  # "Alerting", "Normal" or "NoData" of each series


def outcome(rule: Rule, results: Mapping[str, Values | Failed], loaded: Collection[Labels] = ()) -> Outcome:
    """What an evaluation found. `loaded`: the series that a recovery threshold holds in its upper half."""
    for failed in results.values():
        if isinstance(failed, Failed):
            return failed
    numbers: dict[str, Values] = {ref: values for ref, values in results.items() if not isinstance(values, Failed)}
    if not all(numbers.values()):
        return Empty()
    for ref, text in rule.math.items():
        numbers[ref] = calculate(text, numbers)
    watched = numbers[rule.condition.watched]
    return {labels: _verdict(rule, value, loaded=labels in loaded) for labels, value in watched.items()} or Empty()


def _verdict(rule: Rule, value: float | None, *, loaded: bool) -> str:
    if value is None:
        return "NoData"
    condition = rule.condition
    if loaded and condition.unload:
        sense, limit = condition.unload
        return "Normal" if _beyond(sense, value, limit) else "Alerting"
    return "Alerting" if _beyond(condition.sense, value, condition.limit) else "Normal"


def _beyond(sense: str, value: float, limit: float) -> bool:
    """Strictly; NaN is neither."""
    return value > limit if sense == "gt" else value < limit


def unthresholded(values: Values) -> Outcome:
    """What follows from numbers that are the condition themselves: 0 is normal, all else alerts, NaN too (eval.go)."""
    return {labels: _truthy(value) for labels, value in values.items()} or Empty()


def _truthy(value: float | None) -> str:
    if value is None:
        return "NoData"
    return "Normal" if value == 0 else "Alerting"


OPERATORS: Mapping[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Gt: operator.gt,
    ast.Lt: operator.lt,
    ast.GtE: operator.ge,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.And: lambda left, right: left != 0 and right != 0,
    ast.Or: lambda left, right: left != 0 or right != 0,
}


def calculate(text: str, numbers: Mapping[str, Values]) -> Values:
    """A math expression of numbers, comparisons, && and ||. Raises UnplayableError for what else there is."""
    written = text.replace("&&", " and ").replace("||", " or ")
    return _node(ast.parse(re.sub(r"\$\{?(\w+)\}?", r"\1", written), mode="eval").body, numbers)


def _node(node: ast.expr, numbers: Mapping[str, Values]) -> Values:
    match node:
        case ast.Name(id=ref):
            return numbers[ref]
        case ast.Constant(value=int() | float() as value):
            return {NONE: float(value)}
        case ast.BinOp(left=left, op=how, right=right) if type(how) in OPERATORS:
            return _joined(how, _node(left, numbers), _node(right, numbers))
        case ast.Compare(left=left, ops=[how], comparators=[right]) if type(how) in OPERATORS:
            return _joined(how, _node(left, numbers), _node(right, numbers))
        case ast.BoolOp(op=how, values=parts):
            first, *others = (_node(part, numbers) for part in parts)
            for other in others:
                first = _joined(how, first, other)
            return first
        case _:
            raise UnplayableError(f"math with {type(node).__name__} isn't played")


def _joined(how: ast.AST, left: Values, right: Values) -> Values:
    """Pair by labels: equal, none on one side, or one set within the other, of which the larger stays."""
    paired = {
        one | other: _of(how, value, second)
        for one, value in left.items()
        for other, second in right.items()
        if one <= other or other <= one
    }
    if not paired and len(left) == len(right) == 1:
        return {NONE: _of(how, *left.values(), *right.values())}
    return paired


def _of(how: ast.AST, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    if isinstance(how, ast.And) and left == 0:
        return 0.0
    if math.isnan(left) or math.isnan(right):
        return math.nan
    return float(OPERATORS[type(how)](left, right))
