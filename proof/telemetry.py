"""The series that a story makes: of the alert's own metrics, under the names and labels that the rule's queries ask for.

A name is compared with the metric's by its words, and the labels a metric is narrowed to have to be asked for. Labels
that say whose series it is (job, env) are taken from the query: that they are the application's is for the contract.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import promql_parser as promql

from components.scope import Scope
from components.vocabulary.conditions import Absence, BudgetBurns
from components.vocabulary.metrics import Kind, Measured
from components.vocabulary.signals import Count, Level, Mean, Percentile, Rate, Ratio, Total, Used, Within
from components.vocabulary.thresholds import Signal, Threshold
from proof.rules import UnplayableError
from proof.story import Phase, Story
from proof.truth import DAY, SAMPLED, Truth

ENDINGS = {"total", "ratio", "seconds", "milliseconds", "bytes", "percent", "bucket", "sum", "count"}
OFFSET = 7  # seconds after the minute: samples and evaluations aren't taken at the same time
PUBLISHED = 120  # seconds after which a probe's last result is published again
EPOCH = 1699833600  # 2023-11-13, a Monday, 00:00 UTC: second 0 of every story
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


class Selector(NamedTuple):
    """A metric as a query asks for it: equal labels, and regular expressions."""

    name: str
    equal: tuple[tuple[str, str], ...]
    matching: tuple[tuple[str, str], ...]


def selectors(text: str) -> Iterator[Selector]:
    """Those of a query. Raises UnplayableError for one that isn't by name and equality."""
    nodes = [promql.parse(text)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, promql.VectorSelector):
            equal, matching = [], []
            for each in node.matchers.matchers:
                if each.op == promql.MatchOp.Equal:
                    equal.append((each.name, each.value))
                elif each.op == promql.MatchOp.Re:
                    matching.append((each.name, each.value))
                else:
                    raise UnplayableError(f"a query excludes a value of {each.name}, which isn't played")
            yield Selector(node.name or "", tuple(sorted(equal)), tuple(sorted(matching)))
        for part in ("expr", "lhs", "rhs", "vector_selector"):
            if (inner := getattr(node, part, None)) is not None:
                nodes.append(inner)
        if isinstance(node, promql.Call):
            nodes += list(node.args)


def series(truth: Truth, story: Story, queries: Mapping[str, str]) -> list[dict[str, Any]]:
    """The series of a story that the queries ask for, as tools/query takes them. Raises UnplayableError."""
    found: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}
    emitted = list(emissions(truth))
    for selector in sorted({each for text in queries.values() for each in selectors(text)}):
        fitting = [each for each in emitted if called(each, selector.name)]
        if not fitting:
            raise UnplayableError(f"a query asks for {selector.name}, which no metric of the alert is called")
        for emission in fitting:
            for labels, pieces in _as_series(truth, story, selector, emission):
                found[tuple(sorted(labels.items()))] = {"labels": labels, "pieces": pieces}
    return list(found.values())


def called(emission: Emission, name: str) -> bool:
    """Whether a query means this metric; what an endpoint itself calls a sum or a count is no part of another."""
    if emission.name.endswith(("_sum", "_count", "_bucket")):
        return emission.name == name
    return words(emission.name) == words(name)


def words(name: str) -> list[str]:
    """A metric's name without the endings that exporters add."""
    return [word for word in re.split(r"[^a-zA-Z0-9]+", name) if word and word not in ENDINGS]


def _as_series(
    truth: Truth, story: Story, selector: Selector, emission: Emission
) -> Iterator[tuple[dict[str, str], list[dict[str, float]]]]:
    asked = dict(selector.equal)
    if any(asked.get(label, value) != value for label, value in emission.labels.items()):
        return
    if any(
        not re.fullmatch(text, emission.labels[label]) for label, text in selector.matching if label in emission.labels
    ):
        return
    base = {"__name__": selector.name} | asked | dict(emission.labels)
    every = 300 if truth.window > DAY and not truth.checks else emission.every
    part = selector.name.rpartition("_")[2]
    if emission.level:
        yield base, _pieces(story, emission, every, emission.level, counts=False)
    elif emission.distribution and part == "bucket":
        bounds = sorted({bound for _, _, phase in story.spans for bound in emission.distribution(phase)})
        for bound in [*bounds, float("inf")]:

            def below(phase: Phase, bound: float = bound) -> float:
                return sum(rate for at, rate in emission.distribution(phase).items() if at <= bound)  # type: ignore[misc]

            written = "+Inf" if bound == float("inf") else f"{bound:g}"
            if all(re.fullmatch(text, written) for label, text in selector.matching if label == "le"):
                yield base | {"le": written}, _pieces(story, emission, every, below, counts=True)
    elif emission.distribution and part == "sum" and emission.total:
        yield base, _pieces(story, emission, every, emission.total, counts=True)
    elif emission.distribution:
        yield base, _pieces(story, emission, every, lambda phase: phase.rate, counts=True)
    elif emission.rate:
        yield base, _pieces(story, emission, every, emission.rate, counts=True)


def _pieces(story: Story, emission: Emission, every: int, of: Of, *, counts: bool) -> list[dict[str, float]]:
    """Samples of a level, or of a counter that grows by so many a second; none where the phase has lost it."""
    found, grown = [], 1000.0
    for begin, end, phase in story.spans:
        mine = phase.of is None or emission.place is None or phase.of == emission.place
        first = -(-(begin - OFFSET) // every) * every + OFFSET
        count = max(0, -(-(end - first) // every))
        value = of(phase if mine else Phase(phase.minutes, 1.0, phase.rate))
        value += EPOCH + begin if emission.expires else 0
        if count and not (phase.lost and mine):
            start, step = (grown + value * (first - begin), value * every) if counts else (value, 0.0)
            found.append({"from": EPOCH + first, "every": every, "count": count, "first": start, "step": step})
        grown += value * (end - begin) if counts else 0.0
    return found


def emissions(truth: Truth) -> Iterator[Emission]:
    """What the alert's metrics and checks report."""
    if truth.checks:
        yield from _probes(truth)
        return
    match truth.when:
        case Threshold(signal=signal):
            yield from _grouped(signal, of_signal(signal, truth.window))
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
                    yield Emission(metric.name, labels, level=lambda _: 1.0, place=place)
                elif metric.kind is Kind.COUNTER:
                    yield Emission(metric.name, labels, rate=lambda phase: phase.rate, place=place)
                else:
                    yield Emission(metric.name, labels, distribution=lambda phase: {1.0: phase.rate}, place=place)


def _grouped(signal: Signal, found: Iterator[Emission]) -> Iterator[Emission]:
    """With a value for each tag that it is split by."""
    tags = {re.sub(r"\W", "_", tag): "one" for tag in signal.by}
    for each in found:
        yield Emission(each.name, tags | dict(each.labels), each.level, each.rate, each.distribution, each.total)


def _probes(truth: Truth) -> Iterator[Emission]:
    scope: Scope = truth.scope
    places = scope.environment.probe_from
    for number, check in enumerate(truth.checks):
        every = truth.interval(check)
        for location, probe in enumerate(places):
            job = f"{scope.product.name}-{check.name}-{scope.environment.name}"
            labels = {"job": job, "probe": probe, "instance": scope.url(check)}
            rare = min(every, PUBLISHED)
            absence = isinstance(truth.when, Absence)
            place = number if absence else location
            success: Of = (lambda _: 1.0) if absence else (lambda phase: phase.value)

            def good(phase: Phase, every: int = every, success: Of = success) -> float:
                return success(phase) / every

            def probed(_: Phase, every: int = every) -> float:
                return 1 / every

            yield Emission("probe_success", labels, level=success, every=rare, place=place)
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
                yield Emission(metric.name, dict(metric.only), level=lambda phase: phase.value / len(every))
        case Percentile(metric=metric):
            yield Emission(
                metric.name,
                dict(metric.only),
                distribution=lambda phase: {phase.value * 0.98: 0.0, phase.value: phase.rate},
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
            )
        case Mean(metric=metric):
            yield Emission(
                metric.name,
                dict(metric.only),
                distribution=lambda phase: {phase.value: phase.rate},
                total=lambda phase: phase.value * phase.rate,
            )
        case Count(metric=metric) if metric.kind is Kind.COUNTER:
            yield Emission(metric.name, dict(metric.only), rate=lambda phase: phase.value / window)
        case Rate(metric=metric):
            yield Emission(metric.name, dict(metric.only), rate=lambda phase: phase.value)
        case Count() | Total() | _:
            raise UnplayableError(f"{type(signal).__name__} of {signal.describe()} isn't played yet")


def _of_whole(part: Measured, whole: tuple[Measured, ...], share: Of, all_of: Of) -> Iterator[Emission]:
    """Part and whole; where the whole holds the part, beside it what makes it whole."""

    def emission(metric: Measured, of: Of, labels: Mapping[str, str]) -> Emission:
        counts = metric.kind is Kind.COUNTER
        return Emission(metric.name, labels, rate=of) if counts else Emission(metric.name, labels, level=of)

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
