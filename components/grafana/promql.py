"""Signals in PromQL. Alert rules, objectives and dashboards all take their queries from here.

Each returns the bare number; what an alert makes of it stands in queries.py. Where there was no traffic it returns
nothing, never 0/0: NaN is neither beyond a limit nor over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import assert_never

from components.grafana.raw import log_query as raw_log_query
from components.grafana.raw import prom_query
from components.problems import Problem
from components.scope import Scope
from components.translation import refusal, require
from components.units import UNITS
from components.vocabulary.at_datadog import DatadogQuery, LogsStored
from components.vocabulary.at_grafana import LogQL, PromQL
from components.vocabulary.at_sentry import ErrorCount, FailedTransactions
from components.vocabulary.differences import Difference
from components.vocabulary.kinds import known_signal
from components.vocabulary.log_signals import LogCount, comparison
from components.vocabulary.metrics import Kind, Measured, Source, TraceMetric
from components.vocabulary.quantities import Duration, Unit, plain
from components.vocabulary.signals import Count, Level, Mean, Percentile, Rate, Ratio, Total, Used, Within
from components.vocabulary.thresholds import Signal

METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
OVER_TIME = {
    "average": ("avg", "avg_over_time"),
    "maximum": ("max", "max_over_time"),
    "minimum": ("min", "min_over_time"),
}


def metric_name(scope: Scope, metric: Measured, part: str = "") -> str:
    """The metric's name in Prometheus; `part` is bucket, sum or count of a distribution."""
    ending = f"_{part}" if part else ""
    if metric.source is not Source.APPLICATION:
        return f"{metric.name}{ending}"
    words = [word for word in re.split(r"[^a-zA-Z0-9:]+", metric.name) if word]
    if scope.environment.otlp_suffixes:
        # OpenTelemetry's rules for Prometheus names; a Grafana Cloud stack may be set up without suffixes.
        unit = UNITS[metric.unit].suffix
        if unit and unit not in words:
            words.append(unit)
        # These two move to the end where the name has them already.
        for last, applies in (
            ("total", metric.kind is Kind.COUNTER),
            ("ratio", metric.kind is Kind.GAUGE and metric.unit is Unit.RATIO),
        ):
            if applies:
                words = [*(word for word in words if word != last), last]
    return f"{'_'.join(words)}{ending}"


def label(tag: str) -> str:
    """A tag as the label it becomes."""
    return re.sub(r"[^a-zA-Z0-9_]", "_", tag)


def selector(scope: Scope, metric: Measured) -> str:
    """What narrows a metric to product and environment: resource attributes, or the labels of whoever scrapes."""
    only = "".join(f",{label(tag)}={quoted(value)}" for tag, value in metric.only)
    if metric.source is Source.APPLICATION:
        return f'{{job="{scope.product.service}",deployment_environment="{scope.environment.name}"{only}}}'
    return f'{{product="{scope.product.name}",env="{scope.environment.name}"{only}}}'


LATELY = "2m"  # within which an application that runs has logged something


def stream(scope: Scope) -> str:
    """The labels of the application's log lines."""
    return f'service_name="{scope.product.service}",deployment_environment="{scope.environment.name}"'


def log_query(scope: Scope, logs: LogCount, over: str, *, shipped: bool = False, lately: bool = False) -> str:
    """How many log lines there were, in LogQL. Lines that are no JSON count too, where nothing asks for a field.

    With `shipped`, nothing rather than 0 while the application's logs don't arrive at all; with `lately`, nothing as
    soon as they stop: what was counted before leaves the window line by line, which is no recovery.
    """
    lines = f"{{{stream(scope)}}}"
    contains = f" |= {quoted(logs.message)}" if logs.message else ""
    status = logs.statuses if "*" not in logs.statuses else ()
    needs_fields = status or logs.fields or logs.without or logs.by
    parsed = " | json | drop __error__, __error_details__" if needs_fields else ""
    levels = f' | level=~"{"|".join(status)}"' if status else ""
    fields = "".join(f" | {_matched(key, value, '=')}" for key, value in logs.fields.items())
    without = "".join(f" | {_matched(key, value, '!')}" for key, value in logs.without.items())
    counted = f"sum{_by(logs)}(count_over_time({lines}{contains}{parsed}{levels}{fields}{without} [{over}]))"
    if lately:
        found = log_query(scope, logs, over, shipped=True)
        return f"({found}) and on () sum(count_over_time({lines} [{LATELY}])) > 0"
    if shipped:
        return f"{counted} or {'on () ' if logs.by else ''}sum(count_over_time({lines} [{over}])) * 0"
    return f"{counted}{'' if logs.by else ' or vector(0)'}"


def _matched(key: str, value: str, sign: str) -> str:
    """A field that is (`=`) or isn't (`!`) a value, or keeps a limit; `*` in it stands for anything, at least once.

    Of a field that is no number Loki keeps the line, with an error. RE2 takes any punctuation with a backslash (Go,
    regexp/syntax/parse.go: "Escaped non-word characters are always themselves").
    """
    limit = comparison(value)
    if limit:
        return f'{label(key)} {" ".join(limit)} | __error__=""'
    if "*" not in value:
        return f"{label(key)}{'=' if sign == '=' else '!='}{quoted(value)}"
    pattern = ".*".join(re.escape(part) for part in value.split("*")) if value.strip("*") else ".+"
    return f"{label(key)}{sign}~{quoted(pattern)}"


def quoted(text: str) -> str:
    """A string of PromQL and LogQL, which escape quotes and backslashes as JSON does."""
    return json.dumps(text, ensure_ascii=False)


def window(length: Duration) -> str:
    """`30s`, `5m`, `1h`, `1d`: a range in PromQL, in the longest unit that is exact."""
    units = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))
    each, letter = next((each, letter) for each, letter in units if length.seconds % each == 0)
    return f"{length.seconds // each}{letter}"


def expression(scope: Scope, signal: Signal, over: str, at_least: str = "") -> str:
    """A signal over a range (`5m`, `$__rate_interval`). Raises InvalidDeclarationError where there is none.

    `at_least`: how many events there have to be for a share of them, where the signal itself doesn't say.
    """

    def grouped(function: str, metric: Measured, how: str = "sum", part: str = "") -> str:
        return f"{how}{_by(signal)}({function}({metric_name(scope, metric, part)}{selector(scope, metric)}[{over}]))"

    known = known_signal(signal)
    require(*(_kept(metric) for metric in known.metrics()))
    # A counter that was never sent has no series; that is none, not unknown.
    none = "" if signal.by else " or vector(0)"
    match known:
        case Ratio():
            part, whole = part_and_whole(scope, known, over)
            return f"{part} / {gated(whole, plain(known.at_least.number) if known.at_least else at_least)}"
        case Used():
            function = "increase" if known.free.kind is Kind.COUNTER else "avg_over_time"
            return f"1 - {grouped(function, known.free)} / {gated(grouped(function, known.of))}"
        case Percentile():
            by = _by(known, "le")
            rate = f"rate({metric_name(scope, known.metric, 'bucket')}{selector(scope, known.metric)}[{over}])"
            quantile = f"histogram_quantile({known.rank / 100:g}, sum{by}({rate}))"
            if known.at_least is None:
                return f"{quantile} >= 0"
            values = grouped("increase", known.metric, part="count")
            return f"{quantile} and {gated(values, plain(known.at_least.number))}"
        case Level():
            how, function = OVER_TIME[known.taking]
            return " + ".join(grouped(function, metric, how) for metric in known.metrics())
        case Count():
            part = "count" if known.metric.kind is Kind.DISTRIBUTION else ""
            return grouped("increase", known.metric, part=part) + none
        case Rate():
            return grouped("rate", known.metric) + none
        case Total():
            return grouped("increase", known.metric, part="sum") + none
        case Mean():
            total = grouped("increase", known.metric, part="sum")
            least = plain(known.at_least.number) if known.at_least else ""
            return f"{total} / {gated(grouped('increase', known.metric, part='count'), least)}"
        case Within():
            within = f"sum{_by(known)}(increase({within_bucket(scope, known)}[{over}]))"
            return f"{within} / {gated(grouped('increase', known.metric, part='count'), at_least)}"
        case Difference():
            whole, less = f"({expression(scope, known.whole, over)})", expression(scope, known.less, over)
            return f"{whole} - ({less} or {whole} * 0)"  # what was never sent takes nothing away
        case LogCount():
            return log_query(scope, known, over)
        case PromQL():
            parts = ("", "bucket", "sum", "count")
            names = {metric_name(scope, metric, part) for metric in known.metrics() for part in parts}
            return prom_query(known, selector(scope, known.metrics()[0].declared)[1:-1], names, over)
        case LogQL():
            return raw_log_query(known, stream(scope), "$__auto" if over.startswith("$") else over)
        case DatadogQuery():
            why = "is in Datadog's language, but the product's metrics are kept in Grafana."
            raise refusal(Problem("signal", known.describe(), why, "PromQL or LogQL"))
        case ErrorCount() | FailedTransactions():
            why = "is counted in Sentry; Grafana doesn't know it."
            raise refusal(Problem("signal", known.describe(), why, "a view of ErrorTracking's dashboard"))
        case LogsStored():
            why = "are counted by Datadog's log indexes; Grafana has none."
            raise refusal(Problem("signal", known.describe(), why, "a LogCount"))
        case _:
            assert_never(known)


def _kept(metric: Measured) -> Iterator[Problem]:
    """A problem for a metric that isn't kept in Prometheus, or not under its name."""
    if isinstance(metric, TraceMetric):
        why = "is computed by Datadog's tracer and doesn't reach Grafana."
        yield Problem("metrics", metric.name, why, "a counter or distribution that the application sends")
    elif metric.source is not Source.APPLICATION and not METRIC_NAME.fullmatch(metric.name):
        why = "isn't a name that Prometheus accepts; it is used unchanged."
        instead = f"the name at the endpoint, such as {re.sub(r'[^a-zA-Z0-9_:]', '_', metric.name)}"
        yield Problem("metrics", metric.name, why, instead)


def buckets(scope: Scope, metric: Measured) -> str:
    """The values of a distribution by bucket: what a heatmap draws."""
    require(_kept(metric))
    series = f"{metric_name(scope, metric, 'bucket')}{selector(scope, metric)}"
    return f"sum by (le)(increase({series}[$__rate_interval]))"


def absent(scope: Scope, metric: Measured, over: Duration) -> str:
    """1 while nothing at all of a metric has been received for that long, else no data."""
    require(_kept(metric))
    part = "count" if metric.kind is Kind.DISTRIBUTION else ""
    return f"absent_over_time({metric_name(scope, metric, part)}{selector(scope, metric)}[{window(over)}])"


def part_and_whole(scope: Scope, signal: Ratio, over: str) -> tuple[str, str]:
    """Both sums of a ratio over a range."""
    counted = signal.part.kind is Kind.COUNTER
    function, how = ("increase", "sum") if counted else ("avg_over_time", "sum")

    def total(metric: Measured) -> str:
        return f"{how}{_by(signal)}({function}({metric_name(scope, metric)}{selector(scope, metric)}[{over}]))"

    whole = total(signal.whole[0])
    if len(signal.whole) > 1:
        # Not `+`: one that was never sent has no series, and nothing plus something is nothing.
        parts = [f'label_replace({total(metric)}, "of", "{n}", "", "")' for n, metric in enumerate(signal.whole)]
        whole = f"sum{_by(signal)}({' or '.join(parts)})"
    # Without a failure there is no series of failures; without the zero there would be no ratio either.
    part = f"({total(signal.part)} or {whole} * 0)" if counted else total(signal.part)
    return part, whole


def within_bucket(scope: Scope, signal: Within) -> str:
    """The series of the bucket that ends at the limit; bounds are written with or without a point, as libraries do."""
    bound = plain(signal.limit.to(signal.metric.unit)).replace(".", "\\\\.")
    labels = selector(scope, signal.metric).removesuffix("}") + f',le=~"{bound}(\\\\.0)?"}}'
    return f"{metric_name(scope, signal.metric, 'bucket')}{labels}"


def gated(whole: str, at_least: str = "") -> str:
    """The traffic gate: with less than that, or none at all, there is no share, which says nothing either way."""
    return f"({whole} >= {at_least})" if at_least else f"({whole} > 0)"


def _by(signal: Signal, *more: str) -> str:
    labels = [*more, *(label(tag) for tag in signal.by)]
    return f" by ({', '.join(labels)}) " if labels else ""
