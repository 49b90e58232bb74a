"""PromQL and LogQL of a product file: read, and narrowed to product and environment wherever they select series."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from components.problems import Problem
from components.translation import require
from components.vocabulary.at_grafana import LogQL, PromQL

STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
PARTS = ("expr", "lhs", "rhs", "vector_selector")
# Grafana's own variables, as durations that a parser reads.
DASHBOARDS = ("$__rate_interval", "$__interval", "$__auto")


def prom_query(known: PromQL, narrowed: str, names: set[str], over: str) -> str:
    """The query with its scope and range. Raises InvalidDeclarationError for what can't be read or isn't narrowed."""
    text = _filled(known, narrowed, over)
    require(_fixed(known, over))
    require(_prom_problems(known, text.replace(over, "5m") if over in DASHBOARDS else text, narrowed, names))
    return text


def log_query(known: LogQL, narrowed: str, over: str) -> str:
    """The same of LogQL, for which Python has no parser: its braces, quotes and ranges are looked at."""
    text = _filled(known, narrowed, over)
    require(_log_problems(known), _fixed(known, over))
    return text


def _fixed(known: PromQL | LogQL, over: str) -> Iterator[Problem]:
    """A window that the query doesn't follow: whoever changes the alert's, or reads the widget's, would be misled."""
    if "$over" in known.query or over in DASHBOARDS:
        return
    fixed = re.search(r"\[\s*\d+\w*[^\]]*\]", STRINGS.sub('""', known.query))
    if fixed:
        why = f"always looks at {fixed[0]}, whatever the window of the alert or widget."
        yield Problem("query", known.query, why, known.query.replace(fixed[0], "[$over]"))
    elif known.window is not None:
        why = f"has no $over, so .over({known.window}) would change nothing."
        yield Problem("query", known.query, why, "a function over time, such as avg_over_time(metric{$scope}[$over])")


def _filled(known: PromQL | LogQL, narrowed: str, over: str) -> str:
    return known.query.replace("$scope", narrowed).replace("$over", over)


def _prom_problems(known: PromQL, text: str, narrowed: str, names: set[str]) -> Iterator[Problem]:
    promql: Any = import_module("promql_parser")
    try:
        tree = promql.parse(text)
    except ValueError as error:
        said = " ".join(str(error).split())
        yield Problem("query", known.query, f"can't be read as PromQL ({said}).", "sum(rate(metric{$scope}[$over]))")
        return
    wanted = {(label, value) for label, _, value in (part.partition("=") for part in narrowed.split(","))}
    for selector in _selectors(promql, tree):
        equal = {
            (each.name, f'"{each.value}"') for each in selector.matchers.matchers if each.op == promql.MatchOp.Equal
        }
        name = selector.name or "a selector"
        if not wanted <= equal or selector.matchers.or_matchers:
            why = f"asks for {name} of every product and environment."
            yield Problem("query", known.query, why, f"{name}{{$scope,…}}, and no `or` within the braces")
        if selector.name not in names:
            why = f"asks for {name}, which of= doesn't name."
            yield Problem("query", known.query, why, f"one of {', '.join(sorted(names))}, or the metric in of=")


def _selectors(promql: Any, node: Any) -> Iterator[Any]:
    if isinstance(node, promql.VectorSelector):
        yield node
    for part in (*(getattr(node, name, None) for name in PARTS), *getattr(node, "args", ())):
        if part is not None:
            yield from _selectors(promql, part)


def _log_problems(known: LogQL) -> Iterator[Problem]:
    """Quotes are taken out first, as what they hold may look like anything."""
    bare = STRINGS.sub('""', known.query)
    if re.search(r"[\"`]", bare.replace('""', "")) or any(
        bare.count(a) != bare.count(b) for a, b in ("{}", "()", "[]")
    ):
        yield Problem("query", known.query, "has an unmatched quote or bracket.", "each closed again")
    streams = re.findall(r"\{([^}]*)\}", bare)
    if not streams or any("$scope" not in re.split(r"\s*,\s*", stream.strip()) for stream in streams):
        why = "reads the lines of every product and environment."
        yield Problem("query", known.query, why, "{$scope}, or {$scope, label=…}, in each pair of braces")
    if not re.search(r"\[\$?\w+\]", bare):
        why = "returns lines, not a number."
        yield Problem("query", known.query, why, "sum(count_over_time({$scope} [$over]))")
