"""The expressions in Datadog's queries, as frozen dataclasses: metrics with their scopes, functions, arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True)
class Text:
    """A quoted text, without its quotes; an unquoted word as an argument."""

    value: str
    quoted: bool = True


@dataclass(frozen=True)
class Option:
    """`name=value` among arguments."""

    name: str
    value: Number | Text


@dataclass(frozen=True)
class Step:
    """`.name(arguments)`, as in `.rollup(sum, 60)`, `.as_count()`, `.last("5m")`."""

    name: str
    arguments: tuple[Number | Text | Option, ...]
    column: int

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts among the arguments."""
        return tuple(item.value for item in self.arguments if isinstance(item, Text))


@dataclass(frozen=True)
class Tag:
    """`env:prod`, `host:web-*`, `$env`, `*`, or a bare value."""

    text: str


@dataclass(frozen=True)
class OneOf:
    """`key IN (a, b)`."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Not:
    """`NOT x`, `!x`."""

    term: ScopeTerm


@dataclass(frozen=True)
class Every:
    """`a AND b`; in a scope also `a, b`, which binds least."""

    terms: tuple[ScopeTerm, ...]


@dataclass(frozen=True)
class Any:
    """`a OR b`."""

    terms: tuple[ScopeTerm, ...]


ScopeTerm: TypeAlias = Tag | OneOf | Not | Every | Any


@dataclass(frozen=True)
class Metric:
    """`sum:shop.errors{env:prod} by {host}.as_count()`."""

    aggregator: str
    """Empty where none is written; `count(v: v<=1)` for a threshold query on a distribution."""
    name: str
    scope: ScopeTerm
    by: tuple[str, ...]
    steps: tuple[Step, ...]
    column: int


@dataclass(frozen=True)
class Variable:
    """The name of a query, in a formula."""

    name: str
    column: int


@dataclass(frozen=True)
class Function:
    """`default_zero(x)`, `anomalies(x, 'basic', 2, alert_window='last_15m')`."""

    name: str
    arguments: tuple[Expression | Text | Option, ...]
    steps: tuple[Step, ...]
    column: int

    def option(self, name: str) -> str | None:
        """Return the text of an option; None when it isn't given."""
        found = [item.value for item in self.arguments if isinstance(item, Option) and item.name == name]
        return found[0].value if found and isinstance(found[0], Text) else None


@dataclass(frozen=True)
class Operation:
    """Two operands and `+`, `-`, `*` or `/`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Negative:
    """`-x`."""

    operand: Expression


Expression: TypeAlias = Metric | Variable | Function | Operation | Negative | Number


def metrics(expression: Expression | Text | Option) -> Iterator[Metric]:
    """Yield every metric of an expression, from left to right."""
    return (node for node in nodes(expression) if isinstance(node, Metric))


def functions(expression: Expression | Text | Option) -> Iterator[Function]:
    """Yield every function of an expression, the outer before the inner."""
    return (node for node in nodes(expression) if isinstance(node, Function))


def nodes(expression: Expression | Text | Option) -> Iterator[Expression | Text | Option]:
    """Yield an expression and everything in it, the outer before the inner."""
    yield expression
    if isinstance(expression, Operation):
        yield from nodes(expression.left)
        yield from nodes(expression.right)
    elif isinstance(expression, Negative):
        yield from nodes(expression.operand)
    elif isinstance(expression, Function):
        for argument in expression.arguments:
            yield from nodes(argument)
