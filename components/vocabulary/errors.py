"""Error tracking: the product's project at the error tracker, and the conditions on what arrives there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY
from typing import ClassVar, Literal

from components.problems import MISSING, Problem
from components.vocabulary.metrics import Measured
from components.vocabulary.quantities import Amount, Duration, Unit, minutes
from components.vocabulary.thresholds import Condition, Signal
from components.vocabulary.words import Slug, Tag, Text, Word, several, word

FrequencyWindow = Literal["1m", "5m", "15m", "1h", "1d", "1w", "30d"]
WINDOWS: Mapping[FrequencyWindow, str] = {
    "1m": "1 minute",
    "5m": "5 minutes",
    "15m": "15 minutes",
    "1h": "1 hour",
    "1d": "1 day",
    "1w": "1 week",
    "30d": "30 days",
}
Match = Literal["is", "is not", "contains", "does not contain", "starts with", "is set"]
Event = Literal["new", "regressed", "reappeared"]
Noise = Literal["local", "extensions", "crawlers"]
TAG = re.compile(r"[\w.:-]+", re.ASCII)


class EventFilter(Word):
    """Which of the events count."""

    VERBATIM = ("value",)

    def describe(self) -> str:
        """In words."""
        raise NotImplementedError


def _compares(match: Match, value: str) -> Iterator[Problem]:
    if match == "is set" and value:
        why = "is compared with nothing: 'is set' only asks whether there is a value."
        yield Problem("value", value, why, f"'is' and {value!r}, or 'is set' alone")
    elif match != "is set" and not value.strip():
        yield Problem("value", value, f"is nothing to compare with by {match!r}.", "a value, or 'is set' without one")


@word
class AtLeast(EventFilter):
    """Events of this level or a worse one."""

    level: Literal["debug", "info", "warning", "error", "fatal"]

    def describe(self) -> str:
        """`level at least fatal`."""
        return f"level at least {self.level}"


@word
class Tagged(EventFilter):
    """Events with a tag that the application sets."""

    tag: str
    match: Match
    value: str = ""

    def describe(self) -> str:
        """`operation contains payment`."""
        return f"tag {self.tag} {self.match} {self.value}".strip()

    def problems(self) -> Iterator[Problem]:
        """A key that no tag can have; a comparison with nothing."""
        if not TAG.fullmatch(self.tag):
            yield Problem("tag", self.tag, "is not a key that a tag can have.", "letters, digits and `_.:-`")
        yield from _compares(self.match, self.value)


@word
class Attribute(EventFilter):
    """Events with something the SDK records itself: message, exception.type, http.url ..."""

    attribute: Literal["message", "exception.type", "exception.value", "http.url", "http.method", "http.status_code"]
    match: Match
    value: str = ""

    def describe(self) -> str:
        """`exception.type is PrismaClientInitializationError`."""
        return f"{self.attribute} {self.match} {self.value}".strip()

    def problems(self) -> Iterator[Problem]:
        """A comparison with nothing."""
        yield from _compares(self.match, self.value)


@word
class Issues(Condition):
    """An issue (a group of like errors) at the error tracker gets an event.

    `on`: only when it is new, came back after being resolved, or reappeared; left out, with any of its events.
    `more_than` and `within`: only when it got more events than that in that time. A notification per issue is sent at
    most once in `at_most_every`.
    """

    _: KW_ONLY
    on: Event | tuple[Event, ...] = ()
    where: EventFilter | tuple[EventFilter, ...] = ()
    more_than: Amount | None = None
    within: FrequencyWindow | None = None
    at_most_every: Duration = minutes(5)

    @property
    def events(self) -> tuple[Event, ...]:
        """What has to have happened to the issue; nothing in particular, where there is none."""
        return several(self.on)

    @property
    def filters(self) -> tuple[EventFilter, ...]:
        """All that its event has to be."""
        return several(self.where)

    def describe(self) -> str:
        """`an issue is new, with level at least fatal, more than 5 events in 1 hour`."""
        when = f"an issue is {' or '.join(self.events)}" if self.events else "any event of an issue"
        where = [event_filter.describe() for event_filter in self.filters]
        often = (
            [f"more than {self.more_than} events in {WINDOWS[self.within]}"] if self.more_than and self.within else []
        )
        return ", ".join([when, *where, *often, f"told at most every {self.at_most_every} per issue"])

    def words(self) -> dict[str, str]:
        """{threshold} and {window}, where it has them."""
        return (
            {"threshold": str(self.more_than), "window": WINDOWS[self.within]} if self.more_than and self.within else {}
        )

    def problems(self) -> Iterator[Problem]:
        """A number without its window or the other way round; no condition at all."""
        if (self.more_than is None) != (self.within is None):
            yield Problem("more_than", MISSING, "goes together with `within`.", 'more_than=times(10), within="1h"')
        if not (self.on or self.where or self.more_than):
            yield Problem("where", MISSING, "is missing: every event of every issue would notify.", 'on="new"')


@word
class _Tracked(Signal):
    """A number that the error tracker computes from what it received."""

    VERBATIM = ("search",)
    UNIT: ClassVar[Unit] = Unit.COUNT
    WORDS: ClassVar[str] = ""

    search: str = ""
    _: KW_ONLY
    window: Duration | None = None
    by: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit:
        """A count, or a ratio of counts."""
        return self.UNIT

    def metrics(self) -> tuple[Measured, ...]:
        """None: the error tracker's own events are counted."""
        return ()

    def describe(self) -> str:
        """`errors matching transaction:/api/payment/*`."""
        return f"{self.WORDS} matching {self.search}" if self.search else self.WORDS


@word
class ErrorCount(_Tracked):
    """How many errors of the whole project match a search of the error tracker's."""

    WORDS = "errors"


@word
class FailedTransactions(_Tracked):
    """The share of traced requests that failed, as the error tracker saw them."""

    OF_A_WHOLE = True
    UNIT = Unit.RATIO
    WORDS = "failed of traced requests"


@word
class ErrorView(Word):
    """One view of what the error tracker received: a number, a table, or lines over time.

    `shows` are the numbers in it, `by` what they are grouped by; tables are sorted by the last number, downwards.
    `of` requests are the traced ones.
    """

    VERBATIM = ("search",)

    title: Text
    shape: Literal["number", "table", "lines"]
    shows: tuple[Literal["count", "users", "per minute", "p50", "p95", "p99"], ...]
    _: KW_ONLY
    by: str = ""
    of: Literal["errors", "requests"] = "errors"
    search: str = ""
    sort: str = ""

    def problems(self) -> Iterator[Problem]:
        """Percentiles of errors, which take no time; nothing shown."""
        if not self.shows:
            yield Problem("shows", MISSING, "is empty: there would be nothing to see.", '("count",)')
        if self.of == "errors" and any(number.startswith("p") and number != "per minute" for number in self.shows):
            yield Problem("shows", ", ".join(self.shows), "are durations, and errors have none.", 'of="requests"')
        if self.sort and self.sort not in self.shows:
            yield Problem("sort", self.sort, "is not shown.", f"one of {', '.join(self.shows)}")


@word
class ErrorDashboard(Word):
    """A page of views at the error tracker."""

    name: Slug
    title: Text
    views: tuple[ErrorView, ...]
    _: KW_ONLY
    rows: str = ""

    def problems(self) -> Iterator[Problem]:
        """A page without a view."""
        if not self.views:
            yield Problem("views", MISSING, "is empty: there would be nothing to see.", 'ErrorView("…", "number", …)')


@word
class ErrorTracking(Word):
    """The product's project at the error tracker; `project` and `title` where it isn't called as the product is.

    `ignore` are messages (with `*`) that are dropped on arrival, `drop` other noise: from a developer's own machine,
    from extensions of a visitor's browser, from crawlers. `summarise_every` bundles e-mails. `highlight` are the tags
    that a message in a channel shows. `never` are events that no alert on issues is told of, such as those made to test
    delivery; a count of errors leaves out what its search leaves out.
    """

    VERBATIM = ("ignore",)

    platform: Tag
    _: KW_ONLY
    rows: str = ""
    project: Slug | None = None
    title: str = ""
    ignore: tuple[str, ...] = ()
    drop: tuple[Noise, ...] = ("local",)
    summarise_every: Duration | None = None
    highlight: tuple[str, ...] = ()
    never: EventFilter | tuple[EventFilter, ...] = ()
    dashboard: ErrorDashboard | None = None

    @property
    def untold(self) -> tuple[EventFilter, ...]:
        """The events that no alert on issues is told of."""
        return several(self.never)

    def problems(self) -> Iterator[Problem]:
        """Messages that would drop everything; tags that can't be."""
        for tag in self.highlight:
            if not TAG.fullmatch(tag):
                yield Problem("highlight", tag, "is not a key that a tag can have.", "letters, digits and `_.:-`")
        for message in self.ignore:
            if not message.strip("* "):
                why = "would drop every error on arrival."
                yield Problem("ignore", message, why, 'the part that tells it from others, such as "*Not Found*"')
