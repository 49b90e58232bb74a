"""Queries that a product file states, as the words that mean the same: then it is known what they should find.

Only what is read beyond doubt: one metric, narrowed by `$scope` alone, and one aggregation. Of all else, and of LogQL,
whose silence means what its author decided, nobody but the author knows what it should find.
"""

from __future__ import annotations

import re
from dataclasses import replace

from components.vocabulary.at_datadog import DatadogQuery
from components.vocabulary.at_grafana import PromQL
from components.vocabulary.metrics import Kind
from components.vocabulary.raw import RawQuery
from components.vocabulary.signals import Count, Level, Rate
from components.vocabulary.thresholds import Condition, Signal, Threshold

PROMQL = re.compile(
    r"(?P<how>sum|avg|max|min)\s*(by\s*\((?P<by>[^()]*)\))?\s*"
    r"\(\s*(?P<over>\w+)\(\w+\{\$scope\}\[\$over\]\)\s*\)(\s+or\s+vector\(0\))?"
)
DATADOG = re.compile(
    r"(?P<how>sum|avg|max|min):[\w.]+\{\$scope\}(\s*by\s*\{(?P<by>[^{}]*)\})?(\.as_(?P<over>\w+)\(\))?"
)
TAKING = {"avg": "average", "max": "maximum", "min": "minimum"}
# How, over what: the word for it, of which kind of metric.
IN_PROMQL: dict[tuple[str, str], tuple[type[Signal], Kind]] = {
    ("sum", "rate"): (Rate, Kind.COUNTER),
    ("sum", "increase"): (Count, Kind.COUNTER),
    **{(how, f"{how}_over_time"): (Level, Kind.GAUGE) for how in TAKING},
}
# Not .as_rate(): its average over a window is that of the intervals in which there were events.
IN_DATADOG: dict[tuple[str, str, str], tuple[type[Signal], Kind]] = {
    ("sum", "count", "sum"): (Count, Kind.COUNTER),
    **{(how, "", taking): (Level, Kind.GAUGE) for how, taking in TAKING.items()},
}


def meant(when: Condition) -> Condition:
    """The condition in words where its query is one that can be read; else as it is."""
    if not isinstance(when, Threshold) or not isinstance(when.signal, RawQuery):
        return when
    said = _in_words(when.signal)
    # Datadog takes silence for too few only where a word says that it counts.
    few = isinstance(when.signal, DatadogQuery) and isinstance(said, Count) and when.sense == "below"
    return when if said is None or few else replace(when, signal=said)


def unread(when: Condition) -> bool:
    """Whether it is on a query of which nobody but its author knows what it should find."""
    return any(isinstance(each, RawQuery) for each in meant(when).signals())


def _in_words(signal: RawQuery) -> Signal | None:
    pattern = PROMQL if isinstance(signal, PromQL) else DATADOG if isinstance(signal, DatadogQuery) else None
    found = pattern.fullmatch(signal.query.strip()) if pattern else None
    if not found or len(signal.metrics()) != 1:
        return None
    (metric,) = signal.metrics()
    how, over, by = (
        found["how"],
        found["over"] or "",
        tuple(re.split(r"\s*,\s*", found["by"].strip()) if found["by"] else ()),
    )
    if isinstance(signal, DatadogQuery):
        word = IN_DATADOG.get((how, over, signal.taking))
    else:
        word = IN_PROMQL.get((how, over))
    if word is None or metric.kind is not word[1] or metric.only or {*by} != {*signal.by}:
        return None
    taking = {"taking": TAKING[how]} if word[0] is Level else {}
    said = word[0](metric, window=signal.window, by=signal.by, **taking)  # type: ignore[call-arg]
    return said if said.unit is signal.unit else None
