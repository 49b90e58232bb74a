"""Datadog's queries, parsed: monitors of every type, the metric queries of dashboards and SLOs, formulas.

Names of functions and of searched sources aren't checked: no list is complete (`is_greater` is in a guide only).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lark import Lark, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from components.datadog.language.build import Build, MisreadError
from components.datadog.language.expression import Expression
from components.datadog.language.tree import Composite, MetricMonitor, MonitorQuery, Search, ServiceCheck

if TYPE_CHECKING:
    from collections.abc import Iterable

Start = Literal["metric_monitor", "search_monitor", "service_check", "composite", "metric_query", "formula"]
STARTS = ("metric_monitor", "search_monitor", "service_check", "composite", "metric_query", "formula")

METRIC_TYPES = ("metric alert", "query alert")
# Of these the API documents no form that could be checked: event alerts are retired, Synthetics makes its own monitors.
UNREAD_TYPES = ("event alert", "synthetics alert")
# datadog-api-client-go, api/datadogV1/model_monitor_type.go.
MONITOR_TYPES = (
    *METRIC_TYPES,
    *UNREAD_TYPES,
    "audit alert",
    "ci-pipelines alert",
    "ci-tests alert",
    "composite",
    "cost alert",
    "data-jobs alert",
    "data-quality alert",
    "database-monitoring alert",
    "error-tracking alert",
    "event-v2 alert",
    "llm-observability alert",
    "log alert",
    "network-path alert",
    "network-performance alert",
    "process alert",
    "rum alert",
    "service check",
    "slo alert",
    "trace-analytics alert",
)
GRAMMAR = Path(__file__).with_name("grammar.lark")

# What a token is called in a message; in this order.
WORDS = {
    "AGGREGATION": "an aggregation over time such as avg(last_5m)",
    "SOURCE": "a search such as logs(",
    "OPERAND": "a metric, a function",
    "COUNTED": "",
    "METRIC": "a metric name",
    "WINDOW": "a window such as last_5m",
    "AGO": "",
    "TAG": "a tag such as env:prod",
    "STEP": "the name of a modifier",
    "BARE": "a word",
    "SPAN": "a span such as 5m",
    "STRING": "a quoted text",
    "NUMBER": "a number",
    "MONITOR": "a monitor's id",
    "COMPARATOR": "a comparison such as > 5",
    "THRESHOLD": "",
    "LBRACE": "a scope in braces such as {env:prod}",
    "COLON": "':'",
    "COMMA": "','",
    "LPAR": "'('",
    "RPAR": "')'",
    "RBRACE": "'}'",
    "DOT": "'.'",
    "BY": "'by'",
    "AND": "AND",
    "OR": "OR",
    "SIGN": "+ or -",
    "TIMES": "* or /",
    "$END": "the end",
}


class QueryError(Exception):
    """A query that can't be read: where, and what was expected there."""

    def __init__(self, query: str, position: int, said: str) -> None:
        line, column = query.count("\n", 0, position) + 1, position - (query.rfind("\n", 0, position) + 1) + 1
        where = f"line {line}, column {column}" if "\n" in query.strip() else f"column {column}"
        super().__init__(f"at {where}: {said}")


@lru_cache(maxsize=1024)
def monitor_query(kind: str, query: str) -> MonitorQuery | None:
    """Read the query of a monitor of a type; None for the types whose queries have no documented form.

    Raises:
        QueryError: It can't be read.

    """
    if kind in UNREAD_TYPES:
        return None
    start: Start = "search_monitor"
    if kind in METRIC_TYPES and not re.match(r"\s*formula\s*\(", query):
        start = "metric_monitor"
    elif kind in ("service check", "composite"):
        start = "service_check" if kind == "service check" else "composite"
    found = _read(start, query)
    assert isinstance(found, MetricMonitor | Search | ServiceCheck | Composite)
    return found


def metric_queries(query: str) -> tuple[Expression, ...]:
    """Read what a dashboard or an SLO asks for: a metric query, or several with commas between.

    Raises:
        QueryError: It can't be read.

    """
    found = _read("metric_query", query)
    assert isinstance(found, tuple)
    return found


def formula(text: str) -> Expression:
    """Read a formula over the names of queries, as in `default_zero(a) / b`.

    Raises:
        QueryError: It can't be read.

    """
    found = _read("formula", text)
    assert isinstance(found, tuple)
    return found[0]


def _read(start: Start, query: str) -> MonitorQuery | tuple[Expression, ...]:
    try:
        tree = _parser().parse(query, start=start)
        built: MonitorQuery | tuple[Expression, ...] = Build().transform(tree)
    except UnexpectedInput as problem:
        raise _explained(query, problem) from None
    except VisitError as problem:
        if isinstance(problem.orig_exc, MisreadError):
            raise QueryError(query, problem.orig_exc.position, str(problem.orig_exc)) from None
        raise
    if isinstance(built, Search) and built.source == "formula":
        try:
            return Search(built.source, built.arguments, built.steps, built.comparison, formula(built.text))
        except QueryError as problem:
            raise QueryError(query, query.index("(") + 1, f"in the formula {built.text!r}: {problem}") from None
    return built


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR.read_text(), parser="lalr", start=list(STARTS), propagate_positions=True)


def _explained(query: str, problem: UnexpectedInput) -> QueryError:
    if isinstance(problem, UnexpectedToken):
        ends = problem.token.type == "$END"
        found = "the query ends here" if ends else f"{str(problem.token)!r} isn't allowed here"
        position = len(query.rstrip()) if ends else problem.pos_in_stream
        return QueryError(query, position or 0, f"expected {_words(problem.accepts or problem.expected)}; {found}")
    assert isinstance(problem, UnexpectedCharacters)
    position = problem.pos_in_stream or 0
    said = f"expected {_words(problem.allowed or ())}; {query[position]!r} isn't allowed here"
    return QueryError(query, position, said)


def _words(terminals: Iterable[str]) -> str:
    known = set(terminals)
    names = [words for name, words in WORDS.items() if name in known and words]
    return (", ".join(names[:-1]) + " or " if names[:-1] else "") + (names[-1] if names else "something else")
