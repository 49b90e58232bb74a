"""The series that a product's application, hosts and traces send, by its product file, and what is computed of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from components.scope import Scope
from components.vocabulary.conditions import BudgetBurns
from components.vocabulary.metrics import Measured, Metric, TraceMetric
from components.vocabulary.objectives import Objective
from components.vocabulary.thresholds import Signal, Threshold

VALUES = ("one", "other")  # of each tag

Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Source:
    """One series of a metric, by the values of its tags; `number` tells it from every other of the product."""

    number: int
    metric: Measured
    tags: Tags


def sources(scope: Scope) -> tuple[Source, ...]:
    """Every series of a product."""
    metrics = (*scope.product.metrics, *_traced(scope))
    narrowed = {(each.name, each.only) for each in _narrowed(scope) if each.only}
    # Once each: something may be narrowed to a value that stands for any.
    found = ((metric, tags) for metric in metrics for tags in dict.fromkeys(_tags(metric, narrowed)))
    return tuple(Source(number, metric, tags) for number, (metric, tags) in enumerate(found))


def signals(scope: Scope) -> tuple[Signal, ...]:
    """Everything that is computed of them, for alerts, objectives and dashboards."""
    return unique(chain(*(_signals(each) for each in _drawn(scope))))


def unique(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    """Each once; those that name fields of log lines can't be hashed."""
    return tuple({repr(each): each for each in signals}.values())


def _traced(scope: Scope) -> Iterator[TraceMetric]:
    for service in scope.product.services:
        yield from (service.requests, service.errors, service.latency)


def _tags(metric: Measured, narrowed: set[tuple[str, Tags]]) -> Iterator[Tags]:
    """The series of a metric: two with values of each tag, and one for each value that something is narrowed to."""
    named = metric.service.names if isinstance(metric, TraceMetric) else ()
    for number in range(max(len(VALUES), len(named))):
        tags = {tag: VALUES[number % len(VALUES)] for tag in metric.tags}
        if named:
            tags["service"] = named[number % len(named)]
        yield tuple(sorted(tags.items()))
        if not tags:
            return
    for only in sorted(only for name, only in narrowed if name == metric.name):
        yield tuple(sorted({**dict.fromkeys(metric.tags, VALUES[0]), **dict(only)}.items()))


def _narrowed(scope: Scope) -> Iterator[Metric]:
    for part in _drawn(scope):
        for signal in _signals(part):
            yield from (metric for metric in signal.metrics() if isinstance(metric, Metric))


def _drawn(scope: Scope) -> Iterator[object]:
    """Everything that a product computes something in."""
    product = scope.product
    yield from (alert.when for alert in product.alerts)
    yield from product.objectives
    yield from (widget for page in product.dashboards for widget in page.widgets)


def _signals(part: object) -> Iterator[Signal]:
    """The signals of a condition, an objective or a widget."""
    match part:
        case BudgetBurns(objective=objective):
            yield from _signals(objective)
        case Objective(bad=bad, good=good):
            yield from (each for each in (bad, good) if isinstance(each, Signal))
            if isinstance(good, Threshold):
                yield good.signal
        case _:
            signals = getattr(part, "signals", None)
            yield from signals() if signals else ()
