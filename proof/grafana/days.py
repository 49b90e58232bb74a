"""A product's made-up days as Grafana Cloud has them: series by the names and labels of the application contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from components.grafana.promql import metric_name
from components.scope import Scope
from components.vocabulary.conditions import Absence, CertificateExpires
from components.vocabulary.metrics import Kind, Measured, Source
from components.vocabulary.signals import Within
from proof.day import SPREAD, Amounts, Days
from proof.emissions import PUBLISHED
from proof.grafana.lines import ORDINARY, line_of
from proof.levels import CERTIFICATE, levels_of
from proof.lines import field_value
from proof.sources import VALUES
from proof.story import EPOCH
from proof.truth import MINUTE

OFFSET = 7  # seconds after the minute
INFINITE = float("inf")


def series(days: Days, every: int = MINUTE) -> list[dict[str, Any]]:
    """The series in Prometheus, as tools/query takes them."""
    found = [each for number in range(len(days.usual.sources)) for each in _of_source(days, number, every)]
    return [*found, *_probes(days)]


def _of_source(days: Days, number: int, every: int) -> Iterator[dict[str, Any]]:
    source = days.usual.sources[number]
    metric = source.metric
    labels = {re.sub(r"\W", "_", tag): value for tag, value in source.tags} | _resource(days.scope, metric)

    def made(amounts: Amounts, part: str = "", **more: str) -> dict[str, Any]:
        named = {"__name__": metric_name(days.scope, metric, part), **labels, **more}
        return {"labels": named, "pieces": pieces(amounts, every, counts=metric.kind is not Kind.GAUGE)}

    if metric.kind is Kind.GAUGE:
        yield made(days.levels(number))
        return
    events = days.events(number)
    if metric.kind is Kind.COUNTER:
        yield made(events)
        return
    sizes = days.sizes(number)
    for bound in _bounds(days, metric, sizes):
        below = _times(
            events, [sum(share for part, share in SPREAD if part * size <= bound * 1.00001) for size in sizes]
        )
        yield made(below, "bucket", le="+Inf" if bound == INFINITE else f"{bound:g}")
    mean = sum(part * share for part, share in SPREAD)
    yield made(_times(events, [size * mean for size in sizes]), "sum")
    yield made(events, "count")


def _times(amounts: Amounts, factors: Sequence[float]) -> Amounts:
    """Events multiplied, part by part."""
    pairs = zip(amounts, factors, strict=True)
    return [(begin, until, None if many is None else many * factor) for (begin, until, many), factor in pairs]


def _bounds(days: Days, metric: Measured, sizes: Sequence[float]) -> list[float]:
    """Buckets at the values that occur, and at every limit that a share of them is drawn of."""
    within = [each for each in days.usual.signals if isinstance(each, Within) and each.metric.name == metric.name]
    limits = {float(each.limit.to(metric.unit)) for each in within}
    values = {float(f"{part * size:.6g}") for size in sizes for part, _ in SPREAD}
    return [*sorted(values | limits), INFINITE]


def _resource(scope: Scope, metric: Measured) -> dict[str, str]:
    """The labels that a metric comes with, besides those of its own (docs/application-contract)."""
    if metric.source is Source.APPLICATION:
        return {"job": scope.product.service, "deployment_environment": scope.environment.name}
    return {"product": scope.product.name, "env": scope.environment.name}


def pieces(amounts: Amounts, every: int, *, counts: bool) -> list[dict[str, float]]:
    """Samples of a level, or of a counter that grows by so many a second."""
    found, grown = [], 1000.0
    for begin, until, amount in amounts:
        first = -(-(begin - OFFSET) // every) * every + OFFSET
        count = max(0, -(-(until - first) // every))
        if amount is not None and count:
            start, step = (grown + amount * (first - begin), amount * every) if counts else (amount, 0.0)
            found.append({"from": EPOCH + first, "every": every, "count": count, "first": start, "step": step})
        grown += (amount or 0.0) * (until - begin) if counts else 0.0
    return found


def _probes(days: Days) -> Iterator[dict[str, Any]]:
    """What checks report: they are at Grafana, whoever keeps the product's telemetry."""
    scope = days.scope
    for check in scope.product.checks:
        every = scope.interval(check).seconds
        rare = min(every, PUBLISHED)
        works: list[tuple[int, int, float | None]] = []
        valid: list[tuple[int, int, float | None]] = []
        for begin, until, *_ in days.parts:
            spell = days.spell(begin)
            bad = spell.truth if spell and check in spell.truth.checks else None
            runs_out = bad is not None and isinstance(bad.when, CertificateExpires)
            lost = bad is not None and isinstance(bad.when, Absence)
            left = levels_of(bad).bad if bad and runs_out else CERTIFICATE
            works.append((begin, until, None if lost else 0.0 if bad and not runs_out else 1.0))
            valid.append((begin, until, None if lost else EPOCH + begin + left))
        once = [(begin, until, None if value is None else 1.0 / every) for begin, until, value in works]
        good = [(begin, until, None if value is None else value / every) for begin, until, value in works]
        for probe in scope.environment.probe_from:
            labels = {
                "job": f"{scope.product.name}-{check.name}-{scope.environment.name}",
                "probe": probe,
                "instance": scope.url(check),
            }
            for name, amounts, counts in (
                ("probe_success", works, False),
                ("probe_ssl_earliest_cert_expiry", valid, False),
                ("probe_all_success_sum", good, True),
                ("probe_all_success_count", once, True),
            ):
                yield {"labels": {"__name__": name, **labels}, "pieces": pieces(amounts, rare, counts=counts)}


def lines(days: Days) -> list[dict[str, Any]]:
    """The log lines in Loki, as tools/query takes them: those that something counts, and ordinary ones."""
    scope = days.scope
    stream = {"service_name": scope.product.service, "deployment_environment": scope.environment.name}
    made = [(ORDINARY, days.ordinary())]
    for signal in days.counted:
        times = days.lines(signal)
        for number, value in enumerate(VALUES if signal.by else VALUES[:1]):
            said = json.loads(line_of(signal)) | dict.fromkeys(signal.by, value)
            made.append((json.dumps(said | _without(signal)), times[number :: len(VALUES)] if signal.by else times))
    return [{"labels": stream, "line": line, "at": [EPOCH + at for at in times]} for line, times in made if times]


def _without(signal: Any) -> dict[str, str | float]:
    """Fields that are left out have another value."""
    return {key: f"not {field_value(value)}" for key, value in signal.without.items()}
