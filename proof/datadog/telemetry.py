"""What a story sends to Datadog: the alert's own metrics, log lines and check runs, with the tags they really carry.

Names and tags are those that Datadog gives them, not those that a query asks for: traces are counted as
trace.<operation>.hits and .errors, everything carries `env`, the application's metrics its service, and what agents and
integrations report the product (docs/application-contract). Others send the same under other tags, and fare badly: an
alert that looks at them as well doesn't do what it should.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from components.datadog.language.expression import Function
from components.datadog.language.tree import MetricMonitor
from components.scope import Scope
from components.vocabulary.at_datadog import LogsStored, ServiceCheck
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Measured, Source, TraceMetric
from components.vocabulary.thresholds import Signal, Threshold
from proof.datadog.anomalies import usual
from proof.datadog.data import Data, Kind, Line, Piece, Series, Statuses
from proof.datadog.monitors import Monitor
from proof.emissions import Emission, emissions
from proof.levels import elsewhere
from proof.lines import field_value, unlike
from proof.story import Phase, Story
from proof.truth import MINUTE, REPORTS, USUAL, Truth
from proof.unplayable import UnplayableError

FLUSH = 10  # seconds for which the agent counts before it sends
OFFSET = 3
STORED = "datadog.estimated_usage.logs.ingested_events"  # account_management/billing/usage_metrics.md
MEASURES = {"requests": ".hits", "errors": ".errors", "latency": ""}  # tracing/metrics/metrics_namespace.md
WELL = "other"  # a group that is well all the time


def sent(truth: Truth, story: Story, monitor: Monitor, beside: Sequence[tuple[Truth, Story]] = ()) -> Data:
    """Everything that a story sends, and what happens beside it to other alerts. Raises UnplayableError."""
    data = _sent(truth, story, monitor)
    for other, happens in beside:
        more = _sent(other, happens, monitor)
        data = replace(
            data,
            series=[*data.series, *more.series],
            lines=[*data.lines, *more.lines],
            # Of one database, and of others' databases: an alert is silenced when all that report as one fail.
            statuses=[*data.statuses, *(each for each in more.statuses if WELL not in each.tags.values())],
        )
    return data


def _sent(truth: Truth, story: Story, monitor: Monitor) -> Data:
    match truth.when:
        case ServiceCheck() as when:
            return Data(statuses=list(_runs(truth, when, story)))
        case Threshold(signal=LogCount() as signal):
            return Data(lines=list(_lines(truth, signal, story)))
        case Threshold(signal=LogsStored()):
            tags = {"datadog_index": truth.scope.slug(), "datadog_is_excluded": "false"}
            stored = Emission(STORED, {}, rate=lambda phase: phase.value / truth.window)
            others = [_series(elsewhere(truth, story), stored, STORED, each) for each in _others(tags)]
            return Data(series=[_series(story, stored, STORED, tags), *others])
        case _:
            data = Data(series=list(_metrics(truth, story)))
    return expecting(data, monitor, 0)


def expecting(data: Data, monitor: Monitor, now: float) -> Data:
    """The data, with what an anomaly monitor expects of them: half to twice of what was usual until a moment."""
    query = monitor.query
    expression = query.expression if isinstance(query, MetricMonitor) else None
    if not isinstance(expression, Function) or expression.name != "anomalies":
        return data
    level = usual(expression, data, now)
    return replace(data, bands=(USUAL[0] * level, USUAL[1] * level))


def _others(tags: Mapping[str, str], only: Collection[str] = ()) -> Iterator[dict[str, str]]:
    """The same tags with one of them otherwise, for each; or for each of these."""
    yield from ({**tags, tag: f"not-{value}"} for tag, value in tags.items() if not only or tag in only)


def _metrics(truth: Truth, story: Story) -> Iterator[Series]:
    by, others = _by(truth), elsewhere(truth, story)
    emitted = list(emissions(truth))
    well = story.phases[0]
    for emission in emitted:
        metric = emission.metric
        if metric is None:
            raise UnplayableError(f"{emission.name} isn't sent to Datadog")
        name, tags = datadog_name(metric), carried(truth.scope, metric)
        labels = {tag: value for tag, value in emission.labels.items() if tag not in {_plain(each) for each in by}}
        yield _series(story, emission, name, tags | labels | _group(metric, by, 0))
        alone = [each.name for each in emitted].count(emission.name) == 1
        told_apart = [*tags, *(labels if alone else ())]  # another value of a label may be a part of the whole
        for each in _others(tags | labels | _group(metric, by, 0), [tag for tag in told_apart if tag not in by]):
            yield _series(others, emission, name, each)
        if by:  # another group, in which all is well
            calm = Story(tuple(replace(each, value=well.value, of=None) for each in story.phases))
            yield _series(calm, emission, name, tags | labels | _group(metric, by, 1))


def _by(truth: Truth) -> tuple[str, ...]:
    signal: Signal | None = getattr(truth.when, "signal", None)
    return () if signal is None else signal.by


def _plain(tag: str) -> str:
    return re.sub(r"\W", "_", tag)


def _group(metric: Measured, by: tuple[str, ...], number: int) -> dict[str, str]:
    """The values of the tags that it is split by, in the first or the second group."""
    names = metric.service.names if isinstance(metric, TraceMetric) else ()
    return {
        tag: names[min(number, len(names) - 1)] if tag == "service" and names else ("one", "other")[number]
        for tag in by
    }


def datadog_name(metric: Measured) -> str:
    """Under which name Datadog has it."""
    if isinstance(metric, TraceMetric):
        return f"trace.{metric.service.operation}{MEASURES[metric.measure]}"
    return metric.name


def carried(scope: Scope, metric: Measured) -> dict[str, str]:
    """The tags that a metric comes with, besides those of its own."""
    product, env = scope.product, {"env": scope.environment.name}
    if metric.source is Source.INFRASTRUCTURE:
        return env | {"product": product.name}
    if isinstance(metric, TraceMetric):
        return env | {"service": metric.service.names[0]}
    return env | {"service": product.service}


def _series(story: Story, emission: Emission, name: str, tags: Mapping[str, str]) -> Series:
    kind: Kind = "gauge" if emission.level else "distribution" if emission.distribution else "count"
    every = REPORTS if emission.level else FLUSH
    pieces = []
    for begin, end, phase in story.spans:
        mine = phase.of is None or emission.place is None or phase.of == emission.place
        if phase.lost and mine:
            continue
        seen = phase if mine else Phase(phase.minutes, 1.0, phase.rate)
        first = -(-(begin - OFFSET) // every) * every + OFFSET
        count = max(0, -(-(end - first) // every))
        if emission.level:
            pieces.append(Piece(first, every, count, emission.level(seen)))
        elif emission.distribution:
            values = tuple((at, many * every) for at, many in emission.distribution(seen).items() if many)
            if values:  # what doesn't happen isn't sent
                pieces.append(Piece(first, every, count, 0.0, values))
        elif emission.rate and (amount := emission.rate(seen) * every):
            pieces.append(Piece(first, every, count, amount))
    return Series(name, kind, tags, tuple(piece for piece in pieces if piece.count))


def _runs(truth: Truth, when: ServiceCheck, story: Story) -> Iterator[Statuses]:
    base = {"env": truth.scope.environment.name, "product": truth.scope.product.name}

    def piece(begin: int, end: int, status: float) -> Piece:
        return Piece(begin, REPORTS, -(-(end - begin) // REPORTS), status)

    # Others' fares the other way: beside them, one that fails isn't so alone, nor one that is well.
    otherwise = tuple(piece(begin, end, 2.0 if phase.lost or phase.value else 0.0) for begin, end, phase in story.spans)
    for other in _others(base):
        yield Statuses(when.check, other | dict.fromkeys(when.by, "elsewhere"), otherwise)
    for group, follows in (("one", True), (WELL, False)):
        pieces = [
            piece(begin, end, (0.0 if phase.value == 1 else 1.0 if phase.value else 2.0) if follows else 0.0)
            for begin, end, phase in story.spans
            if not phase.lost
        ]
        yield Statuses(when.check, base | dict.fromkeys(when.by, group), tuple(pieces))


def _lines(truth: Truth, signal: LogCount, story: Story) -> Iterator[Line]:
    """Those it counts; ordinary ones; and what it leaves out, which comes all the time."""
    base = {"service": truth.scope.product.service, "env": truth.scope.environment.name}
    fields = {f"@{key}": field_value(value) for key, value in signal.fields.items()}
    status = "info" if not signal.statuses or "*" in signal.statuses else signal.statuses[0]
    counted = base | {"status": status, "message": signal.message or "it happened"} | fields
    yield Line(counted, tuple(story.events(truth.window)))
    always = [float(at) for begin, end, phase in story.spans if not phase.lost for at in range(begin, end, MINUTE)]
    if signal.statuses != ("*",) or signal.fields or signal.message:
        yield Line(base | {"status": "info", "message": "request served"}, tuple(always))
    others = tuple(elsewhere(truth, story).events(truth.window))
    for said in _others(base):
        yield Line(counted | said, others)
    there = tuple(at for at in others if not story.at(at)[0].lost)  # it is the application itself that sends them
    for wrong in unlike(signal):
        yield Line(counted | {key if key in counted else f"@{key}": value for key, value in wrong.items()}, there)
    for key, value in signal.without.items():
        yield Line(counted | {f"@{key}": field_value(value)}, tuple(always))
