"""What an alert's metrics and checks report while its signal has the value that a story gives it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from components.scope import Scope
from components.vocabulary.conditions import Absence, Anomaly, BudgetBurns
from components.vocabulary.metrics import Kind, Measured
from components.vocabulary.signals import Count, Level, Mean, Percentile, Rate, Ratio, Total, Used, Within
from components.vocabulary.thresholds import Signal, Threshold
from proof.story import Phase
from proof.truth import SAMPLED, Truth
from proof.unplayable import UnplayableError

PUBLISHED = 120  # seconds after which a probe's last result is published again
LARGE = 100.0  # of what a gauge that is a whole is

Of = Callable[[Phase], float]


@dataclass(frozen=True)
class Emission:
    """What a metric reports in a phase: a level, events per second, or the bounds of values below which events are."""

    name: str
    labels: Mapping[str, str]
    level: Of | None = None
    rate: Of | None = None
    distribution: Callable[[Phase], Mapping[float, float]] | None = None  # bound: events per second up to it
    total: Of | None = None
    every: int = SAMPLED
    expires: bool = False  # the level is how long there is left, and what is reported the moment it ends
    place: int | None = None  # which of several it is, for phases that hold for one
    probed: int = 1  # after how many seconds it is measured anew; until then, the last result is reported again
    metric: Measured | None = None


def emissions(truth: Truth) -> Iterator[Emission]:
    """What the alert's metrics and checks report."""
    if truth.checks:
        yield from _probes(truth)
        return
    match truth.when:
        case Threshold(signal=signal):
            yield from _grouped(signal, of_signal(signal, truth.window))
        case Anomaly(signal=signal):
            yield from _grouped(signal, of_signal(signal, 1))
        case BudgetBurns(objective=objective):
            if objective.bad is not None:
                yield from of_signal(objective.bad, truth.window)
            elif isinstance(objective.good, Threshold):
                yield from of_signal(objective.good.signal, truth.window)
            elif isinstance(objective.good, Ratio | Within):
                yield from of_signal(objective.good, truth.window, good=True)
        case Absence() as when:
            for place, metric in enumerate(when.metrics()):
                labels = dict(metric.only)
                if metric.kind is Kind.GAUGE:
                    yield Emission(metric.name, labels, level=lambda _: 1.0, place=place, metric=metric)
                elif metric.kind is Kind.COUNTER:
                    yield Emission(metric.name, labels, rate=lambda phase: phase.rate, place=place, metric=metric)
                else:
                    spread = lambda phase: {1.0: phase.rate}  # noqa: E731
                    yield Emission(metric.name, labels, distribution=spread, place=place, metric=metric)


def _grouped(signal: Signal, found: Iterator[Emission]) -> Iterator[Emission]:
    """With a value for each tag that it is split by."""
    tags = {re.sub(r"\W", "_", tag): "one" for tag in signal.by}
    for each in found:
        yield replace(each, labels=tags | dict(each.labels))


def _probes(truth: Truth) -> Iterator[Emission]:
    scope: Scope = truth.scope
    places = scope.environment.probe_from
    for number, check in enumerate(truth.checks):
        every = truth.interval(check)
        for location, probe in enumerate(places):
            job = f"{scope.product.name}-{check.name}-{scope.environment.name}"
            labels = {"job": job, "probe": probe, "instance": scope.url(check)}
            # As soon as it is known, and then again, evenly and at least as often as that.
            rare = max(each for each in range(1, PUBLISHED + 1) if every % each == 0)
            absence = isinstance(truth.when, Absence)
            place = number if absence else location
            success: Of = (lambda _: 1.0) if absence else (lambda phase: phase.value)

            def good(phase: Phase, every: int = every, success: Of = success) -> float:
                return success(phase) / every

            def probed(_: Phase, every: int = every) -> float:
                return 1 / every

            yield Emission("probe_success", labels, level=success, every=rare, place=place, probed=every)
            yield Emission("probe_all_success_sum", labels, rate=good, every=rare, place=place)
            yield Emission("probe_all_success_count", labels, rate=probed, every=rare, place=place)
            yield Emission(
                "probe_ssl_earliest_cert_expiry", labels, level=lambda phase: phase.value, every=rare, expires=True
            )


def of_signal(signal: Signal, window: int, *, good: bool = False) -> Iterator[Emission]:
    """What its metrics report so that it has the value of the phase; with `good`, so much less than all."""

    def share(phase: Phase) -> float:
        return 1 - phase.value if good else phase.value

    match signal:
        case Ratio(part=part):
            yield from _of_whole(part, signal.whole, share, lambda phase: phase.rate)
        case Used(free=free, of=whole):
            yield from _of_whole(free, (whole,), lambda phase: 1 - phase.value, lambda _: LARGE)
        case Level():
            for metric in (every := signal.metrics()):
                yield Emission(
                    metric.name, dict(metric.only), level=lambda phase: phase.value / len(every), metric=metric
                )
        case Percentile(metric=metric):
            yield Emission(
                metric.name,
                dict(metric.only),
                distribution=lambda phase: {phase.value * 0.98: 0.0, phase.value: phase.rate},
                metric=metric,
            )
        case Within(metric=metric, limit=limit):
            bound = float(limit.to(metric.unit))
            yield Emission(
                metric.name,
                dict(metric.only),
                distribution=lambda phase: {
                    bound: share(phase) * phase.rate,
                    2 * bound: (1 - share(phase)) * phase.rate,
                },
                metric=metric,
            )
        case Mean(metric=metric):
            yield Emission(
                metric.name,
                dict(metric.only),
                distribution=lambda phase: {phase.value: phase.rate},
                total=lambda phase: phase.value * phase.rate,
                metric=metric,
            )
        case Count(metric=metric) if metric.kind is Kind.COUNTER:
            yield Emission(metric.name, dict(metric.only), rate=lambda phase: phase.value / window, metric=metric)
        case Rate(metric=metric):
            yield Emission(metric.name, dict(metric.only), rate=lambda phase: phase.value, metric=metric)
        case Count(metric=metric) | Total(metric=metric):  # single values of 1, so that number and sum are the same
            many: Of = lambda phase: phase.value / window  # noqa: E731
            spread = lambda phase: {1.0: many(phase)}  # noqa: E731
            yield Emission(metric.name, dict(metric.only), distribution=spread, total=many, metric=metric)
        case _:
            raise UnplayableError(f"{type(signal).__name__} of {signal.describe()} isn't played yet")


def _of_whole(part: Measured, whole: tuple[Measured, ...], share: Of, all_of: Of) -> Iterator[Emission]:
    """Part and whole; where the whole holds the part, beside it what makes it whole."""

    def emission(metric: Measured, of: Of, labels: Mapping[str, str]) -> Emission:
        counts = metric.kind is Kind.COUNTER
        found = Emission(metric.name, labels, metric=metric)
        return replace(found, rate=of) if counts else replace(found, level=of)

    def some(phase: Phase) -> float:
        return share(phase) * all_of(phase)

    def rest(phase: Phase) -> float:
        return all_of(phase) - some(phase)

    yield emission(part, some, dict(part.only))
    others = [each for each in whole if each != part]
    within = len(others) < len(whole) or any(each.name == part.name for each in others)
    for metric, first in zip(others, itertools.chain([True], itertools.repeat(False)), strict=False):
        labels = dict(metric.only)
        if metric.name == part.name:
            labels |= {label: "other" for label, _ in part.only}
        amount = (rest if within else all_of) if first else lambda _: 0.0
        yield emission(metric, amount, labels)
