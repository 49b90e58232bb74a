"""What is measured: each metric declared once, as it is emitted; its name in a vendor is derived from that."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Literal, cast

from components.problems import Problem
from components.vocabulary.forms import FORMS
from components.vocabulary.names import alike, series
from components.vocabulary.operators import Unjoined
from components.vocabulary.quantities import Quantity, Unit
from components.vocabulary.words import Label, Name, Text, Value, Word, refuse, word


class Kind(StrEnum):
    """What the numbers of a metric mean, which decides what may be computed from them."""

    COUNTER = "counter"  # events; only differences over time mean something
    GAUGE = "gauge"  # a level
    DISTRIBUTION = "distribution"  # many single values; has percentiles and a sum


class Source(StrEnum):
    """Who emits it, which decides which tags it carries and so how a query is scoped."""

    APPLICATION = "application"  # carries the service's tags
    TRACES = "traces"  # computed from spans, carries the service's tags
    ENDPOINT = "endpoint"  # a scraped endpoint; carries the product's labels, under exactly the name it has there
    INFRASTRUCTURE = "infrastructure"  # a host or an integration; carries the product's tag, no service


class Measured(Unjoined):
    """Anything with a name, a kind and a unit that a signal can be made of."""

    INSTEAD = "a signal of it: Ratio(…, of=…), Count(…), Level(…)"

    name: str
    kind: Kind
    unit: Unit
    about: str
    tags: tuple[str, ...]
    source: Source
    only: tuple[tuple[str, str], ...] = ()
    most: Quantity | None = None

    @property
    def spoken(self) -> str:
        """The name, and what it is narrowed to: `node_cpu_seconds_total (mode idle)`."""
        return f"{self.name} ({', '.join(f'{tag} {value}' for tag, value in self.only)})" if self.only else self.name


@word
class Metric(Measured):
    """A metric by the name its emitter uses, with the tags that may be grouped or filtered by.

    `only`: the tag values it is filtered by; written as `CPU_TIME.where(mode="idle")`. `most`: its highest possible
    value, if there is one: times(1) for what is either 0 or 1.
    """

    name: Name
    kind: Kind
    unit: Unit
    about: Text
    tags: tuple[Label, ...] = ()
    source: Source = Source.APPLICATION
    only: tuple[tuple[Label, Value], ...] = ()
    most: Quantity | None = None

    def where(self, **tags: str) -> Metric:
        """The part of it with these tag values, in addition to earlier filters."""
        for tag, value in self.only:
            if tags.get(tag, value) != value:
                why = f"contradicts {tag}={value!r}: no data has both values."
                return cast("Metric", refuse(Problem("where", f"{tag}={tags[tag]!r}", why, "one value of each tag")))
        return dataclasses.replace(self, only=tuple(sorted((dict(self.only) | tags).items())))

    @property
    def declared(self) -> Metric:
        """The metric that this is a part of, which is what a product declares."""
        return dataclasses.replace(self, only=()) if self.only else self

    def problems(self) -> Iterator[Problem]:
        """Narrowed by a tag that it doesn't carry; two tags that vendors take for one; a `most` of another unit."""
        if self.most is not None and not self.most.measures(self.unit):
            yield Problem(
                "most", str(self.most), f"can't be compared with a value that {self.unit.means}.", self.unit.example
            )
        yield from ungrouped((self,), tuple(tag for tag, _ in self.only), "only")
        for one, other in alike(self.tags, series):
            yield Problem("tags", other, f"is the same tag as {one!r} once . and - are replaced.", "one of them")


def _tags(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


def counter(name: str, about: str, tags: str | tuple[str, ...] = (), unit: Unit = Unit.COUNT) -> Metric:
    """Events that the application counts."""
    return Metric(name, Kind.COUNTER, unit, about, _tags(tags))


def gauge(
    name: str, unit: Unit, about: str, tags: str | tuple[str, ...] = (), *, most: Quantity | None = None
) -> Metric:
    """A level that the application reports; `most` is the highest it can be."""
    return Metric(name, Kind.GAUGE, unit, about, _tags(tags), most=most)


def distribution(name: str, unit: Unit, about: str, tags: str | tuple[str, ...] = ()) -> Metric:
    """Single values that the application reports; they have percentiles, a mean and a sum."""
    return Metric(name, Kind.DISTRIBUTION, unit, about, _tags(tags))


def infrastructure(
    name: str, unit: Unit, about: str, tags: str | tuple[str, ...] = (), *, most: Quantity | None = None
) -> Metric:
    """A level that a host, a database or a cache reports through the monitoring agent; `most` is the highest."""
    return Metric(name, Kind.GAUGE, unit, about, _tags(tags), Source.INFRASTRUCTURE, most=most)


def exposed(
    name: str, kind: Kind, unit: Unit, about: str, tags: str | tuple[str, ...] = (), *, most: Quantity | None = None
) -> Metric:
    """A metric by the exact name under which an endpoint exposes it for scraping; `most` is the highest it can be."""
    return Metric(name, kind, unit, about, _tags(tags), Source.ENDPOINT, most=most)


@word
class Service(Word):
    """A traced service: `operation` is the name of the spans that count as its requests.

    Several service names make a group that is watched as one, such as the vendors an application calls.
    """

    name: Text
    operation: Name
    about: Text
    services: tuple[Value, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """A name that its spans can't carry."""
        if not self.services and not re.fullmatch(FORMS["Tag"][0], self.name, re.ASCII):
            why = "ends up as a tag on its spans, and isn't a valid tag."
            yield Problem("name", self.name, why, f"{FORMS['Tag'][2]}, or services=(…) for a group")

    @property
    def names(self) -> tuple[str, ...]:
        """The service names that its spans carry."""
        return self.services or (self.name,)

    @property
    def requests(self) -> TraceMetric:
        """How many spans there were."""
        return TraceMetric(self, "requests")

    @property
    def errors(self) -> TraceMetric:
        """How many of them ended in an error; for a web framework these are the 5xx answers."""
        return TraceMetric(self, "errors")

    @property
    def latency(self) -> TraceMetric:
        """How long they took, in seconds."""
        return TraceMetric(self, "latency")


@word
class TraceMetric(Measured):
    """What the tracer computes for a service."""

    service: Service
    measure: Literal["requests", "errors", "latency"]

    @property
    def name(self) -> str:  # type: ignore[override]
        """As a person reads it; a vendor's name is made of operation and measure."""
        return f"{self.service.name} {self.measure}"

    @property
    def kind(self) -> Kind:  # type: ignore[override]
        """Latency is a distribution, the others are counted."""
        return Kind.DISTRIBUTION if self.measure == "latency" else Kind.COUNTER

    @property
    def unit(self) -> Unit:  # type: ignore[override]
        """Seconds for latency: that is what the tracer reports, whatever a dashboard shows."""
        return Unit.SECONDS if self.measure == "latency" else Unit.COUNT

    @property
    def about(self) -> str:  # type: ignore[override]
        """From its service."""
        return f"{self.service.about}: {self.measure}"

    @property
    def tags(self) -> tuple[str, ...]:  # type: ignore[override]
        """What a tracer tags every span with."""
        return ("service", "resource_name", "http.status_code", "version")

    @property
    def source(self) -> Source:  # type: ignore[override]
        """Traces."""
        return Source.TRACES


def ungrouped(metrics: tuple[Measured, ...], by: tuple[str, ...], field: str = "by") -> Iterator[Problem]:
    """Tags that a signal groups by (or is narrowed by) and its metrics don't carry, or that are named twice."""
    for tag, count in Counter(by).items():
        if count > 1:
            yield Problem(field, tag, f"is named {count} times.", "each tag once")
    for metric in metrics:
        for tag in by:
            if tag not in metric.tags:
                known = f"one of {', '.join(metric.tags)}, or declare" if metric.tags else f"no {field}=, or declare"
                why = f"isn't a tag of {metric.name!r}, so every group would be empty."
                yield Problem(field, tag, why, f"{known} the tag on the metric")
