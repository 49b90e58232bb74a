"""What a Datadog monitor's query says, as frozen dataclasses: what query.py reads, and rules go by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from components.datadog.language.expression import Expression, Number, Option, Step, Text

if TYPE_CHECKING:
    from collections.abc import Iterator


MINUTES = {"s": 1 / 60, "m": 1, "h": 60, "d": 1440, "w": 10080, "mo": 43200}


@dataclass(frozen=True)
class Comparison:
    """The end of a query: what alerts. The number is None where options.thresholds.critical_query gives it."""

    operator: str
    number: float | None

    @property
    def rising(self) -> bool:
        """Whether more is worse."""
        return self.operator in (">", ">=")

    @property
    def directed(self) -> bool:
        """Whether there is a worse side at all: == and != have none."""
        return self.operator not in ("==", "!=")


@dataclass(frozen=True)
class Window:
    """`last_5m`, `next_1w`, `current_1mo`; in a search `5m`."""

    written: str
    kind: str
    minutes: float


@dataclass(frozen=True)
class Evaluation:
    """How points become one value: `avg(last_5m)`, or `change(avg(last_5m),last_1h)`."""

    aggregator: str
    window: Window
    change: str = ""
    """`change` or `pct_change`; empty for neither."""
    shift: str = ""
    """How far back a change looks, as written: `last_1h`, `5m_ago`."""


@dataclass(frozen=True)
class MetricMonitor:
    """`avg(last_5m):avg:system.load.1{*} by {host} > 5`."""

    evaluation: Evaluation
    expression: Expression
    comparison: Comparison


@dataclass(frozen=True)
class Search:
    """`logs("status:error").index("*").rollup("count").by("host").last("5m") > 5`; also `formula("a / b")…`, SLOs."""

    source: str
    arguments: tuple[Number | Text | Option, ...]
    steps: tuple[Step, ...]
    comparison: Comparison
    formula: Expression | None = None
    """What `formula("a / b")` calculates; None for a search."""

    def step(self, name: str) -> Step | None:
        """Return the first step of a name; None when there is none."""
        return next((step for step in self.steps if step.name == name), None)

    @property
    def text(self) -> str:
        """The first argument: what is searched for, the formula, the SLO's id."""
        return self.arguments[0].value if self.arguments and isinstance(self.arguments[0], Text) else ""


@dataclass(frozen=True)
class ServiceCheck:
    """`"ntp.in_sync".over("env:prod").by("host").last(2).count_by_status()`."""

    check: str
    steps: tuple[Step, ...]

    def step(self, name: str) -> Step | None:
        """Return the first step of a name; None when there is none."""
        return next((step for step in self.steps if step.name == name), None)


@dataclass(frozen=True)
class Part:
    """A monitor of a composite, by its id."""

    monitor: str


@dataclass(frozen=True)
class Reversed:
    """`!x`."""

    condition: Condition


@dataclass(frozen=True)
class Joined:
    """`a && b` or `a || b`."""

    operator: str
    conditions: tuple[Condition, ...]


Condition: TypeAlias = Part | Reversed | Joined


@dataclass(frozen=True)
class Composite:
    """`123 && !(456 || 789)`."""

    condition: Condition

    @property
    def monitors(self) -> tuple[str, ...]:
        """The ids of all parts, each once, in order."""
        return tuple(dict.fromkeys(_parts(self.condition)))


MonitorQuery: TypeAlias = MetricMonitor | Search | ServiceCheck | Composite


def _parts(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Part):
        yield condition.monitor
    elif isinstance(condition, Reversed):
        yield from _parts(condition.condition)
    else:
        for item in condition.conditions:
            yield from _parts(item)
