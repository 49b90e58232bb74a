"""Error tracking: the product's project in the error tracker, and the conditions on what arrives there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY
from typing import Literal

from components.problems import MISSING, Problem
from components.vocabulary.at_sentry import ErrorDashboard
from components.vocabulary.quantities import Amount, Duration, minutes
from components.vocabulary.thresholds import Condition
from components.vocabulary.words import Slug, Tag, Word, several, word

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
        why = "isn't compared: 'is set' only asks whether there is a value."
        yield Problem("value", value, why, f"'is' and {value!r}, or 'is set' alone")
    elif match != "is set" and not value.strip():
        yield Problem("value", value, f"can't be compared by {match!r}.", "a value, or 'is set' without one")


@word
class AtLeast(EventFilter):
    """Events of this level or worse."""

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
            yield Problem("tag", self.tag, "isn't a valid tag key.", "letters, digits and `_.:-`")
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
    """An issue (a group of similar errors) in the error tracker gets an event.

    `on`: only when it is new, came back after being resolved, or reappeared; default: on any event. `more_than` and
    `within`: only when it got more events than that in that time. Each issue notifies at most once per `at_most_every`.
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
            yield Problem("more_than", MISSING, "requires `within`.", 'more_than=times(10), within="1h"')
        if not (self.on or self.where or self.more_than):
            yield Problem("where", MISSING, "is missing: every event of every issue would notify.", 'on="new"')


@word
class ErrorTracking(Word):
    """The product's project in the error tracker; `project` and `title` if they differ from the product's.

    `ignore` are messages (with `*`) that are dropped on arrival, `drop` other noise: from a developer's own machine,
    from extensions of a visitor's browser, from crawlers. `summarise_every` bundles e-mails. `highlight` are the tags
    shown in channel messages. `never` are events that issue alerts ignore, such as those made to test delivery; a count
    of errors ignores only what its search excludes.
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
                yield Problem("highlight", tag, "isn't a valid tag key.", "letters, digits and `_.:-`")
        for message in self.ignore:
            if not message.strip("* "):
                why = "would drop every error on arrival."
                yield Problem("ignore", message, why, 'the part that tells it from others, such as "*Not Found*"')
