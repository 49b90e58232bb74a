# ruff: noqa: D102 - the methods are the rules of the grammar, which says what they are
"""From parse trees to dataclasses (tree, expression); checks names that the grammar leaves open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lark import Token, Transformer, v_args

from components.datadog.language import expression as parts
from components.datadog.language import tree

if TYPE_CHECKING:
    from lark.tree import Meta

# datadog-api-client-go, api_monitors.go: time_aggr; percentile: DataDog/documentation, monitors/types/metric.md.
OVER_TIME = ("avg", "sum", "min", "max", "percentile")
CHANGES = ("change", "pct_change")
# count, percentiles: DataDog/documentation, metrics/distributions.md; histogram: dashboards in the provider's traffic.
OVER_SPACE = re.compile(r"avg|sum|min|max|count|any|last|histogram|p\d{1,2}(\.\d+)?|count\(v:.*\)|\$\w+")
WINDOW = re.compile(r"(last|next|current)_(\d+)(mo|[mhdw])")


class MisreadError(Exception):
    """A name that doesn't exist, with where it stands."""

    def __init__(self, position: int | None, said: str) -> None:
        super().__init__(said)
        self.position = position or 0


@v_args(meta=True)
class Build(Transformer[Token, Any]):
    """One method per rule of grammar.lark."""

    def metric_monitor(self, _meta: Meta, found: list[Any]) -> tree.MetricMonitor:
        return tree.MetricMonitor(*found)

    def search_monitor(self, _meta: Meta, found: list[Any]) -> tree.Search:
        source, arguments, *steps, comparison = found
        return tree.Search(str(source), arguments, tuple(steps), comparison)

    def service_check(self, _meta: Meta, found: list[Any]) -> tree.ServiceCheck:
        check, *steps = found
        return tree.ServiceCheck(_unquoted(check), tuple(steps))

    def composite(self, _meta: Meta, found: list[Any]) -> tree.Composite:
        return tree.Composite(found[0])

    def any_part(self, _meta: Meta, found: list[Any]) -> tree.Condition:
        return tree.Joined("||", tuple(found))

    def all_parts(self, _meta: Meta, found: list[Any]) -> tree.Condition:
        return tree.Joined("&&", tuple(found))

    def monitor(self, _meta: Meta, found: list[Any]) -> tree.Condition:
        return tree.Part(str(found[0]))

    def reversed(self, _meta: Meta, found: list[Any]) -> tree.Condition:
        return tree.Reversed(found[0])

    def evaluation(self, _meta: Meta, found: list[Token]) -> tree.Evaluation:
        change = found[0] if len(found) > 2 else None  # noqa: PLR2004 - or aggregator and window only
        aggregator, window, *shift = found[1:] if change else found
        if change is not None and change not in CHANGES:
            raise _unknown(change, "an aggregation that compares with earlier", CHANGES)
        if aggregator not in OVER_TIME:
            raise _unknown(aggregator, "an aggregation over time", OVER_TIME)
        return tree.Evaluation(str(aggregator), _window(window), str(change or ""), "".join(shift))

    def comparison(self, _meta: Meta, found: list[Token]) -> tree.Comparison:
        operator, *number = found
        if number[-1].type == "THRESHOLD":
            return tree.Comparison(str(operator), None)
        return tree.Comparison(str(operator), float("".join(number)))

    def step(self, _meta: Meta, found: list[Any]) -> parts.Step:
        name, arguments = found
        return parts.Step(str(name), arguments, name.start_pos + 1)

    def arguments(self, _meta: Meta, found: list[Any]) -> tuple[Any, ...]:
        return tuple(item for item in found if item is not None)

    def option(self, _meta: Meta, found: list[Any]) -> parts.Option:
        return parts.Option(str(found[0]), found[1])

    def text(self, _meta: Meta, found: list[Token]) -> parts.Text:
        return parts.Text(_unquoted(found[0]))

    def bare(self, _meta: Meta, found: list[Token]) -> parts.Text:
        return parts.Text(str(found[0]), quoted=False)

    def number(self, _meta: Meta, found: list[Token]) -> parts.Number:
        return parts.Number(float("".join(found)))

    def metric_query(self, _meta: Meta, found: list[Any]) -> tuple[parts.Expression, ...]:
        return tuple(found)

    formula = metric_query

    def operation(self, _meta: Meta, found: list[Any]) -> parts.Expression:
        left, operator, right = found
        return parts.Operation(str(operator), left, right)

    def signed(self, _meta: Meta, found: list[Any]) -> parts.Expression:
        sign, operand = found
        return parts.Negative(operand) if sign == "-" else operand

    def function(self, _meta: Meta, found: list[Any]) -> parts.Expression:
        name, *rest = found
        steps = tuple(item for item in rest if isinstance(item, parts.Step))
        arguments = tuple(item for item in rest if item is not None and not isinstance(item, parts.Step))
        return parts.Function(str(name), arguments, steps, name.start_pos + 1)

    def variable(self, _meta: Meta, found: list[Token]) -> parts.Expression:
        return parts.Variable(str(found[0]), (found[0].start_pos or 0) + 1)

    def metric(self, _meta: Meta, found: list[Any]) -> parts.Expression:
        names = [item for item in found if isinstance(item, Token)]
        aggregator = names[0] if len(names) > 1 else None
        if aggregator is not None and not OVER_SPACE.fullmatch(aggregator):
            raise _unknown(aggregator, "an aggregation over space", ("avg", "sum", "min", "max", "count", "p95"))
        scope, *rest = [item for item in found if not isinstance(item, Token)]
        by = next((item for item in rest if isinstance(item, tuple)), ())
        steps = tuple(item for item in rest if isinstance(item, parts.Step))
        return parts.Metric(str(aggregator or ""), str(names[-1]), scope, by, steps, (names[0].start_pos or 0) + 1)

    def scope(self, _meta: Meta, found: list[Any]) -> parts.ScopeTerm:
        terms = [item for item in found if item is not None]
        return terms[0] if len(terms) == 1 else parts.Every(tuple(terms))

    def any_of(self, _meta: Meta, found: list[Any]) -> parts.ScopeTerm:
        terms = [item for item in found if not isinstance(item, Token)]
        return terms[0] if len(terms) == 1 else parts.Any(tuple(terms))

    def all_of(self, _meta: Meta, found: list[Any]) -> parts.ScopeTerm:
        terms = [item for item in found if not isinstance(item, Token)]
        return terms[0] if len(terms) == 1 else parts.Every(tuple(terms))

    def tag(self, _meta: Meta, found: list[Token]) -> parts.ScopeTerm:
        return parts.Tag(str(found[0]))

    def listed(self, _meta: Meta, found: list[Token]) -> parts.ScopeTerm:
        key, *values = [item for item in found if item.type == "TAG"]
        return parts.OneOf(str(key), tuple(map(str, values)))

    def unlisted(self, meta: Meta, found: list[Token]) -> parts.ScopeTerm:
        return parts.Not(self.listed(meta, found))

    def excluded(self, _meta: Meta, found: list[Any]) -> parts.ScopeTerm:
        return parts.Not(found[-1])

    def by(self, _meta: Meta, found: list[Any]) -> tuple[str, ...]:
        return tuple(str(item) for item in found if item is not None and item.type == "TAG")


def _window(token: Token) -> tree.Window:
    match = WINDOW.fullmatch(token)
    if not match:
        raise MisreadError(token.start_pos, f"{str(token)!r} isn't a window; write one such as last_5m or last_1h")
    return tree.Window(str(token), match[1], int(match[2]) * tree.MINUTES[match[3]])


def _unknown(token: Token, what: str, known: tuple[str, ...]) -> MisreadError:
    return MisreadError(
        token.start_pos, f"{str(token)!r} isn't {what}; expected {', '.join(known[:-1])} or {known[-1]}"
    )


def _unquoted(token: Token) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1])
