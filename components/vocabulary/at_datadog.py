"""What only Datadog has: its query language, agent checks, log indexes, status pages, templates of post-mortems.

A product that keeps its telemetry elsewhere and uses one of these is told so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY
from typing import Literal

from components.problems import MISSING, Problem
from components.vocabulary.guards import Guard, Silence
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Measured
from components.vocabulary.names import alike
from components.vocabulary.people import Severity
from components.vocabulary.quantities import Amount, Duration, Share, Unit, percent
from components.vocabulary.raw import RawQuery
from components.vocabulary.thresholds import Condition, Signal
from components.vocabulary.words import Label, Name, Slug, Tag, Text, Word, word


@word
class DatadogQuery(RawQuery):
    """A metric query; `taking` says which value of the window counts.

    `DatadogQuery("free slots", "min:pool.slots{$scope} by {host}", of=SLOTS, by=("host",), measured_in=Unit.COUNT)`.
    """

    LANGUAGE = "Datadog's language"

    _: KW_ONLY
    taking: Literal["average", "sum", "maximum", "minimum"] = "average"


@word
class ServiceCheck(Condition):
    """The agent's check of a dependency, such as whether it can connect to the database.

    `failures` in a row start an alert, `successes` in a row end it. It reports about every 15 seconds. When it reports
    nothing, nobody is woken: the agent may be down while what it watches is fine.
    """

    check: Name
    _: KW_ONLY
    failures: int
    successes: int
    by: tuple[Label, ...]

    def groups(self) -> tuple[str, ...]:
        """What it is reported by."""
        return self.by

    def describe(self) -> str:
        """`postgres.can_connect by host fails 3 times in a row, clears after 2 successes`."""
        times = f"{self.failures} times in a row, clears after {self.successes} successes"
        return f"{self.check} by {', '.join(self.by)} fails {times}"

    def words(self) -> Mapping[str, str]:
        """{threshold}: the failures in a row."""
        return {"threshold": str(self.failures)}

    def problems(self) -> Iterator[Problem]:
        """Counts below 1; a check that isn't split by anything."""
        for name, number in (("failures", self.failures), ("successes", self.successes)):
            if number < 1:
                yield Problem(name, number, "is never reached in a row.", "1 or more")
        if not self.by:
            yield Problem("by", self.by, "would mix the results of all hosts.", '("host",)')


@word
class Exclusion(Word):
    """A share of similar log events that is dropped before being stored and billed."""

    name: Slug
    which: LogCount
    share: Share

    def problems(self) -> Iterator[Problem]:
        """More than all, or none."""
        if not percent(0) < self.share or percent(100) < self.share:
            yield Problem("share", str(self.share), "isn't a share that can be dropped.", "percent(90)")


@word
class LogIndex(Word):
    """Where the product's logs are kept, for how long, and at most how many a day.

    An environment may keep them for a shorter time. The daily limit caps the bill; a warning comes at `warn_at` of it.
    `if_silent`: who is notified when it gets nothing for an hour, or for as long as a Silence says. `if_nearly_full`:
    who is notified when `warn_at` of the daily limit was stored within a day.
    """

    name: Slug
    _: KW_ONLY
    keep: Duration
    rows: str = ""
    at_most_daily: Amount
    warn_at: Share = percent(80)
    exclude: tuple[Exclusion, ...] = ()
    if_silent: Severity | Silence | None = None
    if_nearly_full: Severity | Guard | None = None


@word
class LogsStored(Signal):
    """How many log events the product's index has stored: what its daily limit counts."""

    ACCUMULATES = True

    _: KW_ONLY
    window: Duration | None = None
    by: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit:
        """A count."""
        return Unit.COUNT

    def metrics(self) -> tuple[Measured, ...]:
        """None that the product declares."""
        return ()

    def describe(self) -> str:
        """`log events stored in the index`."""
        return "log events stored in the index"

    def problems(self) -> Iterator[Problem]:
        """Groups, which it has none of."""
        if self.by:
            yield Problem("by", ", ".join(self.by), "would split what the limit counts as a whole.", "no by=")


@word
class LogMetric(Word):
    """A metric computed from log events as they arrive: their number, or the distribution of a number in them."""

    name: Tag
    which: LogCount
    _: KW_ONLY
    about: Text
    rows: str = ""
    value: Label | None = None
    by: tuple[Label, ...] = ()


@word
class StatusPage(Word):
    """The public page on which users see what works. It is created unpublished; publishing is a manual step."""

    name: Slug
    title: Text
    _: KW_ONLY
    components: tuple[Text, ...]
    rows: str = ""

    def problems(self) -> Iterator[Problem]:
        """A page that says nothing of any part."""
        if not self.components:
            yield Problem("components", MISSING, "is empty: users would see no part.", '("API", "Website")')
        for part in {part for part in self.components if self.components.count(part) > 1}:
            yield Problem("components", part, "is listed more than once.", "each part once")
        for one, other in alike(self.components, lambda part: "-".join(re.findall(r"\w+", part.lower()))):
            yield Problem(
                "components", other, f"can't be told from {one!r}: one would replace the other.", "one of them"
            )


@word
class PostMortem(Word):
    """The kind of incident a product has, and the template of the document written after one."""

    name: Text
    template: Text
    _: KW_ONLY
    rows: str = ""
