"""Logs: how long they are kept, and which numbers are made of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY

from components.problems import Problem
from components.vocabulary.guards import Guard, Silence
from components.vocabulary.log_signals import LogCount
from components.vocabulary.people import Severity
from components.vocabulary.quantities import Amount, Duration, Share, percent
from components.vocabulary.words import Label, Slug, Tag, Text, Word, word


@word
class Exclusion(Word):
    """A share of like log events that is dropped before it is stored and paid for."""

    name: Slug
    which: LogCount
    share: Share

    def problems(self) -> Iterator[Problem]:
        """More than all, or none."""
        if not percent(0) < self.share or percent(100) < self.share:
            yield Problem("share", str(self.share), "isn't a share that can be dropped.", "percent(90)")


@word
class LogIndex(Word):
    """Where the product's logs are kept, for how long, and how many a day at most.

    An environment may keep them for less. A day's limit protects the bill; `warn_at` of it is announced first.
    `if_silent`: who is told when it has got nothing for an hour, or for what a Silence says. `if_nearly_full`: who is
    told when `warn_at` of a day's limit was stored within a day.
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
class LogMetric(Word):
    """A metric made of log events as they arrive: how many, or how a number in them is distributed."""

    name: Tag
    which: LogCount
    _: KW_ONLY
    about: Text
    rows: str = ""
    value: Label | None = None
    by: tuple[Label, ...] = ()
