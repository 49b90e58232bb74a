"""What is computed from metrics: the same word makes the query of an alert and the line on a dashboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, field
from typing import ClassVar, Literal

from components.problems import MISSING, Problem
from components.vocabulary.metrics import Kind, Measured, ungrouped
from components.vocabulary.quantities import Amount, Duration, Frequency, Quantity, Unit
from components.vocabulary.thresholds import Signal
from components.vocabulary.words import word


def _kinds(field_name: str, metrics: tuple[Measured, ...], allowed: tuple[Kind, ...], why: str) -> Iterator[Problem]:
    for metric in metrics:
        if metric.kind not in allowed:
            yield Problem(field_name, metric.name, f"is a {metric.kind}: {why}", f"a {' or '.join(allowed)}")


def _divided(metrics: tuple[Measured, ...]) -> Iterator[Problem]:
    """Metrics of which one can't be divided by another."""
    kinds = {metric.kind for metric in metrics}
    if len(kinds) > 1 or Kind.DISTRIBUTION in kinds:
        names = ", ".join(f"{metric.name} ({metric.kind})" for metric in metrics)
        why = "are of different kinds, so their quotient isn't a share."
        yield Problem("of", names, why, "two counters, or two gauges")


def gate(at_least: Amount | Frequency | None) -> Iterator[Problem]:
    """A traffic gate that isn't a number of events, or a rate of nothing."""
    if isinstance(at_least, Frequency) and not at_least.number:
        yield Problem("at_least", str(at_least), "is always met, so it isn't a gate.", "per_second(1)")
    if isinstance(at_least, Amount) and (at_least.number < 1 or at_least.number % 1):
        yield Problem("at_least", str(at_least), "isn't a number of events.", "a whole number, such as times(20)")


class PartOfWhole(Signal):
    """A signal that is part of a whole."""

    OF_A_WHOLE = True

    @property
    def unit(self) -> Unit:
        """A ratio, 0 to 1."""
        return Unit.RATIO


@word
class Ratio(PartOfWhole):
    """Part of a whole: the sum of one over the sum of the other, both over the window.

    `at_least` is the traffic gate: without it, one failure at three in the morning would be an outage. `of` may name
    several metrics, which are added up. For gauges that are rates the gate is a rate, for the whole window.
    """

    part: Measured
    _: KW_ONLY
    of: Measured | tuple[Measured, ...]
    window: Duration | None = None
    at_least: Amount | Frequency | None = None
    by: tuple[str, ...] = ()

    @property
    def whole(self) -> tuple[Measured, ...]:
        """The metrics that are added up to the whole."""
        return self.of if isinstance(self.of, tuple) else (self.of,)

    def metrics(self) -> tuple[Measured, ...]:
        """Part and whole."""
        return (self.part, *(metric for metric in self.whole if metric != self.part))

    def describe(self) -> str:
        """`tikit-backend errors of tikit-backend requests`."""
        return f"{self.part.spoken} of {' + '.join(metric.spoken for metric in self.whole)}"

    def problems(self) -> Iterator[Problem]:
        """A whole without metrics, kinds that can't be divided, tags that aren't there."""
        if not self.whole:
            yield Problem("of", MISSING, "is empty: there is nothing to divide by.", "of=REQUESTS")
        yield from _divided(self.metrics())
        kinds = {metric.kind for metric in self.metrics()}
        if self.whole == (self.part,) and Kind.DISTRIBUTION not in kinds:
            yield Problem("of", self.part.name, "is the part itself: the share is always 100 %.", "what it is part of")
        yield from gate(self.at_least)
        rates = kinds == {Kind.GAUGE} and {metric.unit for metric in self.metrics()} == {Unit.PER_SECOND}
        if isinstance(self.at_least, Amount) and kinds == {Kind.GAUGE}:
            instead = "per_second(1)" if rates else "no at_least"
            yield Problem("at_least", str(self.at_least), "counts events, and gauges have none.", instead)
        if isinstance(self.at_least, Frequency) and not rates:
            why = "is a rate, but these metrics aren't."
            yield Problem("at_least", str(self.at_least), why, "times(20), of counters")
        yield from ungrouped(self.metrics(), self.by)


@word
class Used(PartOfWhole):
    """The used part of something whose free part is measured: `1 - free / of`, over the window."""

    free: Measured
    _: KW_ONLY
    of: Measured
    window: Duration | None = None
    by: tuple[str, ...] = ()

    def metrics(self) -> tuple[Measured, ...]:
        """What is left, and what there is."""
        return (self.free, self.of)

    def describe(self) -> str:
        """`used part of node_memory_MemTotal_bytes`."""
        return f"used part of {self.of.spoken}"

    def problems(self) -> Iterator[Problem]:
        """Kinds that can't be divided, the same metric twice, tags that aren't there."""
        yield from _divided(self.metrics())
        if self.free == self.of:
            yield Problem("of", self.of.name, "is itself the free part: nothing would ever be used.", "all there is")
        yield from ungrouped(self.metrics(), self.by)


@word
class Percentile(Signal):
    """The value that `rank` percent of all single values stay below, over the whole window.

    `at_least` is the traffic gate: with too few values, one slow request would be all of them.
    """

    rank: int | float
    metric: Measured
    _: KW_ONLY
    window: Duration | None = None
    at_least: Amount | None = None
    by: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit:
        """That of the metric."""
        return self.metric.unit

    def metrics(self) -> tuple[Measured, ...]:
        """The distribution."""
        return (self.metric,)

    def describe(self) -> str:
        """`p99 of tikit-backend latency`."""
        return f"p{self.rank:g} of {self.metric.spoken}"

    def problems(self) -> Iterator[Problem]:
        """A rank outside 0 to 100, a metric that has no percentiles."""
        if not 0 < self.rank < 100:  # noqa: PLR2004
            yield Problem("rank", self.rank, "isn't a percentile.", "a number between 0 and 100, such as 95")
        elif self.rank < 1:
            yield Problem(
                "rank", self.rank, "is below almost every value.", f"{self.rank * 100:g}, as percentiles count"
            )
        yield from gate(self.at_least)
        yield from _kinds("metric", (self.metric,), (Kind.DISTRIBUTION,), "it has no percentiles.")
        yield from ungrouped(self.metrics(), self.by)


def percentiles(metric: Measured, *ranks: float, by: tuple[str, ...] = ()) -> tuple[Percentile, ...]:
    """The median, 95th and 99th percentile, or other ranks: the lines of one widget."""
    return tuple(Percentile(rank, metric, by=by) for rank in ranks or (50, 95, 99))


@word
class Level(Signal):
    """The value of a gauge; several gauges are added up. `taking` says which value of the window counts."""

    metric: Measured | tuple[Measured, ...]
    _: KW_ONLY
    window: Duration | None = None
    taking: Literal["average", "maximum", "minimum"] = "average"
    by: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit:
        """That of the metric."""
        return self.metrics()[0].unit

    def metrics(self) -> tuple[Measured, ...]:
        """The gauges that are added up."""
        return self.metric if isinstance(self.metric, tuple) else (self.metric,)

    def describe(self) -> str:
        """`system.disk.in_use`."""
        return " + ".join(metric.spoken for metric in self.metrics())

    def problems(self) -> Iterator[Problem]:
        """A counter, whose level means nothing; tags that aren't there."""
        units = sorted({metric.unit for metric in self.metrics()})
        if not units:
            yield Problem("metric", MISSING, "is empty: there is nothing to add up.", "a gauge, or several in brackets")
        if len(units) > 1:
            yield Problem("metric", ", ".join(units), "are units that can't be added up.", "gauges of one unit")
        yield from _kinds("metric", self.metrics(), (Kind.GAUGE,), "its level means nothing.")
        yield from ungrouped(self.metrics(), self.by)


@word
class _OfOneMetric(Signal):
    """A signal computed from the single events or values of one metric."""

    KINDS: ClassVar[tuple[Kind, ...]] = (Kind.DISTRIBUTION,)
    WORDS: ClassVar[str] = ""

    metric: Measured
    _: KW_ONLY
    window: Duration | None = None
    by: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit:
        """That of the metric."""
        return self.metric.unit

    def metrics(self) -> tuple[Measured, ...]:
        """The one metric."""
        return (self.metric,)

    def describe(self) -> str:
        """`sum of payment.amount`."""
        return self.WORDS.format(self.metric.spoken)

    def problems(self) -> Iterator[Problem]:
        """A metric this can't be computed from; tags that aren't there."""
        yield from _kinds("metric", self.metrics(), self.KINDS, f"there is no {self.WORDS.format('it')}.")
        yield from ungrouped(self.metrics(), self.by)


@word
class Count(_OfOneMetric):
    """The number of events in the window."""

    ACCUMULATES = True
    KINDS = (Kind.COUNTER, Kind.DISTRIBUTION)
    WORDS = "number of {}"

    @property
    def unit(self) -> Unit:
        """A count."""
        return Unit.COUNT


@word
class Rate(_OfOneMetric):
    """Events per second."""

    KINDS = (Kind.COUNTER,)
    WORDS = "rate of {}"

    @property
    def unit(self) -> Unit:
        """Per second."""
        return Unit.PER_SECOND


@word
class Total(_OfOneMetric):
    """The sum of all single values of a distribution, such as revenue."""

    ACCUMULATES = True
    WORDS = "sum of {}"


@word
class Mean(_OfOneMetric):
    """The average of a distribution's single values, such as the usual response time; `at_least` is the gate."""

    WORDS = "mean of {}"

    at_least: Amount | None = field(default=None, kw_only=True)

    def problems(self) -> Iterator[Problem]:
        """Those of every signal of one metric; a gate that is none."""
        yield from _OfOneMetric.problems(self)
        yield from gate(self.at_least)


@word
class Within(PartOfWhole):
    """The share of a distribution's single values that are not greater than a limit.

    If distributions are kept in buckets, one has to end at the limit: the application contract lists it. No word states
    an application's bucket bounds: they are set in its code, and a copy here could differ from it unnoticed.
    """

    metric: Measured
    limit: Quantity
    _: KW_ONLY
    window: Duration | None = None
    by: tuple[str, ...] = ()

    def metrics(self) -> tuple[Measured, ...]:
        """The distribution."""
        return (self.metric,)

    def describe(self) -> str:
        """`http.server.duration within 1 second`."""
        return f"{self.metric.spoken} within {self.limit}"

    def problems(self) -> Iterator[Problem]:
        """A metric without single values, a limit of another dimension, tags that aren't there."""
        yield from _kinds("metric", self.metrics(), (Kind.DISTRIBUTION,), "it has no single values.")
        if not self.limit.measures(self.metric.unit):
            why = f"can't be compared with {self.metric.name}, which {self.metric.unit.means}."
            yield Problem("limit", str(self.limit), why, self.metric.unit.example)
        yield from ungrouped(self.metrics(), self.by)
