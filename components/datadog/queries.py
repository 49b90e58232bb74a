"""Signals in Datadog's query language. Monitors, objectives and dashboards all take their queries from here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from components.datadog.raw import raw_query
from components.problems import Problem
from components.scope import Scope
from components.translation import refusal
from components.vocabulary.at_datadog import DatadogQuery, LogsStored
from components.vocabulary.at_grafana import LogQL, PromQL
from components.vocabulary.at_sentry import ErrorCount, FailedTransactions
from components.vocabulary.differences import Difference
from components.vocabulary.kinds import known_signal
from components.vocabulary.log_signals import LogCount, comparison
from components.vocabulary.metrics import Kind, Measured, Source, TraceMetric
from components.vocabulary.signals import Count, Level, Mean, Percentile, Rate, Ratio, Total, Used, Within
from components.vocabulary.thresholds import Signal

STORED = "datadog.estimated_usage.logs.ingested_events"  # Datadog's own; has neither env nor service
TAKING = {"average": "avg", "maximum": "max", "minimum": "min", "sum": "sum"}
TRACE_SUFFIX = {"requests": ".hits", "errors": ".errors", "latency": ""}


@dataclass(frozen=True)
class Expression:
    """A formula over named queries; `combine` is the time aggregation that a monitor needs for it."""

    formula: str
    queries: Mapping[str, str]
    combine: str

    def inline(self) -> str:
        """One text with the queries put in: what monitors take."""
        return re.sub(rf"\b({'|'.join(self.queries)})\b", lambda name: self.queries[name[0]], self.formula)


def metric_name(metric: Measured) -> str:
    """The metric's name at Datadog. Latency is the distribution `trace.<operation>`, in seconds."""
    if isinstance(metric, TraceMetric):
        return f"trace.{metric.service.operation}{TRACE_SUFFIX[metric.measure]}"
    return metric.name


def metric_scope(scope: Scope, metric: Measured) -> str:
    """What narrows a metric to the product and the environment: the service, or the agent's product tag."""
    env = ",".join([f"env:{scope.environment.name}", *(f"{tag}:{value}" for tag, value in metric.only)])
    if metric.source is Source.INFRASTRUCTURE:
        return f"{env},product:{scope.product.name}"
    if isinstance(metric, TraceMetric) and len(metric.service.names) > 1:
        # Not IN (...): whether that takes a name with a port (api.stripe.com:443) is documented nowhere, while a key
        # ends at its first colon.
        return f"{env.replace(',', ' AND ')} AND ({' OR '.join(f'service:{name}' for name in metric.service.names)})"
    return f"{env},service:{metric.service.name if isinstance(metric, TraceMetric) else scope.product.service}"


def facet(tag: str) -> str:
    """A field of the application's log events, as Datadog groups by it."""
    return f"@{tag}"


def log_search(scope: Scope, logs: LogCount) -> str:
    """Log search syntax; fields are attributes, the product's service and environment come first."""
    status = (
        f"status:({' OR '.join(logs.statuses)})"
        if len(logs.statuses) > 1
        else "".join(f"status:{s}" for s in logs.statuses)
    )
    parts = [
        f"service:{scope.product.service} env:{scope.environment.name}",
        "" if logs.statuses == ("*",) else status,
        f'"{logs.message}"' if logs.message else "",
        *(f"{facet(key)}:{_term(value)}" for key, value in logs.fields.items()),
        *(f"-{facet(key)}:{_term(value)}" for key, value in logs.without.items()),
    ]
    return " ".join(part for part in parts if part)


def _term(value: str) -> str:
    """A value in quotes where it holds what the syntax reads; `*` is a wildcard only outside of them.

    limits.py refuses what quotes don't help with: quotes themselves, backslashes. Source: "Log Search Syntax".
    """
    limit = comparison(value)
    if limit:
        return "".join(limit)
    bare = "*" in value or (re.fullmatch(r"[\w./][\w./-]*", value) and value not in ("AND", "OR", "NOT"))
    return value if bare else f'"{value}"'


def expression(scope: Scope, signal: Signal, prefix: str = "", *, bare: bool = False) -> Expression:
    """A metric signal as formula and queries, whose names start with `prefix`.

    `bare` leaves out default_zero(), for monitors that decide themselves what missing data means: with it, Datadog
    accepts no other choice than zero (documentation#39238). Raises InvalidDeclarationError for signals that aren't
    computed from metrics at Datadog.
    """

    def series(how: str, metric: Measured, suffix: str = "") -> str:
        by = f" by {{{','.join(signal.by)}}}" if signal.by else ""
        return f"{how}:{metric_name(metric)}{{{metric_scope(scope, metric)}}}{by}{suffix}"

    known = known_signal(signal)
    if isinstance(known, LogsStored):
        if not scope.product.log_index:
            why = "are an index's, and the product declares none."
            raise refusal(Problem("signal", known.describe(), why, "log_index=LogIndex(…)"))
        stored = f"sum:{STORED}{{datadog_index:{scope.slug()},datadog_is_excluded:false}}.as_count()"
        return Expression(f"{prefix}a", {f"{prefix}a": stored}, "sum")
    names = {metric: f"{prefix}{chr(ord('a') + i)}" for i, metric in enumerate(signal.metrics())}

    def single(how: str, suffix: str, combine: str) -> Expression:
        (metric,) = signal.metrics()
        return Expression(names[metric], {names[metric]: series(how, metric, suffix)}, combine)

    match known:
        case Ratio():
            counted = known.part.kind is Kind.COUNTER
            suffix = ".as_count()" if counted else ""
            queries = {names[metric]: series("sum", metric, suffix) for metric in known.metrics()}
            whole = " + ".join(names[metric] for metric in known.whole)
            # Without a single failure the numerator has no points; on a graph, that is a gap without the zero.
            part = f"default_zero({names[known.part]})" if counted and not bare else names[known.part]
            whole = f"({whole})" if len(known.whole) > 1 else whole
            return Expression(f"{part} / {whole}", queries, "sum" if counted else "avg")
        case Percentile():
            if round(known.rank, 2) != known.rank:
                why = "has more digits than Datadog's percentiles can have."
                raise refusal(Problem("rank", known.rank, why, "at most two digits after the point"))
            return single(f"p{known.rank:g}", "", "percentile")
        case Level():
            how = TAKING[known.taking]
            queries = {names[metric]: series(how, metric) for metric in known.metrics()}
            return Expression(" + ".join(queries), queries, how)
        case Count():
            return single("count" if known.metric.kind is Kind.DISTRIBUTION else "sum", ".as_count()", "sum")
        case Rate():
            return single("sum", ".as_rate()", "avg")
        case Total():
            return single("sum", ".as_count()", "sum")
        case Mean():
            # Not avg: of a distribution, which averages the averages of short intervals, a quiet one as much as a rush.
            queries = {
                f"{prefix}{n}": series(how, known.metric, ".as_count()") for n, how in (("a", "sum"), ("b", "count"))
            }
            return Expression(" / ".join(queries), queries, "sum")
        case Difference():
            left, right = expression(scope, known.whole, f"{prefix}a"), expression(scope, known.less, f"{prefix}b")
            formula = f"{left.formula} - default_zero({right.formula})"
            return Expression(formula, {**left.queries, **right.queries}, left.combine)
        case ErrorCount() | FailedTransactions():
            why = "is counted in Sentry; Datadog doesn't know it."
            raise refusal(Problem("signal", known.describe(), why, "a view of ErrorTracking's dashboard"))
        case DatadogQuery():
            narrowed = metric_scope(scope, known.metrics()[0].declared)
            text = raw_query(known, narrowed, {metric_name(metric) for metric in known.metrics()})
            return Expression(f"{prefix}a", {f"{prefix}a": text}, TAKING[known.taking])
        case Used() | Within() | PromQL() | LogQL() | LogCount() | ErrorCount() | FailedTransactions():
            raise refusal(_not_here(known))
        case _:
            assert_never(known)


def _not_here(
    signal: Used | Within | PromQL | LogQL | LogCount | ErrorCount | FailedTransactions,
) -> Problem:
    match signal:
        case Used():
            why = "isn't computed in Datadog: its agent reports the used part itself."
            instead = "a Level of the agent's metric"
        case Within():
            why, instead = "isn't a signal that Datadog can compute here.", "a Percentile of the metric"
        case PromQL() | LogQL():
            why, instead = f"is {signal.LANGUAGE}, but the product's metrics are kept in Datadog.", "a DatadogQuery"
        case LogCount():
            why = "is counted from logs, but Datadog computes this from metrics only."
            instead = "a Count of a LogMetric's, or of a counter"
        case ErrorCount() | FailedTransactions():
            why, instead = "is counted in Sentry; Datadog doesn't know it.", "a view of ErrorTracking's dashboard"
        case _:
            assert_never(signal)
    return Problem("signal", signal.describe(), why, instead)
