"""A recorded series: what its times and values can be, and what is said of those that can't."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Any, Literal

# Seconds since 1970: of another unit, a time is decades before or millennia after these.
SINCE, UNTIL = 946_684_800, 4_102_444_800  # the years 2000 and 2100

Vendor = Literal["grafana", "datadog"]


class UnreadableError(Exception):
    """Why a file, or a part of it, can't be used; and what to write instead."""

    def __init__(self, why: str, instead: str) -> None:
        self.why, self.instead = why, instead
        super().__init__(f"{why}. Instead: {instead}")


@dataclass(frozen=True)
class Recorded:
    """One series: whose it is, when its samples were taken (seconds since 1970), and where it was read."""

    where: str
    vendor: Vendor
    metric: str
    labels: Mapping[str, str]
    times: Sequence[float]
    values: Sequence[float]
    counts: bool = False  # of Datadog: events in each interval, no level

    @cached_property
    def every(self) -> float:
        """Seconds between two samples."""
        return median(later - earlier for earlier, later in pairwise(self.times)) if len(self.times) > 1 else 0.0

    def __str__(self) -> str:
        labels = ", ".join(f"{key}={value}" for key, value in sorted(self.labels.items()))
        return f"{self.where}: {self.metric} ({labels})"


def moment(value: Any, parts_of_a_second: int = 1) -> float:
    """A time, in seconds since 1970."""
    found = number(value) / parts_of_a_second
    if not SINCE <= found < UNTIL:
        unit = "milliseconds" if parts_of_a_second > 1 else "seconds"
        why = f"{value!r} isn't a time in {unit} since 1970 that anything was recorded at"
        raise UnreadableError(why, f"{unit}, from the year 2000 to 2100")
    return found


def number(value: Any) -> float:
    """A number as JSON or text has it. Raises UnreadableError, also for NaN and infinity."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if isinstance(value, bool) or not math.isfinite(found):
        raise UnreadableError(f"{value!r} isn't a number", "a finite number")
    return found
