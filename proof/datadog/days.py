"""A product's made-up days as Datadog has them: by the names and tags that Datadog gives."""

from __future__ import annotations

from collections.abc import Iterator

from components.vocabulary.at_datadog import LogsStored, ServiceCheck
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Kind
from components.vocabulary.thresholds import Threshold
from proof.datadog import data as received
from proof.datadog.data import Data, Line, Piece, Series, Statuses
from proof.datadog.telemetry import STORED, carried, datadog_name
from proof.day import SPREAD, Amounts, Days
from proof.levels import levels_of
from proof.lines import field_value
from proof.sources import VALUES
from proof.truth import MINUTE, REPORTS

OFFSET = 3
KINDS: dict[Kind, received.Kind] = {
    Kind.GAUGE: "gauge",
    Kind.COUNTER: "count",
    Kind.DISTRIBUTION: "distribution",
}


def data(days: Days, every: int = MINUTE) -> Data:
    """Everything that a product's days send. In seconds of the days, without bands for anomalies."""
    series = [_of_source(days, number, every) for number in range(len(days.usual.sources))]
    if days.scope.product.log_index:
        series.append(_stored(days, every))
    return Data(series=series, lines=list(_lines(days)), statuses=list(_statuses(days)))


def _of_source(days: Days, number: int, every: int) -> Series:
    source = days.usual.sources[number]
    metric, tags = source.metric, carried(days.scope, source.metric) | dict(source.tags)
    kind = KINDS[metric.kind]
    if metric.kind is Kind.DISTRIBUTION:
        sizes = days.sizes(number)
        made = [
            Piece(first, every, count, 0.0, tuple((part * size, share * many * every) for part, share in SPREAD))
            for (first, count, many), size in zip(_pieces(days.events(number), every), sizes, strict=True)
        ]
    elif metric.kind is Kind.COUNTER:
        made = [Piece(first, every, count, many * every) for first, count, many in _pieces(days.events(number), every)]
    else:
        made = [Piece(first, every, count, level) for first, count, level in _pieces(days.levels(number), every)]
    sent = (piece for piece in made if piece.count and (piece.value or piece.values or kind == "gauge"))
    return Series(datadog_name(metric), kind, tags, tuple(sent))


def _pieces(amounts: Amounts, every: int) -> Iterator[tuple[int, int, float]]:
    """First sample, how many, and the amount; none where nothing is received."""
    for begin, until, amount in amounts:
        first = -(-(begin - OFFSET) // every) * every + OFFSET
        count = 0 if amount is None else max(0, -(-(until - first) // every))
        yield first, count, amount or 0.0


def _stored(days: Days, every: int) -> Series:
    """What the index has stored, as Datadog itself counts it."""
    watching = [each for each in days.usual.truths if _counts_stored(each.when)]
    well = min((levels_of(each).well / each.window for each in watching), default=1.0)
    amounts = []
    for begin, until, *_ in days.parts:
        spell = days.spell(begin)
        bad = levels_of(spell.truth).bad / spell.truth.window if spell and spell.truth in watching else well
        amounts.append((begin, until, bad))
    tags = {"datadog_index": days.scope.slug(), "datadog_is_excluded": "false"}
    made = [Piece(first, every, count, many * every) for first, count, many in _pieces(amounts, every)]
    return Series(STORED, "count", tags, tuple(piece for piece in made if piece.count))


def _counts_stored(when: object) -> bool:
    return isinstance(when, Threshold) and isinstance(when.signal, LogsStored)


def _lines(days: Days) -> Iterator[Line]:
    base = {"service": days.scope.product.service, "env": days.scope.environment.name}
    yield Line(base | {"status": "info", "message": "request served"}, tuple(days.ordinary()))
    for signal in days.counted:
        times = days.lines(signal)
        for number, value in enumerate(VALUES if signal.by else VALUES[:1]):
            said = base | _said(signal) | {f"@{tag}": value for tag in signal.by}
            yield Line(said, tuple(times[number :: len(VALUES)] if signal.by else times))


def _said(signal: LogCount) -> dict[str, str | float]:
    status = "info" if not signal.statuses or "*" in signal.statuses else signal.statuses[0]
    fields = {f"@{key}": field_value(value) for key, value in signal.fields.items()}
    return {"status": status, "message": signal.message or "it happened"} | fields


def _statuses(days: Days) -> Iterator[Statuses]:
    base = {"env": days.scope.environment.name, "product": days.scope.product.name}
    checks = {each.when.check: each.when for each in days.usual.truths if isinstance(each.when, ServiceCheck)}
    for name, when in checks.items():
        for group in VALUES:
            found = []
            for begin, until, *_ in days.parts:
                spell = days.spell(begin)
                fails = spell is not None and spell.truth.when == when and group == VALUES[0]
                found.append(Piece(begin, REPORTS, (until - begin) // REPORTS, 2.0 if fails else 0.0))
            yield Statuses(name, base | dict.fromkeys(when.by, group), tuple(found))
