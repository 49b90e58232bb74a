"""Queries in Datadog's own language: parsed, and narrowed to product and environment wherever they ask for a metric."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from components.problems import Problem
from components.translation import require
from components.vocabulary.at_datadog import DatadogQuery


def raw_query(known: DatadogQuery, narrowed: str, names: set[str]) -> str:
    """The query with its scope. Raises InvalidDeclarationError for what can't be read or isn't narrowed."""
    text = known.query.replace("$scope", narrowed)
    require(_problems(known, text, {*narrowed.split(",")}, names))
    return text


def _problems(known: DatadogQuery, text: str, wanted: set[str], names: set[str]) -> Iterator[Problem]:
    # By name, as few stacks have such a query, and a parser takes long to import.
    query: Any = import_module("components.datadog.language.query")
    expression: Any = import_module("components.datadog.language.expression")
    if "$over" in text:
        yield Problem("query", known.query, "has a window, which the monitor sets in Datadog.", "no $over, only over=")
        return
    try:
        (made,) = query.metric_queries(text)
    except query.QueryError as error:
        yield Problem("query", known.query, f"can't be parsed as Datadog's ({error}).", "avg:metric{$scope} by {tag}")
        return
    except ValueError:
        yield Problem("query", known.query, "are several queries.", "one of them, or a signal for each")
        return
    for metric in expression.metrics(made):
        every = metric.scope.terms if isinstance(metric.scope, expression.Every) else (metric.scope,)
        if not wanted <= {term.text for term in every if isinstance(term, expression.Tag)}:
            why = f"asks for {metric.name} of every product and environment."
            yield Problem("query", known.query, why, f"{metric.name}{{$scope,…}}, with a comma before anything else")
        if metric.name not in names:
            why = f"asks for {metric.name}, which of= doesn't name."
            yield Problem("query", known.query, why, f"one of {', '.join(sorted(names))}, or the metric in of=")
        if {*metric.by} != {*known.by}:
            why = f"groups {metric.name} by {', '.join(metric.by) or 'nothing'}, but by= says something else."
            yield Problem("by", ", ".join(known.by), why, f"by={tuple(metric.by)!r}")
