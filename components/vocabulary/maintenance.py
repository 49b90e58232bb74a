"""Maintenance windows: weekly times without notifications."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import KW_ONLY
from typing import Literal
from zoneinfo import available_timezones

from components.problems import MISSING, Problem, nearest
from components.vocabulary.words import Slug, Word, word

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@word
class Maintenance(Word):
    """A weekly window, `start` to `end` on each of the `days`, in a time zone of the IANA database.

    Alerts are still evaluated, but nobody is notified. It mutes the whole product, in every environment.
    `Maintenance("deploys", ("sunday",), "03:00", "04:30", timezone="Africa/Lagos")`
    """

    name: Slug
    days: tuple[Weekday, ...]
    start: str
    end: str
    _: KW_ONLY
    timezone: str
    rows: str = ""

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        (start, end) = (int(time[:2]) * 60 + int(time[3:]) for time in (self.start, self.end))
        return end - start

    def problems(self) -> Iterator[Problem]:
        """Times that are none, or a window that ends before it begins."""
        for name, time in (("start", self.start), ("end", self.end)):
            if not TIME.fullmatch(time):
                yield Problem(name, time, "isn't a time of day.", "hours and minutes, such as 03:00")
                return
        if not self.days:
            yield Problem("days", MISSING, "is empty: it would never begin.", '("sunday",)')
        if len(set(self.days)) < len(self.days):
            yield Problem("days", ", ".join(self.days), "names a day twice.", "each day once")
        if self.minutes <= 0:
            yield Problem("end", self.end, f"is not after {self.start}.", "a later time; two windows span midnight")
        if self.timezone not in available_timezones():
            yield Problem(
                "timezone", self.timezone, "isn't a time zone.", nearest(self.timezone, available_timezones())
            )
